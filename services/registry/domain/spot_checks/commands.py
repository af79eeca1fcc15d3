"""Spot checks of approved projects, and the flags that adverse ones leave (6.5)."""

from services.registry.domain.article_04_administrators import refuse_if_approved_by_the_same_person
from services.registry.domain.article_04_institutional_roles import refuse_unless_there_is_room
from services.registry.domain.article_05_projects import refuse_unless_project_is_known
from services.registry.domain.article_22_projects import refuse_unless_project_is_covered
from services.registry.domain.command_spec import CommandSpec, named_project
from services.registry.domain.context import CommandContext
from services.registry.domain.interpretations.state import cited_interpretation
from services.registry.domain.project import Flag
from services.registry.domain.spot_check import said_sha256
from services.registry.domain.spot_checks.article_06_spot_checks import (
    adverse_findings,
    refuse_unless_checkers_are_officers,
    refuse_unless_every_right_is_checked,
    refuse_unless_flag_stands,
    refuse_unless_spot_check_number_is_free,
    refuse_unless_spot_check_was_made,
)
from shared.contracts.registry.project_life import (
    FlagGround,
    FlagLifted,
    LiftFlag,
    ProjectFlagged,
    RecordSpotCheck,
    SpotCheckRecorded,
)
from shared.contracts.registry.words import Duty
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import cooperating, managing

SPOT_CHECKS_PER_PROJECT_MAX = 200


def record_spot_check(ctx: CommandContext[RecordSpotCheck]) -> Decision:
    """Record a check; what is adverse flags the project and is reported to the managing institution."""
    pool, project, command, acting = ctx.pool, ctx.project, ctx.command, ctx.acting
    if fault := refuse_unless_project_is_known(project):
        return refused(fault)
    assert project is not None
    findings = adverse_findings(command)
    event = SpotCheckRecorded(
        **dict(command),
        adverse=bool(findings),
        recorded_by=ctx.officer,
    )
    recorded = next((check for check in project.spot_checks if check.number == command.number), None)
    if recorded is not None and recorded.said_sha256 == said_sha256(command):
        return DUPLICATE
    wrong = all_faults(
        refuse_unless_project_is_covered(project),
        refuse_unless_spot_check_number_is_free(command.number, [check.number for check in project.spot_checks]),
        refuse_unless_spot_check_was_made(command.checked_on, project.loan.disbursed_on, ctx.today),
        refuse_unless_checkers_are_officers(
            command.checked_by, pool.institutions[acting.institution].officers, command.checked_on
        ),
        refuse_unless_every_right_is_checked(command, project.rights),
        refuse_unless_there_is_room(
            len(project.spot_checks), SPOT_CHECKS_PER_PROJECT_MAX, "spot checks of this project", "本项目抽查记录"
        ),
    )
    if wrong:
        return refused(wrong)
    if not findings:
        return accepted(event)
    flagged = ProjectFlagged(
        project_id=project.project_id,
        ground=FlagGround.SPOT_CHECK,
        number=command.number,
        findings=findings,
        reported_to=pool.managing_institution,
    )
    return accepted(event, flagged)


def lift_flag(ctx: CommandContext[LiftFlag]) -> Decision:
    """Lift a flag with reasons and the document of the decision."""
    project, command = ctx.project, ctx.command
    if fault := refuse_unless_project_is_known(project):
        return refused(fault)
    assert project is not None
    reporters = [each.officer for each in project.duties_exercised if each.duty is Duty.REPORTING]
    if fault := first_fault(
        refuse_unless_flag_stands(Flag.from_message(command), project.flags),
        # Who found what is adverse does not find that it is not.
        *(
            refuse_if_approved_by_the_same_person(
                ctx.pool, (ctx.pool.cooperating_institution, reporter), (ctx.acting.institution, ctx.officer), "6.5"
            )
            for reporter in reporters
        ),
    ):
        return refused(fault)
    return accepted(FlagLifted(**dict(command), lifted_by=ctx.officer, rules_version=ctx.rules.version))


COMMANDS = (
    CommandSpec(RecordSpotCheck, record_spot_check, "6.5", cooperating(Duty.REPORTING), project=named_project),
    CommandSpec(
        LiftFlag, lift_flag, "6.5", managing(Duty.OVERSIGHT), project=named_project, rests_on=cited_interpretation
    ),
)
