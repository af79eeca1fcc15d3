"""A replay of 100,000 records beside plain consuming of the same bytes in the same run.

The replay reads a service's outbox and publishes it, acknowledged by all, in order. Plain consuming is a bare client,
without a group and without commits, that reads what the replay has just written, from the first record to the last. The
two alternate, so that the machine's mood hits both.
"""

import asyncio
import json
import platform
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid4, uuid5

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from cyclopts import App, Parameter
from rich.console import Console

from devstack.databases import provide_databases
from devstack.migrate import migrate
from devstack.stack import Stack, run_until_signal
from shared.contracts.topics import CLAIMS_EVENTS, PARTITIONS
from shared.messaging.cluster import read_cluster, stop_consumer
from shared.messaging.consumer import FETCH_BYTES_MAX
from shared.messaging.message import Record
from shared.messaging.replay import replay

RECORDS = 100_000
ROUNDS = 5
RATIO_MIN = 0.5
EVENTS_PER_PROJECT = 20
# As long as a usual event of the claims service.
VALUE_BYTES = 800
BATCH_RECORDS_MAX = 500
READ_TIMEOUT_S = 300.0
NAMESPACE = UUID("8c1f5a36-0c8e-4f3e-9a57-2f6f6d1b9d11")
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

app = App(help="The rate of a replay against the rate of plain consuming.")


@dataclass(frozen=True)
class Round:
    """Records a second, in one round."""

    replayed_per_second: float
    consumed_per_second: float


async def _fill(url: str, cluster_id: str, records: int) -> None:
    """An outbox as long as wanted, and a broker that was lost."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("INSERT INTO broker_epochs VALUES (1, 'lost', now()), (2, $1, now())", cluster_id)
            rows = (
                (uuid4(), CLAIMS_EVENTS, key, seq, _value(key, seq), TRACEPARENT)
                for project in range(-(-records // EVENTS_PER_PROJECT))
                for key in (str(uuid5(NAMESPACE, str(project))),)
                for seq in range(1, EVENTS_PER_PROJECT + 1)
            )
            # A case's events are spread among those of other cases.
            columns = list(zip(*sorted(rows, key=lambda row: (row[3], row[2])), strict=True))
            await connection.execute(
                """
                INSERT INTO outbox (event_id, topic, key, seq, value, traceparent, created_at, published_at)
                SELECT *, now(), now() FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bytea[],
                                                   $6::text[])
                """,
                *columns,
            )
        await connection.execute("ANALYZE outbox")
    finally:
        await connection.close()


def _value(key: str, seq: int) -> bytes:
    content = {"specversion": "1.0", "id": str(uuid4()), "source": "claims", "subject": key, "seq": seq, "data": {}}
    value = json.dumps(content).encode()
    return value[:-2] + b'"filler": "' + b"x" * (VALUE_BYTES - len(value) - 12) + b'"}}'


async def _consume(consumer: AIOKafkaConsumer, begins: dict[TopicPartition, int]) -> int:
    """Read from these offsets to the end; returns how many records there were."""
    ends = await consumer.end_offsets(list(begins))
    for place, begin in begins.items():
        consumer.seek(place, begin)
    wanted = sum(ends.values()) - sum(begins.values())
    found = 0
    async with asyncio.timeout(READ_TIMEOUT_S):
        while found < wanted:
            for batch in (await consumer.getmany(timeout_ms=1_000, max_records=BATCH_RECORDS_MAX)).values():
                records = [
                    Record(r.topic, r.partition, r.offset, r.key, r.value, tuple(r.headers), r.timestamp) for r in batch
                ]
                found += len(records)
    return found


async def _measure(stack: Stack, url: str, records: int, rounds: int, console: Console) -> list[Round]:
    bootstrap = stack.kafka_bootstrap
    await _fill(url, (await read_cluster(bootstrap)).cluster_id, records)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None, fetch_max_bytes=FETCH_BYTES_MAX)
    await consumer.start()
    places = [TopicPartition(CLAIMS_EVENTS, number) for number in range(PARTITIONS)]
    consumer.assign(places)
    found: list[Round] = []
    try:
        # The first round warms up caches and compilers, and isn't counted.
        for number in range(rounds + 1):
            begins = await consumer.end_offsets(places)
            began = time.perf_counter()
            replayed = await replay(
                url, bootstrap, lambda _done, _total: None, idempotent=stack.broker.idempotent, again=True
            )
            between = time.perf_counter()
            read = await _consume(consumer, begins)
            ended = time.perf_counter()
            assert replayed.records == read, (replayed, read)
            if number:
                found.append(Round(read / (between - began), read / (ended - between)))
                console.print(
                    f"round {number}: replayed {found[-1].replayed_per_second:8,.0f}/s, "
                    f"consumed {found[-1].consumed_per_second:8,.0f}/s"
                )
    finally:
        await stop_consumer(consumer)
    return found


async def _run(records: int, rounds: int, json_file: Path | None) -> int:
    console = Console(highlight=False)
    async with Stack(None, say=console.print, services=()) as stack:
        databases = await provide_databases(stack.server.admin_url, ["claims"], stack.data_dir / "benchmark.json")
        await migrate("claims", databases["claims"].migrator_url, console.print)
        found = await _measure(stack, databases["claims"].url, records, rounds, console)
    replayed = statistics.median(each.replayed_per_second for each in found)
    consumed = statistics.median(each.consumed_per_second for each in found)
    ratio = statistics.median(each.replayed_per_second / each.consumed_per_second for each in found)
    console.print(f"{platform.machine()}, Python {platform.python_version()}, {records} records, {rounds} rounds")
    console.print(f"replay    {replayed:10,.0f} records/s\nconsuming {consumed:10,.0f} records/s")
    held = ratio >= RATIO_MIN
    console.print(f"median ratio {ratio:.2f}, target at least {RATIO_MIN}: {'held' if held else 'MISSED'}")
    if json_file is not None:
        json_file.write_text(json.dumps({"ratio": ratio, "rounds": [asdict(each) for each in found]}))
    return 0 if held else 1


@app.default
def main(
    *,
    records: Annotated[int, Parameter(help="how many records the outbox holds")] = RECORDS,
    rounds: Annotated[int, Parameter(help="how many rounds are measured")] = ROUNDS,
    json_file: Annotated[Path | None, Parameter(name="--json", help="also write the figures to this file")] = None,
) -> int:
    """Measure, print both, and exit with 1 if the target is missed."""
    return run_until_signal(_run(records, rounds, json_file))


if __name__ == "__main__":
    sys.exit(app(result_action="return_value"))
