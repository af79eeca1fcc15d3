"""Article 5: gate 1, looked at again before money moves."""

from dataclasses import replace

import pytest

from services.treasury.domain.rules.article_05_confirmation import (
    confirmation_binds_plan,
    confirmed_by_managing_institution,
)
from shared.contracts import ids
from shared.contracts.claims import ConfirmPlan
from shared.contracts.received import Acting
from tests.unit.treasury.treasury_story import COOPERATING, MANAGING, NOW, POOL_ID, PROJECT_ID, known_pool, payout, sign


@pytest.mark.clause("5.6")
def test_only_the_managing_institution_confirms() -> None:
    """An officer of another institution, or one without that duty, doesn't pass gate 1."""
    pool = known_pool()
    assert pool.founding is not None
    assert confirmed_by_managing_institution(pool, pool.founding, Acting(MANAGING, "confirmer", None, "k"), NOW) is None
    for institution, officer in ((MANAGING, "keeper"), (COOPERATING, "planner"), (MANAGING, None)):
        acting = Acting(institution, officer, None, "k")
        refused = confirmed_by_managing_institution(pool, pool.founding, acting, NOW)
        assert refused is not None
        assert (refused.code, refused.clause) == ("confirmed_by_other", "5.6")


@pytest.mark.clause("5.6")
def test_a_confirmation_is_of_these_bytes() -> None:
    """Any change of the plan makes it another plan, which nobody has confirmed."""
    told = payout()
    assert confirmation_binds_plan(told.plan.received, told.confirmation.received) is None
    edited = replace(told.plan.received, content_sha256="0" * 64)
    refused = confirmation_binds_plan(edited, told.confirmation.received)
    assert refused is not None
    assert refused.code == "confirmation_of_other_plan"
    other = ConfirmPlan(project_id=ids.project_id(POOL_ID, "bank-a", "X"), plan_sha256=told.plan.sha256)
    assert other.project_id != PROJECT_ID
    assert confirmation_binds_plan(told.plan.received, sign(other, MANAGING, "confirmer").received) is not None
