"""What belongs to a run and what of it is left, and a data folder on which another process runs."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from devstack.addresses import Addresses, read_addresses, write_addresses
from devstack.fallback import REPOSITORY
from devstack.processes import family, left_running, start_of
from devstack.supervisor import DevstackError
from devstack.up import PID_FILE, refuse_folder_in_use

SLEEP = "import time; time.sleep(60)"
PARENT = (
    f"import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); "
    "print(child.pid, flush=True); child.wait()"
)
WORK = """
import asyncio, sys
from devstack.stack import run_until_signal

async def work():
    print("working", flush=True)
    await asyncio.sleep(60)
"""


@pytest.fixture
def parent() -> Iterator["subprocess.Popen[bytes]"]:
    """A process with a child; both end with the test. Its command line is that of a running pool."""
    command = [sys.executable, "-c", PARENT, "-m", "riskpool", "up"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        yield process
        # Once it was waited for, its id can be another process's.
        if process.returncode is None:
            os.killpg(process.pid, 9)


def test_what_is_left_of_a_family_is_seen(parent: "subprocess.Popen[bytes]") -> None:
    """The child of a process that has ended belongs to the family all the same; an id used again does not."""
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    try:
        processes = family([parent.pid])
        assert processes.keys() == {parent.pid, child.pid}
        parent.kill()
        parent.wait()
        assert asyncio.run(left_running(processes, 0.2)) == [child.pid]
        assert asyncio.run(left_running({child.pid: processes[child.pid] - 1}, 0.0)) == []
    finally:
        child.kill()
    assert asyncio.run(left_running(processes, 5.0)) == []


def test_a_folder_in_use_is_refused_at_once(parent: "subprocess.Popen[bytes]", tmp_path: Path) -> None:
    """Whoever starts a pool on it is told which process to stop, and doesn't wait for a lock."""
    assert parent.stdout is not None
    assert parent.stdout.readline(), "it runs, and has its command line"
    (tmp_path / PID_FILE).write_text(f"{parent.pid}\n")
    with pytest.raises(DevstackError, match=f"process {parent.pid} runs on .*; stop it: kill {parent.pid}"):
        refuse_folder_in_use(tmp_path)


@pytest.mark.parametrize(
    ("stopped", "number", "status"),
    [(0, signal.SIGINT, 0), (0, signal.SIGTERM, 0), (0, signal.SIGHUP, 129), (None, signal.SIGINT, 130)],
)
def test_what_is_meant_to_be_stopped_ends_well(stopped: int | None, number: signal.Signals, status: int) -> None:
    """``up`` ends with 0 when it is told to; whatever has its own end was interrupted."""
    command = [sys.executable, "-c", f"{WORK}\nsys.exit(run_until_signal(work(), stopped_status={stopped}))"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.send_signal(number)
        assert process.wait(20) == status


@pytest.mark.parametrize("content", [None, "", "no number", f"{os.getpid()}", "999999999", "1"])
def test_a_folder_that_only_was_in_use_is_not_refused(content: str | None, tmp_path: Path) -> None:
    """The file of a run that has ended, or of this very process, is in nobody's way."""
    if content is not None:
        (tmp_path / PID_FILE).write_text(content)
    refuse_folder_in_use(tmp_path)


def test_an_id_that_was_given_away_again_is_no_running_pool(tmp_path: Path) -> None:
    """The addresses of a pool that was killed are seen through, though another process has its id by now."""
    start = start_of(os.getpid())
    assert start is not None
    addresses = Addresses(os.getpid(), start, "127.0.0.1:1", True, {}, "keys", "pool")
    write_addresses(tmp_path, addresses)
    assert read_addresses(tmp_path) == addresses
    write_addresses(tmp_path, replace(addresses, start=start - 1))
    with pytest.raises(DevstackError, match="was killed"):
        read_addresses(tmp_path)
