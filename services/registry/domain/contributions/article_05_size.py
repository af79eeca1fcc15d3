"""Article 5: the managing institution fixes the pool's size, which further pairs add to."""

from shared.contracts.money import AMOUNT_FEN_MAX
from shared.contracts.refusals import Refusal, refusal
from shared.decisions.amounts import yuan, yuan_zh


def refuse_unless_size_can_be_booked(size_fen: int) -> Refusal | None:
    """Article 5.1. A pool does not grow above what its books can hold as one amount."""
    if size_fen <= AMOUNT_FEN_MAX:
        return None
    return refusal(
        "pool_too_large",
        "5.1",
        f"with these pairs the pool would have {yuan(size_fen)}, and no pool's books hold more than "
        f"{yuan(AMOUNT_FEN_MAX)}; correct the amounts.",
        f"加上本计划，资金池规模将达 {yuan_zh(size_fen)}，超过可记账上限 {yuan_zh(AMOUNT_FEN_MAX)}；请更正金额。",
    )
