"""Article 6: another bank takes the accounts over, on both banks' word and with no payment in between."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.treasury.domain.books import Books, Funds, evolve
from services.treasury.domain.decide import Decision
from services.treasury.domain.pool import AccountsMoved
from services.treasury.domain.rules import article_06_supervising_bank as article_06
from shared.contracts.examples import SHARE_FEN
from shared.contracts.receipts import Outcome
from shared.contracts.received import Acting
from shared.contracts.registry.words import SystemUse
from shared.contracts.treasury import (
    Account,
    AccountsHandedOver,
    AccountsTakenOver,
    HandOverAccounts,
    PaymentInstructed,
    PaymentReserved,
    PayoutQueued,
    TakeOverAccounts,
)
from tests.unit.treasury.treasury_factories import (
    BANK,
    BANK_REGISTERED,
    LENDER,
    NOW,
    PAIR_FEN,
    TODAY,
    books_with,
    confirmation_of,
    contribution,
    from_bank,
    instructed,
    observed,
    payout,
    sign,
    then,
)

pytestmark = pytest.mark.clause("6.3")

SUCCESSOR = "next-bank"
APPOINTED = BANK_REGISTERED.model_copy(update={"institution": SUCCESSOR, "name": "接任银行", "replaces": BANK})


def moved(kind: Any, **changes: Any) -> Any:
    values = {
        "fiscal_fen": PAIR_FEN,
        "social_capital_fen": PAIR_FEN,
        "bank_reference": "MOVE-1",
        "value_on": TODAY,
        "booked_on": TODAY,
        "maker": "teller",
        "checker": "supervisor",
    }
    return kind(**{**values, **changes})


def hand_over(**changes: Any) -> Any:
    return from_bank(moved(HandOverAccounts, **changes))


def take_over(institution: str = SUCCESSOR, **changes: Any) -> Any:
    return from_bank(moved(TakeOverAccounts, **changes), institution=institution)


def replaced(books: Books | None = None) -> Books:
    """The same once both institutions have appointed another bank."""
    return then(books or books_with(), observed(APPOINTED))[0]


def codes(decision: Decision) -> list[str]:
    assert decision.outcome is Outcome.REFUSED
    assert decision.events == ()
    assert {each.clause for each in decision.refusals} <= {"6.3", "9.4", "4.1"}
    return [each.code for each in decision.refusals]


HANDED_OVER = then(replaced(), hand_over())[0]


def test_the_accounts_go_over_on_both_banks_word() -> None:
    """First the bank before, then the new one; each word says from whom to whom, and both balances."""
    books = replaced()
    assert (books.pool.supervising_bank, books.pool.successor) == (BANK, SUCCESSOR)
    books, decision = then(books, hand_over())
    (said,) = decision.events
    assert isinstance(said, AccountsHandedOver)
    assert (said.bank, said.successor) == (BANK, SUCCESSOR)
    assert (said.fiscal_fen, said.social_capital_fen) == (PAIR_FEN, PAIR_FEN)
    assert books.pool.supervising_bank == BANK
    books, decision = then(books, take_over(bank_reference="IN-MOVE-1"))
    (taken,) = decision.events
    assert isinstance(taken, AccountsTakenOver)
    assert (taken.bank, taken.former_bank, taken.bank_reference) == (SUCCESSOR, BANK, "IN-MOVE-1")
    assert (books.pool.supervising_bank, books.pool.successor, books.pool.handed_over) == (SUCCESSOR, None, None)
    assert books.funds == HANDED_OVER.funds


def test_nothing_is_paid_in_between_and_then_from_the_new_bank() -> None:
    """A release that comes meanwhile is queued and says why; with the new bank's word it is instructed there."""
    signed_payout = payout()
    books, decision = then(replaced(), observed(signed_payout.released()), signed_payout.originals)
    (queued,) = decision.events
    assert isinstance(queued, PayoutQueued)
    assert queued.queued_fen == SHARE_FEN
    assert "another supervising bank" in queued.why
    # Money that arrives pays nothing out either.
    books, decision = then(books, from_bank(contribution(Account.SOCIAL_CAPITAL, 2)))
    assert not [event for event in decision.events if isinstance(event, PaymentReserved | PaymentInstructed)]
    books = then(books, hand_over(social_capital_fen=2 * PAIR_FEN))[0]
    books, decision = then(books, take_over(social_capital_fen=2 * PAIR_FEN))
    paid = instructed(decision)
    assert (paid.bank, paid.amount_fen) == (SUCCESSOR, SHARE_FEN)
    assert codes(then(books, from_bank(confirmation_of(paid)))[1]) == ["role_not_held"]
    assert then(books, from_bank(confirmation_of(paid), institution=SUCCESSOR))[1].outcome is Outcome.ACCEPTED


