"""Article 13: every pledge is registered, with number, day and authority."""

from datetime import timedelta

import pytest

from shared.contracts.receipts import Outcome
from tests.unit.registry.registry_examples import COOPERATING, FILER, STAFFED, TODAY, codes, filing, right

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
def test_a_pledge_without_its_registration_makes_the_filing_deficient(changed: dict[str, object], named: str) -> None:
    """Number, day (not a future one) and authority all have to be there; what is missing is named."""
    decision = STAFFED.when(filing(rights=(right(**changed),)), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.DEFICIENT, ["pledge_registration_missing"])
    assert f"registration's {named}" in decision.refusals[0].text


def test_every_right_needs_its_registration() -> None:
    """Not only the core ones."""
    rights = (
        right(),
        right(registration_number="2", core=False, why_core=None, pledge_authority=None),
        right(registration_number="3", core=False, why_core=None, pledge_registered_on=None),
    )
    decision = STAFFED.when(filing(rights=rights), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.DEFICIENT, ["pledge_registration_missing"] * 2)


def test_a_pledge_registered_today_is_registered() -> None:
    """The day of the filing counts."""
    assert STAFFED.when(filing(rights=(right(pledge_registered_on=TODAY),)), COOPERATING, FILER).events
