"""The definition of a service, which ``service.main`` runs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.contracts.envelope import EventEnvelope
from shared.contracts.receipts import Receipt
from shared.messaging.database import Connection
from shared.messaging.intake import CommandModels, EventModels
from shared.messaging.log_lines import Recorded
from shared.messaging.message import Decided, Incoming, Outgoing, Record
from shared.messaging.signatures import Signer
from shared.messaging.telemetry import GaugeValue

# Decides a batch in the caller's transaction: one answer per message, in order.
Execute = Callable[[Connection, Sequence[Incoming]], Awaitable[Sequence[Decided]]]
Gauges = Callable[[Connection], Awaitable[Sequence[GaugeValue]]]
# Stores records of an epoch, taken in at a time, in the caller's transaction.
Store = Callable[[Connection, Sequence[Record], int, datetime], Awaitable[Sequence[Recorded]]]
Tick = Callable[[Connection, datetime, Signer], Awaitable[Sequence[Outgoing]]]


@dataclass(frozen=True, slots=True)
class DecisionService:
    """A service that decides on commands and events.

    ``commands`` are the models of what outsiders may send, by topic; ``events`` all types that can be read or
    published, ``observes`` the topics of other services' events. ``receipt`` is its own receipt. ``gauges`` are figures
    of its own that it shows from time to time. ``at_start`` looks at what the service finds when it starts.
    """

    name: str
    commands: Mapping[str, CommandModels]
    observes: Sequence[str]
    events: EventModels
    receipt: type[Receipt]
    execute: Execute
    gauges: Gauges | None = None
    at_start: Callable[[Connection], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class RecordingService:
    """A service that records whatever is on the topics that match ``pattern``, and publishes what ``tick`` returns.

    ``tick_seconds`` lie between two ticks.
    """

    name: str
    pattern: str
    events: Mapping[str, type[EventEnvelope]]
    store: Store
    tick: Tick
    tick_seconds: float


ServiceDefinition = DecisionService | RecordingService
