"""Article 10.4: F(x), the fiscal part of a running total."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.money import AMOUNT_FEN_MAX
from shared.contracts.registry.rules import LossRatio
from shared.decisions.article_10_fiscal_part import fiscal_part_fen, fiscal_part_of_compensation_fen

HALF = LossRatio(fiscal_weight=1, social_weight=1)
_FEN = st.integers(0, AMOUNT_FEN_MAX)
_RATIOS = st.builds(LossRatio, fiscal_weight=st.integers(0, 1000), social_weight=st.integers(0, 1000)).filter(
    lambda ratio: ratio.fiscal_weight + ratio.social_weight > 0
)


@pytest.mark.clause("10.4")
@pytest.mark.parametrize(
    ("amount_fen", "fiscal_weight", "social_weight", "expected"),
    [
        (20_000_000, 1, 1, 10_000_000),
        (1, 1, 1, 1),
        (3, 1, 1, 2),
        (1, 1, 2, 0),
        (2, 1, 2, 1),
        (100, 1, 2, 33),
        (100, 2, 1, 67),
        (7, 0, 1, 0),
        (7, 1, 0, 7),
        (0, 1, 1, 0),
        (10**15, 999, 1000, 499_749_874_937_469),
    ],
)
def test_split_is_by_largest_remainder(amount_fen: int, fiscal_weight: int, social_weight: int, expected: int) -> None:
    """The fen that is left over goes where the remainder is larger, a tie to fiscal."""
    ratio = LossRatio(fiscal_weight=fiscal_weight, social_weight=social_weight)
    assert fiscal_part_fen(amount_fen, ratio) == expected


@pytest.mark.clause("10.4")
@given(_FEN, _RATIOS)
def test_split_loses_and_creates_nothing(amount_fen: int, ratio: LossRatio) -> None:
    """Each part is its exact share to less than a fen, neither is negative, and half a fen goes to fiscal."""
    fiscal = fiscal_part_fen(amount_fen, ratio)
    weights = ratio.fiscal_weight + ratio.social_weight
    assert 0 <= fiscal <= amount_fen
    assert -Fraction(1, 2) < fiscal - Fraction(amount_fen * ratio.fiscal_weight, weights) <= Fraction(1, 2)
    floor, remainder = divmod(amount_fen * ratio.fiscal_weight, weights)
    assert fiscal == floor + (1 if 2 * remainder >= weights else 0)


@pytest.mark.clause("10.4")
@given(_FEN, st.integers(0, 10**6), _RATIOS)
def test_the_fiscal_part_never_falls_as_more_is_paid(amount_fen: int, more_fen: int, ratio: LossRatio) -> None:
    """F is taken of running totals, so that instalments add up to the same as one payment."""
    before_fen = fiscal_part_fen(amount_fen, ratio)
    assert before_fen <= fiscal_part_fen(amount_fen + more_fen, ratio) <= before_fen + more_fen + 1


@pytest.mark.clause("10.4")
@given(_FEN, st.lists(st.integers(0, 10**12), max_size=8), _RATIOS)
def test_parts_of_all_instalments_are_the_part_of_the_sum(first: int, more: list[int], ratio: LossRatio) -> None:
    """Paid at once or in instalments, the fiscal account's part is the same, and each step takes what is its own."""
    total, parts = 0, 0
    for amount in (first, *more):
        part = fiscal_part_of_compensation_fen(amount, total, ratio)
        assert 0 <= part <= amount
        total, parts = total + amount, parts + part
    assert parts == fiscal_part_fen(total, ratio)


@pytest.mark.clause("10.4")
def test_compensation_bears_what_it_adds() -> None:
    """After one fen, which was fiscal's, the next one is the social capital account's."""
    assert fiscal_part_of_compensation_fen(1, 0, HALF) == 1
    assert fiscal_part_of_compensation_fen(1, 1, HALF) == 0
