"""Held and quarantined records in an operator's hands: listed, read, sent again as their original bytes, or dropped.

A record that is sent again goes through intake like any other: its signature and its id are the sender's, so nothing is
vouched for by the operator. A drop needs a reason, and both are themselves recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aiokafka import AIOKafkaProducer

from shared.messaging.database import Connection, Row
from shared.messaging.message import Record
from shared.messaging.wire import headers_from_text, sha256_hex

ROWS_MAX = 1_000
RESUBMITTED = "resubmitted"
DROPPED = "dropped"


class Kind(StrEnum):
    """Where the record waits."""

    HELD = "held"
    QUARANTINE = "quarantine"


class RecordUnknown(Exception):
    """There is no such record, or it waits no more."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that waits for somebody's decision. ``reason`` is its code or the kind of its holding."""

    kind: Kind
    id: int
    reason: str
    why: str
    sender: str
    since: datetime
    record: Record

    @property
    def sha256(self) -> str:
        """The hash of the value, by which its sender knows it."""
        return sha256_hex(self.record.value or b"")


_SELECT = {
    Kind.HELD: """
        SELECT id, kind AS reason, why, source AS sender, held_at AS since, topic, partition, record_offset, key, value,
               headers, timestamp_ms, source, stream_key, seq
        FROM held WHERE released_at IS NULL AND kind <> 'gap' OR released_at IS NULL AND $3
    """,
    Kind.QUARANTINE: """
        SELECT id, code AS reason, why, coalesce(sender, '') AS sender, quarantined_at AS since, topic, partition,
               record_offset, key, value, headers, timestamp_ms, '' AS source, '' AS stream_key, NULL::bigint AS seq
        FROM quarantine WHERE $3 OR NOT $3
    """,
}


async def list_waiting(
    connection: Connection, kind: Kind, *, record_id: int | None = None, gaps: bool = True, rows_max: int = ROWS_MAX
) -> list[Waiting]:
    """The oldest records of a kind on which nobody has decided yet; ``gaps`` includes events that wait for another."""
    rows = await connection.fetch(
        f"""
        WITH waiting AS ({_SELECT[kind]})
        SELECT * FROM waiting
        WHERE ($2::bigint IS NULL OR id = $2)
          AND NOT EXISTS (
              SELECT FROM record_decisions WHERE record_decisions.kind = '{kind.value}' AND record_id = waiting.id
          )
        ORDER BY id LIMIT $1
        """,  # noqa: S608  # both parts are constants of this module
        rows_max,
        record_id,
        gaps,
    )
    return [_waiting(kind, row) for row in rows]


async def resubmit(connection: Connection, producer: AIOKafkaProducer, waiting: Waiting, by: str, at: datetime) -> None:
    """Send the record again, byte for byte, to the topic it came from; the decision is stored first.

    If the broker does not take it, the transaction that the caller holds open is to be rolled back.
    """
    await _decide(connection, waiting, RESUBMITTED, "", by, at)
    if waiting.kind is Kind.HELD:
        await connection.execute("UPDATE held SET released_at = $2 WHERE id = $1", waiting.id, at)
    record = waiting.record
    await producer.send_and_wait(
        record.topic, record.value, key=record.key, headers=[(name, value or b"") for name, value in record.headers]
    )


async def drop(connection: Connection, waiting: Waiting, reason: str, by: str, at: datetime) -> None:
    """Give the record up for good, for a stated reason. The events behind a dropped one can go on.

    Raises ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("a drop needs a reason")
    await _decide(connection, waiting, DROPPED, reason.strip(), by, at)
    if waiting.kind is Kind.HELD:
        await connection.execute(
            """
            WITH dropped AS (
                UPDATE held SET released_at = $2 WHERE id = $1 RETURNING source, topic, stream_key, seq
            )
            UPDATE cursors SET seq = dropped.seq FROM dropped
            WHERE cursors.source = dropped.source AND cursors.topic = dropped.topic
              AND cursors.key = dropped.stream_key AND cursors.seq = dropped.seq - 1
            """,
            waiting.id,
            at,
        )


async def ages_seconds(connection: Connection, now: datetime) -> dict[str, tuple[int, float]]:
    """How many records wait and since when, by kind: for metrics and alarms."""
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


async def _decide(connection: Connection, waiting: Waiting, decision: str, reason: str, by: str, at: datetime) -> None:
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


def _waiting(kind: Kind, row: Row) -> Waiting:
    record = Record(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["record_offset"],
        key=row["key"],
        value=row["value"],
        headers=headers_from_text(row["headers"]),
        timestamp_ms=row["timestamp_ms"],
    )
    return Waiting(kind, row["id"], row["reason"], row["why"], row["sender"], row["since"], record)


def as_rows(waiting: Sequence[Waiting], now: datetime) -> list[dict[str, object]]:
    """The records as data for a table or for machines; never their values, which may hold people's data."""
    return [
        {
            "kind": found.kind.value,
            "id": found.id,
            "reason": found.reason,
            "why": found.why,
            "sender": found.sender,
            "age_seconds": round((now - found.since).total_seconds()),
            "topic": found.record.topic,
            "partition": found.record.partition,
            "offset": found.record.offset,
            "sha256": found.sha256,
        }
        for found in waiting
    ]
