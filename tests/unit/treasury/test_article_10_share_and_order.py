"""Article 10: the share, its split, and the order of payment, to the fen."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.treasury.domain.rules import article_10_pool_share as article_10
from shared.contracts import ids
from shared.contracts.examples import LOSS_FEN, SHARE_FEN
from shared.contracts.money import AMOUNT_FEN_MAX
from shared.contracts.registry.rules import LossRatio
from shared.contracts.treasury import PaymentRefused
from tests.unit.treasury.treasury_factories import (
    HALVES,
    LENDER,
    PROJECT_ID,
    basis,
    books_with,
    notice,
    observed,
    paid_books,
    payout,
    sign,
    then,
)

FEN = st.integers(0, AMOUNT_FEN_MAX)
RATIOS = st.builds(LossRatio, fiscal_weight=st.integers(0, 1000), social_weight=st.integers(0, 1000)).filter(
    lambda ratio: ratio.fiscal_weight + ratio.social_weight > 0
)


@pytest.mark.clause("10.2")
def test_a_plan_rests_on_the_notice_it_names() -> None:
    """Hash, loss and claim are the notice's; a plan on an older notice is refused."""
    signed_payout = payout()
    assert (
        article_10.refuse_unless_plan_rests_on_notice(signed_payout.plan.received, signed_payout.notice.received)
        is None
    )
    for changes in ({"claimed_fen": 1_000}, {"total_fen": 90_000_000, "claimed_fen": 1_000}):
        other = sign(notice(**changes), LENDER, None).received
        refused = article_10.refuse_unless_plan_rests_on_notice(signed_payout.plan.received, other)
        assert refused is not None
        assert (refused.code, refused.clause) == ("another_version_named", "10.2")
        same_hash = replace(other, content_sha256=signed_payout.notice.sha256)
        assert article_10.refuse_unless_plan_rests_on_notice(signed_payout.plan.received, same_hash) is not None


@pytest.mark.clause("10.2")
def test_nobody_gets_more_than_claimed() -> None:
    """A claim under the cap is what is paid."""
    assert article_10.refuse_unless_pool_share_is_claimed(basis(claimed_fen=SHARE_FEN)) is None
    refused = article_10.refuse_unless_pool_share_is_claimed(basis(claimed_fen=SHARE_FEN - 1))
    assert refused is not None
    assert refused.code == "share_above_claimed"


@pytest.mark.clause("10.3")
def test_the_cap_rounds_down() -> None:
    """20 % of 1,000,000.01 is 200,000.002, of which 200,000.00 is the most that can be paid."""
    assert article_10.pool_share_max_fen(LOSS_FEN, 2_000) == SHARE_FEN
    assert article_10.pool_share_max_fen(4, 2_000) == 0


@pytest.mark.clause("10.3")
@given(total_fen=FEN, rate_bp=st.integers(0, 10_000))
def test_the_cap_is_never_above_the_rate(total_fen: int, rate_bp: int) -> None:
    """At or under the rate, and a fen more would be above it."""
    cap_fen = article_10.pool_share_max_fen(total_fen, rate_bp)
    assert cap_fen * 10_000 <= rate_bp * total_fen < (cap_fen + 1) * 10_000


@pytest.mark.clause("10.3")
def test_the_rate_is_the_projects_own() -> None:
    """Not the plan's, and not that of rules adopted later."""
    project = books_with().cases[PROJECT_ID].project
    assert project is not None
    assert article_10.refuse_unless_share_rate_is_the_projects(project, basis()) is None
    refused = article_10.refuse_unless_share_rate_is_the_projects(project, basis(share_rate_bp=1_999))
    assert refused is not None
    assert (refused.code, refused.clause) == ("plan_figure_wrong", "10.3")


@pytest.mark.clause("10.3")
def test_the_cap_holds_over_the_whole_life() -> None:
    """What earlier compensations took is taken off, to the last fen."""
    assert article_10.refuse_unless_pool_share_is_within_cap(SHARE_FEN, LOSS_FEN, 2_000, 0) is None
    assert article_10.refuse_unless_pool_share_is_within_cap(SHARE_FEN - 5, LOSS_FEN, 2_000, 5) is None
    for share_fen, before_fen in ((SHARE_FEN + 1, 0), (SHARE_FEN - 4, 5), (1, SHARE_FEN)):
        refused = article_10.refuse_unless_pool_share_is_within_cap(share_fen, LOSS_FEN, 2_000, before_fen)
        assert refused is not None
        assert (refused.code, refused.clause) == ("share_above_cap", "10.3")


