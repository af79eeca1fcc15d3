"""``project``: how it stands with one financing project, from the registry's own table, in one statement."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter

from devstack.addresses import read_addresses
from devstack.exit_status import OK
from devstack.supervisor import DevstackError, UsageError
from riskpool.places import database_at
from services.registry.project_status import ProjectStatus, as_text, select_project_status
from shared.contracts.ids import project_id


def project(
    name: Annotated[str, Parameter(name="ID", help="the project's id, or its loan contract's number")],
    /,
    *,
    pool: Annotated[UUID | None, Parameter(help="the pool, where the loan contract's number is given")] = None,
    lender: Annotated[str | None, Parameter(help="the lender, where the loan contract's number is given")] = None,
    data: Annotated[
        Path | None, Parameter(env_var="RISKPOOL_LOCAL_DATA_DIR", help="data folder of a running `riskpool up`")
    ] = None,
    database_url: Annotated[
        str | None, Parameter(env_var="RISKPOOL_DATABASE_URL", help="url of the registry's database")
    ] = None,
    json: Annotated[bool, Parameter(negative="", help="print the project as JSON")] = False,
) -> int:
    """Show how it stands with one project: stage, filing, deadlines, terms, flags, drawdowns, documents.

    It is found by its id, or by its loan contract's number with --pool and --lender, as the registry has it now.
    """
    wanted = _id_of(name, pool, lender)
    if database_url is None:
        if data is None:
            raise UsageError(
                "say where the registry's database is: --data FOLDER of a running `riskpool up`, or --database-url"
            )
        database_url = read_addresses(data).database_urls["registry"]
    found = asyncio.run(_read(database_url, wanted))
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
