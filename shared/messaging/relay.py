"""The relay publishes the outbox, in order.

One relay of a service works at a time: it holds an advisory lock on a connection of its own. Within a partition one
batch is in flight at a time, rows are marked after the broker's acknowledgement, and after a failure nothing later of
that partition goes first. A round waits for its partitions only for a moment: one that is not acknowledged by then goes
on beside the next rounds, and whatever is stored for it later waits for it.
"""

import asyncio
import contextlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerClosed
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.contracts.envelope import CONTENT_TYPE, SIGNATURE_HEADER
from shared.contracts.topics import OUTCOMES_PREFIX
from shared.messaging import log_lines
from shared.messaging.cluster import BrokerGuard, start_to_end
from shared.messaging.database import TRANSIENT, server_settings
from shared.messaging.failpoints import Failpoint, hit
from shared.messaging.outbox import CHANNEL
from shared.messaging.replay import is_awaited
from shared.messaging.settings import MessagingSettings
from shared.messaging.telemetry import TRACEPARENT, Telemetry, logger, traceparent_of

# One number for all services: each has a database of its own.
LOCK = 7_246_001
# aiokafka's batches must hold a whole event with its evidence.
BATCH_BYTES_MAX = 1_000_000
REQUEST_TIMEOUT_MS = 15_000
# So long a round waits for its slowest partition, and for the broker's word on a topic; it mostly takes milliseconds.
PATIENCE_SECONDS = 0.5
# Longer than a request may take. The library itself asks again for ever.
SILENCE_ALARM_SECONDS = 20.0
# Where nothing at all is acknowledged for so long, it is perhaps the client that is stuck, and a new one is not.
STUCK_SECONDS = 60.0
# Where more keys than these wait for a silent partition, its whole topic is left out, so that what is read stays small.
WAITING_KEYS_MAX = 10_000
RETRY_SECONDS = 0.5
AWAITED_ALARM_SECONDS = 30.0
UNWRITABLE_ALARM_SECONDS = 60.0

MARK_PUBLISHED = "UPDATE outbox SET published_at = now() WHERE id = ANY($1::bigint[])"

# The first in the bytes: the envelope's type stands before its data, and the data's own project before what it quotes.
TYPE = re.compile(rb'"type":"([a-z0-9_.]+)"')
POOL_ID = re.compile(rb'"poolid":"([0-9a-f-]{36})"')
PROJECT_ID = re.compile(rb'"project_id":"([0-9a-f-]{36})"')

Partition = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One unpublished row of the outbox."""

    id: int
    topic: str
    key: str
    value: bytes
    signature: str | None
    traceparent: str | None
    created_at: datetime
    event_id: UUID


@dataclass(slots=True)
class InFlightBatch:
    """The batch on its way to one partition, and the keys of which nothing may go before it."""

    publishing: asyncio.Task[None]
    keys: set[str]


def _first(pattern: re.Pattern[bytes], row: Row) -> str | None:
    """The first match in the row's bytes, which this service has written itself."""
    found = pattern.search(row.value)
    return None if found is None else found[1].decode()


def _ids_of(row: Row) -> dict[str, str]:
    """The claim and the pool that the row is about."""
    pool_id = _first(POOL_ID, row)
    return {**log_lines.of_claim(_first(PROJECT_ID, row)), **({} if pool_id is None else {"pool_id": pool_id})}


def _line_of(row: Row) -> dict[str, Any]:
    """The log line of a published row."""
    return {
        "event": "published",
        "type": _first(TYPE, row),
        "message_id": str(row.event_id),
        "outcome": "published",
        **_ids_of(row),
        **log_lines.of_own_trace(row.traceparent),
        "topic": row.topic,
        "key": row.key,
    }


class _LockLost(Exception):
    """The connection that held the lock is gone: another relay may be publishing already."""


