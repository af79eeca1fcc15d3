"""Deciding on a command: whether its pool takes it and its sender may say it, what is decided, what goes with that.

The table of contents is ``COMMANDS`` of ``subjects.py``: each subject has the rows of its own commands.
"""

from dataclasses import replace

from services.registry.domain.article_03_pool import refuse_unless_pool_is_founded
from services.registry.domain.article_04_officers_and_keys import refuse_unless_key_is_in_force
from services.registry.domain.article_04_waiting import refuse_if_registration_waits, until_confirmed
from services.registry.domain.ballot import Decidable
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.interpretations.commands import with_interpretation
from services.registry.domain.interpretations.state import cited_interpretation
from services.registry.domain.reference_data import ReferenceData
from services.registry.domain.state import State
from services.registry.domain.subjects import BALLOT_OUTCOMES, COMMANDS
from shared.contracts.envelope import Command
from shared.contracts.receipts import Outcome
from shared.contracts.received import Acting, Received
from shared.contracts.refusals import Refusal
from shared.contracts.registry.ballots import BallotClosed
from shared.contracts.registry.registrations import RegistrationConfirmed
from shared.decisions.article_04_authorisation import (
    refuse_if_said_before,
    refuse_unless_duty_is_held,
    refuse_unless_role_is_held,
)
from shared.decisions.ballot import was_decided
from shared.decisions.checks import first_fault
from shared.decisions.decision import Decision, refused
from shared.decisions.duties_exercised import duties_exercised_in, refuse_if_duties_conflict

__all__ = ["Decision", "decide"]


def decide(state: State, received: Received[Command], reference_data: ReferenceData) -> Decision:
    """What becomes of the message in ``state``; ``received`` brings the acting officer and the time of intake.

    A duplicate says that it is one, by the clause of what was said before.
    """
    acting, command, pool_id, at = received.acting, received.data, received.pool_id, received.received_at
    assert acting is not None, "the registry decides on signed messages only"
    spec = COMMANDS[type(command)]
    entry_id = spec.entry_id(pool_id, command)
    ctx = CommandContext(state, command, acting, pool_id, received.content_sha256, at, reference_data, entry_id)
    decision = _decide(ctx, spec)
    is_repeat = decision.outcome is Outcome.DUPLICATE
    repeat = refuse_if_said_before(spec.clause, is_repeat=is_repeat)
    return replace(decision, refusals=(repeat,)) if repeat else decision


def _decide(ctx: CommandContext[Command], spec: CommandSpec[Command]) -> Decision:
    state = ctx.state
    # Intake has asked already; but the key may have ended in this very batch, or by another replica meanwhile.
    # A founding is asked too: a prepared pool has keys.
    if state.register is not None and (fault := refuse_unless_key_is_in_force(state.register, ctx.acting, ctx.at)):
        return refused(fault)
    if spec.begins_pool:
        return spec.decider(ctx)
    counts_before_founding = state.prepared is not None and spec.before_founding
    if not counts_before_founding and (fault := refuse_unless_pool_is_founded(state.pool)):  # 3.1
        return refused(fault)
    if not_theirs := _not_for_sender(ctx, spec):  # 4.1, and the clause that the message is about
        return refused(not_theirs)
    decision = _with_registration(ctx, until_confirmed(ctx, spec.decider(ctx)))  # 4.1
    decision = _with_ballot_outcome(ctx, decision)  # 8.1, 16.1
    if not_apart := _not_apart(ctx, decision):  # 4.1
        return refused(not_apart)
    if spec.rests_on is cited_interpretation:
        return with_interpretation(ctx, decision)  # 23.1
    return decision


def _with_registration(ctx: CommandContext[Command], decision: Decision) -> Decision:
    """The decision, and if it confirms a registration, what that brings about: it is decided as of now."""
    confirmed = next((event for event in decision.events if isinstance(event, RegistrationConfirmed)), None)
    if confirmed is None:
        return decision
    waiting = ctx.register.registrations[confirmed.registration_sha256]
    proposer = Acting(waiting.proposed_by_institution, waiting.proposed_by, None, waiting.proposed_with)
    registered = COMMANDS[type(waiting.command)].decider(replace(ctx, command=waiting.command, acting=proposer))
    return replace(registered, events=(confirmed, *registered.events)) if registered.events else registered


def _with_ballot_outcome(ctx: CommandContext[Command], decision: Decision) -> Decision:
    """The decision, and if it closes a ballot, what follows from that; without a quorum nothing does."""
    closed = next((event for event in decision.events if isinstance(event, BallotClosed)), None)
    if closed is None or not was_decided(closed):
        return decision
    subject = ctx.state.entry if closed.project_id is None else ctx.project
    assert isinstance(subject, Decidable), "it was decided on"
    return replace(decision, events=(*decision.events, *BALLOT_OUTCOMES[type(subject)](ctx, closed)))


def _not_apart(ctx: CommandContext[Command], decision: Decision) -> Refusal | None:
    """Why the officer can't do what the decision would say: it has done in the case what excludes that.

    Asked of the events, since they are what the other services observe; one of them can name another officer too.
    """
    case, acting = ctx.project or ctx.state.entry, ctx.acting
    if not isinstance(case, Decidable):
        return None
    roles = ctx.register.roles_of(acting.institution)
    said = (each for event in decision.events for each in duties_exercised_in(event))
    new = (each for each in said if each.role in roles and each.officer == acting.officer)
    exclusive, before = ctx.exclusive_duties, case.duties_exercised
    return first_fault(*(refuse_if_duties_conflict(exclusive, before, each, ctx.register) for each in new))


def _not_for_sender(ctx: CommandContext[Command], spec: CommandSpec[Command]) -> Refusal | None:
    """Why the sender can't say this at all: whoever can't isn't told what is there already, or wrong with it."""
    register, acting, permission = ctx.register, ctx.acting, spec.permission
    if fault := refuse_unless_role_is_held(register, acting, spec.command.message_type, permission, spec.clause):
        return fault
    fault = refuse_unless_duty_is_held(register, acting, permission)
    needed = [duty for duty in permission.values() if duty is not None]
    return fault and (refuse_if_registration_waits(register, acting, needed, ctx.at) or fault)
