"""Article 16: a correction is judged like a filing, and no clock that has run out runs again by it."""

from collections.abc import Sequence
from datetime import date

from services.registry.domain.article_16_drawdowns import filed_drawdown
from services.registry.domain.project import Project
from services.registry.domain.working_days import WorkingDays
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import Drawdown, FiledDrawdown
from shared.decisions.amounts import yuan, yuan_zh


# accept: filed_drawdown(drawdown, drawdown.disbursed_on, window_days, working_days)
def drawdown_judged_anew(
    drawdown: Drawdown, earlier: Sequence[FiledDrawdown], today: date, window_days: int, working_days: WorkingDays
) -> FiledDrawdown:
    """Article 16.1. A drawdown that is filed once more, with its clock; ``earlier`` are its earlier versions.

    It counts as filed on the day on which so much of it was first filed, if it had been paid out by then; what was
    added, or was paid out only after that day, is filed today. Its window is that of the day it has now; but a window
    that had closed before a filing stays closed, also if a later day of payout would open it again (a reading).
    """
    filed_on = min(
        (
            each.filed_on
            for each in earlier
            if each.amount_fen >= drawdown.amount_fen and each.filed_on >= drawdown.disbursed_on
        ),
        default=today,
    )
    judged = filed_drawdown(drawdown, filed_on, window_days, working_days)
    closed = [
        each.filing_deadline
        for each in earlier
        if each.filed_on > each.filing_deadline and each.disbursed_on < drawdown.disbursed_on
    ]
    if not closed:
        return judged
    return judged.model_copy(update={"filing_deadline": min(closed), "late": filed_on > min(closed)})


def refuse_unless_repayments_fit_the_correction(
    project: Project, drawdowns: Sequence[Drawdown | FiledDrawdown]
) -> Refusal | None:
    """Article 16.1. What was repaid had been drawn, and not later: a correction can't make the loan less than that."""
    drawn_fen = sum(drawdown.amount_fen for drawdown in drawdowns)
    first_on = min((drawdown.disbursed_on for drawdown in drawdowns), default=project.loan.disbursed_on)
    too_early = [repayment.reference for repayment in project.repayments if repayment.repaid_on < first_on]
    if project.repaid_fen <= drawn_fen and not too_early:
        return None
    return refusal(
        "correction_below_repayments",
        "16.1",
        f"{yuan(project.repaid_fen)} are recorded as repaid, of {yuan(drawn_fen)} that the correction says were drawn "
        f"from {first_on} on; correct the drawdowns, or return the correction.",
        f"已登记还款 {yuan_zh(project.repaid_fen)}，而更正后放款为自 {first_on} 起 {yuan_zh(drawn_fen)}；"
        "请更正放款，或退回该更正。",
    )
