"""How a further drawdown joins an approved project."""

from services.registry.domain.ballot import Question
from services.registry.domain.evolution import of_project
from services.registry.domain.project import Project
from shared.contracts.registry.project_life import DrawdownFiled


def evolve(project: Project, event: DrawdownFiled) -> Project:
    """The project after ``event``: a late one puts its question; the loan is drawn either way."""
    changed: dict[str, object] = {
        "drawdowns": (*project.drawdowns, event.drawdown),
        "judged_drawdowns": project.with_judged(event.drawdown),
        "documents": (*project.documents, *event.documents),
    }
    if event.filing_sha256 is not None:
        changed["question"] = Question(sha256=event.filing_sha256, clause="16.1")
        changed["drawn_late_because"] = event.late_because
    return project.model_copy(update=changed)


EVOLUTIONS = (of_project(evolve),)
