"""What the treasury hears, topic by topic: the way from a message to its decision, without any decision of its own."""

from collections.abc import Mapping, Sequence

from services.treasury.execute import execute
from shared.contracts.claims import PayoutReleased, ReimbursementApproved
from shared.contracts.envelope import Command, Event
from shared.contracts.registry import (
    InstitutionRegistered,
    KeyRegistered,
    OfficerRegistered,
    PayeeAccountRegistered,
    PoolFounded,
    ProjectApproved,
)
from shared.contracts.topics import CLAIMS_EVENTS, REGISTRY_EVENTS, TREASURY_COMMANDS
from shared.contracts.treasury import ConfirmContribution, ConfirmPayment, RejectPayment
from shared.messaging.database import Connection
from shared.messaging.message import Decided, Incoming

# All other types on these topics are passed over.
HEARD: Mapping[str, tuple[type[Command] | type[Event], ...]] = {
    TREASURY_COMMANDS: (ConfirmContribution, ConfirmPayment, RejectPayment),
    REGISTRY_EVENTS: (
        PoolFounded,
        InstitutionRegistered,
        OfficerRegistered,
        KeyRegistered,
        PayeeAccountRegistered,
        ProjectApproved,
    ),
    CLAIMS_EVENTS: (PayoutReleased, ReimbursementApproved),
}


async def on_messages(connection: Connection, batch: Sequence[Incoming]) -> Sequence[Decided]:
    """Hand a batch on, in the caller's transaction; returns one decision per message, in order."""
    return await execute(connection, batch)
