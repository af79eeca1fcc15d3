"""What is said of supervision: major matters reported upwards, acts of supervision and instructions downwards."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command
from shared.contracts.examples import Party, Spoken, example
from shared.contracts.labels import LabelledEnum
from shared.contracts.registry.words import Duty, EntryEvent
from shared.contracts.words import Day, Identity, Name, OfficerId, Reference, Text

_MatterNumber = Annotated[Reference, example("ZD-1")]
_ActNumber = Annotated[Reference, example("JD-1")]


class SupervisoryActKind(LabelledEnum):
    """What the managing institution did."""

    COORDINATION = "coordination", "coordination", "组织协调"  # 5.8: brought parties together, settled who does what
    SUPERVISION = "supervision", "supervision", "监督管理"  # 5.9: inspected, warned, asked for an account
    # 6.10: gave the cooperating institution other work to do, which reports back.
    INSTRUCTION = "instruction", "instruction", "交办事项"


class MajorMatterParticulars(BaseModel):
    """What happened."""

    number: Annotated[_MatterNumber, Field(description="chosen by the cooperating institution, once in the pool")]
    title: Annotated[Name, example("借款企业厂房火灾")]
    report: Annotated[Text, example("无人员伤亡，生产线停产。")]
    occurred_on: Day
    project_id: Annotated[Identity | None, Field(description="where it concerns one project")] = None
    document: Document | None = None


class AcknowledgementParticulars(BaseModel):
    """What is to follow from a major matter."""

    number: _MatterNumber
    response: Annotated[Text, example("已知悉，请持续报告。")]


class SupervisoryActParticulars(BaseModel):
    """What the managing institution did, or gave to do."""

    number: Annotated[_ActNumber, Field(description="chosen by the managing institution, once in the pool")]
    kind: Annotated[SupervisoryActKind, example(SupervisoryActKind.SUPERVISION)]
    title: Annotated[Name, example("现场检查")]
    content: Annotated[Text, example("检查档案与台账。")]
    acted_on: Day
    due_on: Annotated[Day | None, Field(description="of an instruction: when its completion is to be reported")] = None
    document: Document | None = None


class CompletionParticulars(BaseModel):
    """How an instruction was carried out."""

    number: _ActNumber
    report: Annotated[Text, example("已办理完毕。")]
    document: Document | None = None


class ReportMajorMatter(MajorMatterParticulars, Command, name="registry.major_matter.report.v1"):
    """Report a major matter to the managing institution; by the cooperating institution (6.9)."""

    spoken: ClassVar[Spoken] = Spoken("major matter", Party.COOPERATING, Duty.REPORTING)


class AcknowledgeMajorMatter(AcknowledgementParticulars, Command, name="registry.major_matter.acknowledge.v1"):
    """Acknowledge a reported matter, and say what is to follow; by the managing institution (6.9)."""

    spoken: ClassVar[Spoken] = Spoken("acknowledgement", Party.MANAGING, Duty.OVERSIGHT)


class RecordSupervisoryAct(SupervisoryActParticulars, Command, name="registry.supervisory_act.record.v1"):
    """Record an act of coordination or supervision, or an instruction; by the managing institution (5.8, 5.9, 6.10)."""

    spoken: ClassVar[Spoken] = Spoken("supervisory act", Party.MANAGING, Duty.OVERSIGHT)


class ReportCompletion(CompletionParticulars, Command, name="registry.instruction.report_completion.v1"):
    """Report that an instruction was carried out, and how; by the cooperating institution (6.10)."""

    spoken: ClassVar[Spoken] = Spoken("completion report", Party.COOPERATING, Duty.REPORTING)


class MajorMatterReported(MajorMatterParticulars, EntryEvent, name="registry.major_matter.reported.v1"):
    """The managing institution knows of a major matter; its acknowledgement is awaited."""

    reported_by: OfficerId


class MajorMatterAcknowledged(AcknowledgementParticulars, EntryEvent, name="registry.major_matter.acknowledged.v1"):
    """The managing institution has acknowledged a major matter."""

    acknowledged_by: OfficerId


class SupervisoryActRecorded(SupervisoryActParticulars, EntryEvent, name="registry.supervisory_act.recorded.v1"):
    """The managing institution has coordinated, supervised or instructed; an instruction awaits its completion."""

    recorded_by: OfficerId


class CompletionReported(CompletionParticulars, EntryEvent, name="registry.instruction.completion_reported.v1"):
    """The cooperating institution has carried out an instruction."""

    reported_by: OfficerId
