"""What other processes of this machine have used, as Linux counts it."""

import os
from pathlib import Path

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGESIZE")
# Counted from the state, which follows the name in brackets: utime, stime, and those of children that have ended.
_CPU_FIELDS = slice(11, 15)


def cpu_seconds(pid: int) -> float:
    """CPU seconds of the process and all its descendants, with those that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    own = sum(int(field) for field in fields[_CPU_FIELDS]) * _TICK_S
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return own + sum(cpu_seconds(int(child)) for child in children if Path(f"/proc/{child}").exists())


def resident_bytes(pid: int) -> int:
    """The resident set of the process."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1]) * _PAGE_BYTES
