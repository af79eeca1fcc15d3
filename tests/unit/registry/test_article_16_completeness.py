"""Article 16: a filing that lacks something is told what, and it is recorded until when that can be brought."""

from datetime import UTC, date, datetime

import pytest

from services.registry.domain.project import Draft, Project, Stage
from shared.contracts.receipts import Outcome
from shared.contracts.registry.projects import ApproveProject, FilingFoundIncomplete, ProjectFiled, ReturnProject
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    FILED,
    FILER,
    MANAGING,
    MATERIALS,
    PROJECT_ID,
    STAFFED,
    codes,
    filing,
    right,
)

pytestmark = pytest.mark.clause("16.2")

INCOMPLETE = filing(documents=MATERIALS[1:], rights=(right(why_core=None),))
ITEMS = ["three_party_agreement_missing", "why_core_missing"]


def test_what_is_missing_is_recorded_with_the_last_day() -> None:
    """The receipt's reasons are the event's items, so that others can remind of each."""
    decision = STAFFED.when(INCOMPLETE, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.DEFICIENT, ITEMS)
    (event,) = decision.events
    assert isinstance(event, FilingFoundIncomplete)
    assert event.items == decision.refusals
    assert (event.project_id, event.filing_deadline, event.filed_by) == (PROJECT_ID, date(2026, 5, 7), FILER)


def test_a_draft_is_no_project_yet() -> None:
    """Nothing is pinned to it, and nobody can decide on it."""
    given = STAFFED.having(STAFFED.when(INCOMPLETE, COOPERATING, FILER).events)
    draft = given.state.project
    assert isinstance(draft, Draft)
    assert (draft.stage, draft.project_id) == (Stage.INCOMPLETE, PROJECT_ID)
    decision = given.when(ApproveProject(project_id=PROJECT_ID, filing=1), MANAGING, APPROVER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["no_such_project"])


def test_the_same_gaps_again_are_told_and_not_recorded_again() -> None:
    """The events of a project don't grow by sending the same incomplete filing."""
    given = STAFFED.having(STAFFED.when(INCOMPLETE, COOPERATING, FILER).events)
    again = given.when(INCOMPLETE, COOPERATING, FILER)
    assert (again.outcome, codes(again), again.events) == (Outcome.DEFICIENT, ITEMS, ())
    fewer = given.when(filing(documents=MATERIALS[1:]), COOPERATING, FILER)
    assert (fewer.outcome, len(fewer.events)) == (Outcome.DEFICIENT, 1)


def test_a_draft_is_completed_until_its_last_day_and_not_after() -> None:
    """The first complete filing is filing 1, on its own day."""
    given = STAFFED.having(STAFFED.when(INCOMPLETE, COOPERATING, FILER).events)
    last_minute = datetime(2026, 5, 7, 15, 59, tzinfo=UTC)
    (event,) = given.when(filing(), COOPERATING, FILER, last_minute).events
    assert isinstance(event, ProjectFiled)
    assert (event.filing, event.filed_on) == (1, date(2026, 5, 7))
    too_late = given.when(filing(), COOPERATING, FILER, datetime(2026, 5, 7, 16, 0, tzinfo=UTC))
    assert (too_late.outcome, codes(too_late)) == (Outcome.REFUSED, ["filed_late"])


def test_a_returned_project_that_is_filed_incomplete_stays_returned() -> None:
    """It keeps its day and its terms; what it lacks is recorded beside it."""
    returned = FILED.after(ReturnProject(project_id=PROJECT_ID, reasons="补充", filing=1), MANAGING, APPROVER)
    given = returned.having(returned.when(INCOMPLETE, COOPERATING, FILER).events)
    project = given.state.project
    assert isinstance(project, Project)
    assert (project.stage, [item.code for item in project.items]) == (Stage.RETURNED, ITEMS)
    assert given.after(filing(), COOPERATING, FILER).state.project is not None


def test_a_draft_is_not_written_over_what_was_filed_wrongly() -> None:
    """What can't be mended is refused and records nothing."""
    decision = STAFFED.when(INCOMPLETE.model_copy(update={"borrower_is_affiliate": True}), COOPERATING, FILER)
    assert (decision.outcome, decision.events) == (Outcome.REFUSED, ())