class Relay:
    """Publishes what the service's transactions have stored.

    On a new broker it waits until the past has been published there: each stream is in order on every broker.
    """

    def __init__(self, settings: MessagingSettings, telemetry: Telemetry, guard: BrokerGuard | None = None) -> None:
        self._settings = settings
        self._telemetry = telemetry
        self._guard = guard
        self._wake = asyncio.Event()
        self._partitioner = DefaultPartitioner()
        self._producer: AIOKafkaProducer | None = None
        self._holder: asyncpg.Connection[asyncpg.Record] | None = None
        self._in_flight: dict[Partition, InFlightBatch] = {}
        self._published: list[Row] = []
        self._progress_at = 0.0
        self._unwritable: dict[str, float] = {}
        self._said_at: dict[str, float] = {}
        self.awaits_replay = False

    def wake(self) -> None:
        """Say that a transaction has just been committed."""
        self._wake.set()

    async def run(self) -> None:
        """Publish until cancelled; a lost connection or broker is waited for."""
        while True:
            try:
                await self._run_on_one_connection()
            except (*TRANSIENT, KafkaError, asyncpg.PostgresError) as error:
                logger().warning("relay interrupted; trying again", error=str(error) or type(error).__name__)
                await self._drop_producer()
                await asyncio.sleep(RETRY_SECONDS)

    async def stop(self) -> None:
        """Close the producer."""
        await self._drop_producer()

    async def _run_on_one_connection(self) -> None:
        connection = await asyncpg.connect(
            self._settings.database_url.get_secret_value(),
            command_timeout=self._settings.statement_timeout_ms / 1000 + 5,
            server_settings=server_settings(self._settings),
        )
        try:
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
                await asyncio.sleep(self._settings.relay_poll_seconds)
            self._holder = connection
            await self._await_replay(connection)
            await connection.add_listener(CHANNEL, lambda *_: self._wake.set())
            connection.add_termination_listener(lambda *_: self._wake.set())
            while True:
                await self._round(connection)
        finally:
            await self._cancel_in_flight()
            # To be marked under the lock only: another relay may have published it again by now, for who asked again.
            self._published.clear()
            # Closing the connection gives the lock back, whatever state it is in.
            connection.terminate()

    async def _round(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Read, publish and mark once; then wait, unless there is more."""
        self._wake.clear()
        rows = await self._unpublished(connection)
        if rows:
            hit(Failpoint.BEFORE_PUBLISH)
            await self._publish(rows)
        has_failed = self._forget_ended()
        if self._published:
            hit(Failpoint.BEFORE_MARK)
            published, self._published = self._published, []
            await connection.execute(MARK_PUBLISHED, [row.id for row in published])
            self._telemetry.published.add(len(published))
            if log_lines.are_wanted():
                log_lines.write(self._telemetry.service, [_line_of(row) for row in published])
        if has_failed or (self._in_flight and time.monotonic() - self._progress_at > STUCK_SECONDS):
            await self._drop_producer()
            await asyncio.sleep(RETRY_SECONDS)
        elif len(rows) < self._settings.relay_batch_rows_max:
            await self._wait()

    async def _await_replay(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Wait until the lost broker's records are on the new one."""
        said_at = float("-inf")
        while await is_awaited(connection, self._settings.epoch):
            self.awaits_replay = True
            if time.monotonic() - said_at >= AWAITED_ALARM_SECONDS:
                said_at = time.monotonic()
                logger().error("nothing is published on the new broker before the replay; run riskpool replay")
            await asyncio.sleep(self._settings.relay_poll_seconds)
        self.awaits_replay = False

    async def _wait(self) -> None:
        # Not wait_for: up to Python 3.11 it loses a cancellation that comes together with what it waits for.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._settings.relay_poll_seconds):
                await self._wake.wait()

    async def _unpublished(self, connection: "asyncpg.Connection[asyncpg.Record]") -> list[Row]:
        """The oldest unpublished rows, without those of topics that can't be written to for now, or behind others."""
        now = time.monotonic()
        self._unwritable = {topic: until for topic, until in self._unwritable.items() if until > now}
        full = {topic for (topic, _), batch in self._in_flight.items() if len(batch.keys) > WAITING_KEYS_MAX}
        behind = [
            (topic, key) for (topic, _), batch in self._in_flight.items() if topic not in full for key in batch.keys
        ]
        rows = await connection.fetch(
            """
            SELECT id, topic, key, value, signature, traceparent, created_at, event_id FROM outbox
            WHERE published_at IS NULL AND topic <> ALL($2::text[])
                AND (topic, key) NOT IN (SELECT * FROM unnest($3::text[], $4::text[]))
            ORDER BY id LIMIT $1
            """,
            self._settings.relay_batch_rows_max,
            [*self._unwritable, *full],
            [topic for topic, _ in behind],
            [key for _, key in behind],
        )
        return [Row(*row) for row in rows]

    async def _publish(self, rows: Sequence[Row]) -> None:
        """Send the rows on their way, partitions side by side, and wait for them for a moment.

        What belongs to a partition that is still on its way stays unread until that has ended.
        """
        producer = await self._connected()
        if not self._in_flight:
            self._progress_at = time.monotonic()
        by_partition: dict[Partition, list[Row]] = {}
        for topic in dict.fromkeys(row.topic for row in rows):
            partitions = await self._partitions(producer, topic)
            if not partitions:
                self._leave_out(topic, f"the topic does not exist; create it: {self._command_for(topic)}")
                continue
            for row in rows:
                if row.topic == topic:
                    partition = self._partitioner(row.key.encode(), partitions, partitions)
                    by_partition.setdefault((topic, partition), []).append(row)
        begun: list[asyncio.Task[None]] = []
        for place, of_place in by_partition.items():
            keys = {row.key for row in of_place}
            if place in self._in_flight:
                self._in_flight[place].keys |= keys
            else:
                publishing = asyncio.create_task(self._publish_partition(producer, place, of_place))
                self._in_flight[place] = InFlightBatch(publishing, keys)
                begun.append(publishing)
        if begun:
            _, slow = await asyncio.wait(begun, timeout=PATIENCE_SECONDS)
            for publishing in slow:
                publishing.add_done_callback(lambda _: self._wake.set())

    async def _publish_partition(self, producer: AIOKafkaProducer, place: Partition, rows: Sequence[Row]) -> None:
        """Publish one partition's rows, batch after batch; stop at the first failure."""
        batch, batched = producer.create_batch(), list[Row]()
        for row in rows:
            if not self._append(batch, row):
                await self._send(producer, batch, place)
                self._published.extend(batched)
                batch, batched = producer.create_batch(), []
                assert self._append(batch, row), "an event is larger than a batch may be"
            batched.append(row)
        await self._send(producer, batch, place)
        self._published.extend(batched)

    def _forget_ended(self) -> bool:
        """Forget the batches that have ended, so that what waits behind them is read; True if one has failed."""
        ended = [(place, batch.publishing) for place, batch in self._in_flight.items() if batch.publishing.done()]
        failures = 0
        for place, publishing in ended:
            del self._in_flight[place]
            try:
                publishing.result()
            except _LockLost:
                failures += 1
            except KafkaError as error:
                failures += 1
                self._leave_out(place[0], f"a batch for partition {place[1]} was not acknowledged: {error}")
        return failures > 0

    async def _cancel_in_flight(self) -> None:
        """Give up whatever is on its way; it is read again."""
        in_flight, self._in_flight = self._in_flight, {}
        for batch in in_flight.values():
            batch.publishing.cancel()
        await asyncio.gather(*(batch.publishing for batch in in_flight.values()), return_exceptions=True)

    def _append(self, batch: BatchBuilder, row: Row) -> bool:
        headers: list[tuple[str, bytes]] = [("content-type", CONTENT_TYPE.encode())]
        if row.signature is not None:
            headers.append((SIGNATURE_HEADER, row.signature.encode()))
        if row.traceparent is not None:
            headers.append((TRACEPARENT, self._trace_header(row, row.traceparent).encode()))
        return batch.append(timestamp=None, key=row.key.encode(), value=row.value, headers=headers) is not None

    def _trace_header(self, row: Row, traceparent: str) -> str:
        """The stored context while it is fresh; else that of a span of its own, linked to it."""
        age = (datetime.now(UTC) - row.created_at).total_seconds()
        if age <= self._settings.relay_fresh_seconds:
            return traceparent
        with self._telemetry.start_delayed(f"{self._telemetry.service} publish delayed", traceparent) as span:
            span.set_attributes(_ids_of(row))
            return traceparent_of(span)

    async def _send(self, producer: AIOKafkaProducer, batch: BatchBuilder, place: Partition) -> None:
        if self._holder is None or self._holder.is_closed():
            raise _LockLost
        batch.close()
        topic, partition = place
        acknowledged = await producer.send_batch(batch, topic, partition=partition)
        while not (await asyncio.wait([acknowledged], timeout=SILENCE_ALARM_SECONDS))[0]:
            self._say_waiting(topic, f"partition {partition} has not acknowledged a batch for a while")
        await acknowledged
        self._progress_at = time.monotonic()

    async def _partitions(self, producer: AIOKafkaProducer, topic: str) -> list[int]:
        """The topic's partitions, in order; empty if it does not exist, without waiting long for it."""
        cluster = producer.client.cluster
        found = cluster.partitions_for_topic(topic)
        if found is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await producer.client.add_topic(topic)
                    await producer.client.force_metadata_update()
            found = cluster.partitions_for_topic(topic)
        return sorted(found) if found else []

    def _leave_out(self, topic: str, why: str) -> None:
        """Try the topic again a while later."""
        self._unwritable[topic] = time.monotonic() + self._settings.topic_retry_seconds
        self._say_waiting(topic, why)

    def _say_waiting(self, topic: str, why: str) -> None:
        """Say what waits for the topic, at most once a minute."""
        now = time.monotonic()
        if now - self._said_at.get(topic, float("-inf")) >= UNWRITABLE_ALARM_SECONDS:
            self._said_at[topic] = now
            logger().warning("a topic can't be written to; its records wait", topic=topic, why=why)

    def _command_for(self, topic: str) -> str:
        institution = (
            f" --institution {topic.removeprefix(OUTCOMES_PREFIX)}" if topic.startswith(OUTCOMES_PREFIX) else ""
        )
        return f"python -m devstack.topics --bootstrap {self._settings.kafka_bootstrap}{institution}"

    async def _connected(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._settings.kafka_bootstrap,
                client_id=f"{self._telemetry.service}-relay",
                acks="all",
                enable_idempotence=self._settings.kafka_idempotent,
                max_batch_size=BATCH_BYTES_MAX,
                request_timeout_ms=REQUEST_TIMEOUT_MS,
            )
            if self._guard is not None:
                self._guard.guard(producer.client)
            try:
                await start_to_end(producer.start())
            except BaseException:
                await producer.stop()
                raise
            self._producer = producer
        return self._producer

    async def _drop_producer(self) -> None:
        """Throw the producer away: after a sequence error it would never publish again."""
        await self._cancel_in_flight()
        producer, self._producer = self._producer, None
        if producer is not None:
            quietly = contextlib.suppress(KafkaError, TimeoutError, OSError)
            # Its own stop waits for what is not acknowledged, and goes on sending it if that takes too long.
            with quietly:
                async with asyncio.timeout(RETRY_SECONDS * 4):
                    await producer._sender.close()  # noqa: SLF001  # as above
            producer._message_accumulator.fail_all(ProducerClosed())  # noqa: SLF001  # as above
            with quietly:
                async with asyncio.timeout(RETRY_SECONDS * 4):
                    await producer.stop()
