"""What is said of agreements after the founding: further ones and amendments, with whom, and for which time (5.3)."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event
from shared.contracts.registry.words import RulesVersion
from shared.contracts.words import Day, Identity, InstitutionId, OfficerId, Reference

_WITH = Field(description="with whom it was made: the cooperating institution, or the supervising bank")
_AMENDS = Field(description="the number of the agreement that this one amends")


class RecordAgreement(Command):
    """Record a further agreement or an amendment; by the managing institution (5.3).

    With both days it also fixes the operating period, which is the agreement's; the term is the pool's. An agreement
    with the supervising bank waits for the cooperating institution's consent (6.3).
    """

    message_type: ClassVar[str] = "registry.agreement.record.v1"

    number: Annotated[Reference, Field(description="the agreement's, once in the pool")]
    institution: Annotated[InstitutionId, _WITH]
    signed_on: Day
    document: Document
    amends: Annotated[Reference | None, _AMENDS] = None
    operating_from: Day | None = None
    operating_until: Annotated[Day | None, Field(description="the last day of the operating period")] = None
    decision: Annotated[
        Document | None, Field(description="its minutes; needed to go on after an earlier operating period (5.7)")
    ] = None


class ConsentToAgreement(Command):
    """Consent to a recorded agreement with the supervising bank; by the cooperating institution (6.3)."""

    message_type: ClassVar[str] = "registry.agreement.consent.v1"

    number: Annotated[Reference, Field(description="the agreement's")]


class AgreementRecorded(Event):
    """An agreement was recorded; one that awaits a consent does not count before it has it."""

    message_type: ClassVar[str] = "registry.agreement.recorded.v1"

    matter_id: Identity
    number: Reference
    institution: Annotated[InstitutionId, _WITH]
    signed_on: Day
    document: Document
    amends: Annotated[Reference | None, _AMENDS] = None
    operating_from: Day | None = None
    operating_until: Day | None = None
    decision: Annotated[Document | None, Field(description="its minutes, where a further period was decided")] = None
    awaits_consent_of: InstitutionId | None = None
    recorded_on: Day
    recorded_by: OfficerId
    rules_version: RulesVersion | None = None


class AgreementConsented(Event):
    """The cooperating institution has consented to an agreement with the supervising bank: it counts from now on."""

    message_type: ClassVar[str] = "registry.agreement.consented.v1"

    matter_id: Identity
    number: Reference
    institution: Annotated[InstitutionId, _WITH]
    consented_on: Day
    consented_by: OfficerId
    rules_version: RulesVersion | None = None
