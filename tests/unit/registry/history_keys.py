"""What a reader of the registry's events knows of keys: whose each is, and until when it signs.

It shares no rule with the registry; ``history_reader`` asks it of each message that was answered.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.contracts.received import Acting
from shared.contracts.registry.people import KeyRegistered, KeyRetired, KeyRevoked


@dataclass
class HeldKey:
    """A key, its holder and its end."""

    institution: str
    officer: str | None
    until: datetime | None
    registered_with: str = ""
    has_ended: bool = False

    def signs(self, at: datetime) -> bool:
        return not self.has_ended and (self.until is None or at < self.until)


@dataclass
class KeyReader:
    """All keys that were ever registered, by id, in their order."""

    held: dict[str, HeldKey] = field(default_factory=dict)

    def of(self, institution: str, officer: str) -> dict[str, HeldKey]:
        """Every key that the officer ever had."""
        return {
            key: held for key, held in self.held.items() if (held.institution, held.officer) == (institution, officer)
        }

    def newest(self, institution: str, officer: str, at: datetime) -> str | None:
        """What the officer signs with: the newest key that still does, or else one that has ended."""
        every = self.of(institution, officer)
        signing = [key for key, held in every.items() if held.signs(at)]
        return next(reversed(signing or [*every]), None)

    def ended(self, institution: str, officer: str, at: datetime) -> list[str]:
        """The officer's keys that sign nothing any more."""
        return [key for key, held in self.of(institution, officer).items() if not held.signs(at)]

    def has_ended(self, key: str, at: datetime) -> bool:
        """Whether the key was registered once, and signs nothing any more."""
        return key in self.held and not self.held[key].signs(at)

    def signed(self, acting: Acting, at: datetime) -> None:
        """Judge who signed what has been accepted. The very first message brings the root key itself."""
        if not self.held:
            return
        assert acting.key_id in self.held, "4.1: what is accepted was signed with a key that is registered"
        key = self.held[acting.key_id]
        assert (key.institution, key.officer) == (acting.institution, acting.officer), (
            "4.1: a key is its holder's alone"
        )
        assert key.signs(at), "4.1: nothing is accepted that was signed with a key that has ended"

    def take(self, event: Any, acting: Acting, at: datetime) -> None:
        """Judge what happens to a key, and remember it."""
        match event:
            case KeyRegistered():
                self._registered(event, acting, at)
            case KeyRetired() | KeyRevoked():
                key = self.held[event.key_id]
                entitled = {key.institution} if isinstance(event, KeyRetired) else {key.institution, self._managing}
                assert acting.institution in entitled, "4.1: others' keys are left alone"
                key.has_ended = True

    def _registered(self, event: KeyRegistered, acting: Acting, at: datetime) -> None:
        assert event.key_id not in self.held, "4.1: no key is registered twice, nor again after its end"
        assert event.registered_with == acting.key_id, "4.1: each key is chained to the one that vouched for it"
        first = {key.registered_with for key in self.held.values() if key.institution == event.institution}
        is_first = first <= {event.registered_with}
        assert is_first or acting.institution == event.institution, "4.1: each gives its own officers their keys"
        assert event.valid_until is None or at < event.valid_until, "4.1: no key begins after its end"
        if event.officer is not None and event.officer != acting.officer:
            signing = [key for key in self.of(event.institution, event.officer).values() if key.signs(at)]
            assert not signing, "4.1: who holds a key takes another one alone"
        registrar = self.held.get(acting.key_id)
        if registrar is not None and registrar.officer == event.officer and registrar.until is not None:
            mine = registrar.institution == event.institution
            assert not mine or (event.valid_until is not None and event.valid_until <= registrar.until), (
                "4.1: nobody prolongs the time that a key was given for"
            )
        self.held[event.key_id] = HeldKey(event.institution, event.officer, event.valid_until, event.registered_with)

    @property
    def _managing(self) -> str:
        """Whose key came first."""
        return next(iter(self.held.values())).institution
