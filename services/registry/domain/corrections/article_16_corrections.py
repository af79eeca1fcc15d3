"""Article 16: what a correction leaves as it is."""

from collections.abc import Sequence

from services.registry.domain.pool import Pool
from services.registry.domain.project import Project, Stage
from shared.contracts.canonical_number import canonical_number
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import Drawdown, Loan


def refuse_unless_correction_is_of_this_loan(pool: Pool, project: Project, loan: Loan) -> Refusal | None:
    """Article 16.1. A correction stays with its loan: lender and contract number are what a project is known by.

    How the number is written can be corrected.
    """
    filed = project.loan
    same_number = canonical_number(loan.contract_number) == canonical_number(filed.contract_number)
    if loan.lender == filed.lender and same_number:
        return None
    named, own = pool.name_of(loan.lender), pool.name_of(filed.lender)
    return refusal(
        "correction_of_another_loan",
        "16.1",
        f"the correction names the contract {loan.contract_number} of {named}, and this project is the contract "
        f"{filed.contract_number} of {own}; file another loan as a project of its own.",
        f"更正载明的是{named}的合同 {loan.contract_number}，而本项目为{own}的合同 {filed.contract_number}；"
        "其他贷款请另行备案。",
    )


def refuse_unless_guarantor_stays_as_approved(pool: Pool, project: Project, loan: Loan) -> Refusal | None:
    """Article 16.1. Who guarantees an approved loan stays: notices are taken and payments made in view of it."""
    filed = project.loan
    if project.stage is not Stage.APPROVED or loan.guarantor == filed.guarantor:
        return None
    named, approved = (each.guarantor and pool.name_of(each.guarantor) for each in (loan, filed))
    return refusal(
        "guarantor_not_as_approved",
        "16.1",
        f"the correction names {named or 'nobody'} as the guarantor, and the project was approved with "
        f"{approved or 'none'}; name the same, or let the managing institution end this project by decision.",
        f"更正载明的担保公司为{named or '（无）'}，而项目审核通过时为{approved or '（无）'}；"
        "请保持一致，或由管理机构决定结束本项目。",
    )


def refuse_unless_approved_drawdowns_stay(project: Project, drawdowns: Sequence[Drawdown]) -> Refusal | None:
    """Article 16.1. What was filed as drawn of an approved project stays in its number; one that was refused, as it is.

    A number that was used and left out could else be filed again with a new clock.
    """
    if project.stage is not Stage.APPROVED:
        return None
    named = {drawdown.number: (drawdown.amount_fen, drawdown.disbursed_on) for drawdown in drawdowns}
    wrong = [
        str(filed.number)
        for filed in project.drawdowns
        if filed.number not in named or (filed.late and named[filed.number] != (filed.amount_fen, filed.disbursed_on))
    ]
    if not wrong:
        return None
    return refusal(
        "approved_drawdown_left_out",
        "16.1",
        f"the correction leaves out, or changes after its admission was refused: drawdown {', '.join(wrong)}; name "
        "every drawdown that was filed, and a refused one as it was.",
        f"更正遗漏或变更了第 {'、'.join(wrong)} 笔放款（变更仅限未被决定不予受理者）；请列明全部已备案放款，"
        "不予受理的应保持原样。",
    )


def refuse_if_late_drawdown_is_voted_on(project: Project) -> Refusal | None:
    """Article 16.1. While the committee is asked of a late drawdown, its project is not corrected under its hands."""
    if project.stage is not Stage.APPROVED or project.correction is not None or project.question is None:
        return None
    number = project.drawdowns[-1].number
    return refusal(
        "late_drawdown_voted_on",
        "16.1",
        f"drawdown {number} was filed late and waits for the collective decision on it; send the correction after it.",
        f"第 {number} 笔放款逾期备案，尚待集体决策；请在决策后再作更正。",
    )
