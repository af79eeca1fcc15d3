"""How it stands with one project: one statement, by the primary key, and no other with a hundred thousand projects."""

import json
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from services.registry.project_status import SELECT_PROJECT, as_text, select_project_status
from tests.integration.conftest import TestDatabase
from tests.integration.test_registry_execute import APPROVE, incoming, process, staffing
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    FILER,
    MANAGING,
    POOL_ID,
    PROJECT_ID,
    USCC,
    filing,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

PROJECTS = 100_000


async def _plan(database: TestDatabase) -> dict[str, Any]:
    """How PostgreSQL reads one project."""
    explained = await database.pool.fetchval(f"EXPLAIN (FORMAT JSON) {SELECT_PROJECT}", PROJECT_ID)
    plan: dict[str, Any] = json.loads(explained)[0]["Plan"]
    return plan


async def test_one_project_is_read_in_one_indexed_statement(registry_database: TestDatabase) -> None:
    """The same lookup in the primary key whether there is one project or a hundred thousand."""
    batch = [
        *staffing(),
        incoming(filing(), COOPERATING, FILER),
        incoming(APPROVE, MANAGING, APPROVER),
    ]
    await process(registry_database, batch)
    statements: list[str] = []
    async with registry_database.pool.acquire() as connection:
        # Only more projects of other loans, each a copy of the one.
        await connection.execute(
            """
            INSERT INTO projects
            SELECT other.* FROM projects, generate_series(1, $1) AS number, jsonb_populate_record(
                projects,
                jsonb_build_object('project_id', gen_random_uuid(), 'loan_contract_number', number, 'state', '')
            ) AS other
            """,
            PROJECTS,
        )
        with connection.query_logger(lambda query: statements.append(query.query)):
            found = await select_project_status(connection, PROJECT_ID)
    assert [statement for statement in statements if "projects" in statement] == [SELECT_PROJECT]
    plan = await _plan(registry_database)
    assert (plan["Node Type"], plan["Index Name"]) == ("Index Scan", "projects_pkey")
    assert "project_id" in plan["Index Cond"]

    assert found is not None
    assert (found.stage, found.filing, found.borrower_uscc) == ("approved", 1, USCC["borrower"])
    assert found.covered_principal_fen == found.outstanding_fen == 100_000_000
    assert {"outstanding 1,000,000.00 yuan", "stage       approved"} <= set(as_text(found).splitlines())


async def test_what_was_never_complete_says_what_it_lacks(registry_database: TestDatabase) -> None:
    """A draft has a deadline and what is missing, and nothing that only a complete filing has."""
    await process(registry_database, [*staffing(), incoming(filing(documents=()), COOPERATING, FILER)])
    async with registry_database.pool.acquire() as connection:
        found = await select_project_status(connection, PROJECT_ID)
        assert await select_project_status(connection, uuid4()) is None
    assert found is not None
    assert (found.stage, found.terms, found.drawdowns) == ("incomplete", None, ())
    assert found.missing
    assert f"missing     {', '.join(found.missing)}" in as_text(found).splitlines()


async def test_no_project_is_without_its_filing(registry_database: TestDatabase) -> None:
    """A row begins with the first filing; not even the owner writes an empty one."""
    await process(registry_database, staffing())
    with pytest.raises(asyncpg.NotNullViolationError):
        await registry_database.pool.execute(
            "INSERT INTO projects (project_id, pool_id) VALUES ($1, $2)", PROJECT_ID, POOL_ID
        )
