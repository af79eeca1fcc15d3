"""A proposal of the next version of the rules, from its making to the one word that ends it."""

from typing import assert_never

from services.registry.domain.evolution import of_entry, of_pool
from services.registry.domain.pool import Pool
from services.registry.domain.register_entry import RegisterEntry
from shared.contracts.labels import LabelledEnum
from shared.contracts.money import BasisPoints
from shared.contracts.registry.rules_versions import (
    ProposalParticulars,
    RulesAdopted,
    RulesDeclined,
    RulesProposed,
    RulesWithdrawn,
)
from shared.decisions.rules_in_force import AdoptedRules


class ProposalStage(LabelledEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed", "proposed", "待决定"  # → adopted, declined, withdrawn
    ADOPTED = "adopted", "adopted", "已采纳"  # for good
    DECLINED = "declined", "declined", "不予采纳"  # for good
    WITHDRAWN = "withdrawn", "withdrawn", "已撤回"  # for good


class RulesProposal(ProposalParticulars, RegisterEntry):
    """What was proposed under ``number``, unchanged; ``outcome`` is what ended it, for what reasons.

    ``share_rate_max_bp`` is the district's ceiling of its day.
    """

    entry_kind = "rules_proposal"

    institution: str
    proposed_by: str
    proposal_sha256: str
    share_rate_max_bp: BasisPoints
    outcome: ProposalStage | None = None
    ended_because: str | None = None

    @property
    def stage(self) -> ProposalStage:
        """Where the proposal stands."""
        return self.outcome or ProposalStage.PROPOSED


def evolve(
    proposal: RulesProposal | None, event: RulesProposed | RulesAdopted | RulesDeclined | RulesWithdrawn
) -> RulesProposal:
    """The proposal after ``event``."""
    if isinstance(event, RulesProposed):
        assert proposal is None, "a proposal is made once"
        return RulesProposal.from_message(event)
    assert proposal is not None, "nothing is said of a proposal before it is made"
    assert proposal.outcome is None, "one word ends a proposal"
    match event:
        case RulesAdopted():
            return proposal.model_copy(update={"outcome": ProposalStage.ADOPTED})
        case RulesDeclined():
            return proposal.model_copy(update={"outcome": ProposalStage.DECLINED, "ended_because": event.reasons})
        case RulesWithdrawn():
            return proposal.model_copy(update={"outcome": ProposalStage.WITHDRAWN, "ended_because": event.reasons})
        case _:
            assert_never(event)


def evolve_pool(pool: Pool, event: RulesAdopted) -> Pool:
    """The pool after ``event``, with a further version of its rules."""
    assert event.rules.version == pool.latest_rules.version + 1, "versions have no gap"
    adopted = AdoptedRules(rules=event.rules, adopted_at=event.adopted_at)
    return pool.model_copy(
        update={
            "adopted_rules": (*pool.adopted_rules, adopted),
            "share_rate_max_bp": event.share_rate_max_bp,
            "profile_sha256": event.profile_sha256,
        }
    )


EVOLUTIONS = (of_entry(evolve), of_pool(evolve_pool))
