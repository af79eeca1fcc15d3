"""One message through one service on an idle stack, beside a bare hop through the same broker in the same run.

The bare hop is a record written by a producer (acknowledged by all) and read by a consumer. The service's hop is a
signed loss notice written in the same way, taken in, decided, committed with its events and receipt, published by the
relay, and its receipt read. The two alternate, so that the machine's mood hits both.
"""

import asyncio
import json
import platform
import statistics
import sys
import time
from pathlib import Path
from typing import Annotated

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from cyclopts import App, Parameter
from rich.console import Console

from local.case import Play
from local.cast import LENDER
from local.papers import PRINCIPAL_FEN
from local.pool import running_pool
from local.stack import run_until_signal
from local.topics import create_topics
from local.wire import Wire, write_message
from shared.contracts.envelope import SIGNATURE_HEADER
from shared.contracts.topics import outcomes_topic

BARE_TOPIC = "benchmark.bare"
PAIRS = 200
WARM_UP_PAIRS = 20
RATIO_MAX = 3.0
HOP_TIMEOUT_S = 10.0

app = App(help="Latency of one message through one service against a bare Kafka hop.")


async def _read_until(consumer: AIOKafkaConsumer, wanted: bytes) -> None:
    async with asyncio.timeout(HOP_TIMEOUT_S):
        while True:
            for records in (await consumer.getmany(timeout_ms=1_000)).values():
                if any(wanted in record.value for record in records):
                    return


async def _measure(bootstrap: str, play: Play, pairs: int) -> tuple[list[float], list[float]]:
    await create_topics(bootstrap, [(BARE_TOPIC, 1)])
    lender = play.cast.system(LENDER)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    bare = AIOKafkaConsumer(BARE_TOPIC, bootstrap_servers=bootstrap, group_id=None)
    answers = AIOKafkaConsumer(outcomes_topic(LENDER), bootstrap_servers=bootstrap, group_id=None)
    for client in (producer, bare, answers):
        await client.start()
    # A consumer that has read nothing yet would start behind what is sent next.
    await bare.getmany(timeout_ms=200)
    await answers.getmany(timeout_ms=200)
    bare_ms: list[float] = []
    service_ms: list[float] = []
    try:
        for pair in range(pairs + WARM_UP_PAIRS):
            # Another figure each time: the lender's latest notice counts, so each one is accepted and changes the case.
            command = play.loss_notice(interest_fen=pair + 1, total_fen=PRINCIPAL_FEN + pair + 1)
            message_id, value = write_message(lender, command)
            signature = lender.signer.sign(value).encode()
            began = time.perf_counter()
            await producer.send_and_wait(BARE_TOPIC, value)
            await _read_until(bare, message_id.encode())
            between = time.perf_counter()
            await producer.send_and_wait(command.topic, value, headers=[(SIGNATURE_HEADER, signature)])
            await _read_until(answers, message_id.encode())
            ended = time.perf_counter()
            if pair >= WARM_UP_PAIRS:
                bare_ms.append((between - began) * 1000)
                service_ms.append((ended - between) * 1000)
    finally:
        for client in (producer, bare, answers):
            await client.stop()
    return bare_ms, service_ms


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


async def _run(pairs: int, json_file: Path | None) -> int:
    console = Console(highlight=False)
    async with running_pool(None, console.print) as pool:
        async with Wire(pool.stack.kafka_bootstrap, idempotent=pool.stack.broker.idempotent) as wire:
            play = Play(wire, pool.cast, pool.stack.say)
            await play.found_and_fund()
            await play.file_and_approve()
        bare_ms, service_ms = await _measure(pool.stack.kafka_bootstrap, play, pairs)
    ratio = _percentile(service_ms, 50) / _percentile(bare_ms, 50)
    console.print(f"{platform.machine()}, Python {platform.python_version()}, {pairs} pairs, idle stack")
    for name, values in (("bare hop", bare_ms), ("one service", service_ms)):
        console.print(f"{name:<12} p50 {_percentile(values, 50):6.1f} ms   p99 {_percentile(values, 99):6.1f} ms")
    held = ratio <= RATIO_MAX
    console.print(f"ratio of the p50s {ratio:.2f}, target at most {RATIO_MAX:.0f}: {'held' if held else 'MISSED'}")
    if json_file is not None:
        json_file.write_text(json.dumps({"bare_ms": bare_ms, "service_ms": service_ms, "ratio": ratio}))
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
