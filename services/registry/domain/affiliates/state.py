"""How the affiliates of the cooperating institution are registered and withdrawn."""

from typing import assert_never

from services.registry.domain.evolution import of_pool
from services.registry.domain.pool import Affiliate, Pool
from shared.contracts.registry.affiliates import AffiliateRegistered, AffiliateWithdrawn


def evolve(pool: Pool, event: AffiliateRegistered | AffiliateWithdrawn) -> Pool:
    """The pool after ``event``; who was withdrawn stands in the event log and no longer here."""
    match event:
        case AffiliateRegistered():
            registered = pool.affiliates.get(event.uscc)
            assert registered is None or registered.registered_by_institution != event.registered_by_institution, (
                "an affiliate is registered once by each, and the managing institution's finding stands"
            )
            affiliates = {**pool.affiliates, event.uscc: Affiliate.from_message(event)}
        case AffiliateWithdrawn():
            assert event.uscc in pool.affiliates, "only an affiliate is withdrawn"
            affiliates = {uscc: affiliate for uscc, affiliate in pool.affiliates.items() if uscc != event.uscc}
        case _:
            assert_never(event)
    return pool.model_copy(update={"affiliates": affiliates})


EVOLUTIONS = (of_pool(evolve),)
