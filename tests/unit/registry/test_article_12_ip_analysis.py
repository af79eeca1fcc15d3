"""Article 12: the analysis names the core rights, why they are, and a valuation from before the loan."""

from datetime import date, timedelta

import pytest

from shared.contracts.documents import DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.rules import EvidenceAges
from simulator.invented_numbers import patent_number
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.registry_examples import (
    COOPERATING,
    DISBURSED_ON,
    FILED,
    FILER,
    MATERIALS,
    STAFFED,
    codes,
    filing,
    founding,
    right,
    rules,
    staffed,
)

pytestmark = pytest.mark.clause("12.1")


def test_a_filing_without_core_right_is_deficient() -> None:
    """The analysis that chooses core rights is missing."""
    decision = STAFFED.when(filing(rights=(right(core=False, why_core=None),)), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.DEFICIENT, ["core_right_missing"])


def test_each_core_right_says_why_it_is_one() -> None:
    """Every core right without a reason is named; other rights need none."""
    rights = (
        right(registration_number=patent_number(1), why_core=None),
        right(registration_number=patent_number(2)),
        right(registration_number=patent_number(3), why_core=None),
        right(registration_number=patent_number(4), core=False, why_core=None),
    )
    decision = STAFFED.when(filing(rights=rights), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.DEFICIENT, ["why_core_missing"] * 2)
    assert patent_number(1) in decision.refusals[0].text
    assert patent_number(3) in decision.refusals[1].text


def test_a_valuation_after_the_disbursement_is_refused() -> None:
    """The loan rested on a valuation that was there: the day of disbursement counts, the day after doesn't.

    No supplement mends it, so that nothing is recorded; in a correction neither.
    """
    late = right(valued_on=DISBURSED_ON + timedelta(days=1))
    decision = STAFFED.when(filing(rights=(late,)), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["valuation_after_disbursement"])
    assert decision.events == ()
    decision = FILED.when(correction(rights=(late,)), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["valuation_after_disbursement"])
    assert STAFFED.when(filing(rights=(right(valued_on=DISBURSED_ON),)), COOPERATING, FILER).events


def test_the_written_analysis_is_one_of_the_materials() -> None:
    """A filing without it is deficient, whatever else it says of its rights; a correction too."""
    without = tuple(each for each in MATERIALS if each.kind is not DocumentKind.IP_ANALYSIS)
    decision = STAFFED.when(filing(documents=without), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.DEFICIENT, ["ip_analysis_missing"])
    decision = FILED.when(correction(documents=without), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.DEFICIENT, ["ip_analysis_missing"])


def test_a_district_can_do_without_the_written_analysis() -> None:
    """It is a field of the rules, since the text names it only among the other materials."""
    without = tuple(each for each in MATERIALS if each.kind is not DocumentKind.IP_ANALYSIS)
    given = staffed(founding(rules=rules(ip_analysis_required=False)))
    assert given.when(filing(documents=without), COOPERATING, FILER).outcome is Outcome.ACCEPTED


def test_a_valuation_of_long_before_the_payout_is_refused() -> None:
    """A year before it still counts and a day more doesn't, in a correction neither; the bound is the rules'."""
    oldest = DISBURSED_ON - timedelta(days=365)
    at_the_bound = filing(rights=(right(valued_on=oldest),))
    assert STAFFED.when(at_the_bound, COOPERATING, FILER).outcome is Outcome.ACCEPTED
    for old in (oldest - timedelta(days=1), date(1999, 6, 1)):
        for decision in (
            STAFFED.when(filing(rights=(right(valued_on=old),)), COOPERATING, FILER),
            FILED.when(correction(rights=(right(valued_on=old),)), COOPERATING, FILER),
        ):
            assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["valuation_too_old"])
            assert f"{(DISBURSED_ON - old).days} days before" in decision.refusals[0].text
            assert "365 days old" in decision.refusals[0].text
    stricter = STAFFED.with_pool(first_rules=rules(evidence=EvidenceAges(valuation_age_days_max=364)))
    assert codes(stricter.when(at_the_bound, COOPERATING, FILER)) == ["valuation_too_old"]
