"""Deciding on annual summaries: their figures, their submission, and what the managing institution says (5.5, 6.7)."""

from datetime import timedelta

from services.registry.domain.annual_figures import total
from services.registry.domain.annual_summaries.article_05_annual_summary import (
    refuse_unless_decided_submission_is_the_latest,
    refuse_unless_summary_waits_for_decision,
)
from services.registry.domain.annual_summaries.article_06_annual_summary import (
    refuse_unless_figures_can_be_drawn_up_anew,
    refuse_unless_summarised_year_is_over,
    refuse_unless_summary_can_be_submitted,
    refuse_unless_summary_comes_with_plan,
)
from services.registry.domain.annual_summaries.state import AnnualSummary, SummaryStage
from services.registry.domain.command_spec import CommandSpec, cooperating, managing
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import is_repeat, said
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
from shared.contracts.registry.words import Duty
from shared.decisions.checks import all_faults
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused


def draw_up_annual_summary(ctx: CommandContext[DrawUpAnnualSummary]) -> Decision:
    """Draw the summary up; once more only where something of its year, or of one before, has come since."""
    pool, data, figures = ctx.pool, ctx.data, ctx.state.figures
    if fault := refuse_unless_summarised_year_is_over(pool, data.year, ctx.today):
        return refused(fault)
    summary = ctx.entry_as(AnnualSummary)
    of_the_year = figures.get(data.year, AnnualFigures())
    since_founding = total(of_year for year, of_year in figures.items() if year <= data.year)
    if summary is not None and summary.says(of_the_year, since_founding):
        return DUPLICATE
    if fault := refuse_unless_figures_can_be_drawn_up_anew(summary, data.year):
        return refused(fault)
    return accepted(
        AnnualSummaryDrawnUp(
            matter_id=ctx.entry_id,
            year=data.year,
            figures=of_the_year,
            figures_since_founding=since_founding,
            drawn_up_by=ctx.officer,
        )
    )


def submit_annual_summary(ctx: CommandContext[SubmitAnnualSummary]) -> Decision:
    """Submit the summary with the plan; the same again while it waits is a duplicate."""
    data = ctx.data
    summary = ctx.entry_as(AnnualSummary)
    if summary is not None and summary.stage is SummaryStage.SUBMITTED and is_repeat(data, of=summary):
        return DUPLICATE
    wrong = all_faults(
        refuse_unless_summary_can_be_submitted(summary, data.year), refuse_unless_summary_comes_with_plan(data)
    )
    if wrong:
        return refused(wrong)
    assert summary is not None
    return accepted(
        AnnualSummarySubmitted(
            matter_id=summary.matter_id, **said(data), submission=summary.submission + 1, submitted_by=ctx.officer
        )
    )


def accept_annual_summary(ctx: CommandContext[AcceptAnnualSummary]) -> Decision:
    """Accept the summary that was submitted last."""
    summary = ctx.entry_as(AnnualSummary)
    if not_now := _not_to_be_answered(ctx, summary):
        return not_now
    assert summary is not None
    return accepted(
        AnnualSummaryAccepted(
            matter_id=summary.matter_id,
            year=summary.year,
            submission=summary.submission,
            accepted_by=ctx.officer,
        )
    )


def return_annual_summary(ctx: CommandContext[ReturnAnnualSummary]) -> Decision:
    """Return the summary that was submitted last, to be submitted anew while there is time for supplements."""
    summary = ctx.entry_as(AnnualSummary)
    if not_now := _not_to_be_answered(ctx, summary):
        return not_now
    assert summary is not None
    return accepted(
        AnnualSummaryReturned(
            matter_id=summary.matter_id,
            year=summary.year,
            submission=summary.submission,
            reasons=ctx.data.reasons,
            due_on=ctx.today + timedelta(days=ctx.rules.supplement_days),
            returned_by=ctx.officer,
        )
    )


def _not_to_be_answered(
    ctx: CommandContext[AcceptAnnualSummary | ReturnAnnualSummary], summary: AnnualSummary | None
) -> Decision | None:
    """Why the summary can't be answered so; None if it can."""
    data = ctx.data
    if summary is not None and summary.submission == data.submission and _is_answered_so(summary, data):
        return DUPLICATE
    if fault := refuse_unless_summary_waits_for_decision(summary, data.year):
        return refused(fault)
    assert summary is not None
    fault = refuse_unless_decided_submission_is_the_latest(summary, data.submission)
    return refused(fault) if fault else None


def _is_answered_so(summary: AnnualSummary, data: AcceptAnnualSummary | ReturnAnnualSummary) -> bool:
    if isinstance(data, AcceptAnnualSummary):
        return summary.stage is SummaryStage.ACCEPTED
    return (summary.stage, summary.reasons) == (SummaryStage.RETURNED, data.reasons)


COMMANDS = (
    CommandSpec(DrawUpAnnualSummary, draw_up_annual_summary, "6.7", cooperating(Duty.REPORTING), begins=AnnualSummary),
    CommandSpec(
        SubmitAnnualSummary, submit_annual_summary, "6.7", cooperating(Duty.REPORTING), continues=AnnualSummary
    ),
    CommandSpec(AcceptAnnualSummary, accept_annual_summary, "5.5", managing(Duty.OVERSIGHT), continues=AnnualSummary),
    CommandSpec(ReturnAnnualSummary, return_annual_summary, "5.5", managing(Duty.OVERSIGHT), continues=AnnualSummary),
)
