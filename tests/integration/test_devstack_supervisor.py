"""The supervisor: readiness, restarts, order of stopping, and that nothing is left when it is killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from devstack.child import LAYER_INFRASTRUCTURE, Child, ChildSpec
from devstack.readiness import forget_file, when_file
from devstack.supervisor import DevstackError, Supervisor
from tests.faults.breaking import kill
from tests.integration.readiness import when_line

pytestmark = pytest.mark.asyncio

REPOSITORY = Path(__file__).resolve().parents[2]
GONE_TIMEOUT_S = 10.0

# Writes its name when it is asked to stop, so that the order of stopping can be read.
RECORDS_ITS_STOP = """
import pathlib, signal, sys, time
def stop(*_):
    with open(sys.argv[1], "a") as out:
        out.write(sys.argv[2] + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("listening", flush=True)
time.sleep(600)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("listening", flush=True)
time.sleep(600)
"""
WRITES_READY_FILE = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"


def python_child(name: str, folder: Path, code: str, *arguments: str, **settings: object) -> ChildSpec:
    """A child that runs a few lines of Python."""
    argv = (sys.executable, "-c", code, *arguments)
    return ChildSpec(name=name, argv=argv, log_file=folder / f"{name}.log", cwd=folder, **settings)  # type: ignore[arg-type]


async def wait_until_gone(pids: list[int]) -> None:
    """Wait until no process of these ids runs."""
    deadline = time.monotonic() + GONE_TIMEOUT_S
    while left := [
        pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    ]:
        assert time.monotonic() < deadline, f"still running: {left}"
        await asyncio.sleep(0.05)


async def next_instance(supervisor: Supervisor, earlier: Child) -> Child:
    """Wait until another instance of a child is ready."""
    name = earlier.spec.name
    async with asyncio.timeout(GONE_TIMEOUT_S):
        while (child := supervisor.children[name]) is earlier or not child.was_ready:
            await asyncio.sleep(0.02)
    return child


async def test_children_are_ready_by_line_and_by_file(tmp_path: Path) -> None:
    """A start returns only when the child says that it is ready, in whichever of the ways."""
    ready_file = tmp_path / "ready"
    ready_file.touch()
    async with Supervisor(print) as supervisor:
        await supervisor.start(
            python_child("by-line", tmp_path, DEAF, ready=when_line("listening"), stop_timeout_s=0.2)
        )
        spec = python_child("by-file", tmp_path, WRITES_READY_FILE, str(ready_file), ready=when_file(ready_file))
        child = await supervisor.start(
            ChildSpec(**{**vars(spec), "before_start": forget_file(ready_file)}),
        )
        assert ready_file.exists()
        assert child.exit_code is None
        assert supervisor.memory_pss_bytes() > 3 * 2**20


async def test_a_child_that_fails_at_its_start_is_shown_with_its_last_lines(tmp_path: Path) -> None:
    """The error names the exit code, the log file and what is in it, and a missing program is named too."""
    async with Supervisor(print) as supervisor:
        code = "import sys; print('no such setting'); sys.exit(3)"
        broken = python_child("boom", tmp_path, code, ready=when_line("never"))
        with pytest.raises(DevstackError, match=r"(?s)exit code 3 .*boom\.log.*no such setting"):
            await supervisor.start(broken)
        never = when_line("never")
        slow = python_child("slow", tmp_path, DEAF, ready=never, ready_timeout_s=0.4, stop_timeout_s=0.1)
        with pytest.raises(DevstackError, match=r"(?s)wasn't ready after 0 s.*listening"):
            await supervisor.start(slow)
        missing = ChildSpec(name="missing", argv=("/no-such-program",), log_file=tmp_path / "log", cwd=tmp_path)
        with pytest.raises(DevstackError, match="no-such-program"):
            await supervisor.start(missing)


async def test_a_killed_child_is_restarted_and_told_of(tmp_path: Path) -> None:
    """A child that is to be restarted runs again after a kill -9; one that isn't is reported as a failure."""
    said: list[str] = []
    async with Supervisor(said.append) as supervisor:
        first = await supervisor.start(
            python_child("again", tmp_path, DEAF, ready=when_line("listening"), restart=True, stop_timeout_s=0.2)
        )
        assert await supervisor.signal(first, signal.SIGKILL)
        second = await next_instance(supervisor, first)
        assert second.pid != first.pid
        assert "again ended by signal SIGKILL unexpectedly" in said[0]
        assert not supervisor.failed.is_set()

        once = await supervisor.start(python_child("once", tmp_path, DEAF, ready=when_line("listening")))
        assert await supervisor.signal(once, signal.SIGKILL)
        await asyncio.wait_for(supervisor.failed.wait(), GONE_TIMEOUT_S)
        assert supervisor.failure.startswith("once ended by signal SIGKILL")


async def test_a_child_that_ended_unnoticed_is_signalled_by_nobody(tmp_path: Path) -> None:
    """Its id is free for any process, while this one has not yet heard of its end: a second kill changes nothing."""
    said: list[str] = []
    async with Supervisor(said.append) as supervisor:
        child = await supervisor.start(
            python_child("one", tmp_path, DEAF, ready=when_line("listening"), restart=True, stop_timeout_s=0.2)
        )
        os.kill(child.pid, signal.SIGKILL)
        deadline = time.monotonic() + GONE_TIMEOUT_S
        # Nothing else runs in this loop meanwhile, so that the keeper has waited for it and nobody here knows.
        while psutil.pid_exists(child.pid):
            assert time.monotonic() < deadline
            time.sleep(0.01)  # noqa: ASYNC251
        assert child.exit_code is None
        arena = SimpleNamespace(stack=SimpleNamespace(supervisor=supervisor))
        await kill(arena, "one")  # type: ignore[arg-type]
        assert child.exit_code == -signal.SIGKILL
        assert not await supervisor.signal(child, signal.SIGKILL)
        again = await next_instance(supervisor, child)
        assert await supervisor.signal(again, signal.SIGKILL), "this one was there"
        await next_instance(supervisor, again)
    assert sum("ended by signal SIGKILL unexpectedly" in each for each in said) == 2


async def test_a_restart_that_is_not_ready_in_time_is_tried_again(tmp_path: Path) -> None:
    """It is stopped, and the next one is ready: a child that needs long once is not given up in silence."""
    seen: list[int] = []

    async def ready(child: Child) -> bool:
        if child.ticket not in seen:
            seen.append(child.ticket)
        return len(seen) != 2

    async with Supervisor(print) as supervisor:
        spec = python_child("slow", tmp_path, DEAF, ready=ready, ready_timeout_s=0.3, stop_timeout_s=0.1, restart=True)
        first = await supervisor.start(spec)
        await supervisor.signal(first, signal.SIGKILL)
        third = await next_instance(supervisor, first)
        assert third.ticket == seen[2]
        assert not supervisor.failed.is_set()


async def test_a_child_that_is_just_being_restarted_is_stopped(tmp_path: Path) -> None:
    """Whoever stops it finds the instance whose start is ordered already, and none is left."""
    async with Supervisor(print) as supervisor:
        first = await supervisor.start(python_child("one", tmp_path, DEAF, restart=True, stop_timeout_s=0.1))
        await supervisor.signal(first, signal.SIGKILL)
        while not supervisor._starting:
            await asyncio.sleep(0)
        await supervisor.stop_child("one")
        second = supervisor.children["one"]
        assert second is not first
        assert second.ended.is_set()
        await supervisor.restart("one")


async def test_a_program_that_ends_by_itself_is_run_to_its_end(tmp_path: Path) -> None:
    """Its exit code and output are known; one that doesn't end in time is stopped, and none is a child any more."""
    async with Supervisor(print) as supervisor:
        done = await supervisor.run(python_child("done", tmp_path, "print('a' * 10); exit(3)"))
        assert (done.exit_code, done.output()) == (3, "aaaaaaaaaa\n")
        with pytest.raises(DevstackError, match=r"(?s)endless had not ended after 0 s.*listening"):
            await supervisor.run(python_child("endless", tmp_path, DEAF, ready_timeout_s=0.4, stop_timeout_s=0.1))
        with pytest.raises(DevstackError, match="no-such-program"):
            await supervisor.run(ChildSpec("missing", ("/no-such-program",), tmp_path / "log", tmp_path))
        assert supervisor.children == {}
        assert not supervisor.failed.is_set()


async def test_services_stop_before_infrastructure_and_the_deaf_are_killed(tmp_path: Path) -> None:
    """The higher layer is gone before the lower one is asked, and nobody can outstay its time for stopping."""
    order = tmp_path / "order"
    started_at = time.monotonic()
    async with Supervisor(print) as supervisor:
        for name, layer in (("database", LAYER_INFRASTRUCTURE), ("service", LAYER_INFRASTRUCTURE + 1)):
            ready = when_line("listening")
            await supervisor.start(
                python_child(name, tmp_path, RECORDS_ITS_STOP, str(order), name, ready=ready, layer=layer)
            )
        await supervisor.start(python_child("deaf", tmp_path, DEAF, ready=when_line("listening"), stop_timeout_s=0.5))
        pids = [child.pid for child in supervisor.children.values()]
    assert order.read_text().split() == ["service", "database"]
    assert time.monotonic() - started_at < GONE_TIMEOUT_S
    await wait_until_gone(pids)


SUPERVISES = """
import asyncio, os, sys
from pathlib import Path
from devstack.child import ChildSpec
from devstack.supervisor import Supervisor
from tests.integration.readiness import when_line
async def main():
    folder = Path(sys.argv[1])
    async with Supervisor(print) as supervisor:
        await supervisor.remove_at_end(folder / "temporary")
        code = ("import subprocess, sys, time; "
                "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
                "print('listening', flush=True); time.sleep(600)")
        for name in ("one", "two"):
            await supervisor.start(ChildSpec(name=name, argv=(sys.executable, "-c", code), log_file=folder / name,
                                             cwd=folder, ready=when_line("listening")))
        print("running", flush=True)
        if sys.argv[2] == "forked" and os.fork() == 0:
            import time; time.sleep(8); os._exit(0)
        await asyncio.sleep(600)
asyncio.run(main())
"""


@pytest.mark.parametrize("how", ["alone", "forked"])
async def test_kill_9_of_the_supervisor_leaves_no_process_and_no_temporary_folder(tmp_path: Path, how: str) -> None:
    """Children and their own children end, also when a forked sibling still holds the supervisor's end of the pipe."""
    (tmp_path / "temporary" / "deep").mkdir(parents=True)
    with subprocess.Popen(  # noqa: ASYNC220 - nothing else runs in this test meanwhile
        [sys.executable, "-c", SUPERVISES, str(tmp_path), how], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == "running\n"
        await asyncio.sleep(0.2)
        family = psutil.Process(supervisor.pid).children(recursive=True)
        is_fork = SUPERVISES[:40]
        pids = [
            each.pid for each in family if not (each.ppid() == supervisor.pid and is_fork in " ".join(each.cmdline()))
        ]
        assert len(pids) == 5, "a keeper, two children, and a child of each"
        os.kill(supervisor.pid, signal.SIGKILL)
        await wait_until_gone(pids)
        assert not (tmp_path / "temporary").exists()
        for each in family:
            if each.is_running():
                each.kill()


async def test_kill_9_of_the_keeper_ends_all_children(tmp_path: Path) -> None:
    """The keeper's death is noticed, the children are killed by the supervisor, and the failure is told."""
    async with Supervisor(print) as supervisor:
        child = await supervisor.start(python_child("one", tmp_path, DEAF, ready=when_line("listening")))
        os.kill(psutil.Process(child.pid).ppid(), signal.SIGKILL)
        await asyncio.wait_for(supervisor.failed.wait(), GONE_TIMEOUT_S)
        await wait_until_gone([child.pid])


async def test_without_the_keeper_only_what_is_a_child_is_killed(tmp_path: Path) -> None:
    """A process that has a child's id and began at another time is somebody else's, and is left alone."""
    async with Supervisor(print) as supervisor:
        child = await supervisor.start(python_child("one", tmp_path, DEAF, ready=when_line("listening")))
        somebody = psutil.Process(child.pid)
        assert child.start is not None
        child.start -= 1
        os.kill(somebody.ppid(), signal.SIGKILL)
        await asyncio.wait_for(supervisor.failed.wait(), GONE_TIMEOUT_S)
        assert child.ended.is_set()
        assert somebody.is_running()
        assert somebody.status() != psutil.STATUS_ZOMBIE
        somebody.kill()
        await wait_until_gone([somebody.pid])
