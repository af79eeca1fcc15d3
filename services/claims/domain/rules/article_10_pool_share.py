"""Article 10: what a loss is, how much of it the pool bears, and how the two institutions share that."""

from datetime import date

from shared.contracts.claims import Loss, NoticeOrigin, PlanBasis
from shared.contracts.money import BASIS_POINTS
from shared.contracts.refusals import Refusal, refusal
from shared.decisions.amounts import yuan, yuan_zh
from shared.decisions.article_04_authorisation import said_before
from shared.decisions.article_10_plan_figures import FIGURES, refuse_unless_figure_is_right
from shared.decisions.checks import all_faults

Notified = tuple[Loss, int, NoticeOrigin]


def _components_sum_fen(loss: Loss) -> int:
    """The sum of the six components of a loss, in fen."""
    return (
        loss.principal_fen
        + loss.interest_fen
        + loss.penalty_interest_fen
        + loss.overdue_interest_fen
        + loss.overdue_penalty_fen
        + loss.other_fen
    )


def refuse_unless_total_is_the_sum(loss: Loss) -> Refusal | None:
    """Article 10.1. A loss is itemised, and its total is the sum of its six components."""
    sum_fen = _components_sum_fen(loss)
    if sum_fen == loss.total_fen:
        return None
    return refusal(
        "total_not_the_sum",
        "10.1",
        f"the six components add up to {yuan(sum_fen)}, the total says {yuan(loss.total_fen)}; correct the "
        "figures and notify again under a new id",
        f"六项损失合计{yuan_zh(sum_fen)}，而总额载明{yuan_zh(loss.total_fen)}；请更正后以新的编号重新通知",
    )


def refuse_if_loss_is_before_disbursement(as_of: date, disbursed_on: date) -> Refusal | None:
    """Article 10.1. There is no loss on a loan before it was paid out."""
    if as_of >= disbursed_on:
        return None
    return refusal(
        "loss_before_disbursement",
        "10.1",
        f"the loss is stated as of {as_of}, before the loan was paid out on {disbursed_on}; correct the day and notify "
        "again under a new id",
        f"损失截止日{as_of}早于放款日{disbursed_on}；请更正后以新的编号重新通知",
    )


def refuse_if_project_has_ended(*, has_ended: bool) -> Refusal | None:
    """Article 10.1. A project that has ended, its loan settled or by decision, brings no new loss to the pool."""
    if not has_ended:
        return None
    return refusal(
        "project_has_ended",
        "10.1",
        "this project has ended, so that no new loss of it is covered; if it was ended by mistake, ask the cooperating "
        "institution",
        "该项目已结束，不再发生可补偿的损失；如系误结束，请与合作机构联系",
    )


# accept: covered_fen
def principal_at_risk_fen(covered_fen: int, late_fen: int, repaid_fen: int) -> int:
    """Article 10.1. The principal that can be lost, in fen: what was drawn less what was repaid, as far as covered.

    ``late_fen`` was drawn too, but filed late, so that it is not covered; what was repaid is not said of which.
    """
    return min(covered_fen, covered_fen + late_fen - repaid_fen)


def refuse_if_principal_is_above_the_risk(
    principal_fen: int, at_risk_fen: int, repaid_fen: int, as_of: date
) -> Refusal | None:
    """Article 10.1. The principal lost is at most what was drawn, is covered, and was not repaid by that day."""
    if principal_fen <= at_risk_fen:
        return None
    return refusal(
        "principal_above_the_loan",
        "10.1",
        f"the principal lost is stated as {yuan(principal_fen)}; of this loan at most {yuan(at_risk_fen)} can be lost "
        f"as of {as_of}, by when {yuan(repaid_fen)} were repaid: correct the figures and notify again under a new id",
        f"所载损失本金为{yuan_zh(principal_fen)}；截至{as_of}已还本金{yuan_zh(repaid_fen)}，该笔贷款至多损失本金"
        f"{yuan_zh(at_risk_fen)}；请更正后以新的编号重新通知",
    )


def refuse_if_loss_was_repaid(principal_fen: int, at_risk_fen: int, repaid_since_fen: int) -> Refusal | None:
    """Article 10.1. What was repaid since the notice is no loss: its case goes on only with a notice that says so."""
    if repaid_since_fen == 0 or principal_fen <= at_risk_fen:
        return None
    return refusal(
        "loss_repaid_since",
        "10.1",
        f"the notice states a loss of {yuan(principal_fen)} of principal; {yuan(repaid_since_fen)} were repaid after "
        f"its day, so that at most {yuan(at_risk_fen)} can be lost: have whoever gave it notify the loss anew "
        "(claims.loss.notify), or withdraw the notice (claims.notice.withdraw)",
        f"通知载明损失本金{yuan_zh(principal_fen)}，其截止日后又还款{yuan_zh(repaid_since_fen)}，至多损失本金"
        f"{yuan_zh(at_risk_fen)}；请由通知方重新通知损失（claims.loss.notify），或撤回通知（claims.notice.withdraw）",
    )


