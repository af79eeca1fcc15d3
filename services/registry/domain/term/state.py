"""How a pool's operating periods and its term go on, and how they end."""

from typing import assert_never

from services.registry.domain.cycle import OperatingPeriod
from services.registry.domain.deadlines import TERM, Deadlines, Moment, after_the_last_filing, with_evaluation
from services.registry.domain.evolution import of_pool
from services.registry.domain.pool import Pool
from shared.contracts.registry.cycle import DueKind
from shared.contracts.registry.performance import OperatingPeriodFixed, PoolContinued, PoolStopped


def evolve(pool: Pool, event: OperatingPeriodFixed | PoolContinued | PoolStopped) -> Pool:
    """The pool after ``event``."""
    cycle = pool.cycle
    match event:
        case OperatingPeriodFixed():
            changed: dict[str, object] = {
                "operating_periods": (*cycle.operating_periods, OperatingPeriod.of(event)),
                "fixed": event,
                "failed_evaluation": None,
            }
        case PoolContinued():
            assert cycle.stopped_on is None, "a pool that has stopped does not go on"
            assert event.ends_on_before == pool.ends_on, "the term that ends is the present one"
            pool = pool.model_copy(update={"ends_on": event.ends_on})
            before = () if cycle.evaluation is None else (cycle.evaluation,)
            changed = {
                "operating_periods": (*cycle.operating_periods, OperatingPeriod.of(event)),
                "evaluations_before": (*cycle.evaluations_before, *before),
                "fixed": None,
                "failed_evaluation": None,
                "continuation": event,
                "continued_on": event.decided_on,
                "evaluation": event.evaluation,
            }
        case PoolStopped():
            assert cycle.stopped_on is None, "a pool stops once"
            changed = {"stopped_on": event.stopped_on, "evaluation": event.evaluation, "stop": event}
        case _:
            assert_never(event)
    return pool.model_copy(update={"cycle": cycle.model_copy(update=changed)})


def evolve_deadlines(
    deadlines: Deadlines, at: Moment, event: OperatingPeriodFixed | PoolContinued | PoolStopped
) -> Deadlines:
    """A new term is evaluated before its end, and an operating period decided on; a stop asks for neither."""
    if isinstance(event, PoolStopped):
        return after_the_last_filing(deadlines, at)
    period = (DueKind.OPERATING_PERIOD, at.pool_id, TERM, at.pool.managing_institution)
    deadlines = deadlines.with_begun(at.pool_id, [at.begun(period, event.operating_until, at.rules.reminder_days)])
    return with_evaluation(deadlines, at) if isinstance(event, PoolContinued) else deadlines


EVOLUTIONS = (of_pool(evolve),)
DEADLINES = (evolve_deadlines,)
