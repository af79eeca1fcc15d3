"""How states are stored."""

from functools import cache
from typing import Self

from pydantic import BaseModel, ConfigDict

from shared.contracts.envelope import Command, Event


class StateModel(BaseModel):
    """What is stored: nothing changes in place, and nothing is dropped or made to fit when it is read again."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @classmethod
    def from_message(cls, message: Event | Command, **more: object) -> Self:
        """What an event tells, or a command: what both name alike, and ``more``."""
        said = {name: getattr(message, name) for name in _shared(cls, type(message))}
        return cls.model_validate({**said, **more})


@cache
def _shared(state: type[StateModel], message: type[Event | Command]) -> tuple[str, ...]:
    """The names of the fields that both have."""
    return tuple(name for name in state.model_fields if name in message.model_fields)
