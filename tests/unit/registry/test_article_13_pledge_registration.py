"""Article 13: every pledge is registered, with number, day and authority."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from shared.contracts.receipts import Outcome
from shared.contracts.registry.projects import RejectProject
from shared.contracts.registry.rules import EvidenceAges
from simulator.invented_numbers import patent_number
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILED,
    FILER,
    MANAGING,
    MATERIALS,
    PROJECT_ID,
    STAFFED,
    TODAY,
    codes,
    filing,
    loan,
    right,
    rules,
)

pytestmark = pytest.mark.clause("13.1")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"pledge_registration_number": None}, "number"),
        ({"pledge_registered_on": None}, "day"),
        ({"pledge_registered_on": TODAY + timedelta(days=1)}, "day"),
        ({"pledge_authority": None}, "authority"),
    ],
)
def test_a_pledge_without_its_registration_is_refused(changed: dict[str, object], named: str) -> None:
    """Number, day (not a future one) and authority all have to be there; what is missing is named, nothing recorded."""
    decision = STAFFED.when(filing(rights=(right(**changed),)), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["pledge_registration_missing"])
    assert decision.events == ()
    assert f"registration's {named}" in decision.refusals[0].text


def test_every_right_needs_its_registration() -> None:
    """Not only the core ones."""
    rights = (
        right(),
        right(registration_number=patent_number(2), core=False, why_core=None, pledge_authority=None),
        right(registration_number=patent_number(3), core=False, why_core=None, pledge_registered_on=None),
    )
    decision = STAFFED.when(filing(rights=rights), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["pledge_registration_missing"] * 2)


def test_a_filing_without_registration_is_told_of_its_missing_documents_too() -> None:
    """Everything at once, so that the next filing can be complete; and no draft is kept of it."""
    data = filing(documents=MATERIALS[1:], rights=(right(pledge_authority=None),))
    decision = STAFFED.when(data, COOPERATING, FILER)
    items = ["pledge_registration_missing", "three_party_agreement_missing"]
    assert (decision.outcome, codes(decision), decision.events) == (Outcome.REFUSED, items, ())


def test_a_correction_keeps_the_registration() -> None:
    """Every check of a filing applies; the version that waits goes on waiting."""
    without = correction(rights=(right(pledge_registration_number=None),))
    decision = FILED.when(without, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["pledge_registration_missing"])


def test_a_pledge_registered_today_is_registered() -> None:
    """The day of the filing counts."""
    assert STAFFED.when(filing(rights=(right(pledge_registered_on=TODAY),)), COOPERATING, FILER).events


def test_a_pledge_of_long_before_the_payout_is_refused() -> None:
    """A year before it still counts and a day more doesn't, in a correction neither; the bound is the rules'."""
    oldest = DISBURSED_ON - timedelta(days=365)
    at_the_bound = filing(rights=(right(pledge_registered_on=oldest),))
    assert STAFFED.when(at_the_bound, COOPERATING, FILER).outcome is Outcome.ACCEPTED
    for old in (oldest - timedelta(days=1), date(1999, 6, 1)):
        for decision in (
            STAFFED.when(filing(rights=(right(pledge_registered_on=old),)), COOPERATING, FILER),
            FILED.when(correction(rights=(right(pledge_registered_on=old),)), COOPERATING, FILER),
        ):
            assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["pledge_registration_too_old"])
            assert f"{(DISBURSED_ON - old).days} days before" in decision.refusals[0].text
            assert "365 days old" in decision.refusals[0].text
    stricter = STAFFED.with_pool(first_rules=rules(evidence=EvidenceAges(pledge_age_days_max=364)))
    assert codes(stricter.when(at_the_bound, COOPERATING, FILER)) == ["pledge_registration_too_old"]


@pytest.mark.parametrize("written", ["Y2026000000001", "ｙ2026000000001", "Y 2026000000001号", "（Y）2026000000001"])
def test_one_registration_secures_one_loan(written: str) -> None:
    """Whatever its number is written with; several rights of one loan can stand in it, and it is free with its end."""
    both = tuple(
        right(registration_number=number, pledge_registration_number="Y2026000000001")
        for number in (patent_number(1), patent_number(2))
    )
    first = STAFFED.after(filing(rights=both), COOPERATING, FILER)
    another = right(registration_number=patent_number(3), pledge_registration_number=written)
    second = filing(loan=loan(contract_number="LOAN-2", principal_fen=90_000_000), rights=(another,))
    unfiled = replace(first, state=replace(first.state, project=None))
    decision = unfiled.when(second, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["pledge_registration_of_another_loan"])
    rejected = first.after(RejectProject(project_id=PROJECT_ID, reasons="不符合条件", filing=1), MANAGING, APPROVER)
    assert replace(rejected, state=replace(rejected.state, project=None)).when(second, COOPERATING, FILER).events


def test_a_registration_of_signs_only_is_none() -> None:
    """It would be everybody's."""
    decision = STAFFED.when(filing(rights=(right(pledge_registration_number="第（-）号"),)), COOPERATING, FILER)
    assert codes(decision) == ["pledge_registration_missing"]
