"""Article 22: existing projects go on to their end: what was lent is repaid, or they are ended by decision."""

from datetime import date

from services.registry.domain.pool import Pool
from services.registry.domain.project import Project, Stage
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.decisions.amounts import yuan, yuan_zh

_FILE_AGAIN = ("file it again (registry.project.file)", "请重新备案（registry.project.file）")
_WAIT = ("wait until its filing is decided on", "请等待备案审核决定")
_OVER = (
    "what belongs to another loan is recorded with that loan's own project: correct the project_id",
    "如属其他贷款，请更正 project_id，在其所属项目办理",
)
# What comes next where a project is not, or not any more, one that the pool covers.
_NEXT = {
    Stage.INCOMPLETE: _FILE_AGAIN,
    Stage.LATE: _WAIT,
    Stage.FILED: _WAIT,
    Stage.RETURNED: _FILE_AGAIN,
    Stage.REJECTED: _OVER,
    Stage.ENDED: _OVER,
}


def project_is_covered(project: Project) -> Refusal | None:
    """Article 22.1. Drawdowns, repayments and spot checks are those of a project that is approved and has not ended."""
    if project.stage is Stage.APPROVED:
        return None
    next_step = _NEXT[project.stage]
    return refusal(
        "project_not_covered",
        "22.1",
        f"this project is {project.stage.english}, and the pool covers only what is approved and has not ended; "
        f"{next_step[0]}.",
        f"该项目状态为“{project.stage.chinese}”，仅可对已审核通过且未结束的项目办理；{next_step[1]}。",
    )


def told_by_cooperating_institution_or_lender(pool: Pool, project: Project, acting: Acting) -> Refusal | None:
    """Article 22.1. Whether a loan was repaid is said by who knows it: the cooperating institution or its lender."""
    if acting.institution in {pool.cooperating_institution, project.loan.lender}:
        return None
    return refusal(
        "not_told_by_a_party",
        "22.1",
        f"{acting.institution} is neither the cooperating institution nor the loan's lender {project.loan.lender}; let "
        "one of them say it.",
        f"{acting.institution} 既非合作机构，也非该笔贷款的银行 {project.loan.lender}；请由其办理。",
    )


def ended_by_managing_institution(pool: Pool, acting: Acting) -> Refusal | None:
    """Article 22.1. A project whose loan is not repaid is ended only by the managing institution's decision."""
    if acting.institution == pool.managing_institution:
        return None
    return refusal(
        "not_ended_by_managing_institution",
        "22.1",
        f"{acting.institution} can't end a project by decision; ask the managing institution "
        f"{pool.managing_institution}, which can.",
        f"{acting.institution} 无权决定结束项目；请由管理机构 {pool.managing_institution} 决定。",
    )


def repayment_day_is_possible(repaid_on: date, disbursed_on: date, today: date) -> Refusal | None:
    """Article 22.1. What was repaid was lent before, and is no promise."""
    if disbursed_on <= repaid_on <= today:
        return None
    return refusal(
        "repayment_day_wrong",
        "22.1",
        f"the repayment is dated {repaid_on}, the loan was paid out on {disbursed_on} and today is {today}; correct "
        "its day.",
        f"还款日 {repaid_on} 应在放款日 {disbursed_on} 至今日 {today} 之间；请更正。",
    )


def repayment_is_within_outstanding(amount_fen: int, outstanding_fen: int) -> Refusal | None:
    """Article 22.1. At most what is drawn and not repaid can be repaid."""
    if amount_fen <= outstanding_fen:
        return None
    return refusal(
        "repayment_above_outstanding",
        "22.1",
        f"{yuan(amount_fen)} were repaid, but only {yuan(outstanding_fen)} of principal are outstanding; correct the "
        "amount, or file the drawdown that is missing.",
        f"还款本金 {yuan_zh(amount_fen)}，超过未偿本金 {yuan_zh(outstanding_fen)}；请更正金额，或先备案遗漏的放款。",
    )


def repayment_reference_is_free(reference: str, *, is_taken: bool) -> Refusal | None:
    """Article 22.1. A repayment counts once: its reference stands for it."""
    if not is_taken:
        return None
    return refusal(
        "repayment_reference_taken",
        "22.1",
        f"the repayment {reference} is recorded already with another amount or day; report this one under its own "
        "reference.",
        f"编号 {reference} 的还款已登记，金额或日期不同；请以新的编号报送。",
    )


def nothing_is_outstanding(outstanding_fen: int) -> Refusal | None:
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


def project_can_end(project: Project) -> Refusal | None:
    """Article 22.1. What is approved, or was returned and never came again, can end; what waits is decided on."""
    if project.stage in {Stage.APPROVED, Stage.RETURNED}:
        return None
    next_step = _NEXT[project.stage]
    return refusal(
        "project_can_not_end",
        "22.1",
        f"this project is {project.stage.english}; {next_step[0]}.",
        f"该项目状态为“{project.stage.chinese}”；{next_step[1]}。",
    )
