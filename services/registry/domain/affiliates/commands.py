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
from services.registry.domain.enterprise_name import Enterprise
from services.registry.domain.pool import Affiliate
from services.registry.domain.project import Flag
from shared.contracts.registry.affiliates import (
    AffiliateRegistered,
    AffiliateWithdrawn,
    RegisterAffiliate,
    WithdrawAffiliate,
)
from shared.contracts.registry.project_life import FlagGround, ProjectFlagged
from shared.contracts.registry.words import Duty, Role
from shared.decisions.checks import all_faults
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import Permission

AFFILIATES_PER_POOL_MAX = 500
# What a flag says that was found: what it is about, in a word.
BORROWER_IS_AFFILIATE = "borrower: affiliate"


def register_affiliate(ctx: CommandContext[RegisterAffiliate]) -> Decision:
    """Register an enterprise that is related to the cooperating institution, with how and the evidence of it.

    The projects that it has already are flagged at once; a flag of its that stands isn't set again.
    """
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
    flag = Flag(ground=FlagGround.AFFILIATE, number=command.uscc)
    flagged = [
        ProjectFlagged(
            **dict(flag),
            project_id=project.project_id,
            findings=(BORROWER_IS_AFFILIATE,),
            reported_to=pool.managing_institution,
        )
        for project in ctx.state.at_stake.values()
        if flag not in project.flags
    ]
    event = AffiliateRegistered(
        **dict(command),
        registered_by_institution=acting.institution,
        registered_by=ctx.officer,
        projects_flagged=len(flagged),
    )
    return accepted(event, *flagged)


def withdraw_affiliate(ctx: CommandContext[WithdrawAffiliate]) -> Decision:
    """Withdraw a registration, with the reason and the evidence of it.

    That an enterprise is no affiliate any more doesn't say that it was none when its loan was filed or lost, and the
    cooperating institution would lift its own flags so: they stand until the managing institution lifts them.
    """
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


def _enterprise(command: RegisterAffiliate) -> Enterprise:
    return Enterprise(command.uscc, command.name)


_REPORTED: Permission = {Role.MANAGING: Duty.OVERSIGHT, Role.COOPERATING: Duty.REPORTING}

COMMANDS = (
    CommandSpec(RegisterAffiliate, register_affiliate, "9.1", _REPORTED, affiliate=_enterprise),
    CommandSpec(WithdrawAffiliate, withdraw_affiliate, "9.1", _REPORTED),
)
