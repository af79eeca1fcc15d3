"""What audit says of what was said: a checkpoint over records, in the bytes in which it would be published."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid5

from services.audit.domain.leaf import hash_of
from services.audit.domain.merkle import Frontier, appended
from services.audit.execute import ORIGIN, checkpoint_of, leaf_of
from shared.contracts.catalogue import EVENT_MESSAGES
from shared.contracts.ids import NAMESPACE
from shared.messaging.message import Outgoing, Record
from shared.messaging.outbox import Draft, Written, written
from shared.messaging.signatures import Signer
from simulator.service import EPOCH

AUDIT = "audit"


def checkpoint(records: Sequence[Record], signer: Signer, at: datetime) -> Written:
    """The first checkpoint, over all of these records, said at this moment."""
    frontier = appended(Frontier(), [hash_of(leaf_of(record, EPOCH)) for record in records])
    outgoing = Outgoing(checkpoint_of(frontier, signer), None, ORIGIN)
    draft = Draft(outgoing, uuid5(NAMESPACE, f"{AUDIT}/{at.isoformat()}"), 0, AUDIT, at, None)
    (row,) = written(AUDIT, [draft], {draft.stream: 0}, EVENT_MESSAGES, signer)
    return row
