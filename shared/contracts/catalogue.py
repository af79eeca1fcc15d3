"""Every message type there is, by its name."""

from shared.contracts import audit, claims, registry, treasury
from shared.contracts.envelope import Command, CommandEnvelope, Event, EventEnvelope, message_model

COMMANDS: dict[str, type[Command]] = {
    data.message_type: data for data in (*registry.COMMANDS, *claims.COMMANDS, *treasury.COMMANDS)
}
EVENTS: dict[str, type[Event]] = {
    data.message_type: data for data in (*registry.EVENTS, *claims.EVENTS, *treasury.EVENTS, *audit.EVENTS)
}
COMMAND_MESSAGES: dict[str, type[CommandEnvelope]] = {
    name: message_model(data)  # type: ignore[misc]  # a command's model is a command's envelope
    for name, data in COMMANDS.items()
}
EVENT_MESSAGES: dict[str, type[EventEnvelope]] = {
    name: message_model(data)  # type: ignore[misc]  # an event's model is an event's envelope
    for name, data in EVENTS.items()
}


def command_messages(topic: str) -> dict[str, type[CommandEnvelope]]:
    """The models of what outsiders may send to ``topic``, by type."""
    return {name: COMMAND_MESSAGES[name] for name, data in COMMANDS.items() if data.topic == topic}
