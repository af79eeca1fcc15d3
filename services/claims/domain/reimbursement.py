"""The reimbursement: the application, and the collective decision on it (15.1, 15.2; gate 2)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.claims.domain.context import CommandContext
from services.claims.domain.rules.article_05_rules import refuse_unless_rules_have_arrived
from services.claims.domain.rules.article_15_reimbursement import (
    refuse_if_amount_is_above_what_is_due,
    refuse_if_compensation_is_another,
)
from shared.contracts.claims import (
    ApplyForReimbursement,
    BallotClosed,
    BallotOpened,
    BallotVoided,
    CastVote,
    CloseBallot,
    MemberRecused,
    OpenBallot,
    RecuseMember,
    ReimbursementApplied,
    ReimbursementApproved,
    ReimbursementRefused,
    VoteRecorded,
)
from shared.contracts.envelope import Event
from shared.contracts.registry import collective_decisions as ballots
from shared.contracts.registry.words import Duty
from shared.decisions import ballot_commands
from shared.decisions.article_15_documents import materials_of, refuse_unless_enclosed
from shared.decisions.ballot import was_decided
from shared.decisions.ballot_commands import BallotContext, in_types, voided
from shared.decisions.checks import all_faults
from shared.decisions.decision import Decision, accepted, deficient, refused

_TYPES: Mapping[type[Event], type[Event]] = {
    ballots.BallotOpened: BallotOpened,
    ballots.VoteRecorded: VoteRecorded,
    ballots.MemberRecused: MemberRecused,
    ballots.BallotClosed: BallotClosed,
    ballots.BallotVoided: BallotVoided,
}


def decide_application(ctx: CommandContext[ApplyForReimbursement]) -> Decision:
    """Take an application; before the ballot closes a new one replaces it, and the votes on the old one are void."""
    claim, command, paid = ctx.claim, ctx.command, ctx.compensation
    assert claim.project is not None
    faults = all_faults(
        refuse_if_compensation_is_another(paid.number, command.compensation),
        refuse_if_amount_is_above_what_is_due(command.amount_fen, paid.fiscal_part_of_paid_fen, paid.decided_fen),
    )
    if faults:
        return refused(faults)
    # What the project's own version asks for, which it was filed under (5.2).
    version = claim.project.terms.rules_version
    pinned = ctx.pool.rules_of_version(version)
    if fault := refuse_unless_rules_have_arrived(version, pinned):
        return refused(fault)
    assert pinned is not None
    needed = materials_of(pinned.application_materials, claim.project.loan.guarantor)
    if missing := refuse_unless_enclosed(needed, command.documents, "15.1"):
        return deficient((), missing)
    applied = ReimbursementApplied(
        **dict(command),
        compensation_id=ctx.plan.compensation_id,
        application_sha256=ctx.received.content_sha256,
        applied_by=ctx.officer,
        rules_version=ctx.rules.version,
    )
    return in_types(_TYPES, accepted(*voided(claim.application), applied), project_id=command.project_id)


def decide_opening(ctx: CommandContext[OpenBallot]) -> Decision:
    """Open the collective decision; its members are all who may vote on it, whoever opens it."""
    return _in_case(ctx, ballot_commands.open_ballot(_ballot_context(ctx), ctx.command))


def decide_vote(ctx: CommandContext[CastVote]) -> Decision:
    """Record one member's vote."""
    return _in_case(ctx, ballot_commands.cast_vote(_ballot_context(ctx), ctx.command))


def decide_recusal(ctx: CommandContext[RecuseMember]) -> Decision:
    """Take a member out of the base; a vote that it has cast leaves with it."""
    return _in_case(ctx, ballot_commands.recuse_member(_ballot_context(ctx), ctx.command))


def decide_closing(ctx: CommandContext[CloseBallot]) -> Decision:
    """Gate 2: count, and say what was decided, with everything that was signed; without a quorum nothing is."""
    decision = _in_case(ctx, ballot_commands.close_ballot(_ballot_context(ctx), ctx.command))
    closed = next((event for event in decision.events if isinstance(event, BallotClosed)), None)
    if closed is None or not was_decided(closed):
        return decision
    return replace(decision, events=(closed, _answer(ctx, closed)))


def _answer(ctx: CommandContext[CloseBallot], closed: BallotClosed) -> ReimbursementApproved | ReimbursementRefused:
    application = ctx.claim.application
    assert application is not None, "a ballot was closed on it"
    decided: dict[str, Any] = {
        "project_id": closed.project_id,
        "compensation": application.compensation,
        "compensation_id": ctx.plan.compensation_id,
        "application_sha256": closed.subject_sha256,
        "minutes": closed.minutes,
        "rules_version": closed.rules_version,
    }
    if not closed.passed:
        return ReimbursementRefused(**decided, why=closed.why, why_zh=closed.why_zh)
    assert application.signed is not None, "a ballot was closed on it"
    return ReimbursementApproved(
        **decided,
        **dict(application.signed),
        amount_fen=application.amount_fen,
        application=application.original,
        closing=ctx.original,
        registry_seq=ctx.pool.registry_seq,
    )


def _ballot_context(ctx: CommandContext[OpenBallot | CastVote | RecuseMember | CloseBallot]) -> BallotContext:
    return BallotContext(
        subject=ctx.claim.application,
        officer=ctx.officer,
        at=ctx.at,
        rules=ctx.rules.ballot,
        rules_version=ctx.rules.version,
        persons=ctx.pool,
        with_vote=ctx.pool.officers_with(ctx.acting.institution, Duty.VOTE),
        exclusive=ctx.rules.exclusive_duties,
        duties_exercised=ctx.claim.duties_exercised,
    )


def _in_case(ctx: CommandContext[OpenBallot | CastVote | RecuseMember | CloseBallot], decision: Decision) -> Decision:
    return in_types(_TYPES, decision, project_id=ctx.command.project_id)
