"""Article 23: interpretations are the managing institution's, of clauses that exist, and stay as they were recorded."""

from typing import Any

import pytest

from services.registry.domain.subjects import concern_of
from shared.contracts.envelope import Command
from shared.contracts.ids import entry_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.oversight import InterpretationRecorded, RecordInterpretation
from shared.contracts.registry.project_life import EndGround, RightCondition
from shared.contracts.registry.projects import ApproveProject, RejectProject, ReturnProject
from shared.contracts.registry.words import Duty
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.project_life_examples import (
    COVERED,
    OVERSEER,
    REPORTER,
    STAFFED_FOR_LIFE,
    drawdown,
    ending,
    lifting,
    right_check,
    spot_check,
)
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILER,
    MANAGING,
    POOL_ID,
    PROJECT_ID,
    STAFFED,
    Given,
    codes,
    filing,
    loan,
    officer,
    received,
)

OVERSEEN = STAFFED.after(officer(OVERSEER, Duty.OVERSIGHT), MANAGING)
FILED = STAFFED_FOR_LIFE.after(filing(), COOPERATING, FILER)
CORRECTED = COVERED.after(correction(loan=loan(drawdowns=(drawdown(1, DISBURSED_ON),))), COOPERATING, FILER)
FLAGGED = COVERED.after(spot_check(rights=(right_check(RightCondition.LAPSED),)), COOPERATING, REPORTER)


def interpretation(**changed: Any) -> RecordInterpretation:
    values = {"number": "2026-1", "clause": "10.1", "question": "何为损失？", "interpretation": "以通知所载为准。"}
    return RecordInterpretation.model_validate({**values, **changed})


RECORDED = OVERSEEN.when(interpretation(), MANAGING, OVERSEER).events


@pytest.mark.clause("23.1")
def test_an_interpretation_is_recorded_with_its_number_and_clause() -> None:
    """Given an overseer, when an interpretation is recorded, then it is told, and the same again is a duplicate."""
    decision = OVERSEEN.when(interpretation(), MANAGING, OVERSEER)
    (event,) = decision.events
    assert isinstance(event, InterpretationRecorded)
    assert event.entry_id == entry_id(POOL_ID, "interpretation", "2026-1")
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
    assert codes(decision) == ["number_taken"]


# What is decided on a project can rely on an interpretation; each with what came before it.
RELYING: dict[str, tuple[Given, Command, str]] = {
    "approved": (FILED, ApproveProject(project_id=PROJECT_ID, filing=1), APPROVER),
    "returned": (FILED, ReturnProject(project_id=PROJECT_ID, reasons="请补充", filing=1), APPROVER),
    "rejected": (FILED, RejectProject(project_id=PROJECT_ID, reasons="不属于本办法所称项目", filing=1), APPROVER),
    "correction approved": (CORRECTED, ApproveProject(project_id=PROJECT_ID, filing=2), APPROVER),
    "correction returned": (CORRECTED, ReturnProject(project_id=PROJECT_ID, reasons="请补充", filing=2), APPROVER),
    "correction rejected": (CORRECTED, RejectProject(project_id=PROJECT_ID, reasons="无依据", filing=2), APPROVER),
    "flag lifted": (FLAGGED, lifting(), OVERSEER),
    "ended": (COVERED, ending(EndGround.DECISION), OVERSEER),
}


def relying(data: Command, number: str = "2026-1") -> Command:
    return data.model_copy(update={"interpretation": number})


@pytest.mark.clause("23.1")
@pytest.mark.parametrize(("given", "data", "who"), RELYING.values(), ids=RELYING)
def test_a_decision_names_the_interpretation_it_relies_on(given: Given, data: Command, who: str) -> None:
    """Its event has the number of a recorded one; without a number it relies on none."""
    (event,) = given.having(RECORDED).when(relying(data), MANAGING, who).events
    assert event.model_dump()["interpretation"] == "2026-1"
    (event,) = given.when(data, MANAGING, who).events
    assert event.model_dump()["interpretation"] is None


@pytest.mark.clause("23.1")
@pytest.mark.parametrize(("given", "data", "who"), RELYING.values(), ids=RELYING)
def test_a_decision_relies_on_no_interpretation_that_was_not_recorded(given: Given, data: Command, who: str) -> None:
    """Nothing is decided then; and whoever may not decide is told that, and not what is recorded."""
    decision = given.when(relying(data), MANAGING, who)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["interpretation_not_recorded"])
    assert "interpretation_not_recorded" not in codes(given.when(relying(data), COOPERATING, FILER))


@pytest.mark.clause("23.1")
@pytest.mark.parametrize("name", ["approved", "returned", "rejected", "correction approved", "ended"])
def test_the_same_decision_with_another_interpretation_is_no_duplicate(name: str) -> None:
    """What a decision relied on is part of what was said."""
    given, data, who = RELYING[name]
    decided = given.having(RECORDED).after(relying(data), MANAGING, who)
    assert decided.when(relying(data), MANAGING, who).outcome is Outcome.DUPLICATE
    assert decided.when(data, MANAGING, who).outcome is Outcome.REFUSED
    assert decided.when(relying(data, "2026-2"), MANAGING, who).outcome is Outcome.REFUSED


@pytest.mark.clause("23.1")
def test_an_interpretation_passes_no_gate() -> None:
    """What is refused without it is refused with it: here a project that nobody has approved."""
    decision = FILED.having(RECORDED).when(relying(ending(EndGround.DECISION)), MANAGING, OVERSEER)
    assert decision.outcome is Outcome.REFUSED


@pytest.mark.clause("23.1")
@pytest.mark.parametrize("data", [data for _, data, _ in RELYING.values()], ids=RELYING)
def test_a_decision_is_taken_in_view_of_the_interpretation_it_names(data: Command) -> None:
    """It is the matter that such a message is about, so that it is read with it; else the message is about none."""
    assert concern_of(received(relying(data), MANAGING)).entry_id == entry_id(POOL_ID, "interpretation", "2026-1")
    assert concern_of(received(data, MANAGING)).entry_id is None
