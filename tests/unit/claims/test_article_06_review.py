"""Article 6: preliminary review and on-site verification."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.receipts import Outcome
from shared.contracts.registry.rules import Rules
from tests.unit.claims.claims_builder import RULES, START, Story, clauses, codes, notice


@pytest.mark.clause("6.6")
@pytest.mark.parametrize(
    ("after", "act", "code", "clause"),
    [
        ("approval", "reviews", "notice_missing", "14.1"),
        ("notice", "verifies", "review_missing", "6.6"),
        ("notice", "plans", "review_missing", "6.6"),
        ("review", "plans", "verification_missing", "6.6"),
        ("verification", "confirms", "plan_missing", "6.8"),
        ("plan", "releases", "confirmation_missing", "5.6"),
        ("confirmation", "applies", "release_missing", "6.8"),
        ("release", "applies", "payment_missing", "15.2"),
        ("review", "reviews", "review_done_already", "6.6"),
        ("plan", "plans", "plan_done_already", "6.8"),
        ("confirmation", "confirms", "confirmation_done_already", "5.6"),
        ("release", "releases", "release_done_already", "6.8"),
    ],
)
def test_no_command_skips_a_step(after: str, act: str, code: str, clause: str) -> None:
    """The refusal bears the clause of the step that is missing, or of the one that is taken, and says what is next."""
    story = Story().until(after)
    decision = getattr(story, act)()
    assert (codes(decision), clauses(decision)) == ([code], [clause])
    assert "next:" in decision.refusals[0].text
    assert "下一步：" in decision.refusals[0].text_zh


@pytest.mark.clause("6.6")
def test_review_is_of_the_notice_that_counts() -> None:
    """A notice that was replaced can't be reviewed any more, nor planned on."""
    story = Story().until("notice")
    before = story.latest.notice.sha256
    story.notifies(notice(50_000_000))
    assert codes(story.reviews(notice_sha256=before)) == ["another_version_named"]
    story.reviews()
    story.verifies()
    decision = story.plans(notice_sha256=before)
    assert (codes(decision), clauses(decision)) == (["another_version_named"], ["6.6"])


@pytest.mark.clause("6.6")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"verifiers": ("visitor-one",)}, "verifiers_too_few"),
        ({"verifiers": ("visitor-one", "visitor-one")}, "verifiers_too_few"),
        ({"verifiers": ("visitor-one", "stranger")}, "verifiers_without_duty"),
        ({"verifiers": ("visitor-one", "confirmer")}, "verifiers_without_duty"),
        ({"verifiers": ("visitor-one", "releaser")}, "verifiers_without_duty"),
        ({"evidence": ()}, "evidence_missing"),
        ({"visited_at": START}, "visit_misdated"),
        ({"visited_at": START + timedelta(days=30)}, "visit_misdated"),
    ],
)
def test_verification_says_who_when_and_with_what_evidence(changes: dict[str, Any], code: str) -> None:
    """At least two different officers of the cooperating institution, after the notice and not later than now."""
    decision = Story().until("review").verifies(**changes)
    assert (codes(decision), clauses(decision)) == ([code], ["6.6"])


@pytest.mark.clause("6.6")
def test_number_of_verifiers_is_a_field_of_the_rules() -> None:
    """Another district may ask for three."""
    rules: Rules = RULES.model_copy(update={"verifiers_min": 3})
    assert codes(Story(rules).until("review").verifies()) == ["verifiers_too_few"]


@pytest.mark.clause("6.6")
def test_everything_wrong_is_named_at_once() -> None:
    """Whoever sends it again has to know all that was missing."""
    decision = Story().until("review").verifies(verifiers=("stranger",), evidence=())
    assert codes(decision) == [
        "verifiers_too_few",
        "verifiers_without_duty",
        "recorded_by_nobody_there",
        "evidence_missing",
    ]


@pytest.mark.clause("6.6")
def test_a_visit_is_recorded_by_somebody_who_was_there() -> None:
    """The duty alone is not enough: the signature stands for what its officer has seen."""
    decision = Story().until("review").verifies("visitor-one", verifiers=("visitor-two", "visitor-three"))
    assert (codes(decision), clauses(decision)) == (["recorded_by_nobody_there"], ["6.6"])
    name = "示例人员 visitor-one (visitor-one)"
    assert name in decision.refusals[0].text
    assert name in decision.refusals[0].text_zh


@pytest.mark.clause("6.6")
def test_nobody_is_kept_from_a_duty_by_being_named() -> None:
    """A record that names the releaser is refused, so that the releaser can still release."""
    story = Story().until("review")
    assert codes(story.verifies(verifiers=("visitor-one", "visitor-two", "releaser"))) == ["verifiers_without_duty"]
    for act in (story.verifies, story.plans, story.confirms, story.releases):
        assert act().outcome is Outcome.ACCEPTED


@pytest.mark.clause("6.6")
def test_abandoned_premises_are_a_finding() -> None:
    """They waive nothing: the verification counts as it was made, with its evidence."""
    story = Story().until("review")
    assert codes(story.verifies(premises_abandoned=True, evidence=())) == ["evidence_missing"]
    assert story.verifies(premises_abandoned=True).outcome is Outcome.ACCEPTED
    assert story.events[-1].premises_abandoned
