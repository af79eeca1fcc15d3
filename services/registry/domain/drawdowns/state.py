"""How a further drawdown joins an approved project."""

from services.registry.domain.deadlines import DRAWDOWN, Deadlines, Moment
from services.registry.domain.evolution import of_project
from services.registry.domain.filing_deadlines import decision
from services.registry.domain.project import Project
from shared.contracts.registry.collective_decisions import SubjectKind
from shared.contracts.registry.project_life import DrawdownFiled
from shared.decisions.ballot import Question


def evolve(project: Project, event: DrawdownFiled) -> Project:
    """The project after ``event``: a late one puts its question; the loan is drawn either way."""
    changed: dict[str, object] = {
        "drawdowns": (*project.drawdowns, event.drawdown),
        "judged_drawdowns": project.with_judged(event.drawdown),
        "documents": (*project.documents, *event.documents),
    }
    if event.filing_sha256 is not None:
        changed["question"] = Question(kind=SubjectKind.LATE_DRAWDOWN, sha256=event.filing_sha256)
        changed["drawn_late_because"] = event.late_because
    return project.model_copy(update=changed)


def evolve_deadlines(deadlines: Deadlines, at: Moment, event: DrawdownFiled) -> Deadlines:
    """A late drawdown waits for the managing institution's decision; there is one at a time."""
    if not event.drawdown.late:
        return deadlines
    # Its window is over, so that the decision is due on the day of the filing.
    begun = at.begun(decision(at, event.project_id, DRAWDOWN), at.today, at.rules.filing_reminder_days)
    return deadlines.with_begun(at.pool_id, [begun])


EVOLUTIONS = (of_project(evolve),)
DEADLINES = (evolve_deadlines,)
