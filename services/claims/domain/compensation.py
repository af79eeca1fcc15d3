"""The way from a notice to its payout: review, verification, plan, confirmation, release (5, 6, 10)."""

from services.claims.domain.claim import Claim, ClaimsError, Notice, Plan
from services.claims.domain.context import CommandContext
from services.claims.domain.rules.article_06_plan import refuse_if_plan_is_of_another_compensation
from services.claims.domain.rules.article_06_review import (
    refuse_if_evidence_is_missing,
    refuse_if_verifiers_are_too_few,
    refuse_if_verifiers_lack_the_duty,
    refuse_if_visit_is_misdated,
    refuse_unless_recorded_by_a_verifier,
)
from services.claims.domain.rules.article_10_pool_share import (
    pool_share_fen,
    pool_share_max_fen,
    refuse_if_basis_differs,
    refuse_if_pool_share_is_nothing,
)
from services.claims.domain.rules.article_14_notice import payee
from shared.contracts.claims import (
    CompensationPaid,
    CompensationReimbursed,
    ConfirmPlan,
    DrawUpPlan,
    PayoutReleased,
    PlanBasis,
    PlanConfirmed,
    PlanDrawnUp,
    RecordReview,
    RecordVerification,
    ReleasePayout,
    ReviewRecorded,
    VerificationRecorded,
)
from shared.contracts.envelope import Event
from shared.contracts.ids import compensation_id
from shared.contracts.refusals import Refusal
from shared.contracts.registry.words import Duty
from shared.contracts.treasury import Leg, PaymentSettled
from shared.decisions.amounts import yuan
from shared.decisions.article_05_bound_bytes import refuse_unless_hash_is_named
from shared.decisions.article_10_fiscal_part import fiscal_part_of_compensation_fen
from shared.decisions.article_10_plan_figures import FIGURES
from shared.decisions.article_14_claimants import refuse_unless_payee_holds_the_claim
from shared.decisions.checks import all_faults
from shared.decisions.decision import Decision, accepted, refused


def decide_review(ctx: CommandContext[RecordReview]) -> Decision:
    """Record that the preliminary review found the notice that counts in order."""
    if fault := _another_notice(ctx.notice, ctx.data.notice_sha256):
        return refused(fault)
    return accepted(
        ReviewRecorded(
            project_id=ctx.data.project_id,
            notice_sha256=ctx.data.notice_sha256,
            reviewed_by=ctx.officer,
            findings=ctx.data.findings,
            rules_version=ctx.rules.version,
        )
    )


def decide_verification(ctx: CommandContext[RecordVerification]) -> Decision:
    """Record the visit; its event says what a plan has to say, so that nobody has to compute it."""
    claim, data, notice = ctx.claim, ctx.data, ctx.notice
    faults = all_faults(
        refuse_if_verifiers_are_too_few(data.verifiers, ctx.rules.verifiers_min),
        refuse_if_verifiers_lack_the_duty(
            data.verifiers, ctx.pool.officers_with(ctx.acting.institution, Duty.VERIFICATION)
        ),
        refuse_unless_recorded_by_a_verifier(ctx.officer, data.verifiers),
        refuse_if_visit_is_misdated(data.visited_at, notice.received_at, ctx.at),
        refuse_if_evidence_is_missing(len(data.evidence)),
    )
    if faults:
        return refused(faults)
    return accepted(
        VerificationRecorded(
            project_id=data.project_id,
            recorded_by=ctx.officer,
            verifiers=data.verifiers,
            visited_at=data.visited_at,
            place=data.place,
            premises_abandoned=data.premises_abandoned,
            findings=data.findings,
            evidence=data.evidence,
            notice_sha256=notice.sha256,
            compensation=claim.compensation,
            payee=_payee(claim),
            basis=plan_basis(claim),
            rules_version=ctx.rules.version,
        )
    )


def decide_plan(ctx: CommandContext[DrawUpPlan]) -> Decision:
    """Accept the plan that says what the rules say."""
    claim, data = ctx.claim, ctx.data
    assert claim.verified is not None
    expected = claim.verified
    nothing = refuse_if_pool_share_is_nothing(expected.pool_share_fen, expected.cap_fen)
    faults = all_faults(
        nothing,
        _another_notice(ctx.notice, data.notice_sha256),
        refuse_if_plan_is_of_another_compensation(claim.compensation, data.compensation),
        refuse_unless_payee_holds_the_claim(data.payee, _payee(claim)),
        refuse_if_basis_differs(expected, data.basis),
    )
    if faults:
        return refused(faults)
    return accepted(
        PlanDrawnUp(
            project_id=data.project_id,
            compensation=data.compensation,
            compensation_id=compensation_id(claim.project_id, data.compensation),
            plan_sha256=ctx.received.content_sha256,
            drawn_up_by=ctx.officer,
            payee=data.payee,
            basis=data.basis,
            explanation=data.explanation,
            sources=plan_sources(),
            rules_version=ctx.rules.version,
        )
    )


