"""Deciding collectively: the ballot on a project or a matter (8.1, 16.1), from its opening to its closing."""

from dataclasses import replace
from uuid import UUID

from services.registry.domain.article_04_institutional_roles import duties_are_kept_apart
from services.registry.domain.article_08_selection import selection_is_before_the_founding
from services.registry.domain.asked import Asked
from services.registry.domain.ballot import Ballot, Decidable, Question
from services.registry.domain.ballots.article_08_collective_decisions import (
    ballot_is_not_yet_opened,
    ballot_is_open,
    question_is_put,
    question_is_the_same,
    subject_is_named_once,
)
from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, first, refused
from services.registry.domain.late_filings.commands import with_what_was_decided
from services.registry.domain.preparation import PreparedPool
from services.registry.domain.selections.state import Selection
from services.registry.domain.state import BallotCommand
from shared.contracts.refusals import Refusal
from shared.contracts.registry.ballots import (
    BallotClosed,
    BallotOpened,
    BallotVoided,
    CastVote,
    CloseBallot,
    MemberRecused,
    OpenBallot,
    RecuseMember,
    VoteRecorded,
)
from shared.contracts.registry.selections import CandidateSelected
from shared.contracts.registry.words import BallotRules, Duty
from shared.decisions.minutes import decision_has_minutes
from shared.decisions.tally import tally
from shared.decisions.voting import (
    ballot_is_still_open,
    closing_time_is_past,
    closing_time_is_too_far,
    closing_time_is_too_near,
    has_recused,
    has_voted,
    is_no_member,
    members_left_out,
    members_named_twice,
    members_without_vote,
    quorum_is_out_of_reach,
    voting_is_over,
)


def voided(
    subject: Decidable, *, project_id: UUID | None = None, matter_id: UUID | None = None
) -> tuple[BallotVoided, ...]:
    """What has to be said before an event that changes what is decided: its ballot is void, if there is an open one."""
    ballot = subject.ballot
    if ballot is None or not ballot.is_open:
        return ()
    return (
        BallotVoided(
            project_id=project_id,
            matter_id=matter_id,
            subject_sha256=ballot.subject_sha256,
            votes_void=len(ballot.votes),
            why="what was to be decided has changed; the votes on it are void, and a new ballot is needed",
            why_zh="待决事项已变更；原有表决无效，须重新发起集体决策",
        ),
    )


def open_ballot(asked: Asked[OpenBallot]) -> Decision:
    """Open the ballot on a question that is put: from now on its members vote."""
    data, at = asked.data, asked.at
    if not_put := _not_put(asked):
        return refused(not_put)
    subject, question = _put(asked)
    if subject.ballot is not None and _is_opened_so(subject.ballot, data):
        return DUPLICATE
    if opened_before := ballot_is_not_yet_opened(subject.ballot, question.clause):
        return refused(opened_before)
    rules, with_vote = _ballot_rules(asked), asked.register.officers_with(asked.acting.institution, Duty.VOTE)
    entitled = [officer for officer in with_vote if _conflict(asked, subject, officer) is None]
    wrong = every(
        members_named_twice(data.members, question.clause),
        members_without_vote(data.members, with_vote, question.clause),
        # Whoever opens a ballot does not choose who decides: all do who may vote on this.
        members_left_out(data.members, entitled, question.clause),
        quorum_is_out_of_reach(data.members, rules, question.clause),
        closing_time_is_past(data.closes_at, at, question.clause),
        closing_time_is_too_near(data.closes_at, at, rules, question.clause),
        closing_time_is_too_far(data.closes_at, at, rules, question.clause),
        # A member who can't vote would only stand in the way of the quorum.
        *(_conflict(asked, subject, member) for member in dict.fromkeys(data.members)),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        BallotOpened(
            project_id=data.project_id,
            matter_id=data.matter_id,
            subject_sha256=data.subject_sha256,
            clause=question.clause,
            opened_by=asked.officer,
            members=data.members,
            closes_at=data.closes_at,
            rules=rules,
        )
    )


def _is_opened_so(ballot: Ballot, data: OpenBallot) -> bool:
    return ballot.is_open and (ballot.members, ballot.closes_at) == (data.members, data.closes_at)


def cast_vote(asked: Asked[CastVote]) -> Decision:
    """Record a member's one vote."""
    data = asked.data
    if not_put := _not_put(asked):
        return refused(not_put)
    subject, question = _put(asked)
    voters = [vote.member for vote in subject.ballot.votes] if subject.ballot else []
    wrong = first(
        _fault_of_member(asked, subject.ballot, question),
        has_voted(asked.officer, voters, question.clause),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        VoteRecorded(
            project_id=data.project_id,
            matter_id=data.matter_id,
            subject_sha256=data.subject_sha256,
            member=asked.officer,
            vote=data.vote,
        )
    )