@pytest.mark.clause("10.3")
def test_a_second_compensation_gets_only_what_is_left() -> None:
    """The treasury counts what it has committed itself, whatever the plan says was committed before."""
    books = paid_books()
    signed_payout = payout(number=2, planned=basis())
    (said,) = then(books, observed(signed_payout.released(), "event-2"), signed_payout.originals)[1].events
    assert isinstance(said, PaymentRefused)
    assert (said.code, said.compensation_id) == ("share_above_cap", ids.compensation_id(PROJECT_ID, 2))
    more = payout(number=2, total_fen=110_000_000, planned=basis(110_000_000, committed_before_fen=SHARE_FEN))
    after, decision = then(books, observed(more.released(), "event-3"), more.originals)
    assert not isinstance(decision.events[0], PaymentRefused)
    assert after.cases[PROJECT_ID].committed_fen() == 22_000_000


@pytest.mark.clause("10.4")
def test_the_plan_splits_by_the_projects_ratio() -> None:
    """Other parts, or the same parts by another ratio, are refused."""
    project = books_with().cases[PROJECT_ID].project
    assert project is not None
    assert article_10.refuse_unless_split_follows_ratio(project, basis(), 0) is None
    half = SHARE_FEN // 2
    for wrong in (
        basis(fiscal_part_fen=half + 1, social_part_fen=half - 1),
        basis(social_part_fen=half - 1),
        basis(loss_ratio=LossRatio(fiscal_weight=2, social_weight=2)),
    ):
        refused = article_10.refuse_unless_split_follows_ratio(project, wrong, 0)
        assert refused is not None
        assert (refused.code, refused.clause) == ("plan_figure_wrong", "10.4")


@pytest.mark.clause("10.5")
def test_due_from_fiscal() -> None:
    """F(paid) − reimbursed: worked cases 1 and 2, and the first part of worked case 10."""
    assert article_10.due_from_fiscal_fen(SHARE_FEN, 0, 0, HALVES) == 10_000_000
    assert article_10.due_from_fiscal_fen(SHARE_FEN, 0, 10_000_000, HALVES) == 0
    assert article_10.due_from_fiscal_fen(SHARE_FEN, 0, 4_000_000, HALVES) == 6_000_000


@pytest.mark.clause("10.5")
def test_a_shortage_pays_what_is_there() -> None:
    """Never more than is queued, and never more than is there."""
    assert article_10.payable_now_fen(20_000_000, 15_000_000) == 15_000_000
    assert article_10.payable_now_fen(5_000_000, 15_000_000) == 5_000_000
    assert article_10.payable_now_fen(5_000_000, 0) == 0


@pytest.mark.clause("10.3")
@pytest.mark.clause("10.2")
@pytest.mark.clause("10.4")
@pytest.mark.parametrize(
    ("planned", "why"),
    [
        (basis(claimed_fen=LOSS_FEN - 1), ("plan_figure_wrong", "10.2")),
        (basis(total_loss_fen=LOSS_FEN + 1), ("plan_figure_wrong", "10.1")),
        (basis(share_rate_bp=2_500), ("plan_figure_wrong", "10.3")),
        (basis(pool_share_fen=SHARE_FEN + 1), ("share_above_cap", "10.3")),
        (basis(pool_share_fen=LOSS_FEN + 1), ("share_above_claimed", "10.2")),
        (basis(fiscal_part_fen=SHARE_FEN, social_part_fen=0), ("plan_figure_wrong", "10.4")),
    ],
)
def test_a_signed_plan_with_wrong_figures_pays_nothing(planned: object, why: tuple[str, str]) -> None:
    """Even a plan that was signed, confirmed and released is held to the regulation's figures."""
    signed_payout = payout(planned=planned)  # type: ignore[arg-type]
    books = books_with()
    after, decision = then(books, observed(signed_payout.released()), signed_payout.originals)
    assert [(each.code, each.clause) for each in decision.refusals] == [why]
    assert after == books
