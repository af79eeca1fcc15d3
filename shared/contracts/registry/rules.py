"""What is said of a pool's rules: versions are proposed, then adopted, declined or withdrawn (5.2, 6.2)."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event
from shared.contracts.money import BasisPoints
from shared.contracts.registry.words import Rules, RulesVersion
from shared.contracts.words import Identity, InstitutionId, Moment, OfficerId, Reference, Sha256, Text

_CHOSEN = Field(description="chosen by the proposer, once in the pool")


class ProposeRules(Command):
    """Propose the next version of the rules, whole; by the managing or the cooperating institution (5.2, 6.2)."""

    message_type: ClassVar[str] = "registry.rules.propose.v1"

    number: Annotated[Reference, _CHOSEN]
    rules: Annotated[Rules, Field(description="with the number of the next version and the day it takes effect")]
    reasons: Text
    document: Document | None = None


class AdoptRules(Command):
    """Adopt a proposal, exactly as it was published; by the managing institution (5.2)."""

    message_type: ClassVar[str] = "registry.rules.adopt.v1"

    number: Annotated[Reference, Field(description="the proposal's")]
    proposal_sha256: Annotated[Sha256, Field(description="of the bytes of the proposing message")]


class DeclineRules(Command):
    """Decline a proposal for good, with reasons; by the managing institution (5.2)."""

    message_type: ClassVar[str] = "registry.rules.decline.v1"

    number: Annotated[Reference, Field(description="the proposal's")]
    reasons: Text


class WithdrawRules(Command):
    """Withdraw a proposal for good, with reasons; by the institution that made it (6.2)."""

    message_type: ClassVar[str] = "registry.rules.withdraw.v1"

    number: Annotated[Reference, Field(description="the proposal's")]
    reasons: Text


class RulesProposed(Event):
    """A version of the rules is proposed and waits for the managing institution's decision."""

    message_type: ClassVar[str] = "registry.rules.proposed.v1"

    matter_id: Identity
    number: Reference
    rules: Rules
    reasons: Text
    document: Document | None = None
    institution: InstitutionId
    proposed_by: OfficerId
    proposal_sha256: Annotated[Sha256, Field(description="what an adoption names")]
    share_rate_max_bp: Annotated[
        BasisPoints | None, Field(description="the district's ceiling on that day (10.3); the registry always says it")
    ] = None


class RulesAdopted(Event):
    """A version of the rules was adopted: it is in force from its effective day on, and never for what came before."""

    message_type: ClassVar[str] = "registry.rules.adopted.v1"

    matter_id: Identity
    number: Reference
    rules: Rules
    proposal_sha256: Sha256
    adopted_by: OfficerId
    adopted_at: Annotated[Moment, Field(description="intake of the adoption; earlier messages are not under it")]
    share_rate_max_bp: Annotated[BasisPoints, Field(description="the district's ceiling on that day (10.3)")]
    rules_version: RulesVersion | None = None


class RulesDeclined(Event):
    """The managing institution has declined a proposal."""

    message_type: ClassVar[str] = "registry.rules.declined.v1"

    matter_id: Identity
    number: Reference
    reasons: Text
    declined_by: OfficerId
    rules_version: RulesVersion | None = None


class RulesWithdrawn(Event):
    """The institution that made a proposal has withdrawn it."""

    message_type: ClassVar[str] = "registry.rules.withdrawn.v1"

    matter_id: Identity
    number: Reference
    reasons: Text
    withdrawn_by: OfficerId
