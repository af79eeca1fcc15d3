"""Article 15: the reimbursement application, which a collective decision is bound to (gate 2)."""

from shared.contracts.refusals import Refusal, refusal
from shared.decisions.amounts import yuan, yuan_zh


def refuse_if_compensation_is_another(number: int, named: int) -> Refusal | None:
    """Article 15.2. Only a compensation of this case that was paid can be reimbursed."""
    if named == number:
        return None
    return refusal(
        "compensation_unknown",
        "15.2",
        f"compensation {named} of this case was not paid; apply for the one that was, which has the number {number}",
        f"本案第{named}次补偿并未支付；请按已支付的补偿序号{number}申请",
    )


def refuse_if_amount_is_above_what_is_due(amount_fen: int, fiscal_part_fen: int, decided_fen: int) -> Refusal | None:
    """Article 15.2. Only what was really paid is reimbursed, only by the ratio, and only once.

    ``fiscal_part_fen`` is F(paid) of 10.4; ``decided_fen`` what was approved before, settled already or not.
    """
    due_fen = fiscal_part_fen - decided_fen
    if amount_fen <= due_fen:
        return None
    return refusal(
        "amount_above_due",
        "15.2",
        f"the application asks for {yuan(amount_fen)}; the fiscal account's part of what was paid is "
        f"{yuan(fiscal_part_fen)}, of which {yuan(decided_fen)} is decided already: apply for at most "
        f"{yuan(due_fen)}",
        f"申请金额{yuan_zh(amount_fen)}；已支付补偿中财政资金账户应承担{yuan_zh(fiscal_part_fen)}，其中{yuan_zh(decided_fen)}"
        f"已决定；请按不超过{yuan_zh(due_fen)}的金额申请",
    )
