"""Given what an officer has done for a project, when it acts in another exclusive duty, then it is refused (4.1)."""

from dataclasses import replace

import pytest

from shared.contracts.receipts import Outcome
from shared.contracts.registry.projects import ApproveProject, RejectProject, ReturnProject
from shared.contracts.registry.words import Duty, Role
from shared.decisions.duties_exercised import DutyExercised
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.project_life_examples import COVERED, drawing
from tests.unit.registry.registry_examples import (
    APPROVED,
    APPROVER,
    COOPERATING,
    FILED,
    FILER,
    MANAGING,
    PROJECT_ID,
    Given,
    codes,
    filing,
)


def _having_acted(given: Given, duty: Duty, where: str, officer: str) -> Given:
    project = given.state.project
    assert project is not None
    role = Role.MANAGING if where == MANAGING else Role.COOPERATING
    exercised = (*project.duties_exercised, DutyExercised(duty=duty, role=role, officer=officer))
    return replace(
        given, state=replace(given.state, project=project.model_copy(update={"duties_exercised": exercised}))
    )


@pytest.mark.clause("4.1")
def test_who_has_reviewed_does_not_file_again() -> None:
    """A returned filing is filed again by somebody who has no other exclusive duty in the case."""
    returned = FILED.after(ReturnProject(project_id=PROJECT_ID, reasons="材料不全", filing=1), MANAGING, APPROVER)
    given = _having_acted(returned, Duty.REVIEW, COOPERATING, FILER)
    assert codes(given.when(filing(), COOPERATING, FILER)) == ["duties_in_conflict"]
    assert returned.when(filing(), COOPERATING, FILER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("4.1")
def test_who_has_voted_does_not_decide_on_the_filing() -> None:
    """Neither approval nor rejection of a filing is for a member of the decision that admitted it."""
    given = _having_acted(FILED, Duty.VOTE, MANAGING, APPROVER)
    for data in (
        ApproveProject(project_id=PROJECT_ID, filing=1),
        RejectProject(project_id=PROJECT_ID, reasons="不符", filing=1),
    ):
        assert codes(given.when(data, MANAGING, APPROVER)) == ["duties_in_conflict"]
        assert FILED.when(data, MANAGING, APPROVER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("4.1")
def test_who_has_reviewed_files_no_drawdown() -> None:
    """A later drawdown is a filing too."""
    given = _having_acted(COVERED, Duty.REVIEW, COOPERATING, FILER)
    assert codes(given.when(drawing(), COOPERATING, FILER)) == ["duties_in_conflict"]
    assert COVERED.when(drawing(), COOPERATING, FILER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("4.1")
@pytest.mark.parametrize("corrected", [FILED, APPROVED])
def test_who_has_reviewed_corrects_nothing(corrected: Given) -> None:
    """A correction is filed too, whether its project waits or is approved."""
    given = _having_acted(corrected, Duty.REVIEW, COOPERATING, FILER)
    assert codes(given.when(correction(), COOPERATING, FILER)) == ["duties_in_conflict"]
    assert corrected.when(correction(), COOPERATING, FILER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("4.1")
def test_who_has_voted_does_not_decide_on_a_correction() -> None:
    """Whoever voted in the case neither approves, returns nor rejects a later version of it."""
    waits = APPROVED.after(correction(), COOPERATING, FILER)
    given = _having_acted(waits, Duty.VOTE, MANAGING, APPROVER)
    for data in (
        ApproveProject(project_id=PROJECT_ID, filing=2),
        ReturnProject(project_id=PROJECT_ID, reasons="请附证明", filing=2),
        RejectProject(project_id=PROJECT_ID, reasons="更正无依据", filing=2),
    ):
        assert codes(given.when(data, MANAGING, APPROVER)) == ["duties_in_conflict"]
        assert waits.when(data, MANAGING, APPROVER).outcome is Outcome.ACCEPTED
