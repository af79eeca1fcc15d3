"""What an officer has done in a case, which decides what that officer may still do in it."""

from pydantic import BaseModel, ConfigDict

from shared.contracts.registry.words import Duty


class Act(BaseModel):
    """A duty that an officer has exercised in this case; who did one thing may not do another (4.1)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    duty: Duty
    institution: str
    officer: str


def with_act(acts: tuple[Act, ...], act: Act) -> tuple[Act, ...]:
    """The acts with one more; repeats are left out, so that a case which goes round often doesn't grow."""
    return acts if act in acts else (*acts, act)
