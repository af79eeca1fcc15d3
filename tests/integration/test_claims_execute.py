"""The claims service's transaction on a real database."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.claims.execute import execute
from shared.contracts import claims as said
from shared.contracts import ids
from shared.contracts.claims import PayoutReleased, ReimbursementApproved
from shared.contracts.ids import causing_id
from shared.contracts.receipts import Outcome
from shared.contracts.received import Received
from shared.contracts.registry.people import KeyRegistered
from shared.contracts.registry.projects import ProjectReturned
from shared.contracts.treasury import Leg
from shared.messaging.message import Decided, Incoming, Record
from tests.integration.conftest import NewDatabase, TestDatabase, undone
from tests.unit.claims.claims_builder import (
    COMPENSATION_ID,
    LENDER,
    POOL_ID,
    PROJECT_ID,
    Story,
    notice,
    pool_events,
    settled,
)

pytestmark = pytest.mark.asyncio

NOW = datetime(2026, 11, 2, tzinfo=UTC)


def incoming(received: Received[Any], traceparent: str | None = None) -> Incoming:
    """The message as intake hands it on."""
    if received.acting is None and received.seq is None:
        received = replace(received, seq=1)
    return Incoming(
        record=Record("topic", 0, 0, None, b"", (), 0),
        received=received,
        cause=causing_id(received.sender, received.message_id),
        type=received.data.message_type if received.data is not None else "registry.something.new.v9",
        traceparent=traceparent,
    )


def from_service(data: Any, seq: int = 1) -> Incoming:
    """An event of the registry or the treasury."""
    return incoming(Received(data, str(uuid4()), "registry", POOL_ID, "0" * 64, NOW, seq=seq))


def whole_way() -> list[Incoming]:
    """Everything from the pool's founding to the reimbursement of worked cases 1 and 2."""
    story = Story().until("closing")
    story.observes(settled(Leg.REIMBURSEMENT, 10_000_000))
    numbered = enumerate(story.taken)
    return [
        *(from_service(event, number) for number, event in enumerate(pool_events(), start=1)),
        *(incoming(received, f"00-{number + 1:032x}-{number + 1:016x}-01") for number, received in numbered),
    ]


def of_project(message: Incoming, contract: str) -> Incoming:
    """The same message for another loan contract of the same lender."""
    received, data = message.received, message.received.data
    project = ids.project_id(POOL_ID, LENDER, contract)
    changes: dict[str, Any] = {"project_id": project}
    if isinstance(data, said.NotifyLoss):
        changes = {"loan_contract_number": contract}
    changed = Received(
        data.model_copy(update=changes),
        f"{received.message_id}-{contract}",
        received.sender,
        received.pool_id,
        received.content_sha256,
        received.received_at,
        received.acting,
        received.original,
    )
    return incoming(changed)


async def take(database: TestDatabase, batch: Sequence[Incoming]) -> Sequence[Decided]:
    """One transaction."""
    async with database.pool.acquire() as connection, connection.transaction():
        return await execute(connection, batch)


async def fetch(database: TestDatabase, statement: str) -> list[tuple[Any, ...]]:
    """The rows as tuples."""
    return [tuple(row) for row in await database.pool.fetch(statement)]


TABLES = (
    "SELECT pool_id, state FROM pools",
    "SELECT project_id, stage, case_number, lender, guarantor, state, trace_parent, updated_at FROM claims",
    "SELECT * FROM compensations",
)


@pytest.mark.clause("10.3")
async def test_whole_way_is_stored(claims_database: TestDatabase) -> None:
    """In one batch, every message is answered in order, and the tables hold the figures of worked cases 1 and 2."""
    batch = whole_way()
    decided = await take(claims_database, batch)
    assert [decision.incoming for decision in decided] == batch
    answers = [decision.answer for decision in decided if decision.answer is not None]
    assert {answer.outcome for answer in answers} == {Outcome.ACCEPTED}
    assert {answer.project_id for answer in answers} == {PROJECT_ID}
    assert all((decision.answer is None) == (decision.incoming.seq is not None) for decision in decided)
    assert {event.subject for decision in decided for event in decision.events} == {str(PROJECT_ID)}
    said_on = [event.data for decision in decided for event in decision.events]
    rests_on = [event.registry_seq for event in said_on if isinstance(event, PayoutReleased | ReimbursementApproved)]
    assert rests_on == [len(pool_events())] * 2, "the treasury learns what claims had observed of the registry"
    columns = "compensation_id, pool_share_fen, fiscal_part_fen, paid_fen, decided_fen, reimbursed_fen"
    assert await fetch(claims_database, f"SELECT {columns} FROM compensations") == [
        (COMPENSATION_ID, 20_000_000, 10_000_000, 20_000_000, 10_000_000, 10_000_000)
    ]
    assert await fetch(claims_database, "SELECT stage, lender FROM claims") == [("reimbursed", LENDER)]


