"""Article 10.4: F is taken of the running total of a project's life, wherever a case says the fiscal part."""

import pytest

from services.claims.domain.context import Case
from shared.contracts.registry.words import LossRatio
from shared.contracts.treasury import Leg
from tests.unit.claims.claims_builder import Story, approved, notice, settled


@pytest.mark.clause("10.4")
def test_a_compensation_adds_to_what_was_paid_before() -> None:
    """Given 2 fen paid before at 1:2, when 3 more are planned and paid, their fiscal part is F(5) − F(2), one fen."""
    story = Story()
    story.hears(approved(ratio=LossRatio(fiscal_weight=1, social_weight=2)))
    story.case = Case(story.case.pool, story.claim.model_copy(update={"paid_before_fen": 2}))
    story.notifies(notice(25))
    for act in (story.reviews, story.verifies):
        act()
    assert story.claim.verified is not None
    assert (story.claim.verified.pool_share_fen, story.claim.verified.fiscal_part_fen) == (3, 1)
    for act in (story.plans, story.confirms, story.releases):
        act()
    story.hears(settled(Leg.PAYOUT, 3))
    assert (story.events[-1].paid_fen, story.events[-1].fiscal_part_fen) == (3, 1)
    assert story.claim.fiscal_part_of_paid_fen == 1
