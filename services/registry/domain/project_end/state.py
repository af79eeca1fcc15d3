"""How a project ends."""

from services.registry.domain.deadlines import DRAWDOWN, Deadlines, Moment
from services.registry.domain.evolution import of_project
from services.registry.domain.filing_deadlines import decision, without_filing
from services.registry.domain.project import Project, Stage
from shared.contracts.registry.project_life import ProjectEnded


def evolve(project: Project, event: ProjectEnded) -> Project:
    """The project after ``event``: nothing waits for a decision any more."""
    over: dict[str, object] = {"question": None, "ballot": None, "correction": None}
    return project.model_copy(update={"stage": Stage.ENDED, "reasons": event.reasons, "ending": event, **over})


def evolve_deadlines(deadlines: Deadlines, at: Moment, event: ProjectEnded) -> Deadlines:
    """Nothing is decided on any more, nor filed again."""
    deadlines = without_filing(deadlines, at, event.project_id)
    return deadlines.without(at.pool_id, [decision(at, event.project_id, DRAWDOWN)])


EVOLUTIONS = (of_project(evolve),)
DEADLINES = (evolve_deadlines,)
