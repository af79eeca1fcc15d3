"""Offsets are committed a moment after the work, merged, and never beyond what was processed."""

import asyncio
import contextlib

import pytest
from aiokafka import TopicPartition

from shared.messaging.message import Record
from shared.messaging.offsets import Offsets

pytestmark = pytest.mark.asyncio

P0, P1 = TopicPartition("a", 0), TopicPartition("a", 1)


class Broker:
    """Takes offsets, slowly if it is told to."""

    def __init__(self) -> None:
        self.committed: list[dict[TopicPartition, int]] = []
        self.open = asyncio.Event()
        self.open.set()

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        await self.open.wait()
        self.committed.append(offsets)


def records(*places: tuple[TopicPartition, int]) -> list[Record]:
    """Records at these places."""
    return [Record(place.topic, place.partition, offset, None, b"", (), 0) for place, offset in places]


async def test_batches_are_merged() -> None:
    """Each partition up to its own last record, whichever batch had it."""
    broker = Broker()
    offsets = Offsets(0, broker.commit)
    offsets.add(records((P0, 5), (P1, 80), (P0, 4)))
    offsets.add(records((P0, 6)))
    await offsets.flush()
    assert broker.committed == [{P0: 7, P1: 81}]


async def test_nothing_is_committed_twice_or_without_work() -> None:
    """A commit of an offset from before could undo another replica's."""
    broker = Broker()
    offsets = Offsets(0, broker.commit)
    await offsets.flush()
    offsets.add(records((P0, 5)))
    await offsets.flush()
    await offsets.flush()
    offsets.add(records((P1, 1)))
    await offsets.flush()
    assert broker.committed == [{P0: 6}, {P1: 2}]


async def test_a_flush_waits_for_the_commit_on_its_way() -> None:
    """Before partitions are given away, the older commit must not arrive after the newer one, or after them."""
    broker = Broker()
    offsets = Offsets(0, broker.commit)
    broker.open.clear()
    offsets.add(records((P0, 5)))
    first = asyncio.create_task(offsets.flush())
    await asyncio.sleep(0)
    offsets.add(records((P0, 6)))
    second = asyncio.create_task(offsets.flush())
    await asyncio.sleep(0)
    assert (first.done(), second.done(), broker.committed) == (False, False, [])
    broker.open.set()
    await asyncio.gather(first, second)
    assert broker.committed == [{P0: 6}, {P0: 7}]


async def test_they_are_committed_a_moment_later() -> None:
    """Not at once, and without being asked."""
    broker = Broker()
    offsets = Offsets(0.02, broker.commit)
    running = asyncio.create_task(offsets.run())
    offsets.add(records((P0, 5)))
    await asyncio.sleep(0)
    offsets.add(records((P0, 6)))
    assert broker.committed == []
    async with asyncio.timeout(5):
        while not broker.committed:
            await asyncio.sleep(0.01)
    assert broker.committed == [{P0: 7}]
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
