"""Loss notices, and what the approval or rejection of their project does to those that wait (10, 14)."""

from dataclasses import replace
from typing import Any

from services.claims.domain.claim import Claim, ClaimsError, Notice, Project
from services.claims.domain.compensation import plan_basis
from services.claims.domain.context import Case, CommandContext
from services.claims.domain.evolve import Cause, ClaimsEvent, evolve, notice_in
from services.claims.domain.rules.article_05_confirmation import (
    refuse_if_held_notices_are_full,
    refuse_if_project_is_rejected,
    refuse_unless_project_is_approved,
)
from services.claims.domain.rules.article_10_pool_share import (
    principal_at_risk_fen,
    refuse_if_claimed_is_above_the_loss,
    refuse_if_loss_is_before_disbursement,
    refuse_if_notice_says_the_same_again,
    refuse_if_payout_is_released,
    refuse_if_pool_share_is_nothing,
    refuse_if_principal_is_above_the_risk,
    refuse_if_project_has_ended,
    refuse_unless_notice_is_own,
    refuse_unless_total_is_the_sum,
)
from services.claims.domain.rules.article_14_notice import (
    payee,
    refuse_if_notifier_has_no_role,
)
from services.claims.domain.rules.article_19_termination import refuse_if_cooperation_has_ended
from shared.contracts.claims import (
    Loss,
    NoticeAccepted,
    NoticeHeld,
    NoticeRefused,
    NoticeWithdrawn,
    NotifyLoss,
    WithdrawNotice,
)
from shared.contracts.envelope import Event
from shared.contracts.ids import case_number
from shared.contracts.receipts import Outcome
from shared.contracts.refusals import Refusal
from shared.contracts.registry.projects import ProjectApproved, ProjectRejected
from shared.contracts.registry.words import SystemUse
from shared.decisions.article_04_authorisation import refuse_if_maker_is_checker, refuse_unless_system_key_is_for
from shared.decisions.article_14_claimants import (
    refuse_unless_contract_number_can_be_read,
    refuse_unless_notifier_is_party,
)
from shared.decisions.checks import all_faults
from shared.decisions.days import beijing_day, refuse_if_day_is_ahead
from shared.decisions.decision import Decision, accepted, held, refused


def decide_notice(ctx: CommandContext[NotifyLoss]) -> Decision:
    """Accept, hold or refuse a notice, or answer that it repeats the one before."""
    claim, command, received = ctx.claim, ctx.command, ctx.received
    notice = notice_in(received)
    faults = all_faults(
        refuse_if_notifier_has_no_role(ctx.pool, received.sender, command.lender),
        # An officer of the notifier may sign it too.
        None if ctx.acting.officer else refuse_unless_system_key_is_for(ctx.pool, ctx.acting, SystemUse.LOSS_NOTICES),
        refuse_if_maker_is_checker(command.maker, command.checker),
        # A notice on what no project will be would wait for ever.
        refuse_unless_contract_number_can_be_read(command.loan_contract_number, "14.1"),
        refuse_unless_total_is_the_sum(command.loss),
        refuse_if_claimed_is_above_the_loss(command.claimed_fen, command.loss.total_fen),
        refuse_if_day_is_ahead("loss as of", "损失截止日", command.loss.as_of, beijing_day(ctx.at), "10.1"),
        refuse_if_cooperation_has_ended(ctx.pool.fiscal_money_claimed_back_on),
        refuse_if_project_is_rejected(was_rejected=claim.is_rejected),
        refuse_if_project_has_ended(has_ended=claim.has_ended),
    )
    if faults:
        return refused(faults)
    if repeated := _repeat_of(claim, notice):
        return Decision(Outcome.DUPLICATE, refusals=(repeated,))
    if awaited := refuse_unless_project_is_approved(is_approved=claim.project is not None):
        if full := refuse_if_held_notices_are_full(len(claim.held)):
            return refused(full)
        return held([NoticeHeld(**_named(claim, notice))], [awaited])
    if faults := faults_on_project(ctx.case, notice):
        return refused(faults)
    return accepted(_accepted(claim, notice))


def decide_withdrawal(ctx: CommandContext[WithdrawNotice]) -> Decision:
    """Take back a notice of one's own, held or accepted; what was found about it and planned on it goes with it."""
    claim, command, sender = ctx.claim, ctx.command, ctx.received.sender
    standing = {each.sha256: each for each in (*claim.held, *claim.notices) if each.notifier == sender}
    own = next((each for each in reversed(claim.compensations) if each.notice.sha256 == command.notice_sha256), None)
    faults = all_faults(
        None if ctx.acting.officer else refuse_unless_system_key_is_for(ctx.pool, ctx.acting, SystemUse.LOSS_NOTICES),
        refuse_if_maker_is_checker(command.maker, command.checker),
        refuse_if_payout_is_released(is_released=own is not None and own.notice.notifier == sender and own.is_released)
        or refuse_unless_notice_is_own(is_own=command.notice_sha256 in standing),
    )
    if faults:
        return refused(faults)
    on_it = own if own is not None and own.is_in_preparation else None
    withdrawn = NoticeWithdrawn(
        project_id=command.project_id,
        notice_sha256=command.notice_sha256,
        reasons=command.reasons,
        notifier=sender,
        message_id=standing[command.notice_sha256].message_id,
        compensation=None if on_it is None else on_it.number,
        plan_fallen_sha256=None if on_it is None or on_it.plan is None else on_it.plan.sha256,
    )
    return accepted(withdrawn)


