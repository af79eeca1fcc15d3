"""Held and quarantined records in an operator's hands: listed, read, given back as their original bytes, or dropped.

A record that is given back goes through intake like any other: its signature and its id are the sender's, so nothing is
vouched for by the operator. What is held, and events of a service, go back to this service alone, through its database:
only its producer may write to an event's topic, and nobody else needs it twice. A message from outside that was
quarantined is sent again to its topic, where everybody may write who signs. Each decision is recorded; a drop needs a
reason.
"""

import json
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.contracts.topics import COMMAND_TOPICS
from shared.messaging.batches import is_text
from shared.messaging.database import Connection, Row
from shared.messaging.encoding import sha256_hex
from shared.messaging.inbox import RESUBMITTED, record_of
from shared.messaging.message import Record
from shared.messaging.resubmission import resubmission_outcome

ROWS_MAX = 1_000
DROPPED = "dropped"
# What a held record's kind is called when its handling has failed and nobody but an operator can help.
FAILED = "failed"
# The code of an event in quarantine: events of its stream may wait behind it.
EVENT_UNREADABLE = "event_unreadable"
# Two operators decide one after the other; the number keeps this lock apart from the others.
LOCK = 7_246_004

Send = Callable[[Record], Awaitable[None]]


class Kind(StrEnum):
    """The two places in which a record waits."""

    HELD = "held"
    QUARANTINE = "quarantine"


class DecisionRefused(Exception):
    """Nothing can be decided about this record, or not this; the message says why and what else can be done."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An operator's earlier decision about a record, under the name that the record had then: quarantine/7."""

    record: str
    decision: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that was held or quarantined, and its row's id. ``reason`` is its code or the kind of its holding.

    ``seq`` is set on events that could be read. ``is_over`` if it waits no more, and ``processed_at`` says when the
    service processed it; ``quarantined_as`` names the record in quarantine that it is, or became. ``outcome`` says what
    has become of a message that was sent to its topic again.
    """

    kind: Kind
    id: int
    reason: str
    why: str
    sender: str
    since: datetime
    epoch: int
    record: Record
    seq: int | None
    is_over: bool
    processed_at: datetime | None = None
    quarantined_as: str | None = None
    decisions: tuple[Decision, ...] = ()
    outcome: str = ""

    @property
    def sha256(self) -> str:
        """The hash of the value, by which its sender knows it."""
        return sha256_hex(self.record.value or b"")

    @property
    def needs_decision(self) -> bool:
        """Whether nothing becomes of it by itself."""
        return not self.is_over and (self.kind is Kind.QUARANTINE or self.reason == FAILED)

    @property
    def fate(self) -> str:
        """The record's fate in words: decided by whom and why, retried, or still waiting."""
        if not self.is_over:
            return "needs a decision" if self.needs_decision else "goes on by itself"
        last = self.decisions[-1] if self.decisions else None
        processed = (
            "" if self.processed_at is None else f"was processed by the service at {self.processed_at:%F %T} UTC"
        )
        if last is None:
            return processed if self.quarantined_as is None else f"{processed} and quarantined as {self.quarantined_as}"
        decided = f"by {last.by} at {last.at:%F %T} UTC"
        if last.decision == DROPPED:
            return f"was dropped {decided}: {last.reason}"
        if self.is_resubmitted:
            return f"was sent to its topic again {decided}" + (f", and {self.outcome}" if self.outcome else "")
        return f"was given back {decided}" + (f", and {processed}" if processed else "")

    @property
    def is_resubmitted(self) -> bool:
        """Whether it is a message from outside that an operator has had sent once more."""
        is_from_outside = self.kind is Kind.QUARANTINE and self.reason != EVENT_UNREADABLE
        return is_from_outside and bool(self.decisions) and self.decisions[-1].decision == RESUBMITTED


_SELECT = {
    Kind.HELD: """
        SELECT id, kind AS reason, why, source AS sender, held_at AS since, epoch, topic, partition, record_offset, key,
               value, headers, timestamp_ms, seq, released_at IS NOT NULL AS is_over, released_at AS processed_at,
               (
                   SELECT quarantine.id FROM quarantine
                   WHERE (quarantine.epoch, quarantine.topic, quarantine.partition, quarantine.record_offset)
                       = (held.epoch, held.topic, held.partition, held.record_offset)
               ) AS quarantine_id
        FROM held
    """,
    Kind.QUARANTINE: """
        SELECT id, code AS reason, why, coalesce(sender, '') AS sender, quarantined_at AS since, epoch, topic,
               partition, record_offset, key, value, headers, timestamp_ms, NULL::bigint AS seq,
               EXISTS (
                   SELECT FROM record_decisions WHERE kind = 'quarantine' AND record_id = quarantine.id
               ) AS is_over, NULL::timestamptz AS processed_at, NULL::bigint AS quarantine_id
        FROM quarantine
    """,
}


