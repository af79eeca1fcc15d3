"""A release may overtake what the registry said before it: claims names the last it observed, and that is awaited."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.claims.domain import pool as claims_pool
from services.treasury.domain.books import Books, Funds, PoolEvent, ReleaseHeld
from services.treasury.domain.pool import Pool
from shared.contracts.receipts import Outcome
from shared.contracts.received import Received
from shared.contracts.registry.people import OfficerRegistered
from shared.contracts.registry.words import Duty
from shared.contracts.treasury import Account, PaymentInstructed, PaymentRefused, PayoutQueued
from simulator.message_context import person_of
from tests.unit.treasury.treasury_ballot import approval
from tests.unit.treasury.treasury_factories import (
    ACCOUNT_REGISTERED,
    COOPERATING,
    FOUNDED,
    INSTITUTIONS_REGISTERED,
    NOW,
    PAIR_FEN,
    POOL_ID,
    books_with,
    observed,
    officers,
    paid_books,
    payout,
    project_approved,
    then,
)

pytestmark = pytest.mark.clause("4.1")

# An officer of another duty gets the one for releases, an hour before signing one.
PROMOTED = OfficerRegistered(
    institution=COOPERATING,
    officer="applicant",
    name="某人",
    person=person_of(COOPERATING, "applicant"),
    duties=(Duty.RELEASE,),
    valid_from=NOW - timedelta(hours=1),
)


def after_event(seq: int, books: Books) -> Books:
    """The books that have observed the registry's events of the pool up to this one."""
    return replace(books, pool=books.pool.model_copy(update={"registry_seq": seq}))


def test_a_release_waits_for_the_duty_that_claims_knew_of() -> None:
    """The officer is known here, with the duties of yesterday: that is no reason to refuse for good."""
    signed_payout = payout(releaser="applicant")
    books = after_event(6, books_with())
    books, decision = then(books, observed(signed_payout.released(registry_seq=7)), signed_payout.originals)
    assert decision.outcome is Outcome.HELD
    (held,) = decision.changes
    assert isinstance(held, ReleaseHeld)
    assert held.waiting.waits_for == ("registry/7",)
    books, decision = then(books, observed(PROMOTED, "event-2", seq=7), signed_payout.originals)
    assert any(isinstance(said, PaymentInstructed) for said in decision.events)
    assert (books.waiting, books.pool.registry_seq) == ({}, 7)


def test_a_release_waits_for_that_event_and_no_earlier_one() -> None:
    """What comes before it in the pool's stream sets nothing going."""
    signed_payout = payout(releaser="applicant")
    books, _ = then(
        after_event(5, books_with()), observed(signed_payout.released(registry_seq=7)), signed_payout.originals
    )
    books, decision = then(books, observed(ACCOUNT_REGISTERED, "event-2", seq=6), signed_payout.originals)
    assert decision.events == ()
    assert list(books.waiting) == ["event-1"]
    assert then(books, observed(PROMOTED, "event-3", seq=7), signed_payout.originals)[0].waiting == {}


@pytest.mark.parametrize("seq", [6, 7])
def test_a_release_without_the_duty_is_refused_once_all_is_observed_that_claims_had(seq: int) -> None:
    """Claims may be wrong, or somebody else: then nothing more is awaited."""
    signed_payout = payout(releaser="applicant")
    decision = then(
        after_event(7, books_with()), observed(signed_payout.released(registry_seq=seq)), signed_payout.originals
    )[1]
    assert [said.clause for said in decision.events if isinstance(said, PaymentRefused)] == ["6.8"]


def test_an_approval_waits_too() -> None:
    """Who may vote is counted among the officers that claims had observed."""
    voted = approval()
    books = after_event(6, paid_books())
    assert then(books, observed(voted.approved(registry_seq=7)), voted.originals)[1].outcome is Outcome.HELD
    assert then(after_event(7, books), observed(voted.approved(registry_seq=7)), voted.originals)[1].events


@settings(deadline=None)
@given(duties=st.lists(st.sampled_from([(), (Duty.RELEASE,), (Duty.APPLICATION,)]), max_size=5), data=st.data())
def test_whichever_topic_is_read_first_the_release_comes_to_the_same(
    duties: list[tuple[Duty, ...]], data: st.DataObject
) -> None:
    """The pool's events, the project's approval and the release, each in its own order, mixed in any way."""
    changes = [
        PROMOTED.model_copy(update={"duties": held, "valid_from": NOW - timedelta(hours=len(duties) - hours)})
        for hours, held in enumerate(duties)
    ]
    signed_payout = payout(releaser="applicant")
    pool_events = [FOUNDED, *INSTITUTIONS_REGISTERED, *officers(), ACCOUNT_REGISTERED, *changes]
    # Claims has observed all changes until then; one more comes later, and touches nothing that was signed before.
    later = PROMOTED.model_copy(update={"duties": (Duty.PLAN,), "valid_from": NOW + timedelta(hours=1)})
    numbered = [observed(event, f"pool-{seq}", seq) for seq, event in enumerate((*pool_events, later), start=1)]
    released = observed(signed_payout.released(registry_seq=len(pool_events)), "release")
    mixed: list[Received[Any]] = list(numbered)
    for other in (observed(project_approved(), "project"), released):
        mixed.insert(data.draw(st.integers(0, len(mixed))), other)
    books = replace(Books(Pool(pool_id=POOL_ID)), funds={account: Funds(PAIR_FEN) for account in Account})
    said: list[object] = []
    for received in mixed:
        books, decision = then(books, received, signed_payout.originals)
        said.extend(decision.events)
    may_release = bool(duties) and Duty.RELEASE in duties[-1]
    refusals = [event.clause for event in said if isinstance(event, PaymentRefused)]
    # Nothing is paid before the first pair of contributions; whatever is borne out takes its place in the queue.
    assert sum(isinstance(event, PayoutQueued) for event in said) == may_release
    assert refusals == ([] if may_release else ["6.8"])
    assert books.waiting == {}


def test_whatever_claims_goes_by_is_observed_by_the_treasury() -> None:
    """Or a release would wait for an event that the treasury passes over."""
    assert set(get_args(claims_pool.PoolEvent)) <= set(get_args(PoolEvent))