def decide_confirmation(ctx: CommandContext[ConfirmPlan]) -> Decision:
    """Gate 1: the managing institution confirms the plan with these bytes."""
    plan = ctx.plan
    if fault := _another_plan(plan, ctx.data.plan_sha256, "5.6"):
        return refused(fault)
    return accepted(
        PlanConfirmed(
            project_id=ctx.data.project_id,
            compensation=ctx.claim.compensation,
            compensation_id=plan.compensation_id,
            plan_sha256=plan.sha256,
            confirmed_by=ctx.officer,
            pool_share_fen=plan.basis.pool_share_fen,
            rules_version=ctx.rules.version,
        )
    )


def decide_release(ctx: CommandContext[ReleasePayout]) -> Decision:
    """Release the payout, with all that the treasury needs to check the decision itself."""
    plan = ctx.plan
    if fault := _another_plan(plan, ctx.data.plan_sha256, "6.8"):
        return refused(fault)
    assert plan.confirmation is not None
    return accepted(
        PayoutReleased(
            project_id=ctx.data.project_id,
            compensation=ctx.claim.compensation,
            compensation_id=plan.compensation_id,
            plan_sha256=plan.sha256,
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


def decide_settlement(claim: Claim, data: PaymentSettled) -> tuple[Event, ...]:
    """Take note of what the treasury has settled; raises ClaimsError for a payment that nothing here has led to."""
    plan = claim.plan
    if plan is None or plan.release is None or plan.compensation_id != data.compensation_id:
        raise ClaimsError(f"payment of {data.compensation_id}, which was never released, in case {claim.project_id}")
    if data.leg is Leg.PAYOUT:
        return _decide_paid(claim, plan, data)
    return _decide_reimbursed(claim, plan, data)


def _decide_paid(claim: Claim, plan: Plan, data: PaymentSettled) -> tuple[Event, ...]:
    if data.instalment in claim.paid_instalments:
        return ()
    paid_fen = claim.paid_fen + data.amount_fen
    if paid_fen > plan.basis.pool_share_fen:
        share = yuan(plan.basis.pool_share_fen)
        raise ClaimsError(f"{yuan(paid_fen)} paid on {plan.compensation_id}, above its {share}")
    return (
        CompensationPaid(
            project_id=claim.project_id,
            compensation=claim.compensation,
            compensation_id=plan.compensation_id,
            instalment=data.instalment,
            amount_fen=data.amount_fen,
            paid_fen=paid_fen,
            fiscal_part_fen=fiscal_part_of_compensation_fen(paid_fen, claim.paid_before_fen, plan.basis.loss_ratio),
        ),
    )


def _decide_reimbursed(claim: Claim, plan: Plan, data: PaymentSettled) -> tuple[Event, ...]:
    if data.instalment in claim.reimbursed_instalments:
        return ()
    reimbursed_fen = claim.reimbursed_fen + data.amount_fen
    if reimbursed_fen > claim.decided_fen:
        raise ClaimsError(
            f"{yuan(reimbursed_fen)} reimbursed on {plan.compensation_id}, above the {yuan(claim.decided_fen)} decided"
        )
    return (
        CompensationReimbursed(
            project_id=claim.project_id,
            compensation=claim.compensation,
            compensation_id=plan.compensation_id,
            amount_fen=data.amount_fen,
            reimbursed_fen=reimbursed_fen,
        ),
    )


def plan_basis(claim: Claim) -> PlanBasis:
    """What a plan on the notice that counts has to say, from the project's terms and the rules of Article 10."""
    assert claim.project is not None
    assert claim.notice is not None
    terms, notice = claim.project.terms, claim.notice
    cap_fen = pool_share_max_fen(terms.share_rate_bp, notice.loss.total_fen, claim.paid_before_fen)
    share_fen = pool_share_fen(notice.claimed_fen, cap_fen)
    fiscal_fen = fiscal_part_of_compensation_fen(share_fen, claim.paid_before_fen, terms.loss_ratio)
    return PlanBasis(
        rules_version=terms.rules_version,
        share_rate_bp=terms.share_rate_bp,
        loss_ratio=terms.loss_ratio,
        total_loss_fen=notice.loss.total_fen,
        claimed_fen=notice.claimed_fen,
        paid_before_fen=claim.paid_before_fen,
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
    """What is reviewed, and what a plan rests on, is the notice that counts and no earlier one (6.6)."""
    return refuse_unless_hash_is_named("notice", "通知", notice.sha256, named_sha256, "6.6")


def _another_plan(plan: Plan, named_sha256: str, clause: str) -> Refusal | None:
    """What is confirmed (5.6) and released (6.8) is the plan with these bytes and no other one."""
    return refuse_unless_hash_is_named("plan", "方案", plan.sha256, named_sha256, clause)


def _payee(claim: Claim) -> str:
    assert claim.project is not None
    return payee(claim.project.loan.lender, claim.project.loan.guarantor)
