"""A proposal of the next version of the rules, from its making to the one word that ends it."""

from typing import Literal, assert_never
from uuid import UUID

from pydantic import BaseModel

from services.registry.domain.stored import type_of_state
from shared.contracts.documents import Document
from shared.contracts.money import BasisPoints
from shared.contracts.registry.rules import RulesAdopted, RulesDeclined, RulesProposed, RulesWithdrawn
from shared.contracts.registry.words import Rules
from shared.contracts.wording import Worded

RulesProposalEvent = RulesProposed | RulesAdopted | RulesDeclined | RulesWithdrawn


class ProposalStage(Worded):
    """Where a proposal stands."""

    PROPOSED = "proposed", "proposed", "待决定"  # → adopted, declined, withdrawn
    ADOPTED = "adopted", "adopted", "已采纳"  # for good
    DECLINED = "declined", "declined", "不予采纳"  # for good
    WITHDRAWN = "withdrawn", "withdrawn", "已撤回"  # for good


class RulesProposal(BaseModel):
    """What was proposed under ``number``, as it was said; ``ended_because`` are the reasons of what ended it.

    ``share_rate_max_bp`` is the district's ceiling of its day; a proposal of before has none.
    """

    model_config = type_of_state

    kind: Literal["rules_proposal"] = "rules_proposal"
    matter_id: UUID
    number: str
    stage: ProposalStage = ProposalStage.PROPOSED
    rules: Rules
    reasons: str
    document: Document | None
    institution: str
    proposed_by: str
    proposal_sha256: str
    share_rate_max_bp: BasisPoints | None = None
    ended_because: str | None = None


def evolve(proposal: RulesProposal | None, event: RulesProposalEvent) -> RulesProposal:
    """The proposal after ``event``."""
    if isinstance(event, RulesProposed):
        assert proposal is None, "a proposal is made once"
        return RulesProposal(
            matter_id=event.matter_id,
            number=event.number,
            rules=event.rules,
            reasons=event.reasons,
            document=event.document,
            institution=event.institution,
            proposed_by=event.proposed_by,
            proposal_sha256=event.proposal_sha256,
            share_rate_max_bp=event.share_rate_max_bp,
        )
    assert proposal is not None, "nothing is said of a proposal before it is made"
    assert proposal.stage is ProposalStage.PROPOSED, "one word ends a proposal"
    match event:
        case RulesAdopted():
            return proposal.model_copy(update={"stage": ProposalStage.ADOPTED})
        case RulesDeclined():
            return proposal.model_copy(update={"stage": ProposalStage.DECLINED, "ended_because": event.reasons})
        case RulesWithdrawn():
            return proposal.model_copy(update={"stage": ProposalStage.WITHDRAWN, "ended_because": event.reasons})
        case _:
            assert_never(event)
