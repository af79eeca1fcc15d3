"""Article 11: the borrower is a registered enterprise of which five findings say that it is sound."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from services.registry.domain.article_11_borrower import is_valid_uscc
from shared.contracts.receipts import Outcome
from shared.contracts.registry.rules import EvidenceAges
from shared.contracts.registry.words import FindingKind
from tests.unit.registry.registry_examples import (
    COOPERATING,
    DISBURSED_ON,
    FILER,
    GUARANTOR,
    LENDER,
    MANAGING,
    NOTHING,
    STAFFED,
    TODAY,
    USCC,
    borrower,
    codes,
    filing,
    finding,
    founding,
    loan,
    right,
    rules,
)

pytestmark = pytest.mark.clause("11.1")

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FINDINGS = ("good_credit", "operating_normally", "capable_team", "own_technology", "competitive")
bodies = st.builds(
    str.__add__,
    st.text(ALPHABET, min_size=2, max_size=2),
    st.from_regex(f"[0-9]{{6}}[{ALPHABET}]{{9}}", fullmatch=True),
)
# Python-stdnum takes digits only in the first two places (see findings/), where GB 32100-2015 has letters too.
bodies_the_library_takes = st.from_regex(f"[0-9]{{8}}[{ALPHABET}]{{9}}", fullmatch=True)


def test_a_code_known_to_be_valid_is() -> None:
    """The example in the literature."""
    assert is_valid_uscc("91110000600037341L")


@given(bodies)
def test_exactly_one_check_digit_fits_and_it_is_the_librarys(body: str) -> None:
    """Of the 31 characters one makes the code valid, the same that python-stdnum computes."""
    assert [last for last in ALPHABET if is_valid_uscc(body + last)] == [uscc.calc_check_digit(body)]


@given(
    st.from_regex(r"[0-9]{2}[0-9A-Z]{15,17}", fullmatch=True)
    | bodies_the_library_takes
    | bodies_the_library_takes.map(lambda body: body + uscc.calc_check_digit(body))
)
def test_we_agree_with_the_library_where_two_digits_come_first(code: str) -> None:
    """Right or wrong, too short or too long, with letters that aren't used: both say the same."""
    assert is_valid_uscc(code) == uscc.is_valid(code)


@pytest.mark.parametrize(
    ("code", "is_code"),
    [
        ("N2110105MA01ABCD5Y", True),  # a village's cooperative, from an agricultural department
        ("Y1110105MA00000009", True),
        ("1N110105MA00000006", True),
        ("NN110105MA0000000G", True),
        ("N2110105MA01ABCD5X", False),
        *((f"{letter}2110105MA01ABCD5{last}", False) for letter in "IOSVZn" for last in ALPHABET),
        *((f"N2{district}MA01ABCD5{last}", False) for district in ("A10105", "11010N") for last in ALPHABET),
    ],
)
def test_letters_come_in_the_first_two_places(code: str, is_code: bool) -> None:
    """Digits or the letters that the standard uses; the district is in digits."""
    assert is_valid_uscc(code) is is_code


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


@pytest.mark.parametrize("name", FINDINGS)
def test_each_finding_has_to_be_there(name: str) -> None:
    """A filing without one lacks it, and says which; added, it is filed."""
    decision = STAFFED.when(filing(borrower=borrower(**{name: None})), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.DEFICIENT, ["finding_missing"])
    assert FindingKind(name).english in decision.refusals[0].text
    assert FindingKind(name).chinese in decision.refusals[0].text_zh


def test_which_findings_are_asked_for_is_a_field_of_the_rules() -> None:
    """Chaoyang asks for all five; where two are enough, the others are neither missed nor judged."""
    two = (FindingKind.GOOD_CREDIT, FindingKind.COMPETITIVE)
    few = founding(rules=rules(borrower_findings=two))
    refused = NOTHING.when(few, MANAGING).refusals
    assert [(each.code, each.clause) for each in refused] == [("rules_outside_the_districts_bounds", "11.1")]
    elsewhere = NOTHING.with_bounds(borrower_findings={"includes": list(two)})
    assert elsewhere.when(few, MANAGING).outcome is Outcome.ACCEPTED
    asking_for_two = STAFFED.with_pool(first_rules=rules(borrower_findings=two))
    tomorrow, long_ago = TODAY + timedelta(days=1), DISBURSED_ON - timedelta(days=3_000)
    others = {
        "operating_normally": finding(met=False),
        "capable_team": None,
        "own_technology": finding(found_on=tomorrow, as_of=tomorrow),
    }
    for older in (others, {**others, "own_technology": finding(found_on=long_ago)}):
        assert asking_for_two.when(filing(borrower=borrower(**older)), COOPERATING, FILER).outcome is Outcome.ACCEPTED
    without = borrower(**{**others, "competitive": None})
    assert codes(asking_for_two.when(filing(borrower=without), COOPERATING, FILER)) == ["finding_missing"]


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


