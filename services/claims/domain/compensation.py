"""The way from a notice to its payout: review, verification, plan, confirmation, release (5, 6, 10)."""

from functools import partial
from typing import Any
from uuid import UUID

from services.claims.domain.claim import Claim, ClaimsError, Compensation, Notice, Plan
from services.claims.domain.context import CommandContext
from services.claims.domain.rules.article_06_plan import refuse_if_plan_is_of_another_compensation
from services.claims.domain.rules.article_06_review import (
    refuse_if_evidence_is_missing,
    refuse_if_verifiers_are_too_few,
    refuse_if_verifiers_lack_the_duty,
    refuse_if_visit_is_misdated,
    refuse_unless_recorded_by_a_verifier,
)
from services.claims.domain.rules.article_09_affiliates import refuse_if_affiliates_flag_stands
from services.claims.domain.rules.article_10_pool_share import (
    pool_share_fen,
    pool_share_max_fen,
    refuse_if_basis_differs,
    refuse_if_pool_share_is_nothing,
    refuse_unless_payment_is_stopped,
)
from services.claims.domain.rules.article_14_notice import payee
from shared.contracts.claims import (
    CompensationPaid,
    CompensationReimbursed,
    ConfirmPlan,
    DrawUpPlan,
    PaymentStopped,
    PaymentTakenUp,
    PayoutRefused,
    PayoutReleased,
    PlanBasis,
    PlanConfirmed,
    PlanDrawnUp,
    PlanReturned,
    RecordReview,
    RecordVerification,
    ReimbursementStopped,
    ReleasePayout,
    ReturnPlan,
    ReviewRecorded,
    TakeUpPayment,
    VerificationRecorded,
)
from shared.contracts.envelope import Event
from shared.contracts.ids import compensation_id
from shared.contracts.refusals import Refusal
from shared.contracts.registry.words import Duty, Role
from shared.contracts.treasury import Leg, PaymentRefused, PaymentSettled, PaymentVoided
from shared.decisions.amounts import yuan
from shared.decisions.article_05_bound_bytes import refuse_unless_hash_is_named
from shared.decisions.article_06_flags import refuse_if_flag_stands
from shared.decisions.article_10_fiscal_part import fiscal_part_of_compensation_fen
from shared.decisions.article_10_plan_figures import FIGURES
from shared.decisions.article_14_claimants import refuse_unless_payee_holds_the_claim
from shared.decisions.checks import all_faults
from shared.decisions.decision import Decision, accepted, refused


def decide_review(ctx: CommandContext[RecordReview]) -> Decision:
    """Record that the preliminary review found the notice that counts in order."""
    if fault := _another_notice(ctx.notice, ctx.command.notice_sha256):
        return refused(fault)
    return accepted(ReviewRecorded(**dict(ctx.command), reviewed_by=ctx.officer, rules_version=ctx.rules.version))


def decide_verification(ctx: CommandContext[RecordVerification]) -> Decision:
    """Record the visit; its event says what a plan has to say, so that nobody has to compute it."""
    claim, command, notice = ctx.claim, ctx.command, ctx.notice
    called = partial(ctx.pool.officer_called, ctx.acting.institution)
    faults = all_faults(
        _another_notice(notice, command.notice_sha256),
        refuse_if_verifiers_are_too_few(
            [ctx.pool.person_of(Role.COOPERATING, verifier) for verifier in command.verifiers], ctx.rules.verifiers_min
        ),
        refuse_if_verifiers_lack_the_duty(
            command.verifiers, ctx.pool.officers_with(ctx.acting.institution, Duty.VERIFICATION), called
        ),
        refuse_unless_recorded_by_a_verifier(ctx.officer, command.verifiers, called),
        refuse_if_visit_is_misdated(command.visited_at, notice.received_at, ctx.at),
        refuse_if_evidence_is_missing(len(command.evidence)),
    )
    if faults:
        return refused(faults)
    return accepted(
        VerificationRecorded(
            **dict(command),
            recorded_by=ctx.officer,
            compensation=ctx.compensation.number,
            payee=_payee(claim),
            basis=plan_basis(claim, notice),
            rules_version=ctx.rules.version,
        )
    )


def decide_plan(ctx: CommandContext[DrawUpPlan]) -> Decision:
    """Accept the plan that says what the rules say."""
    claim, command, compensation = ctx.claim, ctx.command, ctx.compensation
    assert compensation.verified is not None, "verification comes before the plan"
    # What was committed since, on another compensation, is no more there to be planned.
    expected = plan_basis(claim, compensation.notice)
    nothing = refuse_if_pool_share_is_nothing(expected.pool_share_fen, expected.cap_fen, expected.committed_before_fen)
    faults = all_faults(
        nothing,
        _another_notice(ctx.notice, command.notice_sha256),
        refuse_if_plan_is_of_another_compensation(compensation.number, command.compensation),
        refuse_unless_payee_holds_the_claim(ctx.pool, command.payee, _payee(claim)),
        refuse_if_basis_differs(expected, command.basis),
    )
    if faults:
        return refused(faults)
    return accepted(
        PlanDrawnUp(
            **dict(command),
            compensation_id=compensation_id(claim.project_id, command.compensation),
            plan_sha256=ctx.received.content_sha256,
            drawn_up_by=ctx.officer,
            sources=plan_sources(),
            rules_version=ctx.rules.version,
        )
    )


