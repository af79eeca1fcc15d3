"""What follows when a collective decision on a late filing is closed (16.1): it is admitted, or rejected for good."""

from services.registry.domain.decision import Decision, accepted
from services.registry.domain.project import Project, Stage
from shared.contracts.registry.ballots import BallotClosed
from shared.contracts.registry.projects import FilingAdmitted, ProjectRejected


def with_what_was_decided(project: Project | None, decision: Decision) -> Decision:
    """The decision on a ballot's message, and after the ballot's closing what it brings about for the project."""
    closed = next((event for event in decision.events if isinstance(event, BallotClosed)), None)
    if closed is None or project is None or project.stage is not Stage.LATE:
        return decision
    if closed.passed:
        admitted = FilingAdmitted(
            project_id=project.project_id,
            filing=project.filing,
            filing_sha256=closed.subject_sha256,
            minutes=closed.minutes,
        )
        return accepted(*decision.events, admitted)
    rejected = ProjectRejected(project_id=project.project_id, reasons=closed.why_zh, rejected_by=closed.closed_by)
    return accepted(*decision.events, rejected)
