"""``journey``: one case from its filing to its end, from audit's record."""

import asyncio
import sys
from typing import Annotated

from cyclopts import Parameter

from devstack.exit_status import OK
from devstack.supervisor import DevstackError
from riskpool.cases import projects_meant
from riskpool.output import Json
from riskpool.places import DatabasePlace, database_at
from services.audit.domain.journey import Journey
from services.audit.journey import as_text
from services.audit.journey import journey as read_journey


def journey(
    case: Annotated[
        str, Parameter(name="ID", help="a project's id, its case number, or the id of one of its messages")
    ],
    /,
    *,
    place: DatabasePlace = DatabasePlace(),  # noqa: B008  # frozen, and the command line's way to say "none was given"
    json: Json = False,
) -> int:
    """Show one case from its filing to its end: every message, who said it, its trace, the time between.

    It is read from audit's record, so it does not depend on any other service, and works years later.
    """
    found = asyncio.run(_read(place.url("audit"), case))
    sys.stdout.write(found.model_dump_json(indent=2) + "\n" if json else as_text(found))
    return OK


async def _read(url: str, case: str) -> Journey:
    async with database_at(url) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        projects = await projects_meant(connection, case)
        if not projects:
            raise DevstackError(
                f"audit has recorded nothing of {case}; is it a project's id, a case number or a message's id, written "
                "as in the receipt? What was sent a moment ago is recorded a moment later."
            )
        if len(projects) > 1:
            several = ", ".join(str(project) for project in projects)
            raise DevstackError(f"{case} is said of several projects; choose one: riskpool journey ID, of {several}")
        return await read_journey(connection, projects[0])
