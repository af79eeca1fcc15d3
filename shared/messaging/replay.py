"""After the broker was lost: what a service has heard from outside and what it has said is published again, in order.

What came from outside is in the inbox as it was, bytes and headers, so its signatures stay valid; what was said is in
the outbox. Whoever reads it again knows it already: by sender and id, or by stream and number. In a new epoch the relay
publishes nothing until the replay is through, so that every stream is in order on the new broker too.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner

from shared.contracts.envelope import CONTENT_TYPE, SIGNATURE_HEADER
from shared.contracts.topics import COMMAND_TOPICS
from shared.messaging.cluster import BrokerGuard, read_cluster
from shared.messaging.database import Connection, Row
from shared.messaging.identity import current_epoch
from shared.messaging.telemetry import TRACEPARENT
from shared.messaging.wire import REPLAY_HEADER, headers_from_text

LOCK = 7_246_003
PAGE_ROWS = 4_000
BATCH_BYTES_MAX = 1_000_000
REQUEST_TIMEOUT_MS = 30_000
PLACES_KEPT_MAX = 100_000

# How many of how many records are published.
Progress = Callable[[int, int], None]
Headers = Sequence[tuple[str, bytes | None]]


class ReplayRefused(Exception):
    """The replay must not run, or is running already; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to. ``was_done`` if an earlier one had published everything in this epoch."""

    epoch: int
    records: int
    was_done: bool


@dataclass(frozen=True, slots=True)
class Published:
    """A record that is published again. ``partition`` is where it was; None lets its key decide, as the relay does."""

    topic: str
    partition: int | None
    key: bytes | None
    value: bytes | None
    headers: Headers
    outbox_id: int | None = None


# What came from outside before this epoch: taken in, refused with an answer, or waiting for its key. What nobody
# vouches for was never answered, and stays in quarantine only.
_OUTSIDE = """
    SELECT epoch, topic, partition, record_offset, key, value, headers FROM inbox WHERE epoch < $1
    UNION ALL
    SELECT epoch, topic, partition, record_offset, key, value, headers FROM quarantine
    WHERE epoch < $1 AND sender IS NOT NULL AND topic = ANY($2::text[])
    UNION ALL
    SELECT epoch, topic, partition, record_offset, key, value, headers FROM held
    WHERE epoch < $1 AND kind = 'key_unknown' AND released_at IS NULL AND topic = ANY($2::text[])
