"""Article 10: the figures of a compensation plan, each with the clause that it rests on, and its name for people."""

from collections.abc import Mapping
from typing import NamedTuple

from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.rules import LossRatio, fixed_under
from shared.decisions.amounts import percent, percent_zh, yuan, yuan_zh


class Figure(NamedTuple):
    """A figure: what people call it, its clause, whether that is the ``text`` or a ``reading`` of it, what it means."""

    english: str
    chinese: str
    clause: str
    source: str
    meaning: str


# By the fields of a plan's basis, in their order.
FIGURES: Mapping[str, Figure] = {
    "rules_version": Figure(
        "version of the rules", "规则版本", "5.2", "text", "the rules in force when the project was filed"
    ),
    "share_rate_bp": Figure(
        "share rate",
        "承担风险比例",
        *fixed_under("share_rate_bp"),
        "the rate pinned to the project at its filing",
    ),
    "loss_ratio": Figure(
        "loss ratio",
        "风险分担比例",
        *fixed_under("loss_ratio"),
        "the negotiated ratio pinned to the project at its filing",
    ),
    "total_loss_fen": Figure("total loss", "损失总额", "10.1", "text", "the loss that was notified"),
    "claimed_fen": Figure("claimed compensation", "请求补偿金额", "10.2", "text", "the compensation that was claimed"),
    "committed_before_fen": Figure(
        "amount committed before",
        "此前已占用金额",
        "10.3",
        "reading",
        "the shares of the compensations released before",
    ),
    "cap_fen": Figure("cap", "补偿上限", "10.3", "text", "floor(rate × total loss), over the project's life"),
    "pool_share_fen": Figure(
        "pool's share", "资金池承担额", "10.2", "reading", "min(claimed, cap) less what was committed before"
    ),
    "fiscal_part_fen": Figure("fiscal part", "财政承担额", "10.4", "reading", "by largest remainder, a tie to fiscal"),
    "social_part_fen": Figure(
        "social part", "社会资本承担额", "10.4", "reading", "what the fiscal part leaves of the pool's share"
    ),
}


def refuse_unless_figure_is_right(field: str, right: int | LossRatio, planned: int | LossRatio) -> Refusal | None:
    """Article 10.3. Every figure of a plan is the one computed from the notice and the rules.

    ``field`` is that of the plan's basis; amounts are in fen, rates in basis points.
    """
    if planned == right:
        return None
    figure = FIGURES[field]
    return refusal(
        "plan_figure_wrong",
        figure.clause,
        f"the {figure.english} must be {_shown(field, right)} ({figure.meaning}), the plan says "
        f"{_shown(field, planned)}; draw the plan up with the figures of claims.verification.recorded",
        f"{figure.chinese}应为 {_shown_zh(field, right)}，方案载明 {_shown_zh(field, planned)}；"
        "请按 claims.verification.recorded 所载数据制定方案",
    )


def _shown(field: str, figure: int | LossRatio) -> str:
    if isinstance(figure, LossRatio):
        return f"{figure.fiscal_weight}:{figure.social_weight}"
    if field.endswith("_fen"):
        return yuan(figure)
    return percent(figure) if field.endswith("_bp") else str(figure)


def _shown_zh(field: str, figure: int | LossRatio) -> str:
    if isinstance(figure, int) and field.endswith("_fen"):
        return yuan_zh(figure)
    return percent_zh(figure) if isinstance(figure, int) and field.endswith("_bp") else _shown(field, figure)
