"""Article 10: what could be the same loan under another number is reported, and passes on the approver's word only."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given as with_any
from hypothesis import strategies as st

from services.registry.domain.loan_marks import SIMILAR_LOANS_MAX, KnownLoan, loose_forms, similar_loans
from shared.contracts.canonical_number import canonical_number
from shared.contracts.ids import project_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.corrections import CorrectionApproved, ProjectCorrected
from shared.contracts.registry.projects import (
    ApproveProject,
    FilingFoundIncomplete,
    OtherLoan,
    ProjectApproved,
    ProjectFiled,
    RejectProject,
)
from shared.contracts.registry.words import LoanLikeness
from simulator.invented_numbers import patent_number
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.project_life_examples import COVERED, drawing
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILED,
    FILER,
    LENDER,
    MANAGING,
    MATERIALS,
    POOL_ID,
    PROJECT_ID,
    STAFFED,
    TODAY,
    Given,
    borrower,
    code_of,
    codes,
    filing,
    loan,
    right,
)

pytestmark = pytest.mark.clause("10.3")

SECOND_ID = project_id(POOL_ID, LENDER, "LOAN-2")
OTHER_BORROWER = code_of("another borrower")
OWN = {"registration_number": patent_number(2)}


def second(given: dict[str, Any] | None = None, uscc: str | None = None, **changed: Any) -> Any:
    """A filing of a loan that has nothing in common with the first one but what is said."""
    lent = {"contract_number": "LOAN-2", "principal_fen": 90_000_000, **(given or {})}
    pledged = right(**OWN, **({} if uscc is None else {"owner_uscc": uscc}))
    who = borrower() if uscc is None else borrower(uscc=uscc)
    return filing(**{"loan": loan(**lent), "borrower": who, "rights": (pledged,), **changed})


def unfiled(given: Given) -> Given:
    """The same before a message on another project."""
    return replace(given, state=replace(given.state, project=None))


def reported(given: Given, data: Any) -> list[tuple[str, list[LoanLikeness]]]:
    """The loans that the filing is reported to resemble, by their numbers, and in what."""
    (event,) = unfiled(given).when(data, COOPERATING, FILER).events
    assert isinstance(event, ProjectFiled)
    return [(each.contract_number, list(each.alike)) for each in event.similar_loans]


def approving(filing: int = 1, project: Any = SECOND_ID, **other_loans: str) -> ApproveProject:
    """An approval that names other loans, each with its reason."""
    named = tuple(
        OtherLoan(lender=LENDER, contract_number=number.replace("_", "-"), reason=reason)
        for number, reason in other_loans.items()
    )
    return ApproveProject(project_id=project, filing=filing, other_loans=named)


@pytest.mark.parametrize(
    ("data", "alike"),
    [
        (second(), []),
        (second({"contract_number": "LOAN-01"}), ["number"]),
        (second({"contract_number": "LOAN-001号"}, OTHER_BORROWER), ["number"]),
        (second({"contract_number": "L0AN-l"}), ["number"]),
        (second({"contract_number": "LOAN-11"}), []),
        (second({"principal_fen": 100_000_000}), ["payout"]),
        (second({"principal_fen": 100_000_000}, OTHER_BORROWER), []),
        (second({"principal_fen": 100_000_000, "contract_number": "LOAN-01"}), ["number", "payout"]),
    ],
)
def test_what_could_be_the_same_loan_is_reported(data: Any, alike: list[str]) -> None:
    """The number but for zeros, signs and letters for digits; the borrower with day and amount of a payout."""
    assert reported(FILED, data) == ([("LOAN-1", alike)] if alike else [])


def test_a_sign_less_between_two_digits_is_reported() -> None:
    """It can be another number, or the same one without its sign."""
    first = STAFFED.after(filing(loan=loan(contract_number="HT-2026-001")), COOPERATING, FILER)
    for written in ("HT2026001", "HT-20260-01", "HT2026-1"):
        assert reported(first, second({"contract_number": written})) == [("HT-2026-001", [LoanLikeness.NUMBER])]
    assert reported(first, second({"contract_number": "HT-2026-010"})) == []


def test_the_registration_of_a_pledge_is_known_again_after_its_project() -> None:
    """While it secures a live project it is refused; of one that was rejected it tells that this could be that one."""
    registered = right(pledge_registration_number="Y2026000000009")
    first = STAFFED.after(filing(rights=(registered,)), COOPERATING, FILER)
    rejected = first.after(RejectProject(project_id=PROJECT_ID, reasons="不符合条件", filing=1), MANAGING, APPROVER)
    same = second(rights=(right(**OWN, pledge_registration_number="y2026000000009"),))
    assert reported(rejected, same) == [("LOAN-1", [LoanLikeness.PLEDGE_REGISTRATION])]


def test_a_payout_is_known_again_whatever_part_of_the_loan_it_was() -> None:
    """One drawdown, filed as a loan of its own."""
    parts = [{"number": number, "amount_fen": 30_000_000, "disbursed_on": DISBURSED_ON} for number in (1, 2)]
    first = STAFFED.after(filing(loan=loan(drawdowns=parts)), COOPERATING, FILER)
    assert reported(first, second({"principal_fen": 30_000_000})) == [("LOAN-1", [LoanLikeness.PAYOUT])]


def test_an_approval_names_each_loan_that_it_could_be_and_why_it_is_not() -> None:
    """Without it, or with another one named, it is refused; what was said stands in the approval."""
    like = second({"principal_fen": 100_000_000})
    waiting = unfiled(FILED).after(like, COOPERATING, FILER)
    without = waiting.when(approving(), MANAGING, APPROVER)
    assert (without.outcome, codes(without)) == (Outcome.REFUSED, ["similar_loan_not_named"])
    assert "LOAN-1" in without.refusals[0].text
    assert codes(waiting.when(approving(LOAN_7="不是同一笔"), MANAGING, APPROVER)) == ["loan_not_reported_as_similar"]
    both = approving(LOAN_1="凭证不同", LOAN_7="不是同一笔")
    assert codes(waiting.when(both, MANAGING, APPROVER)) == ["loan_not_reported_as_similar"]
    decision = waiting.when(approving(loan1="合同和放款凭证不同"), MANAGING, APPROVER)
    (event,) = decision.events
    assert isinstance(event, ProjectApproved)
    assert [each.reason for each in event.other_loans] == ["合同和放款凭证不同"]


def test_who_has_nothing_to_tell_apart_names_nobody() -> None:
    """The first one of two was alone when it was filed."""
    assert codes(FILED.when(approving(project=PROJECT_ID, LOAN_2="x"), MANAGING, APPROVER)) == [
        "loan_not_reported_as_similar"
    ]
    assert FILED.when(approving(project=PROJECT_ID), MANAGING, APPROVER).outcome is Outcome.ACCEPTED


def test_what_could_be_the_same_loan_is_told_with_what_is_missing() -> None:
    """In one report, to whoever files; it alone stops no filing from being complete."""
    like = second({"principal_fen": 100_000_000}, documents=MATERIALS[1:])
    decision = unfiled(FILED).when(like, COOPERATING, FILER)
    (event,) = decision.events
    assert isinstance(event, FilingFoundIncomplete)
    assert codes(decision) == ["three_party_agreement_missing", "could_be_the_same_loan"]
    assert event.items == decision.refusals
    assert unfiled(FILED).when(second({"principal_fen": 100_000_000}), COOPERATING, FILER).outcome is Outcome.ACCEPTED


def test_a_correction_is_asked_the_same() -> None:
    """Corrected to the first loan's payout, the second one is told apart from it before the correction is approved."""
    filed = unfiled(FILED).after(second(), COOPERATING, FILER).after(approving(), MANAGING, APPROVER)
    like = {"loan": loan(contract_number="LOAN-2"), "rights": (right(**OWN),), "project_id": SECOND_ID}
    lacking = filed.when(correction(**like, documents=MATERIALS[1:]), COOPERATING, FILER)
    assert codes(lacking) == ["three_party_agreement_missing", "could_be_the_same_loan"]
    waiting = filed.after(correction(**like), COOPERATING, FILER)
    corrected = filed.when(correction(**like), COOPERATING, FILER).events[-1]
    assert isinstance(corrected, ProjectCorrected)
    assert [each.project_id for each in corrected.similar_loans] == [PROJECT_ID]
    assert codes(waiting.when(approving(2), MANAGING, APPROVER)) == ["similar_loan_not_named"]
    (approved,) = waiting.when(approving(2, LOAN_1="凭证不同"), MANAGING, APPROVER).events
    assert isinstance(approved, CorrectionApproved)
    assert [each.contract_number for each in approved.other_loans] == ["LOAN-1"]


