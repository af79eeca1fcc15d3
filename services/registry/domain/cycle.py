"""A pool's cycle: which of its days has begun, until when it is run by whom, and whether it has stopped."""

from datetime import date
from typing import assert_never

from pydantic import BaseModel

from services.registry.domain.operating_period import OperatingPeriod
from services.registry.domain.stored import type_of_state
from shared.contracts.registry.cycle import DayBegan
from shared.contracts.registry.performance import (
    CooperationEnded,
    EndGround,
    OperatingPeriodFixed,
    PoolContinued,
    PoolStopped,
)
from shared.contracts.registry.words import Agreement

CycleEvent = DayBegan | OperatingPeriodFixed | PoolContinued | PoolStopped | CooperationEnded


class Cycle(BaseModel):
    """Where a pool stands in time.

    ``day`` is the latest day that was begun, None before the first one. ``operating_periods`` are those in which the
    cooperating institution runs the pool, in the order in which they were fixed. ``continued_on`` is the day of the
    decision with which the present term began, None in the first one. ``evaluation`` is the one that the latest
    decision to continue or to stop rests on, ``evaluations_before`` are those of the decisions before it. ``fixed``,
    ``continuation``, ``stop`` and ``ending`` are what was decided last, in full, so that only the same said again is a
    duplicate.
    """

    model_config = type_of_state

    day: date | None = None
    operating_periods: tuple[OperatingPeriod, ...] = ()
    continued_on: date | None = None
    evaluation: str | None = None
    evaluations_before: tuple[str, ...] = ()
    stopped_on: date | None = None
    ended_on: date | None = None
    ended_for: EndGround | None = None
    fixed: OperatingPeriodFixed | None = None
    continuation: PoolContinued | None = None
    stop: PoolStopped | None = None
    ending: CooperationEnded | None = None

    @property
    def operating_until(self) -> date | None:
        """The last day of the period that was fixed last; None while nobody has fixed one."""
        return self.operating_periods[-1].operating_until if self.operating_periods else None

    @property
    def takes_no_filing(self) -> bool:
        """Whether the pool has stopped, or its cooperation has ended: existing projects go on, and no new one comes."""
        return self.filings_until is not None

    @property
    def filings_until(self) -> date | None:
        """The day of the stop, or of the cooperation's end if that came first; None while the pool takes filings."""
        return min((day for day in (self.stopped_on, self.ended_on) if day is not None), default=None)

    @property
    def agreement(self) -> Agreement | None:
        """The agreement by which that period runs; None while it is the founding's."""
        return self.operating_periods[-1].agreement if self.operating_periods else None


def evolve(cycle: Cycle, event: CycleEvent) -> Cycle:
    """The cycle after ``event``."""
    match event:
        case DayBegan():
            assert event.previous_day == cycle.day, "each day follows the one begun before it"
            changed: dict[str, object] = {"day": event.day}
        case OperatingPeriodFixed():
            changed = {"operating_periods": (*cycle.operating_periods, OperatingPeriod.of(event)), "fixed": event}
        case PoolContinued():
            assert cycle.stopped_on is None, "a pool that has stopped does not go on"
            before = () if cycle.evaluation is None else (cycle.evaluation,)
            changed = {
                "operating_periods": (*cycle.operating_periods, OperatingPeriod.of(event)),
                "evaluations_before": (*cycle.evaluations_before, *before),
                "fixed": None,
                "continuation": event,
                "continued_on": event.decided_on,
                "evaluation": event.evaluation,
            }
        case PoolStopped():
            assert cycle.stopped_on is None, "a pool stops once"
            changed = {"stopped_on": event.stopped_on, "evaluation": event.evaluation, "stop": event}
        case CooperationEnded():
            assert cycle.ended_on is None, "a cooperation ends once"
            changed = {"ended_on": event.ended_on, "ended_for": event.ground, "ending": event}
        case _:
            assert_never(event)
    return cycle.model_copy(update=changed)
