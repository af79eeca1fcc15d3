"""Article 16: a project is filed within the window after its loan was paid out, with its materials."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.registry.domain.working_days import WorkingDays
from shared.contracts.documents import Document
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import FiledDrawdown, Loan
from shared.contracts.registry.rules import Rules
from shared.decisions.article_14_claimants import refuse_unless_contract_number_can_be_read
from shared.decisions.article_15_documents import materials_of, refuse_unless_enclosed

# No run of days off is longer; the longest so far had eight.
_DAYS_OFF_MAX = 31


@dataclass(frozen=True, slots=True)
class FilingDeadline:
    """The last day on which something is in time; provisional while a notice to come can still move it."""

    last_day: date
    provisional: bool


# accept: FilingDeadline(disbursed_on, provisional=False)
def filing_deadline(disbursed_on: date, window_days: int, working_days: WorkingDays) -> FilingDeadline:
    """Article 16.1. The last day of the filing window: calendar days, the day of payout not counted.

    A last day on which nobody works (weekend or statutory holiday, 法定休假日) moves to the next working day: a
    reading, after Article 203 of the Civil Code. It is final once nothing that is still to be published can change it.
    """
    last_day = disbursed_on + timedelta(days=window_days)
    provisional = not working_days.is_settled(last_day)
    for _ in range(_DAYS_OFF_MAX):
        if working_days.is_working(last_day):
            return FilingDeadline(last_day, provisional)
        last_day += timedelta(days=1)
        provisional = provisional or not working_days.is_settled(last_day)
    raise AssertionError(f"no working day within {_DAYS_OFF_MAX} days before {last_day}")


def refuse_unless_filed_in_time(drawdown: FiledDrawdown) -> Refusal | None:
    """Article 16.1. A drawdown is filed by the last day of its window; a late one needs a recorded decision."""
    if drawdown.filed_on <= drawdown.filing_deadline:
        return None
    is_provisional = drawdown.filing_deadline_provisional
    provisional = (
        " (provisional: days off in lieu around it are not published yet; file again once they are, if they move it)"
        if is_provisional
        else ""
    )
    provisional_zh = "（暂定：其前后的调休安排尚未公布；如公布后顺延，可再次备案）" if is_provisional else ""
    return refusal(
        "filed_late",
        "16.1",
        f"drawdown {drawdown.number} of {drawdown.disbursed_on} was filed on {drawdown.filed_on}, after the last day "
        f"{drawdown.filing_deadline}{provisional}; a late filing is admitted only by a collective decision of the "
        "managing institution: say why it comes late, and it waits for that decision.",
        f"{drawdown.disbursed_on} 的第 {drawdown.number} 笔放款于 {drawdown.filed_on} 备案，晚于最后期限 "
        f"{drawdown.filing_deadline}{provisional_zh}；逾期备案须经管理机构集体决策后方可受理：请说明逾期原因，"
        "提交后等待该决定。",
    )


def refuse_unless_loan_days_are_in_order(loan: Loan) -> Refusal | None:
    """Article 16.1. A loan is contracted, then paid out, then due: other days can't be the ones the window needs."""
    if loan.contracted_on <= loan.disbursed_on <= loan.due_on:
        return None
    return refusal(
        "loan_days_not_in_order",
        "16.1",
        f"the loan was contracted on {loan.contracted_on}, paid out on {loan.disbursed_on} and is due on "
        f"{loan.due_on}; these days must follow each other: correct them.",
        f"合同日 {loan.contracted_on}、放款日 {loan.disbursed_on}、到期日 {loan.due_on} 应依次先后；请更正。",
    )


def refuse_unless_materials_are_complete(
    rules: Rules, documents: Sequence[Document], guarantor: str | None
) -> tuple[Refusal, ...]:
    """Article 16.2. The filing holds each document it needs, under whatever title; the guarantee's if there is one."""
    return refuse_unless_enclosed(materials_of(rules.filing_materials, guarantor), documents, "16.2")


def refuse_unless_loan_is_known_by_its_number(contract_number: str) -> Refusal | None:
    """Article 16.1. A loan is filed under its contract's number, which can be read in one way only.

    A reading: neither width nor case, dashes, brackets and other signs tell two contracts apart, nor letters that look
    alike.
    """
    return refuse_unless_contract_number_can_be_read(contract_number, "16.1")
