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
from services.registry.domain.article_04_administrators import refuse_if_approved_by_the_same_person
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import is_repeat
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
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import cooperating, managing


def draw_up_annual_summary(ctx: CommandContext[DrawUpAnnualSummary]) -> Decision:
    """Draw the summary up; once more only where something of its year, or of one before, has come since."""
    pool, command, figures = ctx.pool, ctx.command, ctx.state.figures
    if fault := refuse_unless_summarised_year_is_over(pool, command.year, ctx.today):
        return refused(fault)
    summary = ctx.entry_as(AnnualSummary)
    of_the_year = figures.get(command.year, AnnualFigures())
    since_founding = total(of_year for year, of_year in figures.items() if year <= command.year)
    if summary is not None and summary.says(of_the_year, since_founding):
        return DUPLICATE
    if fault := refuse_unless_figures_can_be_drawn_up_anew(summary, command.year):
        return refused(fault)
    return accepted(
        AnnualSummaryDrawnUp(
            entry_id=ctx.entry_id,
            year=command.year,
            figures=of_the_year,
            figures_since_founding=since_founding,
            drawn_up_by=ctx.officer,
        )
    )


def submit_annual_summary(ctx: CommandContext[SubmitAnnualSummary]) -> Decision:
    """Submit the summary with the plan; the same again while it waits is a duplicate."""
    command = ctx.command
    summary = ctx.entry_as(AnnualSummary)
    if summary is not None and summary.stage is SummaryStage.SUBMITTED and is_repeat(command, of=summary):
        return DUPLICATE
    wrong = all_faults(
        refuse_unless_summary_can_be_submitted(summary, command.year), refuse_unless_summary_comes_with_plan(command)
    )
    if wrong:
        return refused(wrong)
    assert summary is not None
    return accepted(
        AnnualSummarySubmitted(
            entry_id=summary.entry_id, **dict(command), submission=summary.submission + 1, submitted_by=ctx.officer
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
            entry_id=summary.entry_id,
            **dict(ctx.command),
            accepted_by=ctx.officer,
            rules_version=ctx.rules.version,
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
            entry_id=summary.entry_id,
            **dict(ctx.command),
            due_on=ctx.today + timedelta(days=ctx.rules.supplement_days),
            returned_by=ctx.officer,
            rules_version=ctx.rules.version,
        )
    )


def _not_to_be_answered(
    ctx: CommandContext[AcceptAnnualSummary | ReturnAnnualSummary], summary: AnnualSummary | None
) -> Decision | None:
    """Why the summary can't be answered so; None if it can."""
    command = ctx.command
    if summary is not None and summary.submission == command.submission and _is_answered_so(summary, command):
        return DUPLICATE
    if fault := refuse_unless_summary_waits_for_decision(summary, command.year):
        return refused(fault)
    assert summary is not None
    assert summary.submitted_by is not None, "only what was submitted waits"
    pool = ctx.pool
    submitter, answerer = (pool.cooperating_institution, summary.submitted_by), (ctx.acting.institution, ctx.officer)
    fault = first_fault(
        refuse_unless_decided_submission_is_the_latest(summary, command.submission),
        refuse_if_approved_by_the_same_person(pool, submitter, answerer, "5.5"),
    )
    return refused(fault) if fault else None


def _is_answered_so(summary: AnnualSummary, command: AcceptAnnualSummary | ReturnAnnualSummary) -> bool:
    if isinstance(command, AcceptAnnualSummary):
        return summary.stage is SummaryStage.ACCEPTED
    return (summary.stage, summary.reasons) == (SummaryStage.RETURNED, command.reasons)


COMMANDS = (
    CommandSpec(DrawUpAnnualSummary, draw_up_annual_summary, "6.7", cooperating(Duty.REPORTING), begins=AnnualSummary),
    CommandSpec(
        SubmitAnnualSummary, submit_annual_summary, "6.7", cooperating(Duty.REPORTING), continues=AnnualSummary
    ),
    CommandSpec(AcceptAnnualSummary, accept_annual_summary, "5.5", managing(Duty.OVERSIGHT), continues=AnnualSummary),
    CommandSpec(ReturnAnnualSummary, return_annual_summary, "5.5", managing(Duty.OVERSIGHT), continues=AnnualSummary),
)
