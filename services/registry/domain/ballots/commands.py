"""Deciding collectively: the ballot on a project or a matter (8.1, 16.1), from its opening to its closing."""

from uuid import UUID

from services.registry.domain.article_08_before_the_founding import refuse_unless_selection_is_before_the_founding
from services.registry.domain.ballot import Ballot, Decidable, Question
from services.registry.domain.ballots.article_08_collective_decisions import (
    refuse_if_ballot_is_opened,
    refuse_unless_ballot_is_open,
    refuse_unless_question_is_put,
    refuse_unless_question_is_the_same,
    refuse_unless_subject_is_named_once,
)
from services.registry.domain.command_spec import CommandSpec, managing, named_project
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import DUPLICATE, Decision, accepted, refused, said
from services.registry.domain.pool import PreparedPool
from shared.contracts.refusals import Refusal
from shared.contracts.registry.ballots import (
    BallotClosed,
    BallotOpened,
    CastVote,
    CloseBallot,
    MemberRecused,
    OpenBallot,
    RecuseMember,
    VoteRecorded,
)
from shared.contracts.registry.words import BallotRules, Duty, Role
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.duties_exercised import DutyExercised, refuse_if_duties_conflict
from shared.decisions.minutes import refuse_unless_decision_has_minutes
from shared.decisions.tally import tally
from shared.decisions.voting import (
    refuse_if_ballot_is_still_open,
    refuse_if_closing_time_is_past,
    refuse_if_closing_time_is_too_far,
    refuse_if_closing_time_is_too_near,
    refuse_if_members_are_left_out,
    refuse_if_members_are_named_twice,
    refuse_if_members_have_no_vote,
    refuse_if_quorum_is_out_of_reach,
    refuse_if_recused,
    refuse_if_voted,
    refuse_if_voting_is_over,
    refuse_unless_member,
)

BallotCommand = OpenBallot | CastVote | RecuseMember | CloseBallot


def open_ballot(ctx: CommandContext[OpenBallot]) -> Decision:
    """Open the ballot on a question that is put: from now on its members vote."""
    data, at = ctx.data, ctx.at
    if not_put := _not_put(ctx):
        return refused(not_put)
    subject, question = _put(ctx)
    if subject.ballot is not None and _is_opened_so(subject.ballot, data):
        return DUPLICATE
    if fault := refuse_if_ballot_is_opened(subject.ballot, question.clause):
        return refused(fault)
    rules, with_vote = _ballot_rules(ctx), ctx.register.officers_with(ctx.acting.institution, Duty.VOTE)
    entitled = [officer for officer in with_vote if _conflict(ctx, subject, officer) is None]
    wrong = all_faults(
        refuse_if_members_are_named_twice(data.members, question.clause),
        refuse_if_members_have_no_vote(data.members, with_vote, question.clause),
        # Whoever opens a ballot does not choose who decides: all do who may vote on this.
        refuse_if_members_are_left_out(data.members, entitled, question.clause),
        refuse_if_quorum_is_out_of_reach(data.members, rules, question.clause),
        refuse_if_closing_time_is_past(data.closes_at, at, question.clause),
        refuse_if_closing_time_is_too_near(data.closes_at, at, rules, question.clause),
        refuse_if_closing_time_is_too_far(data.closes_at, at, rules, question.clause),
        # A member who can't vote would only stand in the way of the quorum.
        *(_conflict(ctx, subject, member) for member in dict.fromkeys(data.members)),
    )
    if wrong:
        return refused(wrong)
    return accepted(BallotOpened(**said(data), clause=question.clause, opened_by=ctx.officer, rules=rules))


def _is_opened_so(ballot: Ballot, data: OpenBallot) -> bool:
    return ballot.is_open and (ballot.members, ballot.closes_at) == (data.members, data.closes_at)


def cast_vote(ctx: CommandContext[CastVote]) -> Decision:
    """Record a member's one vote."""
    data = ctx.data
    if not_put := _not_put(ctx):
        return refused(not_put)
    subject, question = _put(ctx)
    voters = [vote.member for vote in subject.ballot.votes] if subject.ballot else []
    wrong = first_fault(
        _fault_of_member(ctx, subject.ballot, question),
        refuse_if_voted(ctx.officer, voters, question.clause),
    )
    if wrong:
        return refused(wrong)
    return accepted(VoteRecorded(**said(data), member=ctx.officer))


