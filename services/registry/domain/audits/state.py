"""An auditor's engagement: who inspects what, what was found, and the report with which it ends."""

from typing import assert_never

from services.registry.domain.evolution import of_entry
from services.registry.domain.register_entry import RegisterEntry
from services.registry.domain.state_model import StateModel
from shared.contracts.registry.audits import (
    AuditFindingRecorded,
    AuditorEngaged,
    AuditReported,
    EngagementParticulars,
    FindingParticulars,
    ReportParticulars,
)


class AuditFinding(FindingParticulars, StateModel):
    """What an auditor found, under the auditor's own number."""


class AuditReport(ReportParticulars, StateModel):
    """What an auditor concluded."""


class AuditEngagement(EngagementParticulars, RegisterEntry):
    """An engagement with its findings, in the order in which they were recorded."""

    entry_kind = "audit_engagement"

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
        return AuditEngagement.from_message(event)
    assert engagement is not None, "only an engaged auditor finds and reports"
    assert engagement.report is None, "the report ends an engagement"
    match event:
        case AuditFindingRecorded():
            finding = AuditFinding.from_message(event)
            return engagement.model_copy(update={"findings": (*engagement.findings, finding)})
        case AuditReported():
            report = AuditReport.from_message(event)
            return engagement.model_copy(update={"report": report})
        case _:
            assert_never(event)


EVOLUTIONS = (of_entry(evolve),)
