"""Which project somebody means: by its id, by the number that people see beside its case, or by a message of it."""

import re
from uuid import UUID

from shared.contracts.ids import case_number
from shared.messaging.database import Connection

_CASE_NUMBER = re.compile(r"([0-9]{4})-[2-9A-HJ-NP-Z]{7}")


async def projects_meant(connection: Connection, name: str) -> list[UUID]:
    """The projects in audit's record that ``name`` can mean; a message id is unique for its sender only."""
    number = _CASE_NUMBER.fullmatch(name.upper())
    if number is not None:
        year = int(number[1])
        return [each for each in await _all_projects(connection) if case_number(each, year) == name.upper()]
    found = await _projects_of_message(connection, name)
    try:
        project_id = UUID(name)
    except ValueError:
        return found
    return [project_id] if await _is_recorded(connection, project_id) else found


async def _is_recorded(connection: Connection, project_id: UUID) -> bool:
    found: bool = await connection.fetchval("SELECT EXISTS (SELECT FROM records WHERE project_id = $1)", project_id)
    return found


async def _all_projects(connection: Connection) -> list[UUID]:
    """Every project of the record, one look into the index for each: a number can't be turned back into its project."""
    rows = await connection.fetch(
        """
        WITH RECURSIVE projects (project_id) AS (
            (SELECT project_id FROM records WHERE project_id IS NOT NULL ORDER BY project_id LIMIT 1)
            UNION ALL
            SELECT (
                SELECT records.project_id FROM records WHERE records.project_id > projects.project_id
                ORDER BY records.project_id LIMIT 1
            )
            FROM projects WHERE projects.project_id IS NOT NULL
        )
        SELECT project_id FROM projects WHERE project_id IS NOT NULL
        """
    )
    return [row["project_id"] for row in rows]


async def _projects_of_message(connection: Connection, message_id: str) -> list[UUID]:
    """The projects of the messages with this id; a bank's confirmation has its instruction's."""
    rows = await connection.fetch(
        """
        SELECT project_id FROM records WHERE message_id = $1 AND project_id IS NOT NULL
        UNION
        SELECT about.project_id FROM records AS said
        JOIN records AS about ON about.instruction_id = said.instruction_id
        WHERE said.message_id = $1 AND about.project_id IS NOT NULL
        ORDER BY project_id
        """,
        message_id,
    )
    return [row["project_id"] for row in rows]
