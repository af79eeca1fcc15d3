"""Article 10: the loss, the cap on the pool's share, and its split."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.claims.domain.rules.article_10_pool_share import (
    pool_share_fen,
    pool_share_max_fen,
)
from shared.contracts.claims import NoticeOrigin, PlanBasis
from shared.contracts.money import AMOUNT_FEN_MAX
from shared.contracts.receipts import Outcome
from shared.contracts.registry.rules import LossRatio, fixed_under
from shared.decisions.amounts import percent_zh, yuan_figure
from shared.decisions.article_10_plan_figures import FIGURES
from tests.unit.claims.claims_builder import HALF, Story, approved, clauses, codes, loss, notice

_FEN = st.integers(0, AMOUNT_FEN_MAX)


@pytest.mark.clause("10.1")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"loss": loss(interest_fen=0)}, "total_not_the_sum"),
        ({"loss": loss(other_fen=1)}, "total_not_the_sum"),
        ({"loss": loss(as_of=date(2026, 11, 3))}, "day_in_the_future"),
        ({"loss": loss(as_of=date(2026, 2, 9))}, "loss_before_disbursement"),
        ({"loss": loss(100_000_001, principal_fen=100_000_001, interest_fen=0)}, "principal_above_the_loan"),
    ],
)
def test_loss_is_itemised_dated_and_within_the_loan(changes: dict[str, Any], code: str) -> None:
    """The six components are the total, on a day between disbursement and today, with at most the loan's principal."""
    decision = Story().until("approval").notifies(notice(**changes))
    assert (codes(decision), clauses(decision)) == ([code], ["10.1"])


@pytest.mark.clause("10.1")
@pytest.mark.parametrize(
    "component",
    ["interest_fen", "penalty_interest_fen", "overdue_interest_fen", "overdue_penalty_fen", "other_fen"],
)
def test_all_six_components_count(component: str) -> None:
    """A fen in any of them is a fen of the total."""
    figures = {"interest_fen": 0, component: 10_000_001}
    assert Story().until("approval").notifies(notice(loss=loss(**figures))).outcome is Outcome.ACCEPTED


@pytest.mark.clause("10.1")
def test_today_is_beijings_day() -> None:
    """At 16:30 UTC it is the next day in Beijing, and a loss of that day is not in the future."""
    story = Story().until("approval")
    story.now = datetime(2026, 11, 2, 14, 59, tzinfo=UTC)
    assert codes(story.notifies(notice(loss=loss(as_of=date(2026, 11, 3))))) == ["day_in_the_future"]
    assert story.notifies(notice(loss=loss(as_of=date(2026, 11, 3)))).outcome is Outcome.ACCEPTED


@pytest.mark.clause("10.1")
def test_loss_on_the_day_of_disbursement_is_a_loss() -> None:
    """The first day counts, and so does a loss of the whole principal."""
    first_day = loss(100_000_000, as_of=date(2026, 2, 10), principal_fen=100_000_000, interest_fen=0)
    assert Story().until("approval").notifies(notice(100_000_000, loss=first_day)).outcome is Outcome.ACCEPTED


@pytest.mark.clause("10.2")
def test_claim_is_at_most_the_loss() -> None:
    """One fen more is refused."""
    decision = Story().until("approval").notifies(notice(claimed_fen=100_000_002))
    assert (codes(decision), clauses(decision)) == (["claimed_above_the_loss"], ["10.2"])


@pytest.mark.clause("10.2")
def test_same_notice_again_is_a_duplicate_and_another_is_not() -> None:
    """Another figure, claim or origin is another notice."""
    story = Story().until("notice")
    assert codes(story.notifies(notice())) == ["said_before"]
    for other in (
        notice(claimed_fen=5),
        notice(claimed_fen=5, origin=NoticeOrigin.DISPOSAL_APPLICATION),
        notice(50_000_000),
    ):
        assert story.notifies(other).outcome is Outcome.ACCEPTED


@pytest.mark.clause("10.2")
@pytest.mark.parametrize("step", ["plan", "confirmation"])
def test_plan_falls_with_its_notice(step: str) -> None:
    """Until the release another notice counts, lower or higher: the plan on the earlier one falls, and is named."""
    story = Story().until(step)
    fallen = story.latest.plan
    assert fallen is not None
    assert story.notifies(notice(50_000_000)).outcome is Outcome.ACCEPTED
    accepted = story.events[-1]
    assert (accepted.compensation, accepted.plan_fallen_sha256) == (1, fallen.sha256)
    assert codes(story.confirms(plan_sha256=fallen.sha256)) == ["review_missing"]
    for act in (story.reviews, story.verifies, story.plans, story.confirms, story.releases):
        assert act().outcome is Outcome.ACCEPTED
    assert story.events[-1].basis.pool_share_fen == 10_000_000


@pytest.mark.clause("10.2")
def test_further_notice_opens_a_further_compensation() -> None:
    """Loss and claim are totals: what was released before is deducted, whether it is paid already or not."""
    story = Story().until("release", total_fen=65_000_000)
    assert story.notifies(notice(70_000_000)).outcome is Outcome.ACCEPTED
    assert (story.events[-1].compensation, story.events[-1].plan_fallen_sha256) == (2, None)
    for act in (story.reviews, story.verifies, story.plans, story.confirms, story.releases):
        assert act().outcome is Outcome.ACCEPTED
    basis = story.events[-1].basis
    assert (basis.committed_before_fen, basis.cap_fen, basis.pool_share_fen) == (13_000_000, 14_000_000, 1_000_000)
    assert story.claim.committed_fen == 14_000_000


