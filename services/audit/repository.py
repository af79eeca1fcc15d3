"""The audit's statements. All are set-based; none changes or removes what was recorded."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.audit.domain.labels import Labels
from services.audit.domain.leaf import Leaf, Position, Recorded
from services.audit.domain.merkle import Frontier
from shared.contracts.topics import COMMAND_TOPICS
from shared.messaging.database import Connection

# In the order of Recorded's, Leaf's and Labels' fields.
_COLUMNS = "leaf_index, epoch, topic, partition, record_offset, timestamp_ms, key, value, headers, leaf_hash"
_COLUMNS_COPIED = (*_COLUMNS.split(", "), "recorded_at", *Labels._fields)
# Any number will do, as long as it stays the same: the lock that makes the writers one.
APPEND_LOCK = 7_619_162


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A checkpoint as it was signed and stored."""

    size: int
    root: bytes
    origin: str
    verifier_key: str
    note: str


async def lock_appending(connection: Connection) -> None:
    """Wait until this transaction is the only one that appends; its end gives the lock back."""
    await connection.execute("SELECT pg_advisory_xact_lock($1)", APPEND_LOCK)


async def load_frontier(connection: Connection) -> Frontier:
    """The frontier of the tree."""
    row = await connection.fetchrow("SELECT size, nodes FROM frontier")
    assert row is not None, "the migration inserts the frontier's row"
    return Frontier(row["size"], tuple(row["nodes"]))


async def load_recorded_hashes(connection: Connection, leaves: Sequence[Leaf]) -> dict[Position, bytes]:
    """The leaf hashes of all that is recorded in the spans of offsets that these leaves cover, by position.

    One look into the index for each partition, not one for each record: new records lie after all recorded ones.
    """
    spans: dict[tuple[int, str, int], tuple[int, int]] = {}
    for leaf in leaves:
        partition = (leaf.epoch, leaf.topic, leaf.partition)
        first, last = spans.get(partition, (leaf.offset, leaf.offset))
        spans[partition] = (min(first, leaf.offset), max(last, leaf.offset))
    # OFFSET 0 keeps the planner from turning the look-ups into a join that reads the whole table.
    rows = await connection.fetch(
        """
        SELECT recorded.* FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
            AS span (epoch, topic, partition, offset_first, offset_last)
        CROSS JOIN LATERAL (
            SELECT epoch, topic, partition, record_offset, leaf_hash FROM records
            WHERE records.epoch = span.epoch AND records.topic = span.topic AND records.partition = span.partition
              AND records.record_offset BETWEEN span.offset_first AND span.offset_last
            OFFSET 0
        ) AS recorded
        """,
        [epoch for epoch, _, _ in spans],
        [topic for _, topic, _ in spans],
        [partition for _, _, partition in spans],
        [first for first, _ in spans.values()],
        [last for _, last in spans.values()],
    )
    return {(row["epoch"], row["topic"], row["partition"], row["record_offset"]): row["leaf_hash"] for row in rows}


async def insert_records(
    connection: Connection,
    leaves: Sequence[Leaf],
    hashes: Sequence[bytes],
    labels: Sequence[Labels],
    *,
    index_first: int,
    recorded_at: datetime,
) -> None:
    """Copy the leaves, in order, to ``index_first`` and after.

    COPY and not INSERT … SELECT FROM unnest(…), which costs a quarter more for the same rows.
    """
    await connection.copy_records_to_table(
        "records",
        columns=_COLUMNS_COPIED,
        records=[
            (leaf_index, *leaf, hash_of_leaf, recorded_at, *label)
            for leaf_index, (leaf, hash_of_leaf, label) in enumerate(
                zip(leaves, hashes, labels, strict=True), start=index_first
            )
        ],
    )


async def save_frontier(connection: Connection, frontier: Frontier) -> None:
    """Store the frontier of the grown tree."""
    await connection.execute("UPDATE frontier SET size = $1, nodes = $2", frontier.size, list(frontier.nodes))


async def load_last_checkpoint_size(connection: Connection) -> int:
    """The size of the tree at its last checkpoint; 0 before the first."""
    size: int = await connection.fetchval("SELECT coalesce(max(size), 0) FROM checkpoints")
    return size


