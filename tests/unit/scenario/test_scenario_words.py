"""Amounts, shares, days and times as a scenario writes them."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.player.given import GivenRules
from scenarios.player.words import (
    basis_points_of,
    beijing_time,
    day_of,
    duration_of,
    fen_of,
    fraction_of,
    moment_of,
    pair_of,
)
from shared.contracts.money import AMOUNT_FEN_MAX
from shared.contracts.registry.words import Duty
from shared.decisions.amounts import yuan_figure


@given(st.integers(0, AMOUNT_FEN_MAX - 1))
def test_an_amount_is_read_as_it_is_written(fen: int) -> None:
    """No fen is lost on the way through text, however large the amount."""
    assert fen_of(yuan_figure(fen)) == fen


def test_thousands_can_be_set_apart() -> None:
    """1,000,000.01 is the same as 1000000.01."""
    assert fen_of("1,000,000.01") == fen_of("1000000.01") == 100_000_001


@pytest.mark.parametrize("text", ["1000000", "1.0", "1.001", "1e3", "-1.00", "01.00", "1,00.00", "١.00", "", "1.00 元"])
def test_what_is_no_amount_in_fen_is_refused(text: str) -> None:
    """An amount has two decimals and nothing else: a guess about money would be worse than a refusal."""
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        fen_of(text)


def test_shares_are_exact() -> None:
    """Percentages become basis points, ratios their weights; nothing is divided."""
    assert (basis_points_of("20 %"), basis_points_of("15.5%"), basis_points_of("0.01 %")) == (2_000, 1_550, 1)
    assert (pair_of("3:7"), fraction_of("2/3")) == ((3, 7), (2, 3))
    with pytest.raises(ValueError, match=r"0\.2"):
        basis_points_of("0.2")


def test_times_are_beijings() -> None:
    """A time without an offset is Beijing's; one with an offset is what it says."""
    assert moment_of("2026-06-01 09:30") == datetime(2026, 6, 1, 1, 30, tzinfo=UTC)
    assert moment_of("2026-06-01T09:30:00+00:00") == datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
    assert beijing_time(moment_of("2026-06-01 00:00")) == "2026-06-01 00:00"
    with pytest.raises(ValueError, match="2026-06-01"):
        moment_of("2026-06-01")


@pytest.mark.parametrize(
    "text",
    ["2026-W10-1", "2026W101", "20260601", "2026-6-1", "2026-06-31", "2026/06/01", "06-01-2026", "２０２６-06-01", ""],
)
def test_a_day_is_written_in_one_way(text: str) -> None:
    """As in contracts: no weeks, no dashes left out, no other digits, alone or before a time."""
    assert day_of("2026-06-01") == date(2026, 6, 1)
    with pytest.raises(ValueError, match=r".*"):
        day_of(text)
    for time in ("09:30", "09:30:00+00:00"):
        with pytest.raises(ValueError, match=r".*"):
            moment_of(f"{text} {time}")


@pytest.mark.parametrize("text", ["2026-06-01 0930", "2026-06-01 09", "2026-06-01 09:30:00.5", "2026-06-01 09:30+08"])
def test_a_time_is_written_in_one_way(text: str) -> None:
    """Hours and minutes, seconds if need be, and an offset as contracts write it."""
    with pytest.raises(ValueError, match=r".*"):
        moment_of(text)


def test_durations_have_a_unit() -> None:
    """Whole minutes, hours or days."""
    assert [duration_of(text) for text in ("1 minute", "36 hours", "3 days")] == [
        timedelta(minutes=1),
        timedelta(hours=36),
        timedelta(days=3),
    ]
    with pytest.raises(ValueError, match="3"):
        duration_of("3")


def test_exclusive_duties_are_pairs() -> None:
    """One pair can stand alone; what is no pair of duties is told, with the way to write one."""
    read = GivenRules.model_validate({"exclusive duties": "plan and filing approval"})
    assert read.exclusive_duties == ((Duty.PLAN, Duty.FILING_APPROVAL),)
    pairs = ["plan and release", "review and plan"]
    assert len(GivenRules.model_validate({"exclusive duties": pairs}).exclusive_duties) == 2
    for text, said in (("plan", "a pair is written like administration and filing"), ("plan and relase", "'release'")):
        with pytest.raises(ValueError, match=said):
            GivenRules.model_validate({"exclusive duties": text})
