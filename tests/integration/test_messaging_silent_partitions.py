"""Partitions that the broker does not acknowledge: whatever else the relay has to say is not held up by them."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from structlog.testing import capture_logs

from devstack.stack import Stack
from devstack.topics import create_topics
from shared.messaging import relay as relay_module
from tests.integration.messaging_toy import Toy, listening, new_toy, until
from tests.integration.relaying_toy import nothing_is_left, partition_of, relaying, said_on, streams

pytestmark = pytest.mark.asyncio

PARTITIONS = 3


@pytest_asyncio.fixture
async def toy(infrastructure: Stack, tmp_path: Path) -> AsyncIterator[Toy]:
    async with new_toy(infrastructure, tmp_path) as toy:
        yield toy


@pytest_asyncio.fixture
async def topic(infrastructure: Stack) -> str:
    """A topic of the test's own."""
    name = f"toy.relay.{secrets.token_hex(4)}"
    await create_topics(infrastructure.kafka_bootstrap, [(name, PARTITIONS)])
    return name


def _keep_silent(
    monkeypatch: pytest.MonkeyPatch, is_silent: Callable[[tuple[str, int]], bool], are_copies_there: asyncio.Event
) -> None:
    """Nothing that is sent to such a partition arrives or is acknowledged, until there are copies."""
    send_batch = AIOKafkaProducer.send_batch

    async def send_late(producer: AIOKafkaProducer, batch: Any, to: str, partition: int) -> Any:
        await are_copies_there.wait()
        return await (await send_batch(producer, batch, to, partition=partition))

    async def send(producer: AIOKafkaProducer, batch: Any, to: str, *, partition: int) -> Any:
        if is_silent((to, partition)):
            return asyncio.ensure_future(send_late(producer, batch, to, partition))
        return await send_batch(producer, batch, to, partition=partition)

    monkeypatch.setattr(AIOKafkaProducer, "send_batch", send)


async def test_a_partition_that_is_silent_holds_up_no_other(
    toy: Toy, topic: str, infrastructure: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where too few copies of it are there: the client asks for ever. Once there are enough, all comes in order.

    What waits for it would fill every read, and the other partitions of its own topic are not held up either.
    """
    monkeypatch.setattr(relay_module, "SILENCE_ALARM_SECONDS", 0.2)
    are_copies_there = asyncio.Event()
    keys = [f"k-{number}" for number in range(12)]
    silent = [key for key in keys if partition_of(key, PARTITIONS) == 0]
    others = [key for key in keys if key not in silent]
    assert silent
    assert {partition_of(key, PARTITIONS) for key in others} == {1, 2}

    _keep_silent(monkeypatch, lambda place: place == (topic, 0), are_copies_there)
    rows_max = toy.settings.relay_batch_rows_max
    with capture_logs() as lines:
        async with relaying(toy), listening(infrastructure, topic, PARTITIONS) as listener:
            await said_on(toy, topic, silent[0], "waits")
            for number in range(1, 4):
                for key in silent:
                    await said_on(toy, topic, key, *map(str, range(rows_max + 5)))
                for key in others:
                    await said_on(toy, topic, key, "flows")
                await listener.at_least(number * len(others))
            assert streams(listener) == {key: [1, 2, 3] for key in others}
            await until(lambda: any(line["event"].startswith("a topic can't be") for line in lines), "it is said")
            are_copies_there.set()
            await until(lambda: nothing_is_left(toy), "all is marked")
            await listener.at_least(3 * len(others) + 1 + 3 * len(silent) * (rows_max + 5))
            await listener.read()
    expected = dict.fromkeys(silent, 3 * (rows_max + 5)) | dict.fromkeys(others, 3)
    expected[silent[0]] += 1
    assert streams(listener) == {key: list(range(1, count + 1)) for key, count in expected.items()}


async def test_a_client_that_is_stuck_is_built_anew(
    toy: Toy, topic: str, infrastructure: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is acknowledged any more, though the broker is well: all of it goes out by a new client, in order."""
    monkeypatch.setattr(relay_module, "STUCK_SECONDS", 1.0)
    send_batch, stuck = AIOKafkaProducer.send_batch, set[AIOKafkaProducer]()

    async def send(producer: AIOKafkaProducer, batch: Any, to: str, *, partition: int) -> Any:
        if producer in stuck:
            return asyncio.get_running_loop().create_future()
        return await send_batch(producer, batch, to, partition=partition)

    monkeypatch.setattr(AIOKafkaProducer, "send_batch", send)
    async with relaying(toy) as relay, listening(infrastructure, topic, PARTITIONS) as listener:
        await said_on(toy, topic, "k", "before")
        await listener.at_least(1)
        assert relay._producer is not None
        stuck.add(relay._producer)
        await said_on(toy, topic, "k", "in the stuck one's hands")
        await said_on(toy, topic, "k", "behind it")
        await listener.at_least(3)
        await until(lambda: nothing_is_left(toy), "all is marked")
        await listener.read()
    assert streams(listener) == {"k": [1, 2, 3]}


async def test_a_topic_is_left_out_where_too_many_keys_wait(
    toy: Toy, topic: str, infrastructure: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is named to the database at each read has a limit; then all of that topic waits, and no other one."""
    monkeypatch.setattr(relay_module, "WAITING_KEYS_MAX", 5)
    are_copies_there = asyncio.Event()
    full = f"toy.full.{secrets.token_hex(4)}"
    await create_topics(infrastructure.kafka_bootstrap, [(full, 1)])

    _keep_silent(monkeypatch, lambda place: place[0] == full, are_copies_there)
    async with relaying(toy) as relay:
        async with listening(infrastructure, topic, PARTITIONS) as listener:
            for number in range(20):
                await said_on(toy, full, f"k-{number}", "waits")
                await said_on(toy, topic, "k", "flows")
                await listener.at_least(number + 1)
        assert max(len(batch.keys) for batch in relay._in_flight.values()) <= 6
        are_copies_there.set()
        async with listening(infrastructure, full) as listener:
            await listener.at_least(20)
            await until(lambda: nothing_is_left(toy), "all is marked")
    assert streams(listener) == {f"k-{number}": [1] for number in range(20)}
