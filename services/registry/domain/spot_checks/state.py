"""How a project is checked, flagged, and freed of its flags."""

from typing import assert_never

from services.registry.domain.evolution import of_project
from services.registry.domain.project import Project
from services.registry.domain.spot_check import SpotCheck
from shared.contracts.registry.project_life import FlagLifted, ProjectFlagged, SpotCheckRecorded


def evolve(project: Project, event: SpotCheckRecorded | ProjectFlagged | FlagLifted) -> Project:
    """The project after ``event``."""
    match event:
        case SpotCheckRecorded():
            changed: dict[str, object] = {"spot_checks": (*project.spot_checks, SpotCheck.of(event))}
        case ProjectFlagged():
            changed = {"flags": (*project.flags, event.number)}
        case FlagLifted():
            changed = {"flags": tuple(number for number in project.flags if number != event.number)}
        case _:
            assert_never(event)
    return project.model_copy(update=changed)


EVOLUTIONS = (of_project(evolve),)
