"""How a collective decision goes, within the project or the entry of the register that is decided."""

from services.registry.domain.ballot import Decidable
from services.registry.domain.evolution import of_decidable
from shared.contracts.registry.ballots import BallotClosed, BallotOpened, BallotVoided, MemberRecused, VoteRecorded
from shared.decisions import ballot

BallotEvent = BallotOpened | VoteRecorded | MemberRecused | BallotClosed | BallotVoided


def evolve(subject: Decidable, event: BallotEvent) -> Decidable:
    """What is decided, after ``event``."""
    return ballot.evolve(subject, event)


EVOLUTIONS = (of_decidable(evolve),)
