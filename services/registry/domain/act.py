"""What an officer has done in a case, which decides what that officer may still do in it."""

from collections.abc import Mapping

from services.registry.domain.state_model import StateModel
from shared.contracts.envelope import Event
from shared.contracts.registry.words import Duty, Role
from shared.decisions.acts import acts_of


class Act(StateModel):
    """A duty that an officer has exercised in this case; who did one thing may not do another (4.1)."""

    duty: Duty
    institution: str
    officer: str


def acts_in(event: Event, institutions: Mapping[Role, str]) -> tuple[Act, ...]:
    """Who acted in a case as ``event`` says, be it the registry's or another service's.

    An event names officers by their duties; ``institutions`` are those of the pool whose officers have them.
    """
    return tuple(Act(duty=act.duty, institution=institutions[act.role], officer=act.officer) for act in acts_of(event))
