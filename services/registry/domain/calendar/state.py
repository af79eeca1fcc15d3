"""How a pool's days begin, one after the other."""

from services.registry.domain.evolution import of_pool, of_state
from services.registry.domain.pool import Pool
from services.registry.domain.state import State
from shared.contracts.registry.cycle import DayBegan, DutiesAnnounced


def evolve(pool: Pool, event: DayBegan) -> Pool:
    """The pool after ``event``."""
    assert event.previous_day == pool.cycle.day, "each day follows the one begun before it"
    return pool.model_copy(update={"cycle": pool.cycle.model_copy(update={"day": event.day})})


def evolve_announced(state: State, event: DutiesAnnounced) -> State:  # noqa: ARG001  # it changes the agenda alone
    """The state after ``event``: only the agenda has changed, which evolves by itself."""
    return state


EVOLUTIONS = (of_pool(evolve), of_state(evolve_announced))
