"""Article 10.3: what the treasury does not accept commits nothing, and its case goes on."""

from typing import Any

import pytest

from services.claims.domain.claim import Stage
from shared.contracts.claims import PaymentStopped, PayoutRefused, ReimbursementStopped
from shared.contracts.receipts import Outcome
from shared.contracts.treasury import Leg, PaymentRefused
from tests.unit.claims.claims_builder import COMPENSATION_ID, INSTRUCTION, PROJECT_ID, Story, codes, notice, settled
from tests.unit.claims.test_article_10_taking_up import voided

pytestmark = pytest.mark.clause("10.3")


def refused(decision_sha256: str, leg: Leg = Leg.PAYOUT, **changes: Any) -> PaymentRefused:
    figures = {"project_id": PROJECT_ID, "compensation_id": COMPENSATION_ID, "leg": leg, "rules_version": 1, **changes}
    said = {"code": "duties_in_conflict", "clause": "4.1", "text": "have another officer sign"}
    return PaymentRefused.model_validate({**figures, **said, "decision_sha256": decision_sha256})


def _plan_sha256(story: Story) -> str:
    assert story.latest.plan is not None
    return story.latest.plan.sha256


def test_a_refused_release_commits_nothing_and_another_plan_follows() -> None:
    """Under the next number, on the same notice, whose review and verification stand; said again it changes nothing."""
    story = Story().until("release")
    word = refused(_plan_sha256(story))
    story.observes(word)
    event = story.events[-1]
    assert isinstance(event, PayoutRefused)
    assert (event.compensation, event.next_compensation, event.code) == (1, 2, "duties_in_conflict")
    assert story.claim.committed_fen == 0
    assert [each.stage for each in story.claim.compensations] == [Stage.REFUSED, Stage.VERIFIED]
    assert story.observes(word).events == ()
    for act in (story.plans, story.confirms, story.releases):
        assert act().outcome is Outcome.ACCEPTED
    released = story.events[-1]
    assert (released.compensation, released.basis.committed_before_fen) == (2, 0)
    story.observes(settled(Leg.PAYOUT, 20_000_000, compensation_id=released.compensation_id))
    assert (story.claim.stage, story.claim.paid_fen) == (Stage.PAID, 20_000_000)


@pytest.mark.parametrize("step", ["notice", "plan"])
def test_a_further_notice_that_came_meanwhile_needs_no_other_compensation(step: str) -> None:
    """It states the totals: its own compensation goes on, and a plan that counted the refused share falls."""
    story = Story().until("release", total_fen=50_000_000)
    word = refused(_plan_sha256(story))
    story.notifies(notice(100_000_000))
    if step == "plan":
        for act in (story.reviews, story.verifies, story.plans):
            assert act().outcome is Outcome.ACCEPTED
    story.observes(word)
    assert story.events[-1].next_compensation == 2
    assert [each.number for each in story.claim.compensations] == [1, 2]
    if step == "plan":
        assert story.claim.stage is Stage.VERIFIED
    else:
        for act in (story.reviews, story.verifies):
            assert act().outcome is Outcome.ACCEPTED
    share = {"committed_before_fen": 0, "pool_share_fen": 20_000_000}
    half = {"fiscal_part_fen": 10_000_000, "social_part_fen": 10_000_000}
    for act in (lambda: story.plans(basis={**share, **half}), story.confirms, story.releases):
        assert act().outcome is Outcome.ACCEPTED
    assert story.claim.committed_fen == 20_000_000


def test_its_notice_can_be_replaced_or_withdrawn() -> None:
    """As that of any compensation whose payout is not released."""
    story = Story().until("release")
    story.observes(refused(_plan_sha256(story)))
    assert story.notifies(notice(50_000_000)).outcome is Outcome.ACCEPTED
    assert story.events[-1].compensation == 2
    assert story.withdraws().outcome is Outcome.ACCEPTED
    assert story.claim.stage is Stage.COVERED


def test_a_refused_approval_is_applied_for_anew() -> None:
    """What counts as decided is what the treasury accepts; another application's approval stands."""
    story = Story().until("closing")
    approved = story.events[-1]
    story.observes(refused("f" * 64, Leg.REIMBURSEMENT))
    assert story.latest.decided_fen == 10_000_000
    story.observes(refused(approved.application_sha256, Leg.REIMBURSEMENT))
    stopped = story.events[-1]
    assert isinstance(stopped, ReimbursementStopped)
    assert (stopped.amount_fen, story.latest.decided_fen, story.claim.stage) == (10_000_000, 0, Stage.PAID)
    assert story.observes(refused(approved.application_sha256, Leg.REIMBURSEMENT)).events == ()
    assert story.applies().outcome is Outcome.ACCEPTED


def test_a_refused_taking_up_waits_again() -> None:
    """Nothing else of the case changes: what was released stays committed."""
    story = Story().until("release")
    story.observes(voided())
    story.takes_up()
    word = refused("e" * 64, follows=INSTRUCTION)
    story.observes(word)
    stopped = story.events[-1]
    assert isinstance(stopped, PaymentStopped)
    assert (stopped.instruction_id, stopped.reason) == (INSTRUCTION, "have another officer sign")
    assert story.observes(word).events == ()
    assert story.claim.committed_fen == 20_000_000
    assert codes(story.takes_up()) == []
