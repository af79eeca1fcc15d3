"""The end of a project: settled, or by the managing institution's decision (22.1)."""

from services.registry.domain.article_05_projects import refuse_unless_project_is_known
from services.registry.domain.article_22_projects import (
    refuse_unless_project_can_end,
    refuse_unless_told_by_cooperating_institution_or_lender,
)
from services.registry.domain.ballot import voided
from services.registry.domain.command_spec import CommandSpec, named_project
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import is_repeat
from services.registry.domain.interpretations.state import cited_interpretation
from services.registry.domain.project_end.article_22_project_end import (
    refuse_if_principal_is_outstanding,
    refuse_unless_ended_by_managing_institution,
)
from shared.contracts.registry.project_life import (
    EndGround,
    EndProject,
    ProjectEnded,
)
from shared.contracts.registry.words import Duty, Role
from shared.decisions.checks import first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.minutes import refuse_unless_decision_has_minutes
from shared.decisions.permission import Permission


def end_project(ctx: CommandContext[EndProject]) -> Decision:
    """End the project: settled once nothing is outstanding, else by the managing institution's decision."""
    pool, project, command, acting = ctx.pool, ctx.project, ctx.command, ctx.acting
    is_settled = command.ground is EndGround.SETTLED
    if not is_settled and (fault := refuse_unless_ended_by_managing_institution(pool, acting)):
        return refused(fault)
    if fault := refuse_unless_project_is_known(project):
        return refused(fault)
    assert project is not None
    # Who doesn't belong to the loan learns nothing of it.
    if is_settled and (fault := refuse_unless_told_by_cooperating_institution_or_lender(pool, project, acting)):
        return refused(fault)
    if is_repeat(command, of=project.ending):
        return DUPLICATE
    wrong = first_fault(
        refuse_unless_project_can_end(project),
        refuse_if_principal_is_outstanding(project.outstanding_fen)
        if is_settled
        else refuse_unless_decision_has_minutes(command.document, "22.1"),
    )
    if wrong:
        return refused(wrong)
    ended = ProjectEnded(
        **dict(command),
        ended_on=ctx.today,
        outstanding_fen=project.outstanding_fen,
        ended_by=ctx.officer,
        rules_version=ctx.rules.version,
    )
    return accepted(*voided(project, project_id=project.project_id), ended)


# Each on its own ground, and of the lenders the loan's own: the decider asks.
_TOLD: Permission = {
    Role.MANAGING: Duty.OVERSIGHT,
    Role.COOPERATING: Duty.REPORTING,
    Role.LENDER: Duty.REPORTING,
}

COMMANDS = (CommandSpec(EndProject, end_project, "22.1", _TOLD, project=named_project, rests_on=cited_interpretation),)
