"""Article 16: each drawdown of a loan is filed within its own window."""

from datetime import date

from services.registry.domain.article_16_filing import filing_deadline
from services.registry.domain.working_days import WorkingDays
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import Drawdown, FiledDrawdown, Loan
from shared.decisions.amounts import yuan, yuan_zh
from shared.decisions.checks import all_faults
from shared.decisions.days import refuse_if_day_is_ahead


# accept: loan.drawdowns
def drawdowns_of(loan: Loan) -> tuple[Drawdown, ...]:
    """Article 16.1. What a loan has paid out: a loan that names no drawdown paid its principal at once."""
    return loan.drawdowns or (Drawdown(number=1, amount_fen=loan.principal_fen, disbursed_on=loan.disbursed_on),)


# accept: FiledDrawdown(**drawdown.model_dump(), filed_on=filed_on, filing_deadline=filed_on)
def filed_drawdown(drawdown: Drawdown, filed_on: date, window_days: int, working_days: WorkingDays) -> FiledDrawdown:
    """Article 16.1. A drawdown with its own clock, late if it was filed after its window's last day."""
    deadline = filing_deadline(drawdown.disbursed_on, window_days, working_days)
    return FiledDrawdown(
        number=drawdown.number,
        amount_fen=drawdown.amount_fen,
        disbursed_on=drawdown.disbursed_on,
        filed_on=filed_on,
        filing_deadline=deadline.last_day,
        filing_deadline_provisional=deadline.provisional,
        late=filed_on > deadline.last_day,
    )


def refuse_unless_drawdowns_were_paid_out(loan: Loan, today: date) -> tuple[Refusal, ...]:
    """Article 16.1. What is filed has been paid out, since its window counts from that day."""
    return all_faults(
        *(
            refuse_if_day_is_ahead(
                f"payout of drawdown {each.number} on", f"第 {each.number} 笔放款日", each.disbursed_on, today, "16.1"
            )
            for each in drawdowns_of(loan)
        )
    )


def refuse_unless_drawdowns_are_in_order(loan: Loan) -> Refusal | None:
    """Article 16.1. Drawdowns are numbered 1, 2, 3 … in the order of their days, and the first is the loan's payout."""
    drawdowns = drawdowns_of(loan)
    numbers, days = [each.number for each in drawdowns], [each.disbursed_on for each in drawdowns]
    if numbers == list(range(1, len(numbers) + 1)) and days == sorted(days) and days[0] == loan.disbursed_on:
        return None
    return refusal(
        "drawdowns_not_in_order",
        "16.1",
        f"the drawdowns are numbered {', '.join(map(str, numbers))} and dated {', '.join(map(str, days))}, and the "
        f"loan was first paid out on {loan.disbursed_on}; number them from 1 in the order of their days, the first on "
        "that day.",
        f"各笔放款编号为 {'、'.join(map(str, numbers))}，日期为 {'、'.join(map(str, days))}，首次放款日为 "
        f"{loan.disbursed_on}；请按日期先后从 1 起编号，且首笔日期与首次放款日一致。",
    )


def refuse_unless_drawdowns_follow_the_contract(loan: Loan) -> tuple[Refusal, ...]:
    """Article 16.1. A drawdown is paid out under its contract: not before that was made, nor after it is due."""
    return tuple(
        refusal(
            "drawdown_outside_contract",
            "16.1",
            f"drawdown {drawdown.number} was paid out on {drawdown.disbursed_on}, but its contract was made on "
            f"{loan.contracted_on} and is due on {loan.due_on}; correct the day, or file it under its own contract.",
            f"第 {drawdown.number} 笔放款日 {drawdown.disbursed_on} 不在合同日 {loan.contracted_on} 至到期日 "
            f"{loan.due_on} 之间；请更正日期，或按其所属合同备案。",
        )
        for drawdown in loan.drawdowns
        if not loan.contracted_on <= drawdown.disbursed_on <= loan.due_on
    )


def refuse_unless_drawdowns_are_within_principal(loan: Loan) -> Refusal | None:
    """Article 16.1. All drawdowns together are at most the principal that was contracted."""
    drawn_fen = sum(drawdown.amount_fen for drawdown in loan.drawdowns)
    if drawn_fen <= loan.principal_fen:
        return None
    return refusal(
        "drawdowns_above_principal",
        "16.1",
        f"the drawdowns add up to {yuan(drawn_fen)}, above the loan's principal of {yuan(loan.principal_fen)}; correct "
        "the amounts.",
        f"各笔放款合计 {yuan_zh(drawn_fen)}，超过贷款本金 {yuan_zh(loan.principal_fen)}；请更正金额。",
    )
