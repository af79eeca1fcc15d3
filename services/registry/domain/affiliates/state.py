"""An affiliate of the cooperating institution, found by its unified social credit code."""

from collections.abc import Mapping
from typing import assert_never

from pydantic import BaseModel

from services.registry.domain.stored import type_of_state
from shared.contracts.documents import Document
from shared.contracts.registry.affiliates import AffiliateRegistered, AffiliateWithdrawn

AffiliateEvent = AffiliateRegistered | AffiliateWithdrawn


class Affiliate(BaseModel):
    """An enterprise whose projects the pool does not cover, and who said so."""

    model_config = type_of_state

    name: str
    relation: str
    evidence: Document
    registered_by_institution: str


def evolve(affiliates: Mapping[str, Affiliate], event: AffiliateEvent) -> Mapping[str, Affiliate]:
    """The affiliates after ``event``; who was withdrawn stands in the event log and no longer here."""
    match event:
        case AffiliateRegistered():
            known = affiliates.get(event.uscc)
            assert known is None or known.registered_by_institution != event.registered_by_institution, (
                "an affiliate is registered once by each, and the managing institution's finding stands"
            )
            affiliate = Affiliate(
                name=event.name,
                relation=event.relation,
                evidence=event.evidence,
                registered_by_institution=event.registered_by_institution,
            )
            return {**affiliates, event.uscc: affiliate}
        case AffiliateWithdrawn():
            assert event.uscc in affiliates, "only an affiliate is withdrawn"
            return {uscc: affiliate for uscc, affiliate in affiliates.items() if uscc != event.uscc}
    assert_never(event)
