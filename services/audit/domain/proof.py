"""The proof of the record: what is computed again from the recorded bytes, and what of it doesn't hold."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, computed_field

from services.audit.domain.labels import read_object
from services.audit.domain.leaf import Leaf, Position, Recorded, hash_of
from services.audit.domain.merkle import Frontier, appended
from services.audit.domain.rules.article_19_record_proof import is_answered_once, is_next, is_unaltered
from shared.contracts.catalogue import EVENTS
from shared.contracts.ids import causing_id, event_id
from shared.contracts.receipts import Outcome, Receipt
from shared.contracts.topics import (
    CLAIMS_COMMANDS,
    COMMAND_TOPICS,
    LOSS_NOTICES,
    REGISTRY_COMMANDS,
    TREASURY_COMMANDS,
)

# A report names so many problems of each check; it counts all of them.
PROBLEMS_NAMED_MAX = 20

_ANSWERED_BY = {
    LOSS_NOTICES: "claims",
    REGISTRY_COMMANDS: "registry",
    CLAIMS_COMMANDS: "claims",
    TREASURY_COMMANDS: "treasury",
}
_RECEIPTS = frozenset(name for name, data in EVENTS.items() if issubclass(data, Receipt))
_TOOK_EFFECT = frozenset({Outcome.ACCEPTED.value, Outcome.HELD.value})


class CheckResult(BaseModel):
    """One check: whether it holds, how much was looked at, and the first problems of all that were found."""

    model_config = ConfigDict(frozen=True)

    name: str
    holds: bool
    detail: str
    problems_found: int
    problems: tuple[str, ...]


class CheckReport(BaseModel):
    """All checks of one run. ``notes`` are what a reader should know and what breaks nothing."""

    model_config = ConfigDict(frozen=True)

    results: tuple[CheckResult, ...]
    notes: tuple[str, ...] = ()

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way to write it
    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(result.holds for result in self.results)


@dataclass(slots=True)
class Problems:
    """The problems of one check: all are counted, the first ones are kept."""

    found: int = 0
    named: list[str] = field(default_factory=list)

    def add(self, problem: str) -> None:
        """Count one more problem."""
        self.found += 1
        if len(self.named) < PROBLEMS_NAMED_MAX:
            self.named.append(problem)

    def result(self, name: str, detail: str) -> CheckResult:
        """The check's result."""
        return CheckResult(
            name=name, holds=self.found == 0, detail=detail, problems_found=self.found, problems=tuple(self.named)
        )


class TreeReplay:
    """Builds the tree again from the recorded bytes, and keeps its roots at the sizes that were signed."""

    def __init__(self, sizes: Collection[int]) -> None:
        self.frontier = Frontier()
        self.roots: dict[int, bytes] = {}
        # How many leaves there are of each epoch.
        self.epochs: Counter[int] = Counter()
        self.problems = Problems()
        self._sizes = frozenset(sizes)

    def take(self, recorded: Recorded) -> None:
        """Append the next recorded leaf, hashed from its bytes."""
        if recorded.leaf_index != self.frontier.size:
            self.problems.add(f"leaf {self.frontier.size} is missing: the next one has index {recorded.leaf_index}")
        found = hash_of(recorded.leaf)
        if not is_unaltered(recorded.leaf_hash, found):
            self.problems.add(f"{place(recorded.leaf.position)}: its bytes are not those that were hashed")
        self.frontier = appended(self.frontier, (found,))
        self.epochs[recorded.leaf.epoch] += 1
        if self.frontier.size in self._sizes:
            self.roots[self.frontier.size] = self.frontier.root


class StreamReplay:
    """Follows the sequence numbers of every stream: one service, one topic, one key."""

    def __init__(self) -> None:
        self.problems = Problems()
        self.events = 0
        self.repeats = 0
        self._said: dict[tuple[str, str, bytes | None], dict[int, bytes]] = defaultdict(dict)
        self._last: Counter[tuple[str, str, bytes | None]] = Counter()

    @property
    def streams(self) -> int:
        """The number of streams."""
        return len(self._said)

    def take(self, leaf: Leaf, content: dict[str, Any] | None) -> None:
        """Take the next record; those from outside have no sequence."""
        if leaf.topic in COMMAND_TOPICS:
            return
        source, seq = (content or {}).get("source"), (content or {}).get("seq")
        if not isinstance(source, str) or type(seq) is not int or seq < 1:
            self.problems.add(f"{place(leaf.position)}: no event with source and sequence number")
            return
        self.events += 1
        stream = (source, leaf.topic, leaf.key)
        said, last = self._said[stream], self._last[stream]
        digest = hashlib.sha256(leaf.value or b"").digest()
        named = f"{place(leaf.position)}: {source} under {(leaf.key or b'').decode('utf-8', 'replace')}"
        if seq in said:
            self.repeats += 1
            if said[seq] != digest:
                self.problems.add(f"{named}: {seq} was said before with other bytes")
            return
        if seq < last:
            self.problems.add(f"{named}: {seq} comes too late, after {last}")
        elif not is_next(last, seq):
            self.problems.add(f"{named}: {seq} comes after {last}")
        said[seq] = digest
        self._last[stream] = max(last, seq)


