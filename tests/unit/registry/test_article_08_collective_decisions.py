"""Article 8: collective decisions in the registry, from the question to the closing of its ballot."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.registry.domain.ballot import voided
from services.registry.domain.project import Project, Stage
from services.registry.domain.subjects import evolve
from shared.contracts.documents import DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.ballots import (
    BallotClosed,
    BallotOpened,
    BallotVoided,
    CastVote,
    CloseBallot,
    OpenBallot,
    RecuseMember,
)
from shared.contracts.registry.collective_decisions import SubjectKind
from shared.contracts.registry.rules import BallotRules
from shared.contracts.registry.words import Duty, Role, Vote
from shared.decisions.ballot import Question
from shared.decisions.duties_exercised import DutyExercised
from tests.unit.registry.registry_examples import (
    FILED,
    FILER,
    MANAGING,
    NOON,
    PROJECT_ID,
    Given,
    codes,
    document,
    officer,
)

SECRETARY = "secretary"
MEMBERS = ("an", "bai", "chen", "deng", "fang")
KIND, SHA256 = SubjectKind.LATE_FILING, "a" * 64
SUBJECT = {"project_id": PROJECT_ID, "subject_kind": KIND, "subject_sha256": SHA256}
CLOSES_AT = NOON + timedelta(days=1)
MINUTES = document(DocumentKind.MINUTES)


def opening(**changed: Any) -> OpenBallot:
    values = {
        "project_id": PROJECT_ID,
        "subject_kind": KIND,
        "subject_sha256": SHA256,
        "members": MEMBERS,
        "closes_at": CLOSES_AT,
    }
    return OpenBallot.model_validate({**values, **changed})


def casting(vote: Vote = Vote.FOR, **changed: Any) -> CastVote:
    return CastVote.model_validate({**SUBJECT, "vote": vote, **changed})


def recusing(**changed: Any) -> RecuseMember:
    values = {**SUBJECT, "reason": "与该企业有利害关系"}
    return RecuseMember.model_validate({**values, **changed})


def closing(**changed: Any) -> CloseBallot:
    return CloseBallot.model_validate({**SUBJECT, "minutes": MINUTES, **changed})


def with_committee(given: Given) -> Given:
    given = given.after(officer(SECRETARY, Duty.BALLOT), MANAGING)
    for member in MEMBERS:
        given = given.after(officer(member, Duty.VOTE), MANAGING)
    return given


def asked(given: Given) -> Given:
    """The project was filed late, so that its question is put: what only a message that needs a decision does."""
    project = given.state.project
    assert project is not None
    put = project.model_copy(update={"stage": Stage.LATE, "question": Question(kind=KIND, sha256=SHA256)})
    return replace(given, state=replace(given.state, project=put))


UNASKED = with_committee(FILED)
ASKED = asked(UNASKED)
OPENED = ASKED.after(opening(), MANAGING, SECRETARY)


def voted(given: Given, votes: str) -> Given:
    """The members' votes in their order: F, A, N, a dot for none."""
    words = {"F": Vote.FOR, "A": Vote.AGAINST, "N": Vote.ABSTAIN}
    for member, vote in zip(MEMBERS, votes, strict=True):
        if vote != ".":
            given = given.after(casting(words[vote]), MANAGING, member)
    return given


@pytest.mark.clause("8.1")
@pytest.mark.clause("16.1")
def test_a_ballot_says_who_decides_until_when_and_under_which_rules() -> None:
    """Given a question, when its ballot is opened, then its members, time and rules are fixed."""
    decision = ASKED.when(opening(), MANAGING, SECRETARY)
    (event,) = decision.events
    assert isinstance(event, BallotOpened)
    assert (event.members, event.closes_at, event.rules) == (MEMBERS, CLOSES_AT, BallotRules())
    assert (event.clause, event.opened_by, event.subject_sha256) == ("16.1", SECRETARY, SHA256)
    assert OPENED.when(opening(), MANAGING, SECRETARY).outcome is Outcome.DUPLICATE


