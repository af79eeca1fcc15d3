"""Article 14: the lender's or the guarantor's notice."""

from uuid import UUID

from services.treasury.domain.case import Project
from shared.contracts import ids
from shared.contracts.claims import NotifyLoss
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import SystemUse
from shared.decisions.article_14_claimants import refuse_unless_notifier_is_party
from shared.decisions.permission import Names


def refuse_unless_notice_is_claimants(
    names: Names, project: Project, project_id: UUID, notice: Received[NotifyLoss]
) -> Refusal | None:
    """Article 14.1. The loss was notified by this project's lender or guarantor, on this project's loan.

    A system's key counts only if it was registered for loss notices.
    """
    acting, said = notice.acting, notice.data
    assert acting is not None, "a notice comes from outside"
    if fault := refuse_unless_notifier_is_party(names, acting.institution, project.lender, project.guarantor):
        return fault
    signed_for_notices = acting.system_use in (None, SystemUse.LOSS_NOTICES)
    if signed_for_notices and ids.project_id(notice.pool_id, said.lender, said.loan_contract_number) == project_id:
        return None
    lender = names.name_of(said.lender)
    return refusal(
        "notice_of_another_loan",
        "14.1",
        f"the notice on loan {said.loan_contract_number} of {lender} is on another project, or a key signed it "
        "that is not for loss notices; have the loss of this loan notified",
        f"就{lender}的借款合同{said.loan_contract_number}提交的通知属于另一项目，或签名密钥并非用于损失通知；"
        "请就本项目的贷款提交风险补偿通知",
    )
