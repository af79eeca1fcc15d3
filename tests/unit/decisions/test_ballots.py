"""Collective decisions, whoever owns what is decided: from the question to the closing of its ballot."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts.documents import DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.collective_decisions import (
    BallotClosed,
    BallotOpened,
    BallotVoided,
    CastVote,
    CloseBallot,
    OpenBallot,
    RecuseMember,
    SubjectKind,
)
from shared.contracts.registry.rules import BallotRules
from shared.contracts.registry.words import Duty, Role, Vote
from shared.decisions import ballot_commands as deciders
from shared.decisions.ballot import Decidable, Question, evolve, was_decided
from shared.decisions.ballot_commands import BallotContext, voided
from shared.decisions.decision import Decision
from shared.decisions.duties_exercised import DutyExercised
from tests.unit.decisions.duty_factories import NAMESAKES, Namesakes
from tests.unit.registry.registry_examples import document

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
CLOSES_AT = NOW + timedelta(days=1)
MEMBERS = ("an", "bai", "chen", "deng", "fang")
KIND, SHA256 = SubjectKind.LATE_FILING, "a" * 64
MINUTES = document(DocumentKind.MINUTES)
SUBJECT: dict[str, Any] = {"subject_kind": KIND, "subject_sha256": SHA256}

PUT = Decidable(question=Question(kind=KIND, sha256=SHA256))


def opening(**changed: Any) -> OpenBallot:
    return OpenBallot(**{**SUBJECT, "members": MEMBERS, "closes_at": CLOSES_AT, **changed})


def casting(vote: Vote = Vote.FOR, **changed: Any) -> CastVote:
    return CastVote(**{**SUBJECT, "vote": vote, **changed})


def recusing(**changed: Any) -> RecuseMember:
    return RecuseMember(**{**SUBJECT, "reason": "与该企业有利害关系", **changed})


def closing(**changed: Any) -> CloseBallot:
    return CloseBallot(**{**SUBJECT, "minutes": MINUTES, **changed})


DECIDERS: dict[type, Callable[[BallotContext, Any], Decision]] = {
    OpenBallot: deciders.open_ballot,
    CastVote: deciders.cast_vote,
    RecuseMember: deciders.recuse_member,
    CloseBallot: deciders.close_ballot,
}


def when(subject: Decidable | None, data: Any, officer: str = "secretary", at: datetime = NOW, **more: Any) -> Decision:
    """What is decided on a command; five officers may vote, by the default rules of version 3."""
    figures = {"rules": BallotRules(), "rules_version": 3, "with_vote": MEMBERS, "persons": NAMESAKES, **more}
    return DECIDERS[type(data)](BallotContext(subject, officer, at, **figures), data)


def after(subject: Decidable, data: Any, officer: str = "secretary", at: datetime = NOW, **more: Any) -> Decidable:
    """The subject after an accepted command, as it is stored."""
    decision = when(subject, data, officer, at, **more)
    assert decision.outcome is Outcome.ACCEPTED, decision.refusals
    for event in decision.events:
        subject = evolve(subject, event)  # type: ignore[arg-type]  # a ballot's deciders say a ballot's events
    assert Decidable.model_validate_json(subject.model_dump_json()) == subject
    return subject


def voted(subject: Decidable, votes: str) -> Decidable:
    """The members' votes in their order: F, A, N, a dot for none."""
    words = {"F": Vote.FOR, "A": Vote.AGAINST, "N": Vote.ABSTAIN}
    for member, vote in zip(MEMBERS, votes, strict=True):
        if vote != ".":
            subject = after(subject, casting(words[vote]), member)
    return subject


def codes(decision: Decision) -> list[str]:
    return [refused.code for refused in decision.refusals]


OPENED = after(PUT, opening())

pytestmark = pytest.mark.clause("15.2")


