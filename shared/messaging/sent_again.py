"""What has become of a message from outside since an operator has had it sent to its topic again.

The sending itself decides nothing: the service reads the record like any other, in its turn.
"""

import json

from shared.messaging.batches import is_text
from shared.messaging.database import Connection
from shared.messaging.message import Record
from shared.messaging.wire import sha256_hex

NUL = "\0"

_SELECT_SINCE_SENT = """
    SELECT EXISTS (SELECT FROM inbox WHERE (sender, message_id, sha256) = ($1, $2, $3)) AS is_decided,
           (
               SELECT min(id) FROM held WHERE released_at IS NULL AND topic = $4 AND value = $5
           ) AS held_id,
           (
               SELECT max(id) FROM quarantine WHERE sha256 = $3 AND topic = $4 AND id > $6
           ) AS set_aside_id
"""


async def since_sent(connection: Connection, sent: Record, quarantine_id: int) -> str:
    """What this service has come to with a message that was in quarantine and was sent again."""
    sender, message_id = _said(sent, "source"), _said(sent, "id")
    row = await connection.fetchrow(
        _SELECT_SINCE_SENT, sender, message_id, sha256_hex(sent.value or b""), sent.topic, sent.value, quarantine_id
    )
    assert row is not None, "it selects one row, whatever is stored"
    if row["is_decided"]:
        return "was decided; its sender has the receipt"
    if row["held_id"] is not None:
        return f"waits as held/{row['held_id']}"
    if row["set_aside_id"] is not None:
        return f"was set aside again as quarantine/{row['set_aside_id']}"
    return "is not decided yet"


def _said(record: Record, name: str) -> str | None:
    """The text that the message has under this name; None if it has none, or none that PostgreSQL could keep."""
    try:
        found = json.loads(record.value or b"")[name]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, str) and is_text(found) and NUL not in found else None