"""

_SAID = "SELECT id, topic, key, value, signature, traceparent FROM outbox WHERE id > $1"


async def replay(
    database_url: str,
    bootstrap: str,
    progress: Progress,
    *,
    idempotent: bool = True,
    again: bool = False,
    command_topics: Sequence[str] = COMMAND_TOPICS,
) -> Replayed:
    """Publish inbox and outbox again into the service's current epoch.

    An interrupted replay goes on where it stood; one that is through is not repeated but ``again``. Raises
    ReplayRefused while another replay of this service runs, if this is the first broker, and if another broker answers
    than the epoch's. Raises what the database's and the broker's clients raise.
    """
    writing = await asyncpg.connect(database_url)
    try:
        if not await writing.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
            raise ReplayRefused("a replay of this service is running already; wait for it")
        epoch, guard = await _check_broker(writing, bootstrap)
        await _begin(writing, epoch, again=again)
        before = await writing.fetchrow("SELECT records, ended_at FROM replays WHERE epoch = $1", epoch)
        assert before is not None, "its row was made a moment ago"
        if before["ended_at"] is not None:
            return Replayed(epoch, before["records"], was_done=True)
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap,
            acks="all",
            enable_idempotence=idempotent,
            max_batch_size=BATCH_BYTES_MAX,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
        )
        guard.guard(producer.client)
        await producer.start()
        reading = await asyncpg.connect(database_url)
        try:
            done = await _publish_all(reading, writing, Publisher(producer), epoch, command_topics, progress)
        finally:
            # A fetch may be on its way, and there is nothing to be saved.
            reading.terminate()
            with suppress(TimeoutError):
                async with asyncio.timeout(REQUEST_TIMEOUT_MS / 1000):
                    await producer.stop()
        await writing.execute("UPDATE replays SET ended_at = $2 WHERE epoch = $1", epoch, datetime.now(UTC))
        return Replayed(epoch, done, was_done=False)
    finally:
        # Closing the connection gives the lock back.
        await writing.close()


async def is_awaited(connection: Connection, epoch: int) -> bool:
    """Whether the service works on a new broker onto which its past has not been published yet."""
    found: bool = await connection.fetchval(
        """
        SELECT EXISTS (SELECT FROM broker_epochs WHERE epoch < $1)
               AND NOT EXISTS (SELECT FROM replays WHERE epoch = $1 AND ended_at IS NOT NULL)
        """,
        epoch,
    )
    return found


async def _check_broker(connection: Connection, bootstrap: str) -> tuple[int, BrokerGuard]:
    """The epoch to publish into, and the guard of its broker."""
    current = await current_epoch(connection)
    if current is None:
        raise ReplayRefused("this service has worked with no broker yet, so none was lost; start it")
    epoch, cluster_id = current
    found = await read_cluster(bootstrap)
    if found.cluster_id != cluster_id:
        raise ReplayRefused(
            f"the broker at {bootstrap} is {found.cluster_id}, and the service works with {cluster_id} in epoch "
            f"{epoch}: if the broker was lost, start the service with RISKPOOL_EPOCH={epoch + 1} first; if the address "
            "is wrong, mend it"
        )
    if await connection.fetchval("SELECT count(*) FROM broker_epochs WHERE epoch < $1", epoch) == 0:
        raise ReplayRefused(f"epoch {epoch} is this service's first: no broker was lost")
    return epoch, BrokerGuard(cluster_id)


async def _begin(connection: Connection, epoch: int, *, again: bool) -> None:
    """Make the epoch's row, or find the one of an interrupted replay."""
    await connection.execute(
        "INSERT INTO replays (epoch, began_at) VALUES ($1, $2) ON CONFLICT (epoch) DO NOTHING", epoch, datetime.now(UTC)
    )
    if again:
        await connection.execute(
            """
            UPDATE replays SET outbox_last = 0, outside_done = false, records = 0, began_at = $2, ended_at = NULL
            WHERE epoch = $1
            """,
            epoch,
            datetime.now(UTC),
        )


async def _publish_all(
    reading: Connection,
    writing: Connection,
    publisher: "Publisher",
    epoch: int,
    command_topics: Sequence[str],
    progress: Progress,
) -> int:
    """Publish page after page from one snapshot; what is said after it is unpublished, and the relay's."""
    row = await writing.fetchrow("SELECT outside_done, outbox_last, records FROM replays WHERE epoch = $1", epoch)
    assert row is not None, "its row was made a moment ago"
    async with reading.transaction(isolation="repeatable_read", readonly=True):
        left = await _count_left(reading, row, epoch, command_topics)
        # Outside records are few, and begin anew if they were interrupted.
        done = int(row["records"]) if row["outside_done"] else 0
        total = done + left
        progress(done, total)
        sources = [] if row["outside_done"] else [_outside_pages(reading, epoch, command_topics)]
        sources.append(_said_pages(reading, epoch, row["outbox_last"]))
        for source in sources:
            async for page in source:
                await publisher.publish(page)
                done += len(page)
                await writing.execute(
                    "UPDATE replays SET outbox_last = coalesce($2, outbox_last), records = $3 WHERE epoch = $1",
                    epoch,
                    page[-1].outbox_id,
                    done,
                )
                progress(done, total)
            await writing.execute("UPDATE replays SET outside_done = true WHERE epoch = $1", epoch)
    return done


async def _count_left(reading: Connection, row: Row, epoch: int, command_topics: Sequence[str]) -> int:
    said: int = await reading.fetchval(f"SELECT count(*) FROM ({_SAID}) AS said", row["outbox_last"])  # noqa: S608
    if row["outside_done"]:
        return said
    outside: int = await reading.fetchval(
        f"SELECT count(*) FROM ({_OUTSIDE}) AS outside",  # noqa: S608  # a constant of this module
        epoch,
        list(command_topics),
    )
    return outside + said


