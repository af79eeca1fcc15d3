"""One service in memory: its intake, inbox, streams and outbox are the real ones, without their tables."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.ids import event_id
from shared.messaging.answers import draft_of_fault, drafts_of
from shared.messaging.business_time import named_business_time
from shared.messaging.inbox import KEY_NOT_VALID, Identity, Position, read_lasting, sort
from shared.messaging.intake import (
    KeyUnknown,
    Opened,
    Quarantined,
    id_reused,
    never_registered,
    open_record,
    read_command,
    read_event,
)
from shared.messaging.keyring import Keys
from shared.messaging.message import Incoming, Record
from shared.messaging.outbox import RECEIPT_INDEX, Draft, written
from shared.messaging.service_definition import DecisionService
from shared.messaging.settings import MessagingSettings
from shared.messaging.signatures import Signer
from shared.messaging.streams import Stream, order, stream_of
from simulator.cores import Core
from simulator.party_messages import headers_to_send

EPOCH = 1
VALUE_BYTES_MAX: int = MessagingSettings.model_fields["value_bytes_max"].default
EVENT_BYTES_MAX: int = MessagingSettings.model_fields["event_bytes_max"].default
KEY_WAIT_SECONDS_MAX: int = MessagingSettings.model_fields["key_wait_seconds_max"].default


@dataclass(frozen=True, slots=True)
class Publication:
    """What a service says: where, and in which bytes."""

    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A message that the inbox holds, by its hash and its place, and when it was taken in."""

    sha256: str
    position: Position
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that waits for its key: since when by business time, and by the clock, in seconds from the start."""

    record: Record
    at: datetime
    since_seconds: float


class SimulatedService:
    """Takes records one by one, and answers each with what it publishes."""

    def __init__(self, definition: DecisionService, core: Core, root_keys: Keys, signer: Signer | None) -> None:
        self.definition = definition
        self.core = core
        self._root_keys = root_keys
        self._signer = signer
        self._inbox: dict[Identity, TakenIn] = {}
        self._receipts: dict[UUID, Publication] = {}
        self._numbers: Counter[tuple[str, str]] = Counter()
        self._cursors: dict[Stream, int] = {}
        self._after_gap: list[Incoming] = []
        self._waiting: list[Waiting] = []

    def observes(self, topic: str) -> bool:
        """Whether the service reads this topic."""
        return topic in self.definition.commands or topic in self.definition.observes

    def take(self, record: Record, now: datetime, clock_seconds: float) -> list[Publication]:
        """Work on a record. ``now`` is its business time if it names none; the clock only says how long a key waits."""
        changes = self.core.keyring.changes
        if record.topic in self.definition.commands:
            said = self._take_command(record, named_business_time(record) or now, clock_seconds)
        else:
            said = self._take_event(record)
        if self.core.keyring.changes > changes:
            said.extend(self._retry_held())
        return said

    def expire(self, clock_seconds: float) -> list[Publication]:
        """Quarantine what has waited too long for its key; whoever can be told is told."""
        expired = [each for each in self._waiting if clock_seconds - each.since_seconds > KEY_WAIT_SECONDS_MAX]
        said: list[Publication] = []
        for each in expired:
            self._waiting.remove(each)
            opened = open_record(each.record, VALUE_BYTES_MAX)
            unknown = self._read(opened, each.at)
            assert isinstance(unknown, KeyUnknown), "what has waited to the end has waited for its key"
            fault = never_registered(opened, unknown.elsewhere, KEY_WAIT_SECONDS_MAX)
            said.extend(self._answer_fault(fault, each.at))
        return said

    # From outside

    def _take_command(self, record: Record, at: datetime, clock_seconds: float) -> list[Publication]:
        opened = open_record(record, VALUE_BYTES_MAX)
        read = self._read(opened, at)
        if isinstance(read, KeyUnknown):
            self._waiting.append(Waiting(record, at, clock_seconds))
            return []
        if isinstance(read, Quarantined):
            return self._answer_fault(read, at)
        return self._sort(read)

    def _read(self, opened: Opened, at: datetime) -> Incoming | Quarantined | KeyUnknown:
        models = self.definition.commands[opened.record.topic]
        keys: Keys = {**self._root_keys, **self.core.keyring.find([opened.key_id] if opened.key_id else [])}
        read = read_command(opened, keys, models, at)
        if isinstance(read, Quarantined) and read.code == KEY_NOT_VALID:
            identity = (read.sender or "", read.message_id or "")
            before = self._inbox.get(identity)
            if before is not None and before.sha256 == read.sha256:
                record = opened.record
                again = read_lasting(
                    [read], {identity: before.at}, {id(record): opened}, keys, self.definition.commands
                )
                return again.get(id(read), read)
        return read

    def _sort(self, message: Incoming) -> list[Publication]:
        """A new message is decided, a repeat gets its receipt once more, another one under the same id a refusal."""
        received, record = message.received, message.record
        identity = (received.sender, received.message_id)
        position = (EPOCH, record.topic, record.partition, record.offset)
        is_new = identity not in self._inbox
        if is_new:
            self._inbox[identity] = TakenIn(received.content_sha256, position, message.received_at)
        stored = self._inbox[identity]
        stored_before = {} if is_new else {identity: (stored.sha256, stored.position)}
        found = sort([message], {identity} if is_new else set(), stored_before, EPOCH)
        said = [each for fresh in found.fresh for each in self._decide(fresh)]
        said += [self._receipts[event_id(repeat.cause, RECEIPT_INDEX)] for repeat in found.repeats]
        for conflict in found.conflicts:
            said += self._answer_fault(id_reused(conflict), conflict.received_at)
        return said

    def _retry_held(self) -> list[Publication]:
        """Look again at what waits, now that more is known of keys; it counts as taken in when it came."""
        waiting, self._waiting = self._waiting, []
        said: list[Publication] = []
        for each in waiting:
            said += self._take_command(each.record, each.at, each.since_seconds)
        return said

    # From other services

    def _take_event(self, record: Record) -> list[Publication]:
        read = read_event(record, self.definition.events, None, EVENT_BYTES_MAX)
        assert isinstance(read, Incoming), "what one service writes another one can read"
        self._cursors.setdefault(stream_of(read), 0)
        ordered = order([read], list(enumerate(self._after_gap)), self._cursors)
        released = set(ordered.released)
        self._after_gap = [each for row, each in enumerate(self._after_gap) if row not in released]
        self._after_gap += ordered.after_gap
        return [said for message in ordered.ready for said in self._decide(message)]

    # What is said

    def _decide(self, message: Incoming) -> list[Publication]:
        decided = self.core.process(message)
        return self._publish(drafts_of(decided, self.definition.receipt, message.received_at))

    def _answer_fault(self, fault: Quarantined, at: datetime) -> list[Publication]:
        if fault.sender is None:
            return []
        return self._publish([draft_of_fault(fault, self.definition.receipt, at, EPOCH)])

    def _publish(self, drafts: list[Draft]) -> list[Publication]:
        numbers = {draft.stream: self._numbers[draft.stream] for draft in drafts}
        rows = written(self.definition.name, drafts, numbers, self.definition.events, self._signer)
        said: list[Publication] = []
        for draft, row in zip(drafts, rows, strict=True):
            self._numbers[draft.stream] = row.seq
            topic, key = draft.stream
            headers = tuple(headers_to_send(row.signature, None))
            publication = Publication(topic, key.encode(), row.value, headers)
            if draft.index == RECEIPT_INDEX:
                self._receipts[row.event_id] = publication
            said.append(publication)
        return said
