"""Article 14: the notice behind a payout, and who is paid."""

import pytest

from services.treasury.domain.rules.article_14_notice import refuse_unless_notice_is_claimants
from shared.contracts.registry.words import SystemUse
from tests.unit.treasury.treasury_factories import (
    COOPERATING,
    GUARANTOR,
    LENDER,
    PROJECT_ID,
    books_with,
    notice,
    observed,
    payout,
    registered_pool,
    sign,
    then,
)


@pytest.mark.clause("14.1")
def test_the_projects_lender_or_guarantor_has_notified() -> None:
    """By an officer or by the system for notices, on this project's loan; nobody else, and no other system."""
    project = books_with().cases[PROJECT_ID].project
    assert project is not None
    for good in (
        sign(notice(), LENDER, None, SystemUse.LOSS_NOTICES),
        sign(notice(), LENDER, "officer"),
        sign(notice(), GUARANTOR, None, SystemUse.LOSS_NOTICES),
    ):
        assert refuse_unless_notice_is_claimants(registered_pool(), project, PROJECT_ID, good.received) is None
    for wrong, code in (
        (sign(notice(), COOPERATING, "planner"), "notifier_no_party"),
        (sign(notice(), "bank-z", None, SystemUse.LOSS_NOTICES), "notifier_no_party"),
        (sign(notice(), LENDER, None, SystemUse.BANK_CONFIRMATIONS), "notice_of_another_loan"),
        (
            sign(notice(loan_contract_number="LN-OTHER"), LENDER, None, SystemUse.LOSS_NOTICES),
            "notice_of_another_loan",
        ),
    ):
        refused = refuse_unless_notice_is_claimants(registered_pool(), project, PROJECT_ID, wrong.received)
        assert refused is not None
        assert (refused.code, refused.clause) == (code, "14.1")


@pytest.mark.clause("14.2")
def test_the_lender_is_paid() -> None:
    """A plan that pays anybody else is refused, even the guarantor as long as its proof can't be recorded."""
    for payee in (GUARANTOR, COOPERATING):
        signed_payout = payout(payee=payee)
        decision = then(books_with(), observed(signed_payout.released()), signed_payout.originals)[1]
        assert [(each.code, each.clause) for each in decision.refusals] == [("payee_is_another", "14.2")]
