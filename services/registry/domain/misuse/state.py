"""A claim for fiscal money that was used unlawfully, and what became of it."""

from collections.abc import Mapping
from datetime import date
from typing import assert_never

from services.registry.domain.evolution import of_entry
from services.registry.domain.register_entry import RegisterEntry
from services.registry.domain.state_model import StateModel
from shared.contracts.labels import LabelledEnum
from shared.contracts.registry.misuse import (
    MisuseClaimed,
    MisuseParticulars,
    MisuseRecovered,
    MisuseReferred,
    RecoveryParticulars,
    ReferralParticulars,
)


class ClaimStage(LabelledEnum):
    """Where a claim for misused money stands."""

    OUTSTANDING = "outstanding", "outstanding", "尚未追回"  # → recovered
    RECOVERED = "recovered", "recovered", "已追回"  # for good; it can still be referred


class Receipt(RecoveryParticulars, StateModel):
    """A part of the money that has come back."""


class Referral(ReferralParticulars, StateModel):
    """An authority to which the case was referred."""


class MisuseClaim(MisuseParticulars, RegisterEntry):
    """One claim. ``receipts`` are by their numbers, ``referrals`` by authority."""

    entry_kind = "misuse_claim"

    claimed_on: date
    claimed_by: str
    receipts: Mapping[str, Receipt] = {}
    referrals: Mapping[str, Referral] = {}

    @property
    def recovered_fen(self) -> int:
        """What has come back so far."""
        return sum(receipt.amount_fen for receipt in self.receipts.values())

    @property
    def outstanding_fen(self) -> int:
        """What has not come back yet."""
        return self.amount_fen - self.recovered_fen

    @property
    def stage(self) -> ClaimStage:
        """Where the claim stands."""
        return ClaimStage.OUTSTANDING if self.outstanding_fen > 0 else ClaimStage.RECOVERED


def evolve(claim: MisuseClaim | None, event: MisuseClaimed | MisuseRecovered | MisuseReferred) -> MisuseClaim:
    """The claim after ``event``."""
    if isinstance(event, MisuseClaimed):
        assert claim is None, "a claim is made once"
        return MisuseClaim.from_message(event)
    assert claim is not None, "nothing comes back on a claim that was not made"
    match event:
        case MisuseRecovered():
            assert event.receipt not in claim.receipts
            receipt = Receipt.from_message(event)
            after = claim.model_copy(update={"receipts": {**claim.receipts, event.receipt: receipt}})
            assert after.outstanding_fen == event.outstanding_fen >= 0, "no more comes back than was misused"
            return after
        case MisuseReferred():
            referral = Referral.from_message(event)
            return claim.model_copy(update={"referrals": {**claim.referrals, event.authority: referral}})
        case _:
            assert_never(event)


EVOLUTIONS = (of_entry(evolve),)