@pytest.mark.parametrize("kind", ["11", "12", "13", "51", "52", "53", "92"])
def test_a_borrower_is_an_enterprise(kind: str) -> None:
    """No organ of the state, no association, no self-employed person: the code says so in its first two places."""
    code = with_check_digit(f"{kind}110105MA01ABCD5")
    data = filing(borrower=borrower(uscc=code), rights=(right(owner_uscc=code),))
    decision = STAFFED.when(data, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["borrower_no_enterprise"])


@pytest.mark.parametrize("kind", ["91", "93", "N2", "Y1"])
def test_whoever_may_be_an_enterprise_borrows(kind: str) -> None:
    """A company, a cooperative, and what another department has registered."""
    code = with_check_digit(f"{kind}110105MA01ABCD5")
    data = filing(borrower=borrower(uscc=code), rights=(right(owner_uscc=code),))
    assert STAFFED.when(data, COOPERATING, FILER).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("party", [MANAGING, LENDER, GUARANTOR])
def test_a_borrower_is_no_other_party_of_its_loan(party: str) -> None:
    """Not who decides on the filing, nor who lends or guarantees: by code or by name."""
    code = with_check_digit("91110105MA01ABCD5")
    named = filing(borrower=borrower(uscc=code, name=f"示例机构 {party}"), rights=(right(owner_uscc=code),))
    assert codes(STAFFED.when(named, COOPERATING, FILER)) == ["borrower_is_party"]
    coded = filing(borrower=borrower(uscc=USCC[party]), rights=(right(owner_uscc=USCC[party]),))
    assert "borrower_is_party" in codes(STAFFED.when(coded, COOPERATING, FILER))


def test_a_lender_borrows_from_another_one() -> None:
    """Only the loan's own lender and guarantor are meant."""
    code = USCC[GUARANTOR]
    unguaranteed = filing(borrower=borrower(uscc=code), rights=(right(owner_uscc=code),), loan=loan(guarantor=None))
    assert STAFFED.when(unguaranteed, COOPERATING, FILER).outcome is Outcome.ACCEPTED


def with_check_digit(body: str) -> str:
    """The code that begins so."""
    return next(body + last for last in ALPHABET if is_valid_uscc(body + last))


def test_a_wrong_check_digit_is_one_fault_and_said_as_one() -> None:
    """Whose the rights are is told by the code; where that is none, nothing is said of the rights."""
    wrong = filing(borrower=borrower(uscc=USCC["borrower"][:-1] + "F"))
    assert codes(STAFFED.when(wrong, COOPERATING, FILER)) == ["credit_code_invalid"]


@pytest.mark.parametrize("field", FINDINGS)
def test_a_finding_of_long_before_the_payout_is_refused(field: str) -> None:
    """180 days before it still count and a day more doesn't; what judges an early day is as old as that day."""
    oldest, older = DISBURSED_ON - timedelta(days=180), DISBURSED_ON - timedelta(days=181)
    good = (finding(found_on=oldest), finding(found_on=TODAY, as_of=oldest), finding(found_on=TODAY))
    for found in good:
        data = filing(borrower=borrower(**{field: found}))
        assert STAFFED.when(data, COOPERATING, FILER).outcome is Outcome.ACCEPTED
    for found in (finding(found_on=older), finding(found_on=TODAY, as_of=older), finding(found_on=date(2001, 1, 1))):
        decision = STAFFED.when(filing(borrower=borrower(**{field: found})), COOPERATING, FILER)
        assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["finding_too_old"])
        assert "may be 180 days old" in decision.refusals[0].text
    longer = STAFFED.with_pool(first_rules=rules(evidence=EvidenceAges(finding_age_days_max=181)))
    data = filing(borrower=borrower(**{field: finding(found_on=older)}))
    assert longer.when(data, COOPERATING, FILER).outcome is Outcome.ACCEPTED
