"""The consumer: batches of records go to the transaction; offsets are committed after it, explicitly, per partition."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, ConsumerStoppedError, IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage

from shared.messaging import log_lines
from shared.messaging.batches import read_any_header_name
from shared.messaging.cluster import BrokerGuard, start_to_end, stop_to_end
from shared.messaging.database import failure, is_transient
from shared.messaging.failpoints import Failpoint, hit
from shared.messaging.health import Watchdog
from shared.messaging.message import Record
from shared.messaging.offsets import Offsets
from shared.messaging.settings import MessagingSettings
from shared.messaging.telemetry import Telemetry, logger

Process = Callable[[Sequence[Record]], Awaitable[None]]
HoldFailed = Callable[[Record, str], Awaitable[None]]

# New outcomes topics are found by asking again this often.
METADATA_MAX_AGE_MS = 2_000
PROBE_TIMEOUT_MS = 5_000
# FastStream waits for records and, if none came, sleeps, both for this long. The waiting is LongPollConsumer's.
EMPTY_POLL_PAUSE_MS = 1
FETCH_BYTES_MAX = 8 * 1024 * 1024
# A service that gathers is answered by the broker when there is so much, or at the end of its wait.
FETCH_BYTES_GATHERED = 1024 * 1024
# A stop waits so long for a broker that does not take the offsets; what is lost of them is read again.
LAST_COMMIT_SECONDS = 2.0


class Retry(Exception):
    """The batch could not be processed for now; it is to be read again."""


class StoreBroken(Exception):
    """The store takes neither a record's effects nor the record itself; only an operator can help."""


