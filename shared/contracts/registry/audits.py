"""What is said of audits by engaged third parties: their engagement, findings and report (19.2)."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document, DocumentKind, paper
from shared.contracts.envelope import Command
from shared.contracts.examples import CodeOf, FromContext, Party, Spoken, example, usual
from shared.contracts.registry.words import Duty, EntryEvent
from shared.contracts.words import Clause, Day, Name, OfficerId, Reference, Text, Uscc

_Number = Annotated[Reference, Field(description="of the engagement"), example("SJ-1")]


class EngagementParticulars(BaseModel):
    """Who inspects what."""

    number: Annotated[_Number, Field(description="chosen by the managing institution, once in the pool")]
    auditor: Annotated[Name, example("示例会计师事务所")]
    auditor_uscc: Annotated[Uscc, example(CodeOf(Party.BORROWER))]
    scope: Annotated[Text, example("资金池使用情况")]
    period_from: Annotated[Day, example(FromContext.FOUNDED_ON)]
    period_to: Day
    engagement_letter: Annotated[Document, example(paper(DocumentKind.AGREEMENT, "审计业务约定书"))]


class FindingParticulars(BaseModel):
    """What an auditor has found."""

    number: _Number
    finding: Annotated[
        Reference, Field(description="the auditor's number for it, once in the engagement"), example("1")
    ]
    text: Annotated[Text, example("现场核实记录缺少第二人签字。")]
    clause: Annotated[Clause | None, Field(description="the clause that was not kept, if it is one"), usual("6.6")] = (
        None
    )
    document: Document | None = None


class ReportParticulars(BaseModel):
    """An auditor's report."""

    number: _Number
    passed: Annotated[
        bool, Field(description="whether the requirements of the audit are met (19.3 asks for it)"), example(True)
    ]
    conclusion: Annotated[Text, example("资金使用合规。")]
    report: Annotated[Document, example(paper(DocumentKind.OTHER, "审计报告"))]


class EngageAuditor(EngagementParticulars, Command, name="registry.audit.engage.v1"):
    """Engage a third-party auditor with the use of the pool; by the managing institution (19.2)."""

    spoken: ClassVar[Spoken] = Spoken("audit engagement", Party.MANAGING, Duty.OVERSIGHT)


class RecordAuditFinding(FindingParticulars, Command, name="registry.audit.record_finding.v1"):
    """Record a finding of an engaged auditor; by the managing institution (19.2)."""

    spoken: ClassVar[Spoken] = Spoken("audit finding", Party.MANAGING, Duty.OVERSIGHT)


class RecordAuditReport(ReportParticulars, Command, name="registry.audit.record_report.v1"):
    """Record an engaged auditor's report, with which the engagement ends; by the managing institution (19.2)."""

    spoken: ClassVar[Spoken] = Spoken("audit report", Party.MANAGING, Duty.OVERSIGHT)


class AuditorEngaged(EngagementParticulars, EntryEvent, name="registry.audit.engaged.v1"):
    """A third-party auditor inspects the use of the pool."""

    engaged_by: OfficerId


class AuditFindingRecorded(FindingParticulars, EntryEvent, name="registry.audit.finding_recorded.v1"):
    """An engaged auditor has found something."""

    recorded_by: OfficerId


class AuditReported(ReportParticulars, EntryEvent, name="registry.audit.reported.v1"):
    """An engaged auditor has reported; whether the audit was passed can be a ground to end the cooperation (19.3)."""

    auditor: Name
    findings: int
    recorded_by: OfficerId
