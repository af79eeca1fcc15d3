"""How a pool's days begin, one after the other."""

from services.registry.domain.deadlines import Deadlines, Moment, deadline_id, with_summaries
from services.registry.domain.evolution import of_pool, of_state
from services.registry.domain.pool import Pool
from services.registry.domain.state import State
from shared.contracts.registry.cycle import DayBegan, DutiesAnnounced


def evolve(pool: Pool, event: DayBegan) -> Pool:
    """The pool after ``event``."""
    assert event.previous_day == pool.cycle.day, "each day follows the one begun before it"
    return pool.model_copy(update={"cycle": pool.cycle.model_copy(update={"day": event.day})})


def evolve_announced(state: State, event: DutiesAnnounced) -> State:  # noqa: ARG001  # it changes the deadlines alone
    """The state after ``event``: only the deadlines have changed, which evolve beside it."""
    return state


def evolve_deadlines(deadlines: Deadlines, at: Moment, event: DayBegan | DutiesAnnounced) -> Deadlines:
    """With each new year its summary is owed; what was announced is announced again at its next step."""
    if isinstance(event, DayBegan):
        before = event.previous_day or at.pool.founded_on
        return with_summaries(deadlines, at, range(before.year + 1, event.day.year + 1))
    ids = (deadline_id(at.pool_id, (duty.kind, duty.subject_id, duty.reference, duty.holder)) for duty in event.duties)
    return deadlines.with_begun(at.pool_id, [deadlines.waiting[each].announced(event.day) for each in ids])


EVOLUTIONS = (of_pool(evolve), of_state(evolve_announced))
DEADLINES = (evolve_deadlines,)
