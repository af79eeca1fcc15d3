"""How the cooperation ends."""

from services.registry.domain.deadlines import Deadlines, Moment, after_the_last_filing
from services.registry.domain.evolution import of_pool
from services.registry.domain.pool import Pool
from shared.contracts.registry.performance import CooperationEnded


def evolve(pool: Pool, event: CooperationEnded) -> Pool:
    """The pool after ``event``."""
    assert pool.cycle.ended_on is None, "a cooperation ends once"
    ended = {"ended_on": event.ended_on, "ended_for": event.ground, "ending": event}
    return pool.model_copy(update={"cycle": pool.cycle.model_copy(update=ended)})


def evolve_deadlines(deadlines: Deadlines, at: Moment, event: CooperationEnded) -> Deadlines:  # noqa: ARG001  # it tells which event
    """What only a pool that goes on asks for is owed no more."""
    return after_the_last_filing(deadlines, at)


EVOLUTIONS = (of_pool(evolve),)
DEADLINES = (evolve_deadlines,)
