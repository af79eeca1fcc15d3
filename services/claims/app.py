"""What the claims service is made of."""

from services.claims.execute import execute
from shared.contracts.catalogue import EVENT_MESSAGES, command_messages
from shared.contracts.claims import ClaimsReceipt
from shared.contracts.topics import CLAIMS_COMMANDS, LOSS_NOTICES, REGISTRY_EVENTS, TREASURY_EVENTS
from shared.messaging.service_definition import DecisionService

SERVICE = DecisionService(
    name="claims",
    commands={topic: command_messages(topic) for topic in (LOSS_NOTICES, CLAIMS_COMMANDS)},
    observes=(REGISTRY_EVENTS, TREASURY_EVENTS),
    events=EVENT_MESSAGES,
    receipt=ClaimsReceipt,
    execute=execute,
)
