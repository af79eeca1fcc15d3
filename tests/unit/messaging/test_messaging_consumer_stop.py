"""A consumer stops also while the broker is away and its own fetch waits to be tried again."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiokafka import AIOKafkaConsumer

from shared.messaging.cluster import stop_consumer
from shared.messaging.consumer import LongPollConsumer

pytestmark = pytest.mark.asyncio


class WaitingFetcher:
    """Closes as aiokafka's does: a fetch in its wait is cancelled, and that cancellation awaited."""

    def __init__(self, waits_seconds: float = 0) -> None:
        self._waits_seconds = waits_seconds

    async def close(self) -> None:
        await asyncio.sleep(self._waits_seconds)
        fetch = asyncio.create_task(asyncio.sleep(60))
        await asyncio.sleep(0)
        fetch.cancel()
        await fetch


def _stopping(
    kind: type[AIOKafkaConsumer], fetcher: WaitingFetcher, closed: list[str]
) -> Callable[[], Awaitable[None]]:
    """What stops a consumer of this kind; ``closed`` is told when its connections are closed."""
    consumer = kind(bootstrap_servers="127.0.0.1:1")
    consumer._fetcher = fetcher
    close = consumer._client.close

    async def closing() -> None:
        closed.append("connections")
        await close()

    consumer._client.close = closing
    return consumer.stop if kind is LongPollConsumer else lambda: stop_consumer(consumer)


@pytest.mark.parametrize("kind", [LongPollConsumer, AIOKafkaConsumer])
async def test_a_waiting_fetch_lets_its_consumer_stop(kind: type[AIOKafkaConsumer]) -> None:
    """The services' and everybody else's; whoever stops it isn't cancelled by it, and the connections are closed."""
    closed: list[str] = []
    await _stopping(kind, WaitingFetcher(), closed)()
    assert closed == ["connections"]


@pytest.mark.parametrize("kind", [LongPollConsumer, AIOKafkaConsumer])
async def test_who_is_told_to_end_while_stopping_ends(kind: type[AIOKafkaConsumer]) -> None:
    """That cancellation is another one, and isn't swallowed."""
    stop = _stopping(kind, WaitingFetcher(60), [])

    async def stopping() -> None:
        await stop()

    task = asyncio.create_task(stopping())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