def decide_confirmation(ctx: CommandContext[ConfirmPlan]) -> Decision:
    """Gate 1: the managing institution confirms the plan with these bytes."""
    plan = ctx.plan
    if fault := _another_plan(plan, ctx.command.plan_sha256, "5.6") or refuse_if_flag_stands(ctx.claim.flags):
        return refused(fault)
    return accepted(
        PlanConfirmed(
            **dict(ctx.command),
            compensation=ctx.compensation.number,
            compensation_id=plan.compensation_id,
            confirmed_by=ctx.officer,
            pool_share_fen=plan.basis.pool_share_fen,
            rules_version=ctx.rules.version,
        )
    )


def decide_return(ctx: CommandContext[ReturnPlan]) -> Decision:
    """Return the plan with these bytes, before it is confirmed."""
    plan = ctx.plan
    if fault := _another_plan(plan, ctx.command.plan_sha256, "5.6"):
        return refused(fault)
    return accepted(
        PlanReturned(
            **dict(ctx.command),
            compensation=ctx.compensation.number,
            compensation_id=plan.compensation_id,
            returned_by=ctx.officer,
            rules_version=ctx.rules.version,
        )
    )


def decide_release(ctx: CommandContext[ReleasePayout]) -> Decision:
    """Release the payout, with all that the treasury needs to check the decision itself."""
    plan = ctx.plan
    # It may have been found to be an affiliate's since the confirmation.
    held = refuse_if_affiliates_flag_stands(ctx.claim.flags)
    if fault := _another_plan(plan, ctx.command.plan_sha256, "6.8") or held:
        return refused(fault)
    assert plan.confirmation is not None
    return accepted(
        PayoutReleased(
            **dict(ctx.command),
            compensation=ctx.compensation.number,
            compensation_id=plan.compensation_id,
            released_by=ctx.officer,
            payee=plan.payee,
            basis=plan.basis,
            notice=ctx.notice.original,
            plan=plan.original,
            confirmation=plan.confirmation,
            release=ctx.original,
            rules_version=ctx.rules.version,
            registry_seq=ctx.pool.registry_seq,
        )
    )


def decide_take_up(ctx: CommandContext[TakeUpPayment]) -> Decision:
    """Take up again a payment that the bank did not carry out."""
    claim, command = ctx.claim, ctx.command
    stopped = claim.stopped_at(command.instruction_id)
    if fault := refuse_unless_payment_is_stopped(is_stopped=stopped is not None and stopped.is_waiting):
        return refused(fault)
    assert stopped is not None, "what was not stopped is refused"
    taken_up = PaymentTakenUp(
        **stopped.model_dump(exclude={"instruction_id", "is_waiting"}),
        **dict(command),
        taken_up_by=ctx.officer,
        take_up=ctx.original,
        rules_version=ctx.rules.version,
        registry_seq=ctx.pool.registry_seq,
    )
    return accepted(taken_up)


def decide_voided(claim: Claim, voided: PaymentVoided) -> tuple[Event, ...]:
    """Take note of a payment that the bank did not carry out; raises ClaimsError for one that nothing here led to."""
    if claim.stopped_at(voided.instruction_id) is not None:
        return ()
    compensation = _released(claim, voided.compensation_id)
    return (
        PaymentStopped(
            project_id=claim.project_id,
            compensation=compensation.number,
            compensation_id=voided.compensation_id,
            leg=voided.leg,
            instruction_id=voided.instruction_id,
            amount_fen=voided.amount_fen,
            reason=voided.reason,
        ),
    )


def decide_refused(claim: Claim, refused: PaymentRefused) -> tuple[Event, ...]:
    """Take note of what the treasury did not accept; raises ClaimsError for what nothing here has led to."""
    compensation = _released(claim, refused.compensation_id)
    why = {"code": refused.code, "clause": refused.clause, "text": refused.text}
    named: dict[str, Any] = {
        "project_id": claim.project_id,
        "compensation": compensation.number,
        "compensation_id": refused.compensation_id,
    }
    if refused.follows is not None:
        stopped = claim.stopped_at(refused.follows)
        if stopped is None or stopped.is_waiting:
            return ()
        again = stopped.model_dump(exclude={"is_waiting"})
        return (PaymentStopped(project_id=claim.project_id, **again, reason=refused.text),)
    if refused.leg is Leg.PAYOUT:
        if compensation.ended is not None:
            return ()
        # A further notice that came meanwhile states the totals, and needs no other compensation beside its own.
        further = claim.in_preparation_for(compensation.notice.notifier)
        following = len(claim.compensations) + 1 if further is None else further.number
        return (PayoutRefused(**named, **why, next_compensation=following),)
    approved = (each for each in compensation.approved if each.application_sha256 == refused.decision_sha256)
    return tuple(ReimbursementStopped(**named, **dict(each), **why) for each in approved)


