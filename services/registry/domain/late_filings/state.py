"""What a collective decision makes of what was filed late: it is in time from now on, or stays uncovered."""

from typing import assert_never

from services.registry.domain.deadlines import DRAWDOWN, Deadlines, Moment
from services.registry.domain.evolution import of_project
from services.registry.domain.filed_version import Correction
from services.registry.domain.filing_deadlines import decision
from services.registry.domain.project import Project, Stage
from shared.contracts.registry.project_life import DrawdownAdmitted, DrawdownRefused
from shared.contracts.registry.projects import FiledDrawdown, FilingAdmitted


def evolve(project: Project, event: FilingAdmitted | DrawdownAdmitted | DrawdownRefused) -> Project:
    """The project after ``event``, whose question is answered."""
    match event:
        case FilingAdmitted():
            assert project.has_passed, "only a collective decision admits it"
            changed = _admitted(project)
        case DrawdownAdmitted():
            assert project.has_passed, "only a collective decision admits what was filed late"
            drawdowns = tuple(
                drawdown.model_copy(update={"late": False}) if drawdown.number == event.number else drawdown
                for drawdown in project.drawdowns
            )
            changed = {"drawdowns": drawdowns}
        case DrawdownRefused():
            changed = {}
        case _:
            assert_never(event)
    return project.model_copy(update={**changed, "question": None, "ballot": None})


def _admitted(project: Project) -> dict[str, object]:
    """What was late is late no longer, and stands as any other filing."""
    if project.correction is not None:
        return {"correction": _admitted_correction(project.correction, project.drawdowns)}
    assert project.stage is Stage.LATE, "only a late filing has to be admitted"
    in_time = tuple(drawdown.model_copy(update={"late": False}) for drawdown in project.drawdowns)
    return {"stage": Stage.FILED, "drawdowns": in_time}


def _admitted_correction(correction: Correction, counting: tuple[FiledDrawdown, ...]) -> Correction:
    """The correction once a decision has admitted it: late is only what was late before it, and refused then."""
    refused = {drawdown.number for drawdown in counting if drawdown.late}
    in_time = tuple(
        drawdown.model_copy(update={"late": drawdown.number in refused}) for drawdown in correction.drawdowns
    )
    return correction.model_copy(update={"drawdowns": in_time, "late_because": None})


def evolve_deadlines(deadlines: Deadlines, at: Moment, event: DrawdownAdmitted | DrawdownRefused) -> Deadlines:
    """A late drawdown was decided on."""
    return deadlines.without(at.pool_id, [decision(at, event.project_id, DRAWDOWN)])


EVOLUTIONS = (of_project(evolve),)
DEADLINES = (evolve_deadlines,)
