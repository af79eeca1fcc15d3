"""Article 5: a correction is a new version, which takes the place of what waits or waits beside what is approved."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.registry.domain.decide import decide
from services.registry.domain.project import Project, Stage
from shared.contracts.receipts import Outcome
from shared.contracts.registry.ballots import BallotVoided
from shared.contracts.registry.corrections import (
    CorrectionApproved,
    CorrectionRejected,
    CorrectionReturned,
    ProjectCorrected,
)
from shared.contracts.registry.project_life import EndGround
from shared.contracts.registry.projects import ApproveProject, ProjectApproved, RejectProject, ReturnProject
from shared.contracts.registry.words import Duty, Vote
from simulator.invented_numbers import patent_number
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.project_life_examples import COVERED, OVERSEER, drawdown, drawing, ending
from tests.unit.registry.registry_examples import (
    APPROVED,
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILED,
    FILER,
    MANAGING,
    PROJECT_ID,
    STAFFED,
    Given,
    codes,
    filing,
    loan,
    officer,
    received,
    right,
)
from tests.unit.registry.test_article_08_collective_decisions import (
    MEMBERS,
    SECRETARY,
    SHA256,
    casting,
    opening,
    with_committee,
)
from tests.unit.registry.test_article_16_late_filings import FILED_LATE, LATE, LATE_AT, decided

pytestmark = pytest.mark.clause("5.4")

CORRECTED = "一种改正的示例装置"
WAITING = FILED.after(correction(), COOPERATING, FILER)
BESIDE = APPROVED.after(correction(), COOPERATING, FILER)


def approving(number: int | None) -> ApproveProject:
    return ApproveProject(project_id=PROJECT_ID, filing=number)


def returning(number: int | None = 2) -> ReturnProject:
    return ReturnProject(project_id=PROJECT_ID, reasons="请附证明", filing=number)


def rejecting(number: int | None = 2) -> RejectProject:
    return RejectProject(project_id=PROJECT_ID, reasons="更正无依据", filing=number)


def corrected_late() -> Given:
    """A correction of the approved project that comes after the window with a higher amount."""
    given = with_committee(COVERED)
    raised = loan(drawdowns=(drawdown(1, DISBURSED_ON, 50_000_000),))
    message = replace(
        received(correction(loan=raised, late_because="放款金额漏报"), COOPERATING, FILER, LATE_AT),
        content_sha256=SHA256,
    )
    decision = decide(given.state, message, given.reference_data)
    assert (decision.outcome, codes(decision)) == (Outcome.HELD, ["filed_late"])
    return given.having(decision.events)


CORRECTED_LATE = corrected_late()


def project_of(given: Given) -> Project:
    assert isinstance(given.state.project, Project)
    return given.state.project


def title_of(given: Given) -> str:
    return project_of(given).rights[0].title


def test_a_correction_takes_the_place_of_what_waits() -> None:
    """The new version waits under its own number, with who, when and the hash of each version."""
    project = project_of(WAITING)
    assert (project.stage, project.filing, title_of(WAITING)) == (Stage.FILED, 2, CORRECTED)
    assert project.correction is None
    assert [(each.filing, each.corrects, each.filed_by) for each in project.versions] == [
        (1, None, FILER),
        (2, 1, FILER),
    ]
    assert {each.message_sha256 for each in project.versions} == {"0" * 64}
    assert project.terms == project_of(FILED).terms


def test_an_approval_of_the_older_version_is_refused() -> None:
    """What was read before the correction is approved by nobody; the new version can be."""
    old = WAITING.when(approving(1), MANAGING, APPROVER)
    assert (old.outcome, codes(old)) == (Outcome.REFUSED, ["decision_on_another_filing"])
    (event,) = WAITING.when(approving(2), MANAGING, APPROVER).events
    assert isinstance(event, ProjectApproved)
    assert event.filing == 2


@pytest.mark.parametrize("given", [WAITING, BESIDE])
@pytest.mark.parametrize("number", [1, 3])
def test_a_corrected_filing_is_declined_by_its_number_only(given: Given, number: int) -> None:
    """Whoever read the older version can't reject the newer one for good."""
    for declining in (returning(number), rejecting(number)):
        decision = given.when(declining, MANAGING, APPROVER)
        assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["decision_on_another_filing"])


def test_an_approved_project_goes_on_under_its_version_until_the_correction_is_approved() -> None:
    """Until then nothing of it counts."""
    project = project_of(BESIDE)
    assert (project.stage, project.filing, title_of(BESIDE)) == (Stage.APPROVED, 1, "一种示例装置")
    (event,) = APPROVED.when(correction(), COOPERATING, FILER).events
    assert isinstance(event, ProjectCorrected)
    assert (event.filing, event.corrects, event.approved_filing, event.institution) == (2, 1, 1, COOPERATING)
    old = BESIDE.when(approving(1), MANAGING, APPROVER)
    assert (old.outcome, codes(old)) == (Outcome.REFUSED, ["decision_on_another_filing"])
    (approved,) = BESIDE.when(approving(2), MANAGING, APPROVER).events
    assert isinstance(approved, CorrectionApproved)
    assert (approved.filing, approved.replaces, approved.covered_principal_fen) == (2, 1, 100_000_000)
    after = BESIDE.having((approved,))
    assert (project_of(after).stage, project_of(after).filing, title_of(after)) == (Stage.APPROVED, 2, CORRECTED)
    assert project_of(after).correction is None
    assert project_of(after).terms == project.terms


