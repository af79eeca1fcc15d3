"""A pool's cycle: which of its days has begun, until when it is run by whom, and whether it has stopped."""

from datetime import date

from services.registry.domain.state_model import StateModel
from shared.contracts.registry.performance import (
    CooperationEnded,
    EndGround,
    OperatingPeriodFixed,
    PoolContinued,
    PoolStopped,
)
from shared.contracts.registry.words import Agreement


class OperatingPeriod(StateModel):
    """From when until when the cooperating institution runs the pool, by which agreement.

    Both days are its own; ``fixed_on`` is the day on which it was fixed.
    """

    agreement: Agreement
    operating_from: date
    operating_until: date
    fixed_on: date

    @staticmethod
    def of(event: OperatingPeriodFixed | PoolContinued) -> "OperatingPeriod":
        """The period of the event; a new term's begins on the day of its decision."""
        if isinstance(event, PoolContinued):
            operating_from = fixed_on = event.decided_on
        else:
            operating_from, fixed_on = event.operating_from, event.fixed_on
        return OperatingPeriod(
            agreement=event.agreement,
            operating_from=operating_from,
            operating_until=event.operating_until,
            fixed_on=fixed_on,
        )


class Cycle(StateModel):
    """Where a pool stands in time.

    ``day`` is the latest day that was begun, None before the first one. ``operating_periods`` are those in which the
    cooperating institution runs the pool, in the order in which they were fixed. ``continued_on`` is the day of the
    decision with which the present term began, None in the first one. ``evaluation`` is the one that the latest
    decision to continue or to stop rests on, ``evaluations_before`` are those of the decisions before it;
    ``failed_evaluation`` is the latest that has failed since it was last decided to go on. ``fixed``, ``continuation``,
    ``stop`` and ``ending`` are what was decided last, in full, so that only the same said again is a duplicate.
    """

    day: date | None = None
    operating_periods: tuple[OperatingPeriod, ...] = ()
    continued_on: date | None = None
    evaluation: str | None = None
    evaluations_before: tuple[str, ...] = ()
    failed_evaluation: str | None = None
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
