"""The treasury's statements about pools and the ledger; each for a whole set, in the caller's transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.treasury.domain.books import Funds, Release, WaitingRelease
from services.treasury.domain.ledger import AccountKind, Transfer, account_id
from services.treasury.domain.pool import ArrivedContribution, Pool
from shared.contracts.claims import PayoutReleased, ReimbursementApproved
from shared.contracts.received import Received
from shared.contracts.treasury import Account, Balance, Balances
from shared.messaging.database import Connection, arrays_of
from shared.messaging.telemetry import GaugeValue

# The columns that are called like the domain's fields, in the order in which the statements take them.
_CONTRIBUTION_COLUMNS = (
    "account, instalment, amount_fen, budget_reference, budget_year, bank_reference, value_on, booked_on"
)
_TRANSFER_COLUMNS = (
    "pool_id, purpose, phase, reservation_id, compensation_id, leg, instalment, debit_account, credit_account, "
    "amount_fen, value_on, booked_on"
)
_RELEASES: Mapping[str, type[Release]] = {kind.message_type: kind for kind in (PayoutReleased, ReimbursementApproved)}


async def insert_new_pools(connection: Connection, pool_ids: Sequence[UUID], at: datetime) -> None:
    """Insert the pools that are named for the first time, with nothing known of them yet."""
    await connection.execute(
        """
        INSERT INTO pools (pool_id, state, updated_at)
        SELECT pool_id, state, $3 FROM unnest($1::uuid[], $2::text[]) AS new (pool_id, state)
        ON CONFLICT (pool_id) DO NOTHING
        """,
        pool_ids,
        [Pool(pool_id=pool_id).model_dump_json() for pool_id in pool_ids],
        at,
    )


async def lock_pools(connection: Connection, pool_ids: Sequence[UUID]) -> dict[UUID, Pool]:
    """Lock the pools by id in order, and with each of them all that is under it; what is known of them."""
    rows = await connection.fetch(
        "SELECT pool_id, state FROM pools WHERE pool_id = ANY($1::uuid[]) ORDER BY pool_id FOR UPDATE", pool_ids
    )
    return {row["pool_id"]: Pool.model_validate_json(row["state"]) for row in rows}


async def update_pools(connection: Connection, pools: Sequence[Pool], at: datetime) -> None:
    """Update what is known of the pools."""
    foundings = [pool.founding for pool in pools]
    await connection.execute(
        """
        UPDATE pools AS p
        SET managing_institution = c.managing, cooperating_institution = c.cooperating,
            supervising_bank = c.bank, successor = c.successor, state = c.state, updated_at = $7
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
            AS c (pool_id, managing, cooperating, bank, successor, state)
        WHERE p.pool_id = c.pool_id
        """,
        [pool.pool_id for pool in pools],
        [None if founding is None else founding.managing_institution for founding in foundings],
        [None if founding is None else founding.cooperating_institution for founding in foundings],
        [pool.supervising_bank for pool in pools],
        [pool.successor for pool in pools],
        [pool.model_dump_json() for pool in pools],
        at,
    )


async def insert_accounts(connection: Connection, pool_ids: Sequence[UUID]) -> None:
    """Open all accounts of the pools, empty; those that are open stay as they are."""
    keys = [(account_id(pool_id, kind), pool_id, kind.value) for pool_id in pool_ids for kind in AccountKind]
    await connection.execute(
        """
        INSERT INTO accounts (account_id, pool_id, kind)
        SELECT account_id, pool_id, kind
        FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS new (account_id, pool_id, kind)
        ON CONFLICT (account_id) DO NOTHING
        """,
        [key[0] for key in keys],
        [key[1] for key in keys],
        [key[2] for key in keys],
    )


async def load_funds(connection: Connection, pool_ids: Collection[UUID]) -> dict[UUID, dict[Account, Funds]]:
    """The funds on the custodial accounts of the pools; a pool without accounts has none."""
    rows = await connection.fetch(
        """
        SELECT pool_id, kind, balance_fen, reserved_fen FROM accounts
        WHERE pool_id = ANY($1::uuid[]) AND kind IN ('fiscal', 'social_capital')
        """,
        list(pool_ids),
    )
    funds = {pool_id: {account: Funds() for account in Account} for pool_id in pool_ids}
    for row in rows:
        funds[row["pool_id"]][Account(row["kind"])] = Funds(row["balance_fen"], row["reserved_fen"])
    return funds


async def balances(connection: Connection, pool_id: UUID) -> Balances:
    """Both custodial accounts of a pool, for people; whole fen."""
    funds = (await load_funds(connection, (pool_id,)))[pool_id]
    fiscal, social = funds[Account.FISCAL], funds[Account.SOCIAL_CAPITAL]
    return Balances(
        fiscal=Balance(balance_fen=fiscal.balance_fen, reserved_fen=fiscal.reserved_fen),
        social_capital=Balance(balance_fen=social.balance_fen, reserved_fen=social.reserved_fen),
    )


async def balance_gauges(connection: Connection) -> Sequence[GaugeValue]:
    """The gauges of each custodial account of each pool, its balance and what of it is reserved; for operators."""
    rows = await connection.fetch(
        """
        SELECT pool_id, kind, balance_fen, reserved_fen FROM accounts
        WHERE kind IN ('fiscal', 'social_capital')
        ORDER BY pool_id, kind
        """
    )
    return [
        GaugeValue(f"riskpool.account.{figure}", "fen", {"pool_id": str(row["pool_id"]), "account": row["kind"]}, fen)
        for row in rows
        for figure, fen in (("balance", row["balance_fen"]), ("reserved", row["reserved_fen"]))
    ]


async def load_waiting(
    connection: Connection, pool_ids: Collection[UUID], names: Collection[str]
) -> list[WaitingRelease]:
    """The releases of these pools that wait for something of that name, in the order in which they came."""
    rows = await connection.fetch(
        """
        SELECT message_id, pool_id, message_type, sender, sha256, message, waits_for, received_at FROM waiting_releases
        WHERE taken_up_at IS NULL AND pool_id = ANY($1::uuid[]) AND waits_for && $2::text[]
        ORDER BY arrived_ordinal
        """,
        list(pool_ids),
        list(names),
    )
    return [
        WaitingRelease(
            received=Received(
                data=_RELEASES[row["message_type"]].model_validate_json(row["message"]),
                message_id=row["message_id"],
                sender=row["sender"],
                pool_id=row["pool_id"],
                content_sha256=row["sha256"],
                received_at=row["received_at"],
            ),
            waits_for=tuple(row["waits_for"]),
        )
        for row in rows
    ]


async def upsert_waiting(
    connection: Connection, waiting: Sequence[WaitingRelease], taken_up: Sequence[WaitingRelease], at: datetime
) -> None:
    """Insert or update the releases that wait, and mark those that were taken up; the rows stay as a record."""
    releases = [(release, None) for release in waiting] + [(release, at) for release in taken_up]
    rows = [release.received for release, _ in releases]
    await connection.execute(
        """
        INSERT INTO waiting_releases (message_id, pool_id, project_id, message_type, sender, sha256, message, waits_for,
            received_at, taken_up_at)
        SELECT message_id, pool_id, project_id, message_type, sender, sha256, message, string_to_array(waits_for, ' '),
            received_at, taken_up_at
        FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::timestamptz[], $10::timestamptz[]) WITH ORDINALITY AS new (message_id, pool_id, project_id,
            message_type, sender, sha256, message, waits_for, received_at, taken_up_at, place)
        ORDER BY place
        ON CONFLICT (message_id) DO UPDATE SET waits_for = excluded.waits_for, taken_up_at = excluded.taken_up_at
        """,
        [received.message_id for received in rows],
        [received.pool_id for received in rows],
        [received.data.project_id for received in rows],
        [received.data.message_type for received in rows],
        [received.sender for received in rows],
        [received.content_sha256 for received in rows],
        [received.data.model_dump_json() for received in rows],
        # Names have no spaces; arrays of unequal length can't be passed as one array of arrays.
        [" ".join(release.waits_for) for release, _ in releases],
        [received.received_at for received in rows],
        [taken_up_at for _, taken_up_at in releases],
    )


async def insert_contributions(
    connection: Connection, contributions: Sequence[tuple[UUID, ArrivedContribution, datetime]]
) -> None:
    """Insert the contributions that arrived; one that is there already is an error."""
    await connection.execute(
        f"""
        INSERT INTO contributions (pool_id, recorded_at, {_CONTRIBUTION_COLUMNS})
        SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::bigint[], $5::bigint[], $6::text[],
            $7::bigint[], $8::text[], $9::date[], $10::date[])
        """,  # noqa: S608  # constants
        [pool_id for pool_id, _, _ in contributions],
        [recorded_at for _, _, recorded_at in contributions],
        *arrays_of(_CONTRIBUTION_COLUMNS, (contribution for _, contribution, _ in contributions)),
    )


async def insert_transfers(connection: Connection, transfers: Sequence[tuple[Transfer, datetime]]) -> None:
    """Insert the transfers in order; their trigger posts them to accounts and compensations or refuses them all."""
    rows = [transfer for transfer, _ in transfers]
    await connection.execute(
        f"""
        INSERT INTO transfers (id, recorded_at, {_TRANSFER_COLUMNS})
        SELECT id, recorded_at, {_TRANSFER_COLUMNS}
        FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::uuid[],
            $8::text[], $9::bigint[], $10::uuid[], $11::uuid[], $12::bigint[], $13::date[], $14::date[]) WITH ORDINALITY
            AS new (id, recorded_at, {_TRANSFER_COLUMNS}, place)
        ORDER BY place
        """,  # noqa: S608  # constants
        [transfer.transfer_id for transfer in rows],
        [recorded_at for _, recorded_at in transfers],
        *arrays_of(_TRANSFER_COLUMNS, rows),
    )
