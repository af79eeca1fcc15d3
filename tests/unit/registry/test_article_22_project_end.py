"""Article 22: repayments, settlement in full, and the end of a project."""

from datetime import timedelta

import pytest

from services.registry.domain.pledged_rights import held_by
from services.registry.domain.project import Project, Stage
from shared.contracts.documents import Document, DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.pools import RegisterInstitution
from shared.contracts.registry.project_life import EndGround, ProjectEnded, RepaymentRecorded
from shared.contracts.registry.projects import ReturnProject
from shared.contracts.registry.words import Duty, Role
from tests.unit.registry.project_life_examples import (
    COVERED,
    LENDERS_REPORTER,
    OVERSEER,
    REPORTER,
    STAFFED_FOR_LIFE,
    drawing,
    ending,
    repayment,
    spot_check,
)
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILER,
    LENDER,
    MANAGING,
    PROJECT_ID,
    TODAY,
    codes,
    document,
    filing,
    institution,
    officer,
)

pytestmark = pytest.mark.clause("22.1")

BY_DECISION = ending(EndGround.DECISION, "质押已解除")
REPAID = COVERED.after(repayment(amount_fen=40_000_000), COOPERATING, REPORTER)


@pytest.mark.parametrize(("where", "who"), [(COOPERATING, REPORTER), (LENDER, LENDERS_REPORTER)])
def test_a_repayment_is_reported_by_a_party(where: str, who: str) -> None:
    """It says what was repaid so far and what is left."""
    (event,) = COVERED.when(repayment(), where, who).events
    assert isinstance(event, RepaymentRecorded)
    assert (event.repaid_fen, event.outstanding_fen, event.reported_by) == (10_000_000, 30_000_000, where)


def test_another_loans_lender_reports_nothing_of_this_one() -> None:
    """Neither a repayment nor that it is settled; and that a loan is settled the managing institution doesn't say."""
    other = RegisterInstitution(role=Role.LENDER, institution=institution("other-bank"))
    given = REPAID.after(other, MANAGING).after(officer("clerk", Duty.REPORTING), "other-bank")
    for data in (repayment(reference="HK-9"), ending()):
        assert codes(given.when(data, "other-bank", "clerk")) == ["not_told_by_a_party"]
    assert codes(given.when(ending(), MANAGING, OVERSEER)) == ["not_told_by_a_party"]


def test_a_repayment_counts_once() -> None:
    """The same again is a duplicate; another amount under its reference is refused."""
    given = COVERED.after(repayment(), COOPERATING, REPORTER)
    assert given.when(repayment(), LENDER, LENDERS_REPORTER).outcome is Outcome.DUPLICATE
    assert codes(given.when(repayment(amount_fen=1), LENDER, LENDERS_REPORTER)) == ["number_taken"]


@pytest.mark.parametrize("days", [-1, 1 + (TODAY - DISBURSED_ON).days])
def test_a_repayment_lies_between_payout_and_today(days: int) -> None:
    """Nothing is repaid before it was lent, and a promise is no repayment."""
    decision = COVERED.when(repayment(repaid_on=DISBURSED_ON + timedelta(days=days)), COOPERATING, REPORTER)
    assert codes(decision) == ["day_out_of_range"]


def test_more_than_was_drawn_is_not_repaid() -> None:
    """To the fen; a further drawdown makes room."""
    above = repayment(amount_fen=40_000_001)
    assert codes(COVERED.when(above, COOPERATING, REPORTER)) == ["repayment_above_outstanding"]
    drawn = COVERED.after(drawing(), COOPERATING, FILER)
    assert drawn.when(above, COOPERATING, REPORTER).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(("where", "who"), [(COOPERATING, REPORTER), (LENDER, LENDERS_REPORTER)])
