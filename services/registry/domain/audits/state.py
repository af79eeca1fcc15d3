"""An auditor's engagement: who inspects what, what was found, and the report with which it ends."""

from datetime import date
from typing import Literal, assert_never
from uuid import UUID

from pydantic import BaseModel

from services.registry.domain.stored import type_of_state
from shared.contracts.documents import Document
from shared.contracts.registry.audits import AuditFindingRecorded, AuditorEngaged, AuditReported

AuditEvent = AuditorEngaged | AuditFindingRecorded | AuditReported


class AuditFinding(BaseModel):
    """What an auditor found, under the auditor's own number."""

    model_config = type_of_state

    finding: str
    text: str
    clause: str | None
    document: Document | None


class AuditReport(BaseModel):
    """What an auditor concluded."""

    model_config = type_of_state

    passed: bool
    conclusion: str
    report: Document


class AuditEngagement(BaseModel):
    """An engagement with its findings, in the order in which they were recorded."""

    model_config = type_of_state

    kind: Literal["audit_engagement"] = "audit_engagement"
    matter_id: UUID
    number: str
    auditor: str
    auditor_uscc: str
    scope: str
    period_from: date
    period_to: date
    engagement_letter: Document
    findings: tuple[AuditFinding, ...] = ()
    report: AuditReport | None = None

    @property
    def stage(self) -> str:
        """Where the matter stands: engaged → findings → reported, or straight from the first to the last."""
        if self.report is not None:
            return "reported"
        return "findings" if self.findings else "engaged"

    def finding(self, number: str) -> AuditFinding | None:
        """The finding of this number, if there is one."""
        return next((finding for finding in self.findings if finding.finding == number), None)


def evolve(engagement: AuditEngagement | None, event: AuditEvent) -> AuditEngagement:
    """The engagement after ``event``."""
    if isinstance(event, AuditorEngaged):
        assert engagement is None, "an auditor is engaged once under a number"
        values = event.model_dump(exclude={"engagement_letter", "engaged_by"})
        return AuditEngagement(**values, engagement_letter=event.engagement_letter)
    assert engagement is not None, "only an engaged auditor finds and reports"
    assert engagement.report is None, "the report ends an engagement"
    match event:
        case AuditFindingRecorded():
            finding = AuditFinding(finding=event.finding, text=event.text, clause=event.clause, document=event.document)
            return engagement.model_copy(update={"findings": (*engagement.findings, finding)})
        case AuditReported():
            report = AuditReport(passed=event.passed, conclusion=event.conclusion, report=event.report)
            return engagement.model_copy(update={"report": report})
    assert_never(event)
