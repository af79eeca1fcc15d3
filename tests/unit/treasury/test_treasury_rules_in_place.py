"""Given books, when a release, an approval or the bank's word breaks one rule, then it is refused and moves nothing.

Each rule is tried where it stands, through ``decide``: a rule that nobody asks would refuse nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.treasury.domain.books import Books, evolve
from services.treasury.domain.funding import WHY_NO_PAIR, WHY_SHORT
from services.treasury.domain.signed_originals import SignedOriginals
from shared.contracts.claims import (
    ApplyForReimbursement,
    CloseBallot,
    ConfirmPlan,
    NotifyLoss,
    OpenBallot,
    ReleasePayout,
)
from shared.contracts.examples import SHARE_FEN
from shared.contracts.receipts import Outcome
from shared.contracts.registry.words import SystemUse
from shared.contracts.treasury import Account, PaymentRefused, PayoutQueued
from tests.unit.treasury.treasury_ballot import Approval, approval, vote_of
from tests.unit.treasury.treasury_factories import (
    BANK,
    COOPERATING,
    MANAGING,
    MEMBERS,
    NOW,
    OTHER_POOL_ID,
    PAIR_FEN,
    PROJECT_ID,
    TODAY,
    Payout,
    Signed,
    books_with,
    confirmation_of,
    contribution,
    from_bank,
    instructed,
    observed,
    paid_books,
    payout,
    project_approved,
    registered_pool,
    rejection_of,
    sign,
    then,
)

TOMORROW = TODAY + timedelta(days=1)
NOTHING_ELSE: dict[str, Any] = {}


def _signing(kind: type, institution: str, officer: str | None, **changes: Any) -> Callable[..., Signed[Any]]:
    """Signs as it should be, but messages of this kind by that officer, or with these changes."""

    def signing(data: Any, by: str, its: str | None, use: SystemUse | None = None) -> Signed[Any]:
        if isinstance(data, kind):
            return sign(data.model_copy(update=changes), institution, officer, use)
        return sign(data, by, its, use)

    return signing


def _other(signed_payout: Payout, **parts: Any) -> Payout:
    return replace(signed_payout, **parts)


def _confirmed(plan_sha256: str, **given: Any) -> Signed[ConfirmPlan]:
    return sign(ConfirmPlan(project_id=PROJECT_ID, plan_sha256=plan_sha256), MANAGING, "confirmer", **given)


def _released(plan_sha256: str) -> Signed[ReleasePayout]:
    return sign(ReleasePayout(project_id=PROJECT_ID, plan_sha256=plan_sha256), COOPERATING, "releaser")


SIGNED_PAYOUT = payout()
PAYOUTS = [
    pytest.param(
        _other(SIGNED_PAYOUT, confirmation=_confirmed(SIGNED_PAYOUT.plan.sha256, pool_id=OTHER_POOL_ID)),
        NOTHING_ELSE,
        "of_another_pool",
        marks=pytest.mark.clause("3.1"),
        id="confirmed in another pool",
    ),
    pytest.param(
        SIGNED_PAYOUT,
        {"compensation": 2},
        "not_as_signed",
        marks=pytest.mark.clause("6.8"),
        id="of another compensation than the plan's",
    ),
    pytest.param(
        payout(planner="applicant"),
        NOTHING_ELSE,
        "signer_without_duty",
        marks=pytest.mark.clause("6.8"),
        id="planned without the duty",
    ),
    pytest.param(
        payout(confirmer=(MANAGING, "keeper")),
        NOTHING_ELSE,
        "signer_without_duty",
        marks=pytest.mark.clause("5.6"),
        id="confirmed without the duty",
    ),
    pytest.param(
        _other(SIGNED_PAYOUT, confirmation=_confirmed("0" * 64)),
        NOTHING_ELSE,
        "another_version_named",
        marks=pytest.mark.clause("5.6"),
        id="another plan confirmed",
    ),
    pytest.param(
        payout(releaser="applicant"),
        NOTHING_ELSE,
        "signer_without_duty",
        marks=pytest.mark.clause("6.8"),
        id="released without the duty",
    ),
    pytest.param(
        _other(SIGNED_PAYOUT, release=_released("0" * 64)),
        NOTHING_ELSE,
        "another_version_named",
        marks=pytest.mark.clause("6.8"),
        id="another plan released",
    ),
    pytest.param(
        payout(signing=_signing(NotifyLoss, "bank-z", None)),
        NOTHING_ELSE,
        "notifier_no_party",
        marks=pytest.mark.clause("14.1"),
        id="notified by another bank",
    ),
    pytest.param(
        payout(signing=_signing(NotifyLoss, "bank-a", None, maker="clerk", checker="clerk")),
        NOTHING_ELSE,
        "maker_is_checker",
        marks=pytest.mark.clause("4.1"),
        id="notified by one person alone",
    ),
]


@pytest.mark.parametrize(("signed_payout", "said_otherwise", "code"), PAYOUTS)
def test_a_payout_that_breaks_one_rule_pays_nothing(
    signed_payout: Payout, said_otherwise: dict[str, Any], code: str
) -> None:
    """Given money and an approved project, when such a payout is released, then it is refused for just that."""
    books = books_with()
    after, decision = then(books, observed(signed_payout.released(**said_otherwise)), signed_payout.originals)
    assert [refused.code for refused in decision.refusals] == [code]
    assert [type(event) for event in decision.events] == [PaymentRefused]
    assert after == books
    assert not then(books, observed(SIGNED_PAYOUT.released()), SIGNED_PAYOUT.originals)[1].refusals


VOTED = approval()
FOREIGN = replace(
    VOTED, votes=(sign(VOTED.votes[0].received.data, MANAGING, "an", pool_id=OTHER_POOL_ID), *VOTED.votes[1:])
)
STRAY = replace(VOTED, votes=(*VOTED.votes, vote_of("confirmer", VOTED.application.sha256)))
APPROVALS = [
    pytest.param(FOREIGN, NOTHING_ELSE, "of_another_pool", marks=pytest.mark.clause("3.1"), id="voted in another pool"),
    pytest.param(
        VOTED,
        {"amount_fen": SHARE_FEN},
        "not_as_signed",
        marks=pytest.mark.clause("15.2"),
        id="more than was applied for",
    ),
    pytest.param(
        approval(signing=_signing(ApplyForReimbursement, COOPERATING, "planner")),
        NOTHING_ELSE,
        "signer_without_duty",
        marks=pytest.mark.clause("15.2"),
        id="applied without the duty",
    ),
    pytest.param(
        approval(signing=_signing(OpenBallot, MANAGING, "an")),
        NOTHING_ELSE,
        "signer_without_duty",
        marks=pytest.mark.clause("15.2"),
        id="opened without the duty",
    ),
    pytest.param(
        approval(signing=_signing(CloseBallot, COOPERATING, "applicant")),
        NOTHING_ELSE,
        "signer_without_duty",
        marks=pytest.mark.clause("15.2"),
        id="closed by the other institution",
    ),
    pytest.param(
        approval(members=(*MEMBERS[:4], "keeper")),
        NOTHING_ELSE,
        "member_may_not_vote",
        marks=pytest.mark.clause("15.2"),
        id="a member without the duty",
    ),
    pytest.param(STRAY, NOTHING_ELSE, "vote_not_a_members", marks=pytest.mark.clause("15.2"), id="a vote of no member"),
]


@pytest.mark.parametrize(("voted", "said_otherwise", "code"), APPROVALS)
def test_an_approval_that_breaks_one_rule_reimburses_nothing(
    voted: Approval, said_otherwise: dict[str, Any], code: str
) -> None:
    """Given a paid compensation, when such an approval comes, then it is refused for just that."""
    books = paid_books()
    after, decision = then(books, observed(voted.approved(**said_otherwise)), voted.originals)
    assert [refused.code for refused in decision.refusals] == [code]
    assert after == books
    assert not then(books, observed(VOTED.approved()), VOTED.originals)[1].refusals


@pytest.mark.clause("4.1")
@pytest.mark.parametrize("part", ["application", "opening", "closing"])
def test_an_approval_with_a_forged_original_reimburses_nothing(part: str) -> None:
    """Given a paid compensation, when one signature of the decision doesn't hold, then nothing of it counts."""
    forged = getattr(VOTED, part).original
    originals = SignedOriginals({key: read for key, read in VOTED.originals.messages.items() if key != forged})
    decision = then(paid_books(), observed(VOTED.approved()), originals)[1]
    assert [refused.code for refused in decision.refusals] == ["original_not_genuine"]
    assert part in decision.refusals[0].text