async def test_batches_of_one_lead_to_the_same(claims_database: TestDatabase, new_database: Any) -> None:
    """One after the other, each in its own transaction, the same is said and the same is stored."""
    other = await new_database("claims")
    batch = whole_way()
    at_once = await take(claims_database, batch)
    singly = [decision for message in batch for decision in await take(other, [message])]
    assert [(each.events, each.answer, each.stage_before) for each in at_once] == [
        (each.events, each.answer, each.stage_before) for each in singly
    ]
    for table in TABLES:
        assert await fetch(claims_database, table) == await fetch(other, table)


async def test_number_of_statements_does_not_grow(claims_database: TestDatabase) -> None:
    """A batch about forty projects takes as many statements as one about a single project."""
    way = whole_way()
    pool_part, case_part = way[: len(pool_events())], way[len(pool_events()) :]
    await take(claims_database, pool_part)
    counts = []
    async with claims_database.pool.acquire() as connection:
        # On a fresh connection the driver asks for types first; that is no statement of ours.
        for contracts in (["warm"], ["a"], [f"b{number}" for number in range(40)]):
            batch = [of_project(message, contract) for message in case_part[:6] for contract in contracts]
            statements: list[str] = []
            async with connection.transaction():
                with connection.query_logger(lambda record, seen=statements: seen.append(record.query)):
                    decided = await execute(connection, batch)
            assert {each.answer.outcome for each in decided if each.answer} == {Outcome.ACCEPTED}
            counts.append(len(statements))
    assert counts[1:] == [5, 5]


async def test_stages_are_linked(claims_database: TestDatabase) -> None:
    """Each message that moves a case gets the trace of the one before; a refused one gets and leaves none."""
    way = whole_way()
    case_part = way[len(pool_events()) :]
    await take(claims_database, way[: len(pool_events())])
    first, second, skipping = case_part[0], case_part[1], case_part[4]
    assert [each.stage_before for each in await take(claims_database, [first, second])] == [None, first.traceparent]
    (refused,) = await take(claims_database, [skipping])
    assert refused.answer is not None
    assert (refused.answer.outcome, refused.stage_before) == (Outcome.REFUSED, None)
    (third,) = await take(claims_database, [case_part[2]])
    assert third.stage_before == second.traceparent


async def test_command_on_an_unknown_project_leaves_nothing(claims_database: TestDatabase) -> None:
    """It is refused, and no case comes into being."""
    way = whole_way()
    await take(claims_database, way[: len(pool_events())])
    (decided,) = await take(claims_database, [way[len(pool_events()) + 2]])
    assert decided.answer is not None
    assert [reason.code for reason in decided.answer.reasons] == ["approval_missing"]
    assert await fetch(claims_database, "SELECT * FROM claims") == []


async def test_keys_are_kept_and_the_rest_is_passed_over(claims_database: TestDatabase) -> None:
    """A key is stored for intake; types that claims doesn't listen to, known or not, change nothing."""
    key = KeyRegistered(
        key_id="k" * 43,
        public_key="p" * 43,
        institution=LENDER,
        officer="teller",
        valid_from=NOW,
        registered_with="r" * 43,
    )
    other = ProjectReturned(project_id=PROJECT_ID, reasons="补充材料", returned_by="approver", rules_version=1)
    decided = await take(claims_database, [from_service(key), from_service(other), from_service(None)])
    assert [(each.events, each.answer) for each in decided] == [((), None)] * 3
    assert await fetch(claims_database, "SELECT pool_id, key_id, officer FROM signing_keys") == [
        (POOL_ID, "k" * 43, "teller")
    ]


async def test_two_replicas_on_one_case_wait_for_each_other(claims_database: TestDatabase) -> None:
    """Two reviews at once: the second is decided on what the first has left, and is refused."""
    way = whole_way()
    await take(claims_database, way[: len(pool_events()) + 2])
    review = way[len(pool_events()) + 2]
    results = await asyncio.gather(take(claims_database, [review]), take(claims_database, [review]))
    outcomes = [decided.answer.outcome for (decided,) in results if decided.answer is not None]
    assert sorted(outcomes) == [Outcome.ACCEPTED, Outcome.REFUSED]


