"""Deciding on the daily working norms of the cooperating institution (6.2)."""

from services.registry.domain.article_04_institutional_roles import refuse_unless_there_is_room
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import is_repeat
from services.registry.domain.working_norms.article_06_working_norms import (
    refuse_unless_norm_number_is_free,
    refuse_unless_norm_takes_effect_in_time,
    refuse_unless_superseded_norm_stands,
)
from services.registry.domain.working_norms.state import WorkingNorm
from shared.contracts.registry.norms import AdoptWorkingNorm, WorkingNormAdopted
from shared.contracts.registry.words import Duty
from shared.decisions.checks import all_faults
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import cooperating

STANDING_NORMS_MAX = 200


def adopt_working_norm(ctx: CommandContext[AdoptWorkingNorm]) -> Decision:
    """Adopt the norm; its event is what the managing institution sees of it."""
    pool, command, acting, today = ctx.pool, ctx.command, ctx.acting, ctx.today
    adopted = ctx.entry_as(WorkingNorm)
    if is_repeat(command, of=adopted):
        return DUPLICATE
    if fault := refuse_unless_norm_number_is_free(adopted):
        return refused(fault)
    wrong = all_faults(
        refuse_unless_norm_takes_effect_in_time(command, today),
        refuse_unless_superseded_norm_stands(pool, command),
        refuse_unless_there_is_room(
            len(pool.working_norms), STANDING_NORMS_MAX, "standing working norms", "现行工作规范"
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        WorkingNormAdopted(
            entry_id=ctx.entry_id,
            **dict(command),
            institution=acting.institution,
            adopted_on=today,
            adopted_by=ctx.officer,
            rules_version=ctx.rules.version,
        )
    )


COMMANDS = (CommandSpec(AdoptWorkingNorm, adopt_working_norm, "6.2", cooperating(Duty.RULES), begins=WorkingNorm),)