def test_a_ballot_says_who_decides_until_when_and_under_which_rules() -> None:
    """Given a question, when its ballot is opened, then its members, time and rules are fixed, and so the clause."""
    (event,) = when(PUT, opening()).events
    assert isinstance(event, BallotOpened)
    assert (event.subject_kind, event.subject_sha256, event.clause) == (KIND, SHA256, "16.1")
    assert (event.members, event.closes_at, event.opened_by) == (MEMBERS, CLOSES_AT, "secretary")
    assert (event.rules, event.rules_version) == (BallotRules(), 3)
    assert when(OPENED, opening()).outcome is Outcome.DUPLICATE


@pytest.mark.parametrize("kind", SubjectKind)
def test_what_is_refused_is_refused_under_the_clause_of_what_is_decided(kind: SubjectKind) -> None:
    """A selection's is 8.1, that of what was filed late 16.1, a reimbursement's 15.2."""
    expected = {"selection": "8.1", "reimbursement": "15.2"}.get(kind.value, "16.1")
    decision = when(None, opening(subject_kind=kind))
    assert [(each.code, each.clause) for each in decision.refusals] == [("no_question_put", expected)]
    put = Decidable(question=Question(kind=kind, sha256=SHA256))
    decision = when(put, opening(subject_kind=kind, members=MEMBERS[1:]))
    assert [(each.code, each.clause) for each in decision.refusals] == [("members_left_out", expected)]


@pytest.mark.parametrize("data", [opening(), casting(), recusing(), closing()], ids=lambda data: type(data).__name__)
def test_every_command_is_bound_to_the_question(data: Any) -> None:
    """Nothing to decide, other bytes, and the same bytes as something of another kind are each refused."""
    officer = "an" if isinstance(data, CastVote | RecuseMember) else "secretary"
    assert codes(when(None, data, officer)) == ["no_question_put"]
    assert codes(when(Decidable(), data, officer)) == ["no_question_put"]
    for other, code in (
        ({"subject_sha256": "b" * 64}, "another_version_named"),
        ({"subject_kind": SubjectKind.SELECTION}, "question_is_another"),
    ):
        decision = when(OPENED, data.model_copy(update=other), officer)
        assert [(each.code, each.clause) for each in decision.refusals] == [(code, "16.1")]
        assert SHA256 in decision.refusals[0].text
        assert KIND.chinese in decision.refusals[0].text_zh


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"members": (*MEMBERS, "an")}, ["members_named_twice"]),
        ({"members": (*MEMBERS, "secretary")}, ["members_without_vote"]),
        ({"members": MEMBERS[1:]}, ["members_left_out"]),
        ({"members": MEMBERS[:1]}, ["members_left_out", "quorum_out_of_reach"]),
        ({"closes_at": NOW}, ["closing_time_past"]),
        ({"closes_at": NOW + timedelta(hours=23)}, ["closing_time_too_near"]),
        ({"closes_at": NOW + timedelta(days=91)}, ["closing_time_too_far"]),
    ],
)
def test_members_are_entitled_and_have_time(changed: dict[str, Any], expected: list[str]) -> None:
    """Each member once, with the duty to vote, nobody left out, enough for the quorum, a closing time to come."""
    assert codes(when(PUT, opening(**changed))) == expected


@pytest.mark.clause("4.1")
def test_who_has_acted_in_the_case_has_no_vote_in_it() -> None:
    """It is no member, and whoever opens the ballot leaves it out."""
    acted = (DutyExercised(duty=Duty.FILING_APPROVAL, role=Role.MANAGING, officer="an"),)
    case = {"exclusive": ((Duty.FILING_APPROVAL, Duty.VOTE),), "duties_exercised": acted}
    assert codes(when(PUT, opening(), **case)) == ["duties_in_conflict"]
    assert when(PUT, opening(members=MEMBERS[1:]), **case).outcome is Outcome.ACCEPTED


def test_a_vote_is_a_members_and_one() -> None:
    """Strangers, second votes, votes and recusals after a recusal and from the closing time on are refused."""
    assert codes(when(OPENED, casting(), "gao")) == ["not_a_member"]
    assert codes(when(OPENED, recusing(), "gao")) == ["not_a_member"]
    once = after(OPENED, casting(), "an")
    assert codes(when(once, casting(), "an")) == ["voted_already"]
    recused = after(once, recusing(), "bai")
    for data in (casting(), recusing()):
        assert codes(when(recused, data, "bai")) == ["member_recused"]
        assert codes(when(recused, data, "chen", CLOSES_AT)) == ["voting_over"]