def test_a_further_payout_that_could_be_another_loans_comes_in_a_correction() -> None:
    """It waits for no approval of its own; the correction's names the other loan, and then it is covered."""
    lent = {"principal_fen": 40_000_000, "disbursed_on": TODAY}
    other = unfiled(COVERED).after(second(lent), COOPERATING, FILER)
    own = replace(other, state=replace(other.state, project=COVERED.state.project))
    like = own.when(drawing(2), COOPERATING, FILER)
    assert (like.outcome, codes(like)) == (Outcome.REFUSED, ["payout_could_be_another_loans"])
    assert "LOAN-2" in like.refusals[0].text
    for drawn in (drawing(2, TODAY - timedelta(days=1)), drawing(2, amount_fen=39_999_999)):
        assert own.when(drawn, COOPERATING, FILER).outcome is Outcome.ACCEPTED
    days = {1: DISBURSED_ON, 2: TODAY}
    parts = [{"number": each, "amount_fen": 40_000_000, "disbursed_on": day} for each, day in days.items()]
    corrected = own.after(correction(loan=loan(drawdowns=parts)), COOPERATING, FILER)
    assert codes(corrected.when(approving(2, PROJECT_ID), MANAGING, APPROVER)) == ["similar_loan_not_named"]
    (approved,) = corrected.when(approving(2, PROJECT_ID, LOAN_2="凭证不同"), MANAGING, APPROVER).events
    assert isinstance(approved, CorrectionApproved)
    assert approved.covered_principal_fen == 80_000_000


