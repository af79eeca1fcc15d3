"""What the treasury is made of."""

from services.treasury.execute import execute
from services.treasury.repository import balance_gauges
from shared.contracts.catalogue import EVENT_MESSAGES, command_messages
from shared.contracts.topics import CLAIMS_EVENTS, REGISTRY_EVENTS, TREASURY_COMMANDS
from shared.contracts.treasury import TreasuryReceipt
from shared.messaging.service_definition import DecisionService

SERVICE = DecisionService(
    name="treasury",
    commands={TREASURY_COMMANDS: command_messages(TREASURY_COMMANDS)},
    observes=(REGISTRY_EVENTS, CLAIMS_EVENTS),
    events=EVENT_MESSAGES,
    receipt=TreasuryReceipt,
    execute=execute,
    gauges=balance_gauges,
)
