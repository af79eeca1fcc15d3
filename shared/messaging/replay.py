"""After the broker was lost: what a service received from outside and what it published goes out again, in order.

What came from outside is in the inbox as it was, bytes and headers, so its signatures stay valid; what was said is in
the outbox. Whoever reads it again knows it already: by sender and id, or by stream and number. In a new epoch the relay
publishes nothing until the replay is through, so that every stream is in order on the new broker too.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.contracts.envelope import CONTENT_TYPE, SIGNATURE_HEADER
from shared.contracts.topics import COMMAND_TOPICS
from shared.messaging.batches import is_text
from shared.messaging.cluster import BrokerGuard, read_cluster
from shared.messaging.database import Connection, Row
from shared.messaging.encoding import REPLAY_HEADER, Headers, headers_from_text
from shared.messaging.identity import current_epoch
from shared.messaging.telemetry import TRACEPARENT

LOCK = 7_246_003
PAGE_ROWS = 8_000
BATCH_BYTES_MAX = 1_000_000
REQUEST_TIMEOUT_MS = 30_000
PLACES_KEPT_MAX = 100_000
RECORDS_AT_A_TIME = 200

Place = tuple[str, int]
# How many of how many records are published.
Progress = Callable[[int, int], None]
# More of what came from outside before an epoch, in pages, by a service that knows of more.
More = Callable[[Connection, int], AsyncIterator["Page"]]


class ReplayRefused(Exception):
    """The replay must not run, or is running already; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A replay's result. ``was_done`` if an earlier one had published everything in this epoch."""

    epoch: int
    records: int
    was_done: bool


# A record that is published again: its topic, its partition (None lets the key decide, as the relay does), key, value
# and headers (a list, since aiokafka takes nothing else). It is a bare tuple, since anything else takes longer to make
# than the record takes to be published.
Published = tuple[str, int | None, bytes | None, bytes | None, list[tuple[str, bytes | None]]]


class Page(NamedTuple):
    """Some records, made one by one while they are published, and the last row of the outbox among them."""

    number: int
    records: Iterable[Published]
    outbox_last: int | None = None


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
    more: More | None = None,
) -> Replayed:
    """Publish inbox and outbox again into the service's current epoch, and ``more`` between them.

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
            outside = partial(_outside, command_topics=command_topics, more=more)
            done = await _publish_all(reading, writing, Publisher(producer), epoch, outside, progress)
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
    outside: More,
    progress: Progress,
) -> int:
    """Publish page after page from one snapshot; what is said after it is unpublished, and the relay's."""
    row = await writing.fetchrow("SELECT outside_done, outbox_last, records FROM replays WHERE epoch = $1", epoch)
    assert row is not None, "its row was made a moment ago"
    async with reading.transaction(isolation="repeatable_read", readonly=True):
        # What came from outside is little beside what was said, and begins anew if it was interrupted.
        done = int(row["records"]) if row["outside_done"] else 0
        left: int = await reading.fetchval(
            f"SELECT count(*) FROM ({_SAID}) AS said",  # noqa: S608  # a constant of this module
            row["outbox_last"],
        )
        if not row["outside_done"]:
            async for page in publisher.publish_pages(outside(reading, epoch)):
                done += page.number
                progress(done, done + left)
            await writing.execute("UPDATE replays SET outside_done = true, records = $2 WHERE epoch = $1", epoch, done)
        total = done + left
        progress(done, total)
        async for page in publisher.publish_pages(_said_pages(reading, epoch, row["outbox_last"])):
            done += page.number
            await writing.execute(
                "UPDATE replays SET outbox_last = $2, records = $3 WHERE epoch = $1", epoch, page.outbox_last, done
            )
            progress(done, total)
    return done


async def _outside(
    reading: Connection, epoch: int, command_topics: Sequence[str], more: More | None
) -> AsyncIterator[Page]:
    """The messages from outside as they were received, each partition in its order."""
    query = f"SELECT * FROM ({_OUTSIDE}) AS outside ORDER BY epoch, topic, partition, record_offset"  # noqa: S608
    async for rows in _pages(reading, query, epoch, list(command_topics)):
        records = [
            (row["topic"], row["partition"], row["key"], row["value"], marked(headers, epoch, row["value"]))
            for row in rows
            if can_be_written(headers := headers_from_text(row["headers"]))
        ]
        yield Page(len(records), records)
    if more is not None:
        async for page in more(reading, epoch):
            yield page


def can_be_written(headers: Headers) -> bool:
    """Whether our client can write the headers. Where it can't, the record was refused, and that answer goes out."""
    return all(is_text(name) for name, _ in headers)


