"""Article 10: what the pool bears of a loss, and which account bears it."""

from services.treasury.domain.case import Project
from shared.contracts.claims import DrawUpPlan, NotifyLoss, PlanBasis
from shared.contracts.money import BASIS_POINTS
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.rules import LossRatio
from shared.decisions.amounts import yuan, yuan_zh
from shared.decisions.article_05_bound_bytes import refuse_unless_hash_is_named
from shared.decisions.article_10_fiscal_part import fiscal_part_of_compensation_fen
from shared.decisions.article_10_plan_figures import refuse_unless_figure_is_right
from shared.decisions.checks import first_fault


def refuse_unless_plan_rests_on_notice(plan: Received[DrawUpPlan], notice: Received[NotifyLoss]) -> Refusal | None:
    """Article 10.2. The plan takes the notifier's figures from the very notice it names by its hash."""
    basis, loss = plan.data.basis, notice.data
    return first_fault(
        refuse_unless_hash_is_named("notice", "通知", notice.content_sha256, plan.data.notice_sha256, "10.2"),
        refuse_unless_figure_is_right("total_loss_fen", loss.loss.total_fen, basis.total_loss_fen),
        refuse_unless_figure_is_right("claimed_fen", loss.claimed_fen, basis.claimed_fen),
    )


def refuse_unless_pool_share_is_claimed(basis: PlanBasis) -> Refusal | None:
    """Article 10.2. The plan never pays more than was claimed."""
    if basis.committed_before_fen + basis.pool_share_fen <= basis.claimed_fen:
        return None
    left_fen = max(basis.claimed_fen - basis.committed_before_fen, 0)
    return refusal(
        "share_above_claimed",
        "10.2",
        f"the plan pays {yuan(basis.pool_share_fen)}; claimed were {yuan(basis.claimed_fen)} over the project's life, "
        f"of which earlier compensations committed {yuan(basis.committed_before_fen)}: plan at most {yuan(left_fen)}",
        f"方案补偿{yuan_zh(basis.pool_share_fen)}；累计请求补偿{yuan_zh(basis.claimed_fen)}，此前补偿已占用"
        f"{yuan_zh(basis.committed_before_fen)}；请按不超过{yuan_zh(left_fen)}重新制定",
    )


# accept: total_loss_fen
def pool_share_max_fen(total_loss_fen: int, share_rate_bp: int) -> int:
    """Article 10.3. The most the pool bears of a loss over the project's whole life.

    Rounds down, since a fen more would be above the rate.
    """
    return total_loss_fen * share_rate_bp // BASIS_POINTS


def refuse_unless_share_rate_is_the_projects(project: Project, basis: PlanBasis) -> Refusal | None:
    """Article 10.3. The plan uses the rate that was pinned to its project at the filing."""
    return refuse_unless_figure_is_right("share_rate_bp", project.share_rate_bp, basis.share_rate_bp)


def refuse_unless_pool_share_is_within_cap(
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


def refuse_unless_split_follows_ratio(project: Project, basis: PlanBasis, committed_before_fen: int) -> Refusal | None:
    """Article 10.4. The plan splits the pool's share by the ratio that was pinned to its project."""
    fiscal_fen = fiscal_part_of_compensation_fen(basis.pool_share_fen, committed_before_fen, project.loss_ratio)
    return first_fault(
        refuse_unless_figure_is_right("committed_before_fen", committed_before_fen, basis.committed_before_fen),
        refuse_unless_figure_is_right("loss_ratio", project.loss_ratio, basis.loss_ratio),
        refuse_unless_figure_is_right("fiscal_part_fen", fiscal_fen, basis.fiscal_part_fen),
        refuse_unless_figure_is_right("social_part_fen", basis.pool_share_fen - fiscal_fen, basis.social_part_fen),
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
