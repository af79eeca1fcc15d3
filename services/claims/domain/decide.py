"""The table of contents: every message that claims decides, where, under which clause, and who may send it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, assert_never, cast

from services.claims.domain.claim import Claim
from services.claims.domain.compensation import (
    decide_confirmation,
    decide_plan,
    decide_refused,
    decide_release,
    decide_return,
    decide_review,
    decide_settlement,
    decide_take_up,
    decide_verification,
    decide_voided,
)
from services.claims.domain.context import Case, CommandContext
from services.claims.domain.evolve import (
    CaseEvent,
    CorrectionEvent,
    DrawdownEvent,
    DutyEvent,
    FlagEvent,
    ProjectEvent,
    evolve,
)
from services.claims.domain.notices import (
    decide_approval,
    decide_end,
    decide_notice,
    decide_rejection,
    decide_withdrawal,
)
from services.claims.domain.reimbursement import (
    decide_application,
    decide_closing,
    decide_opening,
    decide_recusal,
    decide_vote,
)
from services.claims.domain.rules.article_06_review import refuse_if_step_is_out_of_order
from services.claims.domain.rules.article_10_pool_share import (
    principal_at_risk_fen,
    refuse_if_loan_was_settled,
    refuse_if_loss_was_repaid,
)
from services.claims.domain.rules.article_19_termination import refuse_if_cooperation_has_ended
from services.claims.domain.step import Step
from shared.contracts.claims import (
    ApplyForReimbursement,
    CastVote,
    CloseBallot,
    ConfirmPlan,
    DrawUpPlan,
    NotifyLoss,
    OpenBallot,
    RecordReview,
    RecordVerification,
    RecuseMember,
    ReleasePayout,
    ReturnPlan,
    TakeUpPayment,
    WithdrawNotice,
)
from shared.contracts.envelope import Command, Event
from shared.contracts.receipts import Outcome
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal
from shared.contracts.registry.project_life import ProjectEnded, RepaymentRecorded
from shared.contracts.registry.projects import ProjectApproved, ProjectRejected
from shared.contracts.registry.words import Duty, Role
from shared.contracts.treasury import PaymentRefused, PaymentSettled, PaymentVoided
from shared.decisions.article_03_one_pool import refuse_unless_of_one_pool
from shared.decisions.article_04_authorisation import (
    refuse_if_said_before,
    refuse_unless_duty_is_held,
    refuse_unless_role_is_held,
)
from shared.decisions.checks import first_fault
from shared.decisions.decision import Decision, refused
from shared.decisions.duties_exercised import DutyExercised, duties_exercised_in, refuse_if_duties_conflict
from shared.decisions.permission import Permission, cooperating, managing

CaseCommand = (
    NotifyLoss
    | WithdrawNotice
    | RecordReview
    | RecordVerification
    | DrawUpPlan
    | ConfirmPlan
    | ReturnPlan
    | ReleasePayout
    | TakeUpPayment
    | ApplyForReimbursement
    | OpenBallot
    | CastVote
    | RecuseMember
    | CloseBallot
)
ObservedEvent = ProjectEvent | PaymentSettled | PaymentVoided | PaymentRefused
CaseMessage = CaseCommand | ObservedEvent
# What changes the case by itself, before what follows from it.
_FACTS = DrawdownEvent | CorrectionEvent | RepaymentRecorded | ProjectEnded | FlagEvent | DutyEvent

__all__ = ["COMMANDS", "CaseCommand", "CaseMessage", "ObservedEvent", "decide", "handle"]

AnyCommand = TypeVar("AnyCommand", bound=Command)

# A system of theirs signs a notice, or any officer; whose loan it is, the decider asks.
_NOTIFIERS: Permission = {Role.LENDER: None, Role.GUARANTOR: None}


@dataclass(frozen=True, slots=True)
class CommandSpec(Generic[AnyCommand]):
    """What is to be known of one kind of command; ``step`` is the one that it takes, and that has to be the next.

    Whoever sends it exercises the duty that it needs, except where ``steps_back``: that may be done whatever was done
    before.
    """

    command: type[AnyCommand]
    decider: Callable[[CommandContext[AnyCommand]], Decision]
    clause: str
    permission: Permission
    step: Step | None = None
    steps_back: bool = False


_SPECS: tuple[CommandSpec[Any], ...] = (
    CommandSpec(NotifyLoss, decide_notice, "14.1", _NOTIFIERS),
    CommandSpec(WithdrawNotice, decide_withdrawal, "10.2", _NOTIFIERS),
    CommandSpec(RecordReview, decide_review, "6.6", cooperating(Duty.REVIEW), Step.REVIEW),
    CommandSpec(RecordVerification, decide_verification, "6.6", cooperating(Duty.VERIFICATION), Step.VERIFICATION),
    CommandSpec(DrawUpPlan, decide_plan, "6.8", cooperating(Duty.PLAN), Step.PLAN),
    CommandSpec(ConfirmPlan, decide_confirmation, "5.6", managing(Duty.CONFIRMATION), Step.CONFIRMATION),
    CommandSpec(ReturnPlan, decide_return, "5.6", managing(Duty.CONFIRMATION), Step.CONFIRMATION),
    CommandSpec(ReleasePayout, decide_release, "6.8", cooperating(Duty.RELEASE), Step.RELEASE),
    CommandSpec(TakeUpPayment, decide_take_up, "10.5", cooperating(Duty.RELEASE)),
    CommandSpec(ApplyForReimbursement, decide_application, "15.1", cooperating(Duty.APPLICATION), Step.APPLICATION),
    CommandSpec(OpenBallot, decide_opening, "15.2", managing(Duty.BALLOT)),
    CommandSpec(CastVote, decide_vote, "15.2", managing(Duty.VOTE)),
    CommandSpec(RecuseMember, decide_recusal, "15.2", managing(Duty.VOTE), steps_back=True),
    CommandSpec(CloseBallot, decide_closing, "15.2", managing(Duty.BALLOT)),
)
COMMANDS: dict[type[Command], CommandSpec[Any]] = {spec.command: spec for spec in _SPECS}


def decide(case: Case, received: Received[CaseCommand]) -> Decision:
    """What becomes of a command; ``received`` brings the acting officer and the time of intake."""
    ctx, spec = CommandContext(case, received), COMMANDS[type(received.data)]
    if fault := _not_now(ctx, spec):
        return refused(fault)
    decision = spec.decider(ctx)
    exercised = (each for event in decision.events for each in duties_exercised_in(event))
    if fault := _conflict(ctx, *exercised):
        return refused(fault)
    is_repeat = decision.outcome is Outcome.DUPLICATE and not decision.refusals
    repeat = refuse_if_said_before(spec.clause, is_repeat=is_repeat)
    return replace(decision, refusals=(repeat,)) if repeat else decision


def _not_now(ctx: CommandContext[Command], spec: CommandSpec[Any]) -> Refusal | None:
    """The first reason why it can't be sent now.

    Who may send it comes before how the case stands, so that nobody learns of a case by trying.
    """
    pool, acting, permission = ctx.pool, ctx.acting, spec.permission
    duties = () if spec.steps_back else ((role, duty) for role, duty in permission.items() if duty is not None)
    return (
        refuse_unless_of_one_pool(ctx.claim.pool_id, ctx.received.pool_id, "case", "案件")
        or refuse_unless_role_is_held(pool, acting, spec.command.message_type, permission, spec.clause)
        or refuse_unless_duty_is_held(pool, acting, permission)
        or (None if spec.step is None else refuse_if_step_is_out_of_order(spec.step, ctx.next_step))
        or (
            # Gate 1 is the last that still counts as something new.
            refuse_if_cooperation_has_ended(pool.fiscal_money_claimed_back_on)
            if spec.step is not None and spec.step <= Step.CONFIRMATION
            else None
        )
        or (_repaid_since(ctx) if spec.step is not None and spec.step < Step.PAYMENT else None)
        or _conflict(ctx, *(DutyExercised(duty=duty, role=role, officer=ctx.officer) for role, duty in duties))
    )


def _repaid_since(ctx: CommandContext[Command]) -> Refusal | None:
    """Why the case can't go on to a payout: what its notice states can't be lost any more."""
    claim, project = ctx.claim, ctx.claim.project
    assert project is not None, "its steps come after the approval"
    loss, repaid_fen = ctx.notice.loss, claim.repaid_fen()
    at_risk_fen = principal_at_risk_fen(project.covered_principal_fen, project.late_principal_fen, repaid_fen)
    return refuse_if_loan_was_settled(is_settled=claim.is_settled) or refuse_if_loss_was_repaid(
        loss.principal_fen, at_risk_fen, repaid_fen - claim.repaid_fen(loss.as_of)
    )


def _conflict(ctx: CommandContext[Command], *exercised: DutyExercised) -> Refusal | None:
    """Why these duties can't be exercised: an officer has exercised one in the case that excludes that (4.1).

    By the rules in force at the intake. What it did in another service counts from when it was observed here, since
    topics come in any order.
    """
    before = ctx.claim.duties_exercised
    exclusive = ctx.rules.exclusive_duties
    return first_fault(*(refuse_if_duties_conflict(exclusive, before, each, ctx.pool) for each in exercised))


def _follows(case: Case, received: Received[ObservedEvent]) -> tuple[Event, ...]:
    """What follows from another service's event; raises ClaimsError for one that only a bug in it publishes."""
    claim, data = case.claim, received.data
    if isinstance(data, DrawdownEvent | CorrectionEvent | RepaymentRecorded | FlagEvent | DutyEvent):
        return ()
    match data:
        case ProjectApproved():
            return decide_approval(case, received, data)
        case ProjectRejected():
            return decide_rejection(claim, data)
        case ProjectEnded():
            return decide_end(claim)
        case PaymentSettled():
            return decide_settlement(claim, data)
        case PaymentVoided():
            return decide_voided(claim, data)
        case PaymentRefused():
            return decide_refused(claim, data)
        case _:
            assert_never(data)


def handle(case: Case, received: Received[CaseMessage]) -> tuple[Claim, Decision]:
    """Decide a message and carry its events out: the case afterwards, and the decision.

    What the registry says of the project is a fact and changes the case itself, before what follows from it.
    """
    claim, data = case.claim, received.data
    if isinstance(data, CaseCommand):
        decision = decide(case, cast("Received[CaseCommand]", received))
    else:
        decision = Decision(Outcome.ACCEPTED, _follows(case, cast("Received[ObservedEvent]", received)))
    is_first = isinstance(data, ProjectApproved | ProjectRejected) and claim.project is None
    if is_first or isinstance(data, _FACTS):
        claim = evolve(claim, cast("ProjectEvent", data), received)
    for event in decision.events:
        claim = evolve(claim, cast("CaseEvent", event), received)
    return claim, decision
