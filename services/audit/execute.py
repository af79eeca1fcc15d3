"""The append: records become leaves of the tree, exactly once each, in one transaction; and the tree's checkpoints."""

from collections.abc import Sequence
from datetime import datetime

from services.audit.domain.labels import labels_of
from services.audit.domain.leaf import Leaf, hash_of, headers_to_bytes
from services.audit.domain.merkle import Frontier, appended
from services.audit.domain.rules.article_19_record_proof import is_unaltered
from services.audit.note import Checkpoint, checkpoint_text, signed_note, verifier_key_of
from services.audit.repository import (
    StoredCheckpoint,
    insert_checkpoint,
    insert_records,
    load_frontier,
    load_last_checkpoint_size,
    load_recorded_hashes,
    lock_appending,
    save_frontier,
)
from shared.contracts.audit import CheckpointPublished
from shared.contracts.base64_text import base64_of
from shared.messaging.database import Connection
from shared.messaging.log_lines import Recorded
from shared.messaging.message import Outgoing, Record
from shared.messaging.signatures import Signer

# The log's name where the settings give no other; each deployment, and each record begun anew, needs one of its own.
ORIGIN = "riskpool.invalid/audit"


class RecordAltered(Exception):
    """A position is recorded with other bytes: the broker or the record was altered, and nothing can be appended.

    Also what is seen when the broker was built anew and the epoch wasn't raised.
    """


async def execute(
    connection: Connection, records: Sequence[Record], epoch: int, recorded_at: datetime
) -> Sequence[Recorded]:
    """Append the records that are not recorded yet, in the order given, and return those.

    Five statements, however many there are.

    To be called in an open transaction at READ COMMITTED, whose end gives the writers' lock back. Raises RecordAltered,
    with nothing appended, if a position was recorded, or is given twice, with different bytes.
    """
    if not records:
        return ()
    leaves = [leaf_of(record, epoch) for record in records]
    await lock_appending(connection)
    frontier = await load_frontier(connection)
    recorded = await load_recorded_hashes(connection, leaves)
    fresh: list[Leaf] = []
    fresh_records: list[Record] = []
    hashes: list[bytes] = []
    for leaf, record in zip(leaves, records, strict=True):
        hash_of_leaf = hash_of(leaf)
        before = recorded.get(leaf.position)
        if before is None:
            recorded[leaf.position] = hash_of_leaf
            fresh.append(leaf)
            fresh_records.append(record)
            hashes.append(hash_of_leaf)
        elif not is_unaltered(before, hash_of_leaf):
            raise RecordAltered(_altered(leaf, before, hash_of_leaf))
    if not fresh:
        return ()
    labels = [labels_of(leaf.topic, leaf.value) for leaf in fresh]
    await insert_records(connection, fresh, hashes, labels, index_first=frontier.size, recorded_at=recorded_at)
    await save_frontier(connection, appended(frontier, hashes))
    return [
        Recorded(record, label.message_id, label.type, label.source, label.pool_id, label.project_id)
        for record, label in zip(fresh_records, labels, strict=True)
    ]


async def checkpoint(connection: Connection, at: datetime, signer: Signer, origin: str = ORIGIN) -> Sequence[Outgoing]:
    """Sign and store a checkpoint and return it to be published; nothing if nothing was recorded since the last.

    To be called in an open transaction of its own, so that only what is committed is ever signed.
    """
    # The frontier is read first: a checkpoint that commits in between is at least as large, and this one is left out.
    frontier = await load_frontier(connection)
    if frontier.size <= await load_last_checkpoint_size(connection):
        return ()
    published = checkpoint_of(frontier, signer, origin)
    verifier = verifier_key_of(origin, signer.private)
    stored = StoredCheckpoint(frontier.size, frontier.root, origin, str(verifier), published.note)
    if not await insert_checkpoint(connection, stored, at):
        return ()
    return (Outgoing(data=published, pool_id=None, subject=origin),)


def checkpoint_of(frontier: Frontier, signer: Signer, origin: str = ORIGIN) -> CheckpointPublished:
    """The signed statement about a record of this size and with this root."""
    note = signed_note(checkpoint_text(Checkpoint(origin, frontier.size, frontier.root)), origin, signer.private)
    root_base64 = base64_of(frontier.root)
    return CheckpointPublished(origin=origin, size=frontier.size, root_base64=root_base64, note=note)


def leaf_of(record: Record, epoch: int) -> Leaf:
    """The leaf that a Kafka record becomes."""
    return Leaf(
        epoch=epoch,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp_ms=record.timestamp_ms,
        key=record.key,
        value=record.value,
        headers=headers_to_bytes(record.headers),
    )


def _altered(leaf: Leaf, recorded: bytes, found: bytes) -> str:
    """What an operator must see: the position and both hashes, and never the bytes."""
    return (
        f"epoch {leaf.epoch}, {leaf.topic}[{leaf.partition}] offset {leaf.offset}: recorded with leaf hash "
        f"{recorded.hex()}, now found with {found.hex()}; if the broker was built anew, raise the epoch, "
        "else compare both with the outboxes before anything is appended"
    )
