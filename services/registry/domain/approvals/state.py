"""What the managing institution's word makes of a filing, and of a correction that waits beside an approved one."""

from typing import assert_never

from services.registry.domain.evolution import of_project
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


EVOLUTIONS = (of_project(evolve), of_project(evolve_corrected))
