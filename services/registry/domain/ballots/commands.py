"""Deciding collectively: the ballot on a project or a register entry (8.1, 16.1), from its opening to its closing."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from services.registry.domain.article_08_before_the_founding import refuse_unless_selection_is_before_the_founding
from services.registry.domain.ballot import Decidable, in_its_place
from services.registry.domain.ballots.article_08_collective_decisions import refuse_unless_subject_is_named_once
from services.registry.domain.command_spec import CommandSpec, named_project
from services.registry.domain.context import CommandContext
from services.registry.domain.pool import PreparedPool
from shared.contracts.registry.ballots import CastVote, CloseBallot, OpenBallot, RecuseMember
from shared.contracts.registry.words import Duty
from shared.decisions import ballot_commands
from shared.decisions.ballot_commands import BallotContext
from shared.decisions.checks import first_fault
from shared.decisions.decision import Decision, refused
from shared.decisions.permission import managing

BallotCommand = OpenBallot | CastVote | RecuseMember | CloseBallot
AnyBallotCommand = TypeVar("AnyBallotCommand", OpenBallot, CastVote, RecuseMember, CloseBallot)


def open_ballot(ctx: CommandContext[OpenBallot]) -> Decision:
    """Open the ballot on a question that is put: from now on its members vote."""
    return _decide(ctx, ballot_commands.open_ballot)


def cast_vote(ctx: CommandContext[CastVote]) -> Decision:
    """Record a member's one vote."""
    return _decide(ctx, ballot_commands.cast_vote)


def recuse_member(ctx: CommandContext[RecuseMember]) -> Decision:
    """Take the member out of the base; a vote that it has cast leaves with it."""
    return _decide(ctx, ballot_commands.recuse_member)


def close_ballot(ctx: CommandContext[CloseBallot]) -> Decision:
    """Count, and say what was decided and why; what follows from it is told by the subject that was decided."""
    return _decide(ctx, ballot_commands.close_ballot)


def _decide(
    ctx: CommandContext[AnyBallotCommand], decide: Callable[[BallotContext, AnyBallotCommand], Decision]
) -> Decision:
    command, subject = ctx.command, _subject(ctx)
    is_early = subject is not None and subject.is_decided_before_the_founding
    fault = first_fault(
        refuse_unless_subject_is_named_once(command.project_id, command.entry_id),
        refuse_unless_selection_is_before_the_founding(ctx.register) if is_early else None,
    )
    if fault:
        return refused(fault)
    decision = decide(_ballot_context(ctx, subject), command)
    return in_its_place(decision, project_id=command.project_id, entry_id=command.entry_id)


def _subject(ctx: CommandContext[BallotCommand]) -> Decidable | None:
    subject = ctx.state.entry if ctx.command.project_id is None else ctx.project
    return subject if isinstance(subject, Decidable) else None


def _ballot_context(ctx: CommandContext[BallotCommand], subject: Decidable | None) -> BallotContext:
    """Before its founding a pool has neither rules nor cases: then quorum and majority are those of its preparation."""
    register = ctx.register
    is_prepared = isinstance(register, PreparedPool)
    return BallotContext(
        subject=subject,
        officer=ctx.officer,
        at=ctx.at,
        rules=register.ballot if isinstance(register, PreparedPool) else ctx.rules.ballot,
        rules_version=None if is_prepared else ctx.rules.version,
        persons=register,
        with_vote=register.officers_with(ctx.acting.institution, Duty.VOTE),
        exclusive=ctx.exclusive_duties,
        duties_exercised=subject.duties_exercised if subject else (),
    )


def _decided_entry(_pool_id: UUID, command: BallotCommand) -> UUID | None:
    return command.entry_id


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
