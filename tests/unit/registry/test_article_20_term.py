"""Article 20: the pool's term, and the loans paid out within it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.article_20_term import term_ends_on
from shared.contracts.receipts import Outcome
from shared.contracts.registry.pools import PoolFounded
from tests.unit.registry.registry_examples import (
    COOPERATING,
    FILER,
    FOUNDED_ON,
    MANAGING,
    NOTHING,
    STAFFED,
    TODAY,
    agreement,
    borrower,
    codes,
    filing,
    finding,
    founding,
    instalment,
    loan,
    right,
    rules,
    staffed,
)

pytestmark = pytest.mark.clause("20.1")

FINDINGS = ("good_credit", "operating_normally", "capable_team", "own_technology", "competitive")


def test_the_term_is_four_years_from_the_recorded_day_of_founding() -> None:
    """Founded on 2 March 2026, the pool's last day is 2 March 2030."""
    event = NOTHING.when(founding(), MANAGING).events[0]
    assert isinstance(event, PoolFounded)
    assert event.ends_on == date(2030, 3, 2)


def test_a_term_that_would_end_on_29_february_ends_on_28() -> None:
    """Where the year has no such day its month's last day stands for it."""
    assert term_ends_on(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert term_ends_on(date(2024, 2, 29), 4) == date(2028, 2, 29)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 30))
def test_a_longer_term_ends_later(founded_on: date, years: int) -> None:
    """A term of some years has that many years' days, give or take the leap days."""
    days = (term_ends_on(founded_on, years) - founded_on).days
    assert 365 * years <= days <= 366 * years


def test_loans_are_covered_from_the_first_to_the_last_day_of_the_term() -> None:
    """A loan paid out the day before the founding or the day after the end is refused."""
    given_ended = staffed(
        founding(
            founded_on=date(2022, 4, 14),
            rules=rules(effective_on=date(2022, 4, 14)),
            cooperation_agreement=agreement(signed_on=date(2022, 4, 1)),
            contributions=tuple(instalment(n).model_copy(update={"due_on": date(2022, 5, n)}) for n in (1, 2)),
        )
    )
    last_day = date(2026, 4, 14)
    valued = (right(valued_on=FOUNDED_ON),)
    on_last = filing(loan=loan(disbursed_on=last_day), rights=valued)
    after = filing(loan=loan(disbursed_on=last_day + timedelta(days=1)), rights=valued)
    assert given_ended.when(on_last, COOPERATING, FILER).outcome is Outcome.ACCEPTED
    decision = given_ended.when(after, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["loan_outside_term"])


def test_loans_from_before_the_founding_are_not_covered() -> None:
    """A pool can't be founded over a loan that exists."""
    at = datetime(2026, 3, 10, 4, tzinfo=UTC)
    contracted = FOUNDED_ON - timedelta(days=9)
    for disbursed_on, outcome in ((FOUNDED_ON - timedelta(days=1), Outcome.REFUSED), (FOUNDED_ON, Outcome.ACCEPTED)):
        before = right(valued_on=contracted, pledge_registered_on=contracted)
        data = filing(
            loan=loan(disbursed_on=disbursed_on, contracted_on=contracted),
            rights=(before,),
            borrower=borrower(**dict.fromkeys(FINDINGS, finding(found_on=contracted))),
        )
        decision = STAFFED.when(data, COOPERATING, FILER, at)
        assert decision.outcome is outcome, codes(decision)


@pytest.mark.parametrize("founded_on", [TODAY + timedelta(days=367), date(2200, 12, 31)])
def test_a_founding_day_far_ahead_is_refused(founded_on: date) -> None:
    """A slip of the pen in the year neither founds a pool nor stops the service."""
    decision = NOTHING.when(founding(founded_on=founded_on), MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["founding_day_too_far_ahead"])