@pytest.mark.parametrize(("declining", "event"), [(returning(), CorrectionReturned), (rejecting(), CorrectionRejected)])
def test_a_declined_correction_leaves_the_approved_version(declining: object, event: type) -> None:
    """Its number stays used: the next correction is again one of the approved version, under the number after."""
    (found,) = BESIDE.when(declining, MANAGING, APPROVER).events  # type: ignore[arg-type]
    assert isinstance(found, event)
    after = BESIDE.having((found,))
    assert (project_of(after).stage, project_of(after).filing, title_of(after)) == (Stage.APPROVED, 1, "一种示例装置")
    again = after.after(correction(corrects=1), COOPERATING, FILER)
    assert project_of(again).standing_filing == 3
    approved = again.after(approving(3), MANAGING, APPROVER)
    assert (project_of(approved).filing, title_of(approved)) == (3, CORRECTED)


def test_what_was_returned_or_is_over_is_not_corrected() -> None:
    """A returned filing is filed again; what was rejected or has ended is final."""
    returned = FILED.after(returning(1), MANAGING, APPROVER)
    rejected = FILED.after(rejecting(1), MANAGING, APPROVER)
    for given in (returned, rejected):
        decision = given.when(correction(), COOPERATING, FILER)
        assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["project_not_correctable"])
    assert "registry.project.file" in returned.when(correction(), COOPERATING, FILER).refusals[0].text
    assert codes(STAFFED.when(correction(), COOPERATING, FILER)) == ["no_such_project"]


@pytest.mark.parametrize("given", [FILED, APPROVED])
def test_of_two_corrections_at_once_the_second_is_told_of_the_first(given: Given) -> None:
    """A correction names the version it is one of; one of the correction itself takes its place."""
    first = given.after(correction(), COOPERATING, FILER)
    other = correction(reasons="另一更正", rights=(right(title="第三个名称"),))
    second = first.when(other, COOPERATING, FILER)
    assert (second.outcome, codes(second)) == (Outcome.REFUSED, ["correction_of_another_version"])
    assert codes(given.when(correction(corrects=2), COOPERATING, FILER)) == ["correction_of_another_version"]
    third = first.after(other.model_copy(update={"corrects": 2}), COOPERATING, FILER)
    assert project_of(third).standing_filing == 3


@pytest.mark.parametrize("given", [WAITING, BESIDE])
def test_the_same_correction_again_is_a_duplicate(given: Given) -> None:
    """A double click makes no third version."""
    assert given.when(correction(), COOPERATING, FILER).outcome is Outcome.DUPLICATE


@pytest.mark.clause("4.1")
def test_who_corrected_does_not_review_and_who_approved_has_approved() -> None:
    """Each version's people have acted in the case."""
    second = BESIDE.after(officer("second", Duty.FILING), COOPERATING)
    corrected = second.after(correction(corrects=2, reasons="再次更正"), COOPERATING, "second")
    approved = corrected.after(approving(3), MANAGING, APPROVER)
    assert {(each.duty, each.officer) for each in project_of(approved).duties_exercised} == {
        (Duty.FILING, FILER),
        (Duty.FILING, "second"),
        (Duty.FILING_APPROVAL, APPROVER),
    }


@pytest.mark.clause("16.2")
def test_a_correction_that_lacks_something_changes_nothing() -> None:
    """Every check of a filing applies; what is missing is named, and the version that waits goes on waiting."""
    decision = FILED.when(correction(documents=()), COOPERATING, FILER)
    assert (decision.outcome, decision.events) == (Outcome.DEFICIENT, ())
    assert "loan_contract_missing" in codes(decision)


@pytest.mark.clause("9.1")
def test_a_correction_is_checked_like_a_filing() -> None:
    """It can't bring in what could not have been filed."""
    wrong = correction(borrower_is_affiliate=True, rights=())
    assert {"borrower_is_affiliate", "main_collateral_no_ip"} & set(codes(APPROVED.when(wrong, COOPERATING, FILER)))
    assert APPROVED.when(wrong, COOPERATING, FILER).outcome is Outcome.REFUSED


def rights_held(given: Given) -> set[str]:
    """The rights that secure the project, without the registrations of their pledges."""
    return {key for key in given.state.holders if not key.startswith("pledge/")}


