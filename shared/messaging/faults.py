"""Named places at which a test can stop a process for good, exactly there.

A test writes a place's name into the file that ``RISKPOOL_FAULT_FILE`` names; the process that reaches the place next
removes the file and is gone, as by kill -9. Without the setting nothing is looked at, and production refuses it.
"""

import os
import signal
from enum import StrEnum
from pathlib import Path


class Place(StrEnum):
    """Between which two steps the process ends."""

    BEFORE_COMMIT = "before_commit"  # everything is stored, nothing is committed
    AFTER_COMMIT = "after_commit"  # committed; neither offsets nor publishing have happened
    AFTER_OFFSETS = "after_offsets"  # the consumer is done; what was said may not be published yet
    BEFORE_PUBLISH = "before_publish"  # the relay has read rows and published none of them
    BEFORE_MARK = "before_mark"  # the broker has acknowledged them; the rows still say unpublished


_fault_file: Path | None = None


def arm(fault_file: Path | None) -> None:
    """Look for faults in this file from now on."""
    global _fault_file  # noqa: PLW0603  # one process has one such file, set once at its start
    _fault_file = fault_file


def reach(place: Place) -> None:
    """End the process here if a test wants it."""
    if _fault_file is None:
        return
    try:
        wanted = _fault_file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return
    if wanted != place.value:
        return
    try:
        _fault_file.unlink()
    except FileNotFoundError:
        return  # another process was first
    os.kill(os.getpid(), signal.SIGKILL)
