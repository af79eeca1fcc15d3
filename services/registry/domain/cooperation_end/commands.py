"""The end of the cooperation, on a ground that is shown (5.7, 19.3)."""

from uuid import UUID

from services.registry.domain.article_19_termination import claims_back_fiscal_money, refuse_unless_cooperation_goes_on
from services.registry.domain.audits.state import AuditEngagement
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.cooperation_end.article_05_operating_period import (
    refuse_unless_ended_operating_period_is_over,
)
from services.registry.domain.cooperation_end.article_19_termination import (
    refuse_unless_failed_audit_is_shown,
    refuse_unless_failed_evaluation_is_shown,
)
from services.registry.domain.decision import is_repeat
from services.registry.domain.evaluations.state import Evaluation
from shared.contracts.registry.performance import (
    CooperationEnded,
    EndCooperation,
    EndGround,
)
from shared.contracts.registry.words import Duty
from shared.decisions.checks import all_faults
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.minutes import refuse_unless_decision_has_minutes
from shared.decisions.permission import managing


def end_cooperation(ctx: CommandContext[EndCooperation]) -> Decision:
    """End the cooperation, on a ground that is shown; a pool that has stopped can still be ended for one."""
    pool, command, today = ctx.pool, ctx.command, ctx.today
    # What the ground rests on is loaded with the message.
    evaluation = ctx.entry_as(Evaluation) if command.ground is EndGround.FAILED_EVALUATION else None
    audit = ctx.entry_as(AuditEngagement) if command.ground is EndGround.FAILED_AUDIT else None
    if is_repeat(command, of=pool.cycle.ending):
        return DUPLICATE
    if fault := refuse_unless_cooperation_goes_on(pool):
        return refused(fault)
    wrong = all_faults(
        refuse_unless_failed_evaluation_is_shown(evaluation, command),
        refuse_unless_failed_audit_is_shown(audit, command),
        refuse_unless_ended_operating_period_is_over(pool, command, today),
        refuse_unless_decision_has_minutes(command.decision, "19.3"),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        CooperationEnded(
            institution=pool.cooperating_institution,
            **dict(command),
            claims_back_fiscal_money=claims_back_fiscal_money(command.ground),
            ended_on=today,
            decided_by=ctx.officer,
            rules_version=ctx.rules.version,
        )
    )


def _shown_ground(pool_id: UUID, command: EndCooperation) -> UUID | None:
    """What shows the ground: an audit's engagement, or an evaluation."""
    if command.ground is EndGround.FAILED_AUDIT:
        return None if command.audit is None else AuditEngagement.id_of(pool_id, command.audit)
    return None if command.evaluation is None else Evaluation.id_of(pool_id, command.evaluation)


COMMANDS = (CommandSpec(EndCooperation, end_cooperation, "19.3", managing(Duty.OVERSIGHT), rests_on=_shown_ground),)
