"""Events between services: each stream (source, topic, key) is taken in gapless order, and its cursor is the inbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.messaging.database import Connection
from shared.messaging.inbox import HELD_COLUMNS, Held, held_of, hold, release
from shared.messaging.message import Incoming

Stream = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Ordered:
    """Events in the order of their streams: ``ready`` can be processed, ``after_gap`` wait for a missing one."""

    ready: tuple[Incoming, ...]
    after_gap: tuple[Incoming, ...]
    released: tuple[int, ...]


def stream_of(message: Incoming) -> Stream:
    """The stream that an event belongs to."""
    return (message.received.sender, message.record.topic, message.stream_key)


async def lock_cursors(connection: Connection, incoming: Sequence[Incoming]) -> dict[Stream, int]:
    """The cursors of these events' streams, locked in sorted order; a stream not seen before starts at 0."""
    streams = sorted({stream_of(message) for message in incoming})
    if not streams:
        return {}
    columns = [list(column) for column in zip(*streams, strict=True)]
    await connection.execute(
        """
        INSERT INTO cursors (source, topic, key, seq)
        SELECT source, topic, key, 0 FROM unnest($1::text[], $2::text[], $3::text[]) AS given (source, topic, key)
        ORDER BY source, topic, key
        ON CONFLICT DO NOTHING
        """,
        *columns,
    )
    rows = await connection.fetch(
        """
        SELECT source, topic, key, seq FROM cursors
        WHERE (source, topic, key) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))
        ORDER BY source, topic, key FOR UPDATE
        """,
        *columns,
    )
    return {(row["source"], row["topic"], row["key"]): row["seq"] for row in rows}


async def load_held(connection: Connection, streams: Sequence[Stream], rows_max: int) -> list[Held]:
    """The records of these streams that wait for an earlier one, the next of each stream first.

    What is beyond the limit and whose turn has come is retried afterwards (``inbox.load_waiting``).
    """
    if not streams:
        return []
    rows = await connection.fetch(
        f"""
        SELECT {HELD_COLUMNS} FROM held
        WHERE kind = 'gap' AND released_at IS NULL
          AND (source, topic, stream_key) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))
        ORDER BY seq - (
            SELECT cursors.seq FROM cursors
            WHERE cursors.source = held.source AND cursors.topic = held.topic AND cursors.key = held.stream_key
        ), id
        LIMIT $4
        """,  # noqa: S608  # the columns are a constant of inbox
        *[list(column) for column in zip(*streams, strict=True)],
        rows_max,
    )
    return [held_of(row) for row in rows]


def order(incoming: Sequence[Incoming], held: Sequence[tuple[int, Incoming]], cursors: dict[Stream, int]) -> Ordered:
    """Sort events into those whose turn has come, repeats (dropped), and those after a gap.

    ``held`` are those of these streams that wait already; one whose turn has come is ready, whether or not the one
    before it is in this batch. ``cursors`` is moved on to the last event that is ready.
    """
    ready: list[Incoming] = []
    released: list[int] = []
    waiting: dict[tuple[Stream, int], tuple[int | None, Incoming]] = {
        (stream_of(message), message.seq or 0): (row_id, message) for row_id, message in held
    }

    def take_turns(stream: Stream) -> None:
        while (turn := waiting.pop((stream, cursors[stream] + 1), None)) is not None:
            row_id, message = turn
            ready.append(message)
            cursors[stream] += 1
            if row_id is not None:
                released.append(row_id)

    for stream in dict.fromkeys(stream for stream, _ in waiting):
        take_turns(stream)
    for message in incoming:
        assert message.seq is not None
        stream = stream_of(message)
        if message.seq > cursors[stream]:
            waiting.setdefault((stream, message.seq), (None, message))
            take_turns(stream)
    after_gap = tuple(message for row_id, message in waiting.values() if row_id is None)
    return Ordered(tuple(ready), after_gap, tuple(released))


async def store_progress(
    connection: Connection, ordered: Ordered, cursors: dict[Stream, int], epoch: int, at: datetime
) -> None:
    """Store the moved cursors, what was released and what waits now."""
    moved = {stream_of(message) for message in ordered.ready}
    if moved:
        streams = sorted(moved)
        await connection.execute(
            """
            UPDATE cursors SET seq = given.seq
            FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS given (source, topic, key, seq)
            WHERE cursors.source = given.source AND cursors.topic = given.topic AND cursors.key = given.key
            """,
            *[list(column) for column in zip(*streams, strict=True)],
            [cursors[stream] for stream in streams],
        )
    await release(connection, ordered.released, at)
    await hold(
        connection,
        "gap",
        [
            (message.record, f"event {message.seq} came before {cursors[stream_of(message)] + 1}", message)
            for message in ordered.after_gap
        ],
        epoch,
        at,
    )
