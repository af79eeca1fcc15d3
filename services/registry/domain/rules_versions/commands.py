"""Deciding on versions of the rules: proposed by either institution, adopted by the managing one (5.2, 6.2)."""

from services.registry.domain.article_04_administrators import refuse_if_approved_by_the_same_person
from services.registry.domain.article_04_institutional_roles import refuse_unless_there_is_room
from services.registry.domain.article_10_share_rate import refuse_unless_district_has_profile
from services.registry.domain.article_20_term import refuse_unless_term_is_the_foundings
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import is_repeat
from services.registry.domain.rules_faults import faults_of_rules
from services.registry.domain.rules_versions.article_05_rules_versions import (
    refuse_unless_adopted_proposal_is_the_one_named,
    refuse_unless_profile_is_the_pools_or_is_named,
    refuse_unless_proposal_is_known,
    refuse_unless_proposal_number_is_free,
    refuse_unless_proposal_waits_for_decision,
    refuse_unless_rules_take_effect_in_order,
    refuse_unless_rules_take_effect_in_time,
    refuse_unless_rules_version_is_next,
)
from services.registry.domain.rules_versions.article_06_proposals import refuse_unless_rules_are_withdrawn_by_proposer
from services.registry.domain.rules_versions.state import ProposalStage, RulesProposal
from shared.contracts.refusals import Refusal
from shared.contracts.registry.rules_versions import (
    AdoptRules,
    DeclineRules,
    ProposalParticulars,
    ProposeRules,
    RulesAdopted,
    RulesDeclined,
    RulesProposed,
    RulesWithdrawn,
    WithdrawRules,
)
from shared.contracts.registry.words import Duty
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import either, managing

# A version every month for eight years; every version stays in the pool for ever, since projects are pinned to it.
RULES_VERSIONS_PER_POOL_MAX = 100


def propose_rules(ctx: CommandContext[ProposeRules]) -> Decision:
    """Propose what is to be the next version."""
    pool, command, acting = ctx.pool, ctx.command, ctx.acting
    proposal = ctx.entry_as(RulesProposal)
    if proposal is not None and proposal.institution == acting.institution and is_repeat(command, of=proposal):
        return DUPLICATE
    if fault := refuse_unless_proposal_number_is_free(proposal):
        return refused(fault)
    if wrong := _not_adoptable(ctx, command):
        return refused(wrong)
    return accepted(
        RulesProposed(
            entry_id=ctx.entry_id,
            **dict(command),
            institution=acting.institution,
            proposed_by=ctx.officer,
            proposal_sha256=ctx.sha256,
            share_rate_max_bp=ctx.reference_data.districts[pool.district].share_rate_max_bp,
        )
    )


def adopt_rules(ctx: CommandContext[AdoptRules]) -> Decision:
    """Adopt exactly what was proposed; what has changed in the pool since may forbid it now."""
    pool, command, acting = ctx.pool, ctx.command, ctx.acting
    proposal = ctx.entry_as(RulesProposal)
    if fault := refuse_unless_proposal_is_known(proposal, command.number):
        return refused(fault)
    assert proposal is not None
    proposer = (proposal.institution, proposal.proposed_by)
    is_same = proposal.proposal_sha256 == command.proposal_sha256
    if proposal.stage is ProposalStage.ADOPTED and is_same:
        return DUPLICATE
    not_possible = first_fault(
        refuse_unless_adopted_proposal_is_the_one_named(proposal, command.proposal_sha256),
        refuse_unless_proposal_waits_for_decision(proposal),
        # Whichever institution proposes them, no person alone gives a pool its rules.
        refuse_if_approved_by_the_same_person(pool, proposer, (acting.institution, ctx.officer), "5.2"),
    )
    if not_possible:
        return refused(not_possible)
    if wrong := _not_adoptable(ctx, proposal):
        return refused(wrong)
    return accepted(
        RulesAdopted(
            entry_id=proposal.entry_id,
            number=proposal.number,
            rules=proposal.rules,
            proposal_sha256=proposal.proposal_sha256,
            adopted_by=ctx.officer,
            adopted_at=ctx.at,
            rules_version=ctx.rules.version,
            share_rate_max_bp=ctx.reference_data.districts[pool.district].share_rate_max_bp,
            profile_sha256=ctx.reference_data.districts[pool.district].sha256,
        )
    )


def decline_rules(ctx: CommandContext[DeclineRules]) -> Decision:
    """Decline the proposal, with reasons."""
    command, proposal = ctx.command, ctx.entry_as(RulesProposal)
    if fault := refuse_unless_proposal_is_known(proposal, command.number):
        return refused(fault)
    assert proposal is not None
    if (proposal.stage, proposal.ended_because) == (ProposalStage.DECLINED, command.reasons):
        return DUPLICATE
    if fault := refuse_unless_proposal_waits_for_decision(proposal):
        return refused(fault)
    return accepted(
        RulesDeclined(
            entry_id=proposal.entry_id, **dict(command), declined_by=ctx.officer, rules_version=ctx.rules.version
        )
    )


def withdraw_rules(ctx: CommandContext[WithdrawRules]) -> Decision:
    """Take the proposal back, with reasons."""
    command, acting = ctx.command, ctx.acting
    proposal = ctx.entry_as(RulesProposal)
    if fault := refuse_unless_proposal_is_known(proposal, command.number):
        return refused(fault)
    assert proposal is not None
    if fault := refuse_unless_rules_are_withdrawn_by_proposer(ctx.pool, proposal, acting):
        return refused(fault)
    if (proposal.stage, proposal.ended_because) == (ProposalStage.WITHDRAWN, command.reasons):
        return DUPLICATE
    if fault := refuse_unless_proposal_waits_for_decision(proposal):
        return refused(fault)
    return accepted(
        RulesWithdrawn(
            entry_id=proposal.entry_id, number=command.number, reasons=command.reasons, withdrawn_by=ctx.officer
        )
    )


def _not_adoptable(
    ctx: CommandContext[ProposeRules | AdoptRules], proposed: ProposalParticulars
) -> tuple[Refusal, ...]:
    """Why this can't become the pool's next version; asked at the proposal, and again at the adoption."""
    pool, districts, rules = ctx.pool, ctx.reference_data.districts, proposed.rules
    profile = districts.get(pool.district)
    # A version that can't be the next one any more needs another number whatever else is wrong with it.
    if fault := refuse_unless_rules_version_is_next(pool, rules):
        return (fault,)
    return all_faults(
        refuse_unless_rules_take_effect_in_time(rules, ctx.today),
        refuse_unless_rules_take_effect_in_order(pool, rules),
        refuse_unless_district_has_profile(districts, pool.district),
        refuse_unless_profile_is_the_pools_or_is_named(pool, profile, proposed.profile_sha256) if profile else None,
        faults_of_rules(rules, profile),
        refuse_unless_term_is_the_foundings(pool, rules),
        refuse_unless_there_is_room(
            len(pool.adopted_rules), RULES_VERSIONS_PER_POOL_MAX, "versions of this pool's rules", "本资金池规则版本"
        ),
    )


COMMANDS = (
    CommandSpec(ProposeRules, propose_rules, "5.2", either(Duty.RULES), begins=RulesProposal),
    CommandSpec(AdoptRules, adopt_rules, "5.2", managing(Duty.RULES), continues=RulesProposal),
    CommandSpec(DeclineRules, decline_rules, "5.2", managing(Duty.RULES), continues=RulesProposal),
    CommandSpec(WithdrawRules, withdraw_rules, "5.2", either(Duty.RULES), continues=RulesProposal),
)
