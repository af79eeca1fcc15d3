"""Article 9: what both institutions pay in."""

from collections.abc import Sequence

from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.rules import ContributionRatio
from shared.contracts.registry.words import PlannedInstalment
from shared.decisions.amounts import yuan, yuan_zh
from shared.decisions.article_10_fiscal_part import fiscal_part_fen


def refuse_unless_contributions_are_in_ratio(
    contributions: Sequence[PlannedInstalment], ratio: ContributionRatio
) -> tuple[Refusal, ...]:
    """Article 9.2. Both institutions pay in every planned instalment, in the ratio of the rules, to the fen.

    Each pair is split by largest remainder, a tie to fiscal, as a loss is: an amount that the ratio doesn't divide
    differs from it by less than a fen.
    """
    return tuple(
        refusal(
            "contributions_not_in_ratio",
            "9.2",
            f"instalment {pair.instalment} plans {yuan(pair.fiscal_fen)} of fiscal and {yuan(pair.social_fen)} of "
            f"social capital; in the ratio {ratio.fiscal_weight}:{ratio.social_weight} of the rules their "
            f"{yuan(pair_fen)} are {yuan(fiscal_fen)} and {yuan(pair_fen - fiscal_fen)}. Plan them so and "
            "send it again.",
            f"第 {pair.instalment} 期计划财政资金 {yuan_zh(pair.fiscal_fen)}、社会资本 {yuan_zh(pair.social_fen)}；"
            f"按规则出资比例 {ratio.fiscal_weight}:{ratio.social_weight}，合计 {yuan_zh(pair_fen)}应分为 "
            f"{yuan_zh(fiscal_fen)}和 {yuan_zh(pair_fen - fiscal_fen)}，请更正后重新提交。",
        )
        for pair in contributions
        for pair_fen in (pair.fiscal_fen + pair.social_fen,)
        for fiscal_fen in (fiscal_part_fen(pair_fen, ratio),)
        if pair.fiscal_fen != fiscal_fen
    )


def refuse_unless_contributions_make_up_the_size(
    contributions: Sequence[PlannedInstalment], size_fen: int
) -> Refusal | None:
    """Article 9.2. The planned pairs together are the pool's size."""
    planned_fen = sum(pair.fiscal_fen + pair.social_fen for pair in contributions)
    if planned_fen == size_fen:
        return None
    return refusal(
        "contributions_not_the_size",
        "9.2",
        f"the planned instalments add up to {yuan(planned_fen)}, the pool's size is {yuan(size_fen)}; make them agree.",
        f"各期计划出资合计 {yuan_zh(planned_fen)}，资金池规模为 {yuan_zh(size_fen)}；请使两者一致。",
    )


def refuse_unless_instalments_are_numbered_in_order(
    contributions: Sequence[PlannedInstalment], planned: Sequence[PlannedInstalment] = ()
) -> Refusal | None:
    """Article 9.2. Instalments are numbered 1, 2, 3 … in the order in which they fall due, after those ``planned``."""
    numbers = [pair.instalment for pair in contributions]
    days = [pair.due_on for pair in contributions]
    first = len(planned) + 1
    is_later = not planned or not days or planned[-1].due_on <= days[0]
    if numbers == list(range(first, first + len(numbers))) and days == sorted(days) and is_later:
        return None
    return refusal(
        "instalments_not_in_order",
        "9.2",
        f"the instalments are numbered {', '.join(map(str, numbers))} and due on {', '.join(map(str, days))}; "
        f"number them from {first} without a gap, in the order of their due days.",
        f"各期编号为 {'、'.join(map(str, numbers))}，到期日为 {'、'.join(map(str, days))}；"
        f"请从 {first} 起按到期日先后连续编号。",
    )