def _released(claim: Claim, compensation_id: UUID) -> Compensation:
    for compensation in claim.compensations:
        plan = compensation.plan
        if plan is not None and compensation.is_released and plan.compensation_id == compensation_id:
            return compensation
    raise ClaimsError(f"payment of {compensation_id}, which was never released, in case {claim.project_id}")


def decide_settlement(claim: Claim, settled: PaymentSettled) -> tuple[Event, ...]:
    """Take note of what the treasury has settled; raises ClaimsError for a payment that nothing here has led to."""
    compensation = _released(claim, settled.compensation_id)
    assert compensation.plan is not None, "what was released has a plan"
    if settled.leg is Leg.PAYOUT:
        return _decide_paid(claim, compensation, compensation.plan, settled)
    return _decide_reimbursed(claim, compensation, compensation.plan, settled)


def _decide_paid(claim: Claim, compensation: Compensation, plan: Plan, settled: PaymentSettled) -> tuple[Event, ...]:
    if settled.instalment in compensation.paid_instalments:
        return ()
    basis = plan.basis
    paid_fen = compensation.paid_fen + settled.amount_fen
    if paid_fen > basis.pool_share_fen:
        raise ClaimsError(f"{yuan(paid_fen)} paid on {plan.compensation_id}, above its {yuan(basis.pool_share_fen)}")
    fiscal_fen = fiscal_part_of_compensation_fen(paid_fen, basis.committed_before_fen, basis.loss_ratio)
    return (
        CompensationPaid(
            project_id=claim.project_id,
            compensation=compensation.number,
            compensation_id=plan.compensation_id,
            instalment=settled.instalment,
            amount_fen=settled.amount_fen,
            paid_fen=paid_fen,
            case_paid_fen=claim.paid_fen + settled.amount_fen,
            fiscal_part_fen=fiscal_fen,
        ),
    )


def _decide_reimbursed(
    claim: Claim, compensation: Compensation, plan: Plan, settled: PaymentSettled
) -> tuple[Event, ...]:
    if settled.instalment in compensation.reimbursed_instalments:
        return ()
    reimbursed_fen, decided_fen = compensation.reimbursed_fen + settled.amount_fen, compensation.decided_fen
    if reimbursed_fen > decided_fen:
        raise ClaimsError(
            f"{yuan(reimbursed_fen)} reimbursed on {plan.compensation_id}, above the {yuan(decided_fen)} decided"
        )
    return (
        CompensationReimbursed(
            project_id=claim.project_id,
            compensation=compensation.number,
            compensation_id=plan.compensation_id,
            amount_fen=settled.amount_fen,
            reimbursed_fen=reimbursed_fen,
        ),
    )


def plan_basis(claim: Claim, notice: Notice) -> PlanBasis:
    """What a plan on ``notice`` has to say, from the project's terms and the rules of Article 10."""
    assert claim.project is not None, "a notice is accepted on an approved project"
    terms, committed_fen = claim.project.terms, claim.committed_fen
    cap_fen = pool_share_max_fen(terms.share_rate_bp, notice.loss.total_fen)
    share_fen = pool_share_fen(notice.claimed_fen, cap_fen, committed_fen)
    fiscal_fen = fiscal_part_of_compensation_fen(share_fen, committed_fen, terms.loss_ratio)
    return PlanBasis(
        rules_version=terms.rules_version,
        share_rate_bp=terms.share_rate_bp,
        loss_ratio=terms.loss_ratio,
        total_loss_fen=notice.loss.total_fen,
        claimed_fen=notice.claimed_fen,
        committed_before_fen=committed_fen,
        cap_fen=cap_fen,
        pool_share_fen=share_fen,
        fiscal_part_fen=fiscal_fen,
        social_part_fen=share_fen - fiscal_fen,
    )


def plan_sources() -> tuple[str, ...]:
    """For each figure of a plan: whether it follows from the text or from a reading of it, the clause, and how."""
    return (
        "payee: reading 14.2: whoever holds the claim, the lender as long as no guarantor has proven that it paid",
        *(f"{figure.english}: {figure.source} {figure.clause}: {figure.meaning}" for figure in FIGURES.values()),
    )


def _another_notice(notice: Notice, named_sha256: str) -> Refusal | None:
    """What is reviewed and verified, and what a plan rests on, is the notice that counts and no earlier one (6.6)."""
    return refuse_unless_hash_is_named("notice", "通知", notice.sha256, named_sha256, "6.6")


def _another_plan(plan: Plan, named_sha256: str, clause: str) -> Refusal | None:
    """What is confirmed (5.6) and released (6.8) is the plan with these bytes and no other one."""
    return refuse_unless_hash_is_named("plan", "方案", plan.sha256, named_sha256, clause)


def _payee(claim: Claim) -> str:
    assert claim.project is not None
    return payee(claim.project.loan.lender, claim.project.loan.guarantor)
