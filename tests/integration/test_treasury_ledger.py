"""What PostgreSQL itself refuses in the treasury's ledger, whoever asks: the application or the tables' owner."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from services.treasury import case_repository, repository
from services.treasury.domain.ledger import AccountKind, Phase, Transfer, account_id
from services.treasury.domain.pool import Pool
from shared.contracts import ids
from shared.contracts.registry.rules import LossRatio
from shared.decisions.article_10_fiscal_part import fiscal_part_fen
from tests.integration.conftest import NewDatabase, TestDatabase
from tests.integration.treasury_transfers import (
    NOW,
    POOL_ID,
    PROJECT_ID,
    SHARE_FEN,
    TODAY,
    Connection,
    approve_project,
    confirm_compensation,
    fields,
    flag,
    post,
    reserve,
    transfer,
)

pytestmark = pytest.mark.asyncio


async def refused(connection: Connection, clause: str, *transfers: Transfer) -> str:
    """Post transfers that have to be refused under this clause; returns the message."""
    before = await figures(connection)
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        await post(connection, *transfers)
    assert f"Article {clause}: " in str(caught.value)
    assert await figures(connection) == before
    return str(caught.value)


async def figures(connection: Connection) -> list[tuple[Any, ...]]:
    """All balances, all figures of the compensations, and the number of transfers."""
    rows = await connection.fetch(
        "SELECT kind, balance_fen, reserved_fen, (SELECT count(*) FROM transfers) FROM accounts ORDER BY kind"
    )
    moved = await connection.fetch(
        "SELECT paid_fen, reserved_fen, reimbursed_fen, reimbursement_reserved_fen FROM compensations ORDER BY number"
    )
    return [tuple(row) for row in (*rows, *moved)]


@contextlib.asynccontextmanager
async def _ledger(database: TestDatabase) -> AsyncIterator[Connection]:
    """The application's connection to a ledger with one pair of contributions and one confirmed compensation."""
    connection = await asyncpg.connect(database.app_url)
    try:
        await repository.insert_accounts(connection, [POOL_ID])
        await approve_project(connection)
        await confirm_compensation(connection)
        await post(
            connection,
            transfer(Phase.DIRECT, 50_000, "contribution"),
            transfer(Phase.DIRECT, 50_000, "contribution", route=(AccountKind.FISCAL_FUNDER, AccountKind.FISCAL)),
        )
        yield connection
    finally:
        await connection.close()


@pytest_asyncio.fixture
async def app(treasury_database: TestDatabase) -> AsyncIterator[Connection]:
    """The application's connection to a ledger of the test's own."""
    async with _ledger(treasury_database) as connection:
        yield connection


@pytest_asyncio.fixture(scope="module")
async def refusing(shared_database: NewDatabase) -> AsyncIterator[Connection]:
    """The application's connection to a ledger that the tests share which are only refused by it."""
    async with _ledger(await shared_database("treasury")) as connection:
        yield connection


@pytest_asyncio.fixture(scope="module")
async def refusing_owner(refusing: Connection, shared_database: NewDatabase) -> AsyncIterator[Connection]:
    """The tables' owner's connection to the same."""
    connection = await asyncpg.connect((await shared_database("treasury")).owner_url)
    try:
        yield connection
    finally:
        await connection.close()


async def test_reserve_and_post_move_money_once(app: Connection) -> None:
    """A reservation sets aside, its posting moves; the ledger sums to zero all along."""
    await post(app, reserve(SHARE_FEN))
    after = await repository.balances(app, POOL_ID)
    assert (after.social_capital.balance_fen, after.social_capital.reserved_fen) == (50_000, SHARE_FEN)
    await post(app, transfer(Phase.POST, SHARE_FEN))
    after = await repository.balances(app, POOL_ID)
    assert (after.social_capital.balance_fen, after.social_capital.reserved_fen) == (30_000, 0)
    assert await app.fetchval("SELECT sum(balance_fen) FROM accounts") == 0
    (compensation,) = await case_repository.load_compensations(app, [PROJECT_ID])
    assert (compensation.paid_fen, compensation.reserved_fen) == (SHARE_FEN, 0)


