"""Article 2: a bank's loan, with the borrower's own intellectual property as the main collateral."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.article_02_main_collateral import (
    largest_support_fen,
    refuse_unless_intellectual_property_is_main_collateral,
    refuse_unless_largest_support_is_part_of_the_other_collateral,
)
from services.registry.domain.project import Project
from shared.contracts.receipts import Outcome
from shared.contracts.registry.projects import ApproveProject, ProjectFiled
from simulator.invented_numbers import patent_number
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.registry_examples import (
    APPROVED,
    APPROVER,
    COOPERATING,
    FILER,
    GUARANTOR,
    LENDER,
    MANAGING,
    PROJECT_ID,
    STAFFED,
    USCC,
    codes,
    filing,
    founding,
    loan,
    right,
    rules,
    staffed,
)

pytestmark = pytest.mark.clause("2.1")


@pytest.mark.parametrize("lender", ["stranger", GUARANTOR, COOPERATING])
def test_a_loan_from_anyone_but_a_registered_lender_is_refused(lender: str) -> None:
    """A loan is covered only if its lender has the role of a lender in this pool."""
    decision = STAFFED.when(filing(loan=loan(lender=lender)), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["lender_not_registered"])


def test_rights_of_others_alone_do_not_make_a_covered_loan() -> None:
    """At least one pledged right is the borrower's own; those of others neither suffice nor count."""
    decision = STAFFED.when(filing(rights=(right(owner_uscc=USCC[LENDER]),)), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["no_right_of_the_borrower"])


def test_a_filing_without_any_right_is_refused() -> None:
    """No right at all is no intellectual property pledge."""
    decision = STAFFED.when(filing(rights=()), COOPERATING, FILER)
    assert decision.outcome is Outcome.REFUSED
    assert "no_right_of_the_borrower" in codes(decision)


def test_a_right_beside_one_of_somebody_else_is_enough() -> None:
    """One right of the borrower's own is enough."""
    rights = (right(), right(registration_number=patent_number(2), owner_uscc=USCC[LENDER]))
    assert STAFFED.when(filing(rights=rights), COOPERATING, FILER).outcome is Outcome.ACCEPTED


def test_a_right_of_somebody_else_is_a_support_that_the_borrowers_rights_are_compared_with() -> None:
    """Else a loan that rests on another's patent would be covered for one of the borrower's own worth a fen."""
    of_another = right(registration_number=patent_number(2), owner_uscc=USCC[LENDER], valuation_fen=150_000_001)
    decision = STAFFED.when(filing(rights=(right(), of_another)), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["intellectual_property_not_main"])
    assert "1,500,000.01 yuan" in decision.refusals[0].text
    more = (right(), of_another, right(registration_number=patent_number(3), valuation_fen=1))
    assert STAFFED.when(filing(rights=more), COOPERATING, FILER).outcome is Outcome.ACCEPTED


def test_a_right_listed_twice_is_refused() -> None:
    """A right can't count twice towards the collateral's value."""
    decision = STAFFED.when(filing(rights=(right(), right(title="同一权利"))), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["right_listed_twice"])


def test_other_collateral_up_to_the_value_of_the_rights_is_allowed_and_one_fen_more_is_not() -> None:
    """Mixed collateral is allowed as long as the borrower's rights are the largest support; all of it counts as one."""
    at_the_limit = filing(other_collateral_fen=150_000_000)
    above = filing(other_collateral_fen=150_000_001)
    assert STAFFED.when(at_the_limit, COOPERATING, FILER).outcome is Outcome.ACCEPTED
    decision = STAFFED.when(above, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["intellectual_property_not_main"])
    assert "1,500,000.01 yuan" in decision.refusals[0].text


def test_the_rights_are_compared_with_the_largest_single_support_where_the_filing_says_it() -> None:
    """Other collateral may be worth more than the rights in all, if none of it alone is; one fen more is refused."""
    at_the_limit = filing(other_collateral_fen=400_000_000, largest_other_collateral_fen=150_000_000)
    above = filing(other_collateral_fen=400_000_000, largest_other_collateral_fen=150_000_001)
    (event,) = STAFFED.when(at_the_limit, COOPERATING, FILER).events
    assert isinstance(event, ProjectFiled)
    assert (event.other_collateral_fen, event.largest_other_collateral_fen) == (400_000_000, 150_000_000)
    decision = STAFFED.when(above, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["intellectual_property_not_main"])


