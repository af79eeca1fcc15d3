"""A process ends exactly between two steps of the way of a message; the case ends as if nothing had happened."""

import random

import pytest

from shared.contracts.topics import SERVICES
from shared.messaging.failpoints import Failpoint
from tests.faults.arena import Arena
from tests.faults.breaking import stop_at

pytestmark = pytest.mark.asyncio

# After the first and the last of these receipts of a case, the service still has something to take in and to say.
STEPS = {"registry": (0, 1), "claims": (2, 15), "treasury": (2, 15), "audit": (0, 14)}
FAILPOINTS = [(service, failpoint) for failpoint in Failpoint for service in SERVICES]


@pytest.mark.parametrize("failpoint", Failpoint)
async def test_whoever_ends_between_two_steps_changes_nothing(arena: Arena, failpoint: Failpoint) -> None:
    """One payout, each message answered once, no gap, the record whole: though every service ends there once."""
    chance = random.Random(failpoint)
    await arena.play(*(stop_at(arena, service, failpoint, chance.randint(*STEPS[service])) for service in SERVICES))
    await arena.check()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("service", "failpoint"), FAILPOINTS)
async def test_one_that_ends_between_two_steps_changes_nothing(
    arena: Arena, service: str, failpoint: Failpoint, seed: int
) -> None:
    """The same for each service by itself, at several steps of the case."""
    chance = random.Random(f"{service} {failpoint} {seed}")
    await arena.play(stop_at(arena, service, failpoint, chance.randint(*STEPS[service])))
    await arena.check()
