"""The treasury checks signed decisions by the rules of their time, and waits for a version that it hasn't observed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.treasury.domain.books import Books, Funds, evolve
from services.treasury.domain.decide import Decision
from services.treasury.domain.funding import WHY_NO_PAIR
from services.treasury.domain.payout import excluded_in_time
from services.treasury.domain.pool import Pool, evolve_pool
from shared.contracts.receipts import Outcome
from shared.contracts.registry.rules import BallotRules
from shared.contracts.registry.rules_versions import RulesAdopted
from shared.contracts.registry.words import Duty, Role
from shared.contracts.treasury import (
    Account,
    PaymentInstructed,
    PaymentRefused,
    PaymentReserved,
    PayoutQueued,
)
from shared.decisions.duties_exercised import DutyExercised
from tests.unit.treasury.treasury_ballot import approval
from tests.unit.treasury.treasury_factories import (
    FOUNDED,
    NOW,
    PAIR_FEN,
    POOL_ID,
    books_with,
    confirmation_of,
    from_bank,
    instructed,
    observed,
    paid_books,
    payout,
    project_approved,
    registered_pool,
    then,
)

pytestmark = pytest.mark.clause("5.2")

EARLIER, LATER = NOW - timedelta(days=1), NOW + timedelta(days=1)
VERSIONED = PaymentReserved | PaymentInstructed | PayoutQueued
UNANIMOUS = BallotRules(quorum_numerator=1, quorum_denominator=1)


def adopted(version: int = 2, adopted_at: datetime = EARLIER, **changed: Any) -> RulesAdopted:
    effective_on = date(2026, 11, 1)
    return RulesAdopted(
        entry_id=UUID(int=version),
        number=f"规则-{version}",
        rules=FOUNDED.rules.model_copy(update={"version": version, "effective_on": effective_on, **changed}),
        proposal_sha256="a" * 64,
        adopted_by="regulator",
        adopted_at=adopted_at,
        share_rate_max_bp=2_000,
        profile_sha256="0" * 64,
        rules_version=1,
    )


def observing(books: Books, *events: RulesAdopted) -> Books:
    for event in events:
        books, _ = then(books, observed(event, f"rules-{event.rules.version}"))
    return books


@pytest.mark.parametrize(("adopted_at", "passes"), [(EARLIER, False), (LATER, True)])
def test_votes_are_counted_by_the_rules_of_the_opening(adopted_at: datetime, passes: bool) -> None:
    """Four of five votes are no quorum of all, if that was in force at the opening; adopted later it doesn't count."""
    books = observing(paid_books(), adopted(adopted_at=adopted_at, ballot=UNANIMOUS))
    voted = approval()
    decision = then(books, observed(voted.approved()), voted.originals)[1]
    assert [refused.code for refused in decision.refusals] == ([] if passes else ["decision_not_passed"])


@pytest.mark.parametrize(("adopted_at", "passes"), [(EARLIER, True), (LATER, False)])
def test_duties_exclude_each_other_by_the_rules_of_the_act(adopted_at: datetime, passes: bool) -> None:
    """One officer for plan and release is refused, unless a version that allows it was in force by then."""
    books = observing(books_with(), adopted(adopted_at=adopted_at, exclusive_duties=()))
    signed_payout = payout(planner="all-rounder", releaser="all-rounder")
    events = then(books, observed(signed_payout.released()), signed_payout.originals)[1].events
    assert any(isinstance(said, PaymentInstructed) for said in events) == passes
    assert [said.code for said in events if isinstance(said, PaymentRefused)] == (
        [] if passes else ["duties_in_conflict"]
    )


def test_what_was_allowed_in_its_time_is_not_refused_later() -> None:
    """Plan and release by one officer, both before a stricter version, stay allowed beside what comes after it."""
    pool = evolve_pool(evolve_pool(registered_pool(), adopted(2, EARLIER, exclusive_duties=())), adopted(3, NOW))
    plan, release = (
        DutyExercised(duty=duty, role=Role.COOPERATING, officer="all-rounder") for duty in (Duty.PLAN, Duty.RELEASE)
    )
    vote = DutyExercised(duty=Duty.VOTE, role=Role.MANAGING, officer="an")
    assert excluded_in_time(pool, (), ((plan, EARLIER), (release, EARLIER), (vote, NOW)), NOW) is None
    refused = excluded_in_time(pool, (), ((plan, EARLIER), (release, NOW)), NOW)
    assert refused is not None
    assert refused.code == "duties_in_conflict"


