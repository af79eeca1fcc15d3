"""100,000 financing projects through the registry, beside the same bytes merely consumed, inserted and produced.

All three in sets, in the same run.

The projects are filed as signed messages on ``registry.commands``, in several pools, by a running stack of Kafka,
PostgreSQL and the registry as a process of its own with its usual settings. Each is a loan, a borrower and a right of
its own, and takes the whole way: intake with its signature, inbox, all rules of a filing, the project's state, its
event and its receipt, and the relay.

They go in slices. Of each one, first all messages are published while the registry stands still (SIGSTOP); then the
baseline takes them, once without and once with the same signatures checked (see ``bare_pipeline``); then the registry
goes on (SIGCONT), and its clock stops when the last receipt and the last event lie in their topics. So the two
alternate, and the machine's mood hits both. The judged ratio is to the baseline that checks no signature.

Before any figure counts: every message was accepted, each has one receipt and one event, and every stream is gapless.
Memory is the registry's resident set over the whole load: flat means that the last fifth of the samples lies within
a tenth of the second.
"""

import asyncio
import json
import os
import platform
import signal
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from cyclopts import App, Parameter
from rich.console import Console

from benchmarks.bare_pipeline import Answer, BarePipeline, Run
from benchmarks.filings import OFFICER, Filing, signed_filings
from benchmarks.processes import cpu_seconds, resident_bytes
from local.case import BEIJING
from local.cast import COOPERATING, INSTITUTIONS, MANAGING, Cast
from local.databases import with_database
from local.papers import founding
from local.pool import KEYS_FOLDER
from local.registrations import claimants, officers
from local.stack import ServiceEnv, Stack, run_until_signal
from local.wire import Wire
from shared.contracts.topics import OUTCOMES_PARTITIONS, PARTITIONS, REGISTRY_COMMANDS, REGISTRY_EVENTS, outcomes_topic

PROJECTS = 100_000
ROUNDS = 5
POOLS = 4
RATIO_MIN = 1 / 3
GROWTH_MAX = 1.10
# One round more warms up caches and compilers, and shows what the registry publishes; it isn't counted.
WARM_UP_PROJECTS = 2_000
OUTCOMES = outcomes_topic(COOPERATING)
# Longer than the registry stands still while the baseline works.
SESSION_TIMEOUT_MS = 300_000
POLL_S = 0.05
SAMPLE_S = 0.25
LOAD_TIMEOUT_S = 600.0
SEND_AT_ONCE = 2_000

app = App(help="The rate at which the registry takes in projects, against the same bytes merely moved.")

COMMANDS = [TopicPartition(REGISTRY_COMMANDS, number) for number in range(PARTITIONS)]
ANSWERS = [TopicPartition(REGISTRY_EVENTS, number) for number in range(PARTITIONS)]
ANSWERS += [TopicPartition(OUTCOMES, number) for number in range(OUTCOMES_PARTITIONS)]


@dataclass(frozen=True)
class Round:
    """Messages a second and CPU µs a message, in one round; CPU is the process's own, and PostgreSQL's."""

    registry_per_second: float
    bare_per_second: float
    bare_signed_per_second: float
    registry_cpu_us: float
    postgres_cpu_us: float
    kafka_cpu_us: float
    bare_cpu_us: float


@dataclass
class Bench:
    """The running stack with what the benchmark reads and writes there, and the samples of the registry's memory."""

    stack: Stack
    casts: Sequence[Cast]
    pipeline: BarePipeline
    producer: AIOKafkaProducer
    reader: AIOKafkaConsumer
    console: Console
    filed: int = 0
    seqs: dict[tuple[str, str], int] = field(default_factory=dict)
    resident: list[int] = field(default_factory=list)
    sampling: bool = False

    @property
    def registry_pid(self) -> int:
        """The registry's process."""
        return self.stack.supervisor.children["registry"].pid

    def cpu(self) -> tuple[float, float, float]:
        """CPU seconds so far of the registry, of PostgreSQL with all its processes, and of the broker."""
        children = self.stack.supervisor.children
        return (
            cpu_seconds(self.registry_pid),
            cpu_seconds(children["postgres"].pid) if "postgres" in children else 0.0,
            cpu_seconds(children["kafka"].pid) if "kafka" in children else 0.0,
        )


async def _found(stack: Stack, casts: Sequence[Cast]) -> None:
    """Found each pool and register who takes part in a filing."""
    today = datetime.now(BEIJING).date()
    async with Wire(stack.kafka_bootstrap, idempotent=stack.broker.idempotent) as wire:
        for cast in casts:
            who_files = [each for each in officers(cast) if getattr(each[1], "officer", "") == OFFICER]
            for sender, command in (
                (cast.administrator(MANAGING), founding(cast, today)),
                *claimants(cast),
                *who_files,
            ):
                receipt = await wire.ask(sender, command)
                assert receipt["outcome"] == "accepted", receipt