def test_a_question_is_put_to_one_ballot() -> None:
    """Without a ballot nobody votes; a second one, or one after the closing, is refused."""
    for data, officer in ((casting(), "an"), (recusing(), "an"), (closing(), "secretary")):
        assert codes(when(PUT, data, officer)) == ["no_open_ballot"]
    assert codes(when(OPENED, opening(closes_at=CLOSES_AT + timedelta(hours=1)))) == ["ballot_already_opened"]
    closed = after(voted(OPENED, "FFFFF"), closing())
    refused = when(closed, opening())
    assert codes(refused) == ["ballot_already_opened"]
    assert "its decision stands" in refused.refusals[0].text
    assert codes(when(closed, casting(), "an")) == ["no_open_ballot"]


def test_a_ballot_is_closed_at_its_time_or_when_all_have_voted() -> None:
    """With an open vote it waits; without one it can be closed early, with its minutes and no other paper."""
    assert codes(when(voted(OPENED, "FFFF."), closing())) == ["ballot_still_open"]
    all_voted = voted(OPENED, "FFFFF")
    assert codes(when(all_voted, closing(minutes=document(DocumentKind.OTHER)))) == ["minutes_missing"]
    assert when(all_voted, closing()).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("votes", "passed", "why_zh"),
    [
        ("FFFA.", True, "通过：应到5人，表决4人，赞成3人，超过1/2"),
        ("FFAA.", False, "未通过：应到5人，赞成2人，赞成人数须超过1/2"),
        ("FFF..", False, "未达法定人数：应到5人，实际表决3人，至少须4人表决，尚差1人；未作出决定，可重新发起集体决策"),
    ],
)
def test_closing_counts_and_says_why(votes: str, passed: bool, why_zh: str) -> None:
    """Quorum and majority are of all members, by the rules of the opening; without a quorum the question stays put."""
    subject = voted(OPENED, votes)
    (event,) = when(subject, closing(), at=CLOSES_AT, rules_version=4).events
    assert isinstance(event, BallotClosed)
    assert (event.passed, event.why_zh, event.minutes, event.closed_by) == (passed, why_zh, MINUTES, "secretary")
    assert (event.base, event.voters_required, event.votes_for) == (5, 4, votes.count("F"))
    assert (event.votes_against, event.voters, event.abstentions) == (votes.count("A"), 5 - votes.count("."), 0)
    assert event.rules_version == 3
    closed = after(subject, closing(), at=CLOSES_AT)
    assert closed.question == PUT.question
    assert (closed.has_passed, closed.ballot is not None) == (passed, was_decided(event))
    if closed.ballot is None:
        assert when(closed, opening(closes_at=CLOSES_AT)).outcome is Outcome.ACCEPTED


def test_who_recuses_leaves_the_base() -> None:
    """Of four who are left three have to vote, and more than half of four have to be for it."""
    (event,) = when(after(voted(OPENED, "FFF.F"), recusing(), "fang"), closing(), at=CLOSES_AT).events
    assert isinstance(event, BallotClosed)
    assert (event.base, event.voters_required, event.votes_for, event.passed) == (4, 3, 3, True)


THREE = MEMBERS[:3]


def test_a_lapse_says_how_many_members_are_missing_and_nobody_waits_for_it() -> None:
    """Of three one recuses, so that two are left: no quorum any more, closed before its time, one member is missing."""
    opened = after(PUT, opening(members=THREE), with_vote=THREE)
    assert codes(when(opened, closing())) == ["ballot_still_open"]
    (event,) = when(after(opened, recusing(), "an"), closing()).events
    assert isinstance(event, BallotClosed)
    assert (event.passed, event.base, event.voters_required, event.members_missing) == (False, 2, 3, 1)
    assert "Further members needed: 1; register the duty vote" in event.why
    assert "尚缺成员1人" in event.why_zh
    (absent,) = when(voted(OPENED, "FFF.."), closing(), at=CLOSES_AT).events
    assert isinstance(absent, BallotClosed)
    assert (absent.members_missing, "4 have to, 1 more" in absent.why) == (0, True)