class AnswerReplay:
    """Sets the messages from outside against their receipts.

    A message is the same for one service if its bytes are. The id of its receipt follows from sender and message id, so
    that an effect without its receipt is seen even where nothing says what was accepted.
    """

    def __init__(self) -> None:
        self._deliveries: Counter[tuple[str, str]] = Counter()
        self._identities: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        self._receipts: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        self._events: set[tuple[str, str]] = set()

    def take(self, leaf: Leaf, content: dict[str, Any] | None) -> None:
        """Take the next record, from whatever topic."""
        content = content or {}
        identity, source = content.get("id"), content.get("source")
        if leaf.topic in COMMAND_TOPICS:
            message = (_ANSWERED_BY[leaf.topic], hashlib.sha256(leaf.value or b"").hexdigest())
            self._deliveries[message] += 1
            if isinstance(identity, str) and isinstance(source, str):
                self._identities[message[0], source, identity].add(message[1])
            return
        if not isinstance(identity, str) or not isinstance(source, str):
            return
        data, message_type = content.get("data"), content.get("type")
        if isinstance(message_type, str) and message_type in _RECEIPTS and isinstance(data, dict):
            self._receipts[source, str(data.get("message_sha256"))][identity] = str(data.get("outcome"))
        else:
            self._events.add((source, identity))

    def result(self, name: str) -> CheckResult:
        """Whether everything that took effect has exactly one receipt, and no receipt answers nothing."""
        problems = Problems()
        accepted = 0
        for (service, sender, identity), messages in self._identities.items():
            answers, took_effect = self._answers(service, sender, identity, messages)
            accepted += took_effect
            if took_effect and not is_answered_once(len(answers), len(answers), accepted=True):
                problems.add(f"{identity} of {sender} took effect in {service} and has {len(answers)} receipts")
        for message, receipts in self._receipts.items():
            deliveries = self._deliveries[message]
            if deliveries == 0:
                problems.add(f"{message[0]} answered a message that is not recorded: {message[1]}")
            elif not is_answered_once(len(receipts), deliveries, accepted=False):
                problems.add(f"{message[1]} was sent {deliveries} times and has {len(receipts)} receipts")
        return problems.result(name, f"{len(self._deliveries)} messages, {accepted} of them took effect")

    @property
    def unanswered(self) -> int:
        """The number of messages without a receipt: no signature vouches for them, or they are still processed."""
        return sum(1 for message in self._deliveries if not self._receipts.get(message))

    def _answers(
        self, service: str, sender: str, identity: str, messages: Iterable[str]
    ) -> tuple[frozenset[str], bool]:
        """The ids of the receipts that a message has, and whether it took effect."""
        cause = causing_id(sender, identity)
        receipts = {
            receipt: outcome
            for message in messages
            for receipt, outcome in self._receipts.get((service, message), {}).items()
        }
        positive = {receipt for receipt, outcome in receipts.items() if outcome in _TOOK_EFFECT}
        took_effect = bool(positive) or (service, str(event_id(cause, 1))) in self._events
        return frozenset(positive | ({str(event_id(cause, 0))} & receipts.keys())), took_effect


def compare(found: Sequence[Leaf], recorded: Sequence[Recorded], problems: Problems) -> None:
    """Compare what the broker holds of a span of one partition with what is recorded of it, byte for byte."""
    by_offset = {each.leaf.offset: each.leaf for each in recorded}
    for leaf in found:
        recorded_leaf = by_offset.pop(leaf.offset, None)
        if recorded_leaf is None:
            problems.add(f"{place(leaf.position)}: on the broker, not recorded")
        elif not is_unaltered(hash_of(recorded_leaf), hash_of(leaf)):
            problems.add(f"{place(leaf.position)}: the broker's bytes are not the recorded ones")
    for leaf in by_offset.values():
        problems.add(f"{place(leaf.position)}: recorded, not on the broker")


def content_of(recorded: Recorded) -> dict[str, Any] | None:
    """The JSON object in a record's value, if there is one."""
    return read_object(recorded.leaf.value)


def place(position: Position) -> str:
    """A record's position as people read it."""
    epoch, topic, partition, offset = position
    return f"{topic}[{partition}] offset {offset} (epoch {epoch})"
