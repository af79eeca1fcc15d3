"""An entry of a pool's register: what has a life of its own in the pool beside its projects.

An interpretation is one, a proposal of rules another, a selection a third. Each is found by its kind and number, has
one row, and is a model of its subject.
"""

from typing import Any, ClassVar
from uuid import UUID

from services.registry.domain.state_model import StateModel
from shared.contracts import ids


class RegisterEntry(StateModel):
    """What is known of one entry; ``entry_id`` tells kind and number, so that no number means two."""

    entry_kind: ClassVar[str]
    entry_id: UUID
    number: str

    @property
    def stage(self) -> str:
        """Where the entry stands; what is recorded once and for good has no other stage."""
        return "recorded"

    @classmethod
    def id_of(cls, pool_id: UUID, number: str) -> UUID:
        """The id of the entry of this kind with this number."""
        return ids.entry_id(pool_id, cls.entry_kind, number)

    @classmethod
    def number_in(cls, command: Any) -> str:
        """The number by which a command names an entry of this kind."""
        number = command.number
        assert isinstance(number, str), "a number is as people write it"
        return number
