"""What the domain can't know by itself: districts' profiles from a folder, and China's holidays and working days.

The installed calendar comes out some days after the State Council's notice; until then a year stands in ``calendars/``.
"""

import csv
import tomllib
from collections.abc import Mapping, Set
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated

import chinese_calendar
from chinese_calendar import constants
from pydantic import BaseModel, ConfigDict, Strict

from services.registry.districts import district_profiles
from services.registry.domain.reference_data import ReferenceData
from services.registry.domain.working_days import WorkingDays

CALENDARS = Path(__file__).parent / "calendars"
LUNAR_FEASTS = CALENDARS / "lunar_feasts.csv"
_LUNAR_FEASTS = ("spring_festival", "dragon_boat", "mid_autumn")


# A day as TOML writes one, and no text or number that could be read as one.
_Day = Annotated[date, Strict()]


class CalendarYear(BaseModel):
    """A year's holidays as the State Council's notice has them; ``source`` says which notice, and where it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: int
    source: str
    days_off: tuple[_Day, ...]
    days_worked: tuple[_Day, ...]


def lunar_and_solar_holidays(path: Path = LUNAR_FEASTS) -> Mapping[int, Set[date]]:
    """The holidays by decree that fall on another day each year, by year: the lunar ones in ``path``, and Qingming."""
    found = {}
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        spring_festival, *feasts = (date.fromisoformat(row[feast]) for feast in _LUNAR_FEASTS)
        # From its eve to its third day.
        festival = (spring_festival + timedelta(days=number) for number in range(-1, 3))
        found[spring_festival.year] = frozenset({*festival, *feasts, _qingming(spring_festival.year)})
    return found


def _qingming(year: int) -> date:
    """The festival's day, which is that of the solar term: the only one in these days of April."""
    ((day, _),) = chinese_calendar.get_solar_terms(date(year, 4, 3), date(year, 4, 7))
    assert isinstance(day, date), "the calendar says days"
    return day


def published_working_days(folder: Path = CALENDARS) -> WorkingDays:
    """Every day of the years whose notice the State Council has published: the installed calendar's, and ours above it.

    A file of ours is the newer word, also for a year that the installed calendar has: a notice can be changed. Raises
    ValueError for a file that is wrong.
    """
    years = {day.year for day in constants.holidays}
    day, end = date(min(years), 1, 1), date(max(years), 12, 31)
    published = {}
    while day <= end:
        published[day] = chinese_calendar.is_workday(day)
        day += timedelta(days=1)
    decreed = WorkingDays({}, lunar_and_solar_holidays())
    for path in sorted(folder.glob("*.toml")):
        notice = _notice_in(path, decreed)
        day = date(notice.year, 1, 1)
        while day.year == notice.year:
            works = published.get(day, decreed.is_working(day))
            published[day] = day in notice.days_worked or (works and day not in notice.days_off)
            day += timedelta(days=1)
    return WorkingDays(published, decreed.lunar_and_solar_holidays)


def _notice_in(path: Path, decreed: WorkingDays) -> CalendarYear:
    notice = CalendarYear.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    if str(notice.year) != path.stem:
        raise ValueError(f"{path.name} holds the year {notice.year}; a year's file is called by its year")
    outside = [day for day in (*notice.days_off, *notice.days_worked) if day.year != notice.year]
    if outside or set(notice.days_off) & set(notice.days_worked):
        raise ValueError(f"{path.name}: a day lies outside the year, or is both off and worked")
    if worked := [day for day in notice.days_worked if decreed.is_holiday(day)]:
        raise ValueError(f"{path.name}: {worked[0]} is a holiday by decree; that day is never worked")
    return notice


@cache
def reference_data(districts: Path) -> ReferenceData:
    """All of it, with the profiles in the folder ``districts``; read once, so that it changes with a new start only."""
    return ReferenceData(district_profiles(districts), published_working_days())
