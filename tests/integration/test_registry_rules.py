"""Versions of the rules on a real PostgreSQL: racing adoptions, and what the database itself refuses."""

import asyncio
from collections.abc import Sequence

import asyncpg
import pytest

from shared.contracts.receipts import Outcome
from shared.contracts.registry.words import Duty
from shared.messaging.message import Decided, Incoming
from tests.integration.conftest import TestDatabase
from tests.integration.test_registry_execute import incoming, outcomes, process, registering, staffing
from tests.unit.registry.cycle_examples import OVERSEER
from tests.unit.registry.registry_examples import COOPERATING, MANAGING, POOL_ID, officer
from tests.unit.registry.rules_examples import DRAFTER, REGULATOR, TOMORROW, adoption, proposal, version
from tests.unit.registry.test_article_05_agreements import recording, with_period

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST, SECOND = "规则-1", "规则-2"
SECOND_DRAFTER = "second-drafter"


def regulating() -> list[Incoming]:
    """A pool whose institutions have each an officer for rules, and two proposals for its next version."""
    return [
        *staffing(),
        *registering(officer(REGULATOR, Duty.RULES), MANAGING),
        *registering(officer(DRAFTER, Duty.RULES), COOPERATING),
        # Who proposes doesn't adopt, also within one institution.
        *registering(officer(SECOND_DRAFTER, Duty.RULES), MANAGING),
        incoming(proposal(FIRST), COOPERATING, DRAFTER),
        incoming(proposal(SECOND, version(share_rate_bp=1000)), MANAGING, SECOND_DRAFTER),
    ]


def adopting(number: str) -> Incoming:
    return incoming(adoption(number), MANAGING, REGULATOR)


def codes(decided: Sequence[Decided]) -> list[str]:
    return [reason.code for each in decided if each.answer for reason in each.answer.reasons]


async def versions(database: TestDatabase) -> list[tuple[int, int, int | None]]:
    rows = await database.pool.fetch(
        "SELECT version, share_rate_bp, follows_version FROM rules_versions WHERE pool_id = $1 ORDER BY version",
        POOL_ID,
    )
    return [tuple(row) for row in rows]


@pytest.mark.clause("5.2")
async def test_two_adoptions_in_one_batch_make_one_version(registry_database: TestDatabase) -> None:
    """The first of the batch wins; the second is refused with its clause, and its proposal still waits."""
    decided, _ = await process(registry_database, [*regulating(), adopting(SECOND), adopting(FIRST)])
    assert outcomes(decided)[-2:] == [Outcome.ACCEPTED, Outcome.REFUSED]
    assert codes(decided) == ["rules_version_not_next"]
    assert await versions(registry_database) == [(1, 2000, None), (2, 1000, 1)]
    stages = await registry_database.pool.fetch("SELECT number, stage FROM register_entries ORDER BY number")
    assert [tuple(row) for row in stages] == [(FIRST, "proposed"), (SECOND, "adopted")]
    pool = await registry_database.pool.fetchrow("SELECT rules_version, share_rate_bp FROM pools")
    assert pool is not None
    assert tuple(pool) == (2, 1000)


@pytest.mark.clause("5.2")
async def test_two_adoptions_on_two_replicas_make_one_version(registry_database: TestDatabase) -> None:
    """Replicas that get the two adoptions at once meet on the pool's row: one wins, the other sees that it has."""
    await process(registry_database, regulating())
    both = await asyncio.gather(*(process(registry_database, [adopting(number)]) for number in (FIRST, SECOND)))
    assert sorted(outcome for decided, _ in both for outcome in outcomes(decided)) == ["accepted", "refused"]
    assert [code for decided, _ in both for code in codes(decided)] == ["rules_version_not_next"]
    assert [number for number, _, _ in await versions(registry_database)] == [1, 2]


@pytest.mark.clause("5.2")
async def test_adoptions_take_as_many_statements_as_one(registry_database: TestDatabase) -> None:
    """Ten versions adopted in one batch are stored with the statements of one, and are there when they are loaded."""

    def chain(numbers: range) -> list[Incoming]:
        return [
            message
            for number in numbers
            for message in (
                incoming(proposal(f"规则-{number}", version(number)), COOPERATING, DRAFTER),
                adopting(f"规则-{number}"),
            )
        ]

    await process(registry_database, regulating()[:-2])
    one, statements_of_one = await process(registry_database, chain(range(2, 3)))
    many, statements_of_many = await process(registry_database, chain(range(3, 13)))
    assert set(outcomes([*one, *many])) == {Outcome.ACCEPTED}
    assert statements_of_one == statements_of_many
    assert [number for number, _, _ in await versions(registry_database)] == list(range(1, 13))


