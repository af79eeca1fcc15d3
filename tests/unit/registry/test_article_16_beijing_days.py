"""Article 16: which day it is, is judged in Beijing, wherever the registry asks for it.

These tests speak at half past midnight in Beijing, when it is still the day before in most places.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.contracts.receipts import Outcome
from shared.contracts.registry.selections import Condition, SelectionRules
from tests.unit.registry.cycle_examples import OVERSEER, RUNNING, evaluation
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    COOPERATING,
    MANAGING,
    NOTHING,
    STAFFED,
    TODAY,
    Given,
    agreement,
    bank_proposal,
    codes,
    founding,
)
from tests.unit.registry.rules_examples import DRAFTER, REGULATED
from tests.unit.registry.selection_examples import (
    LATER_DAY,
    OPENED,
    SCORED,
    SELECTED,
    SELECTOR,
    candidate,
    concluding,
    evidence,
    opening,
    recommending,
    signed,
)
from tests.unit.registry.selection_examples import STAFFED as STAFFED_FOR_SELECTION
from tests.unit.registry.test_article_05_supervision import act
from tests.unit.registry.test_article_06_working_norms import norm

pytestmark = pytest.mark.clause("16.1")

DAY = timedelta(days=1)
TOMORROW = TODAY + DAY


def just_after_midnight_of(day: date) -> datetime:
    """Half past midnight in Beijing, at which the day before has not ended in UTC."""
    return datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC) - timedelta(hours=8)


OVERSEEN = RUNNING.given
WITH_CANDIDATE = OPENED.after(candidate(), MANAGING, SELECTOR)
NEXT_DAY = LATER_DAY + DAY
SPOKEN_OF_THE_DAY_ITSELF: list[tuple[Given, Any, str, str, date]] = [
    (NOTHING, founding(cooperation_agreement=agreement(signed_on=TODAY)), MANAGING, ADMINISTRATOR, TODAY),
    (STAFFED, bank_proposal(agreement=agreement(signed_on=TODAY)), MANAGING, ADMINISTRATOR, TODAY),
    (OVERSEEN, act(acted_on=TODAY), MANAGING, OVERSEER, TODAY),
    (OVERSEEN, evaluation(period_to=TODAY), MANAGING, OVERSEER, TODAY),
    (STAFFED_FOR_SELECTION, opening(announced_on=TODAY), MANAGING, SELECTOR, TODAY),
    (WITH_CANDIDATE, evidence(Condition.LEGAL_PERSON, found_on=TOMORROW), MANAGING, SELECTOR, TOMORROW),
    (
        SELECTED,
        concluding(agreement=signed(signed_on=NEXT_DAY), operates_from=NEXT_DAY),
        MANAGING,
        SELECTOR,
        NEXT_DAY,
    ),
]


@pytest.mark.parametrize(("given", "message", "where", "who", "day"), SPOKEN_OF_THE_DAY_ITSELF)
def test_what_is_dated_today_in_beijing_has_happened(
    given: Given, message: Any, where: str, who: str, day: date
) -> None:
    """Signed, found, announced or done on the day that has just begun; half an hour before it lay ahead."""
    at = just_after_midnight_of(day)
    assert given.when(message, where, who, at).outcome is Outcome.ACCEPTED
    assert given.when(message, where, who, at - timedelta(hours=1)).outcome is Outcome.REFUSED


def test_a_norm_takes_effect_on_the_day_in_beijing_at_the_earliest() -> None:
    """The day before is past, though it goes on elsewhere."""
    decision = REGULATED.when(norm(effective_on=TODAY), COOPERATING, DRAFTER, just_after_midnight_of(TOMORROW))
    assert codes(decision) == ["norm_takes_effect_in_the_past"]


def test_a_look_up_is_too_old_by_the_day_in_beijing() -> None:
    """On its last day the candidate can be recommended, and right after midnight no more."""
    last_day = TODAY + timedelta(days=SelectionRules().look_up_age_days_max)
    at = just_after_midnight_of(last_day + DAY)
    assert SCORED.when(recommending(), MANAGING, SELECTOR, at - timedelta(hours=1)).outcome is Outcome.ACCEPTED
    assert set(codes(SCORED.when(recommending(), MANAGING, SELECTOR, at))) == {"condition_not_met"}
