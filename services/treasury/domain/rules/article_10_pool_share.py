"""Article 10: what the pool bears of a loss, and which account bears it."""

from services.treasury.domain.case import Project
from shared.contracts.claims import DrawUpPlan, NotifyLoss, PlanBasis
from shared.contracts.money import BASIS_POINTS
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import LossRatio
from shared.decisions.amounts import percent, percent_zh, yuan, yuan_zh
from shared.decisions.article_10_fiscal_part import fiscal_part_of_compensation_fen


def plan_rests_on_notice(plan: Received[DrawUpPlan], notice: Received[NotifyLoss]) -> Refusal | None:
    """Article 10.2. The plan takes the notifier's figures from the very notice it names by its hash."""
    basis, loss = plan.data.basis, notice.data
    for name, planned, notified in (
        ("notice_sha256", plan.data.notice_sha256, notice.content_sha256),
        ("total_loss_fen", basis.total_loss_fen, loss.loss.total_fen),
        ("claimed_fen", basis.claimed_fen, loss.claimed_fen),
    ):
        if planned != notified:
            return refusal(
                "plan_not_the_notices",
                "10.2",
                f"{name} of the plan is {planned}, of the notice {notified}; draw the plan up on the latest notice",
                f"方案的{name}为{planned}，风险补偿通知为{notified}；请依据最新通知重新制定方案",
            )
    return None


def pool_share_is_claimed(basis: PlanBasis) -> Refusal | None:
    """Article 10.2. The plan never pays more than was claimed."""
    if basis.pool_share_fen <= basis.claimed_fen:
        return None
    return refusal(
        "share_above_claimed",
        "10.2",
        f"the plan pays {yuan(basis.pool_share_fen)}, claimed were {yuan(basis.claimed_fen)}; plan at most that",
        f"方案补偿{yuan_zh(basis.pool_share_fen)}，超过申请金额{yuan_zh(basis.claimed_fen)}；请按不超过申请金额重新制定",
    )


# accept: total_loss_fen
def pool_share_max_fen(total_loss_fen: int, share_rate_bp: int) -> int:
    """Article 10.3. The most the pool bears of a loss over the project's whole life.

    Rounds down, since a fen more would be above the rate.
    """
    return total_loss_fen * share_rate_bp // BASIS_POINTS


def share_rate_is_the_projects(project: Project, basis: PlanBasis) -> Refusal | None:
    """Article 10.3. The plan uses the rate that was pinned to its project at the filing."""
    if basis.share_rate_bp == project.share_rate_bp:
        return None
    return refusal(
        "share_rate_differs",
        "10.3",
        f"the plan uses the rate {percent(basis.share_rate_bp)}, pinned to the project is "
        f"{percent(project.share_rate_bp)}; draw the plan up with the project's rate",
        f"方案采用的补偿比例为{percent_zh(basis.share_rate_bp)}，项目备案确定的比例为{percent_zh(project.share_rate_bp)}；请按项目比例重新制定",
    )


def pool_share_is_within_cap(
    pool_share_fen: int, total_loss_fen: int, share_rate_bp: int, committed_before_fen: int
) -> Refusal | None:
    """Article 10.3. Over a project's whole life the pool pays at most its rate of the loss, whoever notified it.

    ``committed_before_fen`` is what earlier compensations of the project have been or will be paid.
    """
    share_max_fen = pool_share_max_fen(total_loss_fen, share_rate_bp)
    if committed_before_fen + pool_share_fen <= share_max_fen:
        return None
    left_fen = max(share_max_fen - committed_before_fen, 0)
    return refusal(
        "share_above_cap",
        "10.3",
        f"the plan pays {yuan(pool_share_fen)}; of the loss of {yuan(total_loss_fen)} the pool bears "
        f"{yuan(share_max_fen)} at most, {yuan(committed_before_fen)} of it went to earlier compensations; draw it up "
        f"with at most {yuan(left_fen)}",
        f"方案补偿{yuan_zh(pool_share_fen)}；损失{yuan_zh(total_loss_fen)}中资金池最多承担{yuan_zh(share_max_fen)}，"
        f"此前补偿已占用{yuan_zh(committed_before_fen)}；请按不超过{yuan_zh(left_fen)}重新制定",
    )


def split_follows_ratio(project: Project, basis: PlanBasis, committed_before_fen: int) -> Refusal | None:
    """Article 10.4. The plan splits the pool's share by the ratio that was pinned to its project."""
    fiscal_fen = fiscal_part_of_compensation_fen(basis.pool_share_fen, committed_before_fen, project.loss_ratio)
    social_fen = basis.pool_share_fen - fiscal_fen
    ratio = project.loss_ratio
    if basis.loss_ratio == ratio and (basis.fiscal_part_fen, basis.social_part_fen) == (fiscal_fen, social_fen):
        return None
    weights = f"{ratio.fiscal_weight}:{ratio.social_weight}"
    return refusal(
        "split_differs",
        "10.4",
        f"the plan splits {yuan(basis.pool_share_fen)} into {yuan(basis.fiscal_part_fen)} fiscal and "
        f"{yuan(basis.social_part_fen)} social; by the project's ratio {weights} it is {yuan(fiscal_fen)} and "
        f"{yuan(social_fen)}: draw it up so",
        f"方案将{yuan_zh(basis.pool_share_fen)}分为财政{yuan_zh(basis.fiscal_part_fen)}、社会资本"
        f"{yuan_zh(basis.social_part_fen)}；按项目约定比例{weights}应为{yuan_zh(fiscal_fen)}与{yuan_zh(social_fen)}；请据此重新制定",
    )


# accept: paid_fen
def due_from_fiscal_fen(paid_fen: int, committed_before_fen: int, reimbursed_fen: int, ratio: LossRatio) -> int:
    """Article 10.5. What the fiscal account still owes the social capital account on a compensation.

    What F of the running total has grown by with what was paid on it, less what was reimbursed; what is reserved or
    queued for that counts as reimbursed. Recoveries come with a later issue.
    """
    return fiscal_part_of_compensation_fen(paid_fen, committed_before_fen, ratio) - reimbursed_fen


# accept: queued_fen
def payable_now_fen(queued_fen: int, available_fen: int) -> int:
    """Article 10.5. A shortage pays what is there and leaves the rest in the queue."""
    return min(queued_fen, available_fen)
