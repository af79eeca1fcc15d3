"""A case from its notice to its reimbursement, and all the ways in which it does not get there."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.claims.domain.claim import ClaimsError, Stage
from services.claims.domain.step import Step
from shared.contracts import claims as said
from shared.contracts.documents import DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.words import Vote
from shared.contracts.treasury import Leg
from tests.unit.claims.claims_builder import (
    COMPENSATION_ID,
    GUARANTOR,
    LENDER,
    MEMBERS,
    PROJECT_ID,
    Story,
    approved,
    codes,
    document,
    notice,
    rejected,
    settled,
)


def test_straight_way() -> None:
    """Worked cases 1 and 2: 1,000,000.01 lost, 200,000.00 paid, 100,000.00 of it reimbursed; one event a step."""
    story = Story().until("closing")
    story.observes(settled(Leg.REIMBURSEMENT, 10_000_000))
    assert [type(event).__name__ for event in story.events] == [
        "NoticeAccepted",
        "ReviewRecorded",
        "VerificationRecorded",
        "PlanDrawnUp",
        "PlanConfirmed",
        "PayoutReleased",
        "CompensationPaid",
        "ReimbursementApplied",
        "BallotOpened",
        *["VoteRecorded"] * 5,
        "BallotClosed",
        "ReimbursementApproved",
        "CompensationReimbursed",
    ]
    paid = next(event for event in story.events if isinstance(event, said.CompensationPaid))
    assert (paid.paid_fen, paid.fiscal_part_fen) == (20_000_000, 10_000_000)
    assert story.claim.stage is Stage.REIMBURSED


def test_every_stage_has_its_name() -> None:
    """Whoever looks for what waits for them finds it by the case's stage."""
    stages = {
        "approval": Stage.COVERED,
        "notice": Stage.NOTIFIED,
        "review": Stage.REVIEWED,
        "verification": Stage.VERIFIED,
        "plan": Stage.PLANNED,
        "confirmation": Stage.CONFIRMED,
        "release": Stage.RELEASED,
        "payment": Stage.PAID,
        "application": Stage.APPLIED,
        "opening": Stage.VOTING,
        "closing": Stage.APPROVED,
    }
    assert Story().claim.stage is Stage.AWAITING_APPROVAL
    assert {step: Story().until(step).claim.stage for step in stages} == stages


def test_release_carries_the_signed_messages() -> None:
    """Notice, plan, confirmation and release are each the very message that was signed."""
    story = Story().until("release")
    release = story.events[-1]
    assert isinstance(release, said.PayoutReleased)
    assert [m.signature for m in (release.notice, release.plan, release.confirmation, release.release)] == [
        "signature-2",
        "signature-5",
        "signature-6",
        "signature-7",
    ]
    assert release.plan.value.decode() == release.plan_sha256


def test_approval_carries_the_signed_messages() -> None:
    """Application, opening, votes, recusals and closing are what the treasury counts again."""
    story = Story().until("opening")
    story.recuses("member-a")
    for member in MEMBERS[1:]:
        story.votes(member)
    story.closes()
    approval = story.events[-1]
    assert isinstance(approval, said.ReimbursementApproved)
    assert len(approval.votes) == 4
    assert len(approval.recusals) == 1
    assert approval.application.value.decode() == approval.application_sha256
    assert approval.closing.value.decode() == story.sha256


@pytest.mark.clause("5.4")
def test_held_notice_is_taken_up_at_approval() -> None:
    """Given a notice before its project, when the project is approved, then the notice is accepted by itself."""
    story = Story()
    decision = story.notifies(notice())
    assert (decision.outcome, codes(decision)) == (Outcome.HELD, ["project_not_approved"])
    story.observes(approved())
    held, taken_up = story.events
    assert (type(held), type(taken_up)) == (said.NoticeHeld, said.NoticeAccepted)
    assert (taken_up.message_id, taken_up.notice_sha256) == ("m-1", held.notice_sha256)
    assert story.claim.held == ()
    assert story.reviews().outcome is Outcome.ACCEPTED


@pytest.mark.clause("5.4")
def test_held_notices_are_taken_up_in_order() -> None:
    """Of two waiting notices of one sender the later one counts, and one that does not fit its project is refused."""
    story = Story()
    story.notifies(notice(50_000_000))
    story.notifies(notice(60_000_000))
    story.notifies(notice(), GUARANTOR)
    story.observes(approved(guarantor=None))
    assert [type(event).__name__ for event in story.events[3:]] == ["NoticeAccepted", "NoticeAccepted", "NoticeRefused"]
    assert (story.events[-1].code, story.events[-1].clause) == ("notifier_no_party", "14.1")
    assert story.latest.notice.claimed_fen == 60_000_000


