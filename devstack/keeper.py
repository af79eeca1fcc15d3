"""Starts and ends the child processes of one supervisor, and ends them too when the supervisor is gone.

This is a process of its own, started by `devstack/supervisor.py` by its path and without site packages, so it is small
(a few MiB) and starts at once. It is the parent of all that the supervisor runs: it reads one JSON command a line on
standard input and writes one JSON event a line on standard output. The end of standard input means that the supervisor
stopped, or died: a `kill -9` included. It then ends every child, the highest layer first, and removes the folders that
it was told to remove.

Why a process between: PR_SET_PDEATHSIG is cleared when PostgreSQL's user is dropped and doesn't exist on macOS, and a
watcher that is told the pids afterwards misses a child that was started in the moment of death. The parent of a child
knows its pid and can't mistake another process for it, because the pid isn't given away again before the parent has
asked for the exit code. So it alone sends signals, and only to children whose exit code it hasn't asked for; outside,
a child is called by the ticket that it was started with.
"""

import contextlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# A forked sibling of the supervisor may hold the pipe open after the supervisor's death; the parent's id tells it all
# the same.
PARENT_POLL_S = 0.5
READ_BYTES_MAX = 1 << 20


@dataclass
class Kept:
    """A running child, and how far its stopping has come."""

    name: str
    process: subprocess.Popen[bytes]
    layer: int
    stop_signals: list[int]
    stop_timeout_s: float
    signals_sent: int = 0
    next_signal_at: float | None = None

    def escalate(self) -> None:
        """Send the next harder signal; SIGKILL, to the whole group, comes last and again and again."""
        if self.signals_sent < len(self.stop_signals):
            self.signal(self.stop_signals[self.signals_sent])
        else:
            self.kill_group()
        self.signals_sent += 1
        self.next_signal_at = time.monotonic() + self.stop_timeout_s

    def signal(self, number: int) -> None:
        """Signal the process; one that has ended and whose exit code is still to be asked for receives nothing."""
        assert self.process.returncode is None, "its id may be another process's by now"
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(self.process.pid, number)

    def kill_group(self) -> None:
        """Kill it with all that it started itself. macOS says EPERM where only a zombie is left."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def ended(self) -> int | None:
        """Return the exit code if it has ended, after killing what it left behind in its group."""
        if sys.platform != "linux":
            code = self.process.poll()
            if code is not None:
                self.kill_group()
            return code
        # Seen without asking for the exit code: until that its id, and so its group's, is given to nobody else.
        if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        self.kill_group()
        return self.process.wait()


class Keeper:
    """The children by ticket, and the folders to remove at the end."""

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        self.tell = tell
        self.children: dict[int, Kept] = {}
        self.folders_to_remove: list[str] = []

    def obey(self, command: dict[str, Any]) -> None:
        """Carry out one command of the supervisor's."""
        match command["op"]:
            case "start":
                self.start(command)
            case "stop":
                kept = self.children.get(command["ticket"])
                if kept is not None and kept.signals_sent == 0:
                    kept.escalate()
            case "signal":
                kept = self.children.get(command["ticket"])
                if kept is not None:
                    kept.signal(command["number"])
                self.tell({"event": "signalled", "order": command["order"], "was_there": kept is not None})
            case "remove_at_end":
                self.folders_to_remove.append(command["folder"])
            case unknown:
                raise AssertionError(f"the supervisor said {unknown!r}, which the keeper doesn't know")

    def start(self, command: dict[str, Any]) -> None:
        """Start a child in a session of its own, so that Ctrl-C reaches it once, through the supervisor."""
        identity: dict[str, Any] = {}
        if command["uid"] is not None:
            identity = {"user": command["uid"], "group": command["gid"], "extra_groups": []}
        try:
            with Path(command["log_file"]).open("ab") as log:
                process = subprocess.Popen(
                    command["argv"],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=command["env"],
                    cwd=command["cwd"],
                    start_new_session=True,
                    **identity,
                )
        except OSError as error:
            self.tell({"event": "not_started", "ticket": command["ticket"], "error": str(error)})
            return
        self.children[command["ticket"]] = Kept(
            name=command["name"],
            process=process,
            layer=command["layer"],
            stop_signals=command["stop_signals"],
            stop_timeout_s=command["stop_timeout_s"],
        )
        self.tell({"event": "started", "ticket": command["ticket"], "pid": process.pid})

    def reap(self) -> None:
        """Tell of every child that has ended, after killing what it left behind in its group."""
        for ticket, kept in list(self.children.items()):
            code = kept.ended()
            if code is not None:
                del self.children[ticket]
                self.tell({"event": "exited", "ticket": ticket, "code": code})

    def escalate_due(self) -> None:
        """Send the next signal to those who didn't stop in time."""
        now = time.monotonic()
        for kept in self.children.values():
            if kept.next_signal_at is not None and now >= kept.next_signal_at:
                kept.escalate()

    def wait_s(self) -> float:
        """How long nothing needs to be looked at."""
        due = [kept.next_signal_at for kept in self.children.values() if kept.next_signal_at is not None]
        return max(0.0, min([PARENT_POLL_S, *(at - time.monotonic() for at in due)]))

    def end_all(self, wait: Callable[[float], None]) -> None:
        """End every child, the highest layer first: services before the broker and the database that they use."""
        while self.children:
            top = max(kept.layer for kept in self.children.values())
            for kept in self.children.values():
                if kept.layer == top and kept.signals_sent == 0:
                    kept.escalate()
            wait(self.wait_s())
            self.reap()
            self.escalate_due()
        for folder in self.folders_to_remove:
            shutil.rmtree(folder, ignore_errors=True)


def write_event(event: dict[str, Any]) -> None:
    """Write one line; a supervisor that is gone reads nothing, and that must not stop the stopping."""
    with contextlib.suppress(OSError):
        os.write(1, json.dumps(event).encode() + b"\n")


def main() -> None:
    """Serve one supervisor until it closes the pipe or dies."""
    parent = int(sys.argv[1])
    wake_read, wake_write = os.pipe()
    for fd in (wake_read, wake_write):
        os.set_blocking(fd, False)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    asked_to_end: list[int] = []
    # Handlers, not SIG_IGN: an ignored signal stays ignored in every child.
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda number, _: asked_to_end.append(number))
    selector = selectors.DefaultSelector()
    selector.register(0, selectors.EVENT_READ)
    selector.register(wake_read, selectors.EVENT_READ)

    keeper = Keeper(write_event)
    unread = b""
    while os.getppid() == parent and not asked_to_end:
        ready = {key.fd for key, _ in selector.select(keeper.wait_s())}
        if wake_read in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(wake_read, READ_BYTES_MAX)
        if 0 in ready:
            data = os.read(0, READ_BYTES_MAX)
            if not data:
                break
            *lines, unread = (unread + data).split(b"\n")
            for line in lines:
                keeper.obey(json.loads(line))
        keeper.reap()
        keeper.escalate_due()

    selector.unregister(0)

    def wait(seconds: float) -> None:
        if selector.select(seconds):
            with contextlib.suppress(BlockingIOError):
                os.read(wake_read, READ_BYTES_MAX)

    keeper.end_all(wait)


if __name__ == "__main__":
    main()
