"""The keeper signals children only, by ids that are still theirs."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from devstack import keeper as keeper_module
from devstack.keeper import Keeper

TIMEOUT_S = 10.0
SLEEP = "import time; time.sleep(600)"
# Ends at once, and leaves a child of its own behind.
LEAVES_A_CHILD = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}])"


class KeeperEvents(list[dict[str, Any]]):
    """What the keeper has told its supervisor."""

    def of(self, event: str) -> list[dict[str, Any]]:
        return [each for each in self if each["event"] == event]


@pytest.fixture
def keeper_events() -> KeeperEvents:
    return KeeperEvents()


@pytest.fixture
def keeper(keeper_events: KeeperEvents) -> Iterator[Keeper]:
    """A keeper in this process; its children end with the test."""
    keeper = Keeper(keeper_events.append)
    yield keeper
    keeper.end_all(lambda _: time.sleep(0.01))


def start(keeper: Keeper, keeper_events: KeeperEvents, folder: Path, code: str) -> int:
    """Start a child with the ticket 7, and return its id."""
    command = {
        "op": "start", "ticket": 7, "name": "one", "argv": [sys.executable, "-c", code], "env": dict(os.environ),
        "cwd": str(folder), "log_file": str(folder / "log"), "layer": 0, "stop_signals": [], "stop_timeout_s": 1.0,
        "uid": None, "gid": None,
    }  # fmt: skip
    keeper.obey(command)
    pid: int = keeper_events.of("started")[0]["pid"]
    return pid


def wait_for_end(pid: int) -> None:
    """Wait until the process has ended; nobody has asked for its exit code."""
    deadline = time.monotonic() + TIMEOUT_S
    while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_a_child_left_behind_is_killed_while_the_id_is_its_own(
    keeper: Keeper, keeper_events: KeeperEvents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its group is killed before its exit code is asked for: from then on the id can be another process's."""
    killed: list[str] = []

    def kill_group(pid: int, number: int) -> None:
        killed.append(psutil.Process(pid).status())
        killpg(pid, number)

    killpg = os.killpg
    monkeypatch.setattr(keeper_module.os, "killpg", kill_group)
    pid = start(keeper, keeper_events, tmp_path, LEAVES_A_CHILD)
    wait_for_end(pid)
    left = [each for each in psutil.process_iter() if is_in_group(each, pid)]
    assert len(left) == 2, "itself and what it has left"
    keeper.reap()
    assert killed == [psutil.STATUS_ZOMBIE]
    assert psutil.wait_procs(left, TIMEOUT_S)[1] == []
    assert [(each["ticket"], each["code"]) for each in keeper_events.of("exited")] == [(7, 0)]


def is_in_group(process: psutil.Process, group: int) -> bool:
    try:
        return os.getpgid(process.pid) == group
    except ProcessLookupError:
        return False


def test_a_child_that_is_gone_is_signalled_by_nobody(
    keeper: Keeper, keeper_events: KeeperEvents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An order for a child whose exit code was asked for comes too late, and its id is not used."""
    pid = start(keeper, keeper_events, tmp_path, SLEEP)
    order = {"op": "signal", "ticket": 7, "number": signal.SIGKILL}
    keeper.obey({**order, "order": 8})
    wait_for_end(pid)
    keeper.obey({**order, "order": 9})
    keeper.reap()

    def signalled(*_: int) -> None:
        raise AssertionError("somebody was signalled")

    monkeypatch.setattr(keeper_module.os, "kill", signalled)
    monkeypatch.setattr(keeper_module.os, "killpg", signalled)
    keeper.obey({**order, "order": 10})
    keeper.obey({"op": "stop", "ticket": 7})
    assert [(each["order"], each["was_there"]) for each in keeper_events.of("signalled")] == [
        (8, True),
        (9, True),
        (10, False),
    ]
    assert [each["code"] for each in keeper_events.of("exited")] == [-signal.SIGKILL]
