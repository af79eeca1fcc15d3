"""After the broker was lost: what a service has heard from outside and what it has said is published again, in order.

What came from outside is in the inbox as it was, bytes and headers, so its signatures stay valid; what was said is in
the outbox. Whoever reads it again knows it already: by sender and id, or by stream and number. A replay that was
interrupted goes on where it stood.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner

from shared.contracts.envelope import CONTENT_TYPE, SIGNATURE_HEADER
from shared.messaging.database import Connection, Row
from shared.messaging.settings import MessagingSettings
from shared.messaging.telemetry import TRACEPARENT
from shared.messaging.wire import REPLAY_HEADER, headers_from_text

LOCK = 7_246_003
PAGE_ROWS = 2_000
BATCH_BYTES_MAX = 1_000_000
REQUEST_TIMEOUT_MS = 30_000

Progress = Callable[[int, int], None]


class ReplayRefused(Exception):
    """The replay must not run, or is running already; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class _Replayed:
    topic: str
    key: bytes | None
    value: bytes
    headers: Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class _Page:
    """Some records to publish, and what says in ``replays`` where the next page begins."""

    records: Sequence[_Replayed]
    last: Mapping[str, str | int]


async def replay(connection: Connection, settings: MessagingSettings, progress: Progress) -> int:
    """Publish inbox and outbox again into the current epoch; returns how many records were published.

    ``connection`` is used for nothing else meanwhile. ``progress`` is told how many of how many are done. Raises
    ReplayRefused while another replay of this service runs, or if the service has not adopted this epoch yet.
    """
    if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
        raise ReplayRefused("a replay of this service is running already; wait for it")
    try:
        await _begin(connection, settings.epoch)
        total = await _total(connection)
        producer = AIOKafkaProducer(
            bootstrap_servers=settings.kafka_bootstrap,
            acks="all",
            enable_idempotence=settings.kafka_idempotent,
            max_batch_size=BATCH_BYTES_MAX,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
        )
        await producer.start()
        try:
            done = await connection.fetchval("SELECT records FROM replays WHERE epoch = $1", settings.epoch)
            for load in (_inbox_page, _outbox_page):
                while (page := await load(connection, settings.epoch)) is not None:
                    await _publish(producer, page.records)
                    done += len(page.records)
                    await _save_progress(connection, settings.epoch, page, done)
                    progress(done, total)
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(REQUEST_TIMEOUT_MS / 1000):
                    await producer.stop()
        await connection.execute(
            "UPDATE replays SET ended_at = $2 WHERE epoch = $1 AND ended_at IS NULL", settings.epoch, datetime.now(UTC)
        )
        return int(done)
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", LOCK)


async def _begin(connection: Connection, epoch: int) -> None:
    """Make the epoch's row, or find the one of an interrupted replay. What is said from now on is not replayed."""
    adopted_at = await connection.fetchval("SELECT adopted_at FROM broker_epochs WHERE epoch = $1", epoch)
    if adopted_at is None:
        raise ReplayRefused(f"this service has not worked in epoch {epoch} yet: start it with RISKPOOL_EPOCH={epoch}")
    if await connection.fetchval("SELECT count(*) FROM broker_epochs WHERE epoch < $1", epoch) == 0:
        raise ReplayRefused("this is the first broker; nothing was lost that could be published again")
    await connection.execute(
        """
        INSERT INTO replays (epoch, outbox_end, began_at)
        SELECT $1, coalesce(max(id), 0), $2 FROM outbox WHERE published_at < $3
        ON CONFLICT (epoch) DO NOTHING
        """,
        epoch,
        datetime.now(UTC),
        adopted_at,
    )