def recuse_member(asked: Asked[RecuseMember]) -> Decision:
    """Take the member out of the base; a vote that it has cast leaves with it."""
    data = asked.data
    if not_put := _not_put(asked):
        return refused(not_put)
    subject, question = _put(asked)
    if wrong := _fault_of_member(asked, subject.ballot, question):
        return refused(wrong)
    return accepted(
        MemberRecused(
            project_id=data.project_id,
            matter_id=data.matter_id,
            subject_sha256=data.subject_sha256,
            member=asked.officer,
            reason=data.reason,
        )
    )


def close_ballot(asked: Asked[CloseBallot]) -> Decision:
    """Count, and say what was decided and why, and what follows from it."""
    data, at = asked.data, asked.at
    if not_put := _not_put(asked):
        return refused(not_put)
    subject, question = _put(asked)
    if not_open := ballot_is_open(subject.ballot, question.clause):
        return refused(not_open)
    assert subject.ballot is not None
    count = tally(subject.ballot.to_count(), subject.ballot.rules, at)
    wrong = every(
        ballot_is_still_open(
            count.base - count.voters, subject.ballot.closes_at, question.clause, may_close=count.may_close
        ),
        decision_has_minutes(data.minutes, question.clause),
    )
    if wrong:
        return refused(wrong)
    closed = accepted(
        BallotClosed(
            project_id=data.project_id,
            matter_id=data.matter_id,
            subject_sha256=data.subject_sha256,
            passed=count.passed,
            base=count.base,
            voters_required=count.voters_required,
            voters=count.voters,
            votes_for=count.votes_for,
            votes_against=count.votes_against,
            abstentions=count.abstentions,
            why=count.why,
            why_zh=count.why_zh,
            minutes=data.minutes,
            closed_by=asked.officer,
            # It is counted by the rules of its opening.
            rules_version=subject.ballot.rules_version,
        ),
        *(_selected(subject, data.subject_sha256) if count.passed else ()),
    )
    return with_what_was_decided(asked.pool, asked.project, closed) if asked.project else closed


def _selected(subject: Decidable, subject_sha256: str) -> tuple[CandidateSelected, ...]:
    """What a selection comes to when its decision has passed."""
    if not isinstance(subject, Selection):
        return ()
    assert subject.recommended is not None, "the question was a recommendation"
    candidate = subject.candidates[subject.recommended]
    return (
        CandidateSelected(
            matter_id=subject.matter_id, uscc=candidate.uscc, name=candidate.name, subject_sha256=subject_sha256
        ),
    )


def _not_put(asked: Asked[BallotCommand]) -> Refusal | None:
    """Why there is no such question: the first reason only."""
    data, subject = asked.data, _subject(asked)
    question = subject.question if subject else None
    return first(
        subject_is_named_once(data.project_id, data.matter_id),
        selection_is_before_the_founding(asked.register) if isinstance(subject, Selection) else None,
        question_is_put(question, "8.1" if data.project_id is None else "16.1"),
        question_is_the_same(question, data.subject_sha256) if question else None,
    )


def _put(asked: Asked[BallotCommand]) -> tuple[Decidable, Question]:
    """What is to be decided, and the question that was put of it."""
    subject = _subject(asked)
    assert subject is not None
    assert subject.question is not None
    return subject, subject.question


def _subject(asked: Asked[BallotCommand]) -> Decidable | None:
    subject = asked.state.matter if asked.data.project_id is None else asked.project
    return subject if isinstance(subject, Decidable) else None


def _fault_of_member(
    asked: Asked[CastVote | RecuseMember], ballot: Ballot | None, question: Question
) -> Refusal | None:
    """Why this officer can't take part in the ballot now: the first reason only."""
    if not_open := ballot_is_open(ballot, question.clause):
        return not_open
    assert ballot is not None
    return first(
        is_no_member(asked.officer, ballot.members, question.clause),
        has_recused(asked.officer, ballot.recused, question.clause),
        voting_is_over(ballot.closes_at, asked.at, question.clause),
    )


def _conflict(asked: Asked[OpenBallot], subject: Decidable, member: str) -> Refusal | None:
    # Before its founding a pool has neither rules nor cases.
    exclusive = () if asked.state.pool is None else asked.rules.exclusive_duties
    return duties_are_kept_apart(exclusive, subject.acts, replace(asked.acting, officer=member), Duty.VOTE)


def _ballot_rules(asked: Asked[OpenBallot]) -> BallotRules:
    """Quorum and majority: of the rules in force, or of the preparation before there are any."""
    register = asked.register
    return register.ballot if isinstance(register, PreparedPool) else asked.rules.ballot
