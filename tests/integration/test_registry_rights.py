"""Rights that were pledged under keys of before: the migration finds them under the keys of now."""

import re
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.registry.domain.pledged_rights import key_of
from shared.contracts.registry.words import RightKind
from tests.integration.conftest import TestDatabase
from tests.integration.test_registry_execute import staffing, work_on
from tests.unit.registry.registry_examples import POOL_ID

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.clause("2.1")]

MIGRATION = Path(__file__).parents[2] / "services/registry/migrations/20261125060000_keys_of_rights.sql"
WRITTEN = (
    (RightKind.PATENT, "CNZL2023100000010"),
    (RightKind.PATENT, "专利号ZL2023100000028"),
    (RightKind.PATENT, "2023100000036"),
    (RightKind.COPYRIGHT, "软著登字第0000123号"),
    (RightKind.COPYRIGHT, "粤作登字2023F00000123"),
    (RightKind.TRADEMARK, "商标注册证第1234567号"),
    (RightKind.TRADEMARK, "NO"),
    (RightKind.OTHER, "第号"),
)


async def test_rights_pledged_before_are_found_by_their_keys_of_now(registry_database: TestDatabase) -> None:
    """The database and the domain strip the same; a right that two projects hold stays with one, the free stay free."""
    await work_on(registry_database, staffing())
    pledged = {f"{kind}/{written}": uuid4() for kind, written in WRITTEN}
    twice, free = f"{RightKind.PATENT}/第2023100000036号", f"{RightKind.PATENT}/ZL2023100000044"
    connection = await asyncpg.connect(registry_database.owner_url)
    try:
        await _hold(connection, {**pledged, twice: uuid4(), free: None})
        # Between its two marks a migration is plain SQL.
        up = re.split(r"^-- migrate:(?:up|down)$", MIGRATION.read_text(encoding="utf-8"), flags=re.MULTILINE)[1]
        async with connection.transaction():
            await connection.execute(up)
        rows = await connection.fetch("SELECT right_key, project_id FROM pledged_rights")
    finally:
        await connection.close()
    holders = {row["right_key"]: row["project_id"] for row in rows}
    assert {key_of(kind, written): holders[key_of(kind, written)] for kind, written in WRITTEN} == {
        key_of(kind, written): pledged[f"{kind}/{written}"] for kind, written in WRITTEN
    }
    assert holders[free] is None
    assert f"{RightKind.PATENT}/2023100000044" not in holders


async def _hold(connection: "asyncpg.Connection[asyncpg.Record]", rows: dict[str, UUID | None]) -> None:
    """These rights as they stood in the table, each with the project that it secures."""
    held = [project_id for project_id in rows.values() if project_id is not None]
    await connection.execute(
        "INSERT INTO projects (project_id, pool_id) SELECT project_id, $2 FROM unnest($1::uuid[]) AS new (project_id)",
        held,
        POOL_ID,
    )
    await connection.execute(
        "INSERT INTO pledged_rights (right_key, project_id) SELECT * FROM unnest($1::text[], $2::uuid[])",
        list(rows),
        list(rows.values()),
    )
