"""The papers of the demonstration's case: the notice, the verification, the plan, the reimbursement application."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.contracts import claims, treasury
from shared.contracts.documents import DocumentKind
from simulator.papers import CONTRIBUTION_FEN, FISCAL_PART_FEN, INTEREST_FEN, LOSS_FEN, PRINCIPAL_FEN, document
from simulator.parties import LENDER
from simulator.party_messages import Message


def contribution(account: treasury.Account, today: date) -> treasury.ConfirmContribution:
    """The supervising bank's word that the first instalment has arrived on ``account``."""
    is_fiscal = account is treasury.Account.FISCAL
    return treasury.ConfirmContribution(
        account=account,
        instalment=1,
        amount_fen=CONTRIBUTION_FEN,
        budget_reference="IP-SERVICES-2026" if is_fiscal else None,
        budget_year=today.year if is_fiscal else None,
        bank_reference=f"CONTRIBUTION-{account.value}",
        value_on=today,
        booked_on=today,
        maker="accounts-maker",
        checker="accounts-checker",
    )


def loss_notice(contract_number: str, as_of: date, **changes: Any) -> claims.NotifyLoss:
    """The lender's notice; ``changes`` replace fields of its loss."""
    figures: dict[str, Any] = {
        "as_of": as_of,
        "principal_fen": PRINCIPAL_FEN,
        "interest_fen": INTEREST_FEN,
        "penalty_interest_fen": 0,
        "overdue_interest_fen": 0,
        "overdue_penalty_fen": 0,
        "other_fen": 0,
        "total_fen": LOSS_FEN,
        **changes,
    }
    return claims.NotifyLoss(
        lender=LENDER,
        loan_contract_number=contract_number,
        origin=claims.NoticeOrigin.COMPENSATION_NOTICE,
        loss=claims.Loss(**figures),
        claimed_fen=figures["total_fen"],
        maker="loans-maker",
        checker="loans-checker",
        documents=(document(DocumentKind.LOSS_NOTICE, "风险补偿通知"),),
    )


def review(project_id: UUID, notice_sha256: str) -> claims.RecordReview:
    """The preliminary review that found the notice in order."""
    return claims.RecordReview(project_id=project_id, notice_sha256=notice_sha256, findings="材料齐全，通知要素完整")


def verification(project_id: UUID, visited_at: datetime) -> claims.RecordVerification:
    """The on-site verification by two officers."""
    return claims.RecordVerification(
        project_id=project_id,
        verifiers=("verifier-one", "verifier-two"),
        visited_at=visited_at,
        place="示范区科技园一号楼",
        premises_abandoned=False,
        findings="企业停止经营，质押专利仍有效",
        evidence=(document(DocumentKind.VERIFICATION_EVIDENCE, "现场核实记录"),),
    )


def plan(project_id: UUID, notice_sha256: str, basis: Message) -> claims.DrawUpPlan:
    """The compensation plan on the basis that the event of the on-site verification carries."""
    return claims.DrawUpPlan(
        project_id=project_id,
        compensation=1,
        notice_sha256=notice_sha256,
        payee=LENDER,
        basis=claims.PlanBasis.model_validate(basis),
        explanation="按备案时约定的比例和第十条第二款的上限计算",
    )


def application(project_id: UUID, amount_fen: int = FISCAL_PART_FEN) -> claims.ApplyForReimbursement:
    """The reimbursement application with its four documents."""
    return claims.ApplyForReimbursement(
        project_id=project_id,
        compensation=1,
        amount_fen=amount_fen,
        documents=(
            document(DocumentKind.PROJECT_DESCRIPTION, "知识产权融资项目情况说明"),
            document(DocumentKind.LOAN_CONTRACT, "流动资金借款合同"),
            document(DocumentKind.GUARANTEE_CONTRACT, "委托保证合同"),
            document(DocumentKind.COMPENSATION_PLAN, "风险补偿方案"),
        ),
    )
