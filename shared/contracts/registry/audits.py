"""What is said of audits by engaged third parties: their engagement, findings and report (19.2)."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event
from shared.contracts.words import Clause, Day, Identity, Name, OfficerId, Reference, Text, Uscc


class EngageAuditor(Command):
    """Engage a third-party auditor with the use of the pool; by the managing institution (19.2)."""

    message_type: ClassVar[str] = "registry.audit.engage.v1"

    number: Annotated[Reference, Field(description="chosen by the managing institution, once in the pool")]
    auditor: Name
    auditor_uscc: Uscc
    scope: Text
    period_from: Day
    period_to: Day
    engagement_letter: Document


class RecordAuditFinding(Command):
    """Record a finding of an engaged auditor; by the managing institution (19.2)."""

    message_type: ClassVar[str] = "registry.audit.record_finding.v1"

    number: Annotated[Reference, Field(description="of the engagement")]
    finding: Annotated[Reference, Field(description="the auditor's number for it, once in the engagement")]
    text: Text
    clause: Annotated[Clause | None, Field(description="the clause that was not kept, if it is one")] = None
    document: Document | None = None


class RecordAuditReport(Command):
    """Record an engaged auditor's report, with which the engagement ends; by the managing institution (19.2)."""

    message_type: ClassVar[str] = "registry.audit.record_report.v1"

    number: Annotated[Reference, Field(description="of the engagement")]
    passed: Annotated[bool, Field(description="whether the requirements of the audit are met (19.3 asks for it)")]
    conclusion: Text
    report: Document


class AuditorEngaged(Event):
    """A third-party auditor inspects the use of the pool."""

    message_type: ClassVar[str] = "registry.audit.engaged.v1"

    matter_id: Identity
    number: Reference
    auditor: Name
    auditor_uscc: Uscc
    scope: Text
    period_from: Day
    period_to: Day
    engagement_letter: Document
    engaged_by: OfficerId


class AuditFindingRecorded(Event):
    """An engaged auditor has found something."""

    message_type: ClassVar[str] = "registry.audit.finding_recorded.v1"

    matter_id: Identity
    number: Reference
    finding: Reference
    text: Text
    clause: Clause | None = None
    document: Document | None = None
    recorded_by: OfficerId


class AuditReported(Event):
    """An engaged auditor has reported; whether the audit was passed can be a ground to end the cooperation (19.3)."""

    message_type: ClassVar[str] = "registry.audit.reported.v1"

    matter_id: Identity
    number: Reference
    auditor: Name
    passed: bool
    conclusion: Text
    findings: int
    report: Document
    recorded_by: OfficerId
