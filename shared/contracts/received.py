"""A message as the domain gets it: verified, read, and stamped with the time of its intake."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.contracts.documents import SignedMessage
from shared.contracts.envelope import Command, Event
from shared.contracts.words import Identity, Moment

Data = TypeVar("Data", bound=Command | Event, covariant=True)


@dataclass(frozen=True, slots=True)
class Acting:
    """Who signed: an officer of an institution, or an institution's system with the one use its key is for."""

    institution: str
    officer: str | None
    system_use: str | None
    key_id: str


@dataclass(frozen=True, slots=True)
class Received(Generic[Data]):
    """One message. ``acting`` and ``original`` are absent on events, which come from a service.

    ``content_sha256`` is the hash of the exact bytes that were published, in lower-case hexadecimal: what a
    confirmation or a vote binds. ``seq`` is an event's number in its stream, absent on what comes from outside.
    ``said_at`` is an event's own time: when the service that says it took in what brought it about.
    """

    data: Data
    message_id: str
    sender: str
    pool_id: Identity
    content_sha256: str
    received_at: Moment
    acting: Acting | None = None
    original: SignedMessage | None = None
    seq: int | None = None
    said_at: Moment | None = None

    @property
    def happened_at(self) -> Moment:
        """When it happened as far as anybody has written it down: an event at its own time, whenever it is read."""
        return self.said_at or self.received_at
