"""Deciding on annual summaries: their figures, their submission, and what the managing institution says (5.5, 6.7)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import assert_never
from uuid import UUID

from services.registry.domain.annual_summary import AnnualSummary, SummaryStage
from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, first, refused
from services.registry.domain.figures import total
from services.registry.domain.matter import SummaryCommand, matter_of
from services.registry.domain.pool import Pool
from services.registry.domain.rules.article_04_institutional_roles import officer_has_duty
from services.registry.domain.rules.article_05_annual_summary import (
    decided_submission_is_the_latest,
    summary_is_decided_by_managing_institution,
    summary_waits_for_decision,
)
from services.registry.domain.rules.article_06_annual_summary import (
    summarised_by_cooperating_institution,
    summarised_year_is_over,
    summary_can_be_submitted,
    summary_comes_with_plan,
)
from shared.contracts.received import Acting
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
from shared.contracts.registry.words import Duty, Rules


def decide_on_summary(
    pool: Pool,
    summary: AnnualSummary | None,
    figures: Mapping[int, AnnualFigures],
    data: SummaryCommand,
    acting: Acting,
    *,
    pool_id: UUID,
    rules: Rules,
    today: date,
) -> Decision:
    """What becomes of a message about the summary of a year; ``figures`` are those of each year."""
    match data:
        case DrawUpAnnualSummary():  # 4.1, 6.7
            return _draw_up(pool, summary, figures, data, acting, pool_id, today)
        case SubmitAnnualSummary():  # 4.1, 6.7
            return _submit(pool, summary, data, acting)
        case AcceptAnnualSummary() | ReturnAnnualSummary():  # 4.1, 5.5
            return _answer(pool, summary, data, acting, today + timedelta(days=rules.supplement_days))
        case _:
            assert_never(data)


def _draw_up(
    pool: Pool,
    summary: AnnualSummary | None,
    figures: Mapping[int, AnnualFigures],
    data: DrawUpAnnualSummary,
    acting: Acting,
    pool_id: UUID,
    today: date,
) -> Decision:
    """Draw the summary up; the year is over, so its figures stay as they are and are drawn up once."""
    not_possible = first(
        summarised_by_cooperating_institution(pool, acting),
        officer_has_duty(pool, acting, Duty.REPORTING),
        summarised_year_is_over(pool, data.year, today),
    )
    if not_possible:
        return refused(not_possible)
    if summary is not None:
        return DUPLICATE
    assert acting.officer is not None
    return accepted(
        AnnualSummaryDrawnUp(
            matter_id=matter_of(pool_id, data),
            year=data.year,
            figures=figures.get(data.year, AnnualFigures()),
            figures_since_founding=total(of_year for year, of_year in figures.items() if year <= data.year),
            drawn_up_by=acting.officer,
        )
    )


def _submit(pool: Pool, summary: AnnualSummary | None, data: SubmitAnnualSummary, acting: Acting) -> Decision:
    """Submit the summary with the plan; the same again while it waits is a duplicate."""
    not_allowed = first(
        summarised_by_cooperating_institution(pool, acting), officer_has_duty(pool, acting, Duty.REPORTING)
    )
    if not_allowed:
        return refused(not_allowed)
    says_the_same = summary is not None and (summary.summary, summary.work_plan) == (data.summary, data.work_plan)
    if summary is not None and summary.stage is SummaryStage.SUBMITTED and says_the_same:
        return DUPLICATE
    wrong = every(summary_can_be_submitted(summary, data.year), summary_comes_with_plan(data))
    if wrong:
        return refused(wrong)
    assert summary is not None
    assert acting.officer is not None
    return accepted(
        AnnualSummarySubmitted(
            matter_id=summary.matter_id,
            year=data.year,
            submission=summary.submission + 1,
            summary=data.summary,
            work_plan=data.work_plan,
            submitted_by=acting.officer,
        )
    )


def _answer(
    pool: Pool,
    summary: AnnualSummary | None,
    data: AcceptAnnualSummary | ReturnAnnualSummary,
    acting: Acting,
    due_on: date,
) -> Decision:
    """Accept the summary, or return it to be submitted anew by ``due_on``."""
    not_allowed = first(
        summary_is_decided_by_managing_institution(pool, acting), officer_has_duty(pool, acting, Duty.OVERSIGHT)
    )
    if not_allowed:
        return refused(not_allowed)
    if summary is not None and summary.submission == data.submission and _is_answered_so(summary, data):
        return DUPLICATE
    if waits_for_nothing := summary_waits_for_decision(summary, data.year):
        return refused(waits_for_nothing)
    assert summary is not None
    if another := decided_submission_is_the_latest(summary, data.submission):
        return refused(another)
    assert acting.officer is not None
    if isinstance(data, AcceptAnnualSummary):
        return accepted(
            AnnualSummaryAccepted(
                matter_id=summary.matter_id,
                year=data.year,
                submission=data.submission,
                accepted_by=acting.officer,
            )
        )
    return accepted(
        AnnualSummaryReturned(
            matter_id=summary.matter_id,
            year=data.year,
            submission=data.submission,
            reasons=data.reasons,
            due_on=due_on,
            returned_by=acting.officer,
        )
    )


def _is_answered_so(summary: AnnualSummary, data: AcceptAnnualSummary | ReturnAnnualSummary) -> bool:
    if isinstance(data, AcceptAnnualSummary):
        return summary.stage is SummaryStage.ACCEPTED
    return (summary.stage, summary.reasons) == (SummaryStage.RETURNED, data.reasons)
