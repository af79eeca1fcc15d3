"""A case's journey, read from the recorded bytes alone: what happened, in order, and how long each stage took.

Order is first that of causes (an event follows the message that brought it about, and the one before it in its
stream), then that of time. A message from outside has no trustworthy time of its own: it stands where its answer says
that it was taken in. The same bytes recorded twice are told once.

Anybody may write anything to a topic, so who sent a message and whether it took effect is believed only of its receipt.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.audit.domain.labels import TEXT_LENGTH_MAX, labels_of, read_object
from services.audit.domain.leaf import Leaf, Position, Recorded, headers_from_bytes
from services.audit.domain.summary import summary
from shared.contracts import claims, treasury
from shared.contracts.catalogue import EVENTS
from shared.contracts.ids import causing_id, event_id, quarantined_id
from shared.contracts.receipts import Outcome, Receipt
from shared.contracts.topics import COMMAND_TOPICS
from shared.decisions.days import BEIJING

TRACEPARENT = "traceparent"
# No message brings about more events than this that concern one case.
EVENTS_CAUSED_MAX = 32
# Said of a message from outside that no receipt answers: no signature says who sent it, or it still waits.
NOT_VOUCHED_FOR = "not vouched for"

_TRACEPARENT = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?", re.DOTALL)
_NO_TRACE = "0" * 32
_RECEIPTS = frozenset(name for name, data in EVENTS.items() if issubclass(data, Receipt))
# Senders write their times in whatever zone they like; all are shown in the one in which days are counted.
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).astimezone(BEIJING)

# The stage that a case has reached with an event; the treasury's by the leg as well.
_STAGES: dict[tuple[str, str | None], str] = {
    (claims.NoticeHeld.message_type, None): "notice",
    (claims.NoticeAccepted.message_type, None): "notice",
    (claims.ReviewRecorded.message_type, None): "review",
    (claims.VerificationRecorded.message_type, None): "verification",
    (claims.PlanDrawnUp.message_type, None): "plan",
    (claims.PlanConfirmed.message_type, None): "confirmation",
    (claims.PayoutReleased.message_type, None): "release",
    (treasury.PaymentReserved.message_type, treasury.Leg.PAYOUT.value): "reserved",
    (treasury.PaymentInstructed.message_type, treasury.Leg.PAYOUT.value): "instructed",
    (treasury.PaymentSettled.message_type, treasury.Leg.PAYOUT.value): "settled",
    (claims.ReimbursementApplied.message_type, None): "application",
    (claims.BallotClosed.message_type, None): "ballot",
    (claims.CompensationReimbursed.message_type, None): "reimbursed",
}


class Step(BaseModel):
    """One message of the journey. ``at`` is the time that it says, ``kafka_at`` the broker's record's, both in Beijing.

    ``since_before_ms`` is counted from the message before, and left out where nobody vouches for this one: anybody can
    have chosen its place in time. ``trace_id`` is the message's own, or, where it carries none, that of what it brought
    about. ``answer`` is what its receipt says of a message from outside, with the codes of a refusal, or that nobody
    vouches for it.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    at: datetime | None
    kafka_at: datetime
    since_before_ms: int | None
    who: str
    topic: str
    partition: int
    offset: int
    leaf_index: int
    times_recorded: int
    type: str
    message_id: str
    trace_id: str | None
    what: str
    answer: str | None
    stage: str | None


class Passage(BaseModel):
    """A stage that the case reached, when, and how long it took to come from the stage before."""

    model_config = ConfigDict(frozen=True)

    stage: str
    reached_at: datetime
    took_ms: int | None


class Journey(BaseModel):
    """One case from the first message to the last that is recorded, of those that somebody vouches for."""

    model_config = ConfigDict(frozen=True)

    project_id: UUID
    case_number: str | None
    steps: tuple[Step, ...]
    passages: tuple[Passage, ...]
    lasted_ms: int


