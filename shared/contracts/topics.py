"""The topics, their partition counts (fixed for life), and who writes to them."""

from dataclasses import dataclass

LOSS_NOTICES = "loss-notices"
REGISTRY_COMMANDS = "registry.commands"
CLAIMS_COMMANDS = "claims.commands"
TREASURY_COMMANDS = "treasury.commands"
REGISTRY_EVENTS = "registry.events"
CLAIMS_EVENTS = "claims.events"
TREASURY_EVENTS = "treasury.events"
AUDIT_EVENTS = "audit.events"

SERVICES = ("registry", "claims", "treasury", "audit")


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic; ``partitions`` can never change, or the order of a project's life would be lost."""

    name: str
    partitions: int


PARTITIONS = 4
OUTCOMES_PARTITIONS = 1
OUTCOMES_PREFIX = "outcomes."

TOPICS: tuple[Topic, ...] = (
    Topic(LOSS_NOTICES, PARTITIONS),
    Topic(REGISTRY_COMMANDS, PARTITIONS),
    Topic(CLAIMS_COMMANDS, PARTITIONS),
    Topic(TREASURY_COMMANDS, PARTITIONS),
    Topic(REGISTRY_EVENTS, PARTITIONS),
    Topic(CLAIMS_EVENTS, PARTITIONS),
    Topic(TREASURY_EVENTS, PARTITIONS),
    Topic(AUDIT_EVENTS, 1),
)

# Outsiders write to these; every record in them must be signed.
COMMAND_TOPICS: tuple[str, ...] = (LOSS_NOTICES, REGISTRY_COMMANDS, CLAIMS_COMMANDS, TREASURY_COMMANDS)


def outcomes_topic(institution: str) -> str:
    """The topic on which ``institution`` reads its answers."""
    return OUTCOMES_PREFIX + institution
