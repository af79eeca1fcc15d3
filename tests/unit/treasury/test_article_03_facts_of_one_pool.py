"""Article 3: the pool."""

import pytest

from services.treasury.domain.rules.article_03_pool import facts_of_one_pool
from shared.contracts.claims import ConfirmPlan
from tests.unit.treasury.treasury_story import MANAGING, OTHER_POOL_ID, POOL_ID, PROJECT_ID, payout, sign


@pytest.mark.clause("3.1")
def test_originals_of_another_pool_move_nothing_here() -> None:
    """A confirmation signed in another pool is refused, even by the same people on the same project."""
    told = payout()
    own = (told.plan.received, told.confirmation.received)
    assert facts_of_one_pool(POOL_ID, own) is None
    data = ConfirmPlan(project_id=PROJECT_ID, plan_sha256=told.plan.sha256)
    foreign = sign(data, MANAGING, "confirmer", pool_id=OTHER_POOL_ID).received
    refused = facts_of_one_pool(POOL_ID, (*own, foreign))
    assert refused is not None
    assert (refused.code, refused.clause) == ("other_pool", "3.1")
