"""An agreement that was recorded after the founding: with whom, and whether a consent is awaited."""

from typing import assert_never

from services.registry.domain.evolution import of_entry, of_pool
from services.registry.domain.pool import Pool
from services.registry.domain.register_entry import RegisterEntry
from shared.contracts.labels import LabelledEnum
from shared.contracts.registry.agreements import AgreementConsented, AgreementParticulars, AgreementRecorded
from shared.contracts.registry.performance import OperatingPeriodFixed, PoolContinued
from shared.contracts.registry.words import Agreement


class AgreementStage(LabelledEnum):
    """Where an agreement stands."""

    AWAITED = "awaited", "waiting for consent", "待同意"  # → recorded, by the other institution's consent
    RECORDED = "recorded", "recorded", "已登记"  # for good


class RecordedAgreement(AgreementParticulars, RegisterEntry):
    """What was recorded under ``number``, with all particulars."""

    entry_kind = "agreement"

    recorded_by: str
    awaits_consent: bool

    @property
    def stage(self) -> AgreementStage:
        """Where the agreement stands."""
        return AgreementStage.AWAITED if self.awaits_consent else AgreementStage.RECORDED


def evolve(agreement: RecordedAgreement | None, event: AgreementRecorded | AgreementConsented) -> RecordedAgreement:
    """The agreement after ``event``."""
    match event:
        case AgreementRecorded():
            assert agreement is None, "an agreement is recorded once"
            return RecordedAgreement.from_message(event, awaits_consent=event.awaits_consent_of is not None)
        case AgreementConsented():
            assert agreement is not None, "consent is to something that was recorded"
            assert agreement.awaits_consent, "consent is given once"
            return agreement.model_copy(update={"awaits_consent": False})
        case _:
            assert_never(event)


def evolve_pool(
    pool: Pool, event: AgreementRecorded | AgreementConsented | OperatingPeriodFixed | PoolContinued
) -> Pool:
    """The pool after ``event``: which agreements were recorded in it, and which of them count."""
    if isinstance(event, OperatingPeriodFixed | PoolContinued):
        return pool.with_agreement(event.agreement.number, pool.cooperating_institution)
    if isinstance(event, AgreementRecorded):
        recorded = Agreement(number=event.number, signed_on=event.signed_on, document=event.document)
        pool = pool.model_copy(update={"recorded_agreements": (*pool.recorded_agreements, recorded)})
        if event.awaits_consent_of is not None:
            return pool
    return pool.with_agreement(event.number, event.institution)


EVOLUTIONS = (of_entry(evolve), of_pool(evolve_pool))
