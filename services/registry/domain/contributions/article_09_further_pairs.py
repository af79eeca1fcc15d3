"""Article 9: further pairs of contributions are planned by both institutions, ahead of their time."""

from collections.abc import Sequence
from datetime import date

from services.registry.domain.contributions.state import ContributionsPlan
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import PlannedInstalment


def refuse_unless_plan_says_what_was_proposed(proposed: ContributionsPlan | None, *, is_same: bool) -> Refusal | None:
    """Article 9.2. Both institutions plan the same pairs under one number; another plan has its own number."""
    if proposed is None or is_same:
        return None
    return refusal(
        "contributions_plan_differs",
        "9.2",
        f"under the number {proposed.number} other pairs of contributions, or another agreement, were planned; say "
        "the same to consent to them, or plan others under a number of their own.",
        f"编号 {proposed.number} 项下已提出的出资计划或协议与此不同；如同意请提交相同内容，另行计划请用新的编号。",
    )


def refuse_if_pairs_are_due_already(instalments: Sequence[PlannedInstalment], today: date) -> Refusal | None:
    """Article 9.2. Nobody is in arrears on the day of the plan: each further pair falls due today or later."""
    past = [pair for pair in instalments if pair.due_on < today]
    if not past:
        return None
    return refusal(
        "contributions_due_already",
        "9.2",
        f"instalment {past[0].instalment} is to be paid in by {past[0].due_on}, and today is {today}; let it fall due "
        "today or later.",
        f"第 {past[0].instalment} 期出资的到期日 {past[0].due_on} 早于今日 {today}；请将到期日定为今日或之后。",
    )
