"""The way from a notice to its payout: review, verification, plan, confirmation, release (5, 6, 10)."""

from services.claims.domain.claim import Claim, ClaimsError, Notice, Plan
from services.claims.domain.decision import (
    Case,
    Decision,
    accepted,
    conflict,
    gate,
    officer_of,
    refused,
    rules_of,
    signer,
)
from services.claims.domain.evolve import Cause
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
from services.claims.domain.step import Step
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
from shared.contracts.ids import compensation_id
from shared.contracts.refusals import Refusal
from shared.contracts.registry.words import Duty, Role
from shared.contracts.treasury import Leg, PaymentSettled
from shared.decisions.article_05_bound_bytes import refuse_unless_hash_is_named
from shared.decisions.article_10_fiscal_part import fiscal_part_of_compensation_fen
from shared.decisions.article_10_plan_figures import FIGURES
from shared.decisions.article_14_claimants import refuse_unless_payee_holds_the_claim
from shared.decisions.checks import all_faults


def decide_review(case: Case, received: Cause, data: RecordReview) -> Decision:
    """Record that the preliminary review found the notice that counts in order."""
    if fault := gate(case, received, Role.COOPERATING, Duty.REVIEW, Step.REVIEW):
        return refused(fault)
    if fault := _another_notice(case.claim, data.notice_sha256):
        return refused(fault)
    return accepted(
        ReviewRecorded(
            project_id=data.project_id,
            notice_sha256=data.notice_sha256,
            reviewed_by=officer_of(received),
            findings=data.findings,
            rules_version=rules_of(case, received).version,
        )
    )


def decide_verification(case: Case, received: Cause, data: RecordVerification) -> Decision:
    """Record the visit; its event says what a plan has to say, so that nobody has to compute it."""
    if fault := gate(case, received, Role.COOPERATING, Duty.VERIFICATION, Step.VERIFICATION):
        return refused(fault)
    claim, notice = case.claim, _notice(case.claim)
    faults = all_faults(
        refuse_if_verifiers_are_too_few(data.verifiers, rules_of(case, received).verifiers_min),
        refuse_if_verifiers_lack_the_duty(
            data.verifiers, case.pool.officers_with(signer(received).institution, Duty.VERIFICATION)
        ),
        refuse_unless_recorded_by_a_verifier(officer_of(received), data.verifiers),
        refuse_if_visit_is_misdated(data.visited_at, notice.received_at, received.received_at),
        refuse_if_evidence_is_missing(len(data.evidence)),
        *(
            conflict(case, received, Duty.VERIFICATION, Role.COOPERATING, person)
            for person in dict.fromkeys(data.verifiers)
        ),
    )
    if faults:
        return refused(*faults)
    return accepted(
        VerificationRecorded(
            project_id=data.project_id,
            recorded_by=officer_of(received),
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
            rules_version=rules_of(case, received).version,
        )
    )


def decide_plan(case: Case, received: Cause, data: DrawUpPlan) -> Decision:
    """Accept the plan that says what the rules say."""
    if fault := gate(case, received, Role.COOPERATING, Duty.PLAN, Step.PLAN):
        return refused(fault)
    claim = case.claim
    assert claim.verified is not None
    expected = claim.verified
    nothing = refuse_if_pool_share_is_nothing(expected.pool_share_fen, expected.cap_fen)
    faults = all_faults(
        nothing,
        _another_notice(claim, data.notice_sha256),
        refuse_if_plan_is_of_another_compensation(claim.compensation, data.compensation),
        refuse_unless_payee_holds_the_claim(data.payee, _payee(claim)),
        refuse_if_basis_differs(expected, data.basis),
    )
    if faults:
        return refused(*faults)
    return accepted(
        PlanDrawnUp(
            project_id=data.project_id,
            compensation=data.compensation,
            compensation_id=compensation_id(claim.project_id, data.compensation),
            plan_sha256=received.content_sha256,
            drawn_up_by=officer_of(received),
            payee=data.payee,
            basis=data.basis,
            explanation=data.explanation,
            sources=plan_sources(),
            rules_version=rules_of(case, received).version,
        )
    )


def decide_confirmation(case: Case, received: Cause, data: ConfirmPlan) -> Decision:
    """Gate 1: the managing institution confirms the plan with these bytes."""
    if fault := gate(case, received, Role.MANAGING, Duty.CONFIRMATION, Step.CONFIRMATION):
        return refused(fault)
    plan = _plan(case.claim)
    if fault := _another_plan(plan, data.plan_sha256, "5.6"):
        return refused(fault)
    return accepted(
        PlanConfirmed(
            project_id=data.project_id,
            compensation=case.claim.compensation,
            compensation_id=plan.compensation_id,
            plan_sha256=plan.sha256,
            confirmed_by=officer_of(received),
            pool_share_fen=plan.basis.pool_share_fen,
            rules_version=rules_of(case, received).version,
        )
    )


