"""100,000 financing projects through the registry, beside the same bytes merely consumed, inserted and produced.

All three in sets, in the same run.

The projects are filed as signed messages on ``registry.commands``, in several pools, by a running stack of Kafka,
PostgreSQL and the registry as a process of its own with its usual settings. Each is a loan, a borrower and a right of
its own, and takes the whole way: intake with its signature, inbox, all rules of a filing, the project's state, its
event and its receipt, and the relay.

They go in slices. Of each one, first all messages are published while the registry stands still (SIGSTOP); then the
baselines take them (see ``bare_pipeline``); then the registry goes on (SIGCONT), and its clock stops when the last
receipt and the last event lie in their topics. So they alternate, and the machine's mood hits all of them.

"The same bytes merely consumed, inserted and produced" can be read in two ways. What the registry inserts for one
filing are the message, the project's state, its event and its receipt; what it produces are the last two. The judged
baseline consumes, inserts and produces just these bytes and looks at none of them. Beside it the same is printed for a
baseline that inserts the message alone, which nobody could who is to lose no answer; and for both with the signatures
checked.

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
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from cyclopts import App, Parameter
from rich.console import Console

from benchmarks.bare_pipeline import Answer, BarePipeline, Outcome, Stored
from benchmarks.filings import OFFICER, Filing, signed_filings
from benchmarks.processes import cpu_seconds, resident_bytes
from devstack.case import Play
from devstack.databases import with_database
from devstack.key_folder import KeyFolder
from devstack.party_client import PartyClient
from devstack.pool import KEYS_FOLDER
from devstack.stack import ServiceEnv, Stack, run_until_signal
from shared.contracts.registry.pools import FoundPool
from shared.contracts.topics import OUTCOMES_PARTITIONS, PARTITIONS, REGISTRY_COMMANDS, REGISTRY_EVENTS, outcomes_topic
from shared.messaging.cluster import stop_consumer
from simulator.parties import COOPERATING, INSTITUTIONS, Cast
from simulator.registrations import claimants, officers

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


# The baselines by name: which bytes they insert, and whether they check signatures. The first is the judged one.
BASELINES = {
    "bare": (Stored.ALL, False),
    "bare, signatures checked": (Stored.ALL, True),
    "bare, incoming inserted only": (Stored.INCOMING, False),
    "bare, incoming only, signatures checked": (Stored.INCOMING, True),
}
JUDGED = next(iter(BASELINES))
REGISTRY = "registry"


@dataclass(frozen=True)
class Round:
    """Messages a second, and CPU µs a message of all processes together, by who takes the messages.

    ``parts_cpu_us`` are the µs of the registry's load by process.
    """

    per_second: Mapping[str, float]
    cpu_us: Mapping[str, float]
    parts_cpu_us: Mapping[str, float]


@dataclass
class Bench:
    """The running stack with what the benchmark reads and writes there, and the samples of the registry's memory."""

    stack: Stack
    casts: Sequence[Cast]
    pipeline: BarePipeline
    database: "asyncpg.Connection[asyncpg.Record]"
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
        return self.stack.supervisor.children[REGISTRY].pid

    async def signal_registry(self, number: int) -> None:
        """Stop the registry's process, or let it go on."""
        assert await self.stack.supervisor.signal(self.stack.supervisor.children[REGISTRY], number)

    def cpu(self) -> Mapping[str, float]:
        """CPU seconds so far of the registry, PostgreSQL and the broker, as far as they run here."""
        return {name: cpu_seconds(child.pid) for name, child in self.stack.supervisor.children.items()}


async def _found(stack: Stack, casts: Sequence[Cast]) -> None:
    """Found each pool and register who takes part in a filing."""
    async with PartyClient(stack.kafka_bootstrap, idempotent=stack.broker.idempotent) as wire:
        for cast in casts:
            play = Play(wire, cast, print)
            await play.ask_usual(FoundPool)
            who_files = [each for each in officers(cast) if getattr(each[1], "officer", "") == OFFICER]
            for sender, command in (*claimants(cast), *who_files):
                await play.ask(sender, command)


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


