"""The one answer that every message from outside gets."""

from enum import StrEnum
from typing import ClassVar

from shared.contracts.envelope import Event
from shared.contracts.refusals import Refusal
from shared.contracts.words import Identity, Sha256


class Outcome(StrEnum):
    """What became of a message."""

    ACCEPTED = "accepted"
    HELD = "held"  # kept until what it waits for has come; what happens then is an event of its case
    DUPLICATE = "duplicate"  # says, under another id, what was said before
    DEFICIENT = "deficient"  # something is missing; send it again, complete, under a new id
    REFUSED = "refused"


class Receipt(Event):
    """Says what became of the message with these bytes. ``message_id`` is absent where it could not be read."""

    topic: ClassVar[str] = ""

    message_id: str | None = None
    message_type_received: str | None = None
    message_sha256: Sha256
    outcome: Outcome
    reasons: tuple[Refusal, ...] = ()
    project_id: Identity | None = None
    case_number: str | None = None
