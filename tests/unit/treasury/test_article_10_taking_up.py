"""Article 10.5: what the bank did not carry out is owed still, and goes out again on a signed word, once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.treasury.domain.books import Books, ReleaseHeld
from services.treasury.domain.case import MandateStage, stage_of
from services.treasury.domain.decide import Decision
from shared.contracts.claims import PaymentTakenUp, TakeUpPayment
from shared.contracts.examples import SHARE_FEN
from shared.contracts.treasury import (
    Account,
    Leg,
    PaymentInstructed,
    PaymentInstruction,
    PaymentRefused,
    PayoutQueued,
)
from simulator.samples import sample
from tests.unit.treasury.treasury_ballot import approval
from tests.unit.treasury.treasury_factories import (
    CLOSES_AT,
    COOPERATING,
    HERE,
    LENDER,
    PAIR_FEN,
    POOL_ID,
    PROJECT_ID,
    Signed,
    books_with,
    confirmation_of,
    contribution,
    from_bank,
    instructed,
    observed,
    originals_of,
    paid_books,
    payout,
    rejection_of,
    sign,
    then,
)

pytestmark = pytest.mark.clause("10.5")

OTHER = UUID("00000000-0000-4000-8000-0000000000ff")


def take_up(
    stopped: PaymentInstructed,
    books: Books,
    officer: str = "releaser",
    signed_for: UUID | None = None,
    of_project: UUID = PROJECT_ID,
    of_pool: UUID = POOL_ID,
    is_genuine: bool = True,
    **changes: Any,
) -> tuple[Books, Decision]:
    """What claims says after an officer has taken the payment up again, and what becomes of it."""
    named = {"project_id": of_project, "instruction_id": signed_for or stopped.instruction_id}
    said = sample(TakeUpPayment, HERE, named)
    signed = sign(said, COOPERATING, officer, pool_id=of_pool)
    event = PaymentTakenUp(
        **{
            "project_id": PROJECT_ID,
            "instruction_id": stopped.instruction_id,
            "reasons": said.reasons,
            "compensation": 1,
            "compensation_id": stopped.compensation_id,
            "leg": stopped.leg,
            "amount_fen": stopped.amount_fen,
            "taken_up_by": officer,
            "take_up": signed.original,
            "rules_version": 1,
            "registry_seq": 0,
            **changes,
        }
    )
    return then(
        books, observed(event, f"take-up-{stopped.instalment}"), originals_of(*((signed,) if is_genuine else ()))
    )


def released(social_fen: int = PAIR_FEN) -> tuple[Books, PaymentInstructed]:
    """A payout that was released and instructed, as far as the account goes."""
    signed = payout()
    books, decision = then(books_with(social_fen=social_fen), observed(signed.released()), signed.originals)
    return books, instructed(decision)


def rejected(social_fen: int = PAIR_FEN) -> tuple[Books, PaymentInstructed]:
    """The same after the bank did not carry it out."""
    books, stopped = released(social_fen)
    return then(books, from_bank(rejection_of(stopped)))[0], stopped


def codes(decision: Decision) -> list[str]:
    return [event.code for event in decision.events if isinstance(event, PaymentRefused)]


def test_the_same_money_goes_out_under_a_new_instruction() -> None:
    """It names the one that it follows, rests on the decision and on who took it up, and is settled as any other."""
    books, stopped = rejected()
    books, decision = take_up(stopped, books)
    again = instructed(decision)
    assert (again.follows, again.amount_fen, again.instalment) == (stopped.instruction_id, SHARE_FEN, 2)
    assert again.instruction_id != stopped.instruction_id
    (told,) = (event for event in decision.events if isinstance(event, PaymentInstruction))
    assert (told.follows, told.payee, len(told.authority)) == (stopped.instruction_id, LENDER, 4)
    books, _ = then(books, from_bank(confirmation_of(again)))
    case = books.case(PROJECT_ID)
    compensation = case.compensations[stopped.compensation_id]
    assert (compensation.paid_fen, stage_of(case, compensation)) == (SHARE_FEN, "paid")
    assert [mandate.stage for mandate in case.mandates.values()] == [MandateStage.TAKEN_UP, MandateStage.SETTLED]


def test_it_is_taken_up_once() -> None:
    """Claims' event said again changes nothing."""
    books, stopped = rejected()
    books, _ = take_up(stopped, books)
    assert take_up(stopped, books) == (books, Decision())


