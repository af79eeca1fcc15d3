"""An auditor's engagement: who inspects what, what was found, and the report with which it ends."""

from datetime import date
from typing import assert_never

from pydantic import BaseModel

from services.registry.domain.evolution import of_entry
from services.registry.domain.register_entry import RegisterEntry
from services.registry.domain.stored import type_of_state
from shared.contracts.documents import Document
from shared.contracts.registry.audits import AuditFindingRecorded, AuditorEngaged, AuditReported


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


class AuditEngagement(RegisterEntry):
    """An engagement with its findings, in the order in which they were recorded."""

    entry_kind = "audit_engagement"

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
        """Where the engagement stands: engaged → findings → reported, or straight from the first to the last."""
        if self.report is not None:
            return "reported"
        return "findings" if self.findings else "engaged"

    def finding(self, number: str) -> AuditFinding | None:
        """The finding of this number, if there is one."""
        return next((finding for finding in self.findings if finding.finding == number), None)


def evolve(
    engagement: AuditEngagement | None, event: AuditorEngaged | AuditFindingRecorded | AuditReported
) -> AuditEngagement:
    """The engagement after ``event``."""
    if isinstance(event, AuditorEngaged):
        assert engagement is None, "an auditor is engaged once under a number"
        return AuditEngagement.begun_by(event)
    assert engagement is not None, "only an engaged auditor finds and reports"
    assert engagement.report is None, "the report ends an engagement"
    match event:
        case AuditFindingRecorded():
            finding = AuditFinding(finding=event.finding, text=event.text, clause=event.clause, document=event.document)
            return engagement.model_copy(update={"findings": (*engagement.findings, finding)})
        case AuditReported():
            report = AuditReport(passed=event.passed, conclusion=event.conclusion, report=event.report)
            return engagement.model_copy(update={"report": report})
        case _:
            assert_never(event)


EVOLUTIONS = (of_entry(evolve),)