async def _publish(bench: Bench, filings: Sequence[Filing]) -> None:
    """Publish them in turn on all partitions; nobody relies on an outsider's choice of one."""
    sent: list[Any] = []
    for number, filing in enumerate(filings):
        place = number % PARTITIONS
        sent.append(await bench.producer.send(REGISTRY_COMMANDS, filing.value, partition=place, headers=filing.headers))
        if len(sent) == SEND_AT_ONCE:
            await asyncio.gather(*sent)
            sent.clear()
    await asyncio.gather(*sent)


async def _until_published(bench: Bench, before: Mapping[TopicPartition, int], wanted: int) -> None:
    """Wait until so many records more lie in the registry's topics."""
    async with asyncio.timeout(LOAD_TIMEOUT_S):
        while sum((await bench.reader.end_offsets(ANSWERS)).values()) - sum(before.values()) < wanted:
            await asyncio.sleep(POLL_S)


async def _read(bench: Bench, begins: Mapping[TopicPartition, int], wanted: int) -> list[Any]:
    bench.reader.assign(list(begins))
    for place, begin in begins.items():
        bench.reader.seek(place, begin)
    found: list[Any] = []
    while len(found) < wanted:
        for records in (await bench.reader.getmany(timeout_ms=1_000, max_records=10_000)).values():
            found.extend(records)
    return found


def _check(bench: Bench, filings: Sequence[Filing], records: Sequence[Any]) -> list[Sequence[Answer]]:
    """Correctness first: one receipt each, accepted, one event each, streams without a gap. Returns the answers."""
    wanted = {filing.message_id for filing in filings}
    receipts: dict[str, Answer] = {}
    events: dict[str, Answer] = {}
    for record in records:
        content = json.loads(record.value)
        stream = record.topic, content["subject"]
        assert content["seq"] == bench.seqs.get(stream, 0) + 1, f"a gap in {stream}"
        bench.seqs[stream] = content["seq"]
        answer = Answer(record.key, record.value, list(record.headers))
        if record.topic == OUTCOMES:
            message_id = content["data"]["message_id"]
            assert content["data"]["outcome"] == "accepted", content
            assert message_id not in receipts, f"two receipts for {message_id}"
            receipts[message_id] = answer
        else:
            assert content["type"] == "registry.project.filed.v1", content
            assert content["causationid"] not in events, f"two events for {content['causationid']}"
            events[content["causationid"]] = answer
    assert receipts.keys() == wanted, "a message has no receipt"
    assert events.keys() == wanted, "a message has no event"
    return [(receipts[message_id], events[message_id]) for message_id in wanted]


async def _load(bench: Bench, filings: Sequence[Filing]) -> tuple[float, tuple[float, float, float], list[Any]]:
    """Let the registry go on until it has published all; returns seconds, CPU seconds, and what it has published."""
    before = await bench.reader.end_offsets(ANSWERS)
    cpu_before, began = bench.cpu(), time.perf_counter()
    bench.sampling = True
    os.kill(bench.registry_pid, signal.SIGCONT)
    await _until_published(bench, before, 2 * len(filings))
    seconds = time.perf_counter() - began
    bench.sampling = False
    registry, postgres, kafka = (after - then for after, then in zip(bench.cpu(), cpu_before, strict=True))
    return seconds, (registry, postgres, kafka), await _read(bench, before, 2 * len(filings))


async def _round(
    bench: Bench, number: int, projects: int, answers: Sequence[Sequence[Answer]]
) -> tuple[Round | None, Sequence[Sequence[Answer]]]:
    """One slice through all three; without answers to produce it is the warm-up, and has no baseline."""
    today = datetime.now(BEIJING).date()
    filings = list(signed_filings(bench.casts, range(bench.filed, bench.filed + projects), today))
    bench.filed += projects
    begins = await bench.reader.end_offsets(COMMANDS)
    os.kill(bench.registry_pid, signal.SIGSTOP)
    bare: list[Run] = []
    try:
        await _publish(bench, filings)
        if answers:
            public_key = bench.casts[0].signer(COOPERATING, OFFICER).public_key
            bare = [
                await bench.pipeline.run(begins, projects, answers, key)
                for key in ((None, public_key) if number % 2 else (public_key, None))
            ]
    except BaseException:
        # Or it would not hear that it has to stop.
        os.kill(bench.registry_pid, signal.SIGCONT)
        raise
    seconds, cpu, records = await _load(bench, filings)
    answers = _check(bench, filings, records)
    if not bare:
        return None, answers
    plain, signed = bare if number % 2 else reversed(bare)
    registry_us, postgres_us, kafka_us = (each / projects * 1e6 for each in cpu)
    found = Round(
        registry_per_second=projects / seconds,
        bare_per_second=plain.records / plain.seconds,
        bare_signed_per_second=signed.records / signed.seconds,
        registry_cpu_us=registry_us,
        postgres_cpu_us=postgres_us,
        kafka_cpu_us=kafka_us,
        bare_cpu_us=plain.cpu_seconds / plain.records * 1e6,
    )
    bench.console.print(
        f"round {number}: registry {found.registry_per_second:7,.0f}/s, bare {found.bare_per_second:7,.0f}/s, "
        f"bare with signatures {found.bare_signed_per_second:7,.0f}/s; CPU µs a message: registry {registry_us:.0f}, "
        f"PostgreSQL {postgres_us:.0f}, Kafka {kafka_us:.0f}, bare {found.bare_cpu_us:.0f}; "
        f"memory {resident_bytes(bench.registry_pid) / 2**20:.0f} MiB"
    )
    return found, answers


