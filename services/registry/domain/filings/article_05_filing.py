"""Article 5: what can be filed, and what a filing pins."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.registry.domain.loan_marks import KnownLoan
from services.registry.domain.project import Draft, Project, Stage
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import ProjectTerms, SimilarLoan
from shared.contracts.registry.rules import Rules
from shared.contracts.registry.words import LoanLikeness


# accept: ProjectTerms(rules_version=rules.version, share_rate_bp=0, loss_ratio=rules.loss_ratio)
def pinned_terms(rules: Rules) -> ProjectTerms:
    """Article 5.2. A filing pins the version, the share rate and the loss ratio in force to its project, for ever."""
    return ProjectTerms(rules_version=rules.version, share_rate_bp=rules.share_rate_bp, loss_ratio=rules.loss_ratio)


def refuse_unless_project_can_be_filed(project: Project | Draft | None) -> Refusal | None:
    """Article 5.4. A project is filed again only after the managing institution has returned it."""
    if project is None or isinstance(project, Draft) or project.stage is Stage.RETURNED:
        return None
    correct = ("correct it with registry.project.correct", "如需修改，请以 registry.project.correct 更正")
    next_step = {
        Stage.FILED: correct,
        Stage.LATE: correct,
        Stage.APPROVED: correct,
    }.get(
        project.stage, ("it is over, file another contract as a project of its own", "本项目已终结，其他合同请另行备案")
    )
    return refusal(
        "project_already_filed",
        "5.4",
        f"this loan contract was filed before ({project.filing} time(s)) and is {project.stage.english}; "
        f"{next_step[0]}.",
        f"该借款合同此前已备案 {project.filing} 次，状态为“{project.stage.chinese}”；{next_step[1]}。",
    )


def refuse_if_loan_was_rejected(
    similar: Sequence[SimilarLoan], loans: Mapping[UUID, KnownLoan], borrower_uscc: str
) -> tuple[Refusal, ...]:
    """Article 5.4. What was rejected for good doesn't come back under another writing of its number.

    A reading: of the same lender and borrower, with a number that differs in leading zeros, signs between digits, or
    letters taken for digits.
    """
    return tuple(
        refusal(
            "loan_rejected_before",
            "5.4",
            f"the loan {each.contract_number} of {each.lender} to this borrower was rejected for good, and the number "
            "filed now is another writing of that one; go by that decision, or file another loan under its own number.",
            f"该企业在{each.lender}的借款合同{each.contract_number}备案已被驳回，本次备案的编号仅写法不同；"
            "请按该决定办理，其他贷款请以其自身编号备案。",
        )
        for each in similar
        if LoanLikeness.NUMBER in each.alike
        and loans[each.project_id].is_rejected
        and loans[each.project_id].borrower_uscc == borrower_uscc
    )
