"""What stands in the treasury's database once it was pinned, confirmed, answered or posted, whoever asks."""

import contextlib
import random
from collections.abc import AsyncIterator, Iterator
from itertools import product
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from services.treasury import case_repository, repository
from services.treasury.domain.case import PaymentStage
from services.treasury.domain.ledger import AccountKind, Phase
from shared.contracts.registry.rules import LossRatio
from shared.decisions.article_10_fiscal_part import fiscal_part_of_compensation_fen
from tests.integration.conftest import NewDatabase, TestDatabase
from tests.integration.treasury_transfers import (
    NOW,
    POOL_ID,
    SHARE_FEN,
    Connection,
    approve_project,
    confirm_compensation,
    contribution_of,
    mandate_for,
    payment_of,
    post,
    reserve,
    transfer,
)

pytestmark = pytest.mark.asyncio

ONE_TO_TWO = LossRatio(fiscal_weight=1, social_weight=2)
ROLES = ("application", "owner")


@contextlib.asynccontextmanager
async def _roles(database: TestDatabase) -> AsyncIterator[dict[str, Connection]]:
    """Connections of the application and of the tables' owner to a pool with accounts and nothing else."""
    urls = (database.app_url, database.owner_url)
    connections = {role: await asyncpg.connect(url) for role, url in zip(ROLES, urls, strict=True)}
    await repository.insert_accounts(connections["application"], [POOL_ID])
    try:
        yield connections
    finally:
        for connection in connections.values():
            await connection.close()


@pytest_asyncio.fixture
async def roles(treasury_database: TestDatabase) -> AsyncIterator[dict[str, Connection]]:
    """The two of a pool of the test's own."""
    async with _roles(treasury_database) as connections:
        yield connections


async def _contribute(app: Connection) -> None:
    fiscal = (AccountKind.FISCAL_FUNDER, AccountKind.FISCAL)
    await post(app, transfer(Phase.DIRECT, 50_000, "contribution"))
    await post(app, transfer(Phase.DIRECT, 50_000, "contribution", route=fiscal))


@pytest_asyncio.fixture(scope="module")
async def paid(shared_database: NewDatabase) -> AsyncIterator[dict[str, Connection]]:
    """The same after the project's first compensation was confirmed, reserved, instructed and settled.

    All tests that ask for it share it: what they try is refused, or changes nothing.
    """
    async with _roles(await shared_database("treasury")) as connections:
        await _pay(connections["application"])
        yield connections


async def _pay(app: Connection) -> None:
    await approve_project(app)
    await confirm_compensation(app)
    await _contribute(app)
    async with app.transaction():
        await case_repository.upsert_mandates(app, [(POOL_ID, mandate_for(SHARE_FEN))], NOW)
        await case_repository.upsert_payments(app, [(POOL_ID, payment_of(SHARE_FEN, PaymentStage.INSTRUCTED))], NOW)
        await repository.insert_transfers(app, [(reserve(SHARE_FEN), NOW)])
    async with app.transaction():
        settled = mandate_for(SHARE_FEN, settled_fen=SHARE_FEN)
        await case_repository.upsert_mandates(app, [(POOL_ID, settled)], NOW)
        await case_repository.upsert_payments(app, [(POOL_ID, payment_of(SHARE_FEN, PaymentStage.SETTLED))], NOW)
        await repository.insert_transfers(app, [(transfer(Phase.POST, SHARE_FEN), NOW)])


@pytest.mark.clause("5.2")
@pytest.mark.clause("10.3")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "change",
    ["share_rate_bp = 10000", "fiscal_weight = 7", "lender = 'bank-b'", "guarantor = 'bank-b'", "lender = NULL"],
)
async def test_a_projects_terms_are_pinned(paid: dict[str, Connection], role: str, change: str) -> None:
    """Rate, ratio and parties stay those of the filing, for the owner as well; what was done in the case goes on."""
    with pytest.raises(asyncpg.CheckViolationError, match=r"Article 5\.2: "):
        await paid[role].execute(f"UPDATE cases SET {change}")
    assert await paid[role].execute("UPDATE cases SET state = state, trace_parent = NULL") == "UPDATE 1"


@pytest.mark.clause("10.3")
@pytest.mark.clause("10.4")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("terms", [{"share_rate_bp": 10_000, "share_fen": 90_000}, {"loss_ratio": ONE_TO_TWO}])
async def test_a_compensation_bears_its_projects_terms(
    roles: dict[str, Connection], role: str, terms: dict[str, Any]
) -> None:
    """A share of 90 % of the loss on a project of 20 % can't be written down by writing its own rate beside it."""
    await approve_project(roles["application"])
    with pytest.raises(asyncpg.ForeignKeyViolationError, match="compensations_article_10_3_projects_terms"):
        await confirm_compensation(roles[role], **terms)
    await confirm_compensation(roles[role])


@pytest.mark.clause("10.3")
@pytest.mark.parametrize("role", ROLES)
async def test_no_compensation_without_an_approved_project(roles: dict[str, Connection], role: str) -> None:
    """Only losses of covered projects are compensated, and the database knows which are covered."""
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await confirm_compensation(roles[role])


