"""kill -9 of any service at any moment of a case, and of several of them at once."""

import os
import random

import pytest

from shared.contracts.topics import SERVICES
from tests.faults.arena import Arena
from tests.faults.breaking import kill_at, moments

pytestmark = pytest.mark.asyncio

# A failing one can be tried again, as often as one likes: make faults SEEDS="11 11 11".
SEEDS = [int(seed) for seed in os.environ.get("RISKPOOL_FAULT_SEEDS", "").split()] or range(30)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_killed_twice_in_a_case_changes_nothing(arena: Arena, service: str) -> None:
    """The case ends as if nothing had happened, whenever its services are killed."""
    chance = random.Random(service)
    await arena.play(*(kill_at(arena, service, *moment) for moment in moments(chance, 2)))
    await arena.check()


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
async def test_services_killed_at_random_change_nothing(arena: Arena, seed: int) -> None:
    """The same with up to five kills of any services, some of them at the same time."""
    chance = random.Random(seed)
    kills = [(chance.choice(SERVICES), moment) for moment in moments(chance, chance.randint(1, 5))]
    await arena.play(*(kill_at(arena, service, *moment) for service, moment in kills))
    await arena.check()
