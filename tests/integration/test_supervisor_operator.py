"""A child that only an operator can help is not started again, and its last words are said."""

import asyncio
import sys
from pathlib import Path

import pytest

from devstack.child import ChildSpec
from devstack.supervisor import NEEDS_OPERATOR_EXIT_CODE, Supervisor
from shared.messaging.service import BROKER_CHANGED_EXIT_CODE

ENDS_WITH = """
import sys, time
time.sleep(0.3)
print("the broker is another one: do this", flush=True)
sys.exit(int(sys.argv[1]))
"""


def child(folder: Path, code: int) -> ChildSpec:
    argv = (sys.executable, "-c", ENDS_WITH, str(code))
    return ChildSpec(name="claims", argv=argv, log_file=folder / "claims.log", cwd=folder, restart=True)


def test_both_mean_the_same() -> None:
    """What a service ends with is what the supervisor looks for."""
    assert NEEDS_OPERATOR_EXIT_CODE == BROKER_CHANGED_EXIT_CODE


@pytest.mark.asyncio
async def test_what_needs_an_operator_is_not_started_again(tmp_path: Path) -> None:
    """Whoever runs the supervisor is told at once, once, with what the child has said."""
    said: list[str] = []
    async with Supervisor(said.append) as supervisor:
        first = await supervisor.start(child(tmp_path, NEEDS_OPERATOR_EXIT_CODE))
        await asyncio.wait_for(supervisor.failed.wait(), 10)
        await asyncio.sleep(0.5)
        assert supervisor.children["claims"] is first
    assert sum("the broker is another one: do this" in line for line in said) == 1
    assert "what is to be decided" in supervisor.failure


@pytest.mark.asyncio
async def test_any_other_end_is_followed_by_a_start(tmp_path: Path) -> None:
    """As before."""
    async with Supervisor(lambda _: None) as supervisor:
        first = await supervisor.start(child(tmp_path, 70))
        async with asyncio.timeout(10):
            while supervisor.children["claims"] is first:
                await asyncio.sleep(0.05)
        assert not supervisor.failed.is_set()
