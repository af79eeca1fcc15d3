"""Article 14: whose notice opens a case, and who is paid."""

import pytest

from services.claims.domain.rules.article_14_notice import payee
from shared.contracts import ids
from shared.contracts.receipts import Outcome
from tests.unit.claims.claims_builder import (
    COOPERATING,
    GUARANTOR,
    LENDER,
    POOL_ID,
    PROJECT_ID,
    Story,
    approved,
    clauses,
    codes,
    notice,
)


@pytest.mark.clause("14.1")
@pytest.mark.parametrize(
    ("notifier", "code"),
    [("bank-south", "notifier_not_entitled"), (COOPERATING, "role_not_held"), ("somebody", "role_not_held")],
)
def test_others_are_refused_at_once(notifier: str, code: str) -> None:
    """Another lender, the cooperating institution, somebody unknown: even before the project is known."""
    decision = Story().notifies(notice(), notifier)
    assert (decision.outcome, codes(decision), clauses(decision)) == (Outcome.REFUSED, [code], ["14.1"])


@pytest.mark.clause("14.1")
def test_guarantor_notifies_no_loan_of_its_own() -> None:
    """An institution that is only a guarantor is no lender."""
    assert codes(Story().notifies(notice(lender=GUARANTOR), GUARANTOR)) == ["notifier_not_entitled"]


@pytest.mark.clause("14.1")
def test_another_loans_guarantor_is_refused() -> None:
    """A guarantor of the pool that has not guaranteed this loan is no party to it."""
    story = Story().until("approval", approval=approved(guarantor=None))
    decision = story.notifies(notice(), GUARANTOR)
    assert (codes(decision), clauses(decision)) == (["notifier_no_party"], ["14.1"])


@pytest.mark.clause("14.1")
@pytest.mark.parametrize("notifier", [LENDER, GUARANTOR])
def test_lender_and_guarantor_may_notify(notifier: str) -> None:
    """Either of them opens the case."""
    assert Story().until("approval").notifies(notice(), notifier).outcome is Outcome.ACCEPTED


@pytest.mark.clause("14.2")
def test_lender_holds_the_claim() -> None:
    """With or without a guarantor, as long as no proof of the guarantor's payment counts."""
    assert payee(LENDER, GUARANTOR) == LENDER
    assert payee(LENDER, None) == LENDER


@pytest.mark.clause("14.2")
def test_plan_pays_who_holds_the_claim() -> None:
    """A plan that names somebody else is refused."""
    decision = Story().until("verification").plans(payee=GUARANTOR)
    assert (codes(decision), clauses(decision)) == (["payee_is_another"], ["14.2"])


@pytest.mark.clause("14.1")
@pytest.mark.parametrize("written", ["借２０２６－００１", "〔借〕 2026–001号", "借2026_001"])
def test_a_notice_names_its_loan_in_any_writing_of_its_number(written: str) -> None:
    """It is the same case, and the number stays as the notifier wrote it."""
    assert ids.project_id(POOL_ID, LENDER, written) == PROJECT_ID
    decision = Story().until("approval").notifies(notice(loan_contract_number=written))
    assert decision.outcome is Outcome.ACCEPTED


@pytest.mark.clause("14.1")
@pytest.mark.parametrize("written", ["借2026-Ж1", "第（）号"])
def test_a_notice_names_its_loan_by_a_number_that_can_be_read(written: str) -> None:
    """By any other there is no loan, and it would be held for ever."""
    decision = Story().notifies(notice(loan_contract_number=written))
    assert (codes(decision), clauses(decision)) == (["contract_number_not_readable"], ["14.1"])
