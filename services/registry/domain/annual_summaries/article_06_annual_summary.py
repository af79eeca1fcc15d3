"""Article 6: the annual summary is drawn up from recorded figures, and submitted with the next year's work plan."""

from datetime import date

from services.registry.domain.annual_summaries.state import AnnualSummary, SummaryStage
from services.registry.domain.pool import Pool
from shared.contracts.documents import DocumentKind
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.performance import SubmitAnnualSummary
from shared.decisions.article_15_documents import refuse_unless_enclosed


def refuse_unless_summarised_year_is_over(pool: Pool, year: int, today: date) -> Refusal | None:
    """Article 6.7. The figures are those of a whole year of the pool, in which nothing more can happen."""
    if pool.founded_on.year <= year < today.year:
        return None
    return refusal(
        "summarised_year_not_over",
        "6.7",
        f"the annual summary is that of a year from {pool.founded_on.year} to {today.year - 1}, not of {year}; wait "
        "until the year is over, or correct it.",
        f"年度总结应为 {pool.founded_on.year} 年至 {today.year - 1} 年之间的年度，而非 {year} 年；"
        "请待该年度结束后编制，或更正年度。",
    )


def refuse_unless_figures_can_be_drawn_up_anew(summary: AnnualSummary | None, year: int) -> Refusal | None:
    """Article 6.7. Figures that came late are drawn up anew before the summary is submitted, or after its return.

    A reading: what waits or was accepted is what was read, so its figures stay; what came later than that is in the
    figures since the founding, which each later summary says.
    """
    if summary is None or summary.can_be_submitted:
        return None
    next_step = (
        ("ask the managing institution to return it first", "请先请管理机构退回")
        if summary.stage is SummaryStage.SUBMITTED
        else (
            "go by the next summary's figures since the founding, which have what came later",
            "此后到达的数据计入下一年度总结的设立以来累计数据，请在其中核对",
        )
    )
    return refusal(
        "summary_figures_stay",
        "6.7",
        f"figures of {year} came after its annual summary was drawn up, and it is {summary.stage.english}; "
        f"{next_step[0]}.",
        f"{year} 年度总结编制后又有该年度数据到达，而该总结的状态为“{summary.stage.chinese}”；{next_step[1]}。",
    )


def refuse_unless_summary_can_be_submitted(summary: AnnualSummary | None, year: int) -> Refusal | None:
    """Article 6.7. A summary is submitted after its figures were drawn up, and anew only after it was returned."""
    if summary is not None and summary.can_be_submitted:
        return None
    if summary is None:
        return refusal(
            "summary_not_drawn_up",
            "6.7",
            f"the annual summary of {year} was not drawn up; draw it up first, from the recorded figures.",
            f"{year} 年度总结尚未编制；请先根据记录数据编制。",
        )
    return refusal(
        "summary_submitted_before",
        "6.7",
        f"the annual summary of {year} is {summary.stage.english}; wait for the decision on it, and submit it anew "
        "only if it is returned.",
        f"{year} 年度总结的状态为“{summary.stage.chinese}”；请等待审议，仅在被退回后重新提交。",
    )


def refuse_unless_summary_comes_with_plan(command: SubmitAnnualSummary) -> tuple[Refusal, ...]:
    """Article 6.7. The summary and the next year's work plan are submitted together, each as what it is."""
    return (
        *refuse_unless_enclosed((DocumentKind.ANNUAL_SUMMARY,), (command.summary,), "6.7"),
        *refuse_unless_enclosed((DocumentKind.WORK_PLAN,), (command.work_plan,), "6.7"),
    )
