"""The filing of a project by the cooperating institution, its completeness and its window."""

from uuid import UUID

from services.registry.domain.article_10_one_loan import (
    refuse_if_loan_could_be_filed_already,
)
from services.registry.domain.article_16_drawdowns import drawdowns_of, refuse_unless_drawdowns_were_paid_out
from services.registry.domain.article_16_filing import (
    refuse_unless_filed_in_time,
    refuse_unless_loan_is_known_by_its_number,
)
from services.registry.domain.article_19_termination import refuse_unless_cooperation_goes_on
from services.registry.domain.article_22_stop import refuse_if_pool_has_stopped
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.filing_checks import (
    files_the_same,
    judged_anew,
    not_covered,
    right_keys,
    said_of_version,
    taken_already,
    what_is_missing,
)
from services.registry.domain.filings.article_05_filing import (
    pinned_terms,
    refuse_if_loan_was_rejected,
    refuse_unless_project_can_be_filed,
)
from services.registry.domain.loan_marks import marks_in
from services.registry.domain.project import Draft, Project, Stage
from shared.contracts.ids import project_id
from shared.contracts.refusals import Refusal
from shared.contracts.registry.projects import (
    FiledDrawdown,
    FileProject,
    FilingFoundIncomplete,
    ProjectFiled,
)
from shared.contracts.registry.rules import Rules
from shared.contracts.registry.words import Duty
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, deficient, held, refused
from shared.decisions.permission import cooperating


def file_project(ctx: CommandContext[FileProject]) -> Decision:
    """File a project, complete a filing that lacked something, or file again what was returned.

    What can't be mended is refused, what is only missing is deficient; either way everything is named at once.
    """
    pool, project, command = ctx.pool, ctx.project, ctx.command
    today, in_force = ctx.today, ctx.rules
    if project is not None and project.stage in {Stage.FILED, Stage.LATE} and files_the_same(project, command):
        return DUPLICATE
    if fault := refuse_unless_project_can_be_filed(project):
        return refused(fault)
    if no_longer := first_fault(refuse_if_pool_has_stopped(pool), refuse_unless_cooperation_goes_on(pool)):
        return refused(no_longer)
    if faults := refuse_unless_drawdowns_were_paid_out(command.loan, today):
        return refused(faults)
    # A project goes on under the rules of its first complete filing.
    rules = pool.rules_of_version(project.terms.rules_version) if project else in_force
    filed = complete_filing(ctx, rules)
    similar = filed.similar_loans
    late = all_faults(*(refuse_unless_filed_in_time(drawdown) for drawdown in filed.drawdowns))
    wrong = all_faults(
        refuse_unless_loan_is_known_by_its_number(command.loan.contract_number),
        not_covered(ctx, rules),
        taken_already(ctx, filed.project_id),
        refuse_if_loan_was_rejected(similar, ctx.state.loans, command.borrower.uscc),
        late if command.late_because is None else (),
    )
    missing = what_is_missing(rules, command)
    if wrong:
        return refused(wrong + missing)
    if missing:
        report = missing + refuse_if_loan_could_be_filed_already(similar)
        incomplete = _incomplete(ctx, filed, report)
        is_known = _is_known(ctx.state.project, incomplete)
        return deficient(() if is_known else (incomplete,), report)
    if not late:
        return accepted(filed)
    # What the members decide on is this message, and no other one.
    return held((filed.model_copy(update={"filing_sha256": ctx.sha256}),), late)


def complete_filing(ctx: CommandContext[FileProject], rules: Rules) -> ProjectFiled:
    """The event that a filing becomes if nothing is wrong with it; every drawdown with its own clock.

    A project was filed on the day of its first complete filing, and goes on under the ``rules`` of that day: the time
    that others take isn't its filer's (a reading). Its windows are those of the loan as it is filed now; what
    is new of a drawdown counts as filed today. The windows of a draft are counted by the rules under which it was first
    sent, as it was told, also once it is a project; one that has run out stays closed, whatever day of payout it is
    completed with (a reading).
    """
    project, draft, command, today = ctx.project, ctx.draft, ctx.command, ctx.today
    earlier: tuple[FiledDrawdown, ...] = ()
    counted_by = rules
    if project is not None:
        earlier, counted_by = project.known_drawdowns, ctx.pool.rules_of_version(project.windows_version)
    if draft is not None:
        earlier = draft.closed_by(today)
        counted_by = ctx.pool.rules_of_version(draft.rules_version)
    drawdowns = tuple(judged_anew(ctx, drawdown, earlier, counted_by) for drawdown in drawdowns_of(command.loan))
    is_late = any(drawdown.late for drawdown in drawdowns)
    return ProjectFiled(
        **said_of_version(ctx, drawdowns, command.late_because if is_late else None),
        project_id=_filed_project(ctx.pool_id, command),
        filing=(project.filing if project else 0) + 1,
        borrower_name=command.borrower.name,
        borrower_uscc=command.borrower.uscc,
        terms=project.terms if project else pinned_terms(rules),
        filed_on=project.filed_on if project else today,
        received_on=today,
    )


def _incomplete(
    ctx: CommandContext[FileProject], filed: ProjectFiled, missing: tuple[Refusal, ...]
) -> FilingFoundIncomplete:
    """What a filing becomes that lacks something."""
    return FilingFoundIncomplete(**dict(filed), items=missing, found_on=ctx.today)


def _is_known(filing: Project | Draft | None, incomplete: FilingFoundIncomplete) -> bool:
    """Whether this was found and told before: the same is missing, and a draft has the same loan and clocks.

    A day of payout that was corrected, or working days that were published since, make another clock.
    """
    if not isinstance(filing, Draft):
        return filing is not None and filing.items == incomplete.items
    fields_said = ("items", "loan", "borrower_name", "borrower_uscc", "filing_deadline", "filing_deadline_provisional")
    return all(getattr(filing, name) == getattr(incomplete, name) for name in fields_said) and (
        [drawdown.filing_deadline for drawdown in filing.drawdowns]
        == [drawdown.filing_deadline for drawdown in incomplete.drawdowns]
    )


def _filed_project(pool_id: UUID, command: FileProject) -> UUID:
    return project_id(pool_id, command.loan.lender, command.loan.contract_number)


COMMANDS = (
    CommandSpec(
        FileProject,
        file_project,
        "6.4",
        cooperating(Duty.FILING),
        project=_filed_project,
        pledges=right_keys,
        marks=marks_in,
    ),
)
