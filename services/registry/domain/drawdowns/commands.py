"""A further drawdown of an approved project, within its own window (16.1)."""

from services.registry.domain.article_05_projects import refuse_unless_project_is_known
from services.registry.domain.article_09_affiliates import refuse_if_borrower_is_registered_as_affiliate
from services.registry.domain.article_10_one_loan import refuse_if_payout_could_be_another_loans
from services.registry.domain.article_16_drawdowns import (
    refuse_unless_drawdowns_are_in_order,
    refuse_unless_drawdowns_are_within_principal,
    refuse_unless_drawdowns_follow_the_contract,
    refuse_unless_drawdowns_were_paid_out,
)
from services.registry.domain.article_16_filing import refuse_unless_filed_in_time
from services.registry.domain.article_19_termination import refuse_unless_cover_can_grow
from services.registry.domain.article_20_term import refuse_unless_loan_is_within_term
from services.registry.domain.article_22_projects import refuse_unless_project_is_covered
from services.registry.domain.article_22_stop import refuse_unless_payouts_are_before_the_stop
from services.registry.domain.command_spec import CommandSpec, named_project
from services.registry.domain.context import CommandContext
from services.registry.domain.drawdowns.article_16_drawdowns import (
    refuse_if_correction_waits,
    refuse_if_late_drawdown_waits,
    refuse_unless_drawdown_number_is_free,
)
from services.registry.domain.filing_checks import judged_anew
from services.registry.domain.loan_marks import marks_of_payouts, similar_loans
from services.registry.domain.project import Project
from shared.contracts.registry.project_life import (
    DrawdownFiled,
    FileDrawdown,
)
from shared.contracts.registry.projects import Drawdown, FiledDrawdown, SimilarLoan
from shared.contracts.registry.words import Duty
from shared.decisions.article_06_flags import refuse_if_flag_stands
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, held, refused
from shared.decisions.permission import cooperating


def file_drawdown(ctx: CommandContext[FileDrawdown]) -> Decision:
    """File a further drawdown within its own window; a late one that says why waits for its admission."""
    pool, project, command = ctx.pool, ctx.project, ctx.command
    if fault := refuse_unless_project_is_known(project):
        return refused(fault)
    assert project is not None
    drawdown = command.drawdown
    if _is_drawn_so(project, command):
        return DUPLICATE
    drawn = tuple(Drawdown(**each.model_dump(include=set(Drawdown.model_fields))) for each in project.drawdowns)
    loan = project.loan.model_copy(update={"drawdowns": (*drawn, drawdown)})
    not_now = first_fault(
        refuse_unless_project_is_covered(project),
        refuse_if_correction_waits(project),
        refuse_if_late_drawdown_waits(project),
        refuse_unless_drawdown_number_is_free([each.number for each in drawn], drawdown.number),
        *refuse_unless_drawdowns_were_paid_out(loan, ctx.today),
    )
    if not_now:
        return refused(not_now)
    rules = pool.rules_of_version(project.windows_version)
    # Its number may have been filed before, in a correction that did not come to count.
    filed = judged_anew(ctx, drawdown, project.known_drawdowns, rules)
    late = refuse_unless_filed_in_time(filed)
    wrong = all_faults(
        refuse_unless_drawdowns_are_in_order(loan),
        refuse_unless_drawdowns_follow_the_contract(loan),
        refuse_unless_drawdowns_are_within_principal(loan),
        refuse_unless_loan_is_within_term(pool, loan),
        refuse_unless_payouts_are_before_the_stop(pool, (drawdown.disbursed_on,)),
        refuse_unless_cover_can_grow(pool),
        # It may have been registered since the project was filed.
        refuse_if_borrower_is_registered_as_affiliate(pool, project.borrower),
        refuse_if_payout_could_be_another_loans(_similar_loans(ctx, project), drawdown),
        refuse_if_flag_stands(project.flags),
        late if command.late_because is None else None,
    )
    if wrong:
        return refused(wrong)
    covered_fen = project.covered_principal_fen + (0 if late else drawdown.amount_fen)
    event = DrawdownFiled(
        project_id=project.project_id,
        drawdown=filed,
        documents=command.documents,
        covered_principal_fen=covered_fen,
        filed_by=ctx.officer,
        late_because=command.late_because if late else None,
        filing_sha256=ctx.sha256 if late else None,
        rules_version=ctx.rules.version,
    )
    return held((event,), (late,)) if late else accepted(event)


def _similar_loans(ctx: CommandContext[FileDrawdown], project: Project) -> tuple[SimilarLoan, ...]:
    """The other projects of the pool whose payout this could be."""
    marks = marks_of_payouts(project.loan.lender, project.borrower.uscc, [ctx.command.drawdown])
    return similar_loans(marks, ctx.state.marked, ctx.state.loans, project.project_id)


def _payouts(command: FileDrawdown) -> tuple[Drawdown, ...]:
    return (command.drawdown,)


def _is_drawn_so(project: Project, command: FileDrawdown) -> bool:
    """Whether this drawdown was filed just so: with its documents, and with why it is late while that is undecided."""
    filed = next((each for each in project.drawdowns if _is(command.drawdown, each)), None)
    if filed is None or not set(command.documents) <= set(project.documents):
        return False
    waits = filed.late and project.question is not None
    return not waits or command.late_because == project.drawn_late_because


def _is(drawdown: Drawdown, filed: FiledDrawdown) -> bool:
    return (drawdown.number, drawdown.amount_fen, drawdown.disbursed_on) == (
        filed.number,
        filed.amount_fen,
        filed.disbursed_on,
    )


COMMANDS = (
    CommandSpec(
        FileDrawdown,
        file_drawdown,
        "16.1",
        cooperating(Duty.FILING),
        project=named_project,
        payouts=_payouts,
    ),
)
