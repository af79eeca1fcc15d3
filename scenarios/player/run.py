"""Playing many scenarios, each in a fresh pool: on one running stack, some at the same time, or simulated."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from devstack.party_client import PartyClient
from devstack.pool import RunningPool, running_pool
from devstack.supervisor import Say
from scenarios.player.given_messages import names
from scenarios.player.model import Scenario
from scenarios.player.play import Played, play
from scenarios.player.reading import Unreadable, read_scenario
from shared.contracts.ids import NAMESPACE
from shared.messaging.business_time import BusinessTime
from simulator.parties import INSTITUTIONS, OTHER_LENDER, Cast, PartyKeys, SeededKeys
from simulator.simulator import Simulator

# Measured on two cores: twenty scenarios took 48 s one after the other, 24 s by four, 14 s by eight.
AT_ONCE = 8
# The parties of simulated scenarios sign with the same keys each time, so that each run says the same bytes.
KEYS_SEED = "scenarios"


@dataclass(frozen=True)
class Readable:
    """A scenario with its file and the id of the pool that it will found."""

    path: Path
    scenario: Scenario
    pool_id: UUID


def read_all(paths: Sequence[Path]) -> tuple[list[Readable], list[str]]:
    """The scenarios of all files (of a folder, its YAML files), and what is wrong with those that can't be read."""
    found: list[Readable] = []
    faults: list[str] = []
    named: Counter[str] = Counter()
    for given in paths:
        paths_given = sorted(given.glob("*.yaml")) if given.is_dir() else [given]
        if not paths_given:
            faults.append(f"{given}: there is no scenario in this folder; name a YAML file, or a folder of them")
        for path in paths_given:
            try:
                found.append(Readable(path, read_scenario(path), _pool_id(path, named[path.stem])))
                named[path.stem] += 1
            except Unreadable as error:
                faults.append(str(error))
            except OSError as error:
                faults.append(f"{path}: {error.strerror}; name a YAML file, or a folder of them")
    if not paths:
        faults.append("there are no scenarios: name a YAML file, or a folder of them")
    return found, faults


def _pool_id(path: Path, number: int) -> UUID:
    """The same each time for the same file; ``number`` others of its name were read before it."""
    return uuid5(NAMESPACE, f"scenario/{path.stem}/{number}")


@asynccontextmanager
async def running_stack(scenarios: Sequence[Readable], say: Say) -> AsyncIterator[RunningPool]:
    """A stack in which each scenario's pool can be founded, with business time from the messages."""
    async with running_pool(
        None,
        say,
        more_pools=[each.pool_id for each in scenarios],
        by_hand=[each.pool_id for each in scenarios if each.scenario.is_bank_by_hand],
        institutions=(*INSTITUTIONS, OTHER_LENDER),
        settings=SETTINGS,
    ) as pool:
        yield pool


SETTINGS: Mapping[str, str] = {"RISKPOOL_BUSINESS_TIME": BusinessTime.MESSAGES.value}


async def play_all(
    scenarios: Sequence[Readable], pool: RunningPool, when_played: Callable[[Played], None], at_once: int = AT_ONCE
) -> list[Played]:
    """Play every scenario; ``when_played`` hears of each as soon as it is done. The answers are in their order."""
    turn = asyncio.Semaphore(at_once)
    stack = pool.stack

    async def one(each: Readable, wire: PartyClient) -> Played:
        async with turn:
            cast = pool.cast.in_pool(each.pool_id, names(each.scenario.given))
            played = await play(each.scenario, str(each.path), wire, cast)
        when_played(played)
        return played

    async with PartyClient(stack.kafka_bootstrap, idempotent=stack.broker.idempotent) as wire:
        return await asyncio.gather(*(one(each, wire) for each in scenarios))


async def play_simulated(scenarios: Sequence[Readable], when_played: Callable[[Played], None]) -> list[Played]:
    """Play every scenario in memory, without Kafka and PostgreSQL; the answers are in their order."""
    keys = SeededKeys(KEYS_SEED)
    all_played: list[Played] = []
    for each in scenarios:
        played, _ = await simulate(each, keys)
        when_played(played)
        all_played.append(played)
    return all_played


async def simulate(each: Readable, keys: PartyKeys) -> tuple[Played, Simulator]:
    """Play a scenario in memory, and return also what it was played in; the parties sign with these keys."""
    cast = Cast(each.pool_id, keys).in_pool(each.pool_id, names(each.scenario.given))
    simulator = Simulator(cast, by_hand=[each.pool_id] if each.scenario.is_bank_by_hand else [])
    return await play(each.scenario, str(each.path), simulator, cast), simulator