@pytest.mark.clause("5.4")
def test_held_notice_is_refused_at_rejection() -> None:
    """Given a held notice, when the filing is rejected, then it is refused; so is every later one."""
    story = Story()
    story.notifies(notice())
    story.observes(rejected())
    assert (story.events[-1].code, story.events[-1].clause) == ("project_rejected", "5.4")
    assert codes(story.notifies(notice(50_000_000))) == ["project_rejected"]
    assert story.claim.stage is Stage.REJECTED


def test_facts_observed_again_change_nothing() -> None:
    """An approval, a rejection or a settlement that is said twice has no second effect."""
    story = Story().until("payment")
    claim = story.claim
    assert story.observes(approved()).events == ()
    assert story.observes(settled(Leg.PAYOUT, 20_000_000)).events == ()
    assert story.claim == claim
    other = Story()
    other.observes(rejected())
    assert other.observes(rejected()).events == ()


def test_nonsense_of_other_services_is_raised() -> None:
    """What only a bug can say is no decision: an operator has to look."""
    with pytest.raises(ClaimsError, match="never released"):
        Story().until("confirmation").observes(settled(Leg.PAYOUT, 1))
    with pytest.raises(ClaimsError, match="never released"):
        Story().until("release").observes(settled(Leg.PAYOUT, 1, compensation_id=UUID(int=9)))
    with pytest.raises(ClaimsError, match="above its"):
        Story().until("release").observes(settled(Leg.PAYOUT, 20_000_001))
    with pytest.raises(ClaimsError, match="decided"):
        Story().until("payment").observes(settled(Leg.REIMBURSEMENT, 1))
    with pytest.raises(ClaimsError, match="rejected after"):
        Story().until("approval").observes(rejected())
    story = Story()
    story.observes(rejected())
    with pytest.raises(ClaimsError, match="approved after"):
        story.observes(approved())


@pytest.mark.clause("14.2")
def test_lender_and_guarantor_meet_in_one_case() -> None:
    """Worked case 7: both notify 1,000,000.00; one case, one payout, to the lender."""
    story = Story().until("approval")
    assert story.notifies(notice(100_000_000), GUARANTOR).outcome is Outcome.ACCEPTED
    assert codes(story.reviews()) == ["notice_missing"]
    assert story.notifies(notice(100_000_000)).outcome is Outcome.ACCEPTED
    assert len({event.case_number for event in story.events}) == 1
    for act in (story.reviews, story.verifies, story.plans, story.confirms, story.releases):
        assert act().outcome is Outcome.ACCEPTED
    released = story.events[-1]
    assert (released.payee, released.basis.pool_share_fen, released.compensation_id) == (
        LENDER,
        20_000_000,
        COMPENSATION_ID,
    )
    assert story.notifies(notice(99_000_000), GUARANTOR).outcome is Outcome.ACCEPTED
    assert [each.number for each in story.claim.compensations] == [1]


@pytest.mark.clause("14.2")
def test_guarantors_first_notice_may_come_after_the_plan() -> None:
    """It joins the case and changes nothing that is planned."""
    story = Story().until("release")
    plan = story.latest.plan
    assert story.notifies(notice(), GUARANTOR).outcome is Outcome.ACCEPTED
    assert story.latest.plan == plan
    assert story.claim.stage is Stage.RELEASED


@pytest.mark.clause("10.2")
def test_later_notice_replaces_the_earlier_one() -> None:
    """What was found about the earlier notice lapses with it."""
    story = Story().until("verification")
    assert story.notifies(notice(80_000_000)).outcome is Outcome.ACCEPTED
    assert story.claim.stage is Stage.NOTIFIED
    assert codes(story.plans()) == ["review_missing"]
    for act in (story.reviews, story.verifies, story.plans):
        assert act().outcome is Outcome.ACCEPTED
    assert story.events[-1].basis.total_loss_fen == 80_000_000


@pytest.mark.clause("10.2")
def test_same_notice_under_another_id_is_a_duplicate() -> None:
    """Same loss, claim and origin, held or accepted, at any time: no event, and the sender hears which one counts."""
    held = Story()
    held.notifies(notice())
    assert held.notifies(notice()).outcome is Outcome.DUPLICATE
    story = Story().until("release")
    decision = story.notifies(notice())
    assert (decision.outcome, decision.events) == (Outcome.DUPLICATE, ())
    assert "m-2" in decision.refusals[0].text


