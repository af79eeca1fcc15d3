"""What is repaid of a loan (22.1)."""

from services.registry.domain.article_04_institutional_roles import has_room
from services.registry.domain.article_05_projects import project_is_known
from services.registry.domain.article_22_projects import project_is_covered, told_by_cooperating_institution_or_lender
from services.registry.domain.command_spec import CommandSpec, Permission, named_project
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import DUPLICATE, Decision, accepted, refused
from services.registry.domain.repayments.article_22_repayments import (
    repayment_day_is_possible,
    repayment_is_within_outstanding,
    repayment_reference_is_free,
)
from shared.contracts.registry.project_life import (
    RepaymentRecorded,
    ReportRepayment,
)
from shared.contracts.registry.words import Duty, Role
from shared.decisions.checks import all_faults

# A repayment a week and a check a month, for as long as a loan can last.
REPAYMENTS_PER_PROJECT_MAX = 1_000


def report_repayment(ctx: CommandContext[ReportRepayment]) -> Decision:
    """Record a repayment of principal, once under its reference."""
    project, data, acting = ctx.project, ctx.data, ctx.acting
    if unknown := project_is_known(project):
        return refused(unknown)
    assert project is not None
    # Who doesn't belong to the loan learns nothing of it.
    if no_party := told_by_cooperating_institution_or_lender(ctx.pool, project, acting):
        return refused(no_party)
    known = next((each for each in project.repayments if each.reference == data.reference), None)
    if known is not None and (known.amount_fen, known.repaid_on) == (data.amount_fen, data.repaid_on):
        return DUPLICATE
    wrong = all_faults(
        project_is_covered(project),
        repayment_reference_is_free(data.reference, is_taken=known is not None),
        repayment_day_is_possible(data.repaid_on, project.loan.disbursed_on, ctx.today),
        repayment_is_within_outstanding(data.amount_fen, project.outstanding_fen),
        has_room(len(project.repayments), REPAYMENTS_PER_PROJECT_MAX, "repayments of this project", "本项目还款登记"),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        RepaymentRecorded(
            project_id=project.project_id,
            reference=data.reference,
            amount_fen=data.amount_fen,
            repaid_on=data.repaid_on,
            repaid_fen=project.repaid_fen + data.amount_fen,
            outstanding_fen=project.outstanding_fen - data.amount_fen,
            reported_by=acting.institution,
        )
    )


# Of the lenders the loan's own: the decider asks.
_TOLD: Permission = {Role.COOPERATING: Duty.REPORTING, Role.LENDER: Duty.REPORTING}

COMMANDS = (CommandSpec(ReportRepayment, report_repayment, "22.1", _TOLD, project=named_project),)
