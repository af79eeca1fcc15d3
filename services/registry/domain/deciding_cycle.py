"""Deciding what is said of a pool's cycle: the days that begin (6.9, 20.1)."""

from datetime import date
from typing import assert_never

from services.registry.domain.decision import DUPLICATE, Decision, accepted, first, refused
from services.registry.domain.pool import Pool
from services.registry.domain.rules.article_04_calendar import day_is_said_by_calendar
from services.registry.domain.rules.article_06_duties import day_has_come, day_is_not_past
from services.registry.domain.rules.article_20_term import days_left
from services.registry.domain.state import CycleCommand
from shared.contracts.received import Acting
from shared.contracts.registry.cycle import BeginDay, DayBegan


def decide_cycle(pool: Pool, data: CycleCommand, acting: Acting, today: date) -> Decision:
    """What becomes of a message of this subject."""
    match data:
        case BeginDay():  # 4.1, 6.9, 20.1
            return _begin_day(pool, data, acting, today)
        case _:
            assert_never(data)


def _begin_day(pool: Pool, data: BeginDay, acting: Acting, today: date) -> Decision:
    """Begin the day; it says how many days of the term are left."""
    if not_allowed := day_is_said_by_calendar(pool, acting):
        return refused(not_allowed)
    if pool.cycle.day == data.day:
        return DUPLICATE
    if wrong := first(day_has_come(data.day, today), day_is_not_past(pool.cycle.day, data.day)):
        return refused(wrong)
    return accepted(
        DayBegan(
            day=data.day,
            previous_day=pool.cycle.day,
            ends_on=pool.ends_on,
            days_left=days_left(pool.ends_on, data.day),
        )
    )