@pytest.mark.clause("2.1")
def test_newly_named_rights_are_taken_with_the_correction_and_left_out_ones_are_free_after_its_approval() -> None:
    """Between the two both secure the project; declined, the newly named are free again."""
    other = right(registration_number=patent_number(2))
    swapped = APPROVED.after(correction(rights=(other,)), COOPERATING, FILER)
    assert rights_held(swapped) == {"patent/2003100000018", "patent/2003100000022"}
    assert rights_held(swapped.after(approving(2), MANAGING, APPROVER)) == {"patent/2003100000022"}
    for declining in (returning(), rejecting()):
        assert rights_held(swapped.after(declining, MANAGING, APPROVER)) == {"patent/2003100000018"}
    replaced = FILED.after(correction(rights=(other,)), COOPERATING, FILER)
    assert rights_held(replaced) == {"patent/2003100000022"}


@pytest.mark.clause("16.1")
def test_a_correction_voids_the_votes_on_a_late_filing() -> None:
    """A decision is bound to the bytes that were voted on; the new version puts its own question."""
    at = LATE_AT + timedelta(hours=1)
    voting = FILED_LATE.after(opening(closes_at=at + timedelta(days=1)), MANAGING, SECRETARY, at)
    voting = voting.after(casting(Vote.FOR), MANAGING, MEMBERS[0], at)
    late = correction(late_because=LATE.late_because)
    decision = voting.when(late, COOPERATING, FILER, at)
    assert (decision.outcome, codes(decision)) == (Outcome.HELD, ["filed_late"])
    voided, corrected = decision.events
    assert isinstance(voided, BallotVoided)
    assert voided.votes_void == 1
    assert isinstance(corrected, ProjectCorrected)
    after = voting.having(decision.events)
    assert (project_of(after).stage, project_of(after).ballot) == (Stage.LATE, None)
    assert project_of(after).question is not None


@pytest.mark.clause("16.1")
def test_what_was_admitted_late_is_admitted_anew_after_a_correction() -> None:
    """The committee decided on other bytes."""
    admitted = decided(FILED_LATE, *[Vote.FOR] * 5)
    decision = admitted.when(correction(), COOPERATING, FILER, LATE_AT + timedelta(hours=4))
    assert codes(decision) == ["filed_late"]


def test_an_ended_project_has_no_correction_that_waits() -> None:
    """It ends with the project, and its rights are free."""
    given = BESIDE.after(officer(OVERSEER, Duty.OVERSIGHT), MANAGING)
    ended = given.after(ending(EndGround.DECISION, "提前结束"), MANAGING, OVERSEER)
    assert project_of(ended).correction is None
    assert ended.state.holders == {}


@pytest.mark.clause("16.1")
def test_while_a_correction_waits_a_drawdown_is_filed_in_it() -> None:
    """One whole version is decided on, and nothing slips in beside it."""
    decision = BESIDE.when(drawing(), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["correction_waits"])


def test_there_is_a_limit_to_the_versions_of_a_filing() -> None:
    """Nobody fills the registry with corrections."""
    given = FILED
    for number in range(1, 200):
        given = given.after(correction(number, reasons=f"第 {number} 次更正"), COOPERATING, FILER)
    decision = given.when(correction(200, reasons="又一次"), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["register_full"])


def test_filing_again_what_can_be_corrected_is_told_how() -> None:
    """The next thing to do is named."""
    moment = datetime(2026, 4, 16, 4, 0, tzinfo=UTC)
    decision = APPROVED.when(filing(rights=(right(title="别名"),)), COOPERATING, FILER, moment)
    assert codes(decision) == ["project_already_filed"]
    assert "registry.project.correct" in decision.refusals[0].text


def test_a_late_correction_is_not_decided_on_before_its_admission() -> None:
    """Neither approved nor declined by one officer."""
    for deciding in (approving(2), returning(), rejecting()):
        decision = CORRECTED_LATE.when(deciding, MANAGING, APPROVER, LATE_AT)
        assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["correction_not_admitted"])


@pytest.mark.clause("16.1")
def test_an_admitted_correction_can_be_approved_and_another_is_rejected() -> None:
    """The approved version goes on either way until then."""
    admitted = decided(CORRECTED_LATE, *[Vote.FOR] * 5)
    assert project_of(admitted).correction is not None
    assert project_of(admitted).covered_principal_fen == 40_000_000
    approved = admitted.after(approving(2), MANAGING, APPROVER, LATE_AT + timedelta(hours=4))
    assert project_of(approved).covered_principal_fen == 50_000_000
    refused = decided(CORRECTED_LATE, *[Vote.AGAINST] * 5)
    assert project_of(refused).correction is None
    assert (project_of(refused).stage, project_of(refused).filing) == (Stage.APPROVED, 1)
    # The secretary held the ballot, and has not rejected what its members decided on.
    assert {each.duty for each in project_of(refused).duties_exercised if each.officer == SECRETARY} == {Duty.BALLOT}
