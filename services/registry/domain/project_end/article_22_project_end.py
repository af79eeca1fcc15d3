"""Article 22: existing projects go on to their end: settled, or by decision."""

from services.registry.domain.pool import Pool
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.decisions.amounts import yuan, yuan_zh


def refuse_unless_ended_by_managing_institution(pool: Pool, acting: Acting) -> Refusal | None:
    """Article 22.1. A project whose loan is not repaid is ended only by the managing institution's decision."""
    if acting.institution == pool.managing_institution:
        return None
    whose, managing = pool.name_of(acting.institution), pool.name_of(pool.managing_institution)
    return refusal(
        "not_ended_by_managing_institution",
        "22.1",
        f"{whose} can't end a project by decision; ask the managing institution {managing}, which can.",
        f"{whose} 无权决定结束项目；请由管理机构 {managing} 决定。",
    )


def refuse_if_principal_is_outstanding(outstanding_fen: int) -> Refusal | None:
    """Article 22.1. A loan is settled once nothing of it is outstanding."""
    if outstanding_fen == 0:
        return None
    return refusal(
        "loan_not_settled",
        "22.1",
        f"{yuan(outstanding_fen)} of principal are outstanding; report the repayments first, or let the managing "
        "institution end the project by decision.",
        f"尚有未偿本金 {yuan_zh(outstanding_fen)}；请先报送还款，或由管理机构决定结束项目。",
    )
