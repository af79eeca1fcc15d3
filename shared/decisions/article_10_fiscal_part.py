"""Article 10: F(x), by which the two institutions share what the pool bears. SQL says it a second time, in the ledger.

Claims plans by it and the treasury pays by it, each asking for itself; the treasury's tables refuse what differs.
"""

from shared.contracts.registry.rules import LossRatio, Ratio


# accept: amount_fen
def fiscal_part_fen(amount_fen: int, ratio: Ratio) -> int:
    """Article 10.4. F(x): the fiscal part of a running total x, in fen; the rest of x is the social part.

    A pair of contributions is split so too, by its own ratio (9.2).

    Rounds by largest remainder: both parts are floored, and the fen that is left over goes to the part with the larger
    remainder, a tie to fiscal. For two parts that is rounding the fiscal one half up, so nothing is lost or created.
    """
    weights = ratio.fiscal_weight + ratio.social_weight
    assert weights > 0, "the registry adopts no ratio without a weight"
    return (2 * amount_fen * ratio.fiscal_weight + weights) // (2 * weights)


# accept: fiscal_part_fen(before_fen + amount_fen, ratio)
def fiscal_part_of_compensation_fen(amount_fen: int, before_fen: int, ratio: LossRatio) -> int:
    """Article 10.4. The fiscal part of one compensation: what it adds to F of the running total of the project's life.

    ``before_fen`` is the whole share of all compensations before it, paid or still to be paid, so that the part does
    not change when they are. The difference of two exact steps rounds nothing itself: all parts add up to F of all.
    """
    return fiscal_part_fen(before_fen + amount_fen, ratio) - fiscal_part_fen(before_fen, ratio)