def test_a_payout_that_was_filed_later_is_known_again() -> None:
    """Whoever files a loan of its own for it is told, as of a payout that came with the filing."""
    drawn = COVERED.after(drawing(2), COOPERATING, FILER)
    lent = {"principal_fen": 40_000_000, "disbursed_on": TODAY}
    assert reported(drawn, second(lent)) == [("LOAN-1", [LoanLikeness.PAYOUT])]
    assert reported(COVERED, second(lent)) == []


def test_a_project_resembles_itself_no_more_than_before() -> None:
    """Corrected or filed again, it isn't told apart from its own earlier version."""
    corrected = FILED.when(correction(), COOPERATING, FILER).events[-1]
    assert isinstance(corrected, ProjectCorrected)
    assert corrected.similar_loans == ()


@pytest.mark.clause("5.4")
@pytest.mark.parametrize("written", ["LOAN-01", "L0AN-1", "LOAN-0001"])
def test_what_was_rejected_does_not_come_back_under_a_number_like_its_own(written: str) -> None:
    """Of the same borrower it is refused; of another one it could be another loan, which the approver tells apart."""
    rejected = FILED.after(RejectProject(project_id=PROJECT_ID, reasons="不符合条件", filing=1), MANAGING, APPROVER)
    again = unfiled(rejected).when(second({"contract_number": written}), COOPERATING, FILER)
    assert (again.outcome, codes(again)) == (Outcome.REFUSED, ["loan_rejected_before"])
    assert again.refusals[0].clause == "5.4"
    other = second({"contract_number": written}, OTHER_BORROWER)
    assert reported(rejected, other) == [("LOAN-1", [LoanLikeness.NUMBER])]
    assert reported(rejected, second({"principal_fen": 100_000_000})) == [("LOAN-1", [LoanLikeness.PAYOUT])]


def test_so_many_loans_are_reported_and_no_more() -> None:
    """Each is told apart by hand."""
    mark = 7
    others = [project_id(POOL_ID, LENDER, f"LOAN-{number}") for number in range(40)]
    loans = {each: KnownLoan(LENDER, "x", "y", is_rejected=False) for each in others}
    marks = {mark: LoanLikeness.NUMBER}
    found = similar_loans(marks, {mark: frozenset(others)}, loans, others[0])
    assert len(found) == SIMILAR_LOANS_MAX
    assert others[0] not in [each.project_id for each in found]


@with_any(st.text("0123456789OIL-ABC朝号", min_size=1, max_size=12))
def test_loose_forms_are_of_the_canonical_form(number: str) -> None:
    """One number in two writings has the same loose forms; leading zeros and signs between digits change one of two."""
    assert loose_forms(canonical_number(number)) == loose_forms(number)
    assert set(loose_forms(f"X-00{number}")) & set(loose_forms(f"X-{number}")) or not number[0].isdigit()
