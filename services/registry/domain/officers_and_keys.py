"""Who holds what in a pool: an institution's officers, and the keys that they and its systems sign with."""

from datetime import datetime
from typing import Self

from services.registry.domain.state_model import StateModel
from shared.contracts.ids import key_id
from shared.contracts.registry.people import KeyRegistered
from shared.contracts.registry.words import Duty, SystemUse

# Whose key it is: the institution, and its officer, or the use for which its system signs.
Holder = tuple[str, str | None, SystemUse | None]


class Officer(StateModel):
    """A person who acts for an institution, with what that person may do; nothing any more after ``ended_at``.

    Officers with the same ``person`` are one, also in two institutions of the pool.
    """

    name: str
    person: str
    duties: tuple[Duty, ...]
    ended_at: datetime | None = None
    ended_because: str | None = None

    @property
    def is_administrator(self) -> bool:
        """Whether the officer registers others."""
        return Duty.ADMINISTRATION in self.duties


class Revocation(StateModel):
    """Why a key was revoked, and since when somebody else may have signed with it."""

    reason: str
    exposed_since: datetime | None = None


class Key(StateModel):
    """A key and its holder: an officer of the institution, or its system with one use.

    ``registered_with`` is the key before it in the chain. ``valid_until`` may be set at its registration; it
    ``has_ended`` once a message has retired or revoked it, whatever the clocks of those who observe it say.
    """

    public_key: str
    institution: str
    officer: str | None
    use: SystemUse | None
    registered_with: str
    valid_until: datetime | None = None
    has_ended: bool = False
    revocation: Revocation | None = None

    @classmethod
    def of(cls, event: KeyRegistered) -> Self:
        """The key as it was registered."""
        return cls(
            public_key=event.public_key,
            institution=event.institution,
            officer=event.officer,
            use=event.use,
            registered_with=event.registered_with,
            valid_until=event.valid_until,
        )

    @property
    def holder(self) -> Holder:
        """Whose key it is: the institution with its officer, or with the use of its system."""
        return (self.institution, self.officer, self.use)

    @property
    def is_lasting(self) -> bool:
        """Whether the key signs until further word: it has not ended, and no moment is set for its end."""
        return not self.has_ended and self.valid_until is None

    def is_in_force(self, at: datetime) -> bool:
        """Whether the key can sign what is taken in at ``at``."""
        return not self.has_ended and (self.valid_until is None or at < self.valid_until)


def key_registered(
    public_key: str, holder: Holder, registered_with: str, at: datetime, valid_until: datetime | None = None
) -> KeyRegistered:
    """A key signs for its holder from ``at`` on; ``registered_with`` is the key its registration was signed with."""
    institution, officer, use = holder
    return KeyRegistered(
        key_id=key_id(public_key),
        public_key=public_key,
        institution=institution,
        officer=officer,
        use=use,
        valid_from=at,
        registered_with=registered_with,
        valid_until=valid_until,
    )
