"""What the registry is made of."""

from services.registry.execute import execute
from shared.contracts.catalogue import EVENT_MESSAGES, command_messages
from shared.contracts.registry import RegistryReceipt
from shared.contracts.topics import CLAIMS_EVENTS, REGISTRY_COMMANDS, TREASURY_EVENTS
from shared.messaging.service_definition import DecisionService

SERVICE = DecisionService(
    name="registry",
    commands={REGISTRY_COMMANDS: command_messages(REGISTRY_COMMANDS)},
    hears=(CLAIMS_EVENTS, TREASURY_EVENTS),
    events=EVENT_MESSAGES,
    receipt=RegistryReceipt,
    execute=execute,
)
