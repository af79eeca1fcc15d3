"""Deciding the commands of a ballot, from its opening to its closing, whoever owns what is decided.

The events are the common ones; the owner says them as its own types, and what follows from a closing it knows itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.contracts.envelope import Event
from shared.contracts.refusals import Refusal
from shared.contracts.registry.collective_decisions import (
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
from shared.contracts.registry.rules import BallotRules, DutyPair
from shared.contracts.registry.words import Duty, Role
from shared.decisions.ballot import Ballot, Decidable, Question
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.duties_exercised import DutyExercised, refuse_if_duties_conflict
from shared.decisions.minutes import refuse_unless_decision_has_minutes
from shared.decisions.persons import Persons
from shared.decisions.tally import tally
from shared.decisions.voting import (
    refuse_if_ballot_is_still_open,
    refuse_if_ballot_was_opened,
    refuse_if_closing_time_is_past,
    refuse_if_closing_time_is_too_far,
    refuse_if_closing_time_is_too_near,
    refuse_if_members_are_left_out,
    refuse_if_members_are_named_twice,
    refuse_if_members_have_no_vote,
    refuse_if_members_have_recused,
    refuse_if_quorum_is_out_of_reach,
    refuse_if_recused,
    refuse_if_voted,
    refuse_if_voting_is_over,
    refuse_unless_ballot_is_open,
    refuse_unless_member,
    refuse_unless_question_is_put,
    refuse_unless_question_is_the_same,
)

BallotCommand = OpenBallot | CastVote | RecuseMember | CloseBallot


@dataclass(frozen=True, slots=True)
class BallotContext:
    """All that a ballot's command is decided on: what is to be decided, who signed and when, and who may vote.

    ``persons`` says who the officers are, ``with_vote`` are those with the duty to vote. ``duties_exercised`` are those
    of the case and ``exclusive`` the pairs of duties of which one excludes the other in it: who has exercised one that
    excludes voting can't vote on it.
    """

    subject: Decidable | None
    officer: str
    at: datetime
    rules: BallotRules
    rules_version: int | None
    persons: Persons
    with_vote: Collection[str]
    exclusive: Collection[DutyPair] = ()
    duties_exercised: Collection[DutyExercised] = ()

    @property
    def question(self) -> Question | None:
        """The question that is put."""
        return None if self.subject is None else self.subject.question

    @property
    def ballot(self) -> Ballot | None:
        """The ballot on it."""
        return None if self.subject is None else self.subject.ballot

    def person(self, member: str) -> str:
        """Who the member is, an officer of the managing institution."""
        return self.persons.person_of(Role.MANAGING, member)

    def called(self, member: str) -> str:
        """What people call the member."""
        return self.persons.called_in(Role.MANAGING, member)

    def by_person(self, members: Sequence[str]) -> list[str]:
        """The members, each under the first id by which its person is named."""
        first = {self.person(member): member for member in reversed(members)}
        return [first[self.person(member)] for member in members]

    def own(self, members: Sequence[str]) -> list[str]:
        """The members, with each id of the person who signs read as the one that signs."""
        signer = self.person(self.officer)
        return [self.officer if self.person(member) == signer else member for member in members]

    def has_recused(self, member: str) -> bool:
        """Whether this person has left a ballot on it for an interest."""
        recused = () if self.subject is None else self.subject.recused
        return self.person(member) in map(self.person, recused)

    def conflict(self, member: str) -> Refusal | None:
        """Why this officer can't vote on it: what it has done in the case excludes that."""
        vote = DutyExercised(duty=Duty.VOTE, role=Role.MANAGING, officer=member)
        return refuse_if_duties_conflict(self.exclusive, self.duties_exercised, vote, self.persons)


def open_ballot(ctx: BallotContext, command: OpenBallot) -> Decision:
    """Open the ballot on a question that is put: from now on its members vote."""
    if not_put := _not_put(ctx, command):
        return refused(not_put)
    clause, ballot = command.subject_kind.clause, ctx.ballot
    if ballot and ballot.is_open and (ballot.members, ballot.closes_at) == (command.members, command.closes_at):
        return DUPLICATE
    if opened_before := refuse_if_ballot_was_opened(ballot, clause):
        return refused(opened_before)
    named = {ctx.person(member) for member in command.members}
    recused = [each for each in (*ctx.with_vote, *command.members) if ctx.has_recused(each)]
    missing = [
        each
        for each in ctx.with_vote
        if ctx.person(each) not in named and each not in recused and ctx.conflict(each) is None
    ]
    faults = all_faults(
        refuse_if_members_are_named_twice(ctx.by_person(command.members), ctx.called, clause),
        refuse_if_members_have_no_vote(command.members, ctx.with_vote, ctx.called, clause),
        # Whoever opens a ballot does not choose who decides: all do who may vote on this.
        refuse_if_members_are_left_out(command.members, missing, ctx.called, clause),
        refuse_if_members_have_recused(command.members, recused, ctx.called, clause),
        refuse_if_quorum_is_out_of_reach(command.members, ctx.rules, clause),
        refuse_if_closing_time_is_past(command.closes_at, ctx.at, clause),
        refuse_if_closing_time_is_too_near(command.closes_at, ctx.at, ctx.rules, clause),
        refuse_if_closing_time_is_too_far(command.closes_at, ctx.at, ctx.rules, clause),
        # A member who can't vote would only stand in the way of the quorum.
        *(ctx.conflict(member) for member in dict.fromkeys(command.members)),
    )
    if faults:
        return refused(faults)
    return accepted(
        BallotOpened(
            **dict(command),
            clause=clause,
            opened_by=ctx.officer,
            rules=ctx.rules,
            rules_version=ctx.rules_version,
        )
    )