# Topic, and the SHA-256 of the value in hexadecimal: the same bytes on one topic are one message.
MessageKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Message:
    """A recorded message as far as it can be read."""

    recorded: Recorded
    content: dict[str, Any]
    data: dict[str, Any]
    id: str
    source: str
    type: str
    sha256: str
    places: tuple[Position, ...]

    @property
    def key(self) -> MessageKey:
        """The topic and the hash that tell the message from others."""
        return (self.leaf.topic, self.sha256)

    @property
    def leaf(self) -> Leaf:
        """The record."""
        return self.recorded.leaf

    @property
    def is_from_outside(self) -> bool:
        """Whether an institution sent it."""
        return self.leaf.topic in COMMAND_TOPICS

    @property
    def answers(self) -> str | None:
        """The SHA-256 of the message that it answers; None if it is no receipt."""
        if self.is_from_outside or self.type not in _RECEIPTS:
            return None
        return str(self.data.get("message_sha256"))

    @property
    def said_at(self) -> datetime | None:
        """The time that the envelope says."""
        try:
            found = datetime.fromisoformat(self.content["time"])
            return found.astimezone(BEIJING) if found.tzinfo is not None else None
        except (KeyError, TypeError, ValueError, OverflowError):
            return None

    @property
    def kafka_at(self) -> datetime:
        """The record's own time."""
        try:
            return _EPOCH + timedelta(milliseconds=self.leaf.timestamp_ms)
        except OverflowError:
            return _EPOCH

    @property
    def trace_id(self) -> str | None:
        """The trace id in the record's headers."""
        for name, value in headers_from_bytes(self.leaf.headers):
            found = _TRACEPARENT.fullmatch(value) if name == TRACEPARENT and value is not None else None
            if found is not None and (trace_id := found[1].decode("ascii")) != _NO_TRACE:
                return trace_id
        return None

    def caused_ids(self) -> list[str]:
        """The ids of the events that it can have brought about, its receipt's first."""
        cause = causing_id(self.source, self.id)
        return [str(event_id(cause, index)) for index in range(EVENTS_CAUSED_MAX)]

    def refusal_ids(self) -> list[str]:
        """The ids of the receipts that it has if intake refused it, one for each place where it is recorded."""
        return [str(event_id(quarantined_id(*place), 0)) for place in self.places]


def messages_of(recorded: Sequence[Recorded]) -> list[Message]:
    """The messages in the records: those that can't be read are left out, and the same bytes are one message."""
    found: dict[MessageKey, Message] = {}
    for each in recorded:
        content = read_object(each.leaf.value)
        labels = labels_of(each.leaf.topic, each.leaf.value)
        if content is None or labels.message_id is None or labels.source is None or labels.type is None:
            continue
        sha256 = hashlib.sha256(each.leaf.value or b"").hexdigest()
        before = found.get((each.leaf.topic, sha256))
        data = content.get("data")
        found[each.leaf.topic, sha256] = Message(
            recorded=each if before is None else before.recorded,
            content=content,
            data=data if isinstance(data, dict) else {},
            id=labels.message_id,
            source=labels.source,
            type=labels.type,
            sha256=sha256,
            places=(*(() if before is None else before.places), each.leaf.position),
        )
    return list(found.values())


def sought(messages: Collection[Message]) -> tuple[frozenset[str], frozenset[UUID]]:
    """By which message ids and payment instructions more of the case is to be found: its causes and its answers."""
    message_ids: set[str] = set()
    instruction_ids: set[UUID] = set()
    for message in messages:
        if message.is_from_outside:
            message_ids.update((message.caused_ids()[0], *message.refusal_ids()))
        elif isinstance(cause := message.content.get("causationid"), str):
            message_ids.add(cause)
        instruction_id = labels_of(message.leaf.topic, message.leaf.value).instruction_id
        if instruction_id is not None:
            instruction_ids.add(instruction_id)
    return frozenset(message_ids), frozenset(instruction_ids)


def related(messages: Collection[Message], others: Collection[Message]) -> list[Message]:
    """Those of the others that belong to the case; the same message id alone proves nothing, as every sender has it."""
    own = {message.key for message in messages}
    ids = {message.id for message in messages if not message.is_from_outside}
    outside = [message for message in messages if message.is_from_outside]
    caused = {event for message in outside for event in (*message.caused_ids(), *message.refusal_ids())}
    said = {message.sha256 for message in outside}
    instructions = sought(messages)[1]
    return [
        other
        for other in others
        if other.key not in own
        and (
            (not other.is_from_outside and other.id in caused and (other.answers is None or other.answers in said))
            or (other.is_from_outside and not ids.isdisjoint(other.caused_ids()))
            or labels_of(other.leaf.topic, other.leaf.value).instruction_id in instructions
        )
    ]


def journey_of(project_id: UUID, messages: Sequence[Message]) -> Journey:
    """The journey that these messages make."""
    caused = _caused(messages)
    moments = {message.key: _moment(message, caused[message.key]) for message in messages}
    steps: list[Step] = []
    passages: list[Passage] = []
    counted: list[datetime] = []
    for message in _in_order(messages, caused, moments):
        moment, answer = moments[message.key], _answer(message, caused[message.key])
        counts = answer != NOT_VOUCHED_FOR
        stage = _STAGES.get((message.type, None)) or _STAGES.get((message.type, str(message.data.get("leg"))))
        if message.is_from_outside:
            stage = None
        if stage is not None:
            reached_before = passages[-1].reached_at if passages else None
            passages.append(Passage(stage=stage, reached_at=moment, took_ms=_between_ms(reached_before, moment)))
        steps.append(
            Step(
                number=len(steps) + 1,
                at=message.said_at,
                kafka_at=message.kafka_at,
                since_before_ms=_between_ms(counted[-1], moment) if counts and counted else None,
                who=_who(message),
                topic=message.leaf.topic,
                partition=message.leaf.partition,
                offset=message.leaf.offset,
                leaf_index=message.recorded.leaf_index,
                times_recorded=len(message.places),
                type=message.type,
                message_id=message.id,
                trace_id=_trace_id(message, caused[message.key]),
                what=summary(message.data),
                answer=answer,
                stage=stage,
            )
        )
        if counts:
            counted.append(moment)
    numbers = (message.data.get("case_number") for message in messages if not message.is_from_outside)
    return Journey(
        project_id=project_id,
        case_number=next((number for number in numbers if isinstance(number, str)), None),
        steps=tuple(steps),
        passages=tuple(passages),
        lasted_ms=_between_ms(min(counted), max(counted)) or 0 if counted else 0,
    )


