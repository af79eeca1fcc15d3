"""Article 3: the pool."""

from dataclasses import replace

import pytest

from services.treasury.domain.rules.article_03_pool import (
    refuse_unless_facts_are_of_one_pool,
    refuse_unless_facts_are_of_one_project,
)
from shared.contracts import ids
from shared.contracts.claims import ConfirmPlan
from tests.unit.treasury.treasury_ballot import approval
from tests.unit.treasury.treasury_factories import (
    LENDER,
    MANAGING,
    OTHER_POOL_ID,
    POOL_ID,
    PROJECT_ID,
    books_with,
    observed,
    paid_books,
    payout,
    sign,
    then,
)


@pytest.mark.clause("3.1")
def test_originals_of_another_pool_move_nothing_here() -> None:
    """A confirmation signed in another pool is refused, even by the same people on the same project."""
    signed_payout = payout()
    own = (signed_payout.plan.received, signed_payout.confirmation.received)
    assert refuse_unless_facts_are_of_one_pool(POOL_ID, own) is None
    data = ConfirmPlan(project_id=PROJECT_ID, plan_sha256=signed_payout.plan.sha256)
    foreign = sign(data, MANAGING, "confirmer", pool_id=OTHER_POOL_ID).received
    refused = refuse_unless_facts_are_of_one_pool(POOL_ID, (*own, foreign))
    assert refused is not None
    assert (refused.code, refused.clause) == ("of_another_pool", "3.1")


@pytest.mark.clause("3.1")
def test_originals_on_another_project_move_nothing_here() -> None:
    """A confirmation of these bytes that names another project is of another case."""
    signed_payout = payout()
    assert (
        refuse_unless_facts_are_of_one_project(
            PROJECT_ID, (signed_payout.plan.received, signed_payout.confirmation.received)
        )
        is None
    )
    data = ConfirmPlan(project_id=ids.project_id(POOL_ID, LENDER, "X"), plan_sha256=signed_payout.plan.sha256)
    stray = replace(signed_payout, confirmation=sign(data, MANAGING, "confirmer"))
    decision = then(books_with(), observed(stray.released()), stray.originals)[1]
    assert [(refused.code, refused.clause) for refused in decision.refusals] == [("of_another_project", "3.1")]


@pytest.mark.clause("3.1")
def test_a_closing_on_another_project_reimburses_nothing_here() -> None:
    """A closing of this very ballot that names another project is of another case."""
    voted = approval()
    elsewhere = voted.closing.received.data.model_copy(update={"project_id": ids.project_id(POOL_ID, LENDER, "X")})
    stray = replace(voted, closing=sign(elsewhere, MANAGING, "keeper"))
    decision = then(paid_books(), observed(stray.approved()), stray.originals)[1]
    assert [(refused.code, refused.clause) for refused in decision.refusals] == [("of_another_project", "3.1")]
