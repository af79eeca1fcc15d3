"""What the managing institution's word makes of a filing, and of a correction that waits beside an approved one."""

from typing import assert_never

from services.registry.domain.article_06_duties import supplement_is_due_on
from services.registry.domain.deadlines import Deadlines, Moment
from services.registry.domain.evolution import of_project
from services.registry.domain.filing_deadlines import correcting_again, filing_again, without_filing
from services.registry.domain.project import Project, Stage
from shared.contracts.registry.corrections import CorrectionApproved, CorrectionRejected, CorrectionReturned
from shared.contracts.registry.projects import ProjectApproved, ProjectRejected, ProjectReturned


def evolve(project: Project, event: ProjectApproved | ProjectReturned | ProjectRejected) -> Project:
    """The project after ``event``."""
    assert project.stage in {Stage.FILED, Stage.LATE}, "only what was filed waits for a decision"
    match event:
        case ProjectApproved():
            stage, reasons = Stage.APPROVED, None
        case ProjectReturned():
            stage, reasons = Stage.RETURNED, event.reasons
        case ProjectRejected():
            stage, reasons = Stage.REJECTED, event.reasons
        case _:
            assert_never(event)
    return project.model_copy(update={"stage": stage, "reasons": reasons, "interpretation": event.interpretation})


def evolve_corrected(project: Project, event: CorrectionApproved | CorrectionReturned | CorrectionRejected) -> Project:
    """The project after ``event``: returned or rejected, the correction leaves everything as it was."""
    correction = project.correction
    assert correction is not None, "only a correction that waits is decided on"
    assert correction.filing == event.filing, "what is decided on is what was read"
    gone: dict[str, object] = {"correction": None, "question": None, "ballot": None}
    if not isinstance(event, CorrectionApproved):
        return project.model_copy(update=gone)
    assert project.question is None, "a late correction is admitted before it is approved"
    return project.model_copy(update={**gone, **correction.counting(), "interpretation": event.interpretation})


def evolve_deadlines(
    deadlines: Deadlines,
    at: Moment,
    event: ProjectApproved
    | ProjectReturned
    | ProjectRejected
    | CorrectionApproved
    | CorrectionReturned
    | CorrectionRejected,
) -> Deadlines:
    """What is decided on is due no more; what was returned is to be filed again."""
    deadlines = without_filing(deadlines, at, event.project_id)
    if not isinstance(event, ProjectReturned | CorrectionReturned):
        return deadlines
    again = correcting_again if isinstance(event, CorrectionReturned) else filing_again
    due_on = supplement_is_due_on(at.today, at.rules.supplement_days)
    # After a stop no filing is returned any more (22.1), so that whatever begins here is still asked for.
    begun = at.begun(again(at, event.project_id), due_on, at.rules.filing_reminder_days)
    return deadlines.with_begun(at.pool_id, [begun])


EVOLUTIONS = (of_project(evolve), of_project(evolve_corrected))
DEADLINES = (evolve_deadlines,)
