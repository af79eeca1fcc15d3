"""An agreement that was recorded after the founding: with whom, and whether a consent is awaited."""

from datetime import date
from typing import Literal, assert_never
from uuid import UUID

from pydantic import BaseModel

from services.registry.domain.stored import type_of_state
from shared.contracts.documents import Document
from shared.contracts.ids import contract_number_form
from shared.contracts.registry.agreements import AgreementConsented, AgreementRecorded
from shared.contracts.wording import Worded

AgreementEvent = AgreementRecorded | AgreementConsented


class AgreementStage(Worded):
    """Where an agreement stands."""

    AWAITED = "awaited", "waiting for consent", "待同意"  # → recorded, by the other institution's consent
    RECORDED = "recorded", "recorded", "已登记"  # for good


def is_one_number(one: str, other: str) -> bool:
    """Whether two agreements' numbers are the same, whatever their spaces, width and case."""
    return contract_number_form(one).casefold() == contract_number_form(other).casefold()


class RecordedAgreement(BaseModel):
    """What was recorded under ``number``, as it was said."""

    model_config = type_of_state

    kind: Literal["agreement"] = "agreement"
    matter_id: UUID
    number: str
    stage: AgreementStage
    institution: str
    signed_on: date
    document: Document
    amends: str | None
    operating_from: date | None
    operating_until: date | None
    decision: Document | None = None
    recorded_by: str


def evolve(agreement: RecordedAgreement | None, event: AgreementEvent) -> RecordedAgreement:
    """The agreement after ``event``."""
    match event:
        case AgreementRecorded():
            assert agreement is None, "an agreement is recorded once"
            return RecordedAgreement(
                matter_id=event.matter_id,
                number=event.number,
                stage=AgreementStage.AWAITED if event.awaits_consent_of else AgreementStage.RECORDED,
                institution=event.institution,
                signed_on=event.signed_on,
                document=event.document,
                amends=event.amends,
                operating_from=event.operating_from,
                operating_until=event.operating_until,
                decision=event.decision,
                recorded_by=event.recorded_by,
            )
        case AgreementConsented():
            assert agreement is not None, "consent is to something that was recorded"
            assert agreement.stage is AgreementStage.AWAITED, "consent is given once"
            return agreement.model_copy(update={"stage": AgreementStage.RECORDED})
        case _:
            assert_never(event)
