"""How a project is checked, flagged, and freed of its flags."""

from typing import assert_never

from services.registry.domain.evolution import of_project, of_project_named
from services.registry.domain.project import Flag, Project
from services.registry.domain.spot_check import SpotCheck
from shared.contracts.registry.project_life import FlagLifted, ProjectFlagged, SpotCheckRecorded


def evolve(project: Project, event: SpotCheckRecorded) -> Project:
    """The project with the check that was made."""
    return project.model_copy(update={"spot_checks": (*project.spot_checks, SpotCheck.of(event))})


def evolve_flags(project: Project, event: ProjectFlagged | FlagLifted) -> Project:
    """The project with the flag that was set, or without the one that was lifted."""
    flag = Flag.from_message(event)
    match event:
        case ProjectFlagged():
            assert flag not in project.flags, "a flag that stands isn't set again"
            flags = (*project.flags, flag)
        case FlagLifted():
            flags = tuple(each for each in project.flags if each != flag)
        case _:
            assert_never(event)
    return project.model_copy(update={"flags": flags})


EVOLUTIONS = (of_project(evolve), of_project_named(evolve_flags))
