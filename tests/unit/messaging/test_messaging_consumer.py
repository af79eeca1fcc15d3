"""The consumer commits what was processed, and nothing else: an offset too far is a record lost."""

import asyncio
import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider
from structlog.testing import capture_logs

from shared.messaging import consumer
from shared.messaging.consumer import Consumer, LongPollConsumer
from shared.messaging.database import is_transient
from shared.messaging.message import Record
from shared.messaging.settings import MessagingSettings
from shared.messaging.telemetry import Telemetry

pytestmark = pytest.mark.asyncio

SETTINGS = MessagingSettings.model_construct(
    **{
        **{name: field.default for name, field in MessagingSettings.model_fields.items()},
        "data_dir": Path(),
        "kafka_bootstrap": "nowhere:9092",
        "transient_backoff_seconds": 0.0,
        "transient_retries_max": 3,
    }
)
P0, P1 = TopicPartition("a", 0), TopicPartition("a", 1)


@pytest.fixture(autouse=True)
def log() -> Iterator[list[Any]]:
    """What is logged is not printed."""
    with capture_logs() as lines:
        yield lines


class KafkaStub:
    """What the consumer asks of aiokafka."""

    def __init__(self) -> None:
        self.committed: list[dict[TopicPartition, int]] = []
        self.sought: dict[TopicPartition, int] = {}

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        self.committed.append(offsets)

    def assignment(self) -> set[TopicPartition]:
        return {P0, P1}

    def seek(self, place: TopicPartition, offset: int) -> None:
        self.sought[place] = offset


class Service:
    """A service whose transaction fails for some offsets, and a consumer in front of it."""

    def __init__(self, faults: dict[int, list[BaseException | None]], *, sets_aside: bool = True) -> None:
        self.faults = faults
        self.hold_faults: list[BaseException] = []
        self.processed: list[list[int]] = []
        self.held: list[tuple[int, str]] = []
        self.kafka = KafkaStub()
        self.committed_before: list[dict[TopicPartition, int]] = []
        telemetry = Telemetry("toy", TracerProvider(), MeterProvider())
        self.consumer = Consumer(
            KafkaBroker("nowhere:9092"),
            SETTINGS,
            telemetry,
            self._process,
            self._hold if sets_aside else None,
            topics=("a",),
        )
        self.consumer._subscriber.consumer = cast("Any", self.kafka)

    async def _process(self, records: Sequence[Record]) -> None:
        for record in records:
            error = self.faults[record.offset].pop(0) if self.faults.get(record.offset) else None
            if error is not None:
                raise error
        self.processed.append([record.offset for record in records])

    async def _hold(self, record: Record, why: str) -> None:
        if self.hold_faults:
            raise self.hold_faults.pop(0)
        self.held.append((record.offset, why))

    async def deliver(self, *places: tuple[TopicPartition, int]) -> None:
        raw = tuple(
            ConsumerRecord(place.topic, place.partition, offset, 0, 0, b"k", b"v", None, 1, 1, ())
            for place, offset in places
        )
        await self.consumer._on_batch(cast("Any", raw))
        assert self.kafka.committed == self.committed_before, "what is published goes first"
        await self.consumer._offsets.flush()
        self.committed_before = list(self.kafka.committed)

    @property
    def is_broken(self) -> bool:
        return self.consumer._broken.is_set()


def forever(error: BaseException) -> list[BaseException | None]:
    """The same fault at every try."""
    return [error] * 50


async def test_offsets_are_committed_per_partition_after_the_work() -> None:
    """Each partition up to its own last record, never further."""
    service = Service({})
    await service.deliver((P0, 5), (P1, 80), (P0, 6), (P1, 79))
    assert service.processed == [[5, 80, 6, 79]]
    assert service.kafka.committed == [{P0: 7, P1: 81}]


async def test_a_service_that_stops_commits_with_the_batch() -> None:
    """After the last batch nobody is there to commit a moment later."""
    service = Service({})
    service.consumer._offsets.add([Record("a", 1, 79, None, b"", (), 0)])
    await service.consumer.commit_last_offsets()
    assert service.kafka.committed == [{P1: 80}]
    raw = (ConsumerRecord("a", 0, 5, 0, 0, b"k", b"v", None, 1, 1, ()),)
    await service.consumer._on_batch(cast("Any", raw))
    assert service.kafka.committed == [{P1: 80}, {P0: 6}]


async def test_a_passing_fault_is_tried_again() -> None:
    """The same batch, whole; then it is committed."""
    service = Service({5: [ConnectionError(), asyncpg.DeadlockDetectedError("gone")]})
    await service.deliver((P0, 5), (P0, 6))
    assert service.processed == [[5, 6]]
    assert service.kafka.committed == [{P0: 7}]


async def test_a_fault_that_does_not_pass_in_time_is_read_again() -> None:
    """Nothing is committed, nothing is held, and each partition goes back to its first record."""
    service = Service({6: forever(ConnectionError()), 80: forever(ConnectionError())})
    await service.deliver((P0, 5), (P1, 80), (P0, 6))
    assert (service.processed, service.held, service.kafka.committed) == ([], [], [])
    assert service.kafka.sought == {P0: 5, P1: 80}


async def test_a_fault_in_one_partition_holds_up_no_other() -> None:
    """A row that somebody has locked is in the way of one project; the other partitions of the batch go on."""
    service = Service({6: forever(asyncpg.LockNotAvailableError("locked"))})
    await service.deliver((P0, 5), (P1, 80), (P0, 6), (P1, 81))
    assert (service.processed, service.held) == ([[80, 81]], [])
    assert service.kafka.committed == [{P1: 82}]
    assert service.kafka.sought == {P0: 5}


