"""Three brokers, as production has them: each is killed in turn while cases are played, and comes back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from aiokafka.admin import NewTopic

from devstack.case import Play
from devstack.kafka import admin_client
from devstack.stack import Stack
from devstack.supervisor import Supervisor
from devstack.topics import create_topics
from riskpool.finding import Status
from riskpool.running_checks import broker_findings
from shared.contracts.topics import outcomes_topic
from tests.faults.arena import CASE_RECEIPTS, Arena, During, running_arena
from tests.faults.breaking import until
from tests.faults.several_brokers import start_brokers

pytestmark = pytest.mark.asyncio

BROKERS = 3
CASES_AT_ONCE = 3
AWAY_S = 3.0


@dataclass(frozen=True)
class Cluster:
    """The pool on several brokers, and who runs them."""

    arena: Arena
    brokers: Supervisor

    @property
    def stack(self) -> Stack:
        """All that runs but the brokers."""
        return self.arena.stack


@pytest_asyncio.fixture(scope="module")
async def cluster(nothing_given: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    """A pool on three brokers, in which a first case was played in peace."""
    folder: Path = tmp_path_factory.mktemp("brokers")
    async with Supervisor(say=print) as brokers:
        bootstrap = await start_brokers(brokers, folder, BROKERS)
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("KAFKA_BOOTSTRAP_SERVERS", bootstrap)
            async with running_arena() as arena:
                yield Cluster(arena, brokers)


def _kill_broker(cluster: Cluster, name: str, receipts: int) -> During:
    fault = f"after receipt {receipts}: kill -9 of {name}"
    cluster.arena.plan(fault)

    async def during(play: Play) -> None:
        await until(play, receipts)
        cluster.arena.note(fault)
        await cluster.brokers.kill_child(name)
        await asyncio.sleep(AWAY_S)
        await cluster.brokers.restart(name)

    return during


@pytest.mark.parametrize("node", range(1, BROKERS + 1))
async def test_one_of_three_brokers_killed_under_load_changes_nothing(cluster: Cluster, node: int) -> None:
    """Cases end as if nothing had happened, whichever broker dies: nothing that was acknowledged is lost."""
    killing = _kill_broker(cluster, f"kafka-{node}", 2 + 4 * (node - 1))
    others = (cluster.arena.play() for _ in range(CASES_AT_ONCE - 1))
    await asyncio.gather(cluster.arena.play(killing), *others)
    await cluster.arena.check()


async def test_all_brokers_killed_at_once_change_nothing(cluster: Cluster) -> None:
    """The same when all of them die in the same moment, and come back."""

    async def during(play: Play) -> None:
        await until(play, CASE_RECEIPTS // 2)
        names = [f"kafka-{node}" for node in range(1, BROKERS + 1)]
        cluster.arena.note(f"kill -9 of {', '.join(names)}")
        await asyncio.gather(*(cluster.brokers.kill_child(name) for name in names))
        await asyncio.sleep(AWAY_S)
        await asyncio.gather(*(cluster.brokers.restart(name) for name in names))

    await cluster.arena.play(during)
    await cluster.arena.check()


async def test_the_doctor_names_topics_with_too_few_copies(cluster: Cluster) -> None:
    """Read from three brokers: the pool's own topics have what production has, and one made by hand has not."""
    bootstrap = cluster.arena.stack.kafka_bootstrap
    found = {finding.name: finding for finding in await broker_findings(bootstrap)}["copies of each record"]
    assert found.status is Status.OK, found.found
    few, eager = (outcomes_topic(f"by-hand-{number}") for number in (1, 2))
    await create_topics(bootstrap, [(few, 1)], replication_factor=1)
    async with admin_client(bootstrap) as admin:
        config = {"min.insync.replicas": "1", "unclean.leader.election.enable": "true"}
        await admin.create_topics([NewTopic(eager, 1, BROKERS, topic_configs=config)])
        try:
            found = {finding.name: finding for finding in await broker_findings(bootstrap)}["copies of each record"]
        finally:
            await admin.delete_topics([few, eager])
    assert found.is_in_the_way
    assert found.found.split("; ") == [
        f"{few} has 1 copy and not 3",
        f"{eager} has min.insync.replicas=1 and not 2: what was acknowledged can be lost",
        f"{eager} has unclean.leader.election.enable=true: a copy that is behind can become the leader",
    ]