def _check(bench: Bench, filings: Sequence[Filing], records: Sequence[Any]) -> Mapping[UUID, Sequence[Answer]]:
    """Correctness first: one receipt each, accepted, one event each, streams without a gap.

    Returns the answers by project.
    """
    wanted = {filing.message_id for filing in filings}
    receipts: dict[str, Answer] = {}
    projects: dict[UUID, str] = {}
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
            projects[UUID(content["data"]["project_id"])] = message_id
        else:
            assert content["type"] == "registry.project.filed.v1", content
            assert content["causationid"] not in events, f"two events for {content['causationid']}"
            events[content["causationid"]] = answer
    assert receipts.keys() == wanted, "a message has no receipt"
    assert events.keys() == wanted, "a message has no event"
    assert len(projects) == len(wanted), "two messages have filed one project"
    return {project_id: (receipts[sent], events[sent]) for project_id, sent in projects.items()}


async def _outcomes(bench: Bench, answers: Mapping[UUID, Sequence[Answer]]) -> list[Outcome]:
    """What the registry has stored and said of these projects."""
    rows = await bench.database.fetch(
        "SELECT project_id, state FROM projects WHERE project_id = ANY ($1::uuid[])", list(answers)
    )
    assert len(rows) == len(answers), "a project has no state"
    return [Outcome(row["state"].encode(), answers[row["project_id"]]) for row in rows]


async def _load(bench: Bench, filings: Sequence[Filing]) -> tuple[float, Mapping[str, float], list[Any]]:
    """Let the registry go on until it has published all; returns seconds, CPU seconds, and what it has published."""
    before = await bench.reader.end_offsets(ANSWERS)
    cpu_before, began = bench.cpu(), time.perf_counter()
    bench.sampling = True
    await bench.signal_registry(signal.SIGCONT)
    await _until_published(bench, before, 2 * len(filings))
    seconds = time.perf_counter() - began
    bench.sampling = False
    cpu = {name: after - cpu_before[name] for name, after in bench.cpu().items()}
    return seconds, cpu, await _read(bench, before, 2 * len(filings))


async def _baselines(
    bench: Bench, number: int, begins: dict[TopicPartition, int], projects: int, outcomes: Sequence[Outcome]
) -> tuple[dict[str, float], dict[str, float]]:
    """Messages a second and CPU µs a message of each baseline.

    In another order each round: who comes later finds the bytes warm.
    """
    public_key = bench.casts[0].signer(COOPERATING, OFFICER).public_key
    names = list(BASELINES)
    per_second: dict[str, float] = {}
    cpu_us: dict[str, float] = {}
    for name in (*names[number % len(names) :], *names[: number % len(names)]):
        stored, checks = BASELINES[name]
        cpu_before = sum(bench.cpu().values())
        run = await bench.pipeline.run(begins, projects, outcomes, stored, public_key if checks else None)
        per_second[name] = run.records / run.seconds
        cpu_us[name] = (run.cpu_seconds + sum(bench.cpu().values()) - cpu_before) / run.records * 1e6
    return per_second, cpu_us