@pytest.mark.clause("4.1")
def test_what_was_only_observed_excludes_by_the_rules_of_both_times() -> None:
    """It may have come before the signed act or after it: either version that allows both lets them pass."""
    signed_payout = DutyExercised(duty=Duty.FILING, role=Role.COOPERATING, officer="all-rounder")
    release = DutyExercised(duty=Duty.RELEASE, role=Role.COOPERATING, officer="all-rounder")
    lenient_then = evolve_pool(
        evolve_pool(registered_pool(), adopted(2, EARLIER, exclusive_duties=())), adopted(3, NOW)
    )
    lenient_now = evolve_pool(registered_pool(), adopted(2, NOW, exclusive_duties=()))
    for pool in (lenient_then, lenient_now):
        assert excluded_in_time(pool, (signed_payout,), ((release, EARLIER),), NOW) is None
    refused = excluded_in_time(registered_pool(), (signed_payout,), ((release, EARLIER),), NOW)
    assert refused is not None
    assert refused.code == "duties_in_conflict"


def test_a_release_waits_for_the_version_that_claims_has_decided_under() -> None:
    """Its topic may overtake the registry's: the release is held, and taken up when the version is observed."""
    signed_payout = payout()
    books, decision = then(books_with(), observed(signed_payout.released(rules_version=2)), signed_payout.originals)
    assert decision.outcome is Outcome.HELD
    ((_, waiting),) = books.waiting.items()
    assert waiting.waits_for == ("rules/2",)
    books, decision = then(books, observed(adopted(), "rules-2"), signed_payout.originals)
    assert any(isinstance(said, PaymentInstructed) for said in decision.events)
    assert books.waiting == {}


def test_an_approval_waits_for_the_version_too() -> None:
    """Before gate 2 is counted again, the treasury has all versions that claims had."""
    voted = approval()
    decision = then(paid_books(), observed(voted.approved(rules_version=2)), voted.originals)[1]
    assert decision.outcome is Outcome.HELD


def test_versions_may_be_observed_in_any_order_and_again() -> None:
    """Before the founding, the wrong way round, twice: what is in force is the same, and the founding stands."""
    second, third = adopted(2), adopted(3, NOW)
    in_order = evolve_pool(evolve_pool(registered_pool(), second), third)
    backwards = Pool(pool_id=POOL_ID)
    for event in (third, second, third, FOUNDED, FOUNDED):
        backwards = evolve_pool(backwards, event)
    assert backwards.adopted_rules == in_order.adopted_rules
    for at in (EARLIER, NOW, NOW - timedelta(microseconds=1)):
        assert backwards.rules_at(at) == in_order.rules_at(at)
    assert [in_order.knows_version(version) for version in (1, 2, 3, 4)] == [True, True, True, False]
    assert replace(books_with(), pool=in_order).pool == in_order


def test_every_decision_names_the_version_of_its_messages_intake() -> None:
    """What is reserved, instructed, queued and refused: by the release, or for the rest by the bank's message."""
    signed_payout, wrong = payout(), payout(planner="all-rounder", releaser="all-rounder")
    books, decision = then(
        observing(books_with(social_fen=1), adopted()), observed(signed_payout.released()), signed_payout.originals
    )
    assert [event.rules_version for event in decision.events if isinstance(event, VERSIONED)] == [2, 2, 2]
    before = observing(books_with(social_fen=1), adopted(adopted_at=LATER))
    assert _versions(then(before, observed(signed_payout.released()), signed_payout.originals)[1]) == {1}
    refused = then(observing(books_with(), adopted()), observed(wrong.released()), wrong.originals)[1]
    assert [event.rules_version for event in refused.events if isinstance(event, PaymentRefused)] == [2]
    richer = replace(books, funds={**books.funds, Account.SOCIAL_CAPITAL: Funds(PAIR_FEN, 1)})
    settled = then(observing(richer, adopted(3, NOW)), from_bank(confirmation_of(instructed(decision))))[1]
    assert _versions(settled) == {3}


@pytest.mark.clause("9.2")
@pytest.mark.parametrize(("adopted_at", "is_paid"), [(EARLIER, True), (LATER, False)])
def test_payouts_wait_for_the_first_pair_if_the_rules_in_force_require_it(adopted_at: datetime, is_paid: bool) -> None:
    """Without the requirement what is on the account is paid; a version adopted later changes nothing of it."""
    signed_payout = payout()
    unfunded = evolve(Books(registered_pool()), project_approved())
    unfunded = replace(unfunded, funds={account: Funds(PAIR_FEN) for account in Account})
    books = observing(unfunded, adopted(adopted_at=adopted_at, first_pair_required=False))
    events = then(books, observed(signed_payout.released()), signed_payout.originals)[1].events
    assert any(isinstance(said, PaymentInstructed) for said in events) == is_paid
    assert [said.why for said in events if isinstance(said, PayoutQueued)] == ([] if is_paid else [WHY_NO_PAIR])
    assert "9.2, reading" in WHY_NO_PAIR


def _versions(decision: Decision) -> set[int | None]:
    return {event.rules_version for event in decision.events if isinstance(event, VERSIONED)}
