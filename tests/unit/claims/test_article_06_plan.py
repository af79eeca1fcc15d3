"""Article 6: the cooperating institution draws up the compensation plan."""

import pytest

from tests.unit.claims.claims_builder import Story, clauses, codes


@pytest.mark.clause("6.8")
def test_a_plan_bears_the_number_of_the_compensation_it_is_for() -> None:
    """The first of a case is number 1; whoever numbers it otherwise learns the right one, and of no payment."""
    decision = Story().until("verification").plans(compensation=2)
    assert (codes(decision), clauses(decision)) == (["plan_of_another_compensation"], ["6.8"])
    assert "is compensation 1;" in decision.refusals[0].text
    assert "paid" not in decision.refusals[0].text
