"""Article 5: what waits for the managing institution's approval, and what its confirmation binds."""

import pytest

from services.claims.domain.rules.article_05_confirmation import HELD_NOTICES_MAX
from shared.contracts.receipts import Outcome
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
