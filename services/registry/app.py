"""What the registry is made of."""

from functools import partial

from services.registry.domain.reference_data import ReferenceData
from services.registry.execute import execute, report_changed_profiles
from shared.contracts.catalogue import EVENT_MESSAGES, command_messages
from shared.contracts.registry import RegistryReceipt
from shared.contracts.topics import CLAIMS_EVENTS, REGISTRY_COMMANDS, TREASURY_EVENTS
from shared.messaging.service_definition import DecisionService


def service(reference_data: ReferenceData) -> DecisionService:
    """The service, which decides by the districts' profiles and the working days that it is given."""
    return DecisionService(
        name="registry",
        commands={REGISTRY_COMMANDS: command_messages(REGISTRY_COMMANDS)},
        observes=(CLAIMS_EVENTS, TREASURY_EVENTS),
        events=EVENT_MESSAGES,
        receipt=RegistryReceipt,
        execute=partial(execute, reference_data=reference_data),
        at_start=partial(report_changed_profiles, districts=reference_data.districts),
    )
