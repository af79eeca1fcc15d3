"""A record as Kafka has it, a message that passed intake, and a service's decision about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.envelope import Command, Event
from shared.contracts.receipts import Outcome
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Record:
    """One Kafka record, byte for byte."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    timestamp_ms: int

    def header_values(self, name: str) -> Sequence[bytes | None]:
        """All values of the headers called ``name``: duplicates are kept, since which one wins must not matter."""
        return [value for key, value in self.headers if key == name]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that passed intake. ``stream_key`` is set on events from services only.

    ``traceparent`` is the context of the span in which this service works on it.
    """

    record: Record
    received: Received[Command | Event]
    cause: UUID
    type: str
    stream_key: str = ""
    traceparent: str | None = None

    @property
    def data(self) -> Any:
        """The message's data model."""
        return self.received.data

    @property
    def seq(self) -> int | None:
        """An event's number in its stream."""
        return self.received.seq

    @property
    def received_at(self) -> datetime:
        """When intake read the clock; the one time the domain gets."""
        return self.received.received_at


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event to be published. ``subject`` (project or pool) is the record's key.

    ``topic`` overrides the event type's own: for what is said to one institution on its outcomes topic. ``signed``
    puts the service's signature into the record's header.
    """

    data: Event
    pool_id: UUID | None
    subject: str
    topic: str | None = None
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a message from outside; it becomes the message's one receipt."""

    outcome: Outcome
    reasons: tuple[Refusal, ...] = ()
    project_id: UUID | None = None
    case_number: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A service's decision about one message. ``answer`` is None exactly for events from services.

    ``stage_before`` is the trace context of the case's stage before this one: the span is linked to it. When that stage
    was reached, ``stage_before_at``, says how long the case was in it.
    """

    incoming: Incoming
    events: tuple[Outgoing, ...] = ()
    answer: Answer | None = None
    project_id: UUID | None = None
    stage_before: str | None = None
    stage_before_at: datetime | None = None
