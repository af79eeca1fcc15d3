"""Which processes belong to a run, and which of them are still there."""

import asyncio
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

POLL_S = 0.1


def _children_by_parent() -> defaultdict[int, list[int]]:
    """Read every process's parent in one pass; PostgreSQL's backends leave the group, so only this finds them."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            fields = _fields(int(entry.name))
            if fields is not None:
                children[int(fields[1])].append(int(entry.name))
    return children


def family(roots: Iterable[int]) -> dict[int, float]:
    """The processes of `roots` with all their descendants, each with the time of its start: ids are used again."""
    if sys.platform != "linux":
        return _family_by_psutil(roots)
    children = _children_by_parent()
    found: dict[int, float] = {}
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        started = start_of(pid)
        if pid not in found and started is not None:
            found[pid] = started
            waiting.extend(children[pid])
    return found


async def left_running(processes: Mapping[int, float], patience_s: float) -> list[int]:
    """Those of the processes that have not ended within `patience_s`; what is about to end is waited for."""
    deadline = time.monotonic() + patience_s
    while True:
        left = [pid for pid, started in processes.items() if start_of(pid) == started]
        if not left or time.monotonic() > deadline:
            return left
        await asyncio.sleep(POLL_S)


def _fields(pid: int) -> list[bytes] | None:
    """What the kernel tells of a process after its name, which may hold spaces and brackets itself."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def start_of(pid: int) -> float | None:
    """The time of a process's start, by which it is told from a later one of the same id; None if it has ended.

    In clock ticks since the machine's start on Linux, in seconds since 1970 elsewhere.
    """
    if sys.platform != "linux":
        return _family_by_psutil([pid]).get(pid)
    fields = _fields(pid)
    # State, parent, group …; the start is the twentieth. One that has ended and is not yet waited for runs no more.
    return None if fields is None or fields[0] in {b"Z", b"X"} else float(fields[19])


def _family_by_psutil(roots: Iterable[int]) -> dict[int, float]:
    """The same with psutil, which only machines without /proc need."""
    import psutil  # noqa: PLC0415 - no requirement of the product

    found: dict[int, float] = {}
    for root in roots:
        try:
            process = psutil.Process(root)
            found |= {each.pid: each.create_time() for each in (process, *process.children(recursive=True))}
        except psutil.Error:
            continue
    return found
