"""Article 6: what a flag holds, whatever has set it, and what it takes to lift it."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from shared.contracts.receipts import Outcome
from shared.contracts.registry.project_life import DrawdownAdmitted, DrawdownRefused, LiftFlag, RightCondition
from shared.contracts.registry.projects import ApproveProject
from shared.contracts.registry.words import Vote
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.project_life_examples import (
    COVERED,
    OVERSEER,
    REPORTER,
    drawdown,
    drawing,
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
    PROJECT_ID,
    Given,
    codes,
    loan,
)
from tests.unit.registry.test_article_08_collective_decisions import MEMBERS, SECRETARY, casting, closing, opening
from tests.unit.registry.test_article_16_later_drawdowns import LATE_AT, ON_DRAWDOWN, covered_fen, drawn_late

pytestmark = pytest.mark.clause("6.5")

ADVERSE = spot_check(rights=(right_check(RightCondition.LAPSED),))
APPROVE_CORRECTION = ApproveProject(project_id=PROJECT_ID, filing=2)


def flagged(given: Given) -> Given:
    return given.after(ADVERSE, COOPERATING, REPORTER)


def lifted(given: Given) -> Given:
    return given.after(lifting(), MANAGING, OVERSEER)


def test_nothing_more_is_drawn_while_a_flag_stands() -> None:
    """The refusal says which flag it is, and what lifts it; then the same drawdown is filed."""
    decision = flagged(COVERED).when(drawing(), COOPERATING, FILER)
    assert (decision.outcome, decision.events) == (Outcome.REFUSED, ())
    (fault,) = decision.refusals
    assert (fault.code, fault.clause) == ("flag_stands", "6.5")
    assert "spot check CC-1" in fault.text
    assert "抽查 CC-1" in fault.text_zh
    assert lifted(flagged(COVERED)).when(drawing(), COOPERATING, FILER).outcome is Outcome.ACCEPTED


def test_a_late_drawdown_is_not_admitted_while_a_flag_stands() -> None:
    """Whatever was voted: whoever holds the ballot was told of the flag, and lifts it first."""
    at = LATE_AT + timedelta(hours=1)
    given = drawn_late().after(opening(**ON_DRAWDOWN, closes_at=at + timedelta(days=1)), MANAGING, SECRETARY, at)
    for member in MEMBERS:
        given = given.after(casting(Vote.FOR, **ON_DRAWDOWN), MANAGING, member, at)
    _, refused = flagged(given).when(closing(**ON_DRAWDOWN), MANAGING, SECRETARY, at).events
    assert isinstance(refused, DrawdownRefused)
    assert "风险标记" in refused.reasons
    _, admitted = lifted(flagged(given)).when(closing(**ON_DRAWDOWN), MANAGING, SECRETARY, at).events
    assert isinstance(admitted, DrawdownAdmitted)


def test_a_correction_that_covers_more_is_not_approved_while_a_flag_stands() -> None:
    """One that covers no more is."""
    more = correction(loan=loan(drawdowns=(drawdown(1, DISBURSED_ON), drawdown(2))))
    waiting = flagged(COVERED.after(more, COOPERATING, FILER))
    assert codes(waiting.when(APPROVE_CORRECTION, MANAGING, APPROVER)) == ["flag_stands"]
    approved = lifted(waiting).after(APPROVE_CORRECTION, MANAGING, APPROVER)
    assert covered_fen(approved) > covered_fen(COVERED)
    as_much = correction(loan=loan(drawdowns=(drawdown(1, DISBURSED_ON),)))
    waiting = flagged(COVERED.after(as_much, COOPERATING, FILER))
    assert waiting.when(APPROVE_CORRECTION, MANAGING, APPROVER).outcome is Outcome.ACCEPTED


def test_a_flag_is_lifted_with_the_document_of_the_decision() -> None:
    """Without one nothing is decided; its hash stands in the event."""
    said = lifting().model_dump()
    with pytest.raises(ValidationError, match="document"):
        LiftFlag.model_validate({key: value for key, value in said.items() if key != "document"})
    (event,) = flagged(COVERED).when(lifting(), MANAGING, OVERSEER).events
    assert getattr(event, "document", None) == lifting().document