@pytest.mark.clause("8.1")
@pytest.mark.clause("16.1")
@pytest.mark.parametrize(
    ("votes", "passed", "why_zh"),
    [
        ("FFFA.", True, "通过：应到5人，表决4人，赞成3人，超过1/2"),
        ("FFAA.", False, "未通过：应到5人，赞成2人，赞成人数须超过1/2"),
        ("FFF..", False, "未达法定人数：应到5人，实际表决3人，至少须4人表决，尚差1人；未作出决定，可重新发起集体决策"),
    ],
)
def test_closing_counts_and_says_why(votes: str, passed: bool, why_zh: str) -> None:
    """Quorum and majority are of all members; the event carries counts, minutes and the reason in both languages."""
    given = voted(OPENED, votes)
    event, *_ = given.when(closing(), MANAGING, SECRETARY, CLOSES_AT).events
    assert isinstance(event, BallotClosed)
    assert (event.passed, event.why_zh, event.minutes) == (passed, why_zh, MINUTES)
    assert (event.base, event.voters_required, event.votes_for) == (5, 4, votes.count("F"))
    assert (event.votes_against, event.voters, event.abstentions) == (votes.count("A"), 5 - votes.count("."), 0)
    project = given.having([event]).state.project
    assert project is not None
    assert project.has_passed is passed
    assert Project.model_validate_json(project.model_dump_json()) == project


@pytest.mark.clause("8.1")
@pytest.mark.clause("16.1")
def test_a_ballot_is_closed_with_its_minutes() -> None:
    """No other paper stands for them; the refusal is under the clause of what is decided."""
    other = closing(minutes=document(DocumentKind.OTHER))
    decision = voted(OPENED, "FFFA.").when(other, MANAGING, SECRETARY, CLOSES_AT)
    assert [(each.code, each.clause) for each in decision.refusals] == [("minutes_missing", "16.1")]


@pytest.mark.clause("8.1")
def test_who_recuses_leaves_the_base() -> None:
    """Of four who are left three have to vote, and more than half of four have to be for it."""
    given = voted(OPENED, "FFF..").after(recusing(), MANAGING, "fang")
    event, _ = given.when(closing(), MANAGING, SECRETARY, CLOSES_AT).events
    assert isinstance(event, BallotClosed)
    assert (event.base, event.voters_required, event.passed) == (4, 3, True)


@pytest.mark.clause("8.1")
def test_what_is_decided_is_a_project_or_a_matter() -> None:
    """A message that names both, or neither, is refused; so is one on a matter that there is not."""
    for named in ({"entry_id": PROJECT_ID}, {"project_id": None}):
        assert codes(OPENED.when(casting(**named), MANAGING, "an")) == ["subject_not_named_once"]
    assert codes(OPENED.when(casting(project_id=None, entry_id=PROJECT_ID), MANAGING, "an")) == ["no_question_put"]


@pytest.mark.clause("8.1")
@pytest.mark.clause("16.1")
def test_there_is_no_decision_without_a_question() -> None:
    """A filing in time needs none; the clause is that of what would be decided."""
    decision = UNASKED.when(opening(), MANAGING, SECRETARY)
    assert [(found.code, found.clause) for found in decision.refusals] == [("no_question_put", "16.1")]
    on_matter = UNASKED.when(
        opening(project_id=None, entry_id=PROJECT_ID, subject_kind=SubjectKind.SELECTION), MANAGING, SECRETARY
    )
    assert [(found.code, found.clause) for found in on_matter.refusals] == [("no_question_put", "8.1")]


@pytest.mark.clause("8.1")
@pytest.mark.parametrize("data", [opening(), casting(), recusing(), closing()], ids=lambda data: type(data).__name__)
def test_every_message_is_bound_to_the_question(data: Any) -> None:
    """Whoever names other bytes than those of the question is refused, and told which they are."""
    other = data.model_copy(update={"subject_sha256": "b" * 64})
    who = "an" if isinstance(data, CastVote | RecuseMember) else SECRETARY
    decision = OPENED.when(other, MANAGING, who)
    assert codes(decision) == ["another_version_named"]
    assert SHA256 in decision.refusals[0].text


@pytest.mark.clause("8.1")
@pytest.mark.clause("15.2")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"members": (*MEMBERS, "an")}, ["members_named_twice"]),
        ({"members": (*MEMBERS, SECRETARY)}, ["members_without_vote"]),
        ({"members": MEMBERS[1:]}, ["members_left_out"]),
        ({"members": MEMBERS[:1]}, ["members_left_out", "quorum_out_of_reach"]),
        ({"closes_at": NOON}, ["closing_time_past"]),
        ({"closes_at": NOON + timedelta(hours=23)}, ["closing_time_too_near"]),
        ({"closes_at": NOON + timedelta(days=91)}, ["closing_time_too_far"]),
    ],
)
def test_members_are_entitled_and_have_time(changed: dict[str, Any], expected: list[str]) -> None:
    """Each member once, with the duty to vote, nobody left out, enough for the quorum, a closing time to come."""
    decision = ASKED.when(opening(**changed), MANAGING, SECRETARY)
    assert codes(decision) == expected
    assert {found.clause for found in decision.refusals} == {"16.1"}


