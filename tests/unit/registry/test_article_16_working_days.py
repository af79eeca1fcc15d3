"""Article 16: on which days people work, and which of them wait for a notice of the State Council."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.article_16_filing import FilingDeadline, filing_deadline
from services.registry.domain.working_days import WorkingDays
from shared.contracts.receipts import Outcome
from tests.unit.registry.registry_examples import COOPERATING, FILER, STAFFED, borrower, codes, filing, finding, loan
from tests.unit.registry.test_article_16_filing import at

pytestmark = pytest.mark.clause("16.1")

DAY = timedelta(days=1)
FESTIVAL = frozenset(date(2027, 2, number) for number in (5, 6, 7, 8))
QINGMING, DRAGON_BOAT, MID_AUTUMN = date(2027, 4, 5), date(2027, 6, 9), date(2027, 9, 15)
OF_2027 = FESTIVAL | {QINGMING, DRAGON_BOAT, MID_AUTUMN}
FIXED = frozenset(date(2027, *each) for each in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)))
BY_DECREE = WorkingDays({}, {2027: OF_2027})
YEAR = [date(2027, 1, 1) + number * DAY for number in range(365)]


def test_the_holidays_by_decree_are_off_without_a_notice() -> None:
    """Thirteen days; everything else goes by its weekday."""
    assert {day for day in YEAR if BY_DECREE.is_holiday(day)} == FIXED | OF_2027
    for day in YEAR:
        assert BY_DECREE.is_working(day) == (day.weekday() < 5 and day not in FIXED | OF_2027)
        assert not BY_DECREE.is_holiday(day) or BY_DECREE.is_settled(day)


@pytest.mark.parametrize("day", sorted(FIXED))
def test_the_fixed_holidays_are_known_for_every_year(day: date) -> None:
    """Nobody has to say them, whether or not anything else is known of the year."""
    assert not WorkingDays({}).is_working(day)
    assert WorkingDays({}).is_settled(day)


@pytest.mark.parametrize(
    ("day", "is_settled"),
    [
        (date(2027, 2, 16), True),  # the eighth day after the festival's third
        (date(2027, 2, 12), False),
        (date(2027, 1, 29), False),  # the seventh day before its eve
        (date(2027, 1, 28), True),
        (date(2027, 2, 20), False),  # a weekend day can be worked for it
        (date(2027, 2, 27), True),
        (date(2027, 1, 2), True),  # beside a New Year's Day on a Friday
        (date(2027, 4, 6), True),  # after a Qingming on a Monday
        (DRAGON_BOAT + DAY, False),  # after a Wednesday
        (date(2027, 5, 3), False),
        (date(2027, 8, 3), True),
        (date(2027, 12, 30), False),  # 1 January 2028 is a Saturday
        (date(2027, 12, 24), True),
    ],
)
def test_a_day_waits_for_the_notice_near_a_holiday(day: date, is_settled: bool) -> None:
    """A weekday within a week, a weekend day within two; a single holiday beside a weekend moves nothing."""
    assert BY_DECREE.is_settled(day) is is_settled


def test_a_holiday_beside_another_one_moves_days() -> None:
    """A Mid-Autumn Festival on Monday, 4 October does not stand alone: it lengthens the National Day's days."""
    with_october = WorkingDays({}, {2027: (OF_2027 - {MID_AUTUMN}) | {date(2027, 10, 4)}})
    assert not with_october.is_settled(date(2027, 10, 11))


@given(st.sampled_from(YEAR))
def test_a_published_year_is_settled_up_to_the_next_new_year(day: date) -> None:
    """What the notice says counts; only the end of December can be moved, by the notice of the year after."""
    published = WorkingDays(dict.fromkeys(YEAR, True), {2027: OF_2027})
    assert published.is_working(day)
    near = date(2028, 1, 1) - day <= (7 if day.weekday() < 5 else 14) * DAY
    assert published.is_settled(day) is (not near)
    both = WorkingDays({**published.published, date(2028, 1, 1): False}, {2027: OF_2027})
    assert both.is_settled(day)


@given(st.dates(date(2000, 1, 1), date(2199, 12, 1)))
def test_of_a_year_of_which_the_moon_is_not_known_little_is_settled(day: date) -> None:
    """Its fixed holidays are; any other day could be one by moon or sun, or in lieu of one."""
    nothing = WorkingDays({})
    assert nothing.is_settled(day) is nothing.is_holiday(day)


def test_thirty_days_that_end_on_new_years_day_end_on_the_next_working_day() -> None:
    """1 January is a holiday in every year, published or not; the weekend follows, and nothing can move Monday."""
    paid_out = date(2026, 12, 2)
    published = WorkingDays({date(2026, 1, 1) + number * DAY: True for number in range(365)}, {2027: OF_2027})
    assert filing_deadline(paid_out, 30, published) == FilingDeadline(date(2027, 1, 4), provisional=False)
    found = finding(found_on=paid_out)
    who = borrower(
        good_credit=found, operating_normally=found, capable_team=found, own_technology=found, competitive=found
    )
    late = filing(loan=loan(contracted_on=paid_out, disbursed_on=paid_out), borrower=who)
    assert STAFFED.when(late, COOPERATING, FILER, at(date(2027, 1, 4))).outcome is Outcome.ACCEPTED
    assert codes(STAFFED.when(late, COOPERATING, FILER, at(date(2027, 1, 5)))) == ["filed_late"]