# By the two columns of its index: of all decisions that were ever taken, few are about one record.
SELECT_DECISIONS = """
    SELECT kind || '/' || record_id, decision, reason, decided_by, decided_at FROM record_decisions
    WHERE (kind = $1 AND record_id = $2) OR (kind = 'quarantine' AND record_id = $3) ORDER BY id
"""


async def list_waiting(connection: Connection, kind: Kind, rows_max: int = ROWS_MAX) -> list[Waiting]:
    """The oldest records of a kind that wait, those among them for which nobody has to decide included."""
    rows = await connection.fetch(
        f"SELECT * FROM ({_SELECT[kind]}) AS record WHERE NOT is_over ORDER BY id LIMIT $1",  # noqa: S608  # constants
        rows_max,
    )
    return [_waiting(kind, row, ()) for row in rows]


async def load_record(connection: Connection, kind: Kind, record_id: int) -> Waiting:
    """The record with this id, whether it waits or not, and what was decided about it.

    Raises DecisionRefused if there is none.
    """
    row = await connection.fetchrow(f"SELECT * FROM ({_SELECT[kind]}) AS record WHERE id = $1", record_id)  # noqa: S608
    if row is None:
        raise DecisionRefused(f"there is no record {record_id} in {kind.value}; riskpool records list shows what waits")
    # What was decided in quarantine about an event before it was put into its place of its stream is about this too.
    decided = await connection.fetch(SELECT_DECISIONS, kind.value, record_id, row["quarantine_id"])
    waiting = _waiting(kind, row, tuple(Decision(*found) for found in decided))
    if not waiting.is_resubmitted:
        return waiting
    return replace(waiting, outcome=await resubmission_outcome(connection, waiting.record, waiting.id))


async def resubmit(
    connection: Connection,
    kind: Kind,
    record_id: int,
    by: str,
    at: datetime,
    send: Send,
    command_topics: Collection[str] = COMMAND_TOPICS,
) -> bool:
    """Have the record taken in again from its original bytes; True if it was sent to its topic once more.

    What was held waits, as given back, until the service has taken it up.
    To be called in a transaction that is rolled back if ``send`` fails. Raises DecisionRefused where nothing can be
    decided about the record, and what ``send`` raises.
    """
    waiting = await _lock(connection, kind, record_id)
    if not all(is_text(name) for name, _ in waiting.record.headers):
        raise DecisionRefused("the name of one of its headers is not UTF-8: it would be refused again; drop it")
    await _store_decision(connection, waiting, RESUBMITTED, "", by, at)
    if kind is Kind.HELD:
        await connection.execute("UPDATE held SET kind = $2 WHERE id = $1", record_id, RESUBMITTED)
        return False
    if waiting.record.topic in command_topics:
        await send(waiting.record)
        return True
    await _hold_event(connection, waiting, at)
    return False


async def drop(connection: Connection, kind: Kind, record_id: int, reason: str, by: str, at: datetime) -> None:
    """Give the record up for good, for a stated reason. The events behind a dropped one can go on.

    To be called in a transaction. Raises DecisionRefused without a reason, and where nothing can be decided about the
    record.
    """
    if not reason.strip():
        raise DecisionRefused("a drop needs a reason; it is recorded with your name")
    waiting = await _lock(connection, kind, record_id)
    await _store_decision(connection, waiting, DROPPED, reason.strip(), by, at)
    held_id = record_id if kind is Kind.HELD else await _hold_dropped_event(connection, waiting, at)
    if held_id is not None:
        # The stream's cursor may not be there yet, if it was the stream's first event that failed.
        await connection.execute(
            """
            WITH dropped AS (
                UPDATE held SET released_at = $2 WHERE id = $1 RETURNING source, topic, stream_key, seq
            )
            INSERT INTO cursors AS cursor (source, topic, key, seq)
            SELECT source, topic, stream_key, seq FROM dropped
            WHERE seq = 1 OR EXISTS (
                SELECT FROM cursors WHERE cursors.source = dropped.source AND cursors.topic = dropped.topic
                                      AND cursors.key = dropped.stream_key
            )
            ON CONFLICT (source, topic, key) DO UPDATE SET seq = excluded.seq WHERE cursor.seq = excluded.seq - 1
            """,
            held_id,
            at,
        )


async def ages_seconds(connection: Connection, now: datetime) -> dict[str, tuple[int, float]]:
    """The number of waiting records and the age in seconds of the oldest, by kind: for metrics and alarms."""
    rows = await connection.fetch(
        """
        SELECT 'held' AS kind, count(*) AS number, min(held_at) AS since FROM held WHERE released_at IS NULL
        UNION ALL
        SELECT 'quarantine', count(*), min(quarantined_at) FROM quarantine
        WHERE NOT EXISTS (
            SELECT FROM record_decisions WHERE kind = 'quarantine' AND record_id = quarantine.id
        )
        """
    )
    return {
        row["kind"]: (row["number"], (now - row["since"]).total_seconds() if row["since"] is not None else 0.0)
        for row in rows
    }