@pytest.mark.clause("9.4")
@pytest.mark.parametrize(
    ("purpose", "route"),
    [
        ("payout", (AccountKind.FISCAL, AccountKind.CLAIMANTS)),
        ("payout", (AccountKind.SOCIAL_CAPITAL, AccountKind.SOCIAL_FUNDER)),
        ("payout", (AccountKind.CLAIMANTS, AccountKind.SOCIAL_CAPITAL)),
        ("reimbursement", (AccountKind.SOCIAL_CAPITAL, AccountKind.FISCAL)),
        ("reimbursement", (AccountKind.FISCAL, AccountKind.CLAIMANTS)),
        ("reimbursement", (AccountKind.FISCAL, AccountKind.FISCAL_FUNDER)),
    ],
)
async def test_only_permitted_routes(
    refusing: Connection, purpose: str, route: tuple[AccountKind, AccountKind]
) -> None:
    """The fiscal account pays nobody but the social capital account, and that one nobody but claimants."""
    assert "permitted route" in await refused(refusing, "9.4", reserve(100, purpose, route=route))


@pytest.mark.clause("9.4")
async def test_contributions_come_from_their_own_funder(refusing: Connection) -> None:
    """The social funder pays nothing into the fiscal account."""
    stray = transfer(Phase.DIRECT, 5, "contribution", 2, route=(AccountKind.SOCIAL_FUNDER, AccountKind.FISCAL))
    await refused(refusing, "9.4", stray)


@pytest.mark.clause("9.4")
async def test_no_account_of_another_pool(refusing: Connection) -> None:
    """A transfer stays within its pool, even where both accounts are of the right kinds."""
    foreign = account_id(uuid4(), AccountKind.CLAIMANTS)
    stray = Transfer(**{**fields(reserve(100)), "credit_account": foreign})
    assert "outside the pool" in await refused(refusing, "9.4", stray)


@pytest.mark.clause("9.4")
async def test_routes_are_not_the_applications_to_permit(refusing: Connection) -> None:
    """A new route is a migration; the application may only look."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await refusing.execute("INSERT INTO permitted_routes VALUES ('payout', 'fiscal', 'claimants', '9.4')")


@pytest.mark.clause("9.4")
async def test_not_below_zero_counting_reservations(app: Connection) -> None:
    """What is reserved for one can't be reserved for another."""
    others = [
        await confirm_compensation(app, number, 200_000, 2_000_000 * number, 200_000 * (number - 2) + SHARE_FEN)
        for number in (2,)
    ]
    await post(app, reserve(SHARE_FEN))
    message = await refused(app, "9.4", reserve(30_001, compensation_id=others[0]))
    assert "social_capital account 1 fen below zero" in message
    await post(app, reserve(30_000, compensation_id=others[0]))


@pytest.mark.clause("9.4")
async def test_not_below_zero_in_the_middle_of_a_set(app: Connection) -> None:
    """A contribution that comes later in the same statement doesn't cover what was reserved before it."""
    other = await confirm_compensation(app, 2, 60_000, 1_000_000, SHARE_FEN)
    late = transfer(Phase.DIRECT, 50_000, "contribution", 2)
    await refused(app, "9.4", reserve(60_000, compensation_id=other), late)
    await post(app, late, reserve(60_000, compensation_id=other))


@pytest.mark.clause("9.4")
@pytest.mark.parametrize(
    ("first", "second"), [(Phase.POST, Phase.POST), (Phase.POST, Phase.VOID), (Phase.VOID, Phase.POST)]
)
async def test_a_reservation_ends_once(app: Connection, first: Phase, second: Phase) -> None:
    """Posted or voided, and never a second time, under whatever id; not within one statement either."""
    await post(app, reserve(SHARE_FEN))
    ends = (transfer(first, SHARE_FEN), transfer(second, SHARE_FEN))
    with pytest.raises(asyncpg.UniqueViolationError, match="transfers_article_9_4_once_per_instalment"):
        await post(app, *ends)
    await post(app, ends[0])
    with pytest.raises(asyncpg.UniqueViolationError, match="transfers_article_9_4_once_per_instalment"):
        await post(app, ends[1])


@pytest.mark.clause("9.4")
async def test_a_reservation_ends_as_it_was_made(app: Connection) -> None:
    """Another amount, another instalment, or a reservation that was never made is refused."""
    await post(app, reserve(SHARE_FEN))
    await refused(app, "9.4", transfer(Phase.POST, SHARE_FEN - 1))
    await refused(app, "9.4", transfer(Phase.POST, SHARE_FEN, instalment=2))
    await refused(app, "9.4", transfer(Phase.VOID, 1))


@pytest.mark.clause("9.4")
async def test_an_instalment_is_reserved_once(app: Connection) -> None:
    """The same instalment again meets the first one, by its derived id and by what it is."""
    await post(app, reserve(1_000))
    with pytest.raises(asyncpg.UniqueViolationError):
        await post(app, reserve(1_000))
    with pytest.raises(asyncpg.UniqueViolationError, match="transfers_article_9_4_once_per_instalment"):
        await post(app, transfer(Phase.RESERVE, 1_000))
    await post(app, transfer(Phase.VOID, 1_000))
    with pytest.raises(asyncpg.UniqueViolationError):
        await post(app, transfer(Phase.RESERVE, 1_000))


