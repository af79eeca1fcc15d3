"""Article 6: the cooperating institution adopts the norms of its daily work, and everybody can see which ones stand."""

from datetime import timedelta
from typing import Any

import pytest

from services.registry.domain.working_norms.commands import STANDING_NORMS_MAX
from shared.contracts.ids import entry_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.norms import AdoptWorkingNorm, WorkingNormAdopted
from tests.unit.registry.registry_examples import (
    COOPERATING,
    POOL_ID,
    TODAY,
    Given,
    codes,
    document,
)
from tests.unit.registry.rules_examples import DRAFTER, REGULATED

DAY = timedelta(days=1)


def norm(number: str = "规范-1", **changed: Any) -> AdoptWorkingNorm:
    values = {"number": number, "title": "材料初核规范", "effective_on": TODAY, "document": document()}
    return AdoptWorkingNorm.model_validate({**values, **changed})


def adopted(given: Given, data: AdoptWorkingNorm) -> Given:
    return given.after(data, COOPERATING, DRAFTER).without_matter()


@pytest.mark.clause("6.2")
def test_a_norm_is_adopted_and_told() -> None:
    """With number, title, effective day and document; the same again is a duplicate, another one is refused."""
    decision = REGULATED.when(norm(), COOPERATING, DRAFTER)
    (event,) = decision.events
    assert isinstance(event, WorkingNormAdopted)
    assert event.entry_id == entry_id(POOL_ID, "working_norm", "规范-1")
    assert (event.title, event.effective_on, event.document) == ("材料初核规范", TODAY, document())
    assert (event.institution, event.adopted_by, event.adopted_on) == (COOPERATING, DRAFTER, TODAY)
    after = REGULATED.having(decision.events)
    assert after.state.entry is not None
    assert after.state.entry.stage == "adopted"
    assert after.when(norm(), COOPERATING, DRAFTER).outcome is Outcome.DUPLICATE
    for other in ({"title": "别的规范"}, {"effective_on": TODAY + DAY}, {"supersedes": "规范-1"}):
        (refused,) = after.when(norm(**other), COOPERATING, DRAFTER).refusals
        assert refused.code == "number_taken"
        assert "and say in it that it supersedes 规范-1." in refused.text
        assert "如取代原规范，请注明取代 规范-1。" in refused.text_zh


@pytest.mark.clause("4.1")
def test_a_norm_needs_room() -> None:
    """Nobody can fill the register."""
    numbers = tuple(f"规范-{number}" for number in range(STANDING_NORMS_MAX))
    pool = REGULATED.pool.model_copy(update={"working_norms": numbers})
    full = Given(type(REGULATED.state)(pool=pool), REGULATED.reference_data)
    assert codes(full.when(norm("又一规范"), COOPERATING, DRAFTER)) == ["register_full"]


@pytest.mark.clause("6.2")
def test_a_norm_measures_nobodys_past_work() -> None:
    """Today or later."""
    assert codes(REGULATED.when(norm(effective_on=TODAY - DAY), COOPERATING, DRAFTER)) == [
        "norm_takes_effect_in_the_past"
    ]
    assert REGULATED.when(norm(effective_on=TODAY + DAY), COOPERATING, DRAFTER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("6.2")
def test_a_norm_comes_in_the_place_of_one_that_stands() -> None:
    """What is unknown, or superseded already, can't be superseded; two at once have one successor each."""
    assert codes(REGULATED.when(norm(supersedes="规范-9"), COOPERATING, DRAFTER)) == ["superseded_norm_does_not_stand"]
    given = adopted(adopted(REGULATED, norm("规范-1")), norm("规范-2", supersedes="规范-1"))
    assert given.pool.working_norms == ("规范-2",)
    again = norm("规范-3", supersedes="规范-1")
    assert codes(given.when(again, COOPERATING, DRAFTER)) == ["superseded_norm_does_not_stand"]
    assert adopted(given, norm("规范-3")).pool.working_norms == ("规范-2", "规范-3")
