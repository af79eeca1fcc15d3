"""One message across one service on an idle stack, beside a bare hop through the same broker in the same run.

The bare hop: from the moment a producer sends a record, until a plain consumer in another process has read it. The
record is the very one that the service gets, the same bytes and headers, from the same producer, acknowledged by all
replicas. The same consumer reads the receipts (see ``hop_reader``): it is a process of its own, on the services' event
loop, because a hop goes from one process to another, and within one the reader would never be asleep.

One service, broker → decided, committed, published → broker: from the moment the broker has acknowledged a signed
loss notice, until a plain consumer has read its receipt. In between, the claims service has taken the notice in,
decided, committed the case with its events and receipt, and its relay has published them. When a receipt lies in the
broker can't be seen from outside; until it is read is a little longer, and counts against us. The way from outside to
outside, with the notice's own sending, is printed too.

The two hops alternate, so that the machine's mood hits both. Before each of them there is the same pause: what the
notice before set going in other services has ended, and the stack is idle.
"""

import asyncio
import json
import platform
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Self

from aiokafka import AIOKafkaProducer
from cyclopts import App, Parameter
from rich.console import Console

from devstack.case import Play
from devstack.pool import running_pool
from devstack.stack import run_until_signal
from devstack.topics import create_topics
from shared.contracts.envelope import SIGNATURE_HEADER
from shared.contracts.examples import PRINCIPAL_FEN
from shared.contracts.topics import outcomes_topic
from simulator.parties import LENDER
from simulator.party_messages import write_message

BARE_TOPIC = "benchmark.bare"
PAIRS = 200
WARM_UP_PAIRS = 20
RATIO_MAX = 3.0
HOP_TIMEOUT_S = 10.0
# What a notice sets going in the treasury and in audit has ended by then.
PAUSE_S = 0.08

app = App(help="Latency of one message through one service against a bare Kafka hop.")


@dataclass(frozen=True)
class Pair:
    """One bare hop and one message across the service, in milliseconds."""

    bare_ms: float
    service_ms: float
    outside_ms: float


class Reader:
    """The consumer's process, and what it has read of the topics."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    @asynccontextmanager
    async def of(cls, bootstrap: str, *topics: str) -> AsyncIterator[Self]:
        """A reader that has begun to read; it ends with the block."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.hop_reader", bootstrap, *topics, stdout=asyncio.subprocess.PIPE
        )
        reader = cls(process)
        try:
            async with asyncio.timeout(HOP_TIMEOUT_S):
                assert await reader._line() == ["ready"]
            yield reader
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()

    async def read_at(self, wanted: str) -> float:
        """When the record with this id, or the answer to the message with this id, was read."""
        async with asyncio.timeout(HOP_TIMEOUT_S):
            while True:
                message_id, read_at = await self._line()
                if message_id == wanted:
                    return float(read_at)

    async def _line(self) -> list[str]:
        assert self._process.stdout is not None
        return (await self._process.stdout.readline()).decode().split()


async def _measure(bootstrap: str, play: Play, pairs: int) -> list[Pair]:
    await create_topics(bootstrap, [(BARE_TOPIC, 1)])
    lender = play.cast.system(LENDER)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    measured: list[Pair] = []
    async with producer, Reader.of(bootstrap, BARE_TOPIC, outcomes_topic(LENDER)) as reader:
        for pair in range(pairs + WARM_UP_PAIRS):
            # Another figure each time: the lender's latest notice counts, so each one is accepted and changes the case.
            command = play.loss_notice(interest_fen=pair + 1, total_fen=PRINCIPAL_FEN + pair + 1)
            message_id, value = write_message(lender, command)
            headers = [(SIGNATURE_HEADER, lender.signer.sign(value).encode())]
            await asyncio.sleep(PAUSE_S)
            bare_sent = time.monotonic()
            await producer.send_and_wait(BARE_TOPIC, value, headers=headers)
            bare_read = await reader.read_at(message_id)
            await asyncio.sleep(PAUSE_S)
            sent = time.monotonic()
            await producer.send_and_wait(command.topic, value, headers=headers)
            acknowledged = time.monotonic()
            read = await reader.read_at(message_id)
            if pair >= WARM_UP_PAIRS:
                measured.append(
                    Pair((bare_read - bare_sent) * 1000, (read - acknowledged) * 1000, (read - sent) * 1000)
                )
    return measured


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


async def _run(pairs: int, json_file: Path | None) -> int:
    console = Console(highlight=False)
    async with running_pool(None, console.print) as pool:
        play = await Play.founded(pool)
        measured = await _measure(pool.stack.kafka_bootstrap, play, pairs)
    figures = {
        "bare hop": [pair.bare_ms for pair in measured],
        "one service": [pair.service_ms for pair in measured],
        "from outside to outside": [pair.outside_ms for pair in measured],
    }
    ratio = _percentile(figures["one service"], 50) / _percentile(figures["bare hop"], 50)
    console.print(f"{platform.machine()}, Python {platform.python_version()}, {pairs} pairs, idle stack")
    for name, values in figures.items():
        console.print(f"{name:<24} p50 {_percentile(values, 50):6.1f} ms   p99 {_percentile(values, 99):6.1f} ms")
    held = ratio <= RATIO_MAX
    console.print(
        f"one service is {ratio:.2f} bare hops at p50, target at most {RATIO_MAX:.0f}: {'held' if held else 'MISSED'}"
    )
    if json_file is not None:
        json_file.write_text(json.dumps({"pairs_ms": [asdict(pair) for pair in measured], "ratio": ratio}))
    return 0 if held else 1


@app.default
def main(
    *,
    pairs: Annotated[int, Parameter(help="how many pairs are measured")] = PAIRS,
    json_file: Annotated[Path | None, Parameter(name="--json", help="also write the figures to this file")] = None,
) -> int:
    """Measure, print both, and exit with 1 if the target is missed."""
    return run_until_signal(_run(pairs, json_file))


if __name__ == "__main__":
    sys.exit(app(result_action="return_value"))
