"""Article 2: a bank's loan, with the borrower's own intellectual property as the main collateral."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.rules.article_02_main_collateral import intellectual_property_is_main_collateral
from shared.contracts.receipts import Outcome
from tests.unit.registry.registry_examples import (
    COOPERATING,
    FILER,
    GUARANTOR,
    LENDER,
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
    rights = (right(), right(registration_number="ZL2", owner_uscc=USCC[LENDER]))
    assert STAFFED.when(filing(rights=rights), COOPERATING, FILER).outcome is Outcome.ACCEPTED


def test_a_right_listed_twice_is_refused() -> None:
    """A right can't count twice towards the collateral's value."""
    decision = STAFFED.when(filing(rights=(right(), right(title="同一权利"))), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["right_listed_twice"])


def test_other_collateral_up_to_the_value_of_the_rights_is_allowed_and_one_fen_more_is_not() -> None:
    """Mixed collateral is allowed as long as the borrower's rights are the largest support."""
    at_the_limit = filing(other_collateral_fen=150_000_000)
    above = filing(other_collateral_fen=150_000_001)
    assert STAFFED.when(at_the_limit, COOPERATING, FILER).outcome is Outcome.ACCEPTED
    decision = STAFFED.when(above, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["intellectual_property_not_main"])
    assert "150,000,001" in decision.refusals[0].text


@pytest.mark.parametrize(("other_collateral_fen", "expected"), [(0, []), (1, ["other_collateral_not_allowed"])])
def test_a_district_may_allow_no_other_collateral(other_collateral_fen: int, expected: list[str]) -> None:
    """Where the pool's rules don't allow mixed collateral, a single fen of it is refused."""
    strict = staffed(founding(rules=rules(mixed_collateral_allowed=False)))
    assert codes(strict.when(filing(other_collateral_fen=other_collateral_fen), COOPERATING, FILER)) == expected


@given(
    own=st.lists(st.integers(1, 10**15), min_size=1, max_size=5),
    others=st.lists(st.integers(1, 10**15), max_size=5),
    other_collateral_fen=st.integers(0, 10**15),
)
def test_only_the_borrowers_rights_count_and_only_their_sum(
    own: list[int], others: list[int], other_collateral_fen: int
) -> None:
    """Main collateral means: the sum over the borrower's own rights is no less than all other collateral."""
    rights = [right(valuation_fen=fen) for fen in own]
    rights += [right(valuation_fen=fen, owner_uscc=USCC[LENDER]) for fen in others]
    refused = intellectual_property_is_main_collateral(rights, USCC["borrower"], other_collateral_fen)
    assert (refused is None) == (sum(own) >= other_collateral_fen)