def loss_that_grows() -> list[Incoming]:
    """A second compensation, released on a further notice, beside the first one."""
    story = Story().until("release", total_fen=50_000_000)
    story.notifies(notice(100_000_000))
    for act in (story.reviews, story.verifies, story.plans, story.confirms, story.releases):
        assert act().outcome is Outcome.ACCEPTED
    pool = (from_service(event, number) for number, event in enumerate(pool_events(), start=1))
    return [*pool, *(incoming(received) for received in story.taken)]


@pytest.mark.clause("10.3")
@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE compensations SET payee = 'another' WHERE number = 1", "released_stands_6_8"),
        ("UPDATE compensations SET released_at = NULL WHERE number = 2", "released_stands_6_8"),
        (
            """
            INSERT INTO compensations
            SELECT (jsonb_populate_record(c, '{"number": 3, "compensation_id": "00000000-0000-0000-0000-000000000003",
                "pool_share_fen": 1, "fiscal_part_fen": 1, "social_part_fen": 0}')).* FROM compensations AS c
            WHERE number = 1
            """,
            "committed_within_cap_10_3",
        ),
    ],
)
async def test_what_was_released_stands_and_is_all_under_the_cap(
    claims_database: TestDatabase, statement: str, constraint: str
) -> None:
    """Two compensations are stored as they were released; no third one fits, and neither is ever another."""
    await take(claims_database, loss_that_grows())
    columns = "number, stage, committed_before_fen, pool_share_fen"
    assert await fetch(claims_database, f"SELECT {columns} FROM compensations ORDER BY number") == [
        (1, "released", 0, 10_000_000),
        (2, "released", 10_000_000, 10_000_000),
    ]
    async with claims_database.pool.acquire() as connection, undone(connection):
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await connection.execute(statement)
    assert refused.value.constraint_name == constraint


_FIGURES = {
    "total_loss_fen": 100,
    "claimed_fen": 100,
    "share_rate_bp": 2000,
    "committed_before_fen": 0,
    "pool_share_fen": 20,
    "fiscal_part_fen": 10,
    "social_part_fen": 10,
    "paid_fen": 0,
    "decided_fen": 0,
    "reimbursed_fen": 0,
}


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({}, None),
        ({"pool_share_fen": 21, "social_part_fen": 11}, "share_within_cap_10_3"),
        ({"committed_before_fen": 1}, "share_within_cap_10_3"),
        ({"total_loss_fen": 10**15, "claimed_fen": 10**15, "pool_share_fen": 2 * 10**14 + 1}, "share_within_cap_10_3"),
        ({"fiscal_part_fen": 11}, "parts_make_the_share_10_4"),
        ({"claimed_fen": 19}, "share_within_claimed_10_2"),
        ({"claimed_fen": 101}, "claimed_within_loss_10_2"),
        ({"paid_fen": 1}, "paid_after_release_6_8"),
        ({"paid_fen": 21}, "paid_within_share_10_3"),
        ({"decided_fen": 11}, "decided_within_fiscal_part_15_2"),
        ({"decided_fen": 1}, "decided_within_paid_15_2"),
        ({"reimbursed_fen": 1}, "reimbursed_within_decided_15_2"),
    ],
)
@pytest.mark.clause("10.3")
async def test_database_refuses_what_the_rules_refuse(
    shared_database: NewDatabase, changes: dict[str, int], constraint: str | None
) -> None:
    """The cap and what follows from it stand a second time, as checks, whoever writes."""
    figures = {**_FIGURES, **changes}
    names = ", ".join(figures)
    values = ", ".join(str(value) for value in figures.values())
    database = await shared_database("claims")
    async with database.pool.acquire() as connection, undone(connection):
        await connection.execute(
            """
            INSERT INTO claims (project_id, pool_id, stage, state, updated_at) VALUES ($1, $2, 'planned', '{}', now())
            """,
            PROJECT_ID,
            POOL_ID,
        )
        statement = f"""
            INSERT INTO compensations (compensation_id, project_id, number, stage, notice_sha256, plan_sha256, payee,
                                       {names})
            VALUES ($1, $2, 1, 'planned', repeat('1', 64), repeat('0', 64), 'bank-north', {values})
        """
        if constraint is None:
            await connection.execute(statement, UUID(int=1), PROJECT_ID)
            return
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            async with connection.transaction():
                await connection.execute(statement, UUID(int=1), PROJECT_ID)
        # Postgres names the first of the checks that fail, in the order of their names.
        assert (refused.value.constraint_name or "") <= constraint


@pytest.mark.parametrize("table", ["pools", "claims", "compensations"])
async def test_application_deletes_nothing(shared_database: NewDatabase, table: str) -> None:
    """Its role may insert and update, and no more."""
    database = await shared_database("claims")
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await database.pool.execute(statement)
