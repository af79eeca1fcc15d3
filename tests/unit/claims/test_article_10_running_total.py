"""Article 10.4: F is taken of the running total of a project's life, wherever a case says the fiscal part."""

import pytest

from shared.contracts.receipts import Outcome
from shared.contracts.registry.rules import LossRatio
from shared.contracts.treasury import Leg
from tests.unit.claims.claims_builder import Story, approved, notice, settled


@pytest.mark.clause("10.4")
def test_a_compensation_adds_to_what_was_paid_before() -> None:
    """Given 2 fen paid at 1:2, when the loss has grown and 3 more are paid, their part is F(5) − F(2), one fen."""
    story = Story()
    story.observes(approved(ratio=LossRatio(fiscal_weight=1, social_weight=2)))
    for total_fen, share_fen in ((10, 2), (25, 3)):
        story.notifies(notice(total_fen))
        for act in (story.reviews, story.verifies, story.plans, story.confirms, story.releases):
            assert act().outcome is Outcome.ACCEPTED
        released = story.events[-1]
        assert released.basis.pool_share_fen == share_fen
        story.observes(settled(Leg.PAYOUT, share_fen, compensation_id=released.compensation_id))
    basis = released.basis
    assert (basis.committed_before_fen, basis.fiscal_part_fen) == (2, 1)
    assert (story.events[-1].paid_fen, story.events[-1].fiscal_part_fen) == (3, 1)
    assert [each.fiscal_part_of_paid_fen for each in story.claim.compensations] == [1, 1]
