"""Given events, when a message comes, then these events: the treasury's table of contents."""

from dataclasses import replace

import pytest

from services.treasury.domain.books import Books, Funds, ReleaseHeld, ReleaseResumed, evolve
from services.treasury.domain.case import MandateStage, stage_of
from services.treasury.domain.signed_originals import SignedOriginals
from shared.contracts import ids
from shared.contracts.examples import SHARE_FEN
from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import KeyRegistered
from shared.contracts.registry.rules import LossRatio
from shared.contracts.treasury import (
    Account,
    ContributionReceived,
    Leg,
    PaymentInstructed,
    PaymentInstruction,
    PaymentRefused,
    PaymentReserved,
    PaymentSettled,
    PaymentVoided,
    PayoutQueued,
)
from tests.unit.treasury.treasury_ballot import approval
from tests.unit.treasury.treasury_factories import (
    ACCOUNT_REGISTERED,
    BANK,
    BANK_REGISTERED,
    COMPENSATION_ID,
    FOUNDED,
    LENDER,
    NOW,
    PAIR_FEN,
    POOL_ID,
    PROJECT_ID,
    basis,
    books_with,
    confirmation_of,
    contribution,
    from_bank,
    instructed,
    observed,
    officers,
    paid_books,
    payout,
    project_approved,
    registered_pool,
    rejection_of,
    then,
)


def test_worked_case_1_is_paid_from_the_social_capital_account() -> None:
    """Loss 1,000,000.01: 200,000.00 is reserved, instructed, settled; due from fiscal are 100,000.00 then."""
    signed_payout = payout()
    books, decision = then(books_with(), observed(signed_payout.released()), signed_payout.originals)
    reserved, instruction, said = decision.events
    assert isinstance(reserved, PaymentReserved)
    assert isinstance(instruction, PaymentInstruction)
    assert isinstance(said, PaymentInstructed)
    assert (reserved.amount_fen, reserved.leg, reserved.instalment) == (20_000_000, Leg.PAYOUT, 1)
    assert reserved.balances.social_capital.reserved_fen == 20_000_000
    assert (instruction.debit_account, instruction.payee, said.bank) == (Account.SOCIAL_CAPITAL, LENDER, BANK)
    assert instruction.payee_account_number == ACCOUNT_REGISTERED.account_number
    assert instruction.decision_sha256 == signed_payout.plan.sha256
    assert instruction.authority == (
        signed_payout.plan.original,
        signed_payout.confirmation.original,
        signed_payout.release.original,
    )

    books, decision = then(books, from_bank(confirmation_of(said)))
    (settled,) = decision.events
    assert isinstance(settled, PaymentSettled)
    assert (settled.amount_fen, settled.due_from_fiscal_fen) == (20_000_000, 10_000_000)
    assert settled.balances.social_capital.balance_fen == PAIR_FEN - 20_000_000
    assert settled.balances.fiscal.balance_fen == PAIR_FEN
    assert stage_of(books.cases[PROJECT_ID], books.cases[PROJECT_ID].compensations[COMPENSATION_ID]) == "paid"


def test_worked_case_2_is_reimbursed_from_the_fiscal_account() -> None:
    """After gate 2 the fiscal account pays 100,000.00 to the social capital account."""
    voted = approval()
    books, decision = then(paid_books(), observed(voted.approved()), voted.originals)
    _, instruction, said = decision.events
    assert isinstance(instruction, PaymentInstruction)
    assert isinstance(said, PaymentInstructed)
    assert (instruction.debit_account, instruction.amount_fen) == (Account.FISCAL, 10_000_000)
    assert (instruction.payee, instruction.payee_account_number) == (None, None)
    assert len(instruction.authority) == 7

    books, decision = then(books, from_bank(confirmation_of(said)))
    (settled,) = decision.events
    assert isinstance(settled, PaymentSettled)
    assert settled.due_from_fiscal_fen == 0
    assert books.funds == {
        Account.FISCAL: Funds(PAIR_FEN - 10_000_000),
        Account.SOCIAL_CAPITAL: Funds(PAIR_FEN - 10_000_000),
    }


