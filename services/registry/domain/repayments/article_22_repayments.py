"""Article 22: existing projects go on, and what was lent is repaid."""

from datetime import date

from services.registry.domain.article_04_register import refuse_unless_number_is_free
from shared.contracts.refusals import Refusal, refusal
from shared.decisions.amounts import yuan, yuan_zh
from shared.decisions.days import refuse_unless_day_is_between


def refuse_unless_repayment_day_is_possible(repaid_on: date, disbursed_on: date, today: date) -> Refusal | None:
    """Article 22.1. What was repaid was lent before, and is no promise."""
    return refuse_unless_day_is_between("day of the repayment", "还款日", repaid_on, disbursed_on, today, "22.1")


def refuse_unless_repayment_is_within_outstanding(amount_fen: int, outstanding_fen: int) -> Refusal | None:
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


def refuse_unless_repayment_reference_is_free(reference: str, *, is_taken: bool) -> Refusal | None:
    """Article 22.1. A repayment counts once: its reference stands for it."""
    return refuse_unless_number_is_free("repayment", "还款", reference if is_taken else None, "22.1")