def _codes(books: Books, command: Any, use: SystemUse = SystemUse.BANK_CONFIRMATIONS) -> list[str]:
    """Why the bank's command is refused; it changes nothing."""
    after, decision = then(books, sign(command, BANK, None, use).received)
    assert after == books
    return [refused.code for refused in decision.refusals]


def _reserved() -> tuple[Books, Any]:
    books, decision = then(books_with(), observed(SIGNED_PAYOUT.released()), SIGNED_PAYOUT.originals)
    return books, instructed(decision)


@pytest.mark.clause("4.1")
def test_the_banks_other_systems_confirm_nothing() -> None:
    """Given an instruction, when a system that is registered for notices confirms or rejects it, then it stays open."""
    books, said = _reserved()
    for command in (contribution(Account.FISCAL, 2), confirmation_of(said), rejection_of(said)):
        assert _codes(books, command, SystemUse.LOSS_NOTICES) == ["key_of_another_use"]


@pytest.mark.clause("9.2")
def test_a_contribution_nobody_planned_is_on_no_account() -> None:
    """Given the plan of contributions, when the bank confirms another amount or instalment, then it doesn't arrive."""
    books = Books(registered_pool())
    assert _codes(books, contribution(Account.FISCAL, amount_fen=PAIR_FEN - 1)) == ["contribution_amount_differs"]
    assert _codes(books, contribution(Account.FISCAL, 3)) == ["contribution_not_planned"]


