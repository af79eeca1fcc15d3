"""What is said of agreements after the founding: further ones and amendments, with whom, and for which time (5.3)."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document, DocumentKind, paper
from shared.contracts.envelope import Command
from shared.contracts.examples import IdOf, Party, Spoken, Titled, example
from shared.contracts.registry.words import Duty, EntryEvent, RulesVersion
from shared.contracts.words import Day, InstitutionId, OfficerId, Reference

_Number = Annotated[Reference, Field(description="the agreement's"), example("补充-1")]
_With = Annotated[
    InstitutionId,
    Field(description="with whom it was made: the cooperating institution, or the supervising bank"),
    example(IdOf(Party.COOPERATING)),
]


class AgreementParticulars(BaseModel):
    """A further agreement, or an amendment."""

    number: Annotated[_Number, Field(description="the agreement's, once in the pool")]
    institution: _With
    signed_on: Day
    document: Annotated[Document, example(Titled(DocumentKind.AGREEMENT, "协议 {number}"))]
    amends: Annotated[Reference | None, Field(description="the number of the agreement that this one amends")] = None
    operating_from: Day | None = None
    operating_until: Annotated[Day | None, Field(description="the last day of the operating period")] = None
    decision: Annotated[
        Document | None,
        Field(description="its minutes; needed to go on after an earlier operating period (5.7)"),
        example(paper(DocumentKind.MINUTES, "继续合作决定会议纪要")),
    ] = None


class RecordAgreement(AgreementParticulars, Command, name="registry.agreement.record.v1"):
    """Record a further agreement or an amendment; by the managing institution (5.3).

    With both days it also fixes the operating period, which is the agreement's; the term is the pool's. An agreement
    with the supervising bank waits for the cooperating institution's consent (6.3).
    """

    spoken: ClassVar[Spoken] = Spoken("agreement", Party.MANAGING, Duty.OVERSIGHT)


class ConsentToAgreement(Command, name="registry.agreement.consent.v1"):
    """Consent to a recorded agreement with the supervising bank; by the cooperating institution (6.3)."""

    spoken: ClassVar[Spoken] = Spoken("agreement consent", Party.COOPERATING, Duty.ADMINISTRATION)

    number: _Number


class AgreementRecorded(AgreementParticulars, EntryEvent, name="registry.agreement.recorded.v1"):
    """An agreement was recorded; one that awaits a consent does not count before it has it."""

    awaits_consent_of: InstitutionId | None = None
    recorded_on: Day
    recorded_by: OfficerId
    rules_version: RulesVersion


class AgreementConsented(EntryEvent, name="registry.agreement.consented.v1"):
    """The cooperating institution has consented to an agreement with the supervising bank: it counts from now on."""

    number: Reference
    institution: _With
    consented_on: Day
    consented_by: OfficerId
    rules_version: RulesVersion
