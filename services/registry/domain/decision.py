"""Whether what a command says was said before."""

from pydantic import BaseModel

from shared.contracts.envelope import Command


def is_repeat(command: Command, *, of: BaseModel | None) -> bool:
    """Whether all that the command says is there under the same names already."""
    return of is not None and all(getattr(of, name) == getattr(command, name) for name in type(command).model_fields)
