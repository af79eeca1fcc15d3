"""Article 16: a late filing is flagged, and admitted only by a collective decision that is bound to its bytes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.registry.domain.decide import decide
from services.registry.domain.project import Project, Stage
from shared.contracts.receipts import Outcome
from shared.contracts.registry.ballots import BallotClosed, BallotOpened, MemberRecused, VoteRecorded
from shared.contracts.registry.projects import (
    ApproveProject,
    FilingAdmitted,
    FilingFoundIncomplete,
    ProjectFiled,
    ProjectRejected,
    ReturnProject,
)
from shared.contracts.registry.words import Vote
from shared.decisions.rules_in_force import AdoptedRules
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILER,
    MANAGING,
    PROJECT_ID,
    STAFFED,
    Given,
    codes,
    filing,
    loan,
    received,
    rules,
)
from tests.unit.registry.test_article_08_collective_decisions import (
    MEMBERS,
    SECRETARY,
    SHA256,
    casting,
    closing,
    opening,
    recusing,
    with_committee,
)

pytestmark = pytest.mark.clause("16.1")

# The day after the window's last.
LATE_AT = datetime(2026, 5, 8, 2, tzinfo=UTC)
LATE = filing(late_because="经办人员变动，材料移交延误")
APPROVE = ApproveProject(project_id=PROJECT_ID, filing=1)


def filed_late(given: Given) -> Given:
    message = replace(received(LATE, COOPERATING, FILER, LATE_AT), content_sha256=SHA256)
    decision = decide(given.state, message, given.reference_data)
    assert (decision.outcome, codes(decision)) == (Outcome.HELD, ["filed_late"])
    return given.having(decision.events)


def decided(given: Given, *votes: Vote) -> Given:
    at, question = LATE_AT + timedelta(hours=1), project_of(given).question
    assert question is not None, "nothing waits for a decision"
    kind = question.kind
    given = given.after(opening(subject_kind=kind, closes_at=at + timedelta(days=1)), MANAGING, SECRETARY, at)
    for member, vote in zip(MEMBERS, votes, strict=False):
        given = given.after(casting(vote, subject_kind=kind), MANAGING, member, at)
    return given.after(closing(subject_kind=kind), MANAGING, SECRETARY, at + timedelta(days=1))


FILED_LATE = filed_late(with_committee(STAFFED))


def project_of(given: Given) -> Project:
    assert isinstance(given.state.project, Project)
    return given.state.project


def test_a_late_filing_that_says_why_is_flagged_and_waits() -> None:
    """Nothing of it is covered; it can be neither approved nor returned before it is admitted."""
    project = project_of(FILED_LATE)
    assert (project.stage, project.late_because) == (Stage.LATE, LATE.late_because)
    assert [each.late for each in project.drawdowns] == [True]
    assert project.covered_principal_fen == 0
    decision = FILED_LATE.when(APPROVE, MANAGING, APPROVER, LATE_AT)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["filing_not_waiting"])
    assert "collective decision" in decision.refusals[0].text


def test_a_late_filing_that_does_not_say_why_is_refused() -> None:
    """Nothing changes, and it is told what a late filing has to say."""
    decision = STAFFED.when(filing(), COOPERATING, FILER, LATE_AT)
    assert (decision.outcome, codes(decision), decision.events) == (Outcome.REFUSED, ["filed_late"], ())
    assert "say why it comes late" in decision.refusals[0].text


def test_a_reason_alone_makes_no_filing_late() -> None:
    """What comes in time needs no decision, whatever it says."""
    (event,) = STAFFED.when(LATE, COOPERATING, FILER).events
    assert isinstance(event, ProjectFiled)
    assert (event.late_because, event.filing_sha256) == (None, None)


def test_a_decision_admits_the_late_filing_and_then_it_is_approved() -> None:
    """The vote takes the approval's place in nothing: both are needed."""
    given = decided(FILED_LATE, *[Vote.FOR] * 5)
    assert project_of(given).stage is Stage.FILED
    approved = given.after(APPROVE, MANAGING, APPROVER, LATE_AT + timedelta(days=1))
    assert project_of(approved).stage is Stage.APPROVED
    assert project_of(approved).covered_principal_fen == 100_000_000


def test_closing_says_what_was_decided_and_what_follows() -> None:
    """The admission names the filing, the hash that was voted on and the minutes."""
    at = LATE_AT + timedelta(hours=1)
    given = FILED_LATE.after(opening(closes_at=at + timedelta(days=1)), MANAGING, SECRETARY, at)
    for member in MEMBERS:
        given = given.after(casting(Vote.FOR), MANAGING, member, at)
    closed, admitted = given.when(closing(), MANAGING, SECRETARY, at).events
    assert isinstance(closed, BallotClosed)
    assert isinstance(admitted, FilingAdmitted)
    assert (admitted.filing, admitted.filing_sha256, admitted.minutes) == (1, SHA256, closed.minutes)