def test_what_was_instructed_before_is_answered_first() -> None:
    """By the bank that was told to pay; the accounts go over afterwards."""
    signed_payout = payout()
    books, decision = then(books_with(), observed(signed_payout.released()), signed_payout.originals)
    books = replaced(books)
    assert codes(then(books, hand_over())[1]) == ["payments_unanswered"]
    books = then(books, from_bank(confirmation_of(instructed(decision))))[0]
    after = then(books, hand_over(social_capital_fen=PAIR_FEN - SHARE_FEN))[1]
    assert after.outcome is Outcome.ACCEPTED
    funds = {Account.FISCAL: Funds(5, 3), Account.SOCIAL_CAPITAL: Funds(2, 2)}
    refused = article_06.refuse_unless_payments_are_answered(funds)
    assert refused is not None
    assert "0.05 yuan" in refused.text


def test_a_bank_that_nobody_replaces_hands_nothing_over() -> None:
    """Its own word alone moves no accounts, nor does another bank's."""
    assert codes(then(books_with(), hand_over())[1]) == ["no_successor"]
    for institution in (BANK, LENDER):
        assert codes(then(books_with(), take_over(institution))[1]) == ["not_the_successor"]
    for institution in (BANK, LENDER):
        assert codes(then(HANDED_OVER, take_over(institution))[1]) == ["not_the_successor"]
    assert article_06.refuse_unless_successor_takes_over(replaced().pool, Acting(SUCCESSOR, None, None, "k")) is None


@pytest.mark.parametrize("institution", [SUCCESSOR, LENDER])
def test_only_the_bank_before_hands_over(institution: str) -> None:
    """The new one can't say what the other one paid."""
    said = from_bank(moved(HandOverAccounts), institution=institution)
    assert codes(then(replaced(), said)[1]) == ["role_not_held"]


def test_the_new_bank_speaks_after_the_one_before() -> None:
    """What is taken over was handed over."""
    assert codes(then(replaced(), take_over())[1]) == ["accounts_not_handed_over"]


@pytest.mark.parametrize(
    ("changes", "account"),
    [
        ({"fiscal_fen": PAIR_FEN - 1}, "fiscal account"),
        ({"social_capital_fen": PAIR_FEN + 1}, "social capital account"),
    ],
)
def test_each_balance_goes_over_to_the_fen(changes: dict[str, Any], account: str) -> None:
    """As it is in the pool's books, and as the bank before said; the refusal says which account differs."""
    decision = then(replaced(), hand_over(**changes))[1]
    assert codes(decision) == ["balance_differs"]
    assert account in decision.refusals[0].text
    decision = then(HANDED_OVER, take_over(**changes))[1]
    assert codes(decision) == ["balance_taken_over_differs"]
    assert account in decision.refusals[0].text


def test_both_balances_that_differ_are_named() -> None:
    """At once."""
    both: dict[str, Any] = {"fiscal_fen": 0, "social_capital_fen": 0}
    assert codes(then(replaced(), hand_over(**both))[1]) == ["balance_differs"] * 2
    assert codes(then(HANDED_OVER, take_over(**both))[1]) == ["balance_taken_over_differs"] * 2