@pytest.mark.clause("15.2")
def test_new_application_voids_the_votes() -> None:
    """Worked case 9: edited after three of five votes, the votes are void, and the old hash can't be voted on."""
    story = Story().until("opening")
    before = story.claim.application
    assert before is not None
    for member in MEMBERS[:3]:
        story.votes(member)
    assert before.question is not None
    void, _ = story.applies(9_000_000).events
    assert isinstance(void, said.BallotVoided)
    assert (void.project_id, void.subject_sha256, void.votes_void) == (PROJECT_ID, before.question.sha256, 3)
    assert story.claim.stage is Stage.APPLIED
    assert codes(story.votes("member-d")) == ["no_open_ballot"]
    assert story.opens().outcome is Outcome.ACCEPTED
    assert codes(story.votes("member-d", subject_sha256=before.question.sha256)) == ["another_version_named"]
    assert codes(story.closes()) == ["ballot_still_open"]
    for member in MEMBERS:
        assert story.votes(member).outcome is Outcome.ACCEPTED
    story.closes()
    assert story.events[-1].amount_fen == 9_000_000


@pytest.mark.clause("15.2")
def test_after_a_refusal_the_payout_stands_and_a_new_application_is_possible() -> None:
    """Worked case 6: the social capital account has borne the payout; nothing stops the next application."""
    story = Story().until("opening")
    for member in MEMBERS:
        story.votes(member, Vote.AGAINST)
    story.closes()
    refusal = story.events[-1]
    assert isinstance(refusal, said.ReimbursementRefused)
    assert refusal.why.startswith("not passed: 0 of 5 members voted for it")
    assert (story.claim.stage, story.latest.paid_fen, story.latest.decided_fen) == (Stage.PAID, 20_000_000, 0)
    assert story.applies().outcome is Outcome.ACCEPTED


@pytest.mark.clause("15.2")
def test_instalments_are_reimbursed_as_they_are_paid() -> None:
    """Worked case 8: 150,000.00 are paid first; their part can be reimbursed before the rest is paid, and once only."""
    story = Story().until("release")
    story.observes(settled(Leg.PAYOUT, 15_000_000, instalment=1))
    assert codes(story.applies(7_500_001)) == ["amount_above_due"]
    assert story.applies(7_500_000).outcome is Outcome.ACCEPTED
    story.opens()
    story.observes(settled(Leg.PAYOUT, 5_000_000, instalment=2))
    assert story.claim.stage is Stage.VOTING
    for member in MEMBERS:
        story.votes(member)
    story.closes()
    assert codes(story.applies(2_500_001)) == ["amount_above_due"]
    story.observes(settled(Leg.REIMBURSEMENT, 7_500_000))
    assert (story.claim.stage, story.latest.reimbursed_fen) == (Stage.PAID, 7_500_000)
    assert story.observes(settled(Leg.REIMBURSEMENT, 7_500_000)).events == ()
    assert story.applies(2_500_000).outcome is Outcome.ACCEPTED


@pytest.mark.clause("15.2")
def test_ballot_is_closed_at_its_time() -> None:
    """Without all votes the ballot waits for its closing time; from then on nobody votes."""
    story = Story().until("opening")
    story.votes("member-a")
    assert codes(story.closes()) == ["ballot_still_open"]
    story.now += timedelta(days=3)
    assert codes(story.votes("member-b")) == ["voting_over"]
    assert codes(story.recuses("member-b")) == ["voting_over"]
    assert story.closes().outcome is Outcome.ACCEPTED
    closed = story.events[-1]
    assert isinstance(closed, said.BallotClosed)
    assert (closed.passed, closed.base, closed.voters_required, closed.voters) == (False, 5, 4, 1)
    assert closed.why.startswith("no quorum: 1 of 5 members voted, at least 4 have to")


@pytest.mark.clause("15.2")
def test_without_a_quorum_nothing_is_decided_and_the_application_stands() -> None:
    """Gate 2 is refused by a vote only: another ballot on the same application can still approve it."""
    story = Story().until("opening")
    story.now += timedelta(days=3)
    story.closes()
    assert (story.claim.stage, story.next_step) == (Stage.APPLIED, Step.APPLICATION)
    assert codes(story.votes("member-a")) == ["no_open_ballot"]
    assert story.opens().outcome is Outcome.ACCEPTED
    for member in MEMBERS:
        story.votes(member)
    story.closes()
    assert isinstance(story.events[-1], said.ReimbursementApproved)


