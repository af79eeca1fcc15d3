"""How amounts and rates read in texts for people."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.money import BASIS_POINTS
from shared.decisions.amounts import percent, percent_zh, yuan, yuan_figure, yuan_zh


@given(st.integers(-(10**17), 10**17))
def test_an_amount_is_exact(amount_fen: int) -> None:
    """No fen is lost or made, above or below zero: two decimals, and thousands set apart from the right."""
    written = yuan_figure(amount_fen)
    assert int(written.replace(",", "").replace(".", "")) == amount_fen
    whole, _, decimals = written.removeprefix("-").partition(".")
    first, *thousands = whole.split(",")
    assert len(decimals) == 2
    assert 1 <= len(first) <= 3
    assert {len(three) for three in thousands} <= {3}


@pytest.mark.parametrize(
    ("amount_fen", "english", "chinese"),
    [
        (0, "0.00 yuan", "0.00 元"),
        (5, "0.05 yuan", "0.05 元"),
        (-5, "-0.05 yuan", "-0.05 元"),
        (99_999, "999.99 yuan", "999.99 元"),
        (100_000, "1,000.00 yuan", "1,000.00 元"),
        (-123_456_789, "-1,234,567.89 yuan", "-1,234,567.89 元"),
    ],
)
def test_an_amount_has_its_unit_in_either_language(amount_fen: int, english: str, chinese: str) -> None:
    """An amount in a sentence is in yuan, and the word for it is the reader's."""
    assert (yuan(amount_fen), yuan_zh(amount_fen)) == (english, chinese)


@given(st.integers(0, BASIS_POINTS))
def test_a_rate_is_exact(basis_points: int) -> None:
    """A rate in per cent is the rate in basis points, with no decimal more than it needs."""
    whole, _, decimals = percent_zh(basis_points).removesuffix("%").partition(".")
    assert int(whole) * 100 + int(decimals.ljust(2, "0")) == basis_points
    assert not decimals.endswith("0")
    assert percent(basis_points) == percent_zh(basis_points).replace("%", " %")


@pytest.mark.parametrize("shown", [percent, percent_zh])
def test_there_is_no_rate_below_zero(shown: Callable[[int], str]) -> None:
    """A negative rate is a bug, and is not written down as if it were one."""
    with pytest.raises(ValueError, match=r"^no rate: -1$"):
        shown(-1)