def test_what_the_bank_has_not_answered_or_has_carried_out_is_not_paid_again() -> None:
    """Nor is a payment of another compensation or leg, or one that never was."""
    books, open_still = released()
    assert codes(take_up(open_still, books)[1]) == ["instruction_not_stopped"]
    paid = then(books, from_bank(confirmation_of(open_still)))[0]
    assert codes(take_up(open_still, paid)[1]) == ["instruction_not_stopped"]
    books, stopped = rejected()
    for changes in ({"compensation_id": OTHER}, {"leg": Leg.REIMBURSEMENT}):
        assert codes(take_up(stopped, books, **changes)[1]) == ["instruction_not_stopped"]
    unknown = stopped.model_copy(update={"instruction_id": OTHER})
    assert codes(take_up(unknown, books)[1]) == ["instruction_not_stopped"]


def test_it_is_the_payment_that_was_signed_for() -> None:
    """By an officer of the cooperating institution with the duty release, who did nothing that excludes it."""
    books, stopped = rejected()
    assert codes(take_up(stopped, books, signed_for=OTHER)[1]) == ["not_as_signed"]
    assert codes(take_up(stopped, books, officer="planner")[1]) == ["signer_without_duty"]


@pytest.mark.clause("4.1")
def test_what_is_not_validly_signed_is_no_word() -> None:
    """Whatever claims says of it."""
    books, stopped = rejected()
    assert codes(take_up(stopped, books, is_genuine=False)[1]) == ["original_not_genuine"]


@pytest.mark.clause("3.1")
def test_what_was_signed_is_of_this_pool_and_project() -> None:
    """A word for another pool or project moves no money here."""
    books, stopped = rejected()
    assert codes(take_up(stopped, books, of_project=OTHER)[1]) == ["of_another_project"]
    assert codes(take_up(stopped, books, of_pool=OTHER)[1]) == ["of_another_pool"]


def test_it_waits_for_what_claims_had_observed() -> None:
    """As any release does."""
    books, stopped = rejected()
    after, decision = take_up(stopped, books, registry_seq=9)
    assert [type(change) for change in decision.changes] == [ReleaseHeld]
    assert len(after.waiting) == 1


@pytest.mark.clause("9.4")
def test_a_payout_waits_for_its_payees_account() -> None:
    """As at its release: where the account was taken away, it is registered anew first."""
    books, stopped = rejected()
    without = replace(books, pool=books.pool.model_copy(update={"payee_accounts": {}}))
    after, decision = take_up(stopped, without)
    assert [change.waiting.waits_for for change in decision.changes if isinstance(change, ReleaseHeld)] == [
        (f"account/{LENDER}",)
    ]
    assert len(after.waiting) == 1


def test_what_waited_behind_the_rejected_one_goes_along() -> None:
    """150,000.00 of 200,000.00 were instructed and rejected: both are due again, and no more than the share is."""
    books, stopped = rejected(15_000_000)
    books, decision = take_up(stopped, books)
    (queued,) = (event for event in decision.events if isinstance(event, PayoutQueued))
    assert (instructed(decision).amount_fen, queued.queued_fen) == (15_000_000, 5_000_000)
    books, decision = then(books, from_bank(contribution(Account.SOCIAL_CAPITAL, 2, amount_fen=PAIR_FEN)))
    more = instructed(decision, Leg.PAYOUT)
    assert (more.amount_fen, more.follows) == (5_000_000, stopped.instruction_id)


