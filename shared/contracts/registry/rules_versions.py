"""What is said of a pool's rules: versions are proposed, then adopted, declined or withdrawn (5.2, 6.2)."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command
from shared.contracts.examples import HashOf, Party, Spoken, example
from shared.contracts.money import BasisPoints
from shared.contracts.registry.rules import Rules
from shared.contracts.registry.words import Duty, EntryEvent, ProfileSha256, RulesVersion
from shared.contracts.words import InstitutionId, Moment, OfficerId, Reference, Sha256, Text

_Number = Annotated[Reference, Field(description="the proposal's"), example("2026-1")]


class ProposalParticulars(BaseModel):
    """A version of the rules as it is proposed, whole."""

    number: Annotated[_Number, Field(description="chosen by the proposer, once in the pool")]
    rules: Annotated[
        Rules,
        Field(description="with the number of the next version and the day it takes effect"),
        example({"version": 2}),
    ]
    reasons: Annotated[Text, example("根据一年来的运营情况调整。")]
    document: Document | None = None
    profile_sha256: Annotated[
        Sha256 | None,
        Field(description="of the district's profile, where it is another than the latest version was adopted under"),
    ] = None


class ProposeRules(ProposalParticulars, Command, name="registry.rules.propose.v1"):
    """Propose the next version of the rules, whole; by the managing or the cooperating institution (5.2, 6.2)."""

    spoken: ClassVar[Spoken] = Spoken("rules proposal", Party.COOPERATING, Duty.RULES)


class AdoptRules(Command, name="registry.rules.adopt.v1"):
    """Adopt a proposal, exactly as it was published; by the managing institution (5.2)."""

    spoken: ClassVar[Spoken] = Spoken("rules adoption", Party.MANAGING, Duty.RULES)

    number: _Number
    proposal_sha256: Annotated[
        Sha256, Field(description="of the bytes of the proposing message"), example(HashOf(ProposeRules.message_type))
    ]


class DeclineRules(Command, name="registry.rules.decline.v1"):
    """Decline a proposal for good, with reasons; by the managing institution (5.2)."""

    spoken: ClassVar[Spoken] = Spoken("rules declining", Party.MANAGING, Duty.RULES)

    number: _Number
    reasons: Annotated[Text, example("暂不调整。")]


class WithdrawRules(Command, name="registry.rules.withdraw.v1"):
    """Withdraw a proposal for good, with reasons; by the institution that made it (6.2)."""

    spoken: ClassVar[Spoken] = Spoken("rules withdrawal", Party.COOPERATING, Duty.RULES)

    number: _Number
    reasons: Annotated[Text, example("另行提议。")]


class RulesProposed(ProposalParticulars, EntryEvent, name="registry.rules.proposed.v1"):
    """A version of the rules is proposed and waits for the managing institution's decision."""

    institution: InstitutionId
    proposed_by: OfficerId
    proposal_sha256: Annotated[Sha256, Field(description="what an adoption names")]
    share_rate_max_bp: Annotated[BasisPoints, Field(description="the district's ceiling on that day (10.3)")]


class RulesAdopted(EntryEvent, name="registry.rules.adopted.v1"):
    """A version of the rules was adopted: it is in force from its effective day on, and never for what came before."""

    number: Reference
    rules: Rules
    proposal_sha256: Sha256
    adopted_by: OfficerId
    adopted_at: Annotated[Moment, Field(description="intake of the adoption; earlier messages are not under it")]
    share_rate_max_bp: Annotated[BasisPoints, Field(description="the district's ceiling on that day (10.3)")]
    profile_sha256: ProfileSha256
    rules_version: RulesVersion


class RulesDeclined(EntryEvent, name="registry.rules.declined.v1"):
    """The managing institution has declined a proposal."""

    number: Reference
    reasons: Text
    declined_by: OfficerId
    rules_version: RulesVersion


class RulesWithdrawn(EntryEvent, name="registry.rules.withdrawn.v1"):
    """The institution that made a proposal has withdrawn it."""

    number: Reference
    reasons: Text
    withdrawn_by: OfficerId
