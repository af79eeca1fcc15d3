"""A relay of the toy service: what is stored for it to publish, and how it was published."""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import datetime
from uuid import uuid4

from aiokafka.partitioner import DefaultPartitioner

from shared.messaging.database import Connection
from shared.messaging.message import Outgoing
from shared.messaging.outbox import Draft, append
from shared.messaging.relay import LOCK, Relay
from tests.integration.messaging_toy import Listener, Toy
from tests.unit.messaging.messaging_factories import BANK, EVENTS, NOON, POOL, Answered

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@contextlib.asynccontextmanager
async def relaying(toy: Toy) -> AsyncIterator[Relay]:
    """A relay that publishes until the end of the block."""
    relay = Relay(toy.settings, toy.telemetry)
    task = asyncio.create_task(relay.run())
    try:
        yield relay
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await relay.stop()


async def say(
    connection: Connection, topic: str, key: str, *about: str, signed: bool = False, time: datetime = NOON
) -> None:
    """Store events on one stream, as a decision would."""
    drafts = [
        Draft(
            Outgoing(Answered(about=each), POOL, key, topic=topic, signed=signed), uuid4(), 1, "m-1", time, TRACEPARENT
        )
        for each in about
    ]
    await append(connection, "toy", drafts, EVENTS, BANK.signer)


async def said_on(toy: Toy, topic: str, key: str, *about: str) -> None:
    """The same in a transaction of its own."""
    async with toy.pool.acquire() as connection, connection.transaction():
        await say(connection, topic, key, *about)


def streams(listener: Listener) -> dict[str, list[int]]:
    """The sequence numbers of each stream, in the order in which they were observed."""
    found: dict[str, list[int]] = defaultdict(list)
    for record in listener.records:
        found[record.key.decode()].append(json.loads(record.value)["seq"])
    return found


def partition_of(key: str, partitions_count: int) -> int:
    """Where the relay sends this key."""
    partitions = list(range(partitions_count))
    partition: int = DefaultPartitioner()(key.encode(), partitions, partitions)
    return partition


async def nothing_is_left(toy: Toy) -> bool:
    """Whether all of the outbox is marked as published."""
    return bool(await toy.pool.fetchval("SELECT count(*) = 0 FROM outbox WHERE published_at IS NULL"))


async def relay_process(toy: Toy) -> int | None:
    """The database process of the connection that holds the relay's lock."""
    found: int | None = await toy.pool.fetchval(
        """
        SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """,
        LOCK,
    )
    return found