def test_a_rejected_reimbursement_is_taken_up_without_another_decision() -> None:
    """The votes stand."""
    voted = approval()
    books, decision = then(paid_books(), observed(voted.approved()), voted.originals)
    stopped = instructed(decision)
    books, _ = then(books, from_bank(rejection_of(stopped)))
    books, decision = take_up(stopped, books)
    again = instructed(decision)
    assert (again.leg, again.follows, again.amount_fen) == (
        Leg.REIMBURSEMENT,
        stopped.instruction_id,
        stopped.amount_fen,
    )
    books, _ = then(books, from_bank(confirmation_of(again)))
    assert books.case(PROJECT_ID).compensations[stopped.compensation_id].reimbursed_fen == stopped.amount_fen


@pytest.mark.clause("15.2")
@pytest.mark.parametrize(("since_fen", "left_fen"), [(SHARE_FEN // 2, 0), (SHARE_FEN // 2 - 300, 300)])
def test_what_was_approved_anew_since_is_not_reimbursed_twice(since_fen: int, left_fen: int) -> None:
    """Only what is still due goes out again, and nothing where nothing is."""
    voted, anew = approval(), approval(since_fen, closes_at=CLOSES_AT + timedelta(minutes=1))
    books, decision = then(paid_books(), observed(voted.approved()), voted.originals)
    stopped = instructed(decision)
    books, _ = then(books, from_bank(rejection_of(stopped)))
    assert (since_fen == stopped.amount_fen) == (anew.application.sha256 == voted.application.sha256)
    if since_fen == stopped.amount_fen:
        anew = approval(since_fen, closes_at=CLOSES_AT, signing=_signing_again)
    books, decision = then(books, observed(anew.approved(), "event-anew"), anew.originals)
    assert instructed(decision).amount_fen == since_fen
    books, decision = take_up(stopped, books)
    if left_fen == 0:
        assert codes(decision) == ["nothing_due_from_fiscal"]
    else:
        assert instructed(decision).amount_fen == left_fen


def _signing_again(data: Any, *who: Any) -> Signed[Any]:
    """The same said once more, as another message with other bytes."""
    signed = sign(data, *who)
    sha256 = signed.sha256[::-1]
    original = signed.original.model_copy(update={"signature": f"again-{signed.original.signature}"})
    return Signed(original, replace(signed.received, content_sha256=sha256, original=original))


@pytest.mark.clause("10.3")
@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["reject", "confirm", "take up", "money"]), max_size=12))
def test_however_often_the_bank_says_no_the_share_is_never_exceeded(steps: list[str]) -> None:
    """Paid, reserved and queued together stay within the share, and all of it can still be paid in the end."""
    books, first = released(15_000_000)
    unanswered, stopped, pairs = [first], [], 1
    for step in [*steps, "money", *["take up", "confirm"] * (len(steps) + 2)]:
        decision = Decision()
        if step in ("reject", "confirm") and unanswered:
            payment = unanswered.pop(0)
            answer = (
                rejection_of(payment)
                if step == "reject"
                else confirmation_of(payment, bank_reference=f"OUT-{payment.instalment}")
            )
            books, decision = then(books, from_bank(answer))
            stopped += [payment] if step == "reject" else []
        elif step == "take up" and stopped:
            books, decision = take_up(stopped.pop(0), books)
        elif step == "money" and pairs < 2:
            pairs += 1
            books, decision = then(books, from_bank(contribution(Account.SOCIAL_CAPITAL, pairs, amount_fen=PAIR_FEN)))
        unanswered += [event for event in decision.events if isinstance(event, PaymentInstructed)]
        case = books.case(PROJECT_ID)
        compensation = case.compensations[first.compensation_id]
        queued_fen = sum(each.queued_fen for each in case.mandates.values() if each.stage is MandateStage.OPEN)
        assert compensation.paid_fen + compensation.reserved_fen + queued_fen <= SHARE_FEN
    assert compensation.paid_fen == SHARE_FEN