@pytest.mark.clause("10.3")
async def test_the_database_keeps_versions_in_order_and_within_the_ceiling(registry_database: TestDatabase) -> None:
    """A share above the ceiling, a gap, a twin, a day before the predecessor's, a change and a deletion fail."""
    await process(registry_database, [*regulating(), adopting(FIRST)])
    insert = (
        "INSERT INTO rules_versions (pool_id, version, effective_on, follows_version, follows_effective_on,"
        " share_rate_bp, share_rate_max_bp, proposal_sha256, adopted_at, rules)"
        " SELECT pool_id, {version}, effective_on + {days}, {follows}, effective_on, {share}, 2000, proposal_sha256,"
        " adopted_at, rules FROM rules_versions WHERE version = 2"
    )
    in_order = {"version": 3, "follows": 2, "days": 0, "share": 2000}
    for changed, error in (
        ({"share": 2001}, asyncpg.CheckViolationError),
        ({"version": 4}, asyncpg.CheckViolationError),
        ({"version": 4, "follows": 3}, asyncpg.ForeignKeyViolationError),
        ({"version": 2, "follows": 1}, asyncpg.UniqueViolationError),
        ({"days": -1}, asyncpg.CheckViolationError),
    ):
        with pytest.raises(error):
            await registry_database.pool.execute(insert.format(**{**in_order, **changed}))
    for statement in (
        "UPDATE rules_versions SET share_rate_bp = 0",
        "DELETE FROM rules_versions",
        "TRUNCATE rules_versions",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await registry_database.pool.execute(statement)
    await registry_database.pool.execute(insert.format(**in_order))
    assert [number for number, _, _ in await versions(registry_database)] == [1, 2, 3]
    assert await registry_database.pool.fetchval("SELECT max(effective_on) FROM rules_versions") == TOMORROW


@pytest.mark.clause("10.3")
async def test_the_database_keeps_proposals_within_the_ceiling(registry_database: TestDatabase) -> None:
    """A proposal has its share and the ceiling of its day in columns of its row, which no share above it gets into."""
    await process(registry_database, regulating())
    row = await registry_database.pool.fetchrow("SELECT share_rate_bp, share_rate_max_bp FROM register_entries")
    assert row is not None
    assert 0 < row["share_rate_bp"] <= row["share_rate_max_bp"] == 2000
    for wrong in ("share_rate_bp = 2001", "share_rate_max_bp = 1", "share_rate_max_bp = NULL", "share_rate_bp = NULL"):
        with pytest.raises(asyncpg.CheckViolationError):
            await registry_database.pool.execute(f"UPDATE register_entries SET {wrong}")
    with pytest.raises(asyncpg.CheckViolationError):
        await registry_database.pool.execute("UPDATE register_entries SET kind = 'evaluation'")


@pytest.mark.clause("5.3")
async def test_agreements_and_the_operating_period_are_there_when_the_pool_is_loaded_again(
    registry_database: TestDatabase,
) -> None:
    """Recorded and amended in one batch; another one then sees both numbers, and the period that was fixed."""
    overseer = registering(officer(OVERSEER, Duty.OVERSIGHT), MANAGING)
    fixing = incoming(with_period("补充-1"), MANAGING, OVERSEER)
    amending = incoming(recording("补充-2", amends="补充-1"), MANAGING, OVERSEER)
    decided, _ = await process(registry_database, [*staffing(), *overseer, fixing, amending])
    assert set(outcomes(decided)) == {Outcome.ACCEPTED}
    again, _ = await process(
        registry_database,
        [
            incoming(recording("补充-3", amends="补充-2"), MANAGING, OVERSEER),
            incoming(recording("补充-2"), MANAGING, OVERSEER),
            incoming(with_period("补充-4"), MANAGING, OVERSEER),
        ],
    )
    assert outcomes(again) == [Outcome.ACCEPTED, Outcome.REFUSED, Outcome.REFUSED]
    assert codes(again) == ["number_taken", "operating_period_not_ahead", "minutes_missing"]
    rows = await registry_database.pool.fetch(
        "SELECT number, stage FROM register_entries WHERE kind = 'agreement' ORDER BY 1"
    )
    assert [tuple(row) for row in rows] == [(f"补充-{number}", "recorded") for number in (1, 2, 3)]
