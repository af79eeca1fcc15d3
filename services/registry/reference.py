"""What the domain can't know by itself: districts' profiles from this folder, and China's published working days."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import chinese_calendar
from chinese_calendar import constants

from services.registry.domain.known import DistrictProfile, Known, WorkingDays

DISTRICTS = Path(__file__).parent / "districts"


def district_profiles(folder: Path) -> Mapping[str, DistrictProfile]:
    """The profiles in ``folder``, by district code; raises ValueError for one that is not in the file of its code."""
    profiles = {}
    for path in sorted(folder.glob("*.toml")):
        profile = DistrictProfile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        if profile.code != path.stem:
            raise ValueError(f"{path.name} holds the profile of {profile.code}; a profile's file is called by its code")
        profiles[profile.code] = profile
    return profiles


def published_working_days() -> WorkingDays:
    """Every day of the years whose holidays the State Council has published, as far as the installed calendar goes."""
    years = {day.year for day in constants.holidays}
    day, end = date(min(years), 1, 1), date(max(years), 12, 31)
    published = {}
    while day <= end:
        published[day] = chinese_calendar.is_workday(day)
        day += timedelta(days=1)
    return WorkingDays(published)


@cache
def known() -> Known:
    """All of it, read once: it changes only with a new installation."""
    return Known(district_profiles(DISTRICTS), published_working_days())
