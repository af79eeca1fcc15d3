"""A pool that was founded in memory, and its parties."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from scenarios.player.reading import scenario_of
from scenarios.player.run import Readable, simulate
from shared.decisions.days import BEIJING
from simulator.parties import Cast, SeededKeys
from simulator.simulator import Simulator

POOL = UUID("5b1c1f9e-3f65-4a53-9d0a-0d1a4b2f7e11")
OTHER_POOL = UUID("0a77c1b5-98cf-4f0e-a1d5-6cf0f1a7b002")
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=BEIJING)
FOUNDED = "title: a pool\ngiven: {project: none}\nsteps: [{expect: {events: []}}]\n"


@dataclass(frozen=True)
class Stage:
    """A simulator in which a scenario was played, and who took part in it."""

    simulator: Simulator
    cast: Cast


def stage(text: str = FOUNDED) -> Stage:
    """What a scenario comes to; raises AssertionError if it does not hold."""
    keys = SeededKeys("examples")
    readable = Readable(Path("case.yaml"), scenario_of(text.encode(), Path("case.yaml")), POOL)
    played, simulator = asyncio.run(simulate(readable, keys))
    assert played.held, [step.differences for step in played.steps]
    return Stage(simulator, Cast(POOL, keys))
