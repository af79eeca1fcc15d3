"""China's working days as installed, and those of a year that stands in our own file until the calendar has it."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from services.registry.domain.article_16_filing import filing_deadline
from services.registry.reference import published_working_days

YEAR = """
year = 2098
source = "国务院办公厅关于部分节假日安排的通知"
days_off = [2098-01-01, 2098-01-02, 2098-01-03]
days_worked = [2098-01-04]
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


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("2097.toml", YEAR),
        ("2098.toml", YEAR.replace("2098-01-04", "2099-01-04")),
        ("2098.toml", YEAR.replace("2098-01-04", "2098-01-01")),
        ("2098.toml", "year = 2098\n"),
    ],
)
def test_a_year_that_contradicts_itself_stops_the_service(tmp_path: Path, name: str, content: str) -> None:
    """Another year's file, a day of another year, a day both off and worked, no source: nobody guesses."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"year|day|source"):
        published_working_days(tmp_path)
