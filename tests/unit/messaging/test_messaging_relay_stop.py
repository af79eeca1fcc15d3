"""A relay that is told to stop stops, even if it is woken in the same moment."""

import asyncio
from pathlib import Path

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider

from shared.messaging.cluster import start_to_end
from shared.messaging.relay import Relay
from shared.messaging.settings import MessagingSettings
from shared.messaging.telemetry import Telemetry

pytestmark = pytest.mark.asyncio


async def _waiting() -> tuple[Relay, "asyncio.Task[None]"]:
    settings = MessagingSettings(
        database_url="postgresql://nowhere", kafka_bootstrap="nowhere:9092", data_dir=Path(), relay_poll_seconds=60
    )
    relay = Relay(settings, Telemetry("toy", TracerProvider(), MeterProvider()))
    task = asyncio.create_task(relay._wait())
    await asyncio.sleep(0.01)
    return relay, task


async def test_a_stop_is_not_lost_to_a_wake() -> None:
    """Else the relay would go on, and the service wait for it until it is killed."""
    relay, task = await _waiting()
    relay.wake()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_wake_ends_the_wait() -> None:
    """What was committed is published at once, not at the next poll."""
    relay, task = await _waiting()
    relay.wake()
    async with asyncio.timeout(1):
        await task


async def test_a_start_ends_before_its_cancellation_does() -> None:
    """Else the connection that it was just making would be left open; one that never ends is given up."""
    ended: list[str] = []

    async def start(seconds: float) -> None:
        await asyncio.sleep(seconds)
        ended.append("started")

    for seconds in (0.05, 60.0):
        starting = asyncio.create_task(start_to_end(start(seconds)))
        await asyncio.sleep(0.01)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
    assert ended == ["started"]
