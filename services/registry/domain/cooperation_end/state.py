"""How the cooperation ends."""

from services.registry.domain.evolution import of_pool
from services.registry.domain.pool import Pool
from shared.contracts.registry.performance import CooperationEnded


def evolve(pool: Pool, event: CooperationEnded) -> Pool:
    """The pool after ``event``."""
    assert pool.cycle.ended_on is None, "a cooperation ends once"
    ended = {"ended_on": event.ended_on, "ended_for": event.ground, "ending": event}
    return pool.model_copy(update={"cycle": pool.cycle.model_copy(update=ended)})


EVOLUTIONS = (of_pool(evolve),)