def test_who_has_recused_stays_out_of_the_next_ballot_on_it() -> None:
    """It is no member of it, and is not left out either; with further members the decision can be taken."""
    lapsed = after(after(after(PUT, opening(members=THREE), with_vote=THREE), recusing(), "an"), closing())
    assert (lapsed.question, lapsed.ballot) == (PUT.question, None)
    refused = when(lapsed, opening(members=THREE), with_vote=THREE)
    assert codes(refused) == ["members_have_recused"]
    assert "recused themselves from an earlier ballot on this: An (an);" in refused.refusals[0].text
    refused = when(lapsed, opening(members=THREE[1:]), with_vote=THREE)
    assert codes(refused) == ["quorum_out_of_reach"]
    assert "2 members are named, at least 3 have to vote. Further members needed: 1;" in refused.refusals[0].text
    assert "尚缺成员1人" in refused.refusals[0].text_zh
    again = after(lapsed, opening(members=(*THREE[1:], "deng")), with_vote=MEMBERS[:4])
    assert codes(when(again, casting(), "an")) == ["not_a_member"]
    for member in (*THREE[1:], "deng"):
        again = after(again, casting(), member)
    assert after(again, closing()).has_passed


@pytest.mark.clause("4.1")
def test_who_has_recused_stays_out_under_another_id_too() -> None:
    """An interest is a person's, under whichever officer id, and whether or not the votes were voided meanwhile."""
    one = Namesakes((Role.MANAGING, "an"), (Role.MANAGING, "fang"))
    opened = after(PUT, opening(members=MEMBERS[:4]), with_vote=MEMBERS[:4])
    recused = after(opened, recusing(), "an")
    (void,) = voided(recused)
    assert codes(when(evolve(recused, void), opening(members=MEMBERS[1:]), persons=one)) == ["members_have_recused"]
    assert when(evolve(recused, void), opening(members=MEMBERS[1:4]), persons=one).outcome is Outcome.ACCEPTED


def test_a_change_of_the_question_voids_the_votes() -> None:
    """The void ballot is gone with its votes; without an open one nothing is void."""
    subject = voted(OPENED, "FF...")
    (event,) = voided(subject)
    assert isinstance(event, BallotVoided)
    assert (event.subject_kind, event.subject_sha256, event.votes_void) == (KIND, SHA256, 2)
    gone = evolve(subject, event)
    assert (gone.ballot, gone.has_passed) == (None, False)
    closed = after(voted(OPENED, "FFFFF"), closing())
    assert voided(gone) == voided(closed) == voided(None) == ()


@pytest.mark.clause("4.1")
def test_a_person_with_two_ids_is_one_member_and_votes_once() -> None:
    """It is named once, under either id; what it did under one id it has done under the other."""
    one = Namesakes((Role.MANAGING, "an"), (Role.MANAGING, "bai"))
    decision = when(PUT, opening(), persons=one)
    assert codes(decision) == ["members_named_twice"]
    assert "an" in decision.refusals[0].text
    for named in (("an", *MEMBERS[2:]), MEMBERS[1:]):
        assert when(PUT, opening(members=named), persons=one).outcome is Outcome.ACCEPTED
    assert codes(when(PUT, opening(members=MEMBERS[2:]), persons=one)) == ["members_left_out"]
    # Such as where the second id was given to it only after the opening.
    has_voted = after(OPENED, casting(), "an")
    assert codes(when(has_voted, casting(), "bai", persons=one)) == ["voted_already"]
    recused = after(OPENED, recusing(), "an")
    for data in (casting(), recusing()):
        assert codes(when(recused, data, "bai", persons=one)) == ["member_recused"]
        assert when(recused, data, "chen", persons=one).outcome is Outcome.ACCEPTED