async def _save_progress(connection: Connection, epoch: int, page: _Page, done: int) -> None:
    """Store how far the replay has come; a page that was published and not stored is published once more."""
    await connection.execute(
        """
        UPDATE replays SET inbox_sender = coalesce($2, inbox_sender),
                           inbox_message_id = coalesce($3, inbox_message_id),
                           outbox_last = coalesce($4, outbox_last), records = $5
        WHERE epoch = $1
        """,
        epoch,
        page.last.get("inbox_sender"),
        page.last.get("inbox_message_id"),
        page.last.get("outbox_last"),
        done,
    )


async def _total(connection: Connection) -> int:
    found: int = await connection.fetchval(
        "SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM outbox WHERE published_at IS NOT NULL)"
    )
    return found


async def _inbox_page(connection: Connection, epoch: int) -> _Page | None:
    """The next messages from outside that were taken in before this epoch, as they were received."""
    rows = await connection.fetch(
        """
        SELECT sender, message_id, topic, key, value, headers FROM inbox
        WHERE epoch < $1
          AND (sender, message_id) > (SELECT inbox_sender, inbox_message_id FROM replays WHERE epoch = $1)
        ORDER BY sender, message_id LIMIT $2
        """,
        epoch,
        PAGE_ROWS,
    )
    if not rows:
        return None
    mark = (REPLAY_HEADER, str(epoch).encode())
    return _Page(
        [
            _Replayed(
                row["topic"],
                row["key"],
                row["value"],
                [
                    *((name, value or b"") for name, value in headers_from_text(row["headers"]) if name != mark[0]),
                    mark,
                ],
            )
            for row in rows
        ],
        {"inbox_sender": rows[-1]["sender"], "inbox_message_id": rows[-1]["message_id"]},
    )


async def _outbox_page(connection: Connection, epoch: int) -> _Page | None:
    """The next events that had been published to the lost broker."""
    rows = await connection.fetch(
        """
        SELECT id, topic, key, value, signature, traceparent FROM outbox, replays
        WHERE replays.epoch = $1 AND id > outbox_last AND id <= outbox_end AND published_at IS NOT NULL
        ORDER BY id LIMIT $2
        """,
        epoch,
        PAGE_ROWS,
    )
    if not rows:
        return None
    return _Page([_said(row, epoch) for row in rows], {"outbox_last": rows[-1]["id"]})


def _said(row: Row, epoch: int) -> _Replayed:
    headers = [("content-type", CONTENT_TYPE.encode()), (REPLAY_HEADER, str(epoch).encode())]
    if row["signature"] is not None:
        headers.append((SIGNATURE_HEADER, row["signature"].encode()))
    if row["traceparent"] is not None:
        headers.append((TRACEPARENT, row["traceparent"].encode()))
    return _Replayed(row["topic"], row["key"].encode(), row["value"], headers)


async def _publish(producer: AIOKafkaProducer, records: Sequence[_Replayed]) -> None:
    """Publish the records: partitions side by side, each one in order."""
    partitioner = DefaultPartitioner()
    placed: dict[tuple[str, int], list[_Replayed]] = {}
    for topic, group in groupby(sorted(records, key=lambda record: record.topic), key=lambda record: record.topic):
        partitions = sorted(await producer.partitions_for(topic))
        for record in group:
            place = (topic, partitioner(record.key, partitions, partitions))
            placed.setdefault(place, []).append(record)
    await asyncio.gather(*(_publish_partition(producer, place, found) for place, found in placed.items()))


async def _publish_partition(producer: AIOKafkaProducer, place: tuple[str, int], records: Sequence[_Replayed]) -> None:
    """One partition's records, batch after batch."""
    batch = producer.create_batch()
    for record in records:
        if batch.append(timestamp=None, key=record.key, value=record.value, headers=list(record.headers)) is None:
            batch.close()
            await (await producer.send_batch(batch, place[0], partition=place[1]))
            batch = producer.create_batch()
            appended = batch.append(timestamp=None, key=record.key, value=record.value, headers=list(record.headers))
            assert appended is not None, "a record is larger than a batch may be"
    batch.close()
    await (await producer.send_batch(batch, place[0], partition=place[1]))