async def _lock(connection: Connection, kind: Kind, record_id: int) -> Waiting:
    """The record, if it is for an operator to decide; nobody else decides about any until the transaction's end."""
    await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
    waiting = await load_record(connection, kind, record_id)
    named = f"{kind.value} record {record_id}"
    if waiting.is_over:
        raise DecisionRefused(f"{named} waits no more: it {waiting.fate}")
    if not waiting.needs_decision:
        raise DecisionRefused(f"nothing has to be decided about {named}: {_waits_for(waiting)}")
    return waiting


def _waits_for(waiting: Waiting) -> str:
    """The reason why a record waits that needs no decision."""
    if waiting.reason == "gap":
        return (
            f"it waits for an earlier event of its stream ({waiting.why}); if that one has failed or is in quarantine, "
            f"decide about it, else look whether {waiting.sender} publishes"
        )
    if waiting.reason == RESUBMITTED:
        return "it was given back, and the service takes it up by itself as soon as it runs"
    return "it waits for its key for a short while, and is then quarantined by itself"


async def _store_decision(
    connection: Connection, waiting: Waiting, decision: str, reason: str, by: str, at: datetime
) -> None:
    await connection.execute(
        """
        INSERT INTO record_decisions (kind, record_id, decision, reason, decided_by, decided_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        """,
        waiting.kind.value,
        waiting.id,
        decision,
        reason,
        by,
        at,
    )


async def _hold_dropped_event(connection: Connection, waiting: Waiting, at: datetime) -> int | None:
    """Hold a dropped, unreadable event under its number in its stream; None if nothing waits behind it."""
    place = _stream_place(waiting) if waiting.reason == EVENT_UNREADABLE else None
    if place is None:
        return None
    source, key, seq = place
    last = await connection.fetchval(
        "SELECT seq FROM cursors WHERE source = $1 AND topic = $2 AND key = $3", source, waiting.record.topic, key
    )
    due = (last or 0) + 1
    if seq > due:
        raise DecisionRefused(
            f"it is event {seq} of its stream, and event {due} has not been taken in yet: decide about that one first, "
            "or wait for it"
        )
    return await _hold_event(connection, waiting, at) if seq == due else None


async def _hold_event(connection: Connection, waiting: Waiting, at: datetime) -> int:
    """Hold a quarantined event under the number that it has in its stream, so that the service reads it once more."""
    place = _stream_place(waiting)
    if place is None:
        raise DecisionRefused(
            "nothing tells which event of which stream this is, so no version of this service could read it; drop it"
        )
    held_id: int = await connection.fetchval(
        """
        INSERT INTO held (kind, why, source, stream_key, seq, epoch, topic, partition, record_offset, key, value,
                          headers, timestamp_ms, held_at)
        SELECT $2, code || ': ' || why, $3, $4, $5, epoch, topic, partition, record_offset, key, value, headers,
               timestamp_ms, $6
        FROM quarantine WHERE id = $1
        RETURNING id
        """,
        waiting.id,
        RESUBMITTED,
        *place,
        at,
    )
    return held_id


def _stream_place(waiting: Waiting) -> tuple[str, str, int] | None:
    """The stream that an event says it is in, as source and key, and its number there; None if it says none."""
    try:
        content = json.loads(waiting.record.value or b"")
        source, key, seq = content["source"], content["subject"], content["seq"]
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(source, str) or not isinstance(key, str) or type(seq) is not int or seq < 1:
        return None
    return source, key, seq


def _waiting(kind: Kind, row: Row, decisions: tuple[Decision, ...]) -> Waiting:
    return Waiting(
        kind=kind,
        id=row["id"],
        reason=row["reason"],
        why=row["why"],
        sender=row["sender"],
        since=row["since"],
        epoch=row["epoch"],
        record=record_of(row),
        seq=row["seq"],
        is_over=row["is_over"],
        processed_at=row["processed_at"],
        quarantined_as=None if row["quarantine_id"] is None else f"{Kind.QUARANTINE.value}/{row['quarantine_id']}",
        decisions=decisions,
    )


def as_rows(waiting: Sequence[Waiting], now: datetime) -> list[dict[str, object]]:
    """The records as data for a table or for machines; never their values, which may hold people's data."""
    return [
        {
            "kind": found.kind.value,
            "id": found.id,
            "reason": found.reason,
            "why": found.why,
            "needs_decision": found.needs_decision,
            "sender": found.sender,
            "age_seconds": round((now - found.since).total_seconds()),
            "epoch": found.epoch,
            "topic": found.record.topic,
            "partition": found.record.partition,
            "offset": found.record.offset,
            "seq": found.seq,
            "sha256": found.sha256,
        }
        for found in waiting
    ]
