"""Article 10.4: one F, of the running total of a project's life, whoever computes it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.treasury.domain.books import Books
from services.treasury.domain.reimbursement import due_now_fen
from services.treasury.domain.rules.article_10_pool_share import due_from_fiscal_fen
from shared.contracts.claims import PayoutReleased, PlanBasis
from shared.contracts.registry.rules import LossRatio
from shared.contracts.treasury import PaymentRefused
from shared.decisions.article_10_fiscal_part import fiscal_part_fen
from tests.unit.claims import claims_builder
from tests.unit.treasury.treasury_factories import (
    PROJECT_ID,
    basis,
    books_with,
    confirmation_of,
    from_bank,
    instructed,
    observed,
    payout,
    then,
)

ONE_TO_TWO = LossRatio(fiscal_weight=1, social_weight=2)
RATIOS = st.builds(LossRatio, fiscal_weight=st.integers(0, 9), social_weight=st.integers(0, 9)).filter(
    lambda ratio: ratio.fiscal_weight + ratio.social_weight > 0
)


def _paid(books: Books, number: int, total_fen: int, planned: PlanBasis) -> Books:
    """The books after a compensation on this plan was released, accepted and paid."""
    signed_payout = payout(number=number, total_fen=total_fen, planned=planned)
    books, decision = then(books, observed(signed_payout.released(), f"event-{number}"), signed_payout.originals)
    assert not isinstance(decision.events[0], PaymentRefused), decision.events[0]
    return then(books, from_bank(confirmation_of(instructed(decision), bank_reference=f"OUT-{number}")))[0]


def _plan_of_claims(story: claims_builder.Story, total_fen: int) -> PlanBasis:
    """What the claims service says that a plan on this further loss has to say, which it then releases."""
    story.notifies(claims_builder.notice(total_fen))
    for act in (story.reviews, story.verifies, story.plans, story.confirms, story.releases):
        act()
    released = story.events[-1]
    assert isinstance(released, PayoutReleased)
    return released.basis


@pytest.mark.clause("10.4")
def test_a_fen_before_a_fen_at_one_to_two() -> None:
    """F(1) is nothing and F(2) is one fen, so that the second compensation of one fen is the fiscal account's."""
    assert due_from_fiscal_fen(1, 0, 0, ONE_TO_TWO) == 0
    assert due_from_fiscal_fen(1, 1, 0, ONE_TO_TWO) == 1


@pytest.mark.clause("10.4")
@given(before_fen=st.integers(0, 10**12), paid_fen=st.integers(0, 10**12), ratio=RATIOS)
def test_what_is_due_is_what_was_paid_adds_to_the_running_total(
    before_fen: int, paid_fen: int, ratio: LossRatio
) -> None:
    """Paid in full or in instalments, and what was reimbursed is due no more."""
    added_fen = fiscal_part_fen(before_fen + paid_fen, ratio) - fiscal_part_fen(before_fen, ratio)
    assert due_from_fiscal_fen(paid_fen, before_fen, 0, ratio) == added_fen
    assert due_from_fiscal_fen(paid_fen, before_fen, added_fen, ratio) == 0


@pytest.mark.clause("10.4")
@settings(deadline=None)
@given(more_fen=st.lists(st.integers(5, 60), min_size=1, max_size=4), ratio=RATIOS)
def test_the_treasury_pays_on_what_claims_says_that_a_plan_says(more_fen: list[int], ratio: LossRatio) -> None:
    """A loss that grows from notice to notice: every plan of claims is borne out, and what is due is F of all of it."""
    books, total_fen, paid_fen = books_with(ratio=ratio), 0, 0
    story = claims_builder.Story().until("approval", approval=claims_builder.approved(ratio=ratio))
    for number, each_fen in enumerate(more_fen, start=1):
        total_fen += each_fen
        planned = _plan_of_claims(story, total_fen)
        books = _paid(books, number, total_fen, planned)
        paid_fen += planned.pool_share_fen
    case = books.cases[PROJECT_ID]
    due_fen = sum(due_now_fen(case, compensation) for compensation in case.compensations.values())
    assert (paid_fen, due_fen) == (total_fen // 5, fiscal_part_fen(total_fen // 5, ratio))


@pytest.mark.clause("10.4")
def test_a_plan_that_splits_its_share_alone_is_refused() -> None:
    """At 1:2 a second fen split as if it were the first has no fiscal part: the treasury doesn't pay on that."""
    books = _paid(books_with(ratio=ONE_TO_TWO), 1, 5, basis(5, ONE_TO_TWO))
    alone = basis(10, ONE_TO_TWO, committed_before_fen=1, fiscal_part_fen=0, social_part_fen=1)
    signed_payout = payout(number=2, total_fen=10, planned=alone)
    decision = then(books, observed(signed_payout.released(), "event-2"), signed_payout.originals)[1]
    assert [refused.code for refused in decision.refusals] == ["plan_figure_wrong"]
    books = _paid(books, 2, 10, basis(10, ONE_TO_TWO, committed_before_fen=1))
    case = books.cases[PROJECT_ID]
    assert [due_now_fen(case, each) for each in case.compensations.values()] == [0, 1]
