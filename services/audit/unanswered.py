"""What audit adds to a replay: messages from outside that it has recorded and no service has answered.

A service that was behind when the broker was lost has never seen them. Whoever has seen one after all knows it, by its
sender and id or among what was refused.
"""

from collections.abc import AsyncIterator

from services.audit.domain.labels import read_object
from services.audit.domain.leaf import Leaf, headers_from_bytes
from services.audit.repository import load_commands_page, load_recorded_messages
from shared.contracts.ids import causing_id, event_id
from shared.messaging.database import Connection
from shared.messaging.outbox import RECEIPT_INDEX
from shared.messaging.replay import Page, can_be_written, marked

PAGE_ROWS = 2_000


async def unanswered_pages(connection: Connection, epoch: int) -> AsyncIterator[Page]:
    """The unanswered messages recorded before this epoch, as they were received, page by page."""
    after = -1
    while page := await load_commands_page(connection, epoch, after, PAGE_ROWS):
        after = page[-1].leaf_index
        receipts = {recorded.leaf.position: _receipt_of(recorded.leaf) for recorded in page}
        answered = await load_recorded_messages(connection, [receipt for receipt in receipts.values() if receipt])
        unanswered = [
            recorded.leaf
            for recorded in page
            if (receipt := receipts[recorded.leaf.position]) is not None and receipt not in answered
        ]
        records = [
            (leaf.topic, leaf.partition, leaf.key, leaf.value, marked(headers, epoch, leaf.value))
            for leaf in unanswered
            if can_be_written(headers := headers_from_bytes(leaf.headers))
        ]
        if records:
            yield Page(len(records), records)


def _receipt_of(leaf: Leaf) -> str | None:
    """The id of the receipt that a service gives to this message; None if it can't be answered."""
    content = read_object(leaf.value) or {}
    sender, identity = content.get("source"), content.get("id")
    if not isinstance(sender, str) or not isinstance(identity, str):
        return None
    return str(event_id(causing_id(sender, identity), RECEIPT_INDEX))
