"""The offsets of what has been processed: merged, and committed a moment later.

What was decided is waited for, the offsets are not: committed at once they would be in the way of what is published at
that very moment. What a crash loses of them is read again, and the inbox recognises it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from aiokafka import TopicPartition

from shared.messaging.message import Record

Commit = Callable[[dict[TopicPartition, int]], Awaitable[None]]


class Offsets:
    """The offsets of one consumer. Only what is given to ``add`` is ever committed, and never before that."""

    def __init__(self, lag_seconds: float, commit: Commit) -> None:
        self._lag_seconds = lag_seconds
        self._commit = commit
        self._pending: dict[TopicPartition, int] = {}
        self._some = asyncio.Event()
        self._committing = asyncio.Lock()

    def add(self, records: Iterable[Record]) -> None:
        """Remember that these records were processed, and all that was committed with them."""
        for record in records:
            place = TopicPartition(record.topic, record.partition)
            self._pending[place] = max(self._pending.get(place, 0), record.offset + 1)
        self._some.set()

    async def flush(self) -> None:
        """Commit now what there is, after what is being committed already."""
        async with self._committing:
            offsets, self._pending = self._pending, {}
            self._some.clear()
            if offsets:
                await self._commit(offsets)

    async def run(self) -> None:
        """Commit what there is a moment after it has come, until cancelled."""
        while True:
            await self._some.wait()
            await asyncio.sleep(self._lag_seconds)
            await self.flush()