_COMMANDS: dict[str, Any] = {
    "notice": lambda story: story.notifies(notice()),
    "other notice": lambda story: story.notifies(notice(90_000_000)),
    "guarantor's notice": lambda story: story.notifies(notice(), GUARANTOR),
    "approval": lambda story: story.observes(approved()),
    "review": lambda story: story.reviews(),
    "verification": lambda story: story.verifies(),
    "verification by one": lambda story: story.verifies(verifiers=("visitor-one",)),
    "plan": lambda story: story.plans(),
    "greedy plan": lambda story: story.plans(basis={"pool_share_fen": 30_000_000}),
    "confirmation": lambda story: story.confirms(),
    "confirmation by the planner": lambda story: story.confirms("planner"),
    "release": lambda story: story.releases(),
    "release of another plan": lambda story: story.releases(plan_sha256="f" * 64),
    "application": lambda story: story.applies(),
    "incomplete application": lambda story: story.applies(documents=(document(DocumentKind.LOAN_CONTRACT),)),
    "opening": lambda story: story.opens(),
    "vote": lambda story: story.votes("member-a"),
    "closing": lambda story: story.closes(),
}
_NEEDED = (said.ReviewRecorded, said.VerificationRecorded, said.PlanDrawnUp, said.PlanConfirmed)


_NEXT = {
    Step.APPROVAL: "approval",
    Step.NOTICE: "notice",
    Step.REVIEW: "review",
    Step.VERIFICATION: "verification",
    Step.PLAN: "plan",
    Step.CONFIRMATION: "confirmation",
    Step.RELEASE: "release",
}


# Half of the commands are the right ones, or no order would ever get far.
@given(st.lists(st.just("next") | st.sampled_from(sorted(_COMMANDS)), max_size=30))
@settings(deadline=None, max_examples=60)
def test_no_order_of_commands_skips_a_step(names: list[str]) -> None:
    """Whatever comes in whatever order: no release without notice, review, verification, plan and confirmation before.

    The notice that was reviewed is the one that the plan rests on; nothing is applied for that was not paid; and
    ``Story.take`` checks at each message that what has no events has changed nothing.
    """
    story = Story()
    for name in names:
        decision = _COMMANDS[_NEXT.get(story.next_step, "vote") if name == "next" else name](story)
        assert (decision.outcome is Outcome.ACCEPTED) or decision.refusals
    kinds = [type(event) for event in story.events]
    if said.PayoutReleased in kinds:
        before = kinds[: kinds.index(said.PayoutReleased)]
        assert [kind for kind in before if kind in _NEEDED][-4:] == list(_NEEDED)
        first = story.claim.compensations[0]
        assert first.is_reviewed
        assert first.plan is not None
        reviewed = [event.notice_sha256 for event in story.events if isinstance(event, said.ReviewRecorded)]
        assert first.notice.sha256 in reviewed
        assert story.claim.committed_fen <= 20_000_000
    assert said.ReimbursementApplied not in kinds


@pytest.mark.clause("6.6")
@pytest.mark.parametrize("step", ["approval", "notice", "review", "verification", "plan", "confirmation", "release"])
def test_from_any_stage_only_the_next_step_leads_on(step: str) -> None:
    """On every stage of the straight way each command but the next one is refused, and says what comes next."""
    story = Story().until(step)
    leading_on = {_NEXT.get(story.next_step), "approval", "notice", "other notice", "guarantor's notice"}
    for name in sorted(set(_COMMANDS) - leading_on):
        decision = _COMMANDS[name](story)
        assert (decision.outcome, decision.events) == (Outcome.REFUSED, ()), name
        assert "next:" in decision.refusals[0].text or name not in _NEXT.values()


def test_case_number_is_of_the_first_notices_year_in_beijing() -> None:
    """The number people see is of the year that has begun there, and stays the same when a later notice counts."""
    story = Story().until("approval")
    story.now = datetime(2026, 12, 31, 15, tzinfo=UTC)
    story.notifies(notice())
    number = story.claim.case_number
    assert number is not None
    assert number.startswith("2027-")
    story.notifies(notice(50_000_000))
    assert story.claim.case_number == number
    assert story.claim.project_id == PROJECT_ID
