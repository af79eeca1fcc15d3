"""Deciding on corrections: a new version of a filing, and what the managing institution says to it (5.4, 16.1)."""

from services.registry.domain.article_04_institutional_roles import refuse_unless_there_is_room
from services.registry.domain.article_05_projects import refuse_unless_project_is_known
from services.registry.domain.article_10_one_loan import refuse_if_loan_could_be_filed_already
from services.registry.domain.article_16_corrections import refuse_unless_repayments_fit_the_correction
from services.registry.domain.article_16_drawdowns import drawdowns_of, refuse_unless_drawdowns_were_paid_out
from services.registry.domain.article_16_filing import refuse_unless_filed_in_time
from services.registry.domain.article_22_stop import refuse_unless_payouts_are_before_the_stop
from services.registry.domain.ballot import voided
from services.registry.domain.command_spec import CommandSpec, named_project
from services.registry.domain.context import CommandContext
from services.registry.domain.corrections.article_05_corrections import (
    refuse_unless_correction_names_what_stands,
    refuse_unless_project_can_be_corrected,
)
from services.registry.domain.corrections.article_16_corrections import (
    refuse_if_late_drawdown_is_voted_on,
    refuse_unless_approved_drawdowns_stay,
    refuse_unless_correction_is_of_this_loan,
    refuse_unless_guarantor_stays_as_approved,
)
from services.registry.domain.filing_checks import (
    files_the_same,
    judged_anew,
    not_covered,
    right_keys,
    said_of_version,
    taken_already,
    what_is_missing,
)
from services.registry.domain.loan_marks import marks_in
from services.registry.domain.project import Project, Stage
from shared.contracts.refusals import Refusal
from shared.contracts.registry.corrections import (
    CorrectProject,
    ProjectCorrected,
)
from shared.contracts.registry.projects import FiledDrawdown
from shared.contracts.registry.rules import Rules
from shared.contracts.registry.words import Duty
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, deficient, held, refused
from shared.decisions.permission import cooperating

# A version a month, for as long as a loan can last, and then some.
VERSIONS_PER_PROJECT_MAX = 200


def correct_project(ctx: CommandContext[CorrectProject]) -> Decision:
    """Take the correction in the place of what waits, or beside what is approved; every check of a filing applies."""
    pool, project, command = ctx.pool, ctx.project, ctx.command
    if fault := refuse_unless_project_is_known(project):
        return refused(fault)
    assert project is not None
    if _is_the_latest(project, command):
        return DUPLICATE
    if not_now := _not_now(ctx, project):
        return refused(not_now)
    # A project goes on under the rules of its first complete filing.
    rules = pool.rules_of_version(project.terms.rules_version)
    drawdowns = _clocks(ctx, project, pool.rules_of_version(project.windows_version))
    to_decide = [drawdown for drawdown in drawdowns if drawdown not in _settled(project)]
    late = all_faults(*(refuse_unless_filed_in_time(drawdown) for drawdown in to_decide))
    wrong = all_faults(
        not_covered(ctx, rules),
        taken_already(ctx, project.project_id),
        refuse_unless_guarantor_stays_as_approved(pool, project, command.loan),
        refuse_unless_approved_drawdowns_stay(project, drawdowns_of(command.loan)),
        refuse_unless_repayments_fit_the_correction(project, drawdowns_of(command.loan)),
        refuse_unless_payouts_are_before_the_stop(pool, (drawdown.disbursed_on for drawdown in to_decide)),
        late if command.late_because is None else (),
    )
    missing = what_is_missing(rules, command)
    if wrong:
        return refused(wrong + missing)
    event = ProjectCorrected(
        **said_of_version(ctx, drawdowns, command.late_because if late else None),
        filing=project.latest_filing + 1,
        approved_filing=project.filing if project.stage is Stage.APPROVED else None,
        institution=ctx.acting.institution,
        corrected_on=ctx.today,
        terms=project.terms,
    )
    if missing:
        return deficient((), missing + refuse_if_loan_could_be_filed_already(event.similar_loans))
    void = voided(project, project_id=project.project_id)
    return held((*void, event), late) if late else accepted(*void, event)


def _is_the_latest(project: Project, command: CorrectProject) -> bool:
    """Whether what waits is this very correction."""
    waits = project.correction
    if waits is not None:
        return (
            waits.corrects == command.corrects and waits.reasons == command.reasons and files_the_same(waits, command)
        )
    return (
        project.stage in {Stage.FILED, Stage.LATE}
        and project.waits_corrected
        and project.versions[-1].corrects == command.corrects
        and files_the_same(project, command)
    )


def _not_now(ctx: CommandContext[CorrectProject], project: Project) -> Refusal | None:
    """Why nothing of this loan can be corrected by this officer now: the first reason only."""
    command = ctx.command
    return first_fault(
        refuse_unless_project_can_be_corrected(project),
        refuse_unless_correction_names_what_stands(command.corrects, project.standing_filing),
        refuse_unless_correction_is_of_this_loan(ctx.pool, project, command.loan),
        refuse_if_late_drawdown_is_voted_on(project),
        refuse_unless_there_is_room(
            len(project.versions), VERSIONS_PER_PROJECT_MAX, "versions of this filing", "本备案版本"
        ),
        *refuse_unless_drawdowns_were_paid_out(command.loan, ctx.today),
    )


def _settled(project: Project) -> tuple[FiledDrawdown, ...]:
    """The drawdowns that nothing more has to be decided on: those that are approved, admitted or refused."""
    return project.drawdowns if project.stage is Stage.APPROVED else ()


def _clocks(ctx: CommandContext[CorrectProject], project: Project, rules: Rules) -> tuple[FiledDrawdown, ...]:
    """Each drawdown with its clock: as it is where nothing of it changes, else judged anew."""
    settled = {(each.number, each.amount_fen, each.disbursed_on): each for each in _settled(project)}
    return tuple(
        settled.get((drawdown.number, drawdown.amount_fen, drawdown.disbursed_on))
        or judged_anew(ctx, drawdown, project.known_drawdowns, rules)
        for drawdown in drawdowns_of(ctx.command.loan)
    )


COMMANDS = (
    CommandSpec(
        CorrectProject,
        correct_project,
        "6.4",
        cooperating(Duty.FILING),
        project=named_project,
        pledges=right_keys,
        marks=marks_in,
    ),
)
