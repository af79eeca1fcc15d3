"""How much memory processes take, each shared page counted once (PSS)."""

import sys
from collections.abc import Iterable
from pathlib import Path

KIB = 1024


def pss_bytes(pids: Iterable[int]) -> int:
    """Sum the proportional set size of these processes.

    Linux only; elsewhere resident memory by psutil, which counts shared pages once for each process.
    """
    return sum(map(_pss_bytes if sys.platform == "linux" else _rss_bytes, pids))


def _pss_bytes(pid: int) -> int:
    """Read one process's share; one that has just ended takes nothing."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return sum(int(line.split()[1]) * KIB for line in lines if line.startswith("Pss:"))


def _rss_bytes(pid: int) -> int:
    """Read one process's resident memory with psutil, which only machines without /proc need."""
    import psutil  # noqa: PLC0415 - no requirement of the product

    try:
        resident_bytes: int = psutil.Process(pid).memory_info().rss
    except psutil.Error:
        return 0
    return resident_bytes
