"""Article 11: the borrower is a registered enterprise of which five findings say that it is sound."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from services.registry.domain.article_11_borrower import is_valid_uscc
from shared.contracts.receipts import Outcome
from tests.unit.registry.registry_examples import (
    COOPERATING,
    DISBURSED_ON,
    FILER,
    STAFFED,
    TODAY,
    USCC,
    borrower,
    codes,
    filing,
    finding,
    right,
)

pytestmark = pytest.mark.clause("11.1")

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FINDINGS = ("good_credit", "operating_normally", "capable_team", "own_technology", "competitive")
bodies = st.builds(
    str.__add__,
    st.text("0123456789", min_size=8, max_size=8),
    st.text(ALPHABET, min_size=9, max_size=9),
)


def test_a_code_known_to_be_valid_is() -> None:
    """The example in the literature."""
    assert is_valid_uscc("91110000600037341L")


@given(bodies)
def test_exactly_one_check_digit_fits_and_it_is_the_librarys(body: str) -> None:
    """Of the 31 characters one makes the code valid, the same that python-stdnum computes."""
    assert [last for last in ALPHABET if is_valid_uscc(body + last)] == [uscc.calc_check_digit(body)]


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=17, max_size=19) | bodies)
def test_we_agree_with_the_library_on_everything(code: str) -> None:
    """Right or wrong, too short or too long, with letters that aren't used: both say the same."""
    assert is_valid_uscc(code) == uscc.is_valid(code)


@given(bodies, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_a_single_wrong_character_shows(body: str, place: int, other: str) -> None:
    """A slip of the pen in one place is found."""
    code = body + uscc.calc_check_digit(body)
    slipped = code[:place] + other + code[place + 1 :]
    assert is_valid_uscc(slipped) == (slipped == code)


@given(bodies, st.integers(0, 16))
def test_two_swapped_characters_show(body: str, place: int) -> None:
    """Two characters that changed places are found."""
    code = body + uscc.calc_check_digit(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_valid_uscc(swapped) == (swapped == code)


@pytest.mark.parametrize("code", ["９" * 18, "", "91110000600037341l"])
def test_what_only_looks_like_a_code_is_none(code: str) -> None:
    """Full-width digits, nothing, and lower case are no codes."""
    assert not is_valid_uscc(code)


def test_a_borrower_with_a_wrong_code_is_refused() -> None:
    """A filing of an enterprise whose code can't be right is refused."""
    wrong = "91110105MA0000005F"
    data = filing(borrower=borrower(uscc=wrong), rights=(right(owner_uscc=wrong),))
    decision = STAFFED.when(data, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["credit_code_invalid"])
    assert STAFFED.when(filing(borrower=borrower(uscc=USCC["borrower"])), COOPERATING, FILER).events


@pytest.mark.parametrize("name", FINDINGS)
def test_each_finding_has_to_be_met(name: str) -> None:
    """One finding that says no is enough, and the refusal says which."""
    data = filing(borrower=borrower(**{name: finding(met=False)}))
    decision = STAFFED.when(data, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, [f"borrower_not_{name}"])


def test_all_findings_that_are_not_met_are_named_at_once() -> None:
    """Five times no is five reasons."""
    data = filing(borrower=borrower(**dict.fromkeys(FINDINGS, finding(met=False))))
    assert codes(STAFFED.when(data, COOPERATING, FILER)) == [f"borrower_not_{name}" for name in FINDINGS]


@pytest.mark.parametrize("name", FINDINGS)
def test_a_finding_was_made_by_the_day_of_the_filing(name: str) -> None:
    """A finding between disbursement and filing counts, one from tomorrow doesn't."""
    assert DISBURSED_ON < TODAY
    in_time = filing(borrower=borrower(**{name: finding(found_on=TODAY)}))
    assert STAFFED.when(in_time, COOPERATING, FILER).outcome is Outcome.ACCEPTED
    tomorrow = filing(borrower=borrower(**{name: finding(found_on=TODAY + timedelta(days=1))}))
    decision = STAFFED.when(tomorrow, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["finding_in_the_future"])


@pytest.mark.parametrize("name", FINDINGS)
def test_a_borrower_is_judged_as_of_the_disbursement(name: str) -> None:
    """How the borrower stands a day later decides nothing: the finding as of the disbursement is missing."""
    as_of_that_day = filing(borrower=borrower(**{name: finding(as_of=DISBURSED_ON)}))
    assert STAFFED.when(as_of_that_day, COOPERATING, FILER).outcome is Outcome.ACCEPTED
    later = filing(borrower=borrower(**{name: finding(found_on=TODAY, as_of=DISBURSED_ON + timedelta(days=1))}))
    decision = STAFFED.when(later, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.DEFICIENT, ["finding_after_disbursement"])


def test_a_wrong_check_digit_is_one_fault_and_said_as_one() -> None:
    """Whose the rights are is told by the code; where that is none, nothing is said of the rights."""
    wrong = filing(borrower=borrower(uscc=USCC["borrower"][:-1] + "F"))
    assert codes(STAFFED.when(wrong, COOPERATING, FILER)) == ["credit_code_invalid"]