def _caused(messages: Sequence[Message]) -> dict[MessageKey, list[Message]]:
    """The effects of each message: its receipts, and the events whose ids follow from it."""
    events = {message.id: message for message in messages if not message.is_from_outside}
    caused: dict[MessageKey, list[Message]] = {}
    for message in messages:
        ids = message.caused_ids()
        answer = events.get(ids[0])
        found = {event.id: event for name in ids if (event := events.get(name)) is not None}
        if message.is_from_outside:
            is_copy = message.content.get("audience", message.leaf.topic) != message.leaf.topic
            if is_copy or (answer is not None and answer.answers != message.sha256):
                # What followed from this id followed from another message, or from these bytes on the topic they name.
                found = {}
            refusals = (events.get(name) for name in message.refusal_ids())
            found |= {each.id: each for each in refusals if each is not None and each.answers == message.sha256}
        caused[message.key] = list(found.values())
    return caused


def _in_order(
    messages: Sequence[Message], caused: Mapping[MessageKey, Sequence[Message]], moments: Mapping[MessageKey, datetime]
) -> list[Message]:
    """The messages, causes first, each stream in its sequence, and otherwise by time; ties as they were recorded."""
    after: dict[MessageKey, set[MessageKey]] = {key: {event.key for event in events} for key, events in caused.items()}
    streams: dict[tuple[str, str, bytes | None], list[tuple[int, MessageKey]]] = defaultdict(list)
    for message in messages:
        seq = message.content.get("seq")
        if not message.is_from_outside and type(seq) is int:
            streams[message.source, message.leaf.topic, message.leaf.key].append((seq, message.key))
    for stream in streams.values():
        for (_, before), (_, following) in pairwise(sorted(stream)):
            after[before].add(following)
    waits_for = Counter(following for each in after.values() for following in each)
    by_key = {message.key: message for message in messages}

    def rank(message: Message) -> tuple[datetime, bool, int]:
        return (moments[message.key], not message.is_from_outside, message.recorded.leaf_index)

    ready = [(rank(message), message.key) for message in messages if not waits_for[message.key]]
    heapify(ready)
    ordered: dict[MessageKey, Message] = {}
    while ready:
        _, key = heappop(ready)
        ordered[key] = by_key[key]
        for following in after[key]:
            waits_for[following] -= 1
            if not waits_for[following]:
                heappush(ready, (rank(by_key[following]), following))
    # Only forged events can wait for each other in a circle; they are shown all the same.
    circle = sorted((message for message in messages if message.key not in ordered), key=rank)
    return [*ordered.values(), *circle]


def _moment(message: Message, caused: Sequence[Message]) -> datetime:
    """When a message counts as published: an event's own time, and for one from outside the time of its intake."""
    if not message.is_from_outside:
        return message.said_at or message.kafka_at
    return min((at for event in caused if (at := event.said_at) is not None), default=message.kafka_at)


def _who(message: Message) -> str:
    officer = message.content.get("officer")
    if message.is_from_outside and isinstance(officer, str):
        return f"{message.source}/{officer[:TEXT_LENGTH_MAX]}"
    return message.source


def _trace_id(message: Message, caused: Sequence[Message]) -> str | None:
    """The message's own trace id, else the first of what it brought about."""
    return message.trace_id or next((found for event in caused if (found := event.trace_id) is not None), None)


def _answer(message: Message, caused: Sequence[Message]) -> str | None:
    if not message.is_from_outside:
        return None
    receipt = next((event for event in caused if event.answers == message.sha256), None)
    if receipt is None:
        return NOT_VOUCHED_FOR
    outcome, reasons = str(receipt.data.get("outcome")), receipt.data.get("reasons")
    if outcome == Outcome.REFUSED.value and isinstance(reasons, list):
        codes = [str(reason.get("code")) for reason in reasons if isinstance(reason, dict)]
        outcome = f"{outcome}: {', '.join(codes)}" if codes else outcome
    return outcome[:TEXT_LENGTH_MAX]


def _between_ms(before: datetime | None, after: datetime) -> int | None:
    """Whole milliseconds from one moment to the other, rounded down; below zero where clocks disagree."""
    return None if before is None else (after - before) // timedelta(milliseconds=1)