class LongPollConsumer(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka ships no types for it
    """Waits long for records and returns with the first ones.

    FastStream's short polls would either add their sleep to the way of a lone message or keep an idle service busy.
    """

    wait_ms = 0
    guard: BrokerGuard | None = None

    def __init__(self, *topics: str, **settings: Any) -> None:
        super().__init__(*topics, **settings)
        read_any_header_name()
        if self.guard is not None:
            self.guard.guard(self._client)

    async def stop(self) -> None:
        """Stop also while the broker is away, where a fetch waits to be tried again."""
        await stop_to_end(super().stop(), self._client)

    async def getmany(self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None) -> Any:
        """Records by partition; empty if none came for ``wait_ms``.

        What is raised on one partition takes with it what was read of the others, whose positions have moved on
        already: they go back, or those records would be skipped.
        """
        before = {place: _position(self, place) for place in self.assignment()}
        try:
            return await super().getmany(*partitions, timeout_ms=max(timeout_ms, self.wait_ms), max_records=max_records)
        except ConsumerStoppedError:
            raise
        except Exception as error:
            logger().error("records can't be read; trying again", error=failure(error))
            for place in self.assignment():
                if before.get(place) is not None:
                    self.seek(place, before[place])
            raise


async def connect_long_polling(
    broker: KafkaBroker, settings: MessagingSettings, guard: BrokerGuard | None = None
) -> None:
    """Connect the broker so that its subscribers poll as ``LongPollConsumer`` does, and read from no other broker."""
    await broker.connect()
    config = broker.config.broker_config
    long_polling = type("LongPolling", (LongPollConsumer,), {"wait_ms": settings.poll_wait_ms, "guard": guard})
    config.builder = partial(long_polling, **config.builder.keywords)  # type: ignore[attr-defined]  # it is a partial


class WaitForBatch(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types for its listener
    """Lets the running transaction finish, and its offsets be committed, before its partitions are given away."""

    def __init__(self, processing: asyncio.Lock, offsets: Offsets) -> None:
        self._processing = processing
        self._offsets = offsets

    async def on_partitions_revoked(self, revoked: Any) -> None:  # noqa: ARG002  # the name is aiokafka's
        """Wait until no batch is being processed."""
        async with self._processing:
            await self._offsets.flush()

    async def on_partitions_assigned(self, assigned: Any) -> None:
        """Nothing to do: the inbox recognises what was processed before."""


class Consumer:
    """One subscription of a service: its topics, or all topics that match a pattern."""

    def __init__(
        self,
        broker: KafkaBroker,
        settings: MessagingSettings,
        telemetry: Telemetry,
        process: Process,
        hold_failed: HoldFailed | None,
        *,
        topics: Iterable[str] = (),
        pattern: str | None = None,
    ) -> None:
        self._settings = settings
        self._telemetry = telemetry
        self._process = process
        self._hold_failed = hold_failed
        self._processing = asyncio.Lock()
        self._broken = asyncio.Event()
        self._offsets = Offsets(settings.offsets_lag_ms / 1000, self._commit)
        self._stopping = False
        self.watchdog = Watchdog(settings.watchdog_seconds)
        service = telemetry.service
        self._subscriber = broker.subscriber(
            *topics,
            pattern=pattern,
            batch=True,
            group_id=f"{service}-e{settings.epoch}",
            group_instance_id=f"{service}-{settings.replica}",
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
            max_records=settings.batch_records_max,
            batch_timeout_ms=EMPTY_POLL_PAUSE_MS,
            fetch_max_wait_ms=settings.gather_ms or settings.poll_wait_ms,
            fetch_min_bytes=FETCH_BYTES_GATHERED if settings.gather_ms else 1,
            fetch_max_bytes=FETCH_BYTES_MAX,
            session_timeout_ms=settings.session_timeout_ms,
            max_poll_interval_ms=settings.max_poll_interval_ms,
            listener=WaitForBatch(self._processing, self._offsets),
            parser=_parse,
            decoder=_decode,
        )
        self._subscriber(self._on_batch)

    async def _on_batch(self, raw: tuple[ConsumerRecord, ...]) -> None:
        """Work on one batch and commit its offsets. Catches everything: an exception here would skip records."""
        self.watchdog.progress()
        records = [Record(r.topic, r.partition, r.offset, r.key, r.value, tuple(r.headers), r.timestamp) for r in raw]
        async with self._processing:
            try:
                left = await self._process_partitions(records)
            except Exception as error:  # noqa: BLE001  # the library would swallow it, and the record be skipped
                logger().critical("the store refuses the record; stopping", error=str(error), exc_info=True)
                self._rewind(records)
                self._broken.set()
                return
            self._rewind(left)
            not_done = {_place(record) for record in left}
            self._offsets.add(record for record in records if _place(record) not in not_done)
            if self._stopping:
                await self._offsets.flush()

    async def _process_partitions(self, records: Sequence[Record]) -> Sequence[Record]:
        """Work on the batch; where a fault does not pass, on each partition by itself, so that it holds up no other.

        Returns the records that are to be read again: all those of the partitions that the fault is in the way of.
        """
        # The group would take this consumer for dead if it tried for too long.
        try_until = time.monotonic() + self._settings.max_poll_interval_ms / 2_000
        try:
            await self._process_batch(records, self._settings.transient_retries_max)
        except Retry as error:
            why = str(error)
        else:
            return ()
        apart: dict[TopicPartition, list[Record]] = {}
        for record in records:
            apart.setdefault(_place(record), []).append(record)
        left: list[Record] = []
        for of_partition in apart.values():
            try:
                if len(apart) == 1 or time.monotonic() > try_until:
                    raise Retry(why)
                await self._process_batch(of_partition, attempts_max=1)
            except Retry as error:
                why = str(error)
                left.extend(of_partition)
        if left:
            logger().warning("batch not processed; reading it again", error=why, records=len(left))
        return left

    async def _process_batch(self, records: Sequence[Record], attempts_max: int) -> None:
        """Work on the records; if that fails, one by one, so that one bad record hurts nobody else."""
        try:
            await self._with_retries(records, attempts_max)
        except Retry:
            raise
        except Exception as error:
            if self._hold_failed is None:
                # A service that decides nothing holds nothing: its store itself is broken.
                raise StoreBroken(failure(error)) from error
            if len(records) == 1:
                place = log_lines.of_place(records[0])
                logger().error(
                    "a record's handling failed for good; it is held", error=str(error), exc_info=True, **place
                )
                await self._hold(self._hold_failed, records[0], failure(error))
                return
            logger().warning("a batch failed; taking it record by record", error=str(error), records=len(records))
            for record in records:
                await self._process_batch([record], attempts_max)

    async def _hold(self, hold_failed: HoldFailed, record: Record, why: str) -> None:
        """Hold a record that has failed; while that can't be stored either, the record counts as not processed."""
        try:
            await hold_failed(record, why)
        except Exception as error:
            if is_transient(error):
                raise Retry(failure(error)) from error
            raise StoreBroken(failure(error)) from error

    async def _with_retries(self, records: Sequence[Record], attempts_max: int) -> None:
        delay = self._settings.transient_backoff_seconds
        for attempt in range(1, attempts_max + 1):
            # A database that is away is nothing that a restart would mend.
            self.watchdog.progress()
            try:
                await self._process(records)
            except Exception as error:
                if not is_transient(error):
                    raise
                if attempt == attempts_max:
                    raise Retry(str(error) or type(error).__name__) from error
                logger().warning("a passing fault; trying again", error=str(error), attempt=attempt)
                await asyncio.sleep(delay)
                delay *= 2
            else:
                return

    async def _commit(self, offsets: dict[TopicPartition, int]) -> None:
        """Commit exactly what was processed; if the group has moved on, the next owner's inbox absorbs the repeat."""
        consumer = self._subscriber.consumer
        if consumer is None:
            return
        try:
            await consumer.commit(offsets)
        except (CommitFailedError, IllegalStateError, KafkaError) as error:
            logger().warning("offsets not committed; the inbox will recognise the repeats", error=str(error))
        hit(Failpoint.AFTER_OFFSETS)

    async def commit_offsets(self) -> None:
        """Commit the offsets of what has been processed, each a moment later, until cancelled."""
        await self._offsets.run()

    async def commit_last_offsets(self) -> None:
        """Commit what there is; from now on a batch's offsets are committed before the batch counts as done."""
        self._stopping = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_COMMIT_SECONDS):
                await self._offsets.flush()

    def _rewind(self, records: Sequence[Record]) -> None:
        """Go back to the first of the records, on each of their partitions."""
        first: dict[TopicPartition, int] = {}
        for record in records:
            place = _place(record)
            first[place] = min(first.get(place, record.offset), record.offset)
        consumer = self._subscriber.consumer
        for place, offset in first.items():
            if consumer is not None and place in consumer.assignment():
                consumer.seek(place, offset)

    async def until_broken(self) -> None:
        """Return when the store has refused a record; from then on nothing more can be processed."""
        await self._broken.wait()

    def lag_records(self) -> int:
        """The number of records on the broker that have not been read yet."""
        consumer = self._subscriber.consumer
        if consumer is None:
            return 0
        ends = {place: consumer.highwater(place) for place in consumer.assignment()}
        positions = {place: _position(consumer, place) for place in ends}
        return sum(
            max(0, end - position)
            for place, end in ends.items()
            if end is not None and (position := positions[place]) is not None
        )

    async def watch(self) -> None:
        """Raise Stuck when the broker holds records for this consumer and none of them comes, or one never ends."""
        probe = AIOKafkaConsumer(
            bootstrap_servers=self._settings.kafka_bootstrap,
            group_id=None,
            # Behind an open transaction nothing can be read, by whomever.
            isolation_level="read_committed",
            request_timeout_ms=PROBE_TIMEOUT_MS,
        )
        started = False

        async def ask_lag() -> int:
            nonlocal started
            consumer = self._subscriber.consumer
            if self._processing.locked():
                return 1
            try:
                if not started:
                    await start_to_end(probe.start())
                    started = True
                if consumer is None or not consumer.assignment():
                    return 0
                places = sorted(consumer.assignment())
                ends = await probe.end_offsets(places)
                # A partition whose position is not known yet counts whole: to be stuck there is to be stuck too.
                return sum(max(0, ends[place] - (_position(consumer, place) or 0)) for place in places)
            except (KafkaError, TimeoutError, OSError) as error:
                # A broker that is away, or a group that is being shared out anew: nothing that a restart would mend.
                logger().warning("can't ask the broker how far behind we are", error=str(error))
                return 0

        try:
            await self.watchdog.watch(ask_lag)
        finally:
            await probe.stop()

    def is_assigned(self) -> bool:
        """Whether the group has given this consumer its partitions."""
        consumer = self._subscriber.consumer
        return consumer is not None and bool(consumer.assignment())


def _place(record: Record) -> TopicPartition:
    return TopicPartition(record.topic, record.partition)


def _position(consumer: AIOKafkaConsumer, place: TopicPartition) -> int | None:
    """The offset that will be read next; None if it is not known yet. Never waits, as the library's own way would."""
    state = consumer._subscription.subscription.assignment.state_value(place)  # noqa: SLF001
    return state.position if state is not None and state.has_valid_position else None


# Coroutines, although they wait for nothing: FastStream sends plain functions through a thread each, which costs a lone
# message a millisecond.


async def _parse(message: Any) -> KafkaMessage:
    """The batch as it is: header bytes are not decoded here, since one bad header would fail the whole batch."""
    return KafkaMessage(body=b"", raw_message=message, consumer=None)  # type: ignore[arg-type]


async def _decode(message: KafkaMessage) -> Any:
    return message.raw_message
