"""Deciding on annual summaries: their figures, their submission, and what the managing institution says (5.5, 6.7)."""

from datetime import timedelta

from services.registry.domain.annual_summaries.article_05_annual_summary import (
    decided_submission_is_the_latest,
    summary_waits_for_decision,
)
from services.registry.domain.annual_summaries.article_06_annual_summary import (
    figures_can_be_drawn_up_anew,
    summarised_year_is_over,
    summary_can_be_submitted,
    summary_comes_with_plan,
)
from services.registry.domain.annual_summaries.state import AnnualSummary, SummaryStage
from services.registry.domain.asked import Asked
from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, refused, says_the_same
from services.registry.domain.figures import total
from services.registry.domain.matter import matter_of
from shared.contracts.registry.performance import (
    AcceptAnnualSummary,
    AnnualFigures,
    AnnualSummaryAccepted,
    AnnualSummaryDrawnUp,
    AnnualSummaryReturned,
    AnnualSummarySubmitted,
    DrawUpAnnualSummary,
    ReturnAnnualSummary,
    SubmitAnnualSummary,
)


def draw_up_annual_summary(asked: Asked[DrawUpAnnualSummary]) -> Decision:
    """Draw the summary up; once more only where something of its year, or of one before, has come since."""
    pool, data, figures = asked.pool, asked.data, asked.state.figures
    if not_over := summarised_year_is_over(pool, data.year, asked.today):
        return refused(not_over)
    summary = asked.matter_as(AnnualSummary)
    of_the_year = figures.get(data.year, AnnualFigures())
    since_founding = total(of_year for year, of_year in figures.items() if year <= data.year)
    if summary is not None and summary.says(of_the_year, since_founding):
        return DUPLICATE
    if they_stay := figures_can_be_drawn_up_anew(summary, data.year):
        return refused(they_stay)
    return accepted(
        AnnualSummaryDrawnUp(
            matter_id=matter_of(asked.pool_id, data),
            year=data.year,
            figures=of_the_year,
            figures_since_founding=since_founding,
            drawn_up_by=asked.officer,
        )
    )


def submit_annual_summary(asked: Asked[SubmitAnnualSummary]) -> Decision:
    """Submit the summary with the plan; the same again while it waits is a duplicate."""
    data = asked.data
    summary = asked.matter_as(AnnualSummary)
    if summary is not None and summary.stage is SummaryStage.SUBMITTED and says_the_same(summary, data):
        return DUPLICATE
    wrong = every(summary_can_be_submitted(summary, data.year), summary_comes_with_plan(data))
    if wrong:
        return refused(wrong)
    assert summary is not None
    return accepted(
        AnnualSummarySubmitted(
            matter_id=summary.matter_id,
            year=data.year,
            submission=summary.submission + 1,
            summary=data.summary,
            work_plan=data.work_plan,
            submitted_by=asked.officer,
        )
    )


def accept_annual_summary(asked: Asked[AcceptAnnualSummary]) -> Decision:
    """Accept the summary that was submitted last."""
    summary = asked.matter_as(AnnualSummary)
    if not_now := _not_to_be_answered(asked, summary):
        return not_now
    assert summary is not None
    return accepted(
        AnnualSummaryAccepted(
            matter_id=summary.matter_id,
            year=summary.year,
            submission=summary.submission,
            accepted_by=asked.officer,
        )
    )


def return_annual_summary(asked: Asked[ReturnAnnualSummary]) -> Decision:
    """Return the summary that was submitted last, to be submitted anew while there is time for supplements."""
    summary = asked.matter_as(AnnualSummary)
    if not_now := _not_to_be_answered(asked, summary):
        return not_now
    assert summary is not None
    return accepted(
        AnnualSummaryReturned(
            matter_id=summary.matter_id,
            year=summary.year,
            submission=summary.submission,
            reasons=asked.data.reasons,
            due_on=asked.today + timedelta(days=asked.rules.supplement_days),
            returned_by=asked.officer,
        )
    )


def _not_to_be_answered(
    asked: Asked[AcceptAnnualSummary | ReturnAnnualSummary], summary: AnnualSummary | None
) -> Decision | None:
    """Why the summary can't be answered so; None if it can."""
    data = asked.data
    if summary is not None and summary.submission == data.submission and _is_answered_so(summary, data):
        return DUPLICATE
    if waits_for_nothing := summary_waits_for_decision(summary, data.year):
        return refused(waits_for_nothing)
    assert summary is not None
    another = decided_submission_is_the_latest(summary, data.submission)
    return refused(another) if another else None


def _is_answered_so(summary: AnnualSummary, data: AcceptAnnualSummary | ReturnAnnualSummary) -> bool:
    if isinstance(data, AcceptAnnualSummary):
        return summary.stage is SummaryStage.ACCEPTED
    return (summary.stage, summary.reasons) == (SummaryStage.RETURNED, data.reasons)
