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

MIGRATIONS = Path(__file__).parents[2] / "services/registry/migrations"
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
    holders = await _after(
        registry_database, "20261125060000_keys_of_rights.sql", {**pledged, twice: uuid4(), free: None}
    )
    assert {key_of(kind, written): holders[key_of(kind, written)] for kind, written in WRITTEN} == {
        key_of(kind, written): pledged[f"{kind}/{written}"] for kind, written in WRITTEN
    }
    assert holders[free] is None
    assert f"{RightKind.PATENT}/2023100000044" not in holders


async def test_a_patent_that_was_pledged_without_its_check_digit_is_found_with_it(
    registry_database: TestDatabase,
) -> None:
    """The database and the domain compute the same digit; what another project holds with it stays that one's."""
    await work_on(registry_database, staffing())
    numbers = ["201710601862", *(f"20231{serial * 7919:07d}" for serial in range(40))]
    without = {f"{RightKind.PATENT}/{number}": uuid4() for number in numbers}
    with_it = {key_of(RightKind.PATENT, "201710601862"): uuid4()}
    holders = await _after(
        registry_database,
        "20261125230002_patents_without_check_digit.sql",
        {
            **without,
            **with_it,
            f"{RightKind.PATENT}/202399999999": None,
            f"{RightKind.TRADEMARK}/202310000001": uuid4(),
        },
    )
    expected = {key_of(RightKind.PATENT, number): without[f"{RightKind.PATENT}/{number}"] for number in numbers}
    assert {key: holders[key] for key in expected} == {**expected, **with_it}
    assert len(holders) == 2 * len(numbers) + 2


async def _after(database: TestDatabase, migration: str, rows: dict[str, UUID | None]) -> dict[str, UUID | None]:
    """Who holds which right after the migration, where these rows stood in the table."""
    connection = await asyncpg.connect(database.owner_url)
    try:
        await _hold(connection, rows)
        # Between its two marks a migration is plain SQL.
        text = (MIGRATIONS / migration).read_text(encoding="utf-8")
        up = re.split(r"^-- migrate:(?:up|down)$", text, flags=re.MULTILINE)[1]
        async with connection.transaction():
            await connection.execute(up)
        found = await connection.fetch("SELECT right_key, project_id FROM pledged_rights")
    finally:
        await connection.close()
    return {row["right_key"]: row["project_id"] for row in found}


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
