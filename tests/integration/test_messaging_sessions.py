"""What the relay is woken by, each way by itself, and what the service's sessions ask of PostgreSQL."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from devstack.stack import Stack
from devstack.topics import create_topics
from shared.messaging.database import open_pool
from tests.integration.messaging_toy import Toy, listening, new_toy, until
from tests.integration.relaying_toy import nothing_is_left, relay_process, relaying, said_on

pytestmark = pytest.mark.asyncio

POLL_SECONDS = 3.0
AT_ONCE_S = 1.5


@pytest_asyncio.fixture
async def toy(infrastructure: Stack, tmp_path: Path) -> AsyncIterator[Toy]:
    """A toy service whose relay looks seldom by itself."""
    async with new_toy(infrastructure, tmp_path, relay_poll_seconds=POLL_SECONDS) as toy:
        yield toy


@pytest_asyncio.fixture
async def topic(infrastructure: Stack) -> str:
    """A topic of the test's own."""
    name = f"toy.wakes.{secrets.token_hex(4)}"
    await create_topics(infrastructure.kafka_bootstrap, [(name, 1)])
    return name


async def test_the_relay_is_woken_by_others_and_looks_by_itself(toy: Toy, topic: str, infrastructure: Stack) -> None:
    """What another process has committed is published at once; and where no word of it comes, at the next look."""
    loop = asyncio.get_running_loop()
    async with relaying(toy) as relay, listening(infrastructure, topic) as listener:
        await until(lambda: relay_process(toy), "the relay has its lock")
        await said_on(toy, topic, "k", "the first connects")
        await listener.at_least(1)

        # From a connection of somebody else's, by LISTEN and NOTIFY alone.
        began = loop.time()
        await said_on(toy, topic, "k", "notified")
        await listener.at_least(2)
        assert loop.time() - began < AT_ONCE_S
        await until(lambda: nothing_is_left(toy), "it is marked")

        # Marked as unpublished without a word to anybody; the process that has committed says it itself.
        await asyncio.sleep(0.2)
        await toy.pool.execute("UPDATE outbox SET published_at = NULL WHERE seq = 2")
        began = loop.time()
        relay.wake()
        await listener.at_least(3)
        assert loop.time() - began < AT_ONCE_S
        await until(lambda: nothing_is_left(toy), "it is marked")

        # Nobody says anything: the look is the guarantee.
        await toy.pool.execute("UPDATE outbox SET published_at = NULL WHERE seq = 2")
        await listener.at_least(4)


async def test_every_session_has_its_limits(toy: Toy) -> None:
    """Of time for statements, locks and idle transactions; what is committed is on the disk; the pool is fixed."""
    wanted = {
        "statement_timeout": "15s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "15s",
        "synchronous_commit": "on",
        "TimeZone": "UTC",
        "application_name": "riskpool",
    }
    pool = await open_pool(toy.settings)
    try:
        assert pool.get_size() == pool.get_max_size() == toy.settings.pool_connections
        found = {name: await pool.fetchval("SELECT current_setting($1)", name) for name in wanted}
    finally:
        await pool.close()
    assert found == wanted
    async with relaying(toy):
        await until(lambda: relay_process(toy), "the relay has its lock")
        names = await toy.pool.fetch(
            "SELECT application_name FROM pg_stat_activity WHERE pid = $1", await relay_process(toy)
        )
    assert [row["application_name"] for row in names] == ["riskpool"]
