"""The broker and the database end in the middle of a case, and come back; connections are cut."""

import asyncio
import contextlib
import random
import signal
from collections.abc import AsyncIterator

import asyncpg
import pytest

from devstack.case import Play
from shared.contracts.topics import SERVICES
from tests.faults.arena import CASE_RECEIPTS, Arena, During
from tests.faults.breaking import kill, until
from tests.faults.proxy import DatabaseProxy, Loss

pytestmark = pytest.mark.asyncio

CASES_AT_ONCE = 3
AWAY_S = 2.0
TERMINATE_EVERY_S = 0.3


def _kill_broker(arena: Arena, receipts: int) -> During:
    arena.plan(f"after receipt {receipts}: kill -9 of kafka")

    async def during(play: Play) -> None:
        await until(play, receipts)
        arena.note("kill -9 of kafka")
        await arena.stack.supervisor.kill_child("kafka")
        await asyncio.sleep(AWAY_S)
        await arena.stack.supervisor.restart("kafka")

    return during


def _end_database(arena: Arena, receipts: int, *killed_meanwhile: str) -> During:
    """As `pg_ctl stop -m immediate` does; and start it again."""
    arena.plan(
        f"after receipt {receipts}: postgres ends at once, and {', '.join(killed_meanwhile) or 'nobody'} is killed"
    )

    async def during(play: Play) -> None:
        await until(play, receipts)
        arena.note("postgres ends at once")
        child = arena.stack.supervisor.children["postgres"]
        child.stop_asked = True
        await arena.stack.supervisor.signal(child, signal.SIGQUIT)
        await child.ended.wait()
        for name in killed_meanwhile:
            await kill(arena, name)
        await asyncio.sleep(AWAY_S)
        await arena.stack.supervisor.start(child.spec)

    return during


async def test_a_broker_killed_in_the_middle_changes_nothing(arena: Arena) -> None:
    """Cases end as if nothing had happened, though the broker ends while batches of theirs are on their way to it."""
    others = (arena.play() for _ in range(CASES_AT_ONCE - 1))
    await asyncio.gather(arena.play(_kill_broker(arena, random.Random("broker").randrange(2, 14))), *others)
    await arena.check()


async def test_a_database_ended_in_the_middle_changes_nothing(arena: Arena) -> None:
    """Cases end as if nothing had happened, though the database ends without finishing anything."""
    others = (arena.play() for _ in range(CASES_AT_ONCE - 1))
    await asyncio.gather(arena.play(_end_database(arena, random.Random("database").randrange(2, 14))), *others)
    await arena.check()


async def test_a_service_that_starts_before_its_database_waits_for_it(arena: Arena) -> None:
    """A service that is started while the database is away is there when the database is."""
    await arena.play(_end_database(arena, 4, "claims", "audit"))
    await arena.check()


async def test_connections_cut_again_and_again_change_nothing(arena: Arena) -> None:
    """The case ends as if nothing had happened, though the server ends all connections several times a second.

    Among them are the relays', and with them their locks.
    """

    async def during(play: Play) -> None:
        connection = await asyncpg.connect(arena.stack.server.admin_url)
        ended = 0
        try:
            # Pauses by chance, so that the ends don't fall on the same step of every retry.
            chance = random.Random("cut")
            while play.receipts < CASE_RECEIPTS - 1:
                ended += await connection.fetchval(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'riskpool'"
                )
                await asyncio.sleep(chance.uniform(0, 2 * TERMINATE_EVERY_S))
        finally:
            await connection.close()
        arena.note(f"{ended} connections were ended")

    await arena.play(during)
    await arena.check()


@contextlib.asynccontextmanager
async def _behind_a_proxy(arena: Arena, service: str) -> AsyncIterator[DatabaseProxy]:
    """The service reaches its database through a proxy of ours, until the block ends."""
    supervisor = arena.stack.supervisor
    async with DatabaseProxy(arena.stack.database_urls[service]) as proxy:
        await supervisor.stop_child(service)
        await arena.stack.start_service(service, env={"RISKPOOL_DATABASE_URL": proxy.url})
        try:
            yield proxy
        finally:
            await supervisor.stop_child(service)
            await arena.stack.start_service(service)


@pytest.mark.parametrize(
    "service", ["treasury", *(pytest.param(name, marks=pytest.mark.long) for name in SERVICES if name != "treasury")]
)
async def test_a_commit_whose_answer_is_lost_changes_nothing(arena: Arena, service: str) -> None:
    """The service can't tell whether a transaction has happened, does it again, and its effects are there once."""
    async with _behind_a_proxy(arena, service) as proxy:

        async def during(play: Play) -> None:
            for receipts in range(0, CASE_RECEIPTS, 2):
                await until(play, receipts)
                proxy.lose(Loss.COMMIT if receipts % 4 else Loss.ANSWER)

        await arena.play(during)
        arena.note(f"lost: {proxy.lost}")
        assert proxy.lost[Loss.ANSWER] > 0
        await arena.check()