@pytest.mark.clause("10.3")
@pytest.mark.parametrize("changes", [{"total_fen": 65_000_001}, {"total_fen": 70_000_000, "claimed_fen": 13_000_000}])
def test_further_notice_that_adds_nothing_is_refused(changes: dict[str, Any]) -> None:
    """A total that brings no further fen would open a compensation that can't be planned; it says what is committed."""
    story = Story().until("release", total_fen=65_000_000)
    decision = story.notifies(notice(**changes))
    assert (codes(decision), clauses(decision)) == (["pool_share_is_nothing"], ["10.3"])
    assert "130,000.00" in decision.refusals[0].text


@pytest.mark.clause("10.2")
def test_plan_pays_what_is_claimed_up_to_the_cap() -> None:
    """A lender that claims less gets less."""
    assert pool_share_fen(500, 2_000, 0) == 500
    assert pool_share_fen(5_000, 2_000, 0) == 2_000
    assert pool_share_fen(5_000, 2_000, 1_900) == 100
    assert pool_share_fen(500, 2_000, 600) == 0
    story = Story().until("approval")
    story.notifies(notice(claimed_fen=1_234_567))
    story.reviews()
    story.verifies()
    basis = story.events[-1].basis
    assert (basis.cap_fen, basis.pool_share_fen, basis.fiscal_part_fen) == (20_000_000, 1_234_567, 617_284)


@pytest.mark.clause("10.3")
@pytest.mark.parametrize(
    ("rate_bp", "total_fen", "committed_fen", "expected"),
    [
        (2_000, 100_000_001, 0, 20_000_000),
        (2_000, 100_000_004, 0, 20_000_000),
        (2_000, 100_000_005, 0, 20_000_001),
        (2_000, 100_000_000, 15_000_000, 5_000_000),
        (2_000, 50_000_000, 15_000_000, 0),
        (0, 100_000_000, 0, 0),
        (2_000, 4, 0, 0),
        (1_500, 10**15, 0, 15 * 10**13),
    ],
)
def test_cap_is_rounded_down_and_cumulative(rate_bp: int, total_fen: int, committed_fen: int, expected: int) -> None:
    """Worked case 1, 20 % of 1,000,000.01 is 200,000.002 and 200,000.00 is paid; what was committed is deducted."""
    assert pool_share_fen(total_fen, pool_share_max_fen(rate_bp, total_fen), committed_fen) == expected


@pytest.mark.clause("10.3")
@given(st.integers(0, 10_000), _FEN, _FEN, st.integers(1, AMOUNT_FEN_MAX))
def test_share_never_exceeds_the_rate(rate_bp: int, total_fen: int, committed_fen: int, claimed_fen: int) -> None:
    """Before and now together are at most the exact rate of the loss and the claim, and less than a fen under them."""
    cap = pool_share_max_fen(rate_bp, total_fen)
    exact = Fraction(rate_bp * total_fen, 10_000)
    assert exact - 1 < cap <= exact
    share = pool_share_fen(claimed_fen, cap, committed_fen)
    assert share >= 0
    if share:
        assert min(exact, claimed_fen) - 1 < share + committed_fen <= min(exact, claimed_fen)
    else:
        assert committed_fen > min(exact, claimed_fen) - 1


@pytest.mark.clause("10.3")
def test_there_is_no_plan_over_nothing() -> None:
    """20 % of four fen is less than a fen; the refusal says so."""
    story = Story().until("verification", total_fen=4)
    assert story.events[-1].basis.pool_share_fen == 0
    decision = story.plans()
    assert (codes(decision), clauses(decision)) == (["pool_share_is_nothing"], ["10.3"])


@pytest.mark.clause("10.3")
@pytest.mark.parametrize("field", sorted(FIGURES))
def test_every_figure_of_a_plan_is_the_computed_one(field: str) -> None:
    """A fen more or less is refused, naming the figure, its clause, what was expected and what was given."""
    story = Story().until("verification", approval=approved(ratio=LossRatio(fiscal_weight=1, social_weight=2)))
    right = getattr(story.latest.verified, field)
    wrong = HALF if field == "loss_ratio" else right + 1
    decision = story.plans(basis={field: wrong})
    assert (codes(decision), clauses(decision)) == (["plan_figure_wrong"], [FIGURES[field].clause])
    shown: Callable[[int], str] = (
        yuan_figure if field.endswith("_fen") else percent_zh if field == "share_rate_bp" else str
    )
    figures = ("1:2", "1:1") if field == "loss_ratio" else (shown(right), shown(wrong))
    english, chinese = decision.refusals[0].text.replace(" %", "%"), decision.refusals[0].text_zh
    assert all(word in english for word in (FIGURES[field].english, *figures))
    assert all(word in chinese for word in (FIGURES[field].chinese, *figures))


@pytest.mark.clause("10.3")
def test_wrong_figures_are_all_named() -> None:
    """Two wrong figures are two reasons."""
    decision = Story().until("verification").plans(basis={"fiscal_part_fen": 1, "social_part_fen": 2})
    assert clauses(decision) == ["10.4", "10.4"]


def test_plan_says_where_each_figure_comes_from() -> None:
    """For every figure of the basis, and for the payee: text or reading, and the clause."""
    story = Story().until("plan")
    sources = story.events[-1].sources
    named = {source.split(":")[0] for source in sources}
    assert named == {*(FIGURES[field].english for field in PlanBasis.model_fields), "payee"}
    assert all(source.split(":")[1].split()[0] in {"text", "reading"} for source in sources)
    # What is a field of the rules has its clause and source from there.
    for field in ("share_rate_bp", "loss_ratio"):
        assert any(
            source.startswith(f"{FIGURES[field].english}: {' '.join(reversed(fixed_under(field)))}")
            for source in sources
        )