@pytest.mark.clause("10.5")
def test_worked_case_8_pays_what_is_there_and_queues_the_rest() -> None:
    """150,000.00 of 200,000.00 are reserved, 50,000.00 queued, and nothing goes from fiscal to the lender."""
    signed_payout = payout()
    books, decision = then(
        books_with(social_fen=15_000_000), observed(signed_payout.released()), signed_payout.originals
    )
    reserved, instruction, _, queued = decision.events
    assert isinstance(reserved, PaymentReserved)
    assert isinstance(instruction, PaymentInstruction)
    assert isinstance(queued, PayoutQueued)
    assert (reserved.amount_fen, queued.queued_fen) == (15_000_000, 5_000_000)
    assert instruction.debit_account is Account.SOCIAL_CAPITAL
    assert books.funds[Account.FISCAL] == Funds(PAIR_FEN)


@pytest.mark.clause("10.5")
def test_the_queue_is_paid_by_itself_when_money_arrives() -> None:
    """The next contribution pays the rest as a further instalment, and then the one that was queued after it."""
    first, second = payout(), _second_payout()
    books = evolve(books_with(social_fen=15_000_000), project_approved(second.plan.received.data.project_id))
    books, _ = then(books, observed(first.released()), first.originals)
    books, decision = then(books, observed(second.released(), "event-2"), second.originals)
    (queued,) = decision.events
    assert isinstance(queued, PayoutQueued)
    assert queued.queued_fen == SHARE_FEN

    books, decision = then(books, from_bank(contribution(Account.SOCIAL_CAPITAL, instalment=2)))
    reserved = [event for event in decision.events if isinstance(event, PaymentReserved)]
    assert [(event.project_id, event.instalment, event.amount_fen) for event in reserved] == [
        (PROJECT_ID, 2, 5_000_000),
        (second.plan.received.data.project_id, 1, SHARE_FEN),
    ]
    assert books.queues[Leg.PAYOUT] == ()
    instructions = [event for event in decision.events if isinstance(event, PaymentInstruction)]
    assert instructions[0].authority == (first.plan.original, first.confirmation.original, first.release.original)


@pytest.mark.clause("10.5")
def test_a_settled_reimbursement_feeds_the_queue() -> None:
    """Money that comes back to the social capital account goes on to whoever waits."""
    second = _second_payout()
    books = evolve(paid_books(social_fen=SHARE_FEN), project_approved(second.plan.received.data.project_id))
    books, _ = then(books, observed(second.released(), "event-2"), second.originals)
    voted = approval()
    books, decision = then(books, observed(voted.approved(), "event-3"), voted.originals)
    books, decision = then(books, from_bank(confirmation_of(instructed(decision))))
    reserved = [event for event in decision.events if isinstance(event, PaymentReserved)]
    assert [(event.leg, event.amount_fen) for event in reserved] == [(Leg.PAYOUT, 10_000_000)]
    assert books.funds[Account.SOCIAL_CAPITAL].available_fen == 0


def test_nobody_goes_before_those_who_wait() -> None:
    """A payout that comes while others wait beyond what is at hand is queued, even if money is there."""
    signed_payout = payout()
    books = replace(books_with(), has_more_queued={Leg.PAYOUT: True, Leg.REIMBURSEMENT: False})
    _, decision = then(books, observed(signed_payout.released()), signed_payout.originals)
    assert [type(event) for event in decision.events] == [PayoutQueued]


@pytest.mark.clause("9.2")
def test_payouts_wait_for_the_first_pair() -> None:
    """Money on the social capital account alone pays nobody; the fiscal contribution sets the queue going."""
    signed_payout = payout()
    books = evolve(Books(registered_pool()), project_approved())
    books, _ = then(books, from_bank(contribution(Account.SOCIAL_CAPITAL)))
    books, decision = then(books, observed(signed_payout.released()), signed_payout.originals)
    assert [type(event) for event in decision.events] == [PayoutQueued]
    books, decision = then(books, from_bank(contribution(Account.FISCAL)))
    assert isinstance(decision.events[0], ContributionReceived)
    assert isinstance(decision.events[1], PaymentReserved)
    assert decision.events[1].amount_fen == SHARE_FEN


