"""Article 10.5: a payment that the bank did not carry out is stopped, and taken up again on an officer's word."""

from uuid import UUID

import pytest

from services.claims.domain.claim import ClaimsError
from shared.contracts.claims import PaymentStopped, PaymentTakenUp
from shared.contracts.receipts import Outcome
from shared.contracts.treasury import Balance, Balances, Leg, PaymentVoided
from tests.unit.claims.claims_builder import COMPENSATION_ID, INSTRUCTION, PROJECT_ID, Story, clauses, codes, settled

pytestmark = pytest.mark.clause("10.5")

ANOTHER = UUID(int=8)


def voided(
    leg: Leg = Leg.PAYOUT, instruction: UUID = INSTRUCTION, compensation_id: UUID = COMPENSATION_ID
) -> PaymentVoided:
    nothing = Balance(balance_fen=0, reserved_fen=0)
    return PaymentVoided(
        project_id=PROJECT_ID,
        compensation_id=compensation_id,
        leg=leg,
        instalment=1,
        instruction_id=instruction,
        reason="收款账户已销户",
        transfer_id=UUID(int=9),
        amount_fen=20_000_000,
        balances=Balances(fiscal=nothing, social_capital=nothing),
    )


def test_a_stopped_payment_is_taken_up_once() -> None:
    """The event brings the signed word along; what is paid then is paid on the same compensation."""
    story = Story().until("release")
    story.observes(voided())
    stopped = story.events[-1]
    assert isinstance(stopped, PaymentStopped)
    assert (stopped.compensation, stopped.leg, stopped.reason) == (1, Leg.PAYOUT, "收款账户已销户")
    assert "claims.payment.take_up" in story.applies().refusals[0].text
    assert story.takes_up().outcome is Outcome.ACCEPTED
    taken_up = story.events[-1]
    assert isinstance(taken_up, PaymentTakenUp)
    assert (taken_up.instruction_id, taken_up.amount_fen, taken_up.taken_up_by) == (INSTRUCTION, 20_000_000, "releaser")
    assert taken_up.take_up.value == story.taken[-1].original.value
    assert codes(story.takes_up()) == ["payment_not_stopped"]
    assert story.observes(voided()).events == (), "said again it stops nothing"
    story.observes(settled(Leg.PAYOUT, 20_000_000, instalment=2))
    assert story.latest.paid_fen == 20_000_000


def test_only_what_was_stopped_is_taken_up() -> None:
    """Another instruction waits for the bank, or was carried out."""
    story = Story().until("release")
    decision = story.takes_up()
    assert (codes(decision), clauses(decision)) == (["payment_not_stopped"], ["10.5"])
    story.observes(voided())
    assert codes(story.takes_up(ANOTHER)) == ["payment_not_stopped"]


def test_whoever_takes_a_payment_up_releases_it() -> None:
    """With that duty, apart from those that it excludes."""
    story = Story().until("release")
    story.observes(voided())
    assert codes(story.takes_up(officer="applicant")) == ["duty_not_held"]
    assert codes(story.takes_up(officer="planner")) == ["duties_in_conflict"]


def test_an_approved_reimbursement_stays_approved() -> None:
    """It is taken up without another decision, and nothing more can be applied for meanwhile."""
    story = Story().until("closing")
    story.observes(voided(Leg.REIMBURSEMENT))
    assert story.latest.decided_fen == 10_000_000
    assert codes(story.applies(1)) == ["amount_above_due"]
    assert story.takes_up().outcome is Outcome.ACCEPTED


def test_a_payment_that_nothing_led_to_is_raised() -> None:
    """What only a bug can say is no decision."""
    with pytest.raises(ClaimsError, match="never released"):
        Story().until("confirmation").observes(voided())
