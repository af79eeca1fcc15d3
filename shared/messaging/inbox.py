"""The inbox: messages from outside by sender and id, and the records that are held or quarantined."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from shared.messaging.database import Connection, Pool, Row, arrays_of
from shared.messaging.encoding import REPLAY_HEADER, headers_from_text, headers_to_text, sha256_hex
from shared.messaging.intake import CommandModels, KeyUnknown, Opened, Quarantined, read_command
from shared.messaging.keyring import Keys
from shared.messaging.message import Incoming, Record

# The kind of a held record that an operator has given back.
RESUBMITTED = "resubmitted"
# The kind of a held record that waits for the key it is signed with.
KEY_UNKNOWN = "key_unknown"
# The code of the one fault that depends on when a message is taken in.
KEY_NOT_VALID = "key_not_valid"
# A record's place and bytes, as the statements take them; its headers are stored as text.
RECORD = "topic, partition, offset, key, value"
HELD_COLUMNS = "id, kind, epoch, topic, partition, record_offset, key, value, headers, timestamp_ms, held_at"


@dataclass(frozen=True, slots=True)
class Sorted:
    """Messages from outside, sorted by whether their sender has used their id before.

    ``repeats`` came with the same bytes, ``conflicts`` with others. Left out is what Kafka gives us again as the very
    same record, or what is replayed: nobody asked twice, so nobody is answered twice.
    """

    fresh: tuple[Incoming, ...]
    repeats: tuple[Incoming, ...]
    conflicts: tuple[Incoming, ...]


Position = tuple[int, str, int, int]
Identity = tuple[str, str]


async def sort_commands(connection: Connection, incoming: Sequence[Incoming], epoch: int) -> Sorted:
    """Store the messages that are new and say which those are; two statements at the most, however many they are."""
    if not incoming:
        return Sorted((), (), ())
    inserted = await _insert_new(connection, incoming, epoch)
    stored: dict[Identity, tuple[str, Position]] = {}
    if len(inserted) < len(incoming):
        stored = await _load_stored(connection, incoming)
    return sort(incoming, inserted, stored, epoch)


def sort(
    incoming: Sequence[Incoming], inserted: Set[Identity], stored: Mapping[Identity, tuple[str, Position]], epoch: int
) -> Sorted:
    """Messages from outside, sorted. ``inserted`` are the identities used for the first time now.

    Of the others, ``stored`` are the hash and the place of the first record under them.
    """
    fresh, repeats, conflicts = [], [], []
    seen: set[Identity] = set()
    for message in incoming:
        identity = (message.received.sender, message.received.message_id)
        if identity in inserted and identity not in seen:
            seen.add(identity)
            fresh.append(message)
            continue
        sha256, position = stored[identity]
        if sha256 != message.received.content_sha256:
            conflicts.append(message)
        elif position != _position(message, epoch) and not message.record.header_values(REPLAY_HEADER):
            repeats.append(message)
    return Sorted(tuple(fresh), tuple(repeats), tuple(conflicts))


def _position(message: Incoming, epoch: int) -> Position:
    return (epoch, message.record.topic, message.record.partition, message.record.offset)


async def _insert_new(connection: Connection, incoming: Sequence[Incoming], epoch: int) -> set[Identity]:
    """Insert every message whose sender has not used its id yet; within the batch the first one wins."""
    records = [message.record for message in incoming]
    rows = await connection.fetch(
        """
        INSERT INTO inbox (sender, message_id, sha256, cause, epoch, topic, partition, record_offset, key, value,
                           headers, received_at)
        SELECT DISTINCT ON (sender, message_id)
               sender, message_id, sha256, cause, $12, topic, partition, record_offset, key, value, headers, received_at
        FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::timestamptz[], $6::text[], $7::int[],
                    $8::bigint[], $9::bytea[], $10::bytea[], $11::text[])
             WITH ORDINALITY AS given (sender, message_id, sha256, cause, received_at, topic, partition, record_offset,
                                       key, value, headers, place)
        ORDER BY sender, message_id, place
        ON CONFLICT (sender, message_id) DO NOTHING
        RETURNING sender, message_id
        """,
        *arrays_of("received.sender, received.message_id, received.content_sha256, cause, received_at", incoming),
        *arrays_of(RECORD, records),
        [headers_to_text(record.headers) for record in records],
        epoch,
    )
    return {(row["sender"], row["message_id"]) for row in rows}


async def _load_stored(connection: Connection, incoming: Sequence[Incoming]) -> dict[Identity, tuple[str, Position]]:
    """The hash and the place that the inbox has under the identities of these messages."""
    rows = await connection.fetch(
        """
        SELECT sender, message_id, sha256, epoch, topic, partition, record_offset FROM inbox
        WHERE (sender, message_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
        """,
        *arrays_of("received.sender, received.message_id", incoming),
    )
    return {
        (row["sender"], row["message_id"]): (
            row["sha256"],
            (row["epoch"], row["topic"], row["partition"], row["record_offset"]),
        )
        for row in rows
    }


async def read_again(
    connection: Connection | Pool,
    faults: Sequence[Quarantined],
    opened: Mapping[int, Opened],
    keys: Keys,
    models: Mapping[str, CommandModels],
) -> dict[int, Incoming]:
    """The messages among these faults that the inbox holds, by the fault in memory.

    They come again after their key has been rotated. They have passed intake in its time, and stay good: so does the
    rotation itself, which was taken in at the very moment at which it ended its own key's time.
    """
    late = [fault for fault in faults if fault.code == KEY_NOT_VALID]
    times = await _load_intake_times(connection, late) if late else {}
    return read_lasting(late, times, opened, keys, models)


def read_lasting(
    late: Sequence[Quarantined],
    taken_in_at: Mapping[Identity, datetime],
    opened: Mapping[int, Opened],
    keys: Keys,
    models: Mapping[str, CommandModels],
) -> dict[int, Incoming]:
    """The messages among these faults that were taken in once, as they were read then, by the fault in memory."""
    lasting = {place: replace(key, valid_until=None) for place, key in keys.items()} if taken_in_at else {}
    again: dict[int, Incoming] = {}
    for fault in late:
        at = taken_in_at.get((fault.sender or "", fault.message_id or ""))
        if at is not None:
            read = read_command(opened[id(fault.record)], lasting, models[fault.record.topic], at)
            if isinstance(read, Incoming):
                again[id(fault)] = read
    return again


async def _load_intake_times(connection: Connection | Pool, faults: Sequence[Quarantined]) -> dict[Identity, datetime]:
    """When those of these messages were taken in that the inbox holds with the same bytes."""
    rows = await connection.fetch(
        """
        SELECT sender, message_id, received_at FROM inbox
        WHERE (sender, message_id, sha256) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))
        """,
        *arrays_of("sender, message_id, sha256", faults),
    )
    return {(row["sender"], row["message_id"]): row["received_at"] for row in rows}


@dataclass(frozen=True, slots=True)
class Held:
    """A held record, its row's id, and the epoch of the broker on which it was."""

    id: int
    kind: str
    epoch: int
    record: Record
    held_at: datetime


