"""Article 16: on which days people work, as far as it can be known on the day of asking."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

_SATURDAY = 5
_DAY = timedelta(days=1)
# 全国年节及纪念日放假办法 (2024), article 2: holidays of everybody, each year. The others go by moon and sun.
_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
# How far from a holiday the State Council's notices reach: since 2014 no weekday was given off in lieu more than five
# days from one, and no weekend day worked more than nine (2015's anniversary apart, which had a decree of its own).
_WEEKDAYS_REACH_DAYS = 7
_WEEKENDS_REACH_DAYS = 14
# A single holiday on a Monday or Friday makes three days with its weekend, and no notice has moved a day for it.
_BESIDE_A_WEEKEND = (0, 4)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Working days, from what is decreed for every year and from the notices that were published for some.

    Every day of a published year is in ``published``, with True if people work on it. ``lunar_and_solar_holidays`` has
    the others of the decree by year; the fixed ones need nobody to say them. Where ``none_off``, every day is as
    good as a working day.
    """

    published: Mapping[date, bool]
    lunar_and_solar_holidays: Mapping[int, Set[date]] = field(default_factory=dict)
    none_off: bool = False

    def moving(self, *, last_day_off_moves: bool) -> "WorkingDays":
        """The same, as the rules have it: where no last day moves, none is off."""
        return self if last_day_off_moves else replace(self, none_off=True)

    def is_working(self, day: date) -> bool:
        """Whether people work on ``day``: neither a weekend nor a holiday, or a weekend worked in lieu."""
        works = True if self.none_off else self.published.get(day)
        return day.weekday() < _SATURDAY and not self.is_holiday(day) if works is None else works

    def is_holiday(self, day: date) -> bool:
        """Whether ``day`` is a holiday by decree, in a year that is published or not; not whether it is a weekend."""
        return (day.month, day.day) in _FIXED_HOLIDAYS or day in self.lunar_and_solar_holidays.get(day.year, ())

    def is_settled(self, day: date) -> bool:
        """Whether no notice that is still to come says of ``day`` whether people work on it.

        A holiday is one without a notice. Any other day waits for the notice if a holiday is near whose year isn't
        published: then it may be given off in lieu, or be a weekend that is worked.
        """
        if self.none_off or self.is_holiday(day):
            return True
        # Two weeks around a day know no other year's feasts by moon or sun, only its New Year.
        if day not in self.published and day.year not in self.lunar_and_solar_holidays:
            return False
        reach = _WEEKDAYS_REACH_DAYS if day.weekday() < _SATURDAY else _WEEKENDS_REACH_DAYS
        near = (day + number * _DAY for number in range(-reach, reach + 1))
        return not any(each not in self.published and self._moves_others(each) for each in near)

    def _moves_others(self, day: date) -> bool:
        """Whether ``day`` is a holiday for which a notice can move other days."""
        if not self.is_holiday(day):
            return False
        stands_alone = not self.is_holiday(day - _DAY) and not self.is_holiday(day + _DAY)
        return not (stands_alone and day.weekday() in _BESIDE_A_WEEKEND)
