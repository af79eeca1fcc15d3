"""Two replicas of each service: one is killed, stopped for longer than its session, or moved about by rebalances."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor

from devstack.case import Play
from shared.contracts.topics import SERVICES
from tests.faults.arena import SESSION_TIMEOUT_MS, Arena
from tests.faults.breaking import kill_at, moments, until
from tests.faults.checker import DECIDING

pytestmark = pytest.mark.asyncio

STOPPED_S = SESSION_TIMEOUT_MS / 1000 + 2.0
STORM_MEMBER_S = 0.2
STORM_PAUSE_S = 1.5
STORM_MEMBERS = 4


@pytest_asyncio.fixture(scope="module")
async def replicas(arena: Arena) -> AsyncIterator[Arena]:
    """The pool with a second replica of each service."""
    async with asyncio.TaskGroup() as starting:
        for service in SERVICES:
            starting.create_task(arena.stack.start_service(service, replica=2))
    yield arena
    for service in SERVICES:
        await arena.stack.supervisor.stop_child(f"{service}-2")


async def test_one_of_two_replicas_killed_changes_nothing(replicas: Arena) -> None:
    """The case ends as if nothing had happened, though of each service one of two replicas is killed meanwhile."""
    chance = random.Random("two replicas")
    names = [chance.choice((service, f"{service}-2")) for service in SERVICES]
    await replicas.play(*(kill_at(replicas, name, *moments(chance, 1)[0]) for name in names))
    await replicas.check()


@pytest.mark.parametrize("name", ["claims", "treasury-2"])
async def test_the_other_replica_takes_over(replicas: Arena, name: str) -> None:
    """The case goes on without a replica that is killed for good: the other one gets its partitions and its relay."""

    async def during(play: Play) -> None:
        await until(play, 3)
        replicas.note(f"kill -9 of {name} for good")
        await replicas.stack.supervisor.kill_child(name)

    await replicas.play(during)
    await replicas.stack.supervisor.restart(name)
    await replicas.check()


@pytest.mark.parametrize("name", ["claims", "treasury"])
async def test_a_replica_stopped_for_longer_than_its_session_changes_nothing(replicas: Arena, name: str) -> None:
    """What a process does that wakes up when others have long had its partitions and its relay has no effect."""

    async def during(play: Play) -> None:
        await until(play, 4)
        supervisor = replicas.stack.supervisor
        child = supervisor.children[name]
        assert await supervisor.signal(child, signal.SIGSTOP)
        replicas.note(f"{name} stands still for {STOPPED_S:.0f} s")
        await asyncio.sleep(STOPPED_S)
        assert await supervisor.signal(child, signal.SIGCONT)

    await replicas.play(during)
    await replicas.check()


async def test_a_storm_of_rebalances_changes_nothing(replicas: Arena) -> None:
    """Cases end as if nothing had happened, though members come into every group and leave it all the time."""
    storms = [asyncio.create_task(_storm(replicas, service)) for service in DECIDING]
    try:
        while not all(storm.done() for storm in storms):
            await replicas.play()
        await asyncio.gather(*storms)
    finally:
        for storm in storms:
            storm.cancel()
        await asyncio.gather(*storms, return_exceptions=True)
    await replicas.check()


async def _storm(arena: Arena, service: str) -> None:
    """So many times, join the service's group, hold its partitions for a moment, and leave it again."""
    for _ in range(STORM_MEMBERS):
        member = AIOKafkaConsumer(
            *DECIDING[service].commands,
            *DECIDING[service].observes,
            bootstrap_servers=arena.stack.kafka_bootstrap,
            group_id=f"{service}-e1",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            partition_assignment_strategy=(RoundRobinPartitionAssignor,),
        )
        try:
            arena.note(f"somebody joins the group of {service}")
            await member.start()
            await asyncio.sleep(STORM_MEMBER_S)
        finally:
            await member.stop()
        # Whoever came back at once would hold the same partitions for ever, and work on none of them.
        await asyncio.sleep(STORM_PAUSE_S)