def recuse_member(ctx: CommandContext[RecuseMember]) -> Decision:
    """Take the member out of the base; a vote that it has cast leaves with it."""
    data = ctx.data
    if not_put := _not_put(ctx):
        return refused(not_put)
    subject, question = _put(ctx)
    if wrong := _fault_of_member(ctx, subject.ballot, question):
        return refused(wrong)
    return accepted(MemberRecused(**said(data), member=ctx.officer))


def close_ballot(ctx: CommandContext[CloseBallot]) -> Decision:
    """Count, and say what was decided and why; what follows from it is told by the subject that was decided."""
    data, at = ctx.data, ctx.at
    if not_put := _not_put(ctx):
        return refused(not_put)
    subject, question = _put(ctx)
    if fault := refuse_unless_ballot_is_open(subject.ballot, question.clause):
        return refused(fault)
    assert subject.ballot is not None
    count = tally(subject.ballot.to_count(), subject.ballot.rules, at)
    wrong = all_faults(
        refuse_if_ballot_is_still_open(
            count.base - count.voters, subject.ballot.closes_at, question.clause, may_close=count.may_close
        ),
        refuse_unless_decision_has_minutes(data.minutes, question.clause),
    )
    if wrong:
        return refused(wrong)
    return accepted(
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
            closed_by=ctx.officer,
            # It is counted by the rules of its opening.
            rules_version=subject.ballot.rules_version,
        ),
    )


def _not_put(ctx: CommandContext[BallotCommand]) -> Refusal | None:
    """Why there is no such question: the first reason only."""
    data, subject = ctx.data, _subject(ctx)
    question = subject.question if subject else None
    return first_fault(
        refuse_unless_subject_is_named_once(data.project_id, data.matter_id),
        refuse_unless_selection_is_before_the_founding(ctx.register)
        if subject and subject.is_decided_before_the_founding
        else None,
        refuse_unless_question_is_put(question, "8.1" if data.project_id is None else "16.1"),
        refuse_unless_question_is_the_same(question, data.subject_sha256) if question else None,
    )


def _put(ctx: CommandContext[BallotCommand]) -> tuple[Decidable, Question]:
    """What is to be decided, and the question that was put of it."""
    subject = _subject(ctx)
    assert subject is not None
    assert subject.question is not None
    return subject, subject.question


def _subject(ctx: CommandContext[BallotCommand]) -> Decidable | None:
    subject = ctx.state.entry if ctx.data.project_id is None else ctx.project
    return subject if isinstance(subject, Decidable) else None


def _fault_of_member(
    ctx: CommandContext[CastVote | RecuseMember], ballot: Ballot | None, question: Question
) -> Refusal | None:
    """Why this officer can't take part in the ballot now: the first reason only."""
    if fault := refuse_unless_ballot_is_open(ballot, question.clause):
        return fault
    assert ballot is not None
    return first_fault(
        refuse_unless_member(ctx.officer, ballot.members, question.clause),
        refuse_if_recused(ctx.officer, ballot.recused, question.clause),
        refuse_if_voting_is_over(ballot.closes_at, ctx.at, question.clause),
    )


def _conflict(ctx: CommandContext[OpenBallot], subject: Decidable, member: str) -> Refusal | None:
    # Before its founding a pool has neither rules nor cases.
    exclusive = () if ctx.state.pool is None else ctx.rules.exclusive_duties
    voting = DutyExercised(duty=Duty.VOTE, role=Role.MANAGING, officer=member)
    return refuse_if_duties_conflict(exclusive, subject.duties_exercised, voting)


def _ballot_rules(ctx: CommandContext[OpenBallot]) -> BallotRules:
    """Quorum and majority: of the rules in force, or of the preparation before there are any."""
    register = ctx.register
    return register.ballot if isinstance(register, PreparedPool) else ctx.rules.ballot


def _decided_entry(_pool_id: UUID, data: BallotCommand) -> UUID | None:
    return data.matter_id


_BALLOT, _VOTE = managing(Duty.BALLOT), managing(Duty.VOTE)

COMMANDS = (
    CommandSpec(
        OpenBallot, open_ballot, "8.1", _BALLOT, rests_on=_decided_entry, project=named_project, before_founding=True
    ),
    CommandSpec(
        CastVote, cast_vote, "8.1", _VOTE, rests_on=_decided_entry, project=named_project, before_founding=True
    ),
    CommandSpec(
        RecuseMember, recuse_member, "8.1", _VOTE, rests_on=_decided_entry, project=named_project, before_founding=True
    ),
    CommandSpec(
        CloseBallot, close_ballot, "8.1", _BALLOT, rests_on=_decided_entry, project=named_project, before_founding=True
    ),
)