@pytest.mark.clause("9.2")
async def test_a_contribution_arrives_once(refusing: Connection) -> None:
    """A second transfer for the same instalment on the same account is refused, whatever its id."""
    with pytest.raises(asyncpg.UniqueViolationError, match="transfers_article_9_2_once_per_instalment"):
        await post(refusing, transfer(Phase.DIRECT, 50_000, "contribution"), recorded=False)


@pytest.mark.clause("10.3")
async def test_no_more_than_confirmed(app: Connection) -> None:
    """All instalments together stay within the confirmed share; a voided one makes room again."""
    await post(app, reserve(15_000))
    message = await refused(app, "10.3", reserve(5_001, instalment=2))
    assert "confirmed are 20000 fen" in message
    await post(app, transfer(Phase.POST, 15_000), reserve(5_000, instalment=2))
    await refused(app, "10.3", reserve(1, instalment=3))
    await post(app, transfer(Phase.VOID, 5_000, instalment=2), reserve(5_000, instalment=3))


@pytest.mark.clause("10.3")
async def test_no_more_than_confirmed_in_the_middle_of_a_set(app: Connection) -> None:
    """A void that comes later in the same statement doesn't make room for what came before it."""
    await post(app, reserve(SHARE_FEN))
    await refused(app, "10.3", reserve(1_000, instalment=2), transfer(Phase.VOID, SHARE_FEN))


@pytest.mark.clause("10.3")
async def test_nothing_without_a_confirmed_compensation(refusing: Connection) -> None:
    """Money for a compensation that was never confirmed in this pool is refused."""
    message = await refused(refusing, "10.3", reserve(1, compensation_id=ids.compensation_id(PROJECT_ID, 7)))
    assert "never confirmed" in message


@pytest.mark.clause("10.3")
async def test_the_cap_stands_in_the_database_too(refusing: Connection) -> None:
    """A share above the rate of the loss, alone or with the project's earlier ones, can't be stored or changed."""
    with pytest.raises(asyncpg.CheckViolationError, match="article_10_3_share_within_rate"):
        await confirm_compensation(refusing, 2, SHARE_FEN + 1, 100_000)
    with pytest.raises(asyncpg.CheckViolationError, match=r"Article 10\.3: "):
        await confirm_compensation(refusing, 2, 1, 100_000)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await refusing.execute("UPDATE compensations SET pool_share_fen = pool_share_fen + 1")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await refusing.execute("UPDATE compensations SET paid_fen = 0")


@pytest.mark.clause("9.1")
async def test_no_affiliate_is_paid_while_its_flag_stands(app: Connection) -> None:
    """Nothing more is reserved for it; what was reserved before is the bank's to answer, and then it goes on."""
    await post(app, reserve(1_000))
    await flag(app, "91110105MA0000006H")
    refusal = await refused(app, "9.1", reserve(1_000, instalment=2))
    assert "flag of an affiliate" in refusal
    await post(app, transfer(Phase.POST, 1_000))
    await post(app, reserve(500, "reimbursement"))
    await flag(app)
    await post(app, reserve(1_000, instalment=2))


@pytest.mark.clause("6.3")
async def test_nothing_is_paid_while_the_accounts_go_from_bank_to_bank(app: Connection) -> None:
    """On neither leg; what was instructed before is answered first, and with the takeover it goes on."""
    await post(app, reserve(1_000))
    pool = Pool(pool_id=POOL_ID, supervising_bank="custody-bank")
    await repository.insert_new_pools(app, [POOL_ID], NOW)
    await repository.update_pools(app, [pool.model_copy(update={"successor": "next-bank"})], NOW)
    await post(app, transfer(Phase.POST, 1_000))
    for more in (reserve(1_000, instalment=2), reserve(500, "reimbursement")):
        assert "next-bank" in await refused(app, "6.3", more)
    await repository.update_pools(app, [pool.model_copy(update={"supervising_bank": "next-bank"})], NOW)
    await post(app, reserve(1_000, instalment=2), reserve(500, "reimbursement"))