@pytest.mark.clause("9.2")
@pytest.mark.clause("9.3")
@pytest.mark.parametrize("role", ROLES)
async def test_a_contribution_and_its_record_come_together(roles: dict[str, Connection], role: str) -> None:
    """Neither a transfer without its budget nor a record of money that never came is there at a transaction's end."""
    connection, moved = roles[role], transfer(Phase.DIRECT, 50_000, "contribution")
    with pytest.raises(asyncpg.CheckViolationError, match=r"Article 9\.3: "):
        await post(connection, moved, recorded=False)
    record = contribution_of(moved)
    for wrong in (
        record,
        record.model_copy(update={"amount_fen": 49_999}),
        record.model_copy(update={"instalment": 2}),
    ):
        with pytest.raises(asyncpg.CheckViolationError, match=r"Article 9\.2: "):
            await _record(connection, wrong, () if wrong is record else (moved,))
    await post(connection, moved)


async def _record(connection: Connection, record: Any, moved: tuple[Any, ...]) -> None:
    async with connection.transaction():
        await repository.insert_contributions(connection, [(POOL_ID, record, NOW)])
        await repository.insert_transfers(connection, [(each, NOW) for each in moved])


@pytest.mark.clause("9.4")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "change",
    [
        "stage = 'voided', bank_reference = NULL, value_on = NULL, booked_on = NULL, reason = 'no'",
        "stage = 'instructed', bank_reference = NULL, value_on = NULL, booked_on = NULL",
        "bank_reference = 'OTHER'",
        "booked_on = booked_on + 1",
    ],
)
async def test_the_banks_answer_stands(paid: dict[str, Connection], role: str, change: str) -> None:
    """A settled payment can't be called voided, or open again, or settled otherwise."""
    with pytest.raises(asyncpg.CheckViolationError, match=r"Article 9\.4: .*the bank's answer stands"):
        await paid[role].execute(f"UPDATE payments SET {change}")


@pytest.mark.clause("9.4")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("stage", [PaymentStage.SETTLED, PaymentStage.VOIDED])
async def test_a_payment_is_said_to_be_what_the_ledger_says(
    roles: dict[str, Connection], role: str, stage: PaymentStage
) -> None:
    """Not settled or voided before that is posted; and not instructed before it is reserved."""
    app, connection = roles["application"], roles[role]
    await approve_project(app)
    await confirm_compensation(app)
    await _contribute(app)
    await case_repository.upsert_mandates(app, [(POOL_ID, mandate_for(SHARE_FEN))], NOW)
    for before in (PaymentStage.INSTRUCTED, stage):
        with pytest.raises(asyncpg.CheckViolationError, match=r"Article 9\.4: .*the ledger has no such transfer"):
            await case_repository.upsert_payments(connection, [(POOL_ID, payment_of(SHARE_FEN, before))], NOW)
    await post(app, reserve(SHARE_FEN))
    await case_repository.upsert_payments(connection, [(POOL_ID, payment_of(SHARE_FEN, PaymentStage.INSTRUCTED))], NOW)
    with pytest.raises(asyncpg.CheckViolationError, match=r"Article 9\.4: .*the ledger has no such transfer"):
        await case_repository.upsert_payments(connection, [(POOL_ID, payment_of(SHARE_FEN, stage))], NOW)


@pytest.mark.clause("10.5")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("change", ["queued_fen = authorised_fen, settled_fen = 0", "settled_fen = settled_fen - 1"])
async def test_what_was_paid_is_not_owed_again(paid: dict[str, Connection], role: str, change: str) -> None:
    """A mandate that was settled can't be put back into the queue."""
    with pytest.raises(asyncpg.CheckViolationError, match=r"Article 10\.5: "):
        await paid[role].execute(f"UPDATE mandates SET {change}")


@pytest.mark.clause("10.5")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("follows", "constraint"),
    [
        ("NULL", "mandates_one_payout_each"),
        ("gen_random_uuid()", "mandates_article_10_5_follows_a_voided_one"),
        ("(SELECT instruction_id FROM payments LIMIT 1)", "mandates_article_10_5_follows_a_voided_one"),
    ],
)
async def test_only_what_the_bank_left_undone_is_owed_again(
    paid: dict[str, Connection], role: str, follows: str, constraint: str
) -> None:
    """A second mandate on a payout names a payment that was voided; the one that is there was settled."""
    statement = f"""
        INSERT INTO mandates (mandate_id, pool_id, project_id, compensation_id, leg, number, decision_sha256,
            authorised_fen, queued_fen, settled_fen, stage, authority, accepted_at, updated_at, follows)
        SELECT gen_random_uuid(), pool_id, project_id, compensation_id, leg, 2, decision_sha256, 1, 1, 0, 'open',
            authority, accepted_at, updated_at, {follows}
        FROM mandates
    """
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await paid[role].execute(statement)
    assert refused.value.constraint_name == constraint


