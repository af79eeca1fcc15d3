"""What a command and an event or a state have in common: what is said of it again, and whether it was said before."""

from typing import Any

from pydantic import BaseModel

from shared.contracts.envelope import Command


def is_repeat(command: Command, *, of: BaseModel | None) -> bool:
    """Whether all that the command says is there under the same names already."""
    return of is not None and all(getattr(of, name) == getattr(command, name) for name in type(command).model_fields)


def said(command: Command) -> dict[str, Any]:
    """What the command says, by the names of its fields, for an event that says it too; it ignores what it has not."""
    return {name: getattr(command, name) for name in type(command).model_fields}