def test_a_settled_project_ends_and_sets_its_rights_free(where: str, who: str) -> None:
    """Once nothing is outstanding, on the word of a party."""
    (event,) = REPAID.when(ending(), where, who).events
    assert isinstance(event, ProjectEnded)
    assert (event.ground, event.outstanding_fen, event.ended_on) == (EndGround.SETTLED, 0, TODAY)
    ended = REPAID.having((event,))
    assert isinstance(ended.state.project, Project)
    assert ended.state.project.stage is Stage.ENDED
    assert (held_by(ended.state.project), ended.state.holders) == ((), {})


def test_what_is_outstanding_is_not_settled() -> None:
    """To the last fen."""
    decision = COVERED.after(repayment(amount_fen=39_999_999), COOPERATING, REPORTER).when(
        ending(), COOPERATING, REPORTER
    )
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["loan_not_settled"])


def test_only_the_managing_institution_ends_a_project_that_is_not_repaid() -> None:
    """Its decision names its reasons."""
    assert codes(COVERED.when(BY_DECISION, COOPERATING, REPORTER)) == ["not_ended_by_managing_institution"]
    (event,) = COVERED.when(BY_DECISION, MANAGING, OVERSEER).events
    assert isinstance(event, ProjectEnded)
    assert (event.outstanding_fen, event.reasons) == (40_000_000, "质押已解除")


@pytest.mark.parametrize("paper", [None, document(DocumentKind.OTHER)])
def test_a_project_is_ended_by_a_decision_that_was_recorded(paper: Document | None) -> None:
    """With its minutes; a settlement needs none."""
    decision = COVERED.when(BY_DECISION.model_copy(update={"document": paper}), MANAGING, OVERSEER)
    assert [(each.code, each.clause) for each in decision.refusals] == [("minutes_missing", "22.1")]
    settled = ending().model_copy(update={"document": paper})
    assert REPAID.when(settled, COOPERATING, REPORTER).outcome is Outcome.ACCEPTED


def test_a_returned_project_that_never_came_again_can_be_ended() -> None:
    """So that what it has pledged is free."""
    returned = STAFFED_FOR_LIFE.after(filing(), COOPERATING, FILER).after(
        ReturnProject(project_id=PROJECT_ID, reasons="补充", filing=1), MANAGING, APPROVER
    )
    assert returned.when(BY_DECISION, MANAGING, OVERSEER).outcome is Outcome.ACCEPTED


def test_what_waits_or_is_over_does_not_end() -> None:
    """What waits is decided on; the same end again is a duplicate, another one is refused."""
    filed = STAFFED_FOR_LIFE.after(filing(), COOPERATING, FILER)
    assert codes(filed.when(BY_DECISION, MANAGING, OVERSEER)) == ["project_can_not_end"]
    ended = COVERED.after(BY_DECISION, MANAGING, OVERSEER)
    assert ended.when(BY_DECISION, MANAGING, OVERSEER).outcome is Outcome.DUPLICATE
    again = ending(EndGround.DECISION, "另有原因")
    assert codes(ended.when(again, MANAGING, OVERSEER)) == ["project_can_not_end"]


def test_nothing_more_is_said_of_an_ended_project() -> None:
    """No drawdown, no repayment, no check."""
    ended = REPAID.after(ending(), COOPERATING, REPORTER)
    assert codes(ended.when(drawing(), COOPERATING, FILER)) == ["project_not_covered"]
    assert codes(ended.when(spot_check(), COOPERATING, REPORTER)) == ["project_not_covered"]
    assert "project_not_covered" in codes(ended.when(repayment("HK-2"), COOPERATING, REPORTER))


def test_a_project_that_is_unknown_has_no_end() -> None:
    """Neither settled nor by decision."""
    assert codes(STAFFED_FOR_LIFE.when(ending(), COOPERATING, REPORTER)) == ["no_such_project"]
    assert codes(STAFFED_FOR_LIFE.when(BY_DECISION, MANAGING, OVERSEER)) == ["no_such_project"]
