"""Article 4.1: what officers did in claims counts in the project, from the moment at which the registry observes it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry.domain.project import Project
from shared.contracts import claims
from shared.contracts.envelope import Event
from shared.contracts.receipts import Outcome
from shared.contracts.registry.project_life import BorrowerCondition, EndGround
from shared.contracts.registry.projects import ApproveProject, ReturnProject
from shared.contracts.registry.words import Duty, Role
from shared.decisions.duties_exercised import duties_exercised_in, refuse_if_duties_conflict
from tests.unit.decisions.duty_factories import IN_CLAIMS, NAMESAKES, event_by
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.project_life_examples import (
    COVERED,
    OVERSEER,
    REPORTER,
    ending,
    lifting,
    spot_check,
)
from tests.unit.registry.registry_examples import (
    APPROVED,
    APPROVER,
    COOPERATING,
    FILER,
    MANAGING,
    NOON,
    PROJECT_ID,
    Given,
    codes,
    officer,
    rules,
)
from tests.unit.registry.test_article_08_collective_decisions import ASKED, SECRETARY, opening

pytestmark = pytest.mark.clause("4.1")

EXCLUSIVE = rules().exclusive_duties
APPROVE = ApproveProject(project_id=PROJECT_ID, filing=2)


def project_in(state: Given) -> Project:
    assert isinstance(state.state.project, Project)
    return state.state.project


def observing(state: Given, event: Event) -> Given:
    """The same once the registry has observed this of claims."""
    project = project_in(state).with_duties_in(event)
    return replace(state, state=replace(state.state, project=project))


@pytest.mark.parametrize("event", IN_CLAIMS)
def test_what_claims_says_is_noted_once_and_changes_nothing_else(event: type[Event]) -> None:
    """Of the institution whose officers have the duty; a case that goes round doesn't grow."""
    before = project_in(APPROVED)
    once = observing(APPROVED, event_by(event, PROJECT_ID, "li"))
    new = duties_exercised_in(event_by(event, PROJECT_ID, "li"))
    assert project_in(once).duties_exercised[len(before.duties_exercised) :] == new
    assert project_in(once).model_copy(update={"duties_exercised": before.duties_exercised}) == before
    assert project_in(observing(once, event_by(event, PROJECT_ID, "li"))) is project_in(once)


def test_what_tells_of_nobody_changes_nothing() -> None:
    """The very same project comes back, so that nothing has to be stored."""
    paid = claims.CompensationPaid.model_construct()
    assert duties_exercised_in(paid) == ()
    assert project_in(observing(APPROVED, paid)) is project_in(APPROVED)


@pytest.mark.parametrize("event", [claims.PlanConfirmed, claims.VoteRecorded])
def test_who_acted_in_claims_decides_on_no_correction(event: type[Event]) -> None:
    """Neither its approval nor its return is for whoever confirmed the plan or voted on the reimbursement."""
    corrected = APPROVED.after(correction(), COOPERATING, FILER)
    observed = observing(corrected, event_by(event, PROJECT_ID, APPROVER))
    for decision in (APPROVE, ReturnProject(project_id=PROJECT_ID, reasons="材料不全", filing=2)):
        refused = observed.when(decision, MANAGING, APPROVER)
        assert (codes(refused), refused.refusals[0].clause) == (["duties_in_conflict"], "4.1")
        assert corrected.when(decision, MANAGING, APPROVER).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    "event", [claims.ReviewRecorded, claims.VerificationRecorded, claims.PlanDrawnUp, claims.PayoutReleased]
)
def test_who_acted_in_claims_files_no_correction(event: type[Event]) -> None:
    """Review, verification, plan and release keep an officer from filing once more."""
    observed = observing(APPROVED, event_by(event, PROJECT_ID, FILER))
    assert codes(observed.when(correction(), COOPERATING, FILER)) == ["duties_in_conflict"]
    assert APPROVED.when(correction(), COOPERATING, FILER).outcome is Outcome.ACCEPTED


def test_what_comes_late_counts_from_then_on() -> None:
    """A correction that was approved stays approved; its approver decides on the next one no more."""
    approved = APPROVED.after(correction(), COOPERATING, FILER).after(APPROVE, MANAGING, APPROVER)
    observed = observing(approved, event_by(claims.PlanConfirmed, PROJECT_ID, APPROVER))
    assert project_in(observed).filing == 2
    again = observed.after(correction(2, reasons="又一次"), COOPERATING, FILER)
    decision = again.when(ApproveProject(project_id=PROJECT_ID, filing=3), MANAGING, APPROVER)
    assert codes(decision) == ["duties_in_conflict"]


