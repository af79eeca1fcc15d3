"""Article 16: when a further drawdown can be filed."""

from collections.abc import Sequence

from services.registry.domain.project import Project
from shared.contracts.refusals import Refusal, refusal


def refuse_if_correction_waits(project: Project) -> Refusal | None:
    """Article 16.1. While a correction waits, a further drawdown is filed in it: one whole version is decided on."""
    if project.correction is None:
        return None
    number = project.correction.filing
    return refusal(
        "correction_waits",
        "16.1",
        f"correction {number} of this project waits for its decision; file the drawdown in a correction of {number} "
        "(registry.project.correct), which keeps its window, or after the decision.",
        f"该项目的更正（第 {number} 版）尚待审核；请在对该版的再次更正中一并备案该笔放款"
        "（registry.project.correct），或在审核后备案。",
    )


def refuse_unless_drawdown_number_is_free(numbers: Sequence[int], number: int) -> Refusal | None:
    """Article 16.1. A number stands for one drawdown as it was filed; what is wrong with it is corrected."""
    if number not in numbers:
        return None
    return refusal(
        "drawdown_number_taken",
        "16.1",
        f"drawdown {number} of this loan is filed with another amount, day, reason or document; file a further one as "
        f"number {max(numbers) + 1}, or correct this one (registry.project.correct).",
        f"本贷款第 {number} 笔放款已备案，金额、日期、原因或文件不同；另有放款请以第 {max(numbers) + 1} 笔备案，"
        "如需更正请使用 registry.project.correct。",
    )


def refuse_if_late_drawdown_waits(project: Project) -> Refusal | None:
    """Article 16.1. The committee is asked of one late drawdown at a time: the next comes after its decision."""
    if project.question is None:
        return None
    return refusal(
        "late_drawdown_waits",
        "16.1",
        f"drawdown {project.drawdowns[-1].number} was filed late and waits for the collective decision on it; file the "
        "next one after that.",
        f"第 {project.drawdowns[-1].number} 笔放款逾期备案，尚待集体决策；请在决策后再备案下一笔。",
    )
