"""The calendar: it says today at once, each next day just after midnight in Beijing, and tries again what failed."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from devstack.calendar import follow, next_beginning
from shared.decisions.days import BEIJING


@pytest.mark.parametrize(
    ("now", "beginning"),
    [
        (datetime(2026, 4, 3, 15, 59, 59, tzinfo=UTC), datetime(2026, 4, 4, 0, 0, 5, tzinfo=BEIJING)),
        (datetime(2026, 4, 3, 16, 0, 0, tzinfo=UTC), datetime(2026, 4, 5, 0, 0, 5, tzinfo=BEIJING)),
        (datetime(2026, 12, 31, 12, 0, 0, tzinfo=UTC), datetime(2027, 1, 1, 0, 0, 5, tzinfo=BEIJING)),
    ],
)
def test_the_next_day_is_said_just_after_midnight_in_beijing(now: datetime, beginning: datetime) -> None:
    """Whatever time zone the machine is in."""
    assert next_beginning(now) == beginning


def test_each_day_is_said_once_and_a_failed_one_again() -> None:
    """Where a day did not begin, it is tried again, and the day after it comes in its turn."""
    now = [datetime(2026, 4, 3, 15, 59, 59, tzinfo=UTC)]
    said: list[date] = []

    async def play() -> None:
        await asyncio.wait_for(follow(begin, clock, stopping, first_retry_seconds=0.001), timeout=5)

    stopping = asyncio.Event()

    async def begin(day: date) -> bool:
        said.append(day)
        if len(said) == 2:
            now[0] += timedelta(days=1)
        if len(said) == 3:
            stopping.set()
        return len(said) > 1

    def clock() -> datetime:
        # Having said a day, the calendar finds that the next one's midnight is there.
        return now[0] if len(said) < 2 else now[0] + timedelta(days=1)

    asyncio.run(play())
    assert said == [date(2026, 4, 3), date(2026, 4, 3), date(2026, 4, 5)]
