"""What is said of supervision: major matters reported upwards, acts of supervision and instructions downwards."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event
from shared.contracts.wording import Worded
from shared.contracts.words import Day, Identity, Name, OfficerId, Reference, Text


class SupervisoryActKind(Worded):
    """What the managing institution did."""

    COORDINATION = "coordination", "coordination", "组织协调"  # 5.8: brought parties together, settled who does what
    SUPERVISION = "supervision", "supervision", "监督管理"  # 5.9: inspected, warned, asked for an account
    # 6.10: gave the cooperating institution other work to do, which reports back.
    INSTRUCTION = "instruction", "instruction", "交办事项"


class ReportMajorMatter(Command):
    """Report a major matter to the managing institution; by the cooperating institution (6.9)."""

    message_type: ClassVar[str] = "registry.major_matter.report.v1"

    number: Annotated[Reference, Field(description="chosen by the cooperating institution, once in the pool")]
    title: Name
    report: Text
    occurred_on: Day
    project_id: Annotated[Identity | None, Field(description="where it concerns one project")] = None
    document: Document | None = None


class AcknowledgeMajorMatter(Command):
    """Acknowledge a reported matter, and say what is to follow; by the managing institution (6.9)."""

    message_type: ClassVar[str] = "registry.major_matter.acknowledge.v1"

    number: Reference
    response: Text


class RecordSupervisoryAct(Command):
    """Record an act of coordination or supervision, or an instruction; by the managing institution (5.8, 5.9, 6.10)."""

    message_type: ClassVar[str] = "registry.supervisory_act.record.v1"

    number: Annotated[Reference, Field(description="chosen by the managing institution, once in the pool")]
    kind: SupervisoryActKind
    title: Name
    content: Text
    acted_on: Day
    due_on: Annotated[Day | None, Field(description="of an instruction: when its completion is to be reported")] = None
    document: Document | None = None


class ReportCompletion(Command):
    """Report that an instruction was carried out, and how; by the cooperating institution (6.10)."""

    message_type: ClassVar[str] = "registry.instruction.report_completion.v1"

    number: Reference
    report: Text
    document: Document | None = None


class MajorMatterReported(Event):
    """The managing institution knows of a major matter; its acknowledgement is awaited."""

    message_type: ClassVar[str] = "registry.major_matter.reported.v1"

    matter_id: Identity
    number: Reference
    title: Name
    report: Text
    occurred_on: Day
    project_id: Identity | None = None
    document: Document | None = None
    reported_by: OfficerId


class MajorMatterAcknowledged(Event):
    """The managing institution has acknowledged a major matter."""

    message_type: ClassVar[str] = "registry.major_matter.acknowledged.v1"

    matter_id: Identity
    number: Reference
    response: Text
    acknowledged_by: OfficerId


class SupervisoryActRecorded(Event):
    """The managing institution has coordinated, supervised or instructed; an instruction awaits its completion."""

    message_type: ClassVar[str] = "registry.supervisory_act.recorded.v1"

    matter_id: Identity
    number: Reference
    kind: SupervisoryActKind
    title: Name
    content: Text
    acted_on: Day
    due_on: Day | None = None
    document: Document | None = None
    recorded_by: OfficerId


class CompletionReported(Event):
    """The cooperating institution has carried out an instruction."""

    message_type: ClassVar[str] = "registry.instruction.completion_reported.v1"

    matter_id: Identity
    number: Reference
    report: Text
    document: Document | None = None
    reported_by: OfficerId
