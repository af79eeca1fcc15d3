"""``project``: how it stands with one financing project, from the registry's own table, in one statement."""

import asyncio
import sys
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter

from devstack.exit_status import OK
from devstack.supervisor import DevstackError, UsageError
from riskpool.output import Json
from riskpool.places import DatabasePlace, database_at
from services.registry.project_status import ProjectStatus, as_text, select_project_status
from shared.contracts.ids import project_id


def project(
    name: Annotated[str, Parameter(name="ID", help="the project's id, or its loan contract's number")],
    /,
    *,
    pool: Annotated[UUID | None, Parameter(help="the pool, where the loan contract's number is given")] = None,
    lender: Annotated[str | None, Parameter(help="the lender, where the loan contract's number is given")] = None,
    place: DatabasePlace = DatabasePlace(),  # noqa: B008  # frozen, and the command line's way to say "none was given"
    json: Json = False,
) -> int:
    """Show how it stands with one project: stage, filing, deadlines, terms, flags, drawdowns, documents.

    It is found by its id, or by its loan contract's number with --pool and --lender, as the registry has it now.
    The exit status is 1 if the registry doesn't know it or its database doesn't answer, and 2 if what was given is
    neither an id nor a number with --pool and --lender.
    """
    wanted = _id_of(name, pool, lender)
    found = asyncio.run(_read(place.url("registry"), wanted))
    if found is None:
        raise DevstackError(
            f"the registry knows no project {wanted}; check the id, or give the loan contract's number with --pool and "
            "--lender. What was sent a moment ago is known a moment later."
        )
    sys.stdout.write(found.model_dump_json(indent=2) + "\n" if json else as_text(found))
    return OK


def _id_of(name: str, pool: UUID | None, lender: str | None) -> UUID:
    """A project's id follows from its pool, lender and loan contract, so nothing has to be looked up for it."""
    if pool is not None and lender is not None:
        return project_id(pool, lender, name)
    try:
        return UUID(name)
    except ValueError:
        raise UsageError(
            f"{name} is no project's id; to find a project by its loan contract's number, give --pool and --lender too"
        ) from None


async def _read(url: str, wanted: UUID) -> ProjectStatus | None:
    async with database_at(url) as connection:
        return await select_project_status(connection, wanted)