@pytest.mark.clause("9.4")
@pytest.mark.parametrize(
    ("statement", "clause"),
    [
        ("UPDATE compensations SET paid_fen = 0", r"9\.4"),
        ("UPDATE compensations SET paid_fen = 0, reserved_fen = 0, reimbursed_fen = 0", r"9\.4"),
        ("UPDATE compensations SET reimbursed_fen = 1", r"9\.4"),
        ("UPDATE compensations SET pool_share_fen = pool_share_fen - 1", r"10\.3"),
        ("UPDATE compensations SET payee = 'bank-b'", r"10\.3"),
        ("DELETE FROM compensations", r"10\.3"),
        ("TRUNCATE compensations CASCADE", r"10\.3"),
        ("UPDATE mandates SET authorised_fen = authorised_fen + 1", r"10\.5"),
        ("DELETE FROM mandates", r"10\.5"),
        ("UPDATE payments SET amount_fen = amount_fen + 1", r"9\.4"),
        ("DELETE FROM payments", r"9\.4"),
        ("DELETE FROM cases", r"5\.2"),
        ("TRUNCATE cases CASCADE", r"5\.2"),
    ],
)
async def test_decisions_and_their_figures_are_nobodys_to_rewrite(
    paid: dict[str, Connection], statement: str, clause: str
) -> None:
    """The application has no right to it, and the owner is refused by the table itself."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await paid["application"].execute(statement)
    with pytest.raises(asyncpg.CheckViolationError, match=f"Article {clause}: "):
        await paid["owner"].execute(statement)


@pytest.mark.clause("9.4")
async def test_a_compensation_begins_unpaid(paid: dict[str, Connection]) -> None:
    """Nobody writes one down as paid already."""
    statement = """
        INSERT INTO compensations (compensation_id, pool_id, project_id, number, plan_sha256, payee, total_loss_fen,
            share_rate_bp, fiscal_weight, social_weight, committed_before_fen, pool_share_fen, stage, paid_fen,
            updated_at)
        SELECT gen_random_uuid(), pool_id, project_id, 2, plan_sha256, payee, total_loss_fen, share_rate_bp,
            fiscal_weight, social_weight, 0, 1, stage, 1, updated_at FROM compensations
    """
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await paid["application"].execute(statement)
    with pytest.raises(asyncpg.CheckViolationError, match=r"Article 9\.4: "):
        await paid["owner"].execute(statement)


async def test_every_guard_stands_in_every_session(paid: dict[str, Connection]) -> None:
    """A session that pretends to be a replica, for which ordinary triggers are silent, is held to them as well."""
    sometimes = await paid["owner"].fetch(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'A'"
    )
    assert [tuple(row) for row in sometimes] == []


@pytest.mark.clause("10.4")
async def test_postgres_takes_f_of_the_running_total(paid: dict[str, Connection]) -> None:
    """For every small amount, running total and ratio, and for some large ones, it is what Python says."""
    chance = random.Random(104)
    large = [tuple(chance.randrange(1, 10**15) for _ in range(2)) for _ in range(200)]

    def cases() -> Iterator[tuple[int, int, int, int]]:
        for weights in product(range(5), repeat=2):
            if sum(weights):
                yield from ((amount, before, *weights) for amount, before in product(range(15), repeat=2))
                yield from ((amount, before, *weights) for amount, before in large)

    observed_cases = list(cases())
    rows = await paid["application"].fetch(
        """
        SELECT fiscal_part_of_compensation_fen(amount, before, fiscal, social)
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS c (amount, before, fiscal, social)
        """,
        *(list(column) for column in zip(*observed_cases, strict=True)),
    )
    assert [row[0] for row in rows] == [
        fiscal_part_of_compensation_fen(amount, before, LossRatio(fiscal_weight=fiscal, social_weight=social))
        for amount, before, fiscal, social in observed_cases
    ]


@pytest.mark.clause("10.4")
@pytest.mark.clause("15.2")
async def test_the_second_fen_at_one_to_two_is_the_fiscal_accounts(roles: dict[str, Connection]) -> None:
    """Two compensations of a fen each: nothing of the first is reimbursed, and the whole of the second."""
    app = roles["application"]
    await approve_project(app, ONE_TO_TWO)
    await confirm_compensation(app, 1, 1, 5, 0, loss_ratio=ONE_TO_TWO)
    second = await confirm_compensation(app, 2, 1, 10, 1, loss_ratio=ONE_TO_TWO)
    await _contribute(app)
    await post(app, reserve(1), transfer(Phase.POST, 1))
    await post(app, reserve(1, compensation_id=second), transfer(Phase.POST, 1, compensation_id=second))
    with pytest.raises(asyncpg.CheckViolationError, match=r"Article 15\.2: "):
        await post(app, reserve(1, "reimbursement"))
    await post(app, reserve(1, "reimbursement", compensation_id=second))
    rows = await app.fetch("SELECT reimbursement_reserved_fen FROM compensations ORDER BY number")
    assert [row[0] for row in rows] == [0, 1]
