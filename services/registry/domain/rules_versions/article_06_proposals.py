"""Article 6: who proposes rules can take the proposal back."""

from services.registry.domain.article_04_institutional_roles import withdrawn_by_other
from services.registry.domain.pool import Pool
from services.registry.domain.rules_versions.state import RulesProposal
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal


def refuse_unless_rules_are_withdrawn_by_proposer(
    pool: Pool, proposal: RulesProposal, acting: Acting
) -> Refusal | None:
    """Article 6.2. Whoever proposed a version can take the proposal back; the managing institution may decline it."""
    if acting.institution == proposal.institution:
        return None
    return withdrawn_by_other(
        "6.2",
        (f"proposal {proposal.number}", f"编号 {proposal.number} 的规则提议"),
        pool.name_of(proposal.institution),
        (
            "let the managing institution decline it (registry.rules.decline)",
            "由管理机构决定不予采纳（registry.rules.decline）",
        ),
    )
