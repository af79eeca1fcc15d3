"""Article 19.3: after an end of the cooperation that claims the fiscal money back nothing new is compensated."""

import pytest

from services.claims.domain.step import Step
from shared.contracts.claims import NoticeRefused
from shared.contracts.receipts import Outcome
from shared.contracts.registry.performance import EndGround
from tests.unit.claims.claims_builder import Story, approved, clauses, codes, notice

pytestmark = pytest.mark.clause("19.3")


@pytest.mark.parametrize("step", ["notice", "review", "verification", "plan"])
def test_what_has_not_passed_gate_1_stops(step: str) -> None:
    """Wherever it is; its notice can be withdrawn, and no other one is taken."""
    story = Story().until(step)
    story.ends_cooperation()
    leads_on = {
        Step.REVIEW: story.reviews,
        Step.VERIFICATION: story.verifies,
        Step.PLAN: story.plans,
        Step.CONFIRMATION: story.confirms,
    }
    decision = leads_on[story.next_step]()
    assert (codes(decision), clauses(decision)) == (["cooperation_has_ended"], ["19.3"])
    assert codes(story.notifies(notice(50_000_000))) == ["cooperation_has_ended"]
    assert story.withdraws().outcome is Outcome.ACCEPTED


def test_what_was_confirmed_goes_on() -> None:
    """To its payout and its reimbursement."""
    story = Story().until("confirmation")
    story.ends_cooperation()
    assert story.releases().outcome is Outcome.ACCEPTED
    paid = Story().until("payment")
    paid.ends_cooperation()
    assert paid.applies().outcome is Outcome.ACCEPTED
    assert paid.opens().outcome is Outcome.ACCEPTED


def test_no_notice_is_taken_or_kept_for_later() -> None:
    """Neither on a project that waits for its approval, nor when that comes."""
    story = Story()
    assert story.notifies(notice()).outcome is Outcome.HELD
    story.ends_cooperation()
    assert codes(story.notifies(notice(50_000_000))) == ["cooperation_has_ended"]
    story.observes(approved())
    refused = story.events[-1]
    assert isinstance(refused, NoticeRefused)
    assert (refused.code, refused.clause) == ("cooperation_has_ended", "19.3")


def test_an_operating_period_that_is_over_claims_nothing_back() -> None:
    """Existing projects go on (22.1)."""
    story = Story().until("approval")
    story.ends_cooperation(ground=EndGround.PERIOD_OVER, claims_back_fiscal_money=False)
    assert story.notifies(notice()).outcome is Outcome.ACCEPTED
    assert story.reviews().outcome is Outcome.ACCEPTED
