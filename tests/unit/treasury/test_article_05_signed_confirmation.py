"""Article 5: gate 1, looked at again before money moves."""

from dataclasses import replace

import pytest

from services.treasury.domain.rules.article_04_signers import refuse_unless_signer_has_duty
from services.treasury.domain.rules.article_05_confirmation import refuse_unless_confirmation_binds_plan
from shared.contracts.registry.words import Duty
from tests.unit.treasury.treasury_factories import COOPERATING, MANAGING, payout, registered_pool, sign


@pytest.mark.clause("5.6")
def test_only_the_managing_institution_confirms() -> None:
    """An officer of another institution, or one without that duty, doesn't pass gate 1."""
    pool, said = registered_pool(), payout().confirmation.received.data
    signed = sign(said, MANAGING, "confirmer").received
    assert refuse_unless_signer_has_duty(pool, signed, MANAGING, Duty.CONFIRMATION, "5.6") is None
    for institution, officer in ((MANAGING, "keeper"), (COOPERATING, "planner"), (MANAGING, None)):
        signed = sign(said, institution, officer).received
        refused = refuse_unless_signer_has_duty(pool, signed, MANAGING, Duty.CONFIRMATION, "5.6")
        assert refused is not None
        assert (refused.code, refused.clause) == ("signer_without_duty", "5.6")


@pytest.mark.clause("5.6")
def test_a_confirmation_is_of_these_bytes() -> None:
    """Any change of the plan makes it another plan, which nobody has confirmed."""
    signed_payout = payout()
    assert (
        refuse_unless_confirmation_binds_plan(signed_payout.plan.received, signed_payout.confirmation.received) is None
    )
    edited = replace(signed_payout.plan.received, content_sha256="0" * 64)
    refused = refuse_unless_confirmation_binds_plan(edited, signed_payout.confirmation.received)
    assert refused is not None
    assert refused.code == "another_version_named"