@pytest.mark.clause("10.5")
def test_a_reimbursement_short_of_money_pays_what_is_there() -> None:
    """The fiscal account, too, pays what is there and the rest when its next contribution arrives."""
    voted = approval()
    books, decision = then(paid_books(fiscal_fen=4_000_000), observed(voted.approved()), voted.originals)
    queued = decision.events[-1]
    assert isinstance(queued, PayoutQueued)
    assert (queued.leg, queued.queued_fen) == (Leg.REIMBURSEMENT, 6_000_000)
    again = approval(amount_fen=9_000_000)
    _, refused = then(books, observed(again.approved(), "event-2"), again.originals)
    assert refused.refusals[0].code == "nothing_due_from_fiscal"
    books, decision = then(books, from_bank(contribution(Account.FISCAL, instalment=2)))
    said = instructed(decision, Leg.REIMBURSEMENT)
    assert (said.instalment, said.amount_fen) == (2, 6_000_000)


def test_a_rejected_payment_frees_the_money_and_waits_for_a_person() -> None:
    """Nothing is tried again by itself; the same rejection again is a duplicate, a confirmation is refused."""
    signed_payout = payout()
    books, decision = then(books_with(), observed(signed_payout.released()), signed_payout.originals)
    said = instructed(decision)
    books, decision = then(books, from_bank(rejection_of(said)))
    (voided,) = decision.events
    assert isinstance(voided, PaymentVoided)
    assert voided.balances.social_capital.reserved_fen == 0
    case = books.cases[PROJECT_ID]
    assert stage_of(case, case.compensations[COMPENSATION_ID]) == "rejected"
    assert {mandate.stage for mandate in case.mandates.values()} == {MandateStage.REJECTED}
    assert then(books, from_bank(rejection_of(said)))[1].outcome is Outcome.DUPLICATE
    late = then(books, from_bank(confirmation_of(said)))[1]
    assert [refused.code for refused in late.refusals] == ["payment_answered_before"]
    assert then(books, from_bank(contribution(Account.SOCIAL_CAPITAL, instalment=2)))[1].events[1:] == ()


def test_money_that_becomes_free_goes_to_the_next_in_the_queue() -> None:
    """A voided payment's money is free again, so that whoever waits gets it."""
    first, second = payout(), _second_payout()
    books = evolve(books_with(social_fen=SHARE_FEN), project_approved(second.plan.received.data.project_id))
    books, decision = then(books, observed(first.released()), first.originals)
    said = instructed(decision)
    books, _ = then(books, observed(second.released(), "event-2"), second.originals)
    _, decision = then(books, from_bank(rejection_of(said)))
    assert isinstance(decision.events[0], PaymentVoided)
    assert isinstance(decision.events[1], PaymentReserved)
    assert decision.events[1].project_id == second.plan.received.data.project_id


def test_the_banks_word_counts_once() -> None:
    """The same confirmation under another id is a duplicate, another reference or an unknown instruction is refused."""
    signed_payout = payout()
    books, decision = then(books_with(), observed(signed_payout.released()), signed_payout.originals)
    said = instructed(decision)
    books, _ = then(books, from_bank(confirmation_of(said)))
    repeat = then(books, from_bank(confirmation_of(said)))
    assert (repeat[1].outcome, repeat[1].events, repeat[0]) == (Outcome.DUPLICATE, (), books)
    other = then(books, from_bank(confirmation_of(said, bank_reference="OTHER")))[1]
    assert [refused.code for refused in other.refusals] == ["payment_answered_before"]
    unknown = confirmation_of(said, instruction_id=ids.transfer_id(COMPENSATION_ID, "payout", 9, "instruct"))
    assert [refused.code for refused in then(books, from_bank(unknown))[1].refusals] == ["instruction_unknown"]
    confirmed = contribution(Account.FISCAL)
    assert then(books, from_bank(confirmed))[1].outcome is Outcome.DUPLICATE


