"""What is repaid of a loan (22.1)."""

from services.registry.domain.article_04_institutional_roles import refuse_unless_there_is_room
from services.registry.domain.article_05_projects import refuse_unless_project_is_known
from services.registry.domain.article_22_projects import (
    refuse_unless_project_is_covered,
    refuse_unless_told_by_cooperating_institution_or_lender,
)
from services.registry.domain.command_spec import CommandSpec, named_project
from services.registry.domain.context import CommandContext
from services.registry.domain.repayments.article_22_repayments import (
    refuse_unless_repayment_day_is_possible,
    refuse_unless_repayment_is_within_outstanding,
    refuse_unless_repayment_reference_is_free,
)
from shared.contracts.registry.project_life import (
    RepaymentRecorded,
    ReportRepayment,
)
from shared.contracts.registry.words import Duty, Role
from shared.decisions.checks import all_faults
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import Permission

# A repayment a week and a check a month, for as long as a loan can last.
REPAYMENTS_PER_PROJECT_MAX = 1_000


def report_repayment(ctx: CommandContext[ReportRepayment]) -> Decision:
    """Record a repayment of principal, once under its reference."""
    project, command, acting = ctx.project, ctx.command, ctx.acting
    if fault := refuse_unless_project_is_known(project):
        return refused(fault)
    assert project is not None
    # Who doesn't belong to the loan learns nothing of it.
    if fault := refuse_unless_told_by_cooperating_institution_or_lender(ctx.pool, project, acting):
        return refused(fault)
    recorded = next((each for each in project.repayments if each.reference == command.reference), None)
    if recorded is not None and (recorded.amount_fen, recorded.repaid_on) == (command.amount_fen, command.repaid_on):
        return DUPLICATE
    wrong = all_faults(
        refuse_unless_project_is_covered(project),
        refuse_unless_repayment_reference_is_free(command.reference, is_taken=recorded is not None),
        refuse_unless_repayment_day_is_possible(command.repaid_on, project.loan.disbursed_on, ctx.today),
        refuse_unless_repayment_is_within_outstanding(command.amount_fen, project.outstanding_fen),
        refuse_unless_there_is_room(
            len(project.repayments), REPAYMENTS_PER_PROJECT_MAX, "repayments of this project", "本项目还款登记"
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        RepaymentRecorded(
            **dict(command),
            repaid_fen=project.repaid_fen + command.amount_fen,
            outstanding_fen=project.outstanding_fen - command.amount_fen,
            reported_by=acting.institution,
        )
    )


# Of the lenders the loan's own: the decider asks.
_TOLD: Permission = {Role.COOPERATING: Duty.REPORTING, Role.LENDER: Duty.REPORTING}

COMMANDS = (CommandSpec(ReportRepayment, report_repayment, "22.1", _TOLD, project=named_project),)
