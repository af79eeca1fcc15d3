"""Article 22: existing projects go on, and what is said of them is said by who knows it."""

from services.registry.domain.pool import Pool
from services.registry.domain.project import Project, Stage
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal

_FILE_AGAIN = ("file it again (registry.project.file)", "请重新备案（registry.project.file）")
_WAIT = ("wait until its filing is decided on", "请等待备案审核决定")
_OVER = (
    "what belongs to another loan is recorded with that loan's own project: name that one",
    "如属其他贷款，请更正项目编号，在其所属项目办理",
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


def refuse_unless_project_is_covered(project: Project) -> Refusal | None:
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


def refuse_unless_told_by_cooperating_institution_or_lender(
    pool: Pool, project: Project, acting: Acting
) -> Refusal | None:
    """Article 22.1. Whether a loan was repaid is said by who knows it: the cooperating institution or its lender."""
    if acting.institution in {pool.cooperating_institution, project.loan.lender}:
        return None
    whose, lender = pool.name_of(acting.institution), pool.name_of(project.loan.lender)
    return refusal(
        "not_told_by_a_party",
        "22.1",
        f"{whose} is neither the cooperating institution nor the loan's lender {lender}; let one of them say it.",
        f"{whose} 既非合作机构，也非该笔贷款的银行 {lender}；请由其办理。",
    )


def refuse_unless_project_can_end(project: Project) -> Refusal | None:
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