@pytest.mark.clause("4.1")
def test_who_has_acted_in_the_case_has_no_vote_in_it() -> None:
    """An officer who has approved in this case is no member, and one who becomes one of them later can't vote."""
    both = officer("both", Duty.VOTE, Duty.FILING_APPROVAL)
    given = UNASKED.after(both, MANAGING)
    project = given.state.project
    assert project is not None
    approved = DutyExercised(duty=Duty.FILING_APPROVAL, role=Role.MANAGING, officer="both")
    exercised = (*project.duties_exercised, approved)
    acted = replace(given.state, project=project.model_copy(update={"duties_exercised": exercised}))
    has_acted = asked(replace(given, state=acted))
    decision = has_acted.when(opening(members=(*MEMBERS, "both")), MANAGING, SECRETARY)
    assert codes(decision) == ["duties_in_conflict"]
    assert has_acted.when(opening(), MANAGING, SECRETARY).outcome is Outcome.ACCEPTED
    opened = asked(given).after(opening(members=(*MEMBERS, "both")), MANAGING, SECRETARY)
    since = opened.state.project
    assert since is not None
    exercised = (*since.duties_exercised, approved)
    later = replace(opened.state, project=since.model_copy(update={"duties_exercised": exercised}))
    assert codes(replace(opened, state=later).when(casting(), MANAGING, "both")) == ["duties_in_conflict"]


@pytest.mark.clause("4.1")
def test_a_vote_is_a_duty_exercised_in_the_case() -> None:
    """Who has voted does nothing else in this case that excludes it."""
    project = voted(OPENED, "F....").state.project
    assert project is not None
    assert [(each.duty, each.officer) for each in project.duties_exercised] == [
        (Duty.FILING, FILER),
        (Duty.BALLOT, SECRETARY),
        (Duty.VOTE, "an"),
    ]


@pytest.mark.clause("8.1")
@pytest.mark.clause("15.2")
def test_a_vote_is_a_members_and_one() -> None:
    """Strangers, second votes, votes after recusal and after the closing time are refused."""
    given = OPENED.after(officer("gao", Duty.VOTE), MANAGING)
    assert codes(given.when(casting(), MANAGING, "gao")) == ["not_a_member"]
    voted_once = given.after(casting(), MANAGING, "an")
    assert codes(voted_once.when(casting(), MANAGING, "an")) == ["voted_already"]
    recused = voted_once.after(recusing(), MANAGING, "bai")
    assert codes(recused.when(casting(), MANAGING, "bai")) == ["member_recused"]
    assert codes(recused.when(casting(), MANAGING, "chen", CLOSES_AT)) == ["voting_over"]


@pytest.mark.clause("8.1")
@pytest.mark.clause("15.2")
def test_a_ballot_is_closed_at_its_time_or_when_all_have_voted() -> None:
    """With an open vote it waits; without one it can be closed early."""
    assert codes(voted(OPENED, "FFFF.").when(closing(), MANAGING, SECRETARY)) == ["ballot_still_open"]
    assert voted(OPENED, "FFFFF").when(closing(), MANAGING, SECRETARY).outcome is Outcome.ACCEPTED


@pytest.mark.clause("8.1")
def test_a_question_is_put_to_one_ballot() -> None:
    """Without a ballot nobody votes; a second one is refused, and so is one on what was decided."""
    assert codes(ASKED.when(casting(), MANAGING, "an")) == ["no_open_ballot"]
    assert codes(ASKED.when(recusing(), MANAGING, "an")) == ["no_open_ballot"]
    assert codes(ASKED.when(closing(), MANAGING, SECRETARY)) == ["no_open_ballot"]
    again = opening(members=MEMBERS[:4])
    assert codes(OPENED.when(again, MANAGING, SECRETARY)) == ["ballot_already_opened"]
    closed = voted(OPENED, "FFFFF").after(closing(), MANAGING, SECRETARY)
    assert codes(closed.when(opening(), MANAGING, SECRETARY)) == ["no_question_put"]
    assert codes(closed.when(casting(), MANAGING, "an")) == ["no_question_put"]


@pytest.mark.clause("8.1")
def test_a_change_of_the_question_voids_the_votes() -> None:
    """The void ballot is gone with its votes; without an open one nothing is void."""
    given = voted(OPENED, "FF...")
    project = given.state.project
    assert project is not None
    (event,) = voided(project, project_id=PROJECT_ID)
    assert isinstance(event, BallotVoided)
    assert (event.subject_sha256, event.votes_void) == (SHA256, 2)
    after = evolve(given.state, event).project
    assert after is not None
    assert after.ballot is None
    assert not after.has_passed
    assert voided(after, project_id=PROJECT_ID) == ()
