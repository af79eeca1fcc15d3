"""The same bytes merely consumed, inserted and produced in sets: what any service on this broker and database must do.

One process: a batch is read, stored with one statement in a transaction of its own, its answers are produced, a batch
per partition and acknowledged by all, and its offsets are committed. Nothing is looked at, nothing decided, and nothing
is kept beside the bytes that came in. While a batch's answers are on their way, the next batch is stored, as a
service's relay and its transactions go on side by side.
"""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from local.topics import create_topics
from shared.contracts.envelope import SIGNATURE_HEADER
from shared.messaging.consumer import FETCH_BYTES_MAX
from shared.messaging.relay import BATCH_BYTES_MAX
from shared.messaging.signatures import verify
from shared.messaging.wire import headers_to_text

TOPIC = "benchmark.bare"
PARTITIONS = 4
BATCH_RECORDS_MAX = 500
POLL_MS = 1_000

_TABLE = """
    CREATE TABLE IF NOT EXISTS bare (
        run bigint, topic text, partition int, record_offset bigint, key bytea, value bytea NOT NULL,
        headers text NOT NULL, PRIMARY KEY (run, topic, partition, record_offset)
    )
"""


@dataclass(frozen=True)
class Answer:
    """What a service publishes for one message: key, value and headers."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


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
        await self._consumer.start()
        await self._producer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._producer.stop()
        await self._consumer.stop()
        await self._connection.close()

    async def run(
        self,
        begins: dict[TopicPartition, int],
        wanted: int,
        answers: Sequence[Sequence[Answer]],
        public_key: str | None = None,
    ) -> Run:
        """Take so many records from these offsets on, and produce for each the next one's answers, in turn.

        With a public key each record's signature is checked too.
        """
        run, found = next(self._runs), 0
        self._consumer.assign(list(begins))
        for place, begin in begins.items():
            self._consumer.seek(place, begin)
        places = itertools.cycle(range(PARTITIONS))
        in_turn = itertools.cycle(answers)
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
            async with self._connection.transaction():
                await self._insert(run, records)
            found += len(records)
            if producing is not None:
                await producing
            said = [answer for _ in records for answer in next(in_turn)]
            ends = {place: of_place[-1].offset + 1 for place, of_place in batch.items()}
            producing = asyncio.create_task(self._produce(said, places, ends))
        if producing is not None:
            await producing
        return Run(found, time.perf_counter() - began, time.process_time() - cpu_began)

    async def _insert(self, run: int, records: Sequence[Any]) -> None:
        await self._connection.execute(
            """
            INSERT INTO bare (run, topic, partition, record_offset, key, value, headers)
            SELECT $1, * FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bytea[], $6::bytea[], $7::text[])
            """,
            run,
            [record.topic for record in records],
            [record.partition for record in records],
            [record.offset for record in records],
            [record.key for record in records],
            [record.value for record in records],
            [headers_to_text(record.headers) for record in records],
        )

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