async def hold(
    connection: Connection, kind: str, held: Sequence[tuple[Record, str, Incoming | None]], epoch: int, at: datetime
) -> None:
    """Store records that wait, each with the reason; one that waits already stays as it is."""
    if not held:
        return
    records = [record for record, _, _ in held]
    messages = [message for _, _, message in held]
    await connection.execute(
        """
        INSERT INTO held (kind, why, source, stream_key, seq, epoch, topic, partition, record_offset, key, value,
                          headers, timestamp_ms, held_at)
        SELECT $1, why, source, stream_key, seq, $2, topic, partition, record_offset, key, value, headers, timestamp_ms,
               $3
        FROM unnest($4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::int[], $10::bigint[],
                    $11::bytea[], $12::bytea[], $13::text[], $14::bigint[])
             AS given (why, source, stream_key, seq, topic, partition, record_offset, key, value, headers, timestamp_ms)
        ON CONFLICT (epoch, topic, partition, record_offset) DO NOTHING
        """,
        kind,
        epoch,
        at,
        [why for _, why, _ in held],
        ["" if message is None else message.received.sender for message in messages],
        ["" if message is None else message.stream_key for message in messages],
        [None if message is None else message.seq for message in messages],
        *arrays_of(RECORD, records),
        [headers_to_text(record.headers) for record in records],
        [record.timestamp_ms for record in records],
    )


async def hold_unknown_keys(connection: Connection, waiting: Sequence[KeyUnknown], epoch: int, at: datetime) -> None:
    """Store what is signed with a key that this service does not know, or not yet."""
    await hold(
        connection,
        KEY_UNKNOWN,
        [(unknown.record, f"the key {unknown.key_id} is not registered, or not yet", None) for unknown in waiting],
        epoch,
        at,
    )


