"""What the registry's decisions take from outside the pool, as values: districts' profiles and working days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.registry.domain.district_profile import DistrictProfile

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The published working days: every day of a published year is in ``published``, with True if people work on it.

    A day that is missing lies in a year whose calendar the State Council hasn't published yet; it goes by its weekday,
    and whatever rests on it is provisional.
    """

    published: Mapping[date, bool]

    def is_working(self, day: date) -> bool:
        """Whether people work on ``day``: neither a weekend nor a holiday, or a weekend worked in lieu."""
        return self.published.get(day, day.weekday() < _SATURDAY)

    def is_published(self, day: date) -> bool:
        """Whether the calendar of ``day``'s year is known."""
        return day in self.published


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """All of it together, as every decision gets it."""

    districts: Mapping[str, DistrictProfile]
    working_days: WorkingDays