async def _round(
    bench: Bench, number: int, projects: int, outcomes: Sequence[Outcome]
) -> tuple[Round, Sequence[Outcome]]:
    """One slice through all of them; without outcomes to store and produce it is the warm-up, and has no baseline."""
    filings = list(signed_filings(bench.casts, range(bench.filed, bench.filed + projects)))
    bench.filed += projects
    begins = await bench.reader.end_offsets(COMMANDS)
    await bench.signal_registry(signal.SIGSTOP)
    try:
        await _publish(bench, filings)
        per_second, cpu_us = await _baselines(bench, number, begins, projects, outcomes) if outcomes else ({}, {})
    except BaseException:
        # Or it would not learn that it has to stop.
        await bench.signal_registry(signal.SIGCONT)
        raise
    seconds, cpu, records = await _load(bench, filings)
    outcomes = await _outcomes(bench, _check(bench, filings, records))
    parts = {name: each / projects * 1e6 for name, each in cpu.items()}
    found = Round(
        per_second={REGISTRY: projects / seconds, **per_second},
        cpu_us={REGISTRY: sum(parts.values()), **cpu_us},
        parts_cpu_us=parts,
    )
    rates = ", ".join(f"{name} {rate:,.0f}/s" for name, rate in found.per_second.items())
    used = ", ".join(f"{name} {each:.0f}" for name, each in parts.items())
    memory = f"memory {resident_bytes(bench.registry_pid) / 2**20:.0f} MiB"
    bench.console.print(f"round {number}: {rates}; CPU µs a message: {used}; {memory}")
    return found, outcomes


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
    _, outcomes = await _round(bench, 0, min(WARM_UP_PROJECTS, projects), ())
    found: list[Round] = []
    sampling = asyncio.create_task(_sample(bench))
    try:
        for number in range(1, rounds + 1):
            measured, outcomes = await _round(bench, number, projects // rounds, outcomes)
            found.append(measured)
    finally:
        sampling.cancel()
    return found


def _say(bench: Bench, found: Sequence[Round], json_file: Path | None) -> int:
    """Print the figures; returns 1 if a target was missed."""
    console = bench.console
    ratios = {
        name: statistics.median(each.per_second[REGISTRY] / each.per_second[name] for each in found)
        for name in BASELINES
    }
    growth = _growth(bench.resident)
    console.print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, "
        f"{bench.stack.server.product}, {bench.stack.broker.product}; {bench.filed} projects filed in {POOLS} pools"
    )
    for name in (REGISTRY, *BASELINES):
        ratio = f", ratio {ratios[name]:.2f}" if name in ratios else ""
        console.print(
            f"{name:40} {statistics.median(each.per_second[name] for each in found):8,.0f} messages/s, "
            f"{statistics.median(each.cpu_us[name] for each in found):5,.0f} µs of CPU a message{ratio}"
        )
    for name in found[0].parts_cpu_us:
        used_us = statistics.median(each.parts_cpu_us[name] for each in found)
        console.print(f"of the registry's load, {name:16} {used_us:30,.0f} µs of CPU a message")
    held_memory, held_rate = growth <= GROWTH_MAX, ratios[JUDGED] >= RATIO_MIN
    console.print(
        f"memory       {min(bench.resident) / 2**20:.0f} to {max(bench.resident) / 2**20:.0f} MiB, last fifth against "
        f"second {growth:.3f}, at most {GROWTH_MAX}: {'held' if held_memory else 'MISSED'}"
    )
    console.print(
        f"judged by the baseline that inserts all that the registry inserts, and checks no signature: median ratio "
        f"{ratios[JUDGED]:.2f}, target at least {RATIO_MIN:.2f}: "
        f"{'held' if held_rate else 'MISSED'}"
    )
    if json_file is not None:
        figures = {"ratios": ratios, "growth": growth, "rounds": [asdict(each) for each in found]}
        json_file.write_text(json.dumps(figures), encoding="utf-8")
    return 0 if held_memory and held_rate else 1


async def _run(projects: int, rounds: int, json_file: Path | None) -> int:
    console = Console(highlight=False, soft_wrap=True)
    casts: list[Cast] = []

    def service_env(folder: Path) -> ServiceEnv:
        keys = KeyFolder(folder / KEYS_FOLDER)
        casts.extend([keys.cast, *(keys.cast.in_pool(uuid4(), {}) for _ in range(POOLS - 1))])
        own = keys.service_env([cast.pool_id for cast in casts[1:]])
        return {"registry": {**own["registry"], "RISKPOOL_SESSION_TIMEOUT_MS": str(SESSION_TIMEOUT_MS)}}

    said: list[str] = []
    async with Stack(
        None,
        say=said.append,
        services=(REGISTRY,),
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
        database = await asyncpg.connect(stack.database_urls[REGISTRY])
        await reader.start()
        await producer.start()
        try:
            url = with_database(stack.server.admin_url, "postgres")
            async with BarePipeline(bootstrap, url, idempotent=idempotent) as pipeline:
                bench = Bench(stack, casts, pipeline, database, producer, reader, console)
                return _say(bench, await _measure(bench, projects, rounds), json_file)
        finally:
            await producer.stop()
            await stop_consumer(reader)
            await database.close()


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
