"""Who is who in a pool: officers whose identity documents have one hash are one person, under whichever ids (4.1)."""

from collections.abc import Callable, Iterable
from typing import Protocol

from shared.contracts.registry.words import Role


class Persons(Protocol):
    """The people behind a pool's officers, as a service knows them."""

    def person_of(self, role: Role, officer: str) -> str:
        """Who an officer of the institution with ``role`` is; one that isn't known there is nobody else."""
        ...

    def called_in(self, role: Role, officer: str) -> str:
        """What people call an officer of the institution with ``role``, as ``called`` has it."""
        ...


def called(name: str | None, officer: str) -> str:
    """An officer as texts name it: its name, and the id that stands for it in messages; the id where it has no name."""
    return officer if name is None else f"{name} ({officer})"


def listed(officers: Iterable[str], call: Callable[[str], str]) -> tuple[str, str]:
    """The officers as an English and as a Chinese text list them; ``call`` says what people call one."""
    names = [call(officer) for officer in officers]
    return ", ".join(names), "、".join(names)
