"""Deciding what is said of the cooperating institution's affiliates (9.1)."""

from services.registry.domain.affiliates.article_09_affiliates import (
    refuse_unless_affiliate_code_is_valid,
    refuse_unless_affiliate_is_new,
    refuse_unless_affiliate_is_registered,
    refuse_unless_affiliate_is_withdrawn_by_its_reporter,
)
from services.registry.domain.article_04_institutional_roles import refuse_unless_there_is_room
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.pool import Affiliate
from shared.contracts.registry.affiliates import (
    AffiliateRegistered,
    AffiliateWithdrawn,
    RegisterAffiliate,
    WithdrawAffiliate,
)
from shared.contracts.registry.words import Duty, Role
from shared.decisions.checks import all_faults
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import Permission

AFFILIATES_PER_POOL_MAX = 500


def register_affiliate(ctx: CommandContext[RegisterAffiliate]) -> Decision:
    """Register an enterprise that is related to the cooperating institution, with how and the evidence of it."""
    pool, command, acting = ctx.pool, ctx.command, ctx.acting
    registered = pool.affiliates.get(command.uscc)
    if registered == Affiliate.from_message(command, registered_by_institution=acting.institution):
        return DUPLICATE
    others = pool.affiliates.keys() - {command.uscc}
    wrong = all_faults(
        refuse_unless_affiliate_code_is_valid(command.uscc),
        refuse_unless_affiliate_is_new(pool, command.uscc, registered, acting),
        refuse_unless_there_is_room(
            len(others), AFFILIATES_PER_POOL_MAX, "affiliates in this pool", "本资金池登记关联企业"
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        AffiliateRegistered(**dict(command), registered_by_institution=acting.institution, registered_by=ctx.officer)
    )


def withdraw_affiliate(ctx: CommandContext[WithdrawAffiliate]) -> Decision:
    """Withdraw a registration, with the reason and the evidence of it."""
    pool, command, acting = ctx.pool, ctx.command, ctx.acting
    registered = pool.affiliates.get(command.uscc)
    if fault := refuse_unless_affiliate_is_registered(command.uscc, registered):
        return refused(fault)
    assert registered is not None
    if fault := refuse_unless_affiliate_is_withdrawn_by_its_reporter(pool, registered, acting):
        return refused(fault)
    return accepted(
        AffiliateWithdrawn(**dict(command), withdrawn_by_institution=acting.institution, withdrawn_by=ctx.officer)
    )


_REPORTED: Permission = {Role.MANAGING: Duty.OVERSIGHT, Role.COOPERATING: Duty.REPORTING}

COMMANDS = (
    CommandSpec(RegisterAffiliate, register_affiliate, "9.1", _REPORTED),
    CommandSpec(WithdrawAffiliate, withdraw_affiliate, "9.1", _REPORTED),
)
