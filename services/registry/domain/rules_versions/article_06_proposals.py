"""Article 6: who proposes rules can take the proposal back."""

from services.registry.domain.pool import Pool
from services.registry.domain.rules_versions.state import RulesProposal
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal


def refuse_unless_rules_are_withdrawn_by_proposer(
    pool: Pool, proposal: RulesProposal, acting: Acting
) -> Refusal | None:
    """Article 6.2. Whoever proposed a version can take the proposal back; the managing institution may decline it."""
    if acting.institution == proposal.institution:
        return None
    proposer = pool.name_of(proposal.institution)
    return refusal(
        "rules_withdrawn_by_other",
        "6.2",
        f"proposal {proposal.number} was made by {proposer}, and only it can withdraw it; ask it "
        "to, or let the managing institution decline it (registry.rules.decline).",
        f"编号 {proposal.number} 的规则提议由{proposer}提出，只能由其撤回；请由其撤回，或由管理机构决定"
        "不予采纳（registry.rules.decline）。",
    )
