"""Deciding on versions of the rules: proposed by either institution, adopted by the managing one (5.2, 6.2)."""

from services.registry.domain.article_04_institutional_roles import has_room
from services.registry.domain.article_05_rules_and_approval import (
    ballot_rules_are_fractions,
    ballot_times_leave_room,
)
from services.registry.domain.article_06_cooperation import rules_are_withdrawn_by_proposer
from services.registry.domain.article_10_share_rate import (
    district_has_profile,
    loss_ratio_has_weight,
    share_rate_is_within_ceiling,
)
from services.registry.domain.article_20_term import term_is_the_foundings
from services.registry.domain.asked import Asked
from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, first, refused, says_the_same
from services.registry.domain.known import DistrictProfile
from services.registry.domain.matter import RulesCommand, matter_of
from services.registry.domain.rules_versions.article_05_rules_versions import (
    adopted_proposal_is_the_one_named,
    proposal_is_known,
    proposal_number_is_free,
    proposal_waits_for_decision,
    rules_take_effect_in_order,
    rules_take_effect_in_time,
    rules_version_is_next,
)
from services.registry.domain.rules_versions.state import ProposalStage, RulesProposal
from shared.contracts.refusals import Refusal
from shared.contracts.registry.rules import (
    AdoptRules,
    DeclineRules,
    ProposeRules,
    RulesAdopted,
    RulesDeclined,
    RulesProposed,
    RulesWithdrawn,
    WithdrawRules,
)
from shared.contracts.registry.words import Rules

# A version every month for eight years; every version stays in the pool for ever, since projects are pinned to it.
RULES_VERSIONS_PER_POOL_MAX = 100


def faults_of_rules(rules: Rules, profile: DistrictProfile | None) -> tuple[Refusal, ...]:
    """What is wrong with a version in itself, whatever pool it is for; a missing profile is refused elsewhere."""
    return every(
        ballot_rules_are_fractions(rules.ballot),
        ballot_times_leave_room(rules.ballot),
        share_rate_is_within_ceiling(profile, rules.share_rate_bp) if profile else None,
        loss_ratio_has_weight(rules.loss_ratio),
    )


def propose_rules(asked: Asked[ProposeRules]) -> Decision:
    """Propose what is to be the next version."""
    pool, data, acting = asked.pool, asked.data, asked.acting
    proposal = asked.matter_as(RulesProposal)
    if proposal is not None and proposal.institution == acting.institution and says_the_same(proposal, data):
        return DUPLICATE
    if taken := proposal_number_is_free(proposal):
        return refused(taken)
    if wrong := _not_adoptable(asked, data.rules):
        return refused(wrong)
    return accepted(
        RulesProposed(
            matter_id=matter_of(asked.pool_id, data),
            number=data.number,
            rules=data.rules,
            reasons=data.reasons,
            document=data.document,
            institution=acting.institution,
            proposed_by=asked.officer,
            proposal_sha256=asked.sha256,
            share_rate_max_bp=asked.known.districts[pool.district].share_rate_max_bp,
        )
    )


def adopt_rules(asked: Asked[AdoptRules]) -> Decision:
    """Adopt exactly what was proposed; what has changed in the pool since may forbid it now."""
    pool, data = asked.pool, asked.data
    proposal = asked.matter_as(RulesProposal)
    if unknown := proposal_is_known(proposal, data.number):
        return refused(unknown)
    assert proposal is not None
    is_same = proposal.proposal_sha256 == data.proposal_sha256
    if proposal.stage is ProposalStage.ADOPTED and is_same:
        return DUPLICATE
    not_possible = first(
        adopted_proposal_is_the_one_named(proposal, data.proposal_sha256), proposal_waits_for_decision(proposal)
    )
    if not_possible:
        return refused(not_possible)
    if wrong := _not_adoptable(asked, proposal.rules):
        return refused(wrong)
    return accepted(
        RulesAdopted(
            matter_id=proposal.matter_id,
            number=proposal.number,
            rules=proposal.rules,
            proposal_sha256=proposal.proposal_sha256,
            adopted_by=asked.officer,
            adopted_at=asked.at,
            share_rate_max_bp=asked.known.districts[pool.district].share_rate_max_bp,
        )
    )


def decline_rules(asked: Asked[DeclineRules]) -> Decision:
    """Decline the proposal, with reasons."""
    data, proposal = asked.data, asked.matter_as(RulesProposal)
    if unknown := proposal_is_known(proposal, data.number):
        return refused(unknown)
    assert proposal is not None
    if (proposal.stage, proposal.ended_because) == (ProposalStage.DECLINED, data.reasons):
        return DUPLICATE
    if ended := proposal_waits_for_decision(proposal):
        return refused(ended)
    return accepted(
        RulesDeclined(matter_id=proposal.matter_id, number=data.number, reasons=data.reasons, declined_by=asked.officer)
    )


def withdraw_rules(asked: Asked[WithdrawRules]) -> Decision:
    """Take the proposal back, with reasons."""
    data, acting = asked.data, asked.acting
    proposal = asked.matter_as(RulesProposal)
    if unknown := proposal_is_known(proposal, data.number):
        return refused(unknown)
    assert proposal is not None
    if not_the_proposer := rules_are_withdrawn_by_proposer(proposal, acting):
        return refused(not_the_proposer)
    if (proposal.stage, proposal.ended_because) == (ProposalStage.WITHDRAWN, data.reasons):
        return DUPLICATE
    if ended := proposal_waits_for_decision(proposal):
        return refused(ended)
    return accepted(
        RulesWithdrawn(
            matter_id=proposal.matter_id, number=data.number, reasons=data.reasons, withdrawn_by=asked.officer
        )
    )


def _not_adoptable(asked: Asked[RulesCommand], rules: Rules) -> tuple[Refusal, ...]:
    """Why this can't become the pool's next version; asked at the proposal, and again at the adoption."""
    pool, districts = asked.pool, asked.known.districts
    # A version that can't be the next one any more needs another number whatever else is wrong with it.
    if not_next := rules_version_is_next(pool, rules):
        return (not_next,)
    return every(
        rules_take_effect_in_time(rules, asked.today),
        rules_take_effect_in_order(pool, rules),
        district_has_profile(districts, pool.district),
        faults_of_rules(rules, districts.get(pool.district)),
        term_is_the_foundings(pool, rules),
        has_room(
            len(pool.adopted_rules), RULES_VERSIONS_PER_POOL_MAX, "versions of this pool's rules", "本资金池规则版本"
        ),
    )