def test_what_arrives_between_the_two_words_is_confirmed_by_the_new_bank() -> None:
    """The bank before has no accounts any more, and the new one none yet."""
    arrived = contribution(Account.FISCAL, 2)
    assert codes(then(HANDED_OVER, from_bank(arrived))[1]) == ["accounts_handed_over"]
    assert codes(then(HANDED_OVER, from_bank(arrived, institution=SUCCESSOR))[1]) == ["role_not_held"]
    books = then(HANDED_OVER, take_over())[0]
    assert then(books, from_bank(arrived, institution=SUCCESSOR))[1].outcome is Outcome.ACCEPTED
    assert codes(then(books, from_bank(arrived))[1]) == ["role_not_held"]


def test_the_same_word_again_changes_nothing() -> None:
    """Said otherwise it is refused; the accounts go over once."""
    assert codes(then(HANDED_OVER, hand_over(bank_reference="MOVE-2"))[1]) == ["accounts_handed_over_otherwise"]
    taken = then(HANDED_OVER, take_over())[0]
    for books, again in ((HANDED_OVER, hand_over()), (taken, take_over())):
        repeat = then(books, again)[1]
        assert (repeat.outcome, [each.code for each in repeat.refusals]) == (Outcome.DUPLICATE, ["said_before"])
    assert codes(then(taken, take_over(bank_reference="MOVE-2"))[1]) == ["not_the_successor"]


@pytest.mark.clause("4.1")
@pytest.mark.parametrize("books", [replaced(), HANDED_OVER])
def test_a_system_for_that_says_it_with_two_people(books: Books) -> None:
    """As whatever else a supervising bank says."""
    command = moved(HandOverAccounts) if books is not HANDED_OVER else moved(TakeOverAccounts)
    bank = BANK if books is not HANDED_OVER else SUCCESSOR
    notices = sign(command, bank, None, SystemUse.LOSS_NOTICES).received
    assert codes(then(books, notices)[1]) == ["key_of_another_use"]
    alone = command.model_copy(update={"checker": command.maker})
    assert codes(then(books, from_bank(alone, institution=bank))[1]) == ["maker_is_checker"]


@pytest.mark.clause("9.4")
def test_the_banks_dates_have_come() -> None:
    """A date ahead is refused, of either bank, until its day begins in Beijing."""
    ahead: dict[str, Any] = {"booked_on": TODAY + timedelta(days=1)}
    midnight = NOW.replace(hour=16)
    for books, said in ((replaced(), hand_over(**ahead)), (HANDED_OVER, take_over(**ahead))):
        before = replace(said, received_at=midnight - timedelta(seconds=1))
        assert codes(then(books, before)[1]) == ["day_in_the_future"]
        assert then(books, replace(said, received_at=midnight))[1].outcome is Outcome.ACCEPTED


def test_a_bank_can_be_replaced_again_and_by_the_one_before() -> None:
    """Each time both say it."""
    books = then(HANDED_OVER, take_over())[0]
    back = BANK_REGISTERED.model_copy(update={"replaces": SUCCESSOR})
    books = then(books, observed(back))[0]
    assert books.pool.successor == BANK
    books = then(books, from_bank(moved(HandOverAccounts), institution=SUCCESSOR))[0]
    books = then(books, take_over(BANK))[0]
    assert (books.pool.supervising_bank, books.pool.successor) == (BANK, None)


def test_what_can_only_be_a_bug_is_asserted() -> None:
    """No payment is reserved while the accounts go over, and nothing arrives that did not leave."""
    signed_payout = payout()
    _, decision = then(books_with(), observed(signed_payout.released()), signed_payout.originals)
    (reserved,) = (event for event in decision.events if isinstance(event, PaymentReserved))
    with pytest.raises(AssertionError):
        evolve(replaced(), reserved)
    taken = then(HANDED_OVER, take_over())[1].events[0]
    with pytest.raises(AssertionError):
        evolve(replaced(), taken)
    handed = replace(HANDED_OVER, pool=replaced().pool).pool.with_accounts_moved(
        then(replaced(), hand_over())[1].events[0]  # type: ignore[arg-type]  # it is the one event of a handover
    )
    assert handed.handed_over == AccountsMoved.of(moved(HandOverAccounts))
