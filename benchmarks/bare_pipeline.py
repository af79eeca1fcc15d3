"""The same bytes merely consumed, inserted and produced in sets: what any service on this broker and database must do.

One process: a batch is read, stored with one statement in a transaction of its own, its answers are produced, a batch
per partition and acknowledged by all, and its offsets are committed. Nothing is looked at and nothing decided. While a
batch's answers are on their way, the next batch is stored, as a service's relay and its transactions go on side by
side.

Which bytes are inserted is a matter of reading. A service that is to lose nothing inserts what came in, the state that
follows, and each answer before it is produced: with ``Stored.ALL`` these bytes are inserted here too, as rows of one
table, compressed as the services' own, by the one statement of their batch. With ``Stored.INCOMING`` only what came in
is inserted.
"""

import asyncio
import contextlib
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Self

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from devstack.topics import create_topics
from shared.contracts.envelope import SIGNATURE_HEADER
from shared.messaging.cluster import stop_consumer
from shared.messaging.consumer import FETCH_BYTES_MAX
from shared.messaging.encoding import headers_to_text
from shared.messaging.relay import BATCH_BYTES_MAX
from shared.messaging.signatures import verify

TOPIC = "benchmark.bare"
PARTITIONS = 4
BATCH_RECORDS_MAX = 500
POLL_MS = 1_000

# ``part`` counts what belongs to one incoming record: itself, the state that follows, and the answers.
_TABLE = """
    CREATE TABLE IF NOT EXISTS bare (
        run bigint, topic text, partition int, record_offset bigint, part int, key bytea, value bytea NOT NULL,
        headers text, PRIMARY KEY (run, topic, partition, record_offset, part)
    )
"""
_COLUMNS = ("run", "topic", "partition", "record_offset", "part", "key", "value", "headers")

_Row = tuple[int, str, int, int, int, bytes | None, bytes, str | None]


class Stored(Enum):
    """Which bytes are inserted."""

    INCOMING = "only what came in"
    ALL = "what came in, the state, and what is produced"


@dataclass(frozen=True)
class Answer:
    """What a service publishes for one message: key, value and headers."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


@dataclass(frozen=True)
class Outcome:
    """What one message comes to in a service: the state that it stores, and what it publishes."""

    state: bytes
    answers: Sequence[Answer]


@dataclass(frozen=True)
class Run:
    """So many records went through, in so many seconds, with so much of this process's CPU."""

    records: int
    seconds: float
    cpu_seconds: float


class BarePipeline:
    """Takes records from given offsets on. The broker and the database must be there."""

    def __init__(self, bootstrap: str, database_url: str, *, idempotent: bool) -> None:
        self._bootstrap, self._database_url = bootstrap, database_url
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap,
            group_id="bare",
            enable_auto_commit=False,
            fetch_max_bytes=FETCH_BYTES_MAX,
            isolation_level="read_committed",
        )
        self._producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap, acks="all", enable_idempotence=idempotent, max_batch_size=BATCH_BYTES_MAX
        )
        self._runs = itertools.count()

    async def __aenter__(self) -> Self:
        await create_topics(self._bootstrap, [(TOPIC, PARTITIONS)])
        self._connection = await asyncpg.connect(self._database_url)
        await self._connection.execute(_TABLE)
        with contextlib.suppress(asyncpg.FeatureNotSupportedError):
            await self._connection.execute("ALTER TABLE bare ALTER COLUMN value SET COMPRESSION lz4")
        await self._consumer.start()
        await self._producer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._producer.stop()
        await stop_consumer(self._consumer)
        await self._connection.close()

    async def run(
        self,
        begins: dict[TopicPartition, int],
        wanted: int,
        outcomes: Sequence[Outcome],
        stored: Stored,
        public_key: str | None = None,
    ) -> Run:
        """Take so many records from these offsets on, and for each the next one of the outcomes, in turn.

        With a public key each record's signature is checked too.
        """
        run, found = next(self._runs), 0
        self._consumer.assign(list(begins))
        for place, begin in begins.items():
            self._consumer.seek(place, begin)
        places = itertools.cycle(range(PARTITIONS))
        in_turn = itertools.cycle(outcomes)
        producing: asyncio.Task[None] | None = None
        began, cpu_began = time.perf_counter(), time.process_time()
        while found < wanted:
            batch = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=BATCH_RECORDS_MAX)
            records = [record for of_place in batch.values() for record in of_place]
            if not records:
                continue
            if public_key is not None:
                for record in records:
                    verify(record.value, dict(record.headers)[SIGNATURE_HEADER].decode(), public_key)
            of_batch = list(itertools.islice(in_turn, len(records)))
            rows = _rows(run, records, of_batch if stored is Stored.ALL else ())
            async with self._connection.transaction():
                await self._connection.copy_records_to_table("bare", records=rows, columns=_COLUMNS)
            found += len(records)
            if producing is not None:
                await producing
            said = [answer for outcome in of_batch for answer in outcome.answers]
            ends = {place: of_place[-1].offset + 1 for place, of_place in batch.items()}
            producing = asyncio.create_task(self._produce(said, places, ends))
        if producing is not None:
            await producing
        return Run(found, time.perf_counter() - began, time.process_time() - cpu_began)

    async def _produce(self, said: Sequence[Answer], places: Iterator[int], ends: dict[TopicPartition, int]) -> None:
        """Produce the answers, a batch per partition, and commit the offsets of what they answer."""
        by_place: dict[int, list[Answer]] = {}
        for answer in said:
            by_place.setdefault(next(places), []).append(answer)
        await asyncio.gather(*(self._send(place, of_place) for place, of_place in by_place.items()))
        await self._consumer.commit(ends)

    async def _send(self, place: int, answers: Sequence[Answer]) -> None:
        batch = self._producer.create_batch()
        for answer in answers:
            if batch.append(timestamp=None, key=answer.key, value=answer.value, headers=answer.headers) is None:
                await (await self._producer.send_batch(batch, TOPIC, partition=place))
                batch = self._producer.create_batch()
                batch.append(timestamp=None, key=answer.key, value=answer.value, headers=answer.headers)
        await (await self._producer.send_batch(batch, TOPIC, partition=place))


def _rows(run: int, records: Sequence[Any], outcomes: Sequence[Outcome]) -> Iterator[_Row]:
    """What is inserted for these records; without outcomes only what came in."""
    for record in records:
        headers = headers_to_text(record.headers)
        yield run, record.topic, record.partition, record.offset, 0, record.key, record.value, headers
    for record, outcome in zip(records, outcomes, strict=False):
        place = run, record.topic, record.partition, record.offset
        yield *place, 1, None, outcome.state, None
        for part, answer in enumerate(outcome.answers, start=2):
            yield *place, part, answer.key, answer.value, None
