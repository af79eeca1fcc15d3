"""What is said of fiscal money that was used unlawfully: the claim for it, what came back, and its referral (19.3)."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event
from shared.contracts.money import Fen, PositiveFen
from shared.contracts.registry.words import RulesVersion
from shared.contracts.words import Day, Identity, InstitutionId, Name, OfficerId, Reference, Text


class ClaimMisuse(Command):
    """Claim back fiscal money that the cooperating institution used unlawfully; by the managing institution (19.3)."""

    message_type: ClassVar[str] = "registry.misuse.claim.v1"

    number: Annotated[Reference, Field(description="chosen by the managing institution, once in the pool")]
    amount_fen: PositiveFen
    facts: Text
    evidence: Annotated[tuple[Document, ...], Field(min_length=1, max_length=20)]


class RecordMisuseRecovery(Command):
    """Record that a part of the misused money has come back; by the managing institution (19.3)."""

    message_type: ClassVar[str] = "registry.misuse.record_recovery.v1"

    number: Annotated[Reference, Field(description="of the claim")]
    receipt: Annotated[Reference, Field(description="of the money, once for each claim")]
    amount_fen: PositiveFen
    recovered_on: Day
    evidence: Document


class ReferMisuse(Command):
    """Record that the case was referred to an authority; by the managing institution (19.3)."""

    message_type: ClassVar[str] = "registry.misuse.refer.v1"

    number: Annotated[Reference, Field(description="of the claim")]
    authority: Name
    referred_on: Day
    document: Document


class MisuseClaimed(Event):
    """The managing institution claims this amount from the cooperating institution."""

    message_type: ClassVar[str] = "registry.misuse.claimed.v1"

    matter_id: Identity
    number: Reference
    institution: InstitutionId
    amount_fen: PositiveFen
    facts: Text
    evidence: tuple[Document, ...]
    claimed_on: Day
    claimed_by: OfficerId
    rules_version: RulesVersion | None = None


class MisuseRecovered(Event):
    """A part of the claimed amount has come back; nothing is outstanding when all of it has."""

    message_type: ClassVar[str] = "registry.misuse.recovered.v1"

    matter_id: Identity
    number: Reference
    receipt: Reference
    amount_fen: PositiveFen
    recovered_on: Day
    evidence: Document
    recovered_fen: Annotated[PositiveFen, Field(description="so far")]
    outstanding_fen: Fen
    recorded_by: OfficerId


class MisuseReferred(Event):
    """The case was referred to an authority."""

    message_type: ClassVar[str] = "registry.misuse.referred.v1"

    matter_id: Identity
    number: Reference
    authority: Name
    referred_on: Day
    document: Document
    recorded_by: OfficerId