async def test_a_fault_that_takes_long_is_not_tried_in_each_partition(monkeypatch: pytest.MonkeyPatch) -> None:
    """The group would take the consumer for dead, and give its partitions to one that fares no better."""
    service = Service({6: [*[ConnectionError()] * SETTINGS.transient_retries_max, None]})
    times = iter((0.0, SETTINGS.max_poll_interval_ms / 2_000 + 1))
    monkeypatch.setattr(consumer.time, "monotonic", lambda: next(times, 1e9))
    await service.deliver((P0, 6), (P1, 80))
    assert service.processed == []
    assert service.kafka.sought == {P0: 6, P1: 80}


async def test_a_bad_record_is_held_and_hurts_nobody_else() -> None:
    """The others of its batch are processed one by one; then the whole batch is committed."""
    service = Service({6: forever(RuntimeError("poison"))})
    await service.deliver((P0, 5), (P0, 6), (P0, 7))
    assert service.processed == [[5], [7]]
    assert service.held == [(6, "RuntimeError: poison")]
    assert service.kafka.committed == [{P0: 8}]


async def test_a_value_that_postgresql_cannot_take_is_no_passing_fault() -> None:
    """It is raised as an InterfaceError, like a closed connection; tried again for ever it would block all."""
    wrong = asyncpg.exceptions._base.DataError("invalid input for query argument $1")
    assert not is_transient(wrong)
    assert is_transient(asyncpg.InterfaceError("connection is closed"))
    service = Service({6: forever(wrong)})
    await service.deliver((P0, 5), (P0, 6))
    assert service.held == [(6, "DataError: invalid input for query argument $1")]
    assert service.kafka.committed == [{P0: 7}]


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.ReadOnlySQLTransactionError("cannot execute INSERT in a read-only transaction"),
        asyncpg.InvalidCachedStatementError("cached statement plan is invalid"),
        asyncpg.TooManyConnectionsError("gone"),
        asyncpg.AdminShutdownError("gone"),
        asyncpg.QueryCanceledError("gone"),
        asyncpg.OutdatedSchemaCacheError("cached types are outdated"),
        asyncpg.InternalClientError("cannot switch to state 11; another operation (2) is in progress"),
        TimeoutError(),
        ConnectionResetError(),
    ],
)
async def test_what_a_failover_or_a_migration_brings_passes(error: Exception) -> None:
    """A record must not be held for what its database went through."""
    service = Service({5: [error]})
    await service.deliver((P0, 5))
    assert (service.processed, service.held) == ([[5]], [])


async def test_a_record_that_cannot_even_be_held_for_now_is_read_again() -> None:
    """The database goes away between the failure and the holding: the record must not be skipped."""
    service = Service({6: forever(RuntimeError("poison"))})
    service.hold_faults = [ConnectionError("gone")]
    await service.deliver((P0, 5), (P0, 6))
    assert (service.held, service.kafka.committed, service.is_broken) == ([], [], False)
    assert service.kafka.sought == {P0: 5}
    await service.deliver((P0, 5), (P0, 6))
    assert [offset for offset, _ in service.held] == [6]
    assert service.kafka.committed == [{P0: 7}]


async def test_a_record_that_can_never_be_held_ends_the_service() -> None:
    """The library would swallow the exception and the next commit skip the record; so the service says that it ends."""
    service = Service({6: forever(RuntimeError("poison"))})
    service.hold_faults = [RuntimeError("the store is broken")] * 9
    await service.deliver((P0, 5), (P0, 6))
    assert service.kafka.committed == []
    assert service.kafka.sought == {P0: 5}
    async with asyncio.timeout(1):
        await service.consumer.until_broken()


async def test_a_service_that_decides_nothing_ends_with_its_store() -> None:
    """A recording service holds nothing: what its store refuses is for an operator."""
    service = Service({6: forever(RuntimeError("refused"))}, sets_aside=False)
    await service.deliver((P0, 5), (P0, 6))
    assert (service.kafka.committed, service.is_broken) == ([], True)


async def test_a_cancelled_batch_is_not_committed() -> None:
    """A service that is stopped in the middle of a transaction reads the batch again."""
    service = Service({6: [asyncio.CancelledError()]})
    with pytest.raises(asyncio.CancelledError):
        await service.deliver((P0, 5), (P0, 6))
    assert (service.kafka.committed, service.held) == ([], [])


async def test_no_record_goes_through_a_thread() -> None:
    """FastStream runs a parser or decoder that is a plain function in a thread pool; only time would tell."""
    assert inspect.iscoroutinefunction(consumer._parse)
    assert inspect.iscoroutinefunction(consumer._decode)


async def test_a_poll_that_fails_skips_nothing(monkeypatch: pytest.MonkeyPatch, log: list[Any]) -> None:
    """What was read of one partition is lost with another one's error, and the position had moved on already."""
    patient = LongPollConsumer(bootstrap_servers="nowhere:9092")
    patient.assign([P0, P1])
    positions = patient._subscription.subscription.assignment.state_value
    # A consumer that has not started has no fetcher, which passes a seek on to here.
    monkeypatch.setattr(patient, "seek", lambda place, offset: positions(place).seek(offset))
    patient.seek(P0, 5)
    patient.seek(P1, 7)

    async def fail(*_: Any, **__: Any) -> Any:
        positions(P0).consumed_to(9)
        raise KafkaError("no such codec")

    monkeypatch.setattr(AIOKafkaConsumer, "getmany", fail)
    try:
        with pytest.raises(KafkaError):
            await patient.getmany()
        assert (positions(P0).position, positions(P1).position) == (5, 7)
        assert [line["log_level"] for line in log] == ["error"]
        assert "no such codec" in log[0]["error"]
    finally:
        await patient.stop()
