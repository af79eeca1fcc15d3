"""How much memory a tree of processes takes, each shared page counted once (PSS)."""

import sys
from collections.abc import Iterable
from pathlib import Path

from devstack.processes import children_by_parent

KIB = 1024


def pss_bytes(roots: Iterable[int], alone: Iterable[int] = ()) -> int:
    """Sum the proportional set size of `roots` with all their descendants, and of `alone` without theirs.

    Linux only; elsewhere resident memory by psutil, which counts shared pages once for each process.
    """
    if sys.platform != "linux":
        return _rss_bytes(roots, alone)
    children = children_by_parent()
    pids = set(alone)
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in pids:
            pids.add(pid)
            waiting.extend(children[pid])
    return sum(_one_pss_bytes(pid) for pid in pids)


def _one_pss_bytes(pid: int) -> int:
    """Read one process's share; one that has just ended takes nothing."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return sum(int(line.split()[1]) * KIB for line in lines if line.startswith("Pss:"))


def _rss_bytes(roots: Iterable[int], alone: Iterable[int]) -> int:
    """Sum resident memory with psutil, which only machines without /proc need."""
    import psutil  # noqa: PLC0415 - no requirement of the product

    processes = {pid: psutil.Process(pid) for pid in alone}
    for root in roots:
        process = psutil.Process(root)
        processes |= {each.pid: each for each in (process, *process.children(recursive=True))}
    total_bytes = 0
    for process in processes.values():
        try:
            total_bytes += process.memory_info().rss
        except psutil.Error:
            continue
    return total_bytes
