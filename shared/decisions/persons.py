"""Who is who in a pool: officers whose identity documents have one hash are one person, under whichever ids (4.1)."""

from typing import Protocol

from shared.contracts.registry.words import Role


class Persons(Protocol):
    """The people behind a pool's officers, as a service knows them."""

    def person_of(self, role: Role, officer: str) -> str:
        """Who an officer of the institution with ``role`` is; one that isn't known there is nobody else."""
        ...
