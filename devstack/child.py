"""What a child process is: how to start it, when it counts as ready, how to stop it; and one running instance of it."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 10.0
LOG_TAIL_LINES = 20
LOG_FOLDER = "logs"
LOG_TAIL_BYTES_MAX = 64 * 1024

# Infrastructure is stopped after everything that uses it.
LAYER_INFRASTRUCTURE = 0
LAYER_SERVICES = 1


@dataclass(frozen=True)
class ChildSpec:
    """A child process as it is to be started, again and again if need be.

    `ready` is asked every few milliseconds until it says yes; a child without it is ready as soon as it runs.
    `before_start` clears what an earlier instance left (a ready file, a stale lock). `stop_signals` are sent one after
    the other, each with `stop_timeout_s` to take effect; SIGKILL always comes last. `uid` and `gid` drop the user.
    """

    name: str
    argv: tuple[str, ...]
    log_file: Path
    cwd: Path
    env: Mapping[str, str] | None = None
    ready: "Callable[[Child], Awaitable[bool]] | None" = None
    ready_timeout_s: float = READY_TIMEOUT_S
    before_start: Callable[[], Awaitable[None]] | None = None
    stop_signals: tuple[int, ...] = (signal.SIGTERM,)
    stop_timeout_s: float = STOP_TIMEOUT_S
    layer: int = LAYER_SERVICES
    restart: bool = False
    uid: int | None = None
    gid: int | None = None


@dataclass
class Child:
    """One instance of a child process, running or ended.

    `ticket` is its own for good. `pid` is to be shown and measured, never to be signalled: once the keeper has asked
    for the exit code it can be another process's, and that happens before `exit_code` is heard of here. `start` is the
    time of the process's start as `devstack.processes` tells it, None where the system doesn't.
    """

    spec: ChildSpec
    ticket: int
    pid: int
    start: float | None
    log_offset: int
    started_at: float = field(default_factory=time.monotonic)
    exit_code: int | None = None
    stop_asked: bool = False
    was_ready: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def how_it_ended(self) -> str:
        """Say the exit code in words."""
        if self.exit_code is None:
            return "is running"
        if self.exit_code < 0:
            return f"ended by signal {signal.Signals(-self.exit_code).name}"
        return f"ended with exit code {self.exit_code}"

    def output(self) -> str:
        """Return what this instance wrote; of much only the end."""
        try:
            with self.spec.log_file.open("rb") as log:
                size_bytes = log.seek(0, os.SEEK_END)
                log.seek(max(self.log_offset, size_bytes - LOG_TAIL_BYTES_MAX))
                return log.read(LOG_TAIL_BYTES_MAX).decode(errors="replace")
        except FileNotFoundError:
            return ""

    def log_tail(self) -> str:
        """Return the last lines that this instance wrote, with the file they are in."""
        lines = self.output().splitlines()[-LOG_TAIL_LINES:]
        shown = "\n".join(f"    {line}" for line in lines) or "    (it wrote nothing)"
        return f"  last lines of {self.spec.log_file}:\n{shown}"