async def _outside_pages(
    reading: Connection, epoch: int, command_topics: Sequence[str]
) -> AsyncIterator[list[Published]]:
    """What came from outside, each partition in the order in which it came, as it was received."""
    mark = (REPLAY_HEADER, str(epoch).encode())
    query = f"SELECT * FROM ({_OUTSIDE}) AS outside ORDER BY epoch, topic, partition, record_offset"  # noqa: S608
    async for rows in _pages(reading, query, epoch, list(command_topics)):
        yield [
            Published(
                row["topic"],
                row["partition"],
                row["key"],
                row["value"],
                _marked(headers_from_text(row["headers"]), mark, len(row["value"] or b"")),
            )
            for row in rows
        ]


def _marked(headers: Headers, mark: tuple[str, bytes], value_bytes: int) -> Headers:
    """The headers with the mark of a replay; without it, if the record might become too large for the broker."""
    kept = [(name, value) for name, value in headers if name != REPLAY_HEADER]
    size = value_bytes + sum(len(name) + len(value or b"") for name, value in kept)
    return kept if size > BATCH_BYTES_MAX else [*kept, mark]


async def _said_pages(reading: Connection, epoch: int, outbox_last: int) -> AsyncIterator[list[Published]]:
    """What the service has said, in order, whether or not the lost broker had it already.

    The stored trace context goes along as it is: whoever works on a replayed record links to it.
    """
    marks = [("content-type", CONTENT_TYPE.encode()), (REPLAY_HEADER, str(epoch).encode())]
    async for rows in _pages(reading, f"{_SAID} ORDER BY id", outbox_last):
        page: list[Published] = []
        for outbox_id, topic, key, value, signature, traceparent in rows:
            headers: list[tuple[str, bytes | None]] = list(marks)
            if signature is not None:
                headers.append((SIGNATURE_HEADER, signature.encode()))
            if traceparent is not None:
                headers.append((TRACEPARENT, traceparent.encode()))
            page.append(Published(topic, None, key.encode(), value, headers, outbox_id))
        yield page


async def _pages(reading: Connection, query: str, *arguments: object) -> AsyncIterator[list[Row]]:
    """The rows of a query, page by page; the next page is fetched while the last one is being published."""
    cursor = await reading.cursor(query, *arguments)
    fetching = asyncio.ensure_future(cursor.fetch(PAGE_ROWS))
    try:
        while rows := await fetching:
            fetching = asyncio.ensure_future(cursor.fetch(PAGE_ROWS))
            yield rows
    finally:
        fetching.cancel()
        await asyncio.gather(fetching, return_exceptions=True)


class Publisher:
    """Puts records onto their partitions: partitions side by side, each one in order."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self._partitioner = DefaultPartitioner()
        self._partitions: dict[str, list[int]] = {}
        # A project's records have one key, and hashing it in Python takes longer than anything else here.
        self._places: dict[tuple[str, bytes | None], tuple[str, int]] = {}

    async def publish(self, records: Sequence[Published]) -> None:
        """Publish the records, and wait for the broker's word. Raises what aiokafka raises."""
        placed: dict[tuple[str, int], list[Published]] = {}
        for record in records:
            if record.topic not in self._partitions:
                self._partitions[record.topic] = sorted(await self._producer.partitions_for(record.topic))
            placed.setdefault(self._place_of(record), []).append(record)
        await asyncio.gather(*(self._publish_partition(place, found) for place, found in placed.items()))

    def _place_of(self, record: Published) -> tuple[str, int]:
        partitions = self._partitions[record.topic]
        if record.partition is not None:
            return (record.topic, partitions[record.partition % len(partitions)])
        place = self._places.get((record.topic, record.key))
        if place is None:
            if len(self._places) >= PLACES_KEPT_MAX:
                self._places.clear()
            place = (record.topic, self._partitioner(record.key, partitions, partitions))
            self._places[record.topic, record.key] = place
        return place

    async def _publish_partition(self, place: tuple[str, int], records: Sequence[Published]) -> None:
        """One partition's records, batch after batch."""
        batch = self._producer.create_batch()
        for record in records:
            if batch.append(timestamp=None, key=record.key, value=record.value, headers=record.headers) is None:
                batch.close()
                await (await self._producer.send_batch(batch, place[0], partition=place[1]))
                batch = self._producer.create_batch()
                appended = batch.append(timestamp=None, key=record.key, value=record.value, headers=record.headers)
                assert appended is not None, "a batch takes at least one record"
        batch.close()
        await (await self._producer.send_batch(batch, place[0], partition=place[1]))