@pytest.mark.clause("15.2")
async def test_reimbursed_is_only_the_fiscal_part_of_what_was_paid(app: Connection) -> None:
    """Nothing before a payout was posted, and then half of it at most, reservations counted."""
    await post(app, reserve(SHARE_FEN))
    await refused(app, "15.2", reserve(1, "reimbursement"))
    late = transfer(Phase.POST, SHARE_FEN)
    await refused(app, "15.2", reserve(1, "reimbursement"), late)
    await post(app, late, reserve(4_000, "reimbursement"))
    await refused(app, "15.2", reserve(6_001, "reimbursement", 2))
    await post(app, reserve(6_000, "reimbursement", 2), transfer(Phase.POST, 4_000, "reimbursement"))
    after = await repository.balances(app, POOL_ID)
    assert (after.fiscal.balance_fen, after.fiscal.reserved_fen) == (46_000, 6_000)
    assert after.social_capital.balance_fen == 34_000


@pytest.mark.clause("9.3")
async def test_a_fiscal_contribution_has_its_budget(refusing: Connection) -> None:
    """The database doesn't keep one without."""
    with pytest.raises(asyncpg.CheckViolationError, match="contributions_article_9_3_budget"):
        await refusing.execute(
            "INSERT INTO contributions VALUES ($1, 'fiscal', 1, 5, NULL, 2026, 'R', $2, $2, $3)", POOL_ID, TODAY, NOW
        )


@pytest.mark.clause("9.4")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE transfers SET amount_fen = amount_fen + 1",
        "UPDATE transfers SET amount_fen = amount_fen WHERE false",
        "DELETE FROM transfers",
        "TRUNCATE transfers",
        "UPDATE accounts SET balance_fen = balance_fen + 1",
        "DELETE FROM accounts",
        "TRUNCATE accounts",
        "DELETE FROM contributions",
        "TRUNCATE contributions",
    ],
)
async def test_rows_of_the_ledger_are_only_ever_added(
    refusing: Connection, refusing_owner: Connection, statement: str
) -> None:
    """The application has no right to it, and the owner is refused by the table itself."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await refusing.execute(statement)
    with pytest.raises(asyncpg.CheckViolationError, match=r"Article 9\.4: "):
        await refusing_owner.execute(statement)


@pytest.mark.clause("9.4")
async def test_an_account_is_opened_empty(refusing: Connection, refusing_owner: Connection) -> None:
    """Money comes by transfer only."""
    statement = "INSERT INTO accounts (account_id, pool_id, kind, balance_fen) VALUES ($1, $2, 'fiscal', 5)"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await refusing.execute(statement, uuid4(), uuid4())
    with pytest.raises(asyncpg.CheckViolationError, match=r"Article 9\.4: "):
        await refusing_owner.execute(statement, uuid4(), uuid4())


async def test_the_application_deletes_nothing(refusing: Connection) -> None:
    """None of the treasury's tables can be deleted from."""
    tables = ("pools", "cases", "compensations", "mandates", "payments", "waiting_releases", "permitted_routes")
    for table in tables:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await refusing.execute(f"DELETE FROM {table}")


@pytest.mark.clause("10.4")
async def test_python_and_postgres_split_alike(refusing: Connection) -> None:
    """F(x) is the same function twice, for large amounts and odd ratios, too."""
    cases: Sequence[tuple[int, int, int]] = [
        (0, 1, 1),
        (1, 1, 1),
        (3, 1, 1),
        (10, 1, 2),
        (10**15, 333, 667),
        (10**15 - 1, 1000, 1),
        (7, 0, 5),
        (7, 5, 0),
    ]
    rows = await refusing.fetch(
        "SELECT fiscal_part_fen(a, f, s) FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS c (a, f, s)",
        *(list(column) for column in zip(*cases, strict=True)),
    )
    ratios = [LossRatio(fiscal_weight=fiscal, social_weight=social) for _, fiscal, social in cases]
    expected = [fiscal_part_fen(case[0], ratio) for case, ratio in zip(cases, ratios, strict=True)]
    assert [row[0] for row in rows] == expected


@pytest.mark.clause("9.4")
async def test_two_payouts_racing_for_the_last_fen(app: Connection, treasury_database: TestDatabase) -> None:
    """Of two connections that reserve all of the account at once, one gets it."""
    racing = [
        await confirm_compensation(app, 2, 50_000, 1_000_000, SHARE_FEN),
        await confirm_compensation(app, 3, 50_000, 1_000_000, SHARE_FEN + 50_000),
    ]

    async def take(compensation_id: UUID) -> bool:
        connection = await asyncpg.connect(treasury_database.app_url)
        try:
            await post(connection, reserve(50_000, compensation_id=compensation_id))
        except asyncpg.CheckViolationError:
            return False
        finally:
            await connection.close()
        return True

    assert sorted(await asyncio.gather(*(take(each) for each in racing))) == [False, True]
    assert (await repository.balances(app, POOL_ID)).social_capital.reserved_fen == 50_000