@pytest.mark.clause("5.2")
@pytest.mark.parametrize(("votes", "follows"), [(5, FilingAdmitted), (2, ProjectRejected)])
def test_what_a_ballot_decides_names_the_version_of_its_opening(votes: int, follows: type) -> None:
    """A version that is adopted while the members vote rules the votes after it, and not what they come to."""
    at = LATE_AT + timedelta(hours=1)
    given = FILED_LATE.after(opening(closes_at=at + timedelta(days=1)), MANAGING, SECRETARY, at)
    given = given.after(casting(Vote.FOR), MANAGING, MEMBERS[0], at)
    adopted_at = at + timedelta(minutes=1)
    second = rules(version=2, effective_on=adopted_at.date())
    pool = given.pool.model_copy(update={"adopted_rules": (AdoptedRules(rules=second, adopted_at=adopted_at),)})
    given = replace(given, state=replace(given.state, pool=pool))
    for place, member in enumerate(MEMBERS[1:], start=1):
        (voted,) = given.when(casting(Vote.FOR if place < votes else Vote.AGAINST), MANAGING, member, adopted_at).events
        assert isinstance(voted, VoteRecorded)
        assert voted.rules_version == 2
        given = given.having([voted])
    (recused,) = given.when(recusing(), MANAGING, MEMBERS[0], adopted_at).events
    assert isinstance(recused, MemberRecused)
    assert recused.rules_version == 2
    closed, followed = given.when(closing(), MANAGING, SECRETARY, at + timedelta(days=1)).events
    assert isinstance(closed, BallotClosed)
    assert isinstance(followed, FilingAdmitted | ProjectRejected)
    assert isinstance(followed, follows)
    assert (closed.rules_version, followed.rules_version) == (1, 1)


@pytest.mark.clause("5.2")
def test_what_a_filing_lacks_and_a_ballots_opening_name_their_version() -> None:
    """As every decision that the rules have part in."""
    (incomplete,) = STAFFED.when(filing(documents=()), COOPERATING, FILER).events
    assert isinstance(incomplete, FilingFoundIncomplete)
    at = LATE_AT + timedelta(hours=1)
    (opened,) = FILED_LATE.when(opening(closes_at=at + timedelta(days=1)), MANAGING, SECRETARY, at).events
    assert isinstance(opened, BallotOpened)
    assert (incomplete.rules_version, opened.rules_version) == (1, 1)


def test_a_late_filing_that_is_not_admitted_is_rejected() -> None:
    """For good, with the count as its reason."""
    given = decided(FILED_LATE, Vote.FOR, Vote.FOR, Vote.AGAINST, Vote.AGAINST, Vote.ABSTAIN)
    assert project_of(given).stage is Stage.REJECTED
    again = given.when(LATE, COOPERATING, FILER, LATE_AT)
    assert (again.outcome, codes(again)) == (Outcome.REFUSED, ["project_already_filed"])


def test_the_rejection_carries_the_counts_reason() -> None:
    """Who filed reads why."""
    at = LATE_AT + timedelta(hours=1)
    given = FILED_LATE.after(opening(closes_at=at + timedelta(days=1)), MANAGING, SECRETARY, at)
    for member in MEMBERS[:4]:
        given = given.after(casting(Vote.AGAINST), MANAGING, member, at)
    closed, rejected = given.when(closing(), MANAGING, SECRETARY, at + timedelta(days=1)).events
    assert isinstance(closed, BallotClosed)
    assert isinstance(rejected, ProjectRejected)
    assert (rejected.reasons, rejected.rejected_by) == (closed.why_zh, SECRETARY)


@pytest.mark.clause("5.4")
@pytest.mark.clause("8.1")
@pytest.mark.parametrize("votes", [(), (Vote.AGAINST,) * 3])
def test_without_a_quorum_nothing_is_decided_and_the_question_stays(votes: tuple[Vote, ...]) -> None:
    """Nobody rejects a late filing without a vote: the ballot is taken off, and another one can still admit it."""
    given = decided(FILED_LATE, *votes)
    project = project_of(given)
    assert (project.stage, project.ballot, project.question) == (Stage.LATE, None, project_of(FILED_LATE).question)
    assert project_of(decided(given, *[Vote.FOR] * 5)).stage is Stage.FILED


@pytest.mark.clause("8.1")
def test_nobody_closes_a_ballot_before_its_members_have_had_time() -> None:
    """A second is no time to vote in: the ballot is not opened."""
    soon = LATE_AT + timedelta(seconds=1)
    assert codes(FILED_LATE.when(opening(closes_at=soon), MANAGING, SECRETARY, LATE_AT)) == ["closing_time_too_near"]


def test_a_late_filing_again_is_a_duplicate_while_it_waits() -> None:
    """A double click puts no second question."""
    assert FILED_LATE.when(LATE, COOPERATING, FILER, LATE_AT).outcome is Outcome.DUPLICATE


def test_a_late_filing_that_was_returned_needs_a_new_decision() -> None:
    """What was admitted is what was decided on; what is filed again has other bytes."""
    admitted = decided(FILED_LATE, *[Vote.FOR] * 5)
    returned = admitted.after(
        ReturnProject(project_id=PROJECT_ID, reasons="请补充", filing=1),
        MANAGING,
        APPROVER,
        LATE_AT + timedelta(days=1),
    )
    message = replace(received(LATE, COOPERATING, FILER, LATE_AT + timedelta(days=2)), content_sha256=SHA256)
    decision = decide(returned.state, message, returned.reference_data)
    assert (decision.outcome, codes(decision)) == (Outcome.HELD, ["filed_late"])
    again = project_of(returned.having(decision.events))
    assert (again.stage, again.filing, again.covered_principal_fen) == (Stage.LATE, 2, 0)


def test_a_filing_again_dates_no_late_payout_later() -> None:
    """A window that had closed stays closed, whatever day of payout it is filed with after a return."""
    admitted = decided(FILED_LATE, *[Vote.FOR] * 5)
    returned = admitted.after(
        ReturnProject(project_id=PROJECT_ID, reasons="请补充", filing=1),
        MANAGING,
        APPROVER,
        LATE_AT + timedelta(days=1),
    )
    later = loan(disbursed_on=DISBURSED_ON + timedelta(days=20))
    decision = returned.when(filing(loan=later), COOPERATING, FILER, LATE_AT + timedelta(days=2))
    assert "filed_late" in codes(decision)
