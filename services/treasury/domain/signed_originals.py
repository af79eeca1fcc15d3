"""The signed originals that a release brings along, as intake read them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from shared.contracts.documents import SignedMessage
from shared.contracts.envelope import Command
from shared.contracts.received import Received

Data = TypeVar("Data", bound=Command)


@dataclass(frozen=True, slots=True)
class SignedOriginals:
    """Signed messages as they were read. One in ``unknown_keys`` waits for its key; one in neither is not genuine."""

    messages: Mapping[SignedMessage, Received[Command]] = field(default_factory=dict)
    unknown_keys: Mapping[SignedMessage, str] = field(default_factory=dict)

    def read(self, signed: SignedMessage, kind: type[Data]) -> Received[Data] | None:
        """The message if it is genuine, of this kind, and was published on this kind's topic; None otherwise."""
        found = self.messages.get(signed)
        if found is None or not isinstance(found.data, kind) or signed.topic != kind.topic:
            return None
        return cast(Received[Data], found)

    def keys_missing(self, originals: tuple[SignedMessage, ...]) -> tuple[str, ...]:
        """The names of the keys that have to be registered before all of these can be read."""
        found = (self.unknown_keys.get(signed) for signed in originals)
        return tuple(f"key/{key_id}" for key_id in found if key_id is not None)
