"""What other processes of this machine have used."""

import psutil


def cpu_seconds(pid: int) -> float:
    """CPU seconds of the process and all its descendants, with those that have ended."""
    process = psutil.Process(pid)
    return float(sum(sum(each.cpu_times()[:4]) for each in (process, *process.children(recursive=True))))


def resident_bytes(pid: int) -> int:
    """The resident set of the process."""
    return int(psutil.Process(pid).memory_info().rss)