@pytest.mark.parametrize("other_collateral_fen", [0, 100])
def test_a_largest_support_above_all_other_collateral_is_refused(other_collateral_fen: int) -> None:
    """One of the two figures is wrong, and nobody can tell which; one fault is said once."""
    largest_fen = other_collateral_fen + 150_000_001
    data = filing(other_collateral_fen=other_collateral_fen, largest_other_collateral_fen=largest_fen)
    decision = STAFFED.when(data, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["largest_support_above_other_collateral"])


def test_a_correction_carries_the_largest_support_and_is_judged_by_it() -> None:
    """It is part of a version: another figure makes another version, the same one a duplicate."""
    mixed = {"other_collateral_fen": 400_000_000, "largest_other_collateral_fen": 150_000_000}
    corrected = APPROVED.after(correction(**mixed), COOPERATING, FILER)
    assert corrected.when(correction(**mixed), COOPERATING, FILER).outcome is Outcome.DUPLICATE
    other = correction(**{**mixed, "largest_other_collateral_fen": 140_000_000})
    assert codes(corrected.when(other, COOPERATING, FILER)) == ["correction_of_another_version"]
    approved = corrected.after(ApproveProject(project_id=PROJECT_ID, filing=2), MANAGING, APPROVER)
    assert isinstance(approved.state.project, Project)
    assert approved.state.project.largest_other_collateral_fen == 150_000_000
    assert codes(APPROVED.when(correction(other_collateral_fen=400_000_000), COOPERATING, FILER)) == [
        "intellectual_property_not_main"
    ]


@pytest.mark.parametrize(("other_collateral_fen", "expected"), [(0, []), (1, ["other_collateral_not_allowed"])])
def test_a_district_may_allow_no_other_collateral(other_collateral_fen: int, expected: list[str]) -> None:
    """Where the pool's rules don't allow mixed collateral, a single fen of it is refused."""
    strict = staffed(founding(rules=rules(mixed_collateral_allowed=False)))
    assert codes(strict.when(filing(other_collateral_fen=other_collateral_fen), COOPERATING, FILER)) == expected


@pytest.mark.parametrize(("own_fen", "expected"), [(75_000_000, []), (74_999_999, ["intellectual_property_not_main"])])
def test_a_district_fixes_what_the_main_collateral_is(own_fen: int, expected: list[str]) -> None:
    """Where the rules ask for half of the largest other support, half of it is enough, and a fen less is not."""
    half = STAFFED.with_pool(first_rules=rules(own_rights_to_largest_support_bp=5_000))
    data = filing(rights=(right(valuation_fen=own_fen),), other_collateral_fen=150_000_000)
    decision = half.when(data, COOPERATING, FILER)
    assert codes(decision) == expected
    assert all("50 %" in fault.text and "50%" in fault.text_zh for fault in decision.refusals)


@given(
    own=st.lists(st.integers(1, 10**15), min_size=1, max_size=5),
    others=st.lists(st.integers(1, 10**15), max_size=5),
    supports=st.lists(st.integers(1, 10**14), max_size=5),
    says_largest=st.booleans(),
    least_bp=st.integers(0, 30_000),
)
def test_only_the_borrowers_rights_count_by_their_sum_and_the_largest_support_beside_them(
    own: list[int], others: list[int], supports: list[int], says_largest: bool, least_bp: int
) -> None:
    """Main collateral: the borrower's own rights together are no less than that part of any other single support."""
    rights = [right(valuation_fen=fen) for fen in own]
    rights += [right(valuation_fen=fen, owner_uscc=USCC[LENDER]) for fen in others]
    largest_fen = max(supports) if supports and says_largest else None
    data = filing(other_collateral_fen=sum(supports), largest_other_collateral_fen=largest_fen)
    assert refuse_unless_largest_support_is_part_of_the_other_collateral(data) is None
    compared_fen = sum(supports) if largest_fen is None else largest_fen
    assert largest_support_fen(data) == compared_fen
    refused = refuse_unless_intellectual_property_is_main_collateral(rights, USCC["borrower"], compared_fen, least_bp)
    support_fen = max([compared_fen, *others])
    is_enough = support_fen == 0 or Fraction(sum(own), support_fen) >= Fraction(least_bp, 10_000)
    assert (refused is None) == is_enough
