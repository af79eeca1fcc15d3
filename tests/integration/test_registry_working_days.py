"""China's working days: by decree, as installed, and of a year that our own file has or changes."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from services.registry.domain.article_16_filing import filing_deadline
from services.registry.domain.working_days import WorkingDays
from services.registry.reference import published_working_days

YEAR = """
year = 2098
source = "国务院办公厅关于部分节假日安排的通知"
days_off = [2098-01-01, 2098-01-02, 2098-01-03]
days_worked = [2098-01-04]
"""

# A notice that changes a year already published, as on 2019-03-22 and 2020-01-26.
AMENDED = """
year = 2026
source = "国务院办公厅关于调整2026年春节假期的通知"
days_off = [2026-02-16, 2026-02-17, 2026-02-18, 2026-02-19, 2026-02-20, 2026-02-23, 2026-02-24, 2026-02-25]
days_worked = [2026-01-04, 2026-02-14, 2026-02-28]
"""


def deadline(disbursed_on: date, days: Path | None = None) -> date:
    working = published_working_days() if days is None else published_working_days(days)
    return filing_deadline(disbursed_on, 30, working).last_day


@pytest.mark.clause("16.1")
def test_around_the_spring_festival_of_2026() -> None:
    """The holidays last from 15 to 23 February; Saturday the 14th and Saturday the 28th are worked in lieu."""
    assert deadline(date(2026, 1, 15)) == date(2026, 2, 14)
    assert {deadline(date(2026, 1, 16) + timedelta(days=number)) for number in range(9)} == {date(2026, 2, 24)}
    assert deadline(date(2026, 1, 25)) == date(2026, 2, 24)
    assert deadline(date(2026, 1, 29)) == date(2026, 2, 28)


@pytest.mark.clause("16.1")
def test_a_year_of_our_own_makes_its_deadlines_final(tmp_path: Path) -> None:
    """Days off and weekends worked in lieu count; without the file the same deadline is provisional."""
    (tmp_path / "2098.toml").write_text(YEAR, encoding="utf-8")
    days = published_working_days(tmp_path)
    assert [days.is_working(date(2098, 1, number)) for number in range(1, 7)] == [
        False,
        False,
        False,
        True,
        False,
        True,
    ]
    found = filing_deadline(date(2098, 1, 1) - timedelta(days=30), 30, days)
    assert (found.last_day, found.provisional) == (date(2098, 1, 4), False)
    assert filing_deadline(date(2098, 1, 1) - timedelta(days=30), 30, published_working_days()).provisional


@pytest.mark.clause("16.1")
def test_a_file_of_ours_is_the_newer_word(tmp_path: Path) -> None:
    """A notice that changes a published year counts; what it does not name stays as it was."""
    (tmp_path / "2026.toml").write_text(AMENDED, encoding="utf-8")
    found = filing_deadline(date(2026, 1, 25), 30, published_working_days(tmp_path))
    assert (found.last_day, found.provisional) == (date(2026, 2, 26), False)
    # Monday after Qingming, 1 May and the National Day are off as installed; the festival's eve is by decree.
    assert deadline(date(2026, 3, 7), tmp_path) == date(2026, 4, 7)
    assert deadline(date(2026, 4, 1), tmp_path) == date(2026, 5, 6)
    assert deadline(date(2026, 9, 1), tmp_path) == date(2026, 10, 8)
    assert deadline(date(2026, 1, 17), tmp_path) == date(2026, 2, 26)


@pytest.mark.clause("16.1")
@pytest.mark.parametrize(
    ("ends", "last_day", "provisional"),
    [
        (date(2027, 1, 1), date(2027, 1, 4), False),  # a Friday: three days by themselves
        (date(2028, 1, 1), date(2028, 1, 3), True),  # a Saturday: the Monday may be off in lieu
        (date(2027, 2, 5), date(2027, 2, 9), True),  # the festival's eve
        (date(2027, 4, 5), date(2027, 4, 6), False),  # Qingming, a Monday
        (date(2027, 5, 1), date(2027, 5, 3), True),
        (date(2027, 6, 9), date(2027, 6, 10), True),  # the Dragon Boat Festival, a Wednesday
        (date(2027, 9, 15), date(2027, 9, 16), True),  # the Mid-Autumn Festival, a Wednesday
        (date(2027, 10, 1), date(2027, 10, 4), True),
        (date(2027, 3, 10), date(2027, 3, 10), False),  # far from any holiday
        (date(2027, 7, 31), date(2027, 8, 2), False),
        (date(2031, 10, 1), date(2031, 10, 6), True),  # the moon's feast on the National Day
    ],
)
def test_a_deadline_is_final_if_no_notice_can_move_it(ends: date, last_day: date, provisional: bool) -> None:
    """Holidays by decree need no notice; only days in lieu and weekends that are worked wait for it."""
    found = filing_deadline(ends - timedelta(days=30), 30, published_working_days())
    assert (found.last_day, found.provisional) == (last_day, provisional)


@pytest.mark.clause("16.1")
@pytest.mark.parametrize("year", [*range(2014, 2020), *range(2021, 2027)])
def test_what_is_settled_without_a_notice_is_what_the_notice_said(year: int) -> None:
    """Every day of these years as it would have been judged before the notice: where it was settled, it was right.

    Left out are 2020, whose notice was changed by a disease, the days of 2015 that had a decree of their own, and the
    holidays that the decree of 2024 has added.
    """
    installed = published_working_days()
    before = WorkingDays(
        {day: works for day, works in installed.published.items() if day.year < year},
        installed.lunar_and_solar_holidays,
    )
    eve = min(installed.lunar_and_solar_holidays[year])
    days = {day for day in installed.published if day.year == year}
    days -= {date(2015, 9, 3), date(2015, 9, 4), date(2015, 9, 6)} | ({eve, date(year, 5, 2)} if year < 2025 else set())
    settled = {day for day in days if before.is_settled(day)}
    assert len(settled) > 200
    assert {day for day in settled if before.is_working(day) != installed.is_working(day)} == set()


def test_the_holidays_by_decree_are_off_in_the_years_that_were_published_under_it() -> None:
    """The table of lunar feasts, and the solar one, are those that the State Council went by."""
    days = published_working_days()
    holidays = [date(year, 1, 1) + timedelta(days=number) for year in (2025, 2026) for number in range(365)]
    holidays = [day for day in holidays if days.is_holiday(day)]
    assert len(holidays) == 2 * 13
    assert not any(days.is_working(day) for day in holidays)
    assert list(days.lunar_and_solar_holidays) == list(range(2014, 2051))
    # As many days after the first of its year as its month and day say, with a leap month or without one.
    for year, feasts in days.lunar_and_solar_holidays.items():
        first = min(feasts) + timedelta(days=1)
        assert date(year, 1, 21) <= first <= date(year, 2, 20)
        _, dragon_boat, mid_autumn = sorted(feasts)[-3:]
        assert (dragon_boat - first).days in {*range(121, 124), *range(151, 154)}
        assert (mid_autumn - first).days in {*range(219, 223), *range(249, 253)}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("2097.toml", YEAR),
        ("2098.toml", YEAR.replace("2098-01-04", "2099-01-04")),
        ("2098.toml", YEAR.replace("2098-01-04", "2098-01-01")),
        ("2098.toml", "year = 2098\n"),
        ("2098.toml", YEAR.replace("2098-01-04", "2098-10-02")),
        ("2098.toml", YEAR.replace("2098-01-04", '"2098-01-04"')),
        ("2098.toml", YEAR.replace("2098-01-04", "2098-01-04T00:00:00")),
    ],
)
def test_a_year_that_contradicts_itself_stops_the_service(tmp_path: Path, name: str, content: str) -> None:
    """Another year's file or day, a day off and worked, no source, a holiday worked, a day as text: nobody guesses."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"year|day|source"):
        published_working_days(tmp_path)
