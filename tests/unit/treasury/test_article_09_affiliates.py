"""Article 9: an affiliate found later is not paid before the managing institution has decided."""

from typing import Any
from uuid import UUID

import pytest

from services.treasury.domain.books import Books
from services.treasury.domain.decide import Decision
from services.treasury.domain.funding import WHY_HELD, WHY_SHORT
from shared.contracts import ids
from shared.contracts.examples import SHARE_FEN
from shared.contracts.receipts import Outcome
from shared.contracts.registry.project_life import FlagGround, FlagLifted, LiftFlag, ProjectFlagged
from shared.contracts.treasury import Account, Leg, PaymentReserved, PayoutQueued
from simulator.samples import sample
from tests.unit.treasury.treasury_ballot import approval
from tests.unit.treasury.treasury_factories import (
    HERE,
    LENDER,
    MANAGING,
    PAIR_FEN,
    POOL_ID,
    PROJECT_ID,
    books_with,
    confirmation_of,
    contribution,
    from_bank,
    instructed,
    observed,
    paid_books,
    payout,
    project_approved,
    rejection_of,
    then,
)

pytestmark = pytest.mark.clause("9.1")

OF_AFFILIATE: dict[str, Any] = {"ground": FlagGround.AFFILIATE, "number": "91110105MA0000006H"}
OF_OTHER: dict[str, Any] = {**OF_AFFILIATE, "number": "91110105MA0000005E"}
OF_CHECK: dict[str, Any] = {"ground": FlagGround.SPOT_CHECK, "number": "CC-1"}


def flagged(project_id: UUID = PROJECT_ID, **flag: Any) -> Any:
    findings = ("borrower: affiliate",)
    event = ProjectFlagged(project_id=project_id, findings=findings, reported_to=MANAGING, **(flag or OF_AFFILIATE))
    return observed(event)


def lifted(**flag: Any) -> Any:
    said = dict(sample(LiftFlag, HERE, flag or OF_AFFILIATE))
    return observed(FlagLifted(**{**said, "project_id": PROJECT_ID}, lifted_by="overseer", rules_version=1))


def queued(decision: Decision) -> list[tuple[int, str]]:
    assert not [event for event in decision.events if isinstance(event, PaymentReserved)]
    return [(event.queued_fen, event.why) for event in decision.events if isinstance(event, PayoutQueued)]


def released(books: Books) -> tuple[Books, Decision]:
    signed_payout = payout()
    return then(books, observed(signed_payout.released()), signed_payout.originals)


def test_a_release_is_accepted_and_held_while_the_flag_stands() -> None:
    """It says why; no message of the bank pays it; once the flag is lifted it is instructed."""
    books, decision = released(then(books_with(), flagged())[0])
    assert queued(decision) == [(SHARE_FEN, WHY_HELD)]
    books, decision = then(books, from_bank(contribution(Account.SOCIAL_CAPITAL, 2)))
    assert queued(decision) == []
    _, decision = then(books, lifted())
    assert instructed(decision).amount_fen == SHARE_FEN


def test_what_is_queued_already_is_held_and_says_so() -> None:
    """Found while the payout waits for money: more money pays the other one, in whose way it is not."""
    other_number = "LN-2026-002"
    other = ids.project_id(POOL_ID, LENDER, other_number)
    books = then(books_with(social_fen=0), observed(project_approved(other)))[0]
    books, decision = released(books)
    assert queued(decision) == [(SHARE_FEN, WHY_SHORT)]
    second = payout(other, other_number)
    books = then(books, observed(second.released()), second.originals)[0]
    books, decision = then(books, flagged())
    assert queued(decision) == [(SHARE_FEN, WHY_HELD)]
    books, decision = then(books, from_bank(contribution(Account.SOCIAL_CAPITAL, 2)))
    assert instructed(decision).project_id == other
    _, decision = then(books, lifted())
    assert instructed(decision).project_id == PROJECT_ID


def test_each_of_two_flags_is_decided_on() -> None:
    """A flag that is told twice stands once; lifting one of two pays nothing."""
    books = released(then(books_with(), flagged())[0])[0]
    for flag in (OF_OTHER, OF_AFFILIATE):
        books = then(books, flagged(**flag))[0]
    books, decision = then(books, lifted())
    assert queued(decision) == []
    assert instructed(then(books, lifted(**OF_OTHER))[1]).amount_fen == SHARE_FEN


def test_what_a_spot_check_finds_holds_no_payout() -> None:
    """It held the plan's confirmation, in claims; and lifting it pays nothing that an affiliate's holds."""
    assert instructed(released(then(books_with(), flagged(**OF_CHECK))[0])[1]).amount_fen == SHARE_FEN
    books = released(then(books_with(), flagged())[0])[0]
    assert queued(then(books, lifted(**OF_CHECK))[1]) == []


def test_what_was_instructed_before_is_the_banks_to_answer() -> None:
    """The bank can have paid already: its word counts, and so does its rejection."""
    books, decision = released(books_with())
    paid = instructed(decision)
    books = then(books, flagged())[0]
    assert then(books, from_bank(confirmation_of(paid)))[1].outcome is Outcome.ACCEPTED
    assert then(books, from_bank(rejection_of(paid)))[1].outcome is Outcome.ACCEPTED


def test_a_rest_that_waits_is_held_in_its_place() -> None:
    """One instalment was paid before; the rest goes out after the decision, when money is there."""
    books, decision = released(books_with(social_fen=SHARE_FEN // 2))
    books = then(books, from_bank(confirmation_of(instructed(decision))))[0]
    books = then(books, flagged())[0]
    books, decision = then(books, from_bank(contribution(Account.SOCIAL_CAPITAL, 2)))
    assert queued(decision) == []
    rest = instructed(then(books, lifted())[1])
    assert (rest.instalment, rest.amount_fen) == (2, SHARE_FEN - SHARE_FEN // 2)


def test_a_reimbursement_is_not_held() -> None:
    """It pays nobody but the pool itself, and its ballot knew of the flag."""
    signed_approval = approval()
    books = then(paid_books(fiscal_fen=PAIR_FEN), flagged())[0]
    _, decision = then(books, observed(signed_approval.approved()), signed_approval.originals)
    assert instructed(decision, Leg.REIMBURSEMENT).leg is Leg.REIMBURSEMENT