def refuse_if_loan_was_settled(*, is_settled: bool) -> Refusal | None:
    """Article 10.1. A loan that was settled has no loss any more, also where its notice came before."""
    if not is_settled:
        return None
    return refusal(
        "loan_settled_since",
        "10.1",
        "the loan was settled after the notice, so that the pool bears no loss of it; have whoever gave the notice "
        "withdraw it (claims.notice.withdraw)",
        "该笔贷款在通知后已结清，资金池不再承担损失；请由通知方撤回通知（claims.notice.withdraw）",
    )


def refuse_if_claimed_is_above_the_loss(claimed_fen: int, total_fen: int) -> Refusal | None:
    """Article 10.2. A notice can claim at most the loss it states."""
    if claimed_fen <= total_fen:
        return None
    return refusal(
        "claimed_above_the_loss",
        "10.2",
        f"{yuan(claimed_fen)} is claimed for a loss of {yuan(total_fen)}; claim at most the loss and notify "
        "again under a new id",
        f"请求补偿{yuan_zh(claimed_fen)}超过损失总额{yuan_zh(total_fen)}；请更正后以新的编号重新通知",
    )


def refuse_if_notice_says_the_same_again(
    previous: Notified | None, notified: Notified, previous_message_id: str
) -> Refusal | None:
    """Article 10.2. A notice that says what its sender's latest one says, under another id, changes nothing."""
    if previous is None or previous != notified:
        return None
    return said_before(
        "10.2", f"the same (in message {previous_message_id})", f"相同内容（见编号{previous_message_id}的消息）"
    )


def refuse_unless_notice_is_own(*, is_own: bool) -> Refusal | None:
    """Article 10.2. Only whoever gave a notice can withdraw it, as long as it is the latest of theirs."""
    if is_own:
        return None
    return refusal(
        "notice_not_yours",
        "10.2",
        "in this case no notice of yours stands with these bytes; name the latest one that you gave by the hash in its "
        "receipt, and withdraw it under a new id",
        "本案中没有贵机构提交的、与该哈希值相符的有效通知；请填写贵机构最近一份通知回执所载的哈希值，并以新的编号撤回",
    )


def refuse_if_payout_is_released(*, is_released: bool) -> Refusal | None:
    """Article 10.2. A notice can be withdrawn before its payout; what was released stands."""
    if not is_released:
        return None
    return refusal(
        "payout_released",
        "10.2",
        "the payout on this notice was released and stands; what is recovered of the loss from now on is shared with "
        "the pool: agree on that with the cooperating institution",
        "该通知对应的补偿资金已放行，不能撤回；此后收回的款项按规定与资金池分享，请与合作机构联系",
    )


# accept: total_loss_fen
def pool_share_max_fen(share_rate_bp: int, total_loss_fen: int) -> int:
    """Article 10.3. The most that the pool bears over the project's whole life, in fen: floor(rate × total loss).

    Rounds down, since the pool's share must not exceed the rate by a fraction of a fen.
    """
    return share_rate_bp * total_loss_fen // BASIS_POINTS


# accept: claimed_fen
def pool_share_fen(claimed_fen: int, cap_fen: int, committed_fen: int) -> int:
    """Article 10.2. The plan pays what is claimed, at most the cap, less what is committed; all in fen.

    Claimed and cap are totals of the project's life, as the notice states them. It is 0 where more is committed than a
    lowered loss allows.
    """
    return max(0, min(claimed_fen, cap_fen) - committed_fen)


def refuse_if_pool_share_is_nothing(share_fen: int, cap_fen: int, committed_fen: int) -> Refusal | None:
    """Article 10.3. There is no plan over nothing: the pool bears its share already, or the rate leaves no fen.

    Asked of a further notice too, since nothing could come of it.
    """
    if share_fen > 0:
        return None
    return refusal(
        "pool_share_is_nothing",
        "10.3",
        f"there is nothing to compensate: of this loss the pool bears {yuan(cap_fen)} at the most, "
        f"{yuan(committed_fen)} of it by earlier compensations, and never more than is claimed; if the loss "
        "grows, notify it anew with the totals of the project's whole life",
        f"无可补偿金额：资金池对该笔损失至多承担{yuan_zh(cap_fen)}，此前补偿已占用{yuan_zh(committed_fen)}，"
        "且不超过请求补偿金额；如损失增加，请按项目累计总额重新通知",
    )


def refuse_unless_payment_is_stopped(*, is_stopped: bool) -> Refusal | None:
    """Article 10.5. Only a payment that the bank did not carry out is taken up again, and each one once."""
    if is_stopped:
        return None
    return refusal(
        "payment_not_stopped",
        "10.5",
        "no payment of this case with that instruction waits to be taken up again: the bank carried it out, has not "
        "answered yet, or it was taken up before; wait for its claims.payment.stopped, and name the instruction that "
        "it names",
        "本案没有该指令编号的待重新办理支付：银行已办理、尚未答复，或已重新办理；请等待claims.payment.stopped，并填写其所载指令编号",
    )


def refuse_if_basis_differs(expected: PlanBasis, given: PlanBasis) -> tuple[Refusal, ...]:
    """Article 10.3. Every figure of a plan is the one computed from the rules; each that differs is named."""
    return all_faults(
        *(refuse_unless_figure_is_right(field, getattr(expected, field), getattr(given, field)) for field in FIGURES)
    )
