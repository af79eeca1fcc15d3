"""What the domain can't know by itself: districts' profiles from this folder, and China's published working days.

The installed calendar comes out some days after the State Council's notice; until then a year stands in ``calendars/``.
"""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import chinese_calendar
from chinese_calendar import constants
from pydantic import BaseModel, ConfigDict

from services.registry.domain.district_profile import DistrictProfile
from services.registry.domain.reference_data import ReferenceData, WorkingDays

DISTRICTS = Path(__file__).parent / "districts"
CALENDARS = Path(__file__).parent / "calendars"
_SATURDAY = 5


class CalendarYear(BaseModel):
    """A year's holidays as the State Council's notice has them; ``source`` says which notice, and where it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: int
    source: str
    days_off: tuple[date, ...]
    days_worked: tuple[date, ...]


def district_profiles(folder: Path) -> Mapping[str, DistrictProfile]:
    """The profiles in ``folder``, by district code; raises ValueError for one that is not in the file of its code."""
    profiles = {}
    for path in sorted(folder.glob("*.toml")):
        profile = DistrictProfile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        if profile.code != path.stem:
            raise ValueError(f"{path.name} holds the profile of {profile.code}; a profile's file is called by its code")
        profiles[profile.code] = profile
    return profiles


def year_of_working_days(path: Path) -> Mapping[date, bool]:
    """Every day of the year in ``path``, with True if people work on it; raises ValueError for a file that is wrong."""
    notice = CalendarYear.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    if str(notice.year) != path.stem:
        raise ValueError(f"{path.name} holds the year {notice.year}; a year's file is called by its year")
    outside = [day for day in (*notice.days_off, *notice.days_worked) if day.year != notice.year]
    if outside or set(notice.days_off) & set(notice.days_worked):
        raise ValueError(f"{path.name}: a day lies outside the year, or is both off and worked")
    days = (date(notice.year, 1, 1) + timedelta(days=number) for number in range(366))
    return {
        day: day in notice.days_worked or (day.weekday() < _SATURDAY and day not in notice.days_off)
        for day in days
        if day.year == notice.year
    }


def published_working_days(folder: Path = CALENDARS) -> WorkingDays:
    """Every day of the years whose holidays the State Council has published: the installed calendar's, and ours.

    Where the installed calendar has a year, it stands; a file of ours for it can go.
    """
    years = {day.year for day in constants.holidays}
    day, end = date(min(years), 1, 1), date(max(years), 12, 31)
    published = {
        day: works for path in sorted(folder.glob("*.toml")) for day, works in year_of_working_days(path).items()
    }
    while day <= end:
        published[day] = chinese_calendar.is_workday(day)
        day += timedelta(days=1)
    return WorkingDays(published)


@cache
def reference_data() -> ReferenceData:
    """All of it, read once: it changes only with a new installation."""
    return ReferenceData(district_profiles(DISTRICTS), published_working_days())