ADVERSE = spot_check(borrower=BorrowerCondition.ADVERSE, borrower_remark="停业")
FLAGGED = COVERED.after(ADVERSE, COOPERATING, REPORTER)


@pytest.mark.parametrize(
    ("state", "data", "where", "name", "duty"),
    [
        (ASKED, opening(), MANAGING, SECRETARY, Duty.BALLOT),
        (COVERED, spot_check(), COOPERATING, REPORTER, Duty.REPORTING),
        (FLAGGED, lifting(), MANAGING, OVERSEER, Duty.OVERSIGHT),
        (COVERED, ending(EndGround.DECISION, "主体灭失"), MANAGING, OVERSEER, Duty.OVERSIGHT),
    ],
)
def test_which_duties_exclude_each_other_is_a_field_of_the_rules(
    state: Given, data: Any, where: str, name: str, duty: Duty
) -> None:
    """Also of those that don't by default: opening a ballot, reporting, lifting a flag, ending a project."""
    event = claims.PlanConfirmed if where == MANAGING else claims.PlanDrawnUp
    observed = observing(state, event_by(event, PROJECT_ID, name))
    assert observed.when(data, where, name).outcome is Outcome.ACCEPTED
    stricter_pairs = (*EXCLUSIVE, (duty, Duty.PLAN), (Duty.CONFIRMATION, duty))
    rules_in_force = state.pool.first_rules.model_copy(update={"exclusive_duties": stricter_pairs})
    stricter = observed.with_pool(first_rules=rules_in_force)
    assert codes(stricter.when(data, where, name)) == ["duties_in_conflict"]


FILERS, APPROVERS = tuple(f"c-{number}" for number in range(4)), tuple(f"m-{number}" for number in range(4))
EVERYBODY = (*FILERS, *APPROVERS)
STEPS = st.tuples(st.sampled_from(["correct", "approve", "return"]), st.sampled_from(EVERYBODY))
FACTS = st.tuples(st.sampled_from(IN_CLAIMS), st.sampled_from(EVERYBODY))


def staffed_project() -> Given:
    """An approved project, for which many could act."""
    state = APPROVED
    for name in FILERS:
        state = state.after(officer(name, Duty.FILING), COOPERATING)
    for name in APPROVERS:
        state = state.after(officer(name, Duty.FILING_APPROVAL), MANAGING)
    return state


def _excluded(project: Project) -> set[tuple[Role, str]]:
    """Who has two exclusive duties in the case, as the registry knows it."""
    found = set()
    for place, each in enumerate(project.duties_exercised):
        if refuse_if_duties_conflict(EXCLUSIVE, project.duties_exercised[:place], each, NAMESAKES):
            found.add((each.role, each.officer))
    return found


def _command(state: Given, step: str, number: int) -> Any:
    project = project_in(state)
    if step == "correct":
        return correction(project.standing_filing, reasons=f"第 {number} 次更正")
    if step == "approve":
        return ApproveProject(project_id=PROJECT_ID, filing=project.standing_filing)
    return ReturnProject(project_id=PROJECT_ID, reasons=f"退回 {number}", filing=project.standing_filing)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(STEPS, FACTS), min_size=4, max_size=30))
def test_no_officer_exercises_two_exclusive_duties_in_a_case(history: list[tuple[Any, str]]) -> None:
    """Whatever happens in claims and in whichever order: nothing is accepted that what is known excludes."""
    state, excluded_elsewhere = staffed_project(), set()
    for number, (step, name) in enumerate(history):
        before = _excluded(project_in(state))
        if not isinstance(step, str):
            state = observing(state, event_by(step, PROJECT_ID, name))
            excluded_elsewhere |= _excluded(project_in(state)) - before
            continue
        where, at = COOPERATING if name in FILERS else MANAGING, NOON + timedelta(minutes=number)
        decision = state.when(_command(state, step, number), where, name, at)
        state = state.having(decision.events) if decision.outcome is Outcome.ACCEPTED else state
        assert _excluded(project_in(state)) == before, "a decision of the registry excludes nobody in hindsight"
    assert _excluded(project_in(state)) == excluded_elsewhere
