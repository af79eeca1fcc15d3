"""One of two brokers says nothing more, and hangs up on nobody: what the other one leads is published all the same."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, TopicPartition

from devstack.kafka import admin_client
from devstack.ports import kept_ports
from devstack.stack import Stack
from devstack.supervisor import Supervisor
from devstack.topics import create_topics
from tests.faults.proxy import SilentProxy
from tests.faults.several_brokers import start_brokers
from tests.integration.messaging_toy import Toy, new_toy, until
from tests.integration.relaying_toy import nothing_is_left, partition_of, relay_process, relaying, said_on

pytestmark = pytest.mark.asyncio

PARTITIONS = 4
KEYS = [f"k-{number}" for number in range(16)]
SILENT_S = 30.0
EVERY_S = 0.1
# A partition that falls silent keeps the others waiting once, for a moment; the machine has other work too.
DELAY_MAX_S = 2.0


@dataclass(frozen=True)
class Half:
    """A toy service on two brokers, the second of them behind a proxy, and who leads which of a topic's partitions."""

    toy: Toy
    stack: Stack
    topic: str
    second: SilentProxy
    leaders: dict[int, int]


@pytest_asyncio.fixture
async def half(nothing_given: None, tmp_path: Path) -> AsyncIterator[Half]:
    ports = {}
    for name in ("kafka-1", "kafka-2"):
        (tmp_path / name).mkdir()
        ports[name] = kept_ports(tmp_path / name / "ports.json", ("broker", "controller"))
    async with Supervisor(say=print) as brokers, SilentProxy(ports["kafka-2"]["broker"]) as second:
        through_proxy = {2: {"advertised.listeners": f"PLAINTEXT://{second.address}"}}
        bootstrap = await start_brokers(brokers, tmp_path, 2, through_proxy)
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("KAFKA_BOOTSTRAP_SERVERS", bootstrap.partition(",")[0])
            async with Stack(None, say=print, services=()) as stack, new_toy(stack, tmp_path) as toy:
                topic = f"toy.half.{secrets.token_hex(4)}"
                await create_topics(stack.kafka_bootstrap, [(topic, PARTITIONS)], replication_factor=1)
                async with admin_client(stack.kafka_bootstrap) as admin:
                    [described] = await admin.describe_topics([topic])
                leaders = {part["partition"]: part["leader"] for part in described["partitions"]}
                try:
                    yield Half(toy, stack, topic, second, leaders)
                finally:
                    second.speak()


class Listener:
    """When each event of each key was published, by the keys of one broker."""

    def __init__(self, half: Half) -> None:
        self._half = half
        self.published_at: dict[str, list[float]] = {key: [] for key in KEYS}

    @contextlib.asynccontextmanager
    async def listening(self, leader: int) -> AsyncIterator[None]:
        """Read the partitions that this broker leads, until the end of the block."""
        listening = asyncio.create_task(self._listen(leader))
        try:
            yield
            assert not listening.done()
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _listen(self, leader: int) -> None:
        async with AIOKafkaConsumer(
            bootstrap_servers=self._half.stack.kafka_bootstrap, auto_offset_reset="earliest"
        ) as consumer:
            consumer.assign(
                [TopicPartition(self._half.topic, part) for part, its in self._half.leaders.items() if its == leader]
            )
            async for record in consumer:
                seqs = self.published_at[record.key.decode()]
                assert f'"seq":{len(seqs) + 1},'.encode() in record.value, "neither a gap nor a repeat"
                seqs.append(time.monotonic())


async def test_a_broker_that_falls_silent_delays_nothing_of_the_other(half: Half) -> None:
    """Half a minute long; when it speaks again all arrives, gapless, in order and once, under the same lock."""
    said_at: dict[str, list[float]] = {key: [] for key in KEYS}
    silent = {key for key in KEYS if half.leaders[partition_of(key, PARTITIONS)] == 2}
    assert 0 < len(silent) < len(KEYS)
    listener = Listener(half)

    async def say() -> None:
        for key in KEYS:
            said_at[key].append(time.monotonic())
            await said_on(half.toy, half.topic, key, "x")

    async def all_published(keys: Iterable[str]) -> None:
        """Wait until all that was said on these keys is published."""
        await until(
            lambda: all(len(listener.published_at[key]) == len(said_at[key]) for key in keys), "all is published"
        )

    async with relaying(half.toy), listener.listening(1):
        await say()
        await until(lambda: nothing_is_left(half.toy), "all is published while both speak")
        holder = await relay_process(half.toy)

        half.second.fall_silent()
        until_s = time.monotonic() + SILENT_S
        while time.monotonic() < until_s:
            await say()
            await asyncio.sleep(EVERY_S)
        others = [key for key in KEYS if key not in silent]
        await all_published(others)
        delays = [
            published - said
            for key in others
            for said, published in zip(said_at[key], listener.published_at[key], strict=True)
        ]
        print(f"{len(delays)} events of the other broker's partitions, the slowest after {max(delays):.2f} s")
        assert max(delays) < DELAY_MAX_S

        half.second.speak()
        await until(lambda: nothing_is_left(half.toy), "what waited is published", timeout_s=60)
        assert await relay_process(half.toy) == holder
        async with listener.listening(2):
            await all_published(KEYS)
