"""Article 5: the rules are versions; each is adopted by the managing institution, exactly as it was proposed."""

from datetime import date

from services.registry.domain.article_04_register import refuse_unless_number_is_free
from services.registry.domain.district_profile import DistrictProfile
from services.registry.domain.pool import Pool
from services.registry.domain.rules_versions.state import ProposalStage, RulesProposal
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.rules import Rules
from shared.decisions.article_05_bound_bytes import refuse_unless_hash_is_named


def refuse_unless_rules_version_is_next(pool: Pool, rules: Rules) -> Refusal | None:
    """Article 5.2. Versions have no gap and no twin: of two proposals for one place only one can be adopted."""
    latest = pool.latest_rules.version
    if rules.version == latest + 1:
        return None
    return refusal(
        "rules_version_not_next",
        "5.2",
        f"version {rules.version} can't follow version {latest}, which was adopted last; propose version {latest + 1}, "
        "after reading what has changed.",
        f"最近通过的规则为第 {latest} 版，不能接第 {rules.version} 版；请核对变化后以第 {latest + 1} 版另行提议。",
    )


def refuse_unless_rules_take_effect_in_time(rules: Rules, today: date) -> Refusal | None:
    """Article 5.2. A version takes effect on the day of its adoption at the earliest; nothing is decided anew."""
    if rules.effective_on >= today:
        return None
    return refusal(
        "rules_effective_in_the_past",
        "5.2",
        f"version {rules.version} was to take effect on {rules.effective_on}, before today, {today}; propose it with a "
        "day that has not passed.",
        f"第 {rules.version} 版规则的生效日 {rules.effective_on} 早于今日 {today}；请以尚未过去的生效日另行提议。",
    )


def refuse_unless_rules_take_effect_in_order(pool: Pool, rules: Rules) -> Refusal | None:
    """Article 5.2. No version takes effect before the one that it follows, or it would never be in force in between."""
    latest = pool.latest_rules
    if rules.effective_on >= latest.effective_on:
        return None
    return refusal(
        "rules_effective_before_their_predecessor",
        "5.2",
        f"version {rules.version} was to take effect on {rules.effective_on}, before version {latest.version} on "
        f"{latest.effective_on}; propose it with that day or a later one.",
        f"第 {rules.version} 版规则的生效日 {rules.effective_on} 早于第 {latest.version} 版的生效日 "
        f"{latest.effective_on}；请以该日或之后的生效日另行提议。",
    )


def refuse_unless_profile_is_the_pools_or_is_named(
    pool: Pool, profile: DistrictProfile, named_sha256: str | None
) -> Refusal | None:
    """Article 5.2. The bounds change with the district's regulation, and with no file that somebody has edited.

    The profile that is installed is the one that the pool's latest version was adopted under, or the proposal names it
    by its hash, and so does whoever adopts the proposal (a reading).
    """
    if profile.sha256 == (named_sha256 or pool.profile_sha256):
        return None
    return refusal(
        "districts_profile_has_changed",
        "5.2",
        f"the installed profile of {profile.name} has the SHA-256 {profile.sha256}, and the one that is "
        f"{'named' if named_sha256 else 'of the latest version'} {named_sha256 or pool.profile_sha256}; if the "
        "district's regulation has changed, propose the version with the hash of the installed profile; if not, let "
        "the operator put the former file back.",
        f"现安装的{profile.name}档案 SHA-256 为 {profile.sha256}，而{'提议所载' if named_sha256 else '最近版本所依'}为 "
        f"{named_sha256 or pool.profile_sha256}；如该区规定确有变更，请在提议中载明现档案的 SHA-256；"
        "如无变更，请由运维人员恢复原档案。",
    )


def refuse_unless_proposal_number_is_free(proposal: RulesProposal | None) -> Refusal | None:
    """Article 5.2. A proposal stays as it was made, so that an adoption of it can't come to mean something else."""
    return refuse_unless_number_is_free("proposal of rules", "规则提议", proposal.number if proposal else None, "5.2")


def refuse_unless_proposal_is_known(proposal: RulesProposal | None, number: str) -> Refusal | None:
    """Article 5.2. What is adopted, declined or withdrawn was proposed in this pool before."""
    if proposal is not None:
        return None
    return refusal(
        "rules_not_proposed",
        "5.2",
        f"there is no proposal {number} of rules in this pool; propose it first, or correct the number.",
        f"本资金池没有编号为 {number} 的规则提议；请先行提议，或更正编号。",
    )


def refuse_unless_proposal_waits_for_decision(proposal: RulesProposal) -> Refusal | None:
    """Article 5.2. One word ends a proposal: adopted, declined or withdrawn, it stays so."""
    if proposal.stage is ProposalStage.PROPOSED:
        return None
    return refusal(
        "rules_proposal_not_waiting",
        "5.2",
        f"proposal {proposal.number} is {proposal.stage.english} and no longer waits; make a new one if it is still "
        "wanted.",
        f"编号 {proposal.number} 的规则提议状态为“{proposal.stage.chinese}”，不再待决；如仍有需要，请另行提议。",
    )


def refuse_unless_adopted_proposal_is_the_one_named(proposal: RulesProposal, named_sha256: str) -> Refusal | None:
    """Article 5.2. What is adopted is exactly what was proposed, byte for byte."""
    return refuse_unless_hash_is_named("proposal", "规则提议", proposal.proposal_sha256, named_sha256, "5.2")
