"""Paths that a command was given to write to: looked at before the work begins, so that its result is not lost."""

import os
from pathlib import Path

from devstack.supervisor import DevstackError


def can_become_file(_type: object, path: Path | None) -> None:
    """Raise ValueError, as the command line's validators do, if no file can be written there."""
    if path is None:
        return
    if path.is_dir():
        raise ValueError(f"{path} is a folder; name a file")
    if not path.parent.is_dir():
        raise ValueError(f"there is no folder {path.parent}; make it first")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ValueError(f"{path} can't be written: permission denied")


def can_become_folder(_type: object, path: Path | None) -> None:
    """Raise ValueError if the path is no folder that can be written to, and none can be made there."""
    if path is None:
        return
    above = path.absolute()
    while not os.path.lexists(above):
        above = above.parent
    if not above.is_dir():
        raise ValueError(f"{above} is no folder; name another one")
    if not os.access(above, os.W_OK | os.X_OK):
        raise ValueError(f"{above} can't be written to: permission denied")


def write_report(path: Path, text: str) -> None:
    """Write what a command found; raises DevstackError if that is not possible any more."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DevstackError(f"{path} can't be written: {error.strerror}") from None