def decide_approval(case: Case, received: Cause, approved: ProjectApproved) -> tuple[Event, ...]:
    """Decide on the held notices, in the order in which they came; approved again, it changes nothing.

    Raises ClaimsError for a project that was rejected before.
    """
    claim = case.claim
    if claim.is_rejected:
        raise ClaimsError(f"project {approved.project_id} was approved after it had been rejected for good")
    if claim.project is not None:
        return ()
    now = evolve(claim, approved, received)
    events: list[ClaimsEvent] = []
    for notice in claim.held:
        faults = faults_on_project(replace(case, claim=now), notice)
        event = _refused(now, notice, faults[0]) if faults else _accepted(now, notice)
        events.append(event)
        now = evolve(now, event, received)
    return tuple(events)


def decide_rejection(claim: Claim, rejected: ProjectRejected) -> tuple[Event, ...]:
    """Refuse the held notices; raises ClaimsError for a project that was approved before."""
    if claim.project is not None:
        raise ClaimsError(f"project {rejected.project_id} was rejected after it had been approved")
    why = refuse_if_project_is_rejected(was_rejected=True)
    return tuple(_refused(claim, notice, why) for notice in claim.held if why is not None)


def decide_end(claim: Claim) -> tuple[Event, ...]:
    """Refuse the notices that wait; what was accepted before goes on."""
    why = refuse_if_project_has_ended(has_ended=True)
    return tuple(_refused(claim, notice, why) for notice in claim.held if why is not None)


def faults_on_project(case: Case, notice: Notice) -> tuple[Refusal, ...]:
    """What is wrong with a notice in view of its project and of how its case stands."""
    claim = case.claim
    assert claim.project is not None
    loan = claim.project.loan
    return all_faults(
        refuse_if_cooperation_has_ended(case.pool.fiscal_money_claimed_back_on),
        refuse_unless_notifier_is_party(case.pool, notice.notifier, loan.lender, loan.guarantor),
        refuse_if_loss_is_before_disbursement(notice.loss.as_of, loan.disbursed_on),
        _above_the_risk(claim, claim.project, notice.loss),
        _nothing_further(claim, notice),
    )


def _above_the_risk(claim: Claim, project: Project, loss: Loss) -> Refusal | None:
    repaid_fen = claim.repaid_fen(loss.as_of)
    at_risk_fen = principal_at_risk_fen(project.covered_principal_fen, project.late_principal_fen, repaid_fen)
    return refuse_if_principal_is_above_the_risk(loss.principal_fen, at_risk_fen, repaid_fen, loss.as_of)


def _nothing_further(claim: Claim, notice: Notice) -> Refusal | None:
    """Why a further notice leads nowhere; what a first one leads to is said at its plan, after it was looked at."""
    if not _holds_claim(claim, notice) or not claim.committed_fen or claim.in_preparation_for(notice.notifier):
        return None
    basis = plan_basis(claim, notice)
    return refuse_if_pool_share_is_nothing(basis.pool_share_fen, basis.cap_fen, basis.committed_before_fen)


def _holds_claim(claim: Claim, notice: Notice) -> bool:
    assert claim.project is not None, "a notice is accepted on an approved project"
    return notice.notifier == payee(claim.project.loan.lender, claim.project.loan.guarantor)


def _repeat_of(claim: Claim, notice: Notice) -> Refusal | None:
    before = claim.latest_notice_of(notice.notifier)
    if before is None:
        return None
    said_before = (before.loss, before.claimed_fen, before.origin)
    return refuse_if_notice_says_the_same_again(
        said_before, (notice.loss, notice.claimed_fen, notice.origin), before.message_id
    )


def _accepted(claim: Claim, notice: Notice) -> NoticeAccepted:
    """The case bears the year in which its first notice arrived, in Beijing."""
    case = claim.case_number or case_number(claim.project_id, beijing_day(notice.received_at).year)
    before = claim.in_preparation_for(notice.notifier)
    opened = len(claim.compensations) + 1 if before is None else before.number
    fallen = before.plan if before is not None else None
    return NoticeAccepted(
        **_named(claim, notice),
        case_number=case,
        compensation=opened if _holds_claim(claim, notice) else None,
        plan_fallen_sha256=None if fallen is None else fallen.sha256,
    )


def _refused(claim: Claim, notice: Notice, why: Refusal) -> NoticeRefused:
    return NoticeRefused(**_named(claim, notice), code=why.code, clause=why.clause)


def _named(claim: Claim, notice: Notice) -> dict[str, Any]:
    """The notice, as every event about it names it."""
    return {**dict(notice), "project_id": claim.project_id, "notice_sha256": notice.sha256}
