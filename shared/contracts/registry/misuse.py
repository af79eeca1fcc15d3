"""What is said of fiscal money that was used unlawfully: the claim for it, what came back, and its referral (19.3)."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document, DocumentKind, paper
from shared.contracts.envelope import Command
from shared.contracts.examples import Party, Spoken, example
from shared.contracts.money import Fen, PositiveFen
from shared.contracts.registry.words import Duty, EntryEvent, RulesVersion
from shared.contracts.words import Day, InstitutionId, Name, OfficerId, Reference, Text

_Number = Annotated[Reference, Field(description="of the claim"), example("ZH-1")]


class MisuseParticulars(BaseModel):
    """What was used unlawfully, with evidence."""

    number: Annotated[_Number, Field(description="chosen by the managing institution, once in the pool")]
    amount_fen: Annotated[PositiveFen, example(1_000_000)]
    facts: Annotated[Text, example("以资金池资金支付机构日常费用")]
    evidence: Annotated[
        tuple[Document, ...],
        Field(min_length=1, max_length=20),
        example((paper(DocumentKind.OTHER, "审计取证单"),)),
    ]


class RecoveryParticulars(BaseModel):
    """What has come back of it, with evidence."""

    number: _Number
    receipt: Annotated[Reference, Field(description="of the money, once for each claim"), example("HK-1")]
    amount_fen: Annotated[PositiveFen, example(400_000)]
    recovered_on: Day
    evidence: Annotated[Document, example(paper(DocumentKind.OTHER, "银行回单"))]


class ReferralParticulars(BaseModel):
    """Whom the case was referred to."""

    number: _Number
    authority: Annotated[Name, example("朝阳区财政局")]
    referred_on: Day
    document: Annotated[Document, example(paper(DocumentKind.OTHER, "移送函"))]


class ClaimMisuse(MisuseParticulars, Command, name="registry.misuse.claim.v1"):
    """Claim back fiscal money that the cooperating institution used unlawfully; by the managing institution (19.3)."""

    spoken: ClassVar[Spoken] = Spoken("misuse claim", Party.MANAGING, Duty.OVERSIGHT)


class RecordMisuseRecovery(RecoveryParticulars, Command, name="registry.misuse.record_recovery.v1"):
    """Record that a part of the misused money has come back; by the managing institution (19.3)."""

    spoken: ClassVar[Spoken] = Spoken("misuse recovery", Party.MANAGING, Duty.OVERSIGHT)


class ReferMisuse(ReferralParticulars, Command, name="registry.misuse.refer.v1"):
    """Record that the case was referred to an authority; by the managing institution (19.3)."""

    spoken: ClassVar[Spoken] = Spoken("misuse referral", Party.MANAGING, Duty.OVERSIGHT)


class MisuseClaimed(MisuseParticulars, EntryEvent, name="registry.misuse.claimed.v1"):
    """The managing institution claims this amount from the cooperating institution."""

    institution: InstitutionId
    claimed_on: Day
    claimed_by: OfficerId
    rules_version: RulesVersion


class MisuseRecovered(RecoveryParticulars, EntryEvent, name="registry.misuse.recovered.v1"):
    """A part of the claimed amount has come back; nothing is outstanding when all of it has."""

    recovered_fen: Annotated[PositiveFen, Field(description="so far")]
    outstanding_fen: Fen
    recorded_by: OfficerId


class MisuseReferred(ReferralParticulars, EntryEvent, name="registry.misuse.referred.v1"):
    """The case was referred to an authority."""

    recorded_by: OfficerId
