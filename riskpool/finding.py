"""What a check found, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How it stands with something that is needed."""

    OK = "ok"
    NOTE = "note"
    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing, how it stands, what was found, and what to do. What is not ``needed`` has a stand-in."""

    name: str
    status: Status
    found: str
    mend: str = ""
    needed: bool = True

    @property
    def is_in_the_way(self) -> bool:
        """Whether the pool, or a part of it, can't work because of it."""
        return self.needed and self.status is not Status.OK


def ok(name: str, found: str) -> Finding:
    """It is there."""
    return Finding(name, Status.OK, found)


def note(name: str, found: str, mend: str) -> Finding:
    """It is good enough to try things out with, and not for production."""
    return Finding(name, Status.NOTE, found, mend, needed=False)


def missing(name: str, found: str, mend: str, *, needed: bool = True) -> Finding:
    """It is not there."""
    return Finding(name, Status.MISSING, found, mend, needed)


def wrong(name: str, found: str, mend: str, *, needed: bool = True) -> Finding:
    """It is there, and not as it has to be."""
    return Finding(name, Status.WRONG, found, mend, needed)