def test_a_release_waits_for_the_registry_and_is_taken_up_by_itself() -> None:
    """Pool, bank, officers, project and payee account may come later, in any order; only the last one sets it going."""
    signed_payout = payout()
    books, decision = then(
        Books(
            registered_pool().model_copy(
                update={"founding": None, "supervising_bank": None, "payee_accounts": {}, "duties": {}}
            )
        ),
        observed(signed_payout.released()),
        signed_payout.originals,
    )
    assert decision.events == ()
    (held,) = decision.changes
    assert isinstance(held, ReleaseHeld)
    assert {"pool", "supervising_bank", f"project/{PROJECT_ID}"} <= set(held.waiting.waits_for)
    for event in (ACCOUNT_REGISTERED, *officers(), project_approved(), BANK_REGISTERED):
        books, decision = then(books, observed(event, "event-2"), signed_payout.originals)
        assert decision.events == ()
    books, decision = then(books, observed(FOUNDED, "event-3"), signed_payout.originals)
    assert ReleaseResumed("event-1") in decision.changes
    assert [type(event) for event in decision.events] == [PayoutQueued]
    assert books.waiting == {}


def test_a_release_waits_for_a_key_that_is_not_registered_yet() -> None:
    """A signature that can't be checked yet is neither refused nor believed."""
    signed_payout = payout()
    unread = SignedOriginals(
        {
            signed: read
            for signed, read in signed_payout.originals.messages.items()
            if signed != signed_payout.plan.original
        },
        {signed_payout.plan.original: "k" * 43},
    )
    books, decision = then(books_with(), observed(signed_payout.released()), unread)
    (held,) = decision.changes
    assert isinstance(held, ReleaseHeld)
    assert held.waiting.waits_for == (f"key/{'k' * 43}",)
    registered = KeyRegistered(
        key_id="k" * 43,
        public_key="p" * 43,
        institution="ip-capital",
        officer="planner",
        valid_from=NOW,
        registered_with="r" * 43,
    )
    _, decision = then(books, observed(registered, "event-2"), signed_payout.originals)
    assert [type(event) for event in decision.events] == [PaymentReserved, PaymentInstruction, PaymentInstructed]


def test_a_payee_without_an_account_waits_too() -> None:
    """The account comes from the registry; until it is there the payout is neither paid nor refused."""
    signed_payout = payout()
    before = books_with()
    books = replace(before, pool=before.pool.model_copy(update={"payee_accounts": {}}))
    books, decision = then(books, observed(signed_payout.released()), signed_payout.originals)
    assert [type(change) for change in decision.changes] == [ReleaseHeld]
    _, decision = then(books, observed(ACCOUNT_REGISTERED, "event-2"), signed_payout.originals)
    assert isinstance(decision.events[0], PaymentReserved)


def test_what_is_not_borne_out_is_refused_and_nothing_moves() -> None:
    """A refusal is an event with its code and clause, and changes nothing."""
    signed_payout = payout(confirmer=("ip-capital", "planner"))
    books = books_with()
    after, decision = then(books, observed(signed_payout.released()), signed_payout.originals)
    (said,) = decision.events
    assert isinstance(said, PaymentRefused)
    assert (said.code, said.clause, said.leg) == ("signer_without_duty", "5.6", Leg.PAYOUT)
    assert after == books


def test_a_repeat_of_a_release_or_an_approval_says_nothing() -> None:
    """The same decision under another id moves no money again."""
    signed_payout, voted = payout(), approval()
    books = paid_books()
    assert then(books, observed(signed_payout.released(), "event-8"), signed_payout.originals)[1].changes == ()
    books, _ = then(books, observed(voted.approved()), voted.originals)
    assert then(books, observed(voted.approved(), "event-9"), voted.originals)[1].changes == ()


def test_a_pool_or_project_told_otherwise_is_a_bug() -> None:
    """What the registry said of a pool or a project never changes; the same again is no matter."""
    books = books_with()
    assert then(books, observed(FOUNDED))[0] == books
    with pytest.raises(ValueError, match="founded otherwise"):
        then(books, observed(FOUNDED.model_copy(update={"managing_institution": "somebody-else"})))
    with pytest.raises(ValueError, match="approved otherwise"):
        then(books, observed(project_approved(ratio=LossRatio(fiscal_weight=1, social_weight=2))))


def _second_payout():  # type: ignore[no-untyped-def]
    number = "LN-2026-002"
    return payout(ids.project_id(POOL_ID, LENDER, number), number, planned=basis())
