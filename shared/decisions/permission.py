"""Who may send a command: the roles that it is for, and the duty that an officer needs for it (4.1)."""

from collections.abc import Collection, Mapping, Sequence, Set
from typing import Protocol

from shared.contracts.registry.words import Duty, Role

# Whose officers may send a command, and with which duty. Without one it is for whoever signs for that institution.
Permission = Mapping[Role, Duty | None]

ADMINISTRATION: Permission = dict.fromkeys(Role, Duty.ADMINISTRATION)
# It does not go by roles and duties: the decider itself asks which key signed, or whose officer it is about.
ANYBODY: Permission = dict.fromkeys(Role)


class Names(Protocol):
    """What people call the institutions of a pool, as a service knows it."""

    def name_of(self, institution: str) -> str:
        """The name of ``institution``; its id if it isn't known there."""
        ...

    def officer_called(self, institution: str, officer: str) -> str:
        """What people call the officer, with its id; the id alone if it isn't known there."""
        ...


class Roles(Names, Protocol):
    """Which institution is what in a pool, as a service knows it."""

    def roles_of(self, institution: str) -> Set[Role]:
        """The roles of ``institution`` in the pool; none if it isn't known there."""
        ...

    def holders_of(self, role: Role) -> Sequence[str]:
        """The institutions that have ``role``."""
        ...


class Roster(Roles, Protocol):
    """Who is registered in a pool, institutions and officers, as a service knows it."""

    def duties_of(self, institution: str, officer: str) -> Collection[Duty]:
        """What ``officer`` may do for ``institution``; nothing if it isn't known there."""
        ...


def managing(duty: Duty) -> Permission:
    """For officers of the managing institution with this duty."""
    return {Role.MANAGING: duty}


def cooperating(duty: Duty) -> Permission:
    """For officers of the cooperating institution with this duty."""
    return {Role.COOPERATING: duty}


def either(duty: Duty) -> Permission:
    """For officers of the managing or the cooperating institution with this duty."""
    return {Role.MANAGING: duty, Role.COOPERATING: duty}
