"""An operating period: from when until when the cooperating institution runs the pool, by which agreement."""

from datetime import date

from pydantic import BaseModel

from services.registry.domain.stored import type_of_state
from shared.contracts.registry.performance import OperatingPeriodFixed, PoolContinued
from shared.contracts.registry.words import Agreement


class OperatingPeriod(BaseModel):
    """Both days are its own; ``fixed_on`` is the day on which it was fixed."""

    model_config = type_of_state

    agreement: Agreement
    operating_from: date
    operating_until: date
    fixed_on: date

    @staticmethod
    def of(event: OperatingPeriodFixed | PoolContinued) -> "OperatingPeriod":
        """The period that the event tells of; an event that names no first day has its agreement's."""
        if isinstance(event, PoolContinued):
            operating_from = fixed_on = event.decided_on
        else:
            operating_from = event.operating_from or event.agreement.signed_on
            fixed_on = event.fixed_on or event.agreement.signed_on
        return OperatingPeriod(
            agreement=event.agreement,
            operating_from=operating_from,
            operating_until=event.operating_until,
            fixed_on=fixed_on,
        )
