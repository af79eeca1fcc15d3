"""Article 5: the managing institution accepts or returns the annual summary and next year's work plan."""

from services.registry.domain.annual_summaries.state import AnnualSummary, SummaryStage
from shared.contracts.refusals import Refusal, refusal


def refuse_unless_summary_waits_for_decision(summary: AnnualSummary | None, year: int) -> Refusal | None:
    """Article 5.5. What is accepted or returned was submitted, and has not been decided on yet."""
    if summary is not None and summary.stage is SummaryStage.SUBMITTED:
        return None
    stage = "not drawn up" if summary is None else summary.stage.english
    stage_zh = "尚未编制" if summary is None else summary.stage.chinese
    return refusal(
        "summary_not_waiting",
        "5.5",
        f"the annual summary of {year} is {stage}; wait until the cooperating institution submits it.",
        f"{year} 年度总结的状态为“{stage_zh}”；请等待合作机构提交。",
    )


def refuse_unless_decided_submission_is_the_latest(summary: AnnualSummary, submission: int) -> Refusal | None:
    """Article 5.5. A decision is on the submission that was read: a later one may say something else."""
    if submission == summary.submission:
        return None
    return refusal(
        "submission_not_the_latest",
        "5.5",
        f"submission {summary.submission} of the annual summary of {summary.year} waits, not {submission}; read it, "
        "and name it.",
        f"{summary.year} 年度总结待审议的为第 {summary.submission} 次提交，而非第 {submission} 次；请审阅后写明次数。",
    )