@pytest.mark.clause("9.4")
@pytest.mark.parametrize("day", ["value_on", "booked_on"])
def test_the_bank_confirms_nothing_ahead_of_its_day(day: str) -> None:
    """Given an instruction, when a date of the confirmation is tomorrow's, then nothing is on or off an account."""
    books, said = _reserved()
    assert _codes(books, confirmation_of(said, **{day: TOMORROW})) == ["day_in_the_future"]
    assert _codes(books, contribution(Account.FISCAL, 2, **{day: TOMORROW})) == ["day_in_the_future"]


@pytest.mark.clause("9.4")
def test_the_banks_day_begins_at_midnight_in_beijing() -> None:
    """Given an instruction, when the bank confirms at 16:00 UTC with the day that begins in Beijing, it is taken."""
    books, said = _reserved()
    days = {"value_on": TOMORROW, "booked_on": TOMORROW}
    for command in (confirmation_of(said, **days), contribution(Account.FISCAL, 2, **days)):
        at_midnight = replace(from_bank(command), received_at=NOW.replace(hour=16))
        assert then(books, at_midnight)[1].outcome is Outcome.ACCEPTED


@pytest.mark.clause("9.4")
def test_the_bank_answers_only_what_it_was_told_and_once() -> None:
    """Given a settled payment, when it is rejected or settled otherwise, or an unknown one is answered, it stands."""
    books, said = _reserved()
    unknown = said.model_copy(update={"instruction_id": UUID(int=7)})
    assert _codes(books, confirmation_of(unknown)) == _codes(books, rejection_of(unknown)) == ["instruction_unknown"]
    books, _ = then(books, from_bank(confirmation_of(said)))
    assert _codes(books, rejection_of(said)) == ["payment_answered_before"]
    assert _codes(books, confirmation_of(said, bank_reference="OTHER")) == ["payment_answered_before"]


@pytest.mark.clause("9.2")
def test_whoever_waits_is_told_for_what() -> None:
    """Given no pair, it is the contributions; given the pair and too little money, it is the money."""
    books = evolve(Books(registered_pool()), project_approved())
    _, decision = then(books, observed(SIGNED_PAYOUT.released()), SIGNED_PAYOUT.originals)
    assert [event.why for event in decision.events if isinstance(event, PayoutQueued)] == [WHY_NO_PAIR]
    _, decision = then(books_with(social_fen=1), observed(SIGNED_PAYOUT.released()), SIGNED_PAYOUT.originals)
    assert [event.why for event in decision.events if isinstance(event, PayoutQueued)] == [WHY_SHORT]


@pytest.mark.clause("9.2")
@pytest.mark.clause("9.4")
def test_who_says_the_same_again_is_told_that_it_counts() -> None:
    """Given a contribution, a settled and a rejected payment, when the bank repeats them, then each has a reason."""
    books, said = _reserved()
    settled, _ = then(books, from_bank(confirmation_of(said)))
    voided, _ = then(books, from_bank(rejection_of(said)))
    for before, command, what in (
        (books, contribution(Account.FISCAL), "instalment 1 of the fiscal account"),
        (settled, confirmation_of(said), "this answer (settled)"),
        (voided, rejection_of(said), "this answer (voided)"),
    ):
        after, decision = then(before, from_bank(command))
        (why,) = decision.refusals
        assert (decision.outcome, why.code) == (Outcome.DUPLICATE, "said_before")
        assert what in why.text
        assert after == before
