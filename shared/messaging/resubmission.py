"""The outcome of resubmitting a quarantined message from outside.

To resubmit is to send it to its topic again: the service reads it there like any other, in its turn.
"""

import json

from shared.messaging.batches import is_text
from shared.messaging.database import Connection
from shared.messaging.encoding import sha256_hex
from shared.messaging.message import Record

NUL = "\0"

_SELECT_OUTCOME = """
    SELECT EXISTS (SELECT FROM inbox WHERE (sender, message_id, sha256) = ($1, $2, $3)) AS is_decided,
           (
               SELECT min(id) FROM held WHERE released_at IS NULL AND topic = $4 AND value = $5
           ) AS held_id,
           (
               SELECT max(id) FROM quarantine WHERE sha256 = $3 AND topic = $4 AND id > $6
           ) AS quarantine_id
"""


async def resubmission_outcome(connection: Connection, sent: Record, quarantine_id: int) -> str:
    """Whether a resubmitted message was decided, waits or was quarantined again, in words that follow "and"."""
    sender, message_id = _text_under(sent, "source"), _text_under(sent, "id")
    row = await connection.fetchrow(
        _SELECT_OUTCOME, sender, message_id, sha256_hex(sent.value or b""), sent.topic, sent.value, quarantine_id
    )
    assert row is not None, "it selects one row, whatever is stored"
    if row["is_decided"]:
        return "was decided; its sender has the receipt"
    if row["held_id"] is not None:
        return f"waits as held/{row['held_id']}"
    if row["quarantine_id"] is not None:
        return f"was quarantined again as quarantine/{row['quarantine_id']}"
    return "is not decided yet"


def _text_under(record: Record, name: str) -> str | None:
    """The text that the message has under this name; None if it has none, or none that PostgreSQL could keep."""
    try:
        found = json.loads(record.value or b"")[name]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, str) and is_text(found) and NUL not in found else None
