"""Article 6: the pool's days begin once, in order, in their time, and by the calendar only."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.contracts.receipts import Outcome
from shared.contracts.registry.cycle import DayBegan
from shared.contracts.registry.words import SystemUse
from tests.unit.registry.cycle_examples import RUNNING, begun, days
from tests.unit.registry.registry_examples import COOPERATING, MANAGING, TODAY, codes


@pytest.mark.clause("6.9")
def test_a_day_begins_with_the_days_that_are_left() -> None:
    """Given a pool, when a day begins, then it is told with the day before it and the days left of the term."""
    event, *_ = RUNNING.begin(TODAY).events
    assert event == DayBegan(
        day=TODAY, previous_day=None, ends_on=RUNNING.pool.ends_on, days_left=(RUNNING.pool.ends_on - TODAY).days
    )
    event, *_ = begun(TODAY).begin(TODAY + timedelta(days=3)).events
    assert isinstance(event, DayBegan)
    assert event.previous_day == TODAY


@pytest.mark.clause("6.9")
def test_the_same_day_again_is_a_duplicate() -> None:
    """However often the calendar says the day, it begins once."""
    assert begun(TODAY).begin(TODAY).outcome is Outcome.DUPLICATE


@pytest.mark.clause("6.9")
def test_no_day_begins_before_it_has_come() -> None:
    """Tomorrow is refused, by Beijing's day."""
    decision = RUNNING.when(days(TODAY + timedelta(days=1)), MANAGING, SystemUse.CALENDAR)
    assert codes(decision) == ["day_not_come"]


@pytest.mark.clause("6.9")
def test_no_day_begins_after_a_later_one() -> None:
    """What fell due on a past day has been announced."""
    assert codes(begun(TODAY).begin(TODAY - timedelta(days=1))) == ["day_is_past"]


@pytest.mark.clause("4.1")
@pytest.mark.parametrize(
    ("where", "officer", "use", "code"),
    [
        (MANAGING, "administrator", None, "key_of_another_use"),
        (MANAGING, None, SystemUse.PAYMENT_INSTRUCTIONS, "key_of_another_use"),
        (COOPERATING, None, SystemUse.CALENDAR, "role_not_held"),
    ],
)
def test_only_the_calendar_says_which_day_it_is(where: str, officer: str | None, use: Any, code: str) -> None:
    """An officer, a system of another use, and another institution's system are refused."""
    decision = RUNNING.when(days(TODAY), where, use, officer=officer)
    assert codes(decision) == [code]


@pytest.mark.clause("20.1")
def test_after_the_term_the_days_since_its_end_are_shown() -> None:
    """The days left go down to zero on the last day, and below it afterwards."""
    ends_on = RUNNING.pool.ends_on
    for day, left in ((ends_on, 0), (ends_on + timedelta(days=2), -2), (date(2026, 3, 3), 1460)):
        event, *_ = RUNNING.begin(day).events
        assert isinstance(event, DayBegan)
        assert event.days_left == left
