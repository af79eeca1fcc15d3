"""What is broken while a case is played, and when: each is given to ``Arena.play``."""

import asyncio
import random
import signal

from devstack.case import Play
from shared.messaging.failpoints import Failpoint
from tests.faults.arena import CASE_RECEIPTS, POLL_S, Arena, During

REACHED_TIMEOUT_S = 30.0
DELAY_MAX_S = 0.08


async def until(play: Play, receipts: int) -> None:
    """Wait until so many receipts of the case have come."""
    while play.receipts < receipts:
        await asyncio.sleep(POLL_S)


def moments(chance: random.Random, number: int) -> list[tuple[int, float]]:
    """So many moments of a case, in order: after how many receipts, and how many seconds after that."""
    found = ((chance.randrange(CASE_RECEIPTS), chance.uniform(0, DELAY_MAX_S)) for _ in range(number))
    return sorted(found)


def stop_at(arena: Arena, service: str, failpoint: Failpoint, receipts: int) -> During:
    """From this step of the case on, the process of the service that hits the failpoint next is gone."""
    fault = f"after receipt {receipts}: {service} ends {failpoint}"
    arena.plan(fault)

    async def during(play: Play) -> None:
        await until(play, receipts)
        arena.note(fault)
        file = arena.failpoint_file(service)
        unfinished = file.with_suffix(".unfinished")
        unfinished.write_text(failpoint.value, encoding="utf-8")
        # By renaming: nobody is to read half a name.
        unfinished.rename(file)
        async with asyncio.timeout(REACHED_TIMEOUT_S):
            while file.exists():
                await asyncio.sleep(POLL_S)

    return during


def kill_at(arena: Arena, name: str, receipts: int, delay_s: float) -> During:
    """Kill a child of the supervisor so long after this step; the supervisor starts it again."""
    fault = f"{delay_s * 1000:.0f} ms after receipt {receipts}: kill -9 of {name}"
    arena.plan(fault)

    async def during(play: Play) -> None:
        await until(play, receipts)
        await asyncio.sleep(delay_s)
        killed = await kill(arena, name)
        arena.note(f"{fault}{'' if killed else ', which was not running'}")

    return during


async def kill(arena: Arena, name: str) -> bool:
    """Kill -9. One that has just ended, or is still starting, is left alone: then False."""
    child = arena.stack.supervisor.children[name]
    if child.exit_code is not None or not child.was_ready:
        return False
    killed = await arena.stack.supervisor.signal(child, signal.SIGKILL)
    await child.ended.wait()
    return killed
