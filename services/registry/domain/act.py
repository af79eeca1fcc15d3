"""What an officer has done in a case, which decides what that officer may still do in it."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from shared.contracts.envelope import Event
from shared.contracts.registry.words import Duty, Role
from shared.decisions.acts import acts_of, with_acts


class Act(BaseModel):
    """A duty that an officer has exercised in this case; who did one thing may not do another (4.1)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    duty: Duty
    institution: str
    officer: str


def acts_after(acts: tuple[Act, ...], event: Event, institutions: Mapping[Role, str]) -> tuple[Act, ...]:
    """The acts of a case after ``event``, be it the registry's or another service's; the very same where none is new.

    An event names officers by their duties; ``institutions`` are those of the pool whose officers have them.
    """
    told = (Act(duty=act.duty, institution=institutions[act.role], officer=act.officer) for act in acts_of(event))
    return with_acts(acts, told)