def marked(headers: Headers, epoch: int, value: bytes | None) -> list[tuple[str, bytes | None]]:
    """The headers with the mark of a replay; without it, if the record might become too large for the broker."""
    kept = [(name, each) for name, each in headers if name != REPLAY_HEADER]
    size = len(value or b"") + sum(len(name) + len(each or b"") for name, each in kept)
    return kept if size > BATCH_BYTES_MAX else [*kept, (REPLAY_HEADER, str(epoch).encode())]


async def _said_pages(reading: Connection, epoch: int, outbox_last: int) -> AsyncIterator[Page]:
    """The service's own events in order, whether or not the lost broker had them already.

    The stored trace context goes along as it is: whoever works on a replayed record links to it.
    """
    marks = (("content-type", CONTENT_TYPE.encode()), (REPLAY_HEADER, str(epoch).encode()))
    async for rows in _pages(reading, f"{_SAID} ORDER BY id", outbox_last):
        yield Page(len(rows), _said(rows, marks), rows[-1]["id"])


def _said(rows: Sequence[Row], marks: Sequence[tuple[str, bytes]]) -> Iterator[Published]:
    for _, topic, key, value, signature, traceparent in rows:
        headers: list[tuple[str, bytes | None]] = [*marks]
        if signature is not None:
            headers.append((SIGNATURE_HEADER, signature.encode()))
        if traceparent is not None:
            headers.append((TRACEPARENT, traceparent.encode()))
        yield topic, None, key.encode(), value, headers


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
    """Puts records onto their partitions: partitions side by side, each one in order and one batch at a time."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self._partitioner = DefaultPartitioner()
        self._partitions: dict[str, list[int]] = {}
        # A project's records have one key, and hashing it in Python takes longer than anything else here.
        self._places: dict[tuple[str, bytes | None], Place] = {}

    async def publish_pages(self, pages: AsyncIterator[Page]) -> AsyncIterator[Page]:
        """Publish page after page; each comes out again when the broker has it. Raises what aiokafka raises.

        The next page is made ready while the broker still works on the last one, and is on its way when the last one
        comes out: whoever notes how far it is does so while the broker has something to do.
        """
        sending: asyncio.Task[Page] | None = None
        try:
            async for page in pages:
                batches = await self._batches(page.records)
                sent = await sending if sending is not None else None
                sending = asyncio.create_task(self._send_page(page, batches))
                if sent is not None:
                    yield sent
            if sending is not None:
                yield await sending
        finally:
            if sending is not None:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)

    async def publish(self, record: Published) -> None:
        """Publish one record, and wait for the broker's word. Raises what aiokafka raises."""
        await self._send(await self._batches([record]))

    async def _batches(self, records: Iterable[Published]) -> dict[Place, list[BatchBuilder]]:
        """The records in batches, by partition."""
        batches: dict[Place, list[BatchBuilder]] = {}
        for number, (topic, partition, key, value, headers) in enumerate(records):
            if number % RECORDS_AT_A_TIME == 0:
                # The page before is on its way: its bytes want to be written, and the broker's word to be read.
                await asyncio.sleep(0)
            place = self._places.get((topic, key)) if partition is None else None
            if place is None:
                place = await self._place_of(topic, partition, key)
            made = batches.get(place)
            if made is None:
                made = batches[place] = [self._producer.create_batch()]
            if made[-1].append(timestamp=None, key=key, value=value, headers=headers) is None:
                made.append(self._producer.create_batch())
                appended = made[-1].append(timestamp=None, key=key, value=value, headers=headers)
                assert appended is not None, "a batch takes at least one record"
        return batches

    async def _place_of(self, topic: str, partition: int | None, key: bytes | None) -> Place:
        if topic not in self._partitions:
            self._partitions[topic] = sorted(await self._producer.partitions_for(topic))
        partitions = self._partitions[topic]
        if partition is not None:
            return (topic, partitions[partition % len(partitions)])
        if len(self._places) >= PLACES_KEPT_MAX:
            self._places.clear()
        place = self._places[topic, key] = (topic, self._partitioner(key, partitions, partitions))
        return place

    async def _send_page(self, page: Page, batches: Mapping[Place, Sequence[BatchBuilder]]) -> Page:
        await self._send(batches)
        return page

    async def _send(self, batches: Mapping[Place, Sequence[BatchBuilder]]) -> None:
        await asyncio.gather(*(self._send_partition(place, made) for place, made in batches.items()))

    async def _send_partition(self, place: Place, batches: Sequence[BatchBuilder]) -> None:
        for batch in batches:
            batch.close()
            await (await self._producer.send_batch(batch, place[0], partition=place[1]))
