"""Article 6: whoever has a duty is reminded of it; so each day of the pool begins once, in order, and in its time."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

from services.registry.domain.pool import Pool
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.cycle import DueKind, DueStatus

# Duties for which the rules name no days are announced on the day itself, and when they are overdue.
WITHOUT_REMINDER: tuple[int, ...] = ()
# What is asked for only while a pool takes new loans, or may do so again.
_OF_A_POOL_THAT_GOES_ON = frozenset(
    {
        DueKind.FILING_COMPLETION,
        DueKind.FILING_CORRECTION,
        DueKind.CONTRIBUTION,
        DueKind.EVALUATION,
        DueKind.OPERATING_PERIOD,
    }
)


def refuse_unless_day_has_come(day: date, today: date) -> Refusal | None:
    """Article 6.9. No day begins before it has come: what falls due on it would be announced too early."""
    if day <= today:
        return None
    return refusal(
        "day_not_come",
        "6.9",
        f"{day} has not come yet, today is {today} in Beijing; begin it on that day.",
        f"{day} 尚未到来，北京时间今日为 {today}；请于当日再行推进。",
    )


def refuse_if_day_is_past(begun: date | None, day: date) -> Refusal | None:
    """Article 6.9. Days go forward: on a day before the latest one begun, all that fell due was announced."""
    if begun is None or day > begun:
        return None
    return refusal(
        "day_is_past",
        "6.9",
        f"{begun} has begun already, and {day} is before it; begin the next day when it comes.",
        f"日期已推进至 {begun}，{day} 已过；请待下一日到来后再推进。",
    )


# accept: ()
def steps_of(days_before: Iterable[int]) -> tuple[int, ...]:
    """Article 6.9. A duty is announced so many days before its last day, on that day, and once when it is overdue."""
    return tuple(sorted({*days_before, 0, -1}, reverse=True))


# accept: None
def announced_next(due_on: date, steps_days: Iterable[int], day: date) -> date | None:
    """Article 6.9. Each reminder comes once: the next one is the first that lies after ``day``; None after the last."""
    later = [due_on - timedelta(days=step) for step in steps_days if due_on - timedelta(days=step) > day]
    return min(later, default=None)


# accept: DueStatus.AHEAD
def due_status(due_on: date, day: date) -> DueStatus:
    """Article 6.9. A duty is due on its last day, and overdue from the day after it."""
    if day < due_on:
        return DueStatus.AHEAD
    return DueStatus.DUE if day == due_on else DueStatus.OVERDUE


# accept: filed_on
def decision_is_due_on(filing_deadline: date, filed_on: date) -> date:
    """Article 6.9. A filing is decided on by the end of its window, so that a return can be mended in time (a reading).

    One that was filed after its window is due at once. Nothing is deemed approved when the day has passed (5.4).
    """
    return max(filing_deadline, filed_on)


# accept: returned_on
def supplement_is_due_on(returned_on: date, supplement_days: int) -> date:
    """Article 6.9. A returned filing is to be filed again within the days of the rules, the day of return excluded."""
    return returned_on + timedelta(days=supplement_days)


# accept: date(year, 12, 31)
def summary_is_due_on(year: int, month: int, day: int) -> date:
    """Article 6.9. A year's summary is due on a day of the next year; the month's last day stands for a missing one."""
    return date(year + 1, month, min(day, monthrange(year + 1, month)[1]))


# accept: frozenset()
def no_longer_owed(pool: Pool) -> frozenset[DueKind]:
    """Article 6.9. Nobody is reminded of what can't be done any more: what a stop or an end of the cooperation ends.

    No filing comes in, neither for the first time nor again; what is planned to be paid in is for loans to come; and
    nothing is left to decide on term and operating period. What the existing projects ask for goes on (22.1).
    """
    return _OF_A_POOL_THAT_GOES_ON if pool.cycle.takes_no_filing else frozenset()


# accept: True
def summary_is_owed(pool: Pool, year: int) -> bool:
    """Article 6.9. A summary comes with the next year's plan, so that years from the cooperation's end on need none.

    Those that were over by then are still owed. After a stop the existing projects go on, with summary and plan.
    """
    ended_on = pool.cycle.ended_on
    return ended_on is None or year < ended_on.year
