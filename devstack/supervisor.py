"""Runs named child processes: starts them, waits until they are ready, restarts and stops them, and leaves none."""

import asyncio
import contextlib
import itertools
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from devstack.child import Child, ChildSpec
from devstack.memory import pss_bytes
from devstack.processes import family, start_of

Say = Callable[[str], None]

READY_POLL_S = 0.03
RESTART_DELAY_FIRST_S = 0.1
RESTART_DELAY_MAX_S = 5.0
RESTARTS_IN_A_ROW_MAX = 10
# After so long without an exit a child counts as healthy, and its next restart is a first one again.
RESTART_STEADY_S = 10.0
EVENT_LINE_BYTES_MAX = 1 << 20
# A service that ends with this code has said that starting it again doesn't help: somebody has to decide.
NEEDS_OPERATOR_EXIT_CODE = 78

KEEPER = Path(__file__).with_name("keeper.py")


class DevstackError(Exception):
    """Something on this machine doesn't work; the message says what to do next."""


class UsageError(DevstackError):
    """What was given, on the command line or in a file, is not in order; nothing was begun."""


class Supervisor:
    """The child processes by name, and the keeper process that is their parent.

    `async with Supervisor(say=print) as supervisor:`; at the end all children are stopped, the highest layer first. If
    this process is killed, even with SIGKILL, the keeper stops them all the same. File descriptors in `pass_fds` stay
    open until the last child is gone, so a lock on one of them is held that long.
    """

    def __init__(self, say: Say, pass_fds: tuple[int, ...] = ()) -> None:
        self.say = say
        self.children: dict[str, Child] = {}
        self.failed = asyncio.Event()
        self.failure = ""
        self._pass_fds = pass_fds
        self._tickets = itertools.count()
        self._starting: dict[int, tuple[ChildSpec, int, asyncio.Future[Child]]] = {}
        self._signalling: dict[int, asyncio.Future[bool]] = {}
        self._by_ticket: dict[int, Child] = {}
        self._restarts: dict[str, asyncio.Task[None]] = {}
        self._restarts_in_a_row: Counter[str] = Counter()
        self._closing = False
        self._keeper: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        # Isolated and without site packages: it needs the standard library only, and nobody's PYTHONPATH can break it.
        self._keeper = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-S",
            str(KEEPER),
            str(os.getpid()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
            pass_fds=self._pass_fds,
            limit=EVENT_LINE_BYTES_MAX,
        )
        self._reader = asyncio.create_task(self._read_events())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, spec: ChildSpec) -> Child:
        """Start a child and wait until it is ready; raise DevstackError with its last lines if it isn't in time."""
        running = self.children.get(spec.name)
        assert running is None or running.exit_code is not None, f"{spec.name} is running already"
        if spec.before_start is not None:
            await spec.before_start()
        child = await self._spawn(spec)
        await self._wait_ready(child)
        return child

    async def run(self, spec: ChildSpec) -> Child:
        """Run a child that ends by itself, and return it when it has, whatever its exit code is.

        Raises DevstackError if it can't be started, or has not ended after `ready_timeout_s`: then it is stopped.
        """
        child = await self._spawn(spec)
        try:
            await asyncio.wait_for(child.ended.wait(), spec.ready_timeout_s)
        except TimeoutError:
            await self.stop_child(spec.name)
            text = f"{spec.name} had not ended after {spec.ready_timeout_s:.0f} s;\n{child.log_tail()}"
            raise DevstackError(text) from None
        finally:
            del self.children[spec.name]
        return child

    async def stop_child(self, name: str) -> None:
        """Stop one child as its spec says, and wait until it is gone. It isn't restarted."""
        child = await self._let_end(name)
        if child.exit_code is None:
            await self._command({"op": "stop", "ticket": child.ticket})
            await child.ended.wait()

    async def kill_child(self, name: str) -> None:
        """Kill one child without warning, for tests of what happens then. It isn't restarted by itself."""
        child = await self._let_end(name)
        await self.signal(child, signal.SIGKILL)
        await child.ended.wait()

    async def signal(self, child: Child, number: int) -> bool:
        """Have the keeper signal this instance of a child; False if it had ended, and nobody was signalled.

        Raises DevstackError if the supervisor is stopping.
        """
        order = next(self._tickets)
        signalled: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._signalling[order] = signalled
        await self._command({"op": "signal", "ticket": child.ticket, "number": int(number), "order": order})
        return await signalled

    async def restart(self, name: str) -> Child:
        """Stop a child if it still runs, and start it again as it was."""
        await self.stop_child(name)
        return await self.start(self.children[name].spec)

    def forget_restarts(self) -> None:
        """Count every child's next restart as its first, for tests in which each fault stands for another day."""
        self._restarts_in_a_row.clear()

    async def remove_at_end(self, folder: Path) -> None:
        """Have the folder removed after the last child is gone, also when this process dies before."""
        await self._command({"op": "remove_at_end", "folder": str(folder)})

    async def stop(self) -> None:
        """Stop all children, the highest layer first, and wait until they are gone."""
        self._closing = True
        for restart in self._restarts.values():
            restart.cancel()
        if self._keeper is None:
            return
        assert self._keeper.stdin is not None
        # The end of its input is the keeper's order to end everything: the same way as when this process is killed.
        self._keeper.stdin.close()
        await self._keeper.wait()
        if self._reader is not None:
            await self._reader
        self._keeper = None

    def memory_pss_bytes(self) -> int:
        """Sum the memory of this process, the keeper and all children with their own children."""
        return pss_bytes({os.getpid(), *self.processes()})

    def processes(self) -> dict[int, float]:
        """The keeper and all children with their own children, each with the time of its start."""
        return family([] if self._keeper is None else [self._keeper.pid])

    async def _let_end(self, name: str) -> Child:
        """Don't start the child again when it ends; returns the last instance of it."""
        restart = self._restarts.get(name)
        # One that stops what was not ready in time tries again itself.
        if restart is not None and restart is not asyncio.current_task():
            restart.cancel()
            await asyncio.gather(restart, return_exceptions=True)
        child = self.children[name]
        child.stop_asked = True
        return child

    async def _spawn(self, spec: ChildSpec) -> Child:
        spec.log_file.parent.mkdir(parents=True, exist_ok=True)
        log_offset = spec.log_file.stat().st_size if spec.log_file.exists() else 0
        ticket = next(self._tickets)
        started: asyncio.Future[Child] = asyncio.get_running_loop().create_future()
        self._starting[ticket] = (spec, log_offset, started)
        await self._command(
            {
                "op": "start",
                "ticket": ticket,
                "name": spec.name,
                "argv": list(spec.argv),
                "env": dict(os.environ if spec.env is None else spec.env),
                "cwd": str(spec.cwd),
                "log_file": str(spec.log_file),
                "layer": spec.layer,
                "stop_signals": [int(number) for number in spec.stop_signals],
                "stop_timeout_s": spec.stop_timeout_s,
                "uid": spec.uid,
                "gid": spec.gid,
            }
        )
        try:
            return await asyncio.shield(started)
        except asyncio.CancelledError:
            # The order is given and can't be taken back: whoever stops this child has to find it.
            with contextlib.suppress(DevstackError):
                await started
            raise

    async def _command(self, command: dict[str, Any]) -> None:
        if self._closing or self._keeper is None:
            raise DevstackError("the supervisor is stopping, so it takes no more orders")
        assert self._keeper.stdin is not None
        self._keeper.stdin.write(json.dumps(command).encode() + b"\n")
        await self._keeper.stdin.drain()

    async def _wait_ready(self, child: Child) -> None:
        spec = child.spec
        while True:
            if child.exit_code is not None:
                raise DevstackError(f"{spec.name} {child.how_it_ended()} before it was ready;\n{child.log_tail()}")
            if spec.ready is None or await spec.ready(child):
                child.was_ready = True
                return
            if time.monotonic() - child.started_at > spec.ready_timeout_s:
                await self.stop_child(spec.name)
                raise DevstackError(f"{spec.name} wasn't ready after {spec.ready_timeout_s:.0f} s;\n{child.log_tail()}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(child.ended.wait(), READY_POLL_S)

    async def _read_events(self) -> None:
        assert self._keeper is not None
        assert self._keeper.stdout is not None
        async for line in self._keeper.stdout:
            self._on_event(json.loads(line))
        for _, _, started in self._starting.values():
            if not started.done():
                started.set_exception(DevstackError("the supervisor stopped while this child was being started"))
        for signalled in self._signalling.values():
            if not signalled.done():
                signalled.set_result(False)
        if not self._closing:
            self._on_keeper_lost()

    def _on_event(self, event: dict[str, Any]) -> None:
        match event["event"]:
            case "started":
                # The child is entered here, not where its start is awaited: its exit may be the very next line.
                spec, log_offset, started = self._starting.pop(event["ticket"])
                ticket, pid = event["ticket"], event["pid"]
                # Elsewhere only a package would tell it, which the product does without.
                start = start_of(pid) if sys.platform == "linux" else None
                child = Child(spec=spec, ticket=ticket, pid=pid, start=start, log_offset=log_offset)
                self.children[spec.name] = self._by_ticket[child.ticket] = child
                if not started.done():
                    started.set_result(child)
            case "not_started":
                spec, _, started = self._starting.pop(event["ticket"])
                if not started.done():
                    started.set_exception(DevstackError(f"{spec.name} could not be started: {event['error']}"))
            case "exited":
                self._on_exit(self._by_ticket.pop(event["ticket"]), event["code"])
            case "signalled":
                signalled = self._signalling.pop(event["order"])
                if not signalled.done():
                    signalled.set_result(event["was_there"])
            case unknown:
                raise AssertionError(f"the keeper said {unknown!r}, which the supervisor doesn't know")

    def _on_exit(self, child: Child, code: int) -> None:
        child.exit_code = code
        child.ended.set()
        # An exit before the child was ready is told by whoever waits for its readiness.
        if self._closing or child.stop_asked or not child.was_ready:
            return
        name, ran_s = child.spec.name, time.monotonic() - child.started_at
        self.say(f"{name} {child.how_it_ended()} unexpectedly after {ran_s:.1f} s;\n{child.log_tail()}")
        if not child.spec.restart or code == NEEDS_OPERATOR_EXIT_CODE:
            self._fail(f"{name} {child.how_it_ended()} unexpectedly; {_next_step(code)} {child.spec.log_file}")
            return
        if ran_s > RESTART_STEADY_S:
            self._restarts_in_a_row[name] = 0
        self._restarts[name] = asyncio.create_task(self._restart_with_backoff(child.spec))

    async def _restart_with_backoff(self, spec: ChildSpec) -> None:
        while self._restarts_in_a_row[spec.name] < RESTARTS_IN_A_ROW_MAX:
            tries = self._restarts_in_a_row[spec.name]
            self._restarts_in_a_row[spec.name] += 1
            await asyncio.sleep(min(RESTART_DELAY_FIRST_S * 2**tries, RESTART_DELAY_MAX_S))
            try:
                child = await self.start(spec)
            except DevstackError as error:
                self.say(str(error))
                if self.children[spec.name].exit_code == NEEDS_OPERATOR_EXIT_CODE:
                    break
                continue
            self.say(f"{spec.name} runs again, ready after {time.monotonic() - child.started_at:.1f} s")
            return
        tries = self._restarts_in_a_row[spec.name]
        code = self.children[spec.name].exit_code
        self._fail(f"{spec.name} was restarted {tries} times in a row and given up; {_next_step(code)} {spec.log_file}")

    def _on_keeper_lost(self) -> None:
        """Somebody killed the keeper: nobody else can stop the children now, so they are killed here, by their ids.

        Nobody of ours is their parent any more, so an id is a child's only if the process has its time of start.
        """
        for child in self._by_ticket.values():
            if child.start is None or start_of(child.pid) == child.start:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(child.pid, signal.SIGKILL)
            child.exit_code = -signal.SIGKILL
            child.ended.set()
        self._by_ticket.clear()
        self._fail("the keeper process was killed, so all child processes had to be killed too")

    def _fail(self, failure: str) -> None:
        """Record what can't be mended here; whoever runs the supervisor waits for `failed`."""
        self.failure = self.failure or failure
        self.failed.set()
        self.say(failure)


def _next_step(code: int | None) -> str:
    if code == NEEDS_OPERATOR_EXIT_CODE:
        return "it isn't started again: its last line above says what is to be decided; see also"
    return "see"
