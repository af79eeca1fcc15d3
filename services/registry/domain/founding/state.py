"""How a pool comes to be: prepared, so that its cooperating institution can be selected, and founded."""

from dataclasses import replace

from services.registry.domain.deadlines import Deadlines, Moment, with_evaluation, with_summaries
from services.registry.domain.evolution import of_state
from services.registry.domain.pool import Pool, PreparedPool
from services.registry.domain.state import State
from shared.contracts.registry.pools import PoolFounded, PoolPrepared


def evolve_prepared(state: State, event: PoolPrepared) -> State:
    """The state after the pool was prepared."""
    assert state.register is None, "a pool is prepared once, and before its founding"
    return replace(state, prepared=PreparedPool.from_message(event))


def evolve_founded(state: State, event: PoolFounded) -> State:
    """The state after the founding, which takes over whoever was registered while the pool was prepared."""
    assert state.pool is None, "a pool is founded once"
    pool = Pool.from_message(
        event,
        first_rules=event.rules,
        institutions=state.prepared.institutions if state.prepared else {},
        keys=state.prepared.keys if state.prepared else {},
        registrations=state.prepared.registrations if state.prepared else {},
    )
    return replace(state, pool=pool, prepared=None)


def evolve_deadlines(deadlines: Deadlines, at: Moment, event: PoolFounded) -> Deadlines:
    """The first year is summed up, and the term evaluated before its end."""
    return with_summaries(with_evaluation(deadlines, at), at, [event.founded_on.year])


EVOLUTIONS = (of_state(evolve_prepared), of_state(evolve_founded))
DEADLINES = (evolve_deadlines,)
