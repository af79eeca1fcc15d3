"""Article 10: no rules let the pool bear more of a loss than the district allows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.receipts import Outcome
from shared.contracts.registry.rules import LossRatio
from tests.unit.registry.registry_examples import (
    MANAGING,
    NOTHING,
    REFERENCE_DATA,
    codes,
    founding,
    rules,
)


@pytest.mark.clause("10.3")
def test_one_basis_point_above_the_ceiling_is_refused_and_the_ceiling_itself_is_not() -> None:
    """第十条第二款: the pool's share is at most 20 %."""
    assert NOTHING.when(founding(rules=rules(share_rate_bp=2000)), MANAGING).outcome is Outcome.ACCEPTED
    decision = NOTHING.when(founding(rules=rules(share_rate_bp=2001)), MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["rules_outside_the_districts_bounds"])
    assert decision.refusals[0].citation == "第十条第二款"


@pytest.mark.clause("10.3")
@given(ceiling_bp=st.integers(0, 10_000), rate_bp=st.integers(0, 10_000))
def test_the_ceiling_is_the_districts(ceiling_bp: int, rate_bp: int) -> None:
    """Another district's ceiling holds in its pools, whatever it is."""
    nothing = NOTHING.with_bounds(share_rate_bp={"most": ceiling_bp})
    decision = nothing.when(founding(rules=rules(share_rate_bp=rate_bp)), MANAGING)
    assert (decision.outcome is Outcome.ACCEPTED) == (rate_bp <= ceiling_bp)


@pytest.mark.clause("10.3")
def test_a_district_without_profile_has_no_pool() -> None:
    """Where the ceiling isn't known no rules can be adopted."""
    assert "999999" not in REFERENCE_DATA.districts
    decision = NOTHING.when(founding(district="999999"), MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["district_unknown"])


@pytest.mark.clause("10.4")
def test_a_ratio_without_weight_can_not_split_a_loss() -> None:
    """0:0 is refused; one side alone may bear it all if that was negotiated."""
    nobody = rules(loss_ratio=LossRatio(fiscal_weight=0, social_weight=0))
    decision = NOTHING.when(founding(rules=nobody), MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["loss_ratio_empty"])
    one_side = rules(loss_ratio=LossRatio(fiscal_weight=0, social_weight=1))
    assert NOTHING.when(founding(rules=one_side), MANAGING).outcome is Outcome.ACCEPTED
