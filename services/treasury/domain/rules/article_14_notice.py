"""Article 14: the lender's or the guarantor's notice."""

from uuid import UUID

from services.treasury.domain.case import Project
from shared.contracts import ids
from shared.contracts.claims import NotifyLoss
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import SystemUse


def notice_is_claimants(project: Project, project_id: UUID, notice: Received[NotifyLoss]) -> Refusal | None:
    """Article 14.1. The loss was notified by this project's lender or guarantor, on this project's loan.

    A system's key counts only if it was registered for loss notices.
    """
    acting, said = notice.acting, notice.data
    assert acting is not None, "a notice comes from outside"
    claimants = [claimant for claimant in (project.lender, project.guarantor) if claimant is not None]
    signed_for_notices = acting.system_use in (None, SystemUse.LOSS_NOTICES)
    named = ids.project_id(notice.pool_id, said.lender, said.loan_contract_number)
    if acting.institution in claimants and signed_for_notices and named == project_id:
        return None
    return refusal(
        "notice_by_other",
        "14.1",
        f"the notice of {acting.institution} on loan {said.loan_contract_number} of {said.lender} is not one by "
        f"{' or '.join(claimants)} on this project; have one of them notify the loss",
        f"{acting.institution}就{said.lender}的借款合同{said.loan_contract_number}提交的通知，不是由{'或'.join(claimants)}"
        "就本项目提交的；请由本项目的银行或担保公司提交风险补偿通知",
    )


def payee_holds_the_claim(project: Project, payee: str) -> Refusal | None:
    """Article 14.2. Whoever holds the claim is paid: the lender; a guarantor's proof comes with a later issue."""
    if payee == project.lender:
        return None
    return refusal(
        "payee_not_the_claimant",
        "14.2",
        f"the plan pays {payee}, the claim is held by the lender {project.lender}; draw the plan up for that",
        f"方案的收款方为{payee}，而债权人为贷款银行{project.lender}；请将收款方改为{project.lender}",
    )
