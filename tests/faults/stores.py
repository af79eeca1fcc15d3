"""Reads everything that is stored: each service's tables, and every record that Kafka holds, from the first on."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from devstack.kafka import admin_client
from shared.contracts.topics import OUTCOMES_PREFIX, SERVICES, TOPICS
from shared.messaging.cluster import stop_consumer

READ_WAIT_MS = 1_000
READ_TIMEOUT_S = 60.0

# Topic and key; whose stream it is is known from whose table it stands in.
Stream = tuple[str, str]


@dataclass(frozen=True)
class Said:
    """A row of an outbox."""

    event_id: str
    stream: Stream
    seq: int
    value: bytes
    is_published: bool


@dataclass(frozen=True)
class ServiceStore:
    """The messaging tables of one service.

    ``last_seqs`` are the last numbers given out on its own streams; ``cursors`` how far it has taken in others', by
    (source, topic, key). ``waiting`` tells of what is held and not taken up, and of what is in quarantine.
    """

    said: tuple[Said, ...]
    last_seqs: Mapping[Stream, int]
    cursors: Mapping[tuple[str, str, str], int]
    inbox: frozenset[tuple[str, str]]
    waiting: tuple[str, ...]


@dataclass(frozen=True)
class Account:
    """An account: what it says, and what its transfers come to. ``moved_fen`` and ``held_fen`` are summed up anew."""

    pool_id: UUID
    kind: str
    balance_fen: int
    reserved_fen: int
    moved_fen: int
    held_fen: int


@dataclass(frozen=True)
class Transfer:
    """A row of the ledger."""

    transfer_id: UUID
    project_id: UUID | None
    leg: str | None
    instalment: int
    phase: str
    amount_fen: int


@dataclass(frozen=True)
class Ledger:
    """The treasury's books. ``stages`` are those of payments, by (project, leg)."""

    accounts: tuple[Account, ...]
    transfers: tuple[Transfer, ...]
    stages: tuple[tuple[UUID, str, str], ...]


@dataclass(frozen=True)
class PublishedRecord:
    """A record as Kafka gave it back."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    timestamp_ms: int


@dataclass(frozen=True)
class Stores:
    """All that is stored."""

    services: Mapping[str, ServiceStore]
    ledger: Ledger
    records: tuple[PublishedRecord, ...]


async def read_stores(urls: Mapping[str, str], bootstrap: str) -> Stores:
    """Everything; ``urls`` are the services' databases."""
    # One after the other: what a service said is looked at before what the others have taken in of it.
    services = {service: await _read_service(urls[service]) for service in SERVICES}
    return Stores(services, await _read_ledger(urls["treasury"]), await read_records(bootstrap))


async def _read_service(url: str) -> ServiceStore:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            said = await connection.fetch(
                "SELECT event_id, topic, key, seq, value, published_at FROM outbox ORDER BY id"
            )
            last = await connection.fetch("SELECT topic, key, seq FROM streams")
            cursors = await connection.fetch("SELECT source, topic, key, seq FROM cursors")
            inbox = await connection.fetch("SELECT sender, message_id FROM inbox")
            held = await connection.fetch("SELECT kind, why FROM held WHERE released_at IS NULL")
            quarantine = await connection.fetch("SELECT code, why FROM quarantine")
    finally:
        await connection.close()
    return ServiceStore(
        said=tuple(
            Said(
                str(row["event_id"]),
                (row["topic"], row["key"]),
                row["seq"],
                row["value"],
                row["published_at"] is not None,
            )
            for row in said
        ),
        last_seqs={(row["topic"], row["key"]): row["seq"] for row in last},
        cursors={(row["source"], row["topic"], row["key"]): row["seq"] for row in cursors},
        inbox=frozenset((row["sender"], row["message_id"]) for row in inbox),
        waiting=(
            *(f"held, {row['kind']}: {row['why']}" for row in held),
            *(f"quarantine, {row['code']}: {row['why']}" for row in quarantine),
        ),
    )


async def _read_ledger(url: str) -> Ledger:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            # Summed up from the rows alone, without the functions that the ledger's own triggers use.
            accounts = await connection.fetch(
                """
                SELECT pool_id, kind, balance_fen, reserved_fen,
                    (SELECT coalesce(sum(CASE WHEN credit_account = account_id THEN amount_fen ELSE -amount_fen END), 0)
                     FROM transfers WHERE phase IN ('direct', 'post') AND account_id IN (credit_account, debit_account)
                    )::bigint AS moved_fen,
                    (SELECT coalesce(sum(CASE WHEN phase = 'reserve' THEN amount_fen ELSE -amount_fen END), 0)
                     FROM transfers WHERE phase <> 'direct' AND debit_account = account_id)::bigint AS held_fen
                FROM accounts
                """
            )
            transfers = await connection.fetch(
                """
                SELECT id, project_id, leg, instalment, phase, amount_fen
                FROM transfers LEFT JOIN compensations USING (compensation_id) ORDER BY ordinal
                """
            )
            stages = await connection.fetch("SELECT project_id, leg, stage FROM payments")
    finally:
        await connection.close()
    return Ledger(
        accounts=tuple(Account(*row) for row in accounts),
        transfers=tuple(Transfer(*row) for row in transfers),
        stages=tuple((row["project_id"], row["leg"], row["stage"]) for row in stages),
    )


async def read_records(bootstrap: str, *, of_all: bool = False) -> tuple[PublishedRecord, ...]:
    """Every record of every topic of the pool, partition by partition in the order of its offsets.

    With `of_all` of every topic but Kafka's own.
    """
    fixed = {topic.name for topic in TOPICS}
    async with admin_client(bootstrap) as admin:
        places = [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in await admin.describe_topics()
            if topic["topic"] in fixed
            or topic["topic"].startswith(OUTCOMES_PREFIX)
            or (of_all and not topic["is_internal"])
            for partition in topic["partitions"]
        ]
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None, isolation_level="read_committed")
    await consumer.start()
    try:
        ends = {place: end for place, end in (await consumer.end_offsets(places)).items() if end > 0}
        begins = await consumer.beginning_offsets(list(ends))
        consumer.assign(list(ends))
        for place, begin in begins.items():
            consumer.seek(place, begin)
        found: list[PublishedRecord] = []
        async with asyncio.timeout(READ_TIMEOUT_S):
            while ends:
                # All are asked, also those that are done: what is fetched and not taken holds up the others.
                for place, batch in (await consumer.getmany(timeout_ms=READ_WAIT_MS)).items():
                    found += [
                        PublishedRecord(
                            r.topic, r.partition, r.offset, r.key, r.value or b"", tuple(r.headers), r.timestamp
                        )
                        for r in batch
                    ]
                    if batch[-1].offset + 1 >= ends.get(place, 0):
                        ends.pop(place, None)
    finally:
        await stop_consumer(consumer)
    return tuple(sorted(found, key=lambda each: (each.topic, each.partition, each.offset)))
