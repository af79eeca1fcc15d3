"""How a project ends."""

from services.registry.domain.evolution import of_project
from services.registry.domain.project import Project, Stage
from shared.contracts.registry.project_life import ProjectEnded


def evolve(project: Project, event: ProjectEnded) -> Project:
    """The project after ``event``: nothing waits for a decision any more."""
    over: dict[str, object] = {"question": None, "ballot": None, "correction": None}
    return project.model_copy(update={"stage": Stage.ENDED, "reasons": event.reasons, "ending": event, **over})


EVOLUTIONS = (of_project(evolve),)