async def _sample(bench: Bench) -> None:
    """Take samples of the registry's memory while it works."""
    while True:
        if bench.sampling:
            bench.resident.append(resident_bytes(bench.registry_pid))
        await asyncio.sleep(SAMPLE_S)


def _growth(samples: Sequence[int]) -> float:
    """The last fifth of the samples against the second."""
    fifth = max(1, len(samples) // 5)
    return float(statistics.median(samples[-fifth:]) / statistics.median(samples[fifth : 2 * fifth]))


async def _measure(bench: Bench, projects: int, rounds: int) -> list[Round]:
    _, answers = await _round(bench, 0, min(WARM_UP_PROJECTS, projects), ())
    found: list[Round] = []
    sampling = asyncio.create_task(_sample(bench))
    try:
        for number in range(1, rounds + 1):
            measured, answers = await _round(bench, number, projects // rounds, answers)
            assert measured is not None
            found.append(measured)
    finally:
        sampling.cancel()
    return found


def _say(bench: Bench, found: Sequence[Round], json_file: Path | None) -> int:
    """Print the figures; returns 1 if a target was missed."""
    console = bench.console
    ratio = statistics.median(each.registry_per_second / each.bare_per_second for each in found)
    ratio_signed = statistics.median(each.registry_per_second / each.bare_signed_per_second for each in found)
    growth = _growth(bench.resident)

    def median(name: str) -> float:
        return statistics.median(getattr(each, name) for each in found)

    console.print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, "
        f"{bench.stack.server.product}, {bench.stack.broker.product}; {bench.filed} projects filed in {POOLS} pools"
    )
    for name in ("registry", "bare", "bare_signed"):
        console.print(f"{name:12} {median(f'{name}_per_second'):8,.0f} messages/s")
    for name in ("registry", "postgres", "kafka", "bare"):
        console.print(f"{name:12} {median(f'{name}_cpu_us'):8,.0f} µs of CPU a message")
    held_memory, held_rate = growth <= GROWTH_MAX, ratio >= RATIO_MIN
    console.print(
        f"memory       {min(bench.resident) / 2**20:.0f} to {max(bench.resident) / 2**20:.0f} MiB, last fifth against "
        f"second {growth:.3f}, at most {GROWTH_MAX}: {'held' if held_memory else 'MISSED'}"
    )
    console.print(
        f"median ratio {ratio:.2f} ({ratio_signed:.2f} with signatures checked), target at least {RATIO_MIN:.2f}: "
        f"{'held' if held_rate else 'MISSED'}"
    )
    if json_file is not None:
        figures = {"ratio": ratio, "growth": growth, "rounds": [asdict(each) for each in found]}
        json_file.write_text(json.dumps(figures), encoding="utf-8")
    return 0 if held_memory and held_rate else 1


async def _run(projects: int, rounds: int, json_file: Path | None) -> int:
    console = Console(highlight=False)
    casts: list[Cast] = []

    def service_env(folder: Path) -> ServiceEnv:
        first = Cast(folder / KEYS_FOLDER)
        casts.extend([first, *(first.in_pool(uuid4(), {}) for _ in range(POOLS - 1))])
        own = first.service_env([cast.pool_id for cast in casts[1:]])
        return {"registry": {**own["registry"], "RISKPOOL_SESSION_TIMEOUT_MS": str(SESSION_TIMEOUT_MS)}}

    said: list[str] = []
    async with Stack(
        None,
        say=said.append,
        services=("registry",),
        service_env=service_env,
        institutions=INSTITUTIONS,
        restart_services=False,
    ) as stack:
        await _found(stack, casts)
        bootstrap, idempotent = stack.kafka_bootstrap, stack.broker.idempotent
        reader = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None)
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap, acks="all", enable_idempotence=idempotent, max_batch_size=1_000_000
        )
        await reader.start()
        await producer.start()
        try:
            url = with_database(stack.server.admin_url, "postgres")
            async with BarePipeline(bootstrap, url, idempotent=idempotent) as pipeline:
                bench = Bench(stack, casts, pipeline, producer, reader, console)
                return _say(bench, await _measure(bench, projects, rounds), json_file)
        finally:
            await producer.stop()
            await reader.stop()


@app.default
def main(
    *,
    projects: Annotated[int, Parameter(help="how many projects are filed in all rounds together")] = PROJECTS,
    rounds: Annotated[int, Parameter(help="in so many slices, each beside its baseline")] = ROUNDS,
    json_file: Annotated[Path | None, Parameter(name="--json", help="also write the figures to this file")] = None,
) -> int:
    """Measure, print the figures, and exit with 1 if a target is missed."""
    return run_until_signal(_run(projects, rounds, json_file))


if __name__ == "__main__":
    sys.exit(app(result_action="return_value"))
