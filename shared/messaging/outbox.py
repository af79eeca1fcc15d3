"""The outbox: events to publish, numbered without gaps per stream, stored as they are decided, and kept for ever."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.envelope import EventEnvelope
from shared.contracts.ids import event_id
from shared.messaging.database import Connection
from shared.messaging.message import Outgoing
from shared.messaging.signatures import Signer

# A broker takes 1 MiB at most, headers included; a record above that would be in the relay's way for ever.
EVENT_BYTES_MAX = 1_000_000

# Other processes' relays listen on this channel.
CHANNEL = "outbox"

# The receipt of a message is always its first event, so that it can be found again when the sender repeats itself.
RECEIPT_INDEX = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """An event that will be published: what caused it, and its place among what that cause brought about.

    ``time`` is when its cause was taken in, by business time.
    """

    outgoing: Outgoing
    cause: UUID
    index: int
    causation_id: str
    time: datetime
    traceparent: str | None
    # By the clock, where ``time`` may be another; the relay tells by it whether a row was delayed.
    written_at: datetime | None = None

    @property
    def event_id(self) -> UUID:
        """The id that this event gets however often its cause is processed."""
        return event_id(self.cause, self.index)

    @property
    def stream(self) -> tuple[str, str]:
        """Topic and key."""
        return (self.outgoing.topic or self.outgoing.data.topic, self.outgoing.subject)


@dataclass(frozen=True, slots=True)
class Written:
    """An event as it will be published: its number in its stream, its bytes, and what signs them."""

    event_id: UUID
    seq: int
    value: bytes
    signature: str | None


async def append(
    connection: Connection,
    service: str,
    drafts: Sequence[Draft],
    models: Mapping[str, type[EventEnvelope]],
    signer: Signer | None,
) -> None:
    """Number the drafts, encode and sign them, and store them: two statements, however many they are.

    Raises ValueError for an event of more bytes than a broker takes.
    """
    if not drafts:
        return
    numbers = await _next_numbers(connection, Counter(draft.stream for draft in drafts))
    rows = written(service, drafts, numbers, models, signer)
    await connection.execute(
        f"""
        WITH written AS (
            INSERT INTO outbox (event_id, topic, key, seq, value, signature, traceparent, created_at)
            SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bytea[], $6::text[], $7::text[],
                                 $8::timestamptz[])
        )
        SELECT pg_notify('{CHANNEL}', '')
        """,  # noqa: S608  # the channel is a constant of this module
        [row.event_id for row in rows],
        [draft.stream[0] for draft in drafts],
        [draft.stream[1] for draft in drafts],
        [row.seq for row in rows],
        [row.value for row in rows],
        [row.signature for row in rows],
        [draft.traceparent for draft in drafts],
        [draft.written_at or draft.time for draft in drafts],
    )


def written(
    service: str,
    drafts: Sequence[Draft],
    numbers: Mapping[tuple[str, str], int],
    models: Mapping[str, type[EventEnvelope]],
    signer: Signer | None,
) -> list[Written]:
    """The drafts as they will be published; ``numbers`` is the last number given out on each of their streams.

    Raises ValueError for one that no broker would take.
    """
    last = dict(numbers)
    rows: list[Written] = []
    for draft in drafts:
        seq = last[draft.stream] = last[draft.stream] + 1
        own_id = draft.event_id
        value = encode_event(service, draft, own_id, seq, models)
        if len(value) > EVENT_BYTES_MAX:
            raise ValueError(f"{draft.outgoing.data.message_type} has {len(value)} bytes, above {EVENT_BYTES_MAX}")
        if draft.outgoing.signed:
            assert signer is not None, "this service says something signed and has no signing key"
        signature = signer.sign(value) if draft.outgoing.signed and signer is not None else None
        rows.append(Written(own_id, seq, value, signature))
    return rows


def encode_event(
    service: str, draft: Draft, own_id: UUID, seq: int, models: Mapping[str, type[EventEnvelope]]
) -> bytes:
    """The event in its envelope as the bytes of a record's value; they are stored, and never made a second time.

    Raises pydantic's ValidationError for an event that its own contract doesn't allow.
    """
    outgoing = draft.outgoing
    message = models[outgoing.data.message_type].model_validate(
        {
            "specversion": "1.0",
            "id": own_id,
            "source": service,
            "type": outgoing.data.message_type,
            "subject": outgoing.subject,
            "time": draft.time,
            "poolid": outgoing.pool_id,
            "seq": seq,
            "causationid": draft.causation_id,
            "data": outgoing.data,
        }
    )
    return message.model_dump_json(exclude_none=True).encode("utf-8")


async def repeat_receipts(connection: Connection, causes: Sequence[UUID]) -> None:
    """Have the stored receipts of these messages published once more, as the same bytes."""
    if causes:
        await connection.execute(
            f"""
            WITH repeated AS (
                UPDATE outbox SET published_at = NULL WHERE event_id = ANY($1::uuid[])
            )
            SELECT pg_notify('{CHANNEL}', '')
            """,  # noqa: S608  # the channel is a constant of this module
            [event_id(cause, RECEIPT_INDEX) for cause in causes],
        )


async def unpublished_age_seconds(connection: Connection, now: datetime) -> float:
    """Seconds that the oldest row has waited to be published, writable topic or not; 0 if none waits."""
    since: datetime | None = await connection.fetchval(
        "SELECT created_at FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT 1"
    )
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


async def _next_numbers(connection: Connection, counts: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Reserve numbers on each stream under its row's lock; the answer is the last number before the reserved ones."""
    streams = sorted(counts)
    rows = await connection.fetch(
        """
        INSERT INTO streams AS stream (topic, key, seq)
        SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) AS given (topic, key, seq) ORDER BY topic, key
        ON CONFLICT (topic, key) DO UPDATE SET seq = stream.seq + excluded.seq
        RETURNING topic, key, seq
        """,
        [topic for topic, _ in streams],
        [key for _, key in streams],
        [counts[stream] for stream in streams],
    )
    return {(row["topic"], row["key"]): row["seq"] - counts[row["topic"], row["key"]] for row in rows}
