"""Failpoints: named points at which a test can stop a process for good, exactly there.

A test writes a failpoint's name into the file that ``RISKPOOL_FAILPOINT_FILE`` names; the process that hits it next
removes the file and is gone, as by kill -9. Without the setting nothing is looked at, and production refuses it.
"""

import os
import signal
from enum import StrEnum
from pathlib import Path


class Failpoint(StrEnum):
    """Between which two steps the process ends."""

    BEFORE_COMMIT = "before_commit"  # everything is stored, nothing is committed
    AFTER_COMMIT = "after_commit"  # committed; neither offsets nor publishing have happened
    AFTER_OFFSETS = "after_offsets"  # the consumer is done; what was said may not be published yet
    BEFORE_PUBLISH = "before_publish"  # the relay has read rows and published none of them
    BEFORE_MARK = "before_mark"  # the broker has acknowledged them; the rows still say unpublished


_file: Path | None = None


def enable(file: Path | None) -> None:
    """Look for a failpoint's name in this file from now on; None looks nowhere."""
    global _file  # noqa: PLW0603  # one process has one such file, set once at its start
    _file = file


def hit(failpoint: Failpoint) -> None:
    """End the process here, by SIGKILL, if the file names this failpoint."""
    if _file is None:
        return
    try:
        wanted = _file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return
    if wanted != failpoint.value:
        return
    try:
        _file.unlink()
    except FileNotFoundError:
        return  # another process was first
    os.kill(os.getpid(), signal.SIGKILL)
