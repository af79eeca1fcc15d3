"""How soon the flow resumes after a kill -9 of a service under load.

A lender publishes notices at a steady rate. Claims, which decides them, is killed again and again, each time at some
moment; the supervisor starts it anew. Resumed is when the first notice that was published after the kill is decided,
and its receipt can be read. At the end every notice has exactly one receipt.
"""

import asyncio
import json
import random
import signal
import statistics
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from cyclopts import App, Parameter
from rich.console import Console

from devstack.case import Play
from devstack.pool import RunningPool, running_pool
from devstack.stack import run_until_signal
from shared.contracts.envelope import SIGNATURE_HEADER
from shared.contracts.examples import PRINCIPAL_FEN
from shared.contracts.topics import outcomes_topic
from shared.messaging.cluster import stop_consumer
from simulator.parties import LENDER
from simulator.party_messages import write_message

KILLED = "claims"
KILLS = 50
NOTICES_PER_SECOND = 40
PAUSE_MIN_S, PAUSE_MAX_S = 0.2, 1.5
POLL_S = 0.005
RESUMED_TIMEOUT_S = 60.0
CAUGHT_UP_TIMEOUT_S = 60.0
P99_MAX_S = 10.0

app = App(help="How soon the flow resumes after a kill -9 under load.")


@dataclass
class Load:
    """What was published, and when each receipt came; both by message id, times in seconds of one clock."""

    published: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    receipts: Counter[str] = field(default_factory=Counter)

    def first_answer_to_what_came_after(self, moment: float) -> float | None:
        """When the first notice published after ``moment`` was answered; None if none was yet."""
        times = [
            self.answered[message] for message, at in self.published.items() if at > moment and message in self.answered
        ]
        return min(times, default=None)

    @property
    def is_answered(self) -> bool:
        """Whether every notice has its receipt."""
        return self.published.keys() == self.answered.keys()


@asynccontextmanager
async def notices_flowing(bootstrap: str, play: Play, per_second: float) -> AsyncIterator[Load]:
    """Publish the lender's notices at this rate, and read their receipts, until the block ends."""
    load = Load()
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    consumer = AIOKafkaConsumer(outcomes_topic(LENDER), bootstrap_servers=bootstrap, group_id=None)
    await producer.start()
    await consumer.start()
    # A consumer that has read nothing yet would start behind what is sent next.
    await consumer.getmany(timeout_ms=200)
    lender = play.cast.system(LENDER)

    async def publish() -> None:
        number = 0
        while True:
            began, number = time.monotonic(), number + 1
            command = play.loss_notice(interest_fen=number, total_fen=PRINCIPAL_FEN + number)
            message_id, value = write_message(lender, command)
            headers = [(SIGNATURE_HEADER, lender.signer.sign(value).encode())]
            await producer.send_and_wait(command.topic, value, headers=headers)
            load.published[message_id] = time.monotonic()
            await asyncio.sleep(max(0.0, began + 1 / per_second - time.monotonic()))

    async def read() -> None:
        while True:
            for records in (await consumer.getmany(timeout_ms=1_000)).values():
                for record in records:
                    message_id = json.loads(record.value)["data"]["message_id"]
                    load.receipts[message_id] += 1
                    load.answered.setdefault(message_id, time.monotonic())

    publishing, reading = asyncio.create_task(publish()), asyncio.create_task(read())
    try:
        yield load
        publishing.cancel()
        await asyncio.gather(publishing, return_exceptions=True)
        await wait_until(lambda: load.is_answered, CAUGHT_UP_TIMEOUT_S, reading)
    finally:
        for task in (publishing, reading):
            task.cancel()
        await asyncio.gather(publishing, reading, return_exceptions=True)
        await stop_consumer(consumer)
        await producer.stop()


async def wait_until(holds: Callable[[], bool], timeout_s: float, *needed: Awaitable[None]) -> None:
    """Wait until it holds; raises TimeoutError if it does not in time, and what ends one of the tasks it needs."""
    async with asyncio.timeout(timeout_s):
        while not holds():
            for task in needed:
                if isinstance(task, asyncio.Task) and task.done():
                    task.result()
            await asyncio.sleep(POLL_S)


async def _kill_again_and_again(pool: RunningPool, load: Load, kills: int, console: Console) -> list[float]:
    chance = random.Random("resume")  # noqa: S311  # moments of kills, not keys
    supervisor = pool.stack.supervisor
    resumed_s: list[float] = []
    for number in range(1, kills + 1):
        await asyncio.sleep(chance.uniform(PAUSE_MIN_S, PAUSE_MAX_S))
        # Each kill stands for another day; one that dies again and again at once would be given up.
        supervisor.forget_restarts()
        child = supervisor.children[KILLED]
        killed_at = time.monotonic()
        await supervisor.signal(child, signal.SIGKILL)
        await child.ended.wait()
        first: list[float] = []

        def is_resumed(killed_at: float = killed_at, first: list[float] = first) -> bool:
            answered_at = load.first_answer_to_what_came_after(killed_at)
            first.extend([] if answered_at is None else [answered_at])
            return bool(first)

        await wait_until(is_resumed, RESUMED_TIMEOUT_S)
        resumed_s.append(first[0] - killed_at)
        await wait_until(lambda: supervisor.children[KILLED].was_ready, RESUMED_TIMEOUT_S)
        if number % 10 == 0:
            console.print(f"{number} kills, the slowest took {max(resumed_s):.1f} s")
    return resumed_s


async def _run(kills: int, json_file: Path | None) -> int:
    console = Console(highlight=False)
    said: list[str] = []
    async with running_pool(None, said.append) as pool:
        play = await Play.founded(pool)
        console.print(f"everything runs; {NOTICES_PER_SECOND} notices a second, {kills} kills of {KILLED}")
        async with notices_flowing(pool.stack.kafka_bootstrap, play, NOTICES_PER_SECOND) as load:
            resumed_s = await _kill_again_and_again(pool, load, kills, console)
    doubled = [message for message, number in load.receipts.items() if number > 1]
    p50, p99 = statistics.median(resumed_s), statistics.quantiles(resumed_s, n=100, method="inclusive")[98]
    console.print(
        f"{len(load.published)} notices published, all answered, {len(doubled)} receipts published again "
        "(the same bytes, which readers recognise)"
    )
    held = p99 <= P99_MAX_S
    console.print(
        f"flow resumed after p50 {p50:.1f} s, p99 {p99:.1f} s, max {max(resumed_s):.1f} s; target p99 at most "
        f"{P99_MAX_S:.0f} s: {'held' if held else 'MISSED'}"
    )
    if json_file is not None:
        json_file.write_text(json.dumps({"resumed_s": resumed_s, "p99_s": p99}), encoding="utf-8")
    return 0 if held else 1


@app.default
def main(
    *,
    kills: Annotated[int, Parameter(help="how many times the service is killed")] = KILLS,
    json_file: Annotated[Path | None, Parameter(name="--json", help="also write the figures to this file")] = None,
) -> int:
    """Kill again and again, print how long it took, and exit with 1 if the target is missed."""
    return run_until_signal(_run(kills, json_file))


if __name__ == "__main__":
    sys.exit(app(result_action="return_value"))
