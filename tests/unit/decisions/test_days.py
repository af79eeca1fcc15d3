"""Which day it is in Beijing, whatever offset a moment comes with."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.decisions.days import beijing_day
from shared.decisions.moments import in_beijing


@pytest.mark.clause("16.1")
@given(seconds=st.integers(946_684_800, 4_102_444_800), offset_hours=st.integers(-12, 14))
def test_a_moment_has_one_day_in_beijing_wherever_it_was_written_down(seconds: int, offset_hours: int) -> None:
    """The day is Beijing's, whatever offset the moment comes with; from 2000 to 2100 the time zone database agrees."""
    there = datetime.fromtimestamp(seconds, timezone(timedelta(hours=offset_hours)))
    assert beijing_day(there) == datetime.fromtimestamp(seconds, ZoneInfo("Asia/Shanghai")).date()


def test_a_moment_is_read_in_beijing() -> None:
    """Whoever reads a text gets Beijing's time, whichever offset the moment came with."""
    moment = datetime(2026, 4, 22, 20, 30, 15, 999_999, tzinfo=UTC)
    assert in_beijing(moment) == "2026-04-23T04:30:15+08:00"
