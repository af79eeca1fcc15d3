"""Every message type there is, by its name: each class with a ``message_type`` in a module of this package."""

import pkgutil
from importlib import import_module
from typing import TypeVar

from shared import contracts
from shared.contracts.envelope import Command, CommandEnvelope, Event, EventEnvelope, message_model

_MODULES = tuple(
    import_module(found.name)
    for found in pkgutil.walk_packages(contracts.__path__, f"{contracts.__name__}.")
    if found.name != __name__
)
_Data = TypeVar("_Data", Command, Event)


def _types(kind: type[_Data]) -> dict[str, type[_Data]]:
    """The types of this kind: the modules by their names, in each of them the types as they are written."""
    types: dict[str, type[_Data]] = {}
    for module in _MODULES:
        for data in vars(module).values():
            if isinstance(data, type) and issubclass(data, kind) and _is_type_of(module.__name__, data):
                assert data.message_type not in types, f"two types are called {data.message_type}"
                types[data.message_type] = data
    return types


def _is_type_of(module: str, data: type[Command | Event]) -> bool:
    # What a module imports is another one's, and a base class of several types has no name of its own.
    return data.__module__ == module and "message_type" in vars(data)


COMMANDS: dict[str, type[Command]] = _types(Command)
EVENTS: dict[str, type[Event]] = _types(Event)
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
