"""Article 10.2: whoever gave a notice can withdraw it before the payout; what was planned on it falls."""

from typing import Any

import pytest

from services.claims.domain.claim import Stage
from shared.contracts import claims as said
from shared.contracts.receipts import Outcome
from shared.contracts.registry.words import SystemUse
from shared.contracts.treasury import Leg
from tests.unit.claims.claims_builder import (
    COOPERATING,
    GUARANTOR,
    LENDER,
    PROJECT_ID,
    Story,
    approved,
    clauses,
    codes,
    notice,
    settled,
)

pytestmark = pytest.mark.clause("10.2")


@pytest.mark.parametrize("step", ["notice", "review", "verification", "plan", "confirmation"])
def test_a_withdrawn_notice_takes_everything_on_it_along(step: str) -> None:
    """Whatever was found about it by then; the way begins anew with the next notice, under the next number."""
    story = Story().until(step)
    before = story.latest
    assert story.withdraws().outcome is Outcome.ACCEPTED
    withdrawn = story.events[-1]
    assert isinstance(withdrawn, said.NoticeWithdrawn)
    fallen = before.plan.sha256 if before.plan else None
    assert (withdrawn.compensation, withdrawn.plan_fallen_sha256) == (1, fallen)
    assert (withdrawn.notice_sha256, withdrawn.message_id) == (before.notice.sha256, before.notice.message_id)
    assert (story.claim.stage, story.claim.notices) == (Stage.COVERED, ())
    assert codes(story.reviews(notice_sha256=before.notice.sha256)) == ["notice_missing"]
    assert codes(story.withdraws(notice_sha256=before.notice.sha256)) == ["notice_not_yours"]
    assert story.notifies(notice()).outcome is Outcome.ACCEPTED, "what was withdrawn can be said again"
    assert [(each.number, each.stage) for each in story.claim.compensations] == [
        (1, Stage.WITHDRAWN),
        (2, Stage.NOTIFIED),
    ]
    for act in (story.reviews, story.verifies, story.plans, story.confirms, story.releases):
        assert act().outcome is Outcome.ACCEPTED
    story.observes(settled(Leg.PAYOUT, 20_000_000, compensation_id=story.events[-1].compensation_id))
    assert (story.events[-1].compensation, story.events[-1].case_paid_fen) == (2, 20_000_000)


@pytest.mark.parametrize("step", ["release", "payment"])
def test_what_was_released_stands(step: str) -> None:
    """The payout may be on its way already."""
    decision = Story().until(step).withdraws()
    assert (codes(decision), clauses(decision)) == (["payout_released"], ["10.2"])


def test_a_further_notice_is_withdrawn_and_the_earlier_one_stands() -> None:
    """Whoever then says again what was paid on is told that it was said before."""
    story = Story().until("payment", total_fen=50_000_000)
    first = story.latest.notice
    assert story.notifies(notice(60_000_000)).outcome is Outcome.ACCEPTED
    assert story.withdraws().outcome is Outcome.ACCEPTED
    assert story.claim.notice_of(LENDER) == first
    assert story.claim.stage is Stage.PAID
    assert codes(story.notifies(notice(50_000_000))) == ["said_before"]
    assert codes(story.withdraws(notice_sha256=first.sha256)) == ["payout_released"]


def test_a_notice_that_waits_or_leads_to_nothing_is_withdrawn_too() -> None:
    """A held one is no more taken up; the guarantor's beside the lender's leaves the case as it is."""
    story = Story()
    story.notifies(notice())
    held = story.events[-1]
    assert story.withdraws(notice_sha256=held.notice_sha256).outcome is Outcome.ACCEPTED
    story.observes(approved())
    assert [type(event) for event in story.events] == [said.NoticeHeld, said.NoticeWithdrawn]
    story.notifies(notice())
    story.notifies(notice(), GUARANTOR)
    guarantors = story.events[-1].notice_sha256
    assert codes(story.withdraws(GUARANTOR)) == ["notice_not_yours"]
    assert story.withdraws(GUARANTOR, notice_sha256=guarantors).outcome is Outcome.ACCEPTED
    assert (story.events[-1].compensation, story.claim.stage) == (None, Stage.NOTIFIED)


@pytest.mark.clause("4.1")
@pytest.mark.parametrize(
    ("changes", "system_use", "code"),
    [
        ({"checker": "loans-maker"}, SystemUse.LOSS_NOTICES, "maker_is_checker"),
        ({}, SystemUse.BANK_CONFIRMATIONS, "key_of_another_use"),
    ],
)
def test_it_is_signed_as_a_notice_is(changes: dict[str, Any], system_use: SystemUse, code: str) -> None:
    """With maker and checker, by a key for notices or by an officer of theirs."""
    story = Story().until("notice")
    command = said.WithdrawNotice(
        **{
            "project_id": PROJECT_ID,
            "notice_sha256": story.latest.notice.sha256,
            "reasons": "撤回",
            "maker": "loans-maker",
            "checker": "loans-checker",
            **changes,
        }
    )
    assert codes(story.take(story.received(command, LENDER, system_use=system_use.value))) == [code]
    by_officer = said.WithdrawNotice.model_validate({**command.model_dump(), "checker": "loans-checker"})
    assert story.take(story.received(by_officer, LENDER, "teller")).outcome is Outcome.ACCEPTED


@pytest.mark.clause("4.1")
def test_only_a_lender_or_guarantor_has_notices() -> None:
    """Whoever else signs is refused before anything is said of the case."""
    decision = Story().until("notice").withdraws(COOPERATING)
    assert (codes(decision), clauses(decision)) == (["role_not_held"], ["10.2"])
