"""Article 23: interpretations are the managing institution's, of clauses that exist, and stay as they were recorded."""

from typing import Any

import pytest

from shared.contracts.ids import matter_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.oversight import InterpretationRecorded, RecordInterpretation
from shared.contracts.registry.words import Duty
from tests.unit.registry.registry_examples import MANAGING, POOL_ID, STAFFED, codes, officer

OVERSEER = "overseer"
OVERSEEN = STAFFED.after(officer(OVERSEER, Duty.OVERSIGHT), MANAGING)


def interpretation(**changed: Any) -> RecordInterpretation:
    values = {"number": "2026-1", "clause": "10.1", "question": "何为损失？", "interpretation": "以通知所载为准。"}
    return RecordInterpretation.model_validate({**values, **changed})


@pytest.mark.clause("23.1")
def test_an_interpretation_is_recorded_with_its_number_and_clause() -> None:
    """Given an overseer, when an interpretation is recorded, then it is told, and the same again is a duplicate."""
    decision = OVERSEEN.when(interpretation(), MANAGING, OVERSEER)
    (event,) = decision.events
    assert isinstance(event, InterpretationRecorded)
    assert event.matter_id == matter_id(POOL_ID, "interpretation", "2026-1")
    assert (event.clause, event.recorded_by) == ("10.1", OVERSEER)
    again = OVERSEEN.having(decision.events).when(interpretation(), MANAGING, OVERSEER)
    assert again.outcome is Outcome.DUPLICATE


@pytest.mark.clause("23.1")
@pytest.mark.parametrize("clause", ["1.1", "3.99", "10.6", "24.1", "99.9"])
def test_what_is_interpreted_is_a_clause_of_the_regulation(clause: str) -> None:
    """A clause that the regulation does not have can't be interpreted."""
    assert codes(OVERSEEN.when(interpretation(clause=clause), MANAGING, OVERSEER)) == ["no_such_clause"]


@pytest.mark.clause("23.1")
def test_a_recorded_interpretation_stays_as_it_is() -> None:
    """Under a number that is taken nothing else can be recorded; decisions may have referred to it."""
    recorded = OVERSEEN.after(interpretation(), MANAGING, OVERSEER)
    decision = recorded.when(interpretation(interpretation="另有规定。"), MANAGING, OVERSEER)
    assert codes(decision) == ["interpretation_number_taken"]
