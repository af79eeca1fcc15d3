"""Article 5: what waits for the managing institution's approval, and what its confirmation binds."""

import pytest

from services.claims.domain.claim import Stage
from services.claims.domain.rules.article_05_confirmation import HELD_NOTICES_MAX
from shared.contracts.claims import PlanReturned
from shared.contracts.receipts import Outcome
from shared.contracts.registry.words import Duty
from tests.unit.claims.claims_builder import Story, clauses, codes, notice, rejected


@pytest.mark.clause("5.4")
def test_notice_before_approval_is_held() -> None:
    """It is neither refused nor lost, and the sender hears what it waits for."""
    decision = Story().notifies(notice())
    assert (decision.outcome, codes(decision), clauses(decision)) == (Outcome.HELD, ["project_not_approved"], ["5.4"])


@pytest.mark.clause("5.4")
def test_notice_after_rejection_is_refused() -> None:
    """A rejected project is not covered."""
    story = Story()
    story.observes(rejected())
    decision = story.notifies(notice())
    assert (decision.outcome, codes(decision), clauses(decision)) == (Outcome.REFUSED, ["project_rejected"], ["5.4"])


@pytest.mark.clause("5.4")
def test_held_notices_have_a_limit() -> None:
    """So many wait on one project and no more."""
    story = Story()
    for number in range(HELD_NOTICES_MAX):
        assert story.notifies(notice(1_000 + number)).outcome is Outcome.HELD
    decision = story.notifies(notice(500))
    assert (decision.outcome, codes(decision), clauses(decision)) == (Outcome.REFUSED, ["held_notices_full"], ["5.4"])


@pytest.mark.clause("5.4")
def test_command_before_approval_names_it() -> None:
    """On a project that nobody has approved, every step says that this is missing."""
    decision = Story().reviews()
    assert (codes(decision), clauses(decision)) == (["approval_missing"], ["5.4"])


@pytest.mark.clause("5.6")
def test_confirmation_is_of_one_plan() -> None:
    """Another hash is another plan; so it is at the release, under its own clause."""
    story = Story().until("plan")
    decision = story.confirms(plan_sha256="f" * 64)
    assert (codes(decision), clauses(decision)) == (["another_version_named"], ["5.6"])
    assert story.confirms().outcome is Outcome.ACCEPTED
    decision = story.releases(plan_sha256="f" * 64)
    assert (codes(decision), clauses(decision)) == (["another_version_named"], ["6.8"])


@pytest.mark.clause("5.6")
def test_plan_is_returned_and_drawn_up_anew() -> None:
    """What was found about the notice stands; the returned plan can't be confirmed, and another one takes its place."""
    story = Story().until("plan")
    returned = story.latest.plan
    assert returned is not None
    assert story.returns_plan(reasons="计算依据不明").outcome is Outcome.ACCEPTED
    event = story.events[-1]
    assert isinstance(event, PlanReturned)
    assert (event.plan_sha256, event.compensation, event.returned_by) == (returned.sha256, 1, "confirmer")
    assert (story.claim.stage, story.latest.plan) == (Stage.VERIFIED, None)
    assert codes(story.confirms(plan_sha256=returned.sha256)) == ["plan_missing"]
    assert story.plans(explanation="补充计算依据").outcome is Outcome.ACCEPTED
    assert codes(story.confirms(plan_sha256=returned.sha256)) == ["another_version_named"]
    assert story.confirms().outcome is Outcome.ACCEPTED


@pytest.mark.clause("5.6")
def test_only_a_plan_that_waits_is_returned() -> None:
    """By its bytes, and not after gate 1."""
    story = Story().until("plan")
    decision = story.returns_plan(plan_sha256="f" * 64)
    assert (codes(decision), clauses(decision)) == (["another_version_named"], ["5.6"])
    assert codes(Story().until("confirmation").returns_plan()) == ["confirmation_done_already"]


@pytest.mark.clause("4.1")
def test_whoever_returned_a_plan_has_judged_the_case() -> None:
    """So that the officer who returned it draws none up, and has no vote on its reimbursement."""
    story = Story().until("plan")
    story.returns_plan()
    assert (Duty.CONFIRMATION, "confirmer") in {(each.duty, each.officer) for each in story.claim.duties_exercised}
    assert codes(Story().until("plan").returns_plan("planner")) == ["role_not_held"]