async def load_waiting(connection: Connection | Pool, rows_max: int) -> list[Held]:
    """The oldest records that wait for a key; and as many that were given back or are events whose turn has come.

    Each of the two kinds has its own share, so that a flood of the one does not keep the other waiting.
    They are not locked: what another replica takes up at the same time is recognised by inbox, quarantine and cursor.
    """
    rows = await connection.fetch(
        f"""
        (SELECT {HELD_COLUMNS} FROM held WHERE kind = 'key_unknown' AND released_at IS NULL ORDER BY id LIMIT $1)
        UNION ALL
        (
            SELECT {HELD_COLUMNS} FROM held
            WHERE kind IN ('gap', 'resubmitted') AND released_at IS NULL AND (
                seq IS NULL OR seq = 1 OR EXISTS (
                    SELECT FROM cursors WHERE cursors.source = held.source AND cursors.topic = held.topic
                                          AND cursors.key = held.stream_key AND cursors.seq + 1 >= held.seq
                )
            )
            ORDER BY id LIMIT $1
        )
        ORDER BY id
        """,  # noqa: S608  # the columns are a constant of this module
        rows_max,
    )
    return [held_of(row) for row in rows]


async def leave_out_refused(connection: Connection | Pool, records: Sequence[Record]) -> list[Record]:
    """The records without replayed ones that intake had refused: a refusal stands, whatever keys have come since."""
    replayed = {
        id(record): (record.topic, sha256_hex(record.value or b""))
        for record in records
        if record.header_values(REPLAY_HEADER)
    }
    if not replayed:
        return list(records)
    rows = await connection.fetch(
        """
        SELECT DISTINCT topic, sha256 FROM quarantine
        WHERE (topic, sha256) IN (SELECT * FROM unnest($1::text[], $2::text[]))
        """,
        *[list(column) for column in zip(*replayed.values(), strict=True)],
    )
    refused = {(row["topic"], row["sha256"]) for row in rows}
    return [record for record in records if replayed.get(id(record)) not in refused]


async def mark_failed(connection: Connection | Pool, row_id: int, why: str) -> None:
    """Keep a held record whose handling fails for good: from now on it waits for an operator."""
    await connection.execute(
        "UPDATE held SET kind = 'failed', why = $2 WHERE id = $1 AND released_at IS NULL", row_id, why
    )


async def release(connection: Connection, ids: Sequence[int], at: datetime) -> None:
    """Mark held records as retried."""
    if ids:
        await connection.execute("UPDATE held SET released_at = $2 WHERE id = ANY($1::bigint[])", list(ids), at)


async def quarantine(connection: Connection, faults: Sequence[Quarantined], epoch: int, at: datetime) -> set[Position]:
    """Store what failed intake, byte for byte, and say which of it is new: a redelivery is not answered twice."""
    if not faults:
        return set()
    records = [fault.record for fault in faults]
    rows = await connection.fetch(
        """
        INSERT INTO quarantine (code, why, sender, sha256, epoch, topic, partition, record_offset, key, value, headers,
                                timestamp_ms, quarantined_at)
        SELECT code, why, sender, sha256, $1, topic, partition, record_offset, key, value, headers, timestamp_ms, $2
        FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::bigint[], $10::bytea[],
                    $11::bytea[], $12::text[], $13::bigint[])
             AS given (code, why, sender, sha256, topic, partition, record_offset, key, value, headers, timestamp_ms)
        ON CONFLICT (epoch, topic, partition, record_offset) DO NOTHING
        RETURNING epoch, topic, partition, record_offset
        """,
        epoch,
        at,
        *arrays_of("code, why, sender, sha256", faults),
        *arrays_of(RECORD, records),
        [headers_to_text(record.headers) for record in records],
        [record.timestamp_ms for record in records],
    )
    return {(row["epoch"], row["topic"], row["partition"], row["record_offset"]) for row in rows}


def held_of(row: Row) -> Held:
    """A row of held, read with HELD_COLUMNS."""
    return Held(row["id"], row["kind"], row["epoch"], record_of(row), row["held_at"])


def record_of(row: Row) -> Record:
    """The record that a row of held stands for."""
    return Record(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["record_offset"],
        key=row["key"],
        value=row["value"],
        headers=headers_from_text(row["headers"]),
        timestamp_ms=row["timestamp_ms"],
    )