async def insert_checkpoint(connection: Connection, checkpoint: StoredCheckpoint, signed_at: datetime) -> bool:
    """Insert the checkpoint and say whether it is new; another replica may have been first."""
    inserted = await connection.fetchval(
        """
        INSERT INTO checkpoints (size, root, origin, verifier_key, note, signed_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (size) DO NOTHING RETURNING size
        """,
        checkpoint.size,
        checkpoint.root,
        checkpoint.origin,
        checkpoint.verifier_key,
        checkpoint.note,
        signed_at,
    )
    return inserted is not None


async def load_checkpoints(connection: Connection) -> list[StoredCheckpoint]:
    """All checkpoints, the smallest tree first."""
    rows = await connection.fetch("SELECT size, root, origin, verifier_key, note FROM checkpoints ORDER BY size")
    return [StoredCheckpoint(*row) for row in rows]


async def load_leaf_hashes(connection: Connection, size: int) -> list[bytes]:
    """The leaf hashes of the tree when it had ``size`` leaves: what inclusion and consistency proofs are made from."""
    rows = await connection.fetch("SELECT leaf_hash FROM records WHERE leaf_index < $1 ORDER BY leaf_index", size)
    return [row["leaf_hash"] for row in rows]


async def load_page(connection: Connection, index_first: int, rows_max: int) -> list[Recorded]:
    """A page of recorded leaves from this index on."""
    return await _load(connection, "leaf_index >= $1 ORDER BY leaf_index LIMIT $2", index_first, rows_max)


async def load_span(
    connection: Connection, epoch: int, topic: str, partition: int, *, offset_first: int, offset_last: int
) -> list[Recorded]:
    """The recorded leaves of a partition between two offsets, both included."""
    return await _load(
        connection,
        "epoch = $1 AND topic = $2 AND partition = $3 AND record_offset BETWEEN $4 AND $5 ORDER BY record_offset",
        epoch,
        topic,
        partition,
        offset_first,
        offset_last,
    )


async def load_audited_ends(connection: Connection, epoch: int) -> dict[tuple[str, int], int]:
    """The end of each partition's record: the offset after the last recorded one."""
    rows = await connection.fetch(
        """
        SELECT topic, partition, max(record_offset) + 1 AS audited_end FROM records WHERE epoch = $1
        GROUP BY topic, partition
        """,
        epoch,
    )
    return {(row["topic"], row["partition"]): row["audited_end"] for row in rows}


async def load_last_epoch(connection: Connection) -> int | None:
    """The last epoch of which anything is recorded."""
    epoch: int | None = await connection.fetchval("SELECT max(epoch) FROM records")
    return epoch


async def load_commands_page(connection: Connection, epoch: int, index_after: int, rows_max: int) -> list[Recorded]:
    """A page of the messages from outside that were recorded before this epoch, after this leaf."""
    return await _load(
        connection,
        "leaf_index > $2 AND epoch < $1 AND topic = ANY($3::text[]) ORDER BY leaf_index LIMIT $4",
        epoch,
        index_after,
        list(COMMAND_TOPICS),
        rows_max,
    )


async def load_recorded_messages(connection: Connection, message_ids: Collection[str]) -> frozenset[str]:
    """The ids among these of which a message is recorded."""
    rows = await connection.fetch(
        "SELECT DISTINCT message_id FROM records WHERE message_id = ANY($1::text[])", list(message_ids)
    )
    return frozenset(row["message_id"] for row in rows)


async def load_project_records(connection: Connection, project_id: UUID, rows_max: int) -> list[Recorded]:
    """The records that say they concern this project."""
    return await _load(connection, "project_id = $1 ORDER BY leaf_index LIMIT $2", project_id, rows_max)


async def load_related_records(
    connection: Connection, message_ids: Collection[str], instruction_ids: Collection[UUID], rows_max: int
) -> list[Recorded]:
    """The records with these message ids, or about these payment instructions."""
    return await _load(
        connection,
        "message_id = ANY($1::text[]) OR instruction_id = ANY($2::uuid[]) ORDER BY leaf_index LIMIT $3",
        list(message_ids),
        list(instruction_ids),
        rows_max,
    )


async def _load(connection: Connection, condition: str, *arguments: object) -> list[Recorded]:
    """The recorded leaves for which a condition holds, in its order; it is one of this module's."""
    rows = await connection.fetch(f"SELECT {_COLUMNS} FROM records WHERE {condition}", *arguments)  # noqa: S608  # ours
    return [Recorded(leaf_index, Leaf(*leaf), leaf_hash) for leaf_index, *leaf, leaf_hash in rows]