def decide_release(case: Case, received: Cause, data: ReleasePayout) -> Decision:
    """Release the payout, with all that the treasury needs to check the decision itself."""
    if fault := gate(case, received, Role.COOPERATING, Duty.RELEASE, Step.RELEASE):
        return refused(fault)
    plan = _plan(case.claim)
    if fault := _another_plan(plan, data.plan_sha256, "6.8"):
        return refused(fault)
    assert plan.confirmation is not None
    assert received.original is not None
    return accepted(
        PayoutReleased(
            project_id=data.project_id,
            compensation=case.claim.compensation,
            compensation_id=plan.compensation_id,
            plan_sha256=plan.sha256,
            released_by=officer_of(received),
            payee=plan.payee,
            basis=plan.basis,
            notice=_notice(case.claim).original,
            plan=plan.original,
            confirmation=plan.confirmation,
            release=received.original,
            rules_version=rules_of(case, received).version,
            registry_seq=case.pool.registry_seq,
        )
    )


def decide_settlement(claim: Claim, data: PaymentSettled) -> Decision:
    """Take note of what the treasury has settled; raises ClaimsError for a payment that nothing here has led to."""
    plan = claim.plan
    if plan is None or plan.release is None or plan.compensation_id != data.compensation_id:
        raise ClaimsError(f"payment of {data.compensation_id}, which was never released, in case {claim.project_id}")
    if data.leg is Leg.PAYOUT:
        return _decide_paid(claim, plan, data)
    return _decide_reimbursed(claim, plan, data)


def _decide_paid(claim: Claim, plan: Plan, data: PaymentSettled) -> Decision:
    if data.instalment in claim.paid_instalments:
        return accepted()
    paid_fen = claim.paid_fen + data.amount_fen
    if paid_fen > plan.basis.pool_share_fen:
        raise ClaimsError(f"{paid_fen} fen paid on {plan.compensation_id}, above its {plan.basis.pool_share_fen}")
    return accepted(
        CompensationPaid(
            project_id=claim.project_id,
            compensation=claim.compensation,
            compensation_id=plan.compensation_id,
            instalment=data.instalment,
            amount_fen=data.amount_fen,
            paid_fen=paid_fen,
            fiscal_part_fen=fiscal_part_of_compensation_fen(paid_fen, claim.paid_before_fen, plan.basis.loss_ratio),
        )
    )


def _decide_reimbursed(claim: Claim, plan: Plan, data: PaymentSettled) -> Decision:
    if data.instalment in claim.reimbursed_instalments:
        return accepted()
    reimbursed_fen = claim.reimbursed_fen + data.amount_fen
    if reimbursed_fen > claim.decided_fen:
        raise ClaimsError(
            f"{reimbursed_fen} fen reimbursed on {plan.compensation_id}, above the {claim.decided_fen} that are decided"
        )
    return accepted(
        CompensationReimbursed(
            project_id=claim.project_id,
            compensation=claim.compensation,
            compensation_id=plan.compensation_id,
            amount_fen=data.amount_fen,
            reimbursed_fen=reimbursed_fen,
        )
    )


def plan_basis(claim: Claim) -> PlanBasis:
    """What a plan on the notice that counts has to say, from the project's terms and the rules of Article 10."""
    assert claim.project is not None
    terms, notice = claim.project.terms, _notice(claim)
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


def _another_notice(claim: Claim, named_sha256: str) -> Refusal | None:
    """What is reviewed, and what a plan rests on, is the notice that counts and no earlier one (6.6)."""
    return refuse_unless_hash_is_named("notice", "通知", _notice(claim).sha256, named_sha256, "6.6")


def _another_plan(plan: Plan, named_sha256: str, clause: str) -> Refusal | None:
    """What is confirmed (5.6) and released (6.8) is the plan with these bytes and no other one."""
    return refuse_unless_hash_is_named("plan", "方案", plan.sha256, named_sha256, clause)


def _payee(claim: Claim) -> str:
    assert claim.project is not None
    return payee(claim.project.loan.lender, claim.project.loan.guarantor)


def _notice(claim: Claim) -> Notice:
    assert claim.notice is not None, "the gate lets nobody here without a notice"
    return claim.notice


def _plan(claim: Claim) -> Plan:
    assert claim.plan is not None, "the gate lets nobody here without a plan"
    return claim.plan