def cast_vote(ctx: BallotContext, command: CastVote) -> Decision:
    """Record a member's one vote."""
    voters = [vote.member for vote in ctx.ballot.votes] if ctx.ballot else []
    voted = refuse_if_voted(ctx.officer, ctx.own(voters), ctx.called, command.subject_kind.clause)
    if fault := _fault_of_member(ctx, command) or voted:
        return refused(fault)
    return accepted(VoteRecorded(**dict(command), member=ctx.officer, rules_version=ctx.rules_version))


def recuse_member(ctx: BallotContext, command: RecuseMember) -> Decision:
    """Take the member out of the base; a vote that it has cast leaves with it."""
    if fault := _fault_of_member(ctx, command):
        return refused(fault)
    return accepted(MemberRecused(**dict(command), member=ctx.officer, rules_version=ctx.rules_version))


def close_ballot(ctx: BallotContext, command: CloseBallot) -> Decision:
    """Count, and say what was decided and why; what follows from it, the owner of the subject says."""
    if fault := _not_open(ctx, command):
        return refused(fault)
    ballot, clause = ctx.ballot, command.subject_kind.clause
    assert ballot is not None
    count = tally(ballot.to_count(), ballot.rules, ctx.at)
    faults = all_faults(
        refuse_if_ballot_is_still_open(count.base - count.voters, ballot.closes_at, clause, may_close=count.may_close),
        refuse_unless_decision_has_minutes(command.minutes, clause),
    )
    if faults:
        return refused(faults)
    return accepted(
        BallotClosed(
            **dict(command),
            passed=count.passed,
            base=count.base,
            voters_required=count.voters_required,
            members_missing=count.members_missing,
            voters=count.voters,
            votes_for=count.votes_for,
            votes_against=count.votes_against,
            abstentions=count.abstentions,
            why=count.why,
            why_zh=count.why_zh,
            closed_by=ctx.officer,
            # It is counted by the rules of its opening.
            rules_version=ballot.rules_version,
        )
    )


def voided(subject: Decidable | None) -> tuple[BallotVoided, ...]:
    """What has to be said before an event that changes what is decided: its ballot is void, if there is an open one."""
    ballot = None if subject is None else subject.ballot
    if ballot is None or not ballot.is_open:
        return ()
    return (
        BallotVoided(
            subject_kind=ballot.question.kind,
            subject_sha256=ballot.question.sha256,
            votes_void=len(ballot.votes),
            why="what was to be decided has changed; the votes on it are void, and a new ballot is needed",
            why_zh="待决事项已变更；原有表决无效，须重新发起集体决策",
        ),
    )


def in_types(types: Mapping[type[Event], type[Event]], decision: Decision, **place: object) -> Decision:
    """The decision whose common events are of the owner's own ``types``, and say the ``place`` too."""
    events = (
        types[type(event)](**place, **dict(event)) if type(event) in types else event for event in decision.events
    )
    return replace(decision, events=tuple(events))


def _not_put(ctx: BallotContext, command: BallotCommand) -> Refusal | None:
    """Why there is no such question: the first reason only."""
    question = ctx.question
    return first_fault(
        refuse_unless_question_is_put(question, command.subject_kind.clause),
        refuse_unless_question_is_the_same(question, command) if question else None,
    )


def _not_open(ctx: BallotContext, command: BallotCommand) -> Refusal | None:
    """Why there is no open ballot on such a question: the first reason only."""
    return first_fault(_not_put(ctx, command), refuse_unless_ballot_is_open(ctx.ballot, command.subject_kind.clause))


def _fault_of_member(ctx: BallotContext, command: CastVote | RecuseMember) -> Refusal | None:
    """Why this officer can't take part in the ballot now: the first reason only."""
    if fault := _not_open(ctx, command):
        return fault
    ballot, clause = ctx.ballot, command.subject_kind.clause
    assert ballot is not None
    return first_fault(
        refuse_unless_member(ctx.officer, ballot.members, ctx.called, clause),
        refuse_if_recused(ctx.officer, ctx.own(ballot.recused), ctx.called, clause),
        refuse_if_voting_is_over(ballot.closes_at, ctx.at, clause),
    )
