"""Institutions, officers and keys: who is registered, by whom, and for what."""

from services.registry.domain.article_04_institutional_roles import refuse_unless_there_is_room
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.institutions.article_04_institutions import refuse_unless_role_is_for_registration
from services.registry.domain.registration import faults_of_registration, is_registered, registration
from shared.contracts.registry.pools import RegisterInstitution
from shared.contracts.registry.words import Duty
from shared.decisions.checks import all_faults
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import managing

INSTITUTIONS_PER_POOL_MAX = 500


def register_institution(ctx: CommandContext[RegisterInstitution]) -> Decision:
    """Register a lender or a guarantor with its administrators, or one that has another role already."""
    pool, command, acting, at = ctx.pool, ctx.command, ctx.acting, ctx.at
    if is_registered(pool, command.institution, command.role):
        return DUPLICATE
    wrong = all_faults(
        refuse_unless_role_is_for_registration(command.role),
        faults_of_registration(pool, ctx.rules, command.institution, command.role),
        refuse_unless_there_is_room(
            len(pool.institutions), INSTITUTIONS_PER_POOL_MAX, "institutions in this pool", "本资金池登记机构"
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(*registration(pool, command.institution, command.role, acting.key_id, at))


COMMANDS = (CommandSpec(RegisterInstitution, register_institution, "3.1", managing(Duty.ADMINISTRATION)),)
