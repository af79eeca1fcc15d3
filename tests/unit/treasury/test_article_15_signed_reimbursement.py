"""Article 15: gate 2, counted again from the signed votes before the fiscal account pays."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.treasury.domain.rules import article_15_reimbursement as article_15
from services.treasury.domain.rules.article_04_signers import refuse_unless_signer_has_duty
from shared.contracts.claims import CloseBallot, OpenBallot
from shared.contracts.documents import DocumentKind
from shared.contracts.examples import SHARE_FEN
from shared.contracts.registry.words import Duty, Vote
from shared.contracts.treasury import Leg, PaymentRefused, PaymentReserved
from shared.decisions.tally import Ballot, tally
from tests.unit.treasury.treasury_ballot import Approval, approval, vote_of
from tests.unit.treasury.treasury_factories import (
    CLOSES_AT,
    COOPERATING,
    FOUNDED,
    MANAGING,
    MEMBERS,
    NOW,
    PROJECT_ID,
    books_with,
    instructed,
    observed,
    paid_books,
    registered_pool,
    sign,
    then,
)

POOL = registered_pool()
FOUNDING = POOL.founding
assert FOUNDING is not None


def _codes(voted: Approval, **changes: object) -> list[str]:
    decision = then(paid_books(), observed(voted.approved(**changes)), voted.originals)[1]
    return [refused.code for refused in decision.refusals]


@pytest.mark.clause("15.2")
def test_only_the_cooperating_institution_applies() -> None:
    """By an officer with that duty."""
    good = approval().application.received
    assert refuse_unless_signer_has_duty(POOL, good, COOPERATING, Duty.APPLICATION, "15.2") is None
    for institution, officer in ((COOPERATING, "planner"), (MANAGING, "keeper")):
        wrong = sign(good.data, institution, officer).received
        refused = refuse_unless_signer_has_duty(POOL, wrong, COOPERATING, Duty.APPLICATION, "15.2")
        assert refused is not None
        assert (refused.code, refused.clause) == ("signer_without_duty", "15.2")


@pytest.mark.clause("15.2")
def test_what_is_asked_for_is_what_was_applied_for() -> None:
    """Where the event says anything else than the signed application it is refused."""
    voted = approval()
    assert article_15.refuse_unless_approval_is_the_applications(voted.approved(), voted.application.received) is None
    for changes, named in (
        ({"compensation": 2}, "number of the compensation"),
        ({"amount_fen": SHARE_FEN}, "amount"),
        ({"application_sha256": "0" * 64}, "application"),
    ):
        refused = article_15.refuse_unless_approval_is_the_applications(
            voted.approved(**changes), voted.application.received
        )
        assert refused is not None
        assert (refused.code, refused.clause) == ("not_as_signed", "15.2")
        assert named in refused.text


@pytest.mark.clause("15.2")
def test_an_edited_application_has_no_votes() -> None:
    """Worked case 9: votes on the application as it was before don't count for the edited one."""
    voted, edited = approval(), approval(amount_fen=SHARE_FEN // 2 - 1)
    received = voted.application.received
    acts = [each.received for each in (voted.opening, *voted.votes, voted.closing)]
    assert article_15.refuse_unless_ballot_is_on_this_application(received, acts) is None
    refused = article_15.refuse_unless_ballot_is_on_this_application(edited.application.received, acts)
    assert refused is not None
    assert refused.code == "another_version_named"
    mixed = replace(edited, votes=(*edited.votes[:3], voted.votes[3]))
    assert _codes(mixed) == ["another_version_named"]


@pytest.mark.clause("15.2")
def test_the_managing_institution_keeps_the_ballot() -> None:
    """Opening and closing are signed by its officers with that duty."""
    voted = approval()
    opening, closing = voted.opening.received, voted.closing.received
    for good, institution, officer in ((opening, COOPERATING, "applicant"), (closing, MANAGING, "an")):
        assert refuse_unless_signer_has_duty(POOL, good, MANAGING, Duty.BALLOT, "15.2") is None
        wrong = sign(good.data, institution, officer).received
        refused = refuse_unless_signer_has_duty(POOL, wrong, MANAGING, Duty.BALLOT, "15.2")
        assert refused is not None
        assert refused.code == "signer_without_duty"


@pytest.mark.clause("15.2")
def test_members_are_different_officers_who_may_vote() -> None:
    """Nobody without the duty, nobody twice."""
    assert article_15.refuse_unless_members_may_vote(POOL, MEMBERS, NOW) is None
    for wrong in (("an", "keeper"), ("an", "an"), ("an", "nobody")):
        refused = article_15.refuse_unless_members_may_vote(POOL, wrong, NOW)
        assert refused is not None
        assert refused.code == "member_may_not_vote"


@pytest.mark.clause("15.2")
@pytest.mark.clause("4.1")
def test_two_officer_ids_of_one_person_are_one_member() -> None:
    """It is no ballot of different people, and its second vote, or recusal, doesn't count."""
    one = {f"{MANAGING}/{member}": "one person" for member in ("an", "bai")}
    pool = POOL.model_copy(update={"persons": {**POOL.persons, **one}})
    refused = article_15.refuse_unless_members_may_vote(pool, MEMBERS, NOW)
    assert refused is not None
    assert "某人 (an), 某人 (bai)" in refused.text
    sha256 = approval().application.sha256
    votes = [vote_of(member, sha256).received for member in ("an", "bai")]
    assert article_15.refuse_unless_votes_are_members_own(POOL, MEMBERS, votes, ()) is None
    refused = article_15.refuse_unless_votes_are_members_own(pool, MEMBERS, votes, ())
    assert refused is not None
    assert refused.code == "vote_not_a_members"


@pytest.mark.clause("15.2")
def test_each_member_votes_once_and_for_itself() -> None:
    """A stranger's vote, a second vote, and a namesake's of another institution don't count."""
    voted = approval(recused=("fang",))
    sha256 = voted.application.sha256
    votes = [vote.received for vote in voted.votes]
    recusals = [recusal.received for recusal in voted.recusals]
    assert article_15.refuse_unless_votes_are_members_own(POOL, MEMBERS, votes, recusals) is None
    for stray in (
        vote_of("confirmer", sha256),
        vote_of("an", sha256, Vote.AGAINST),
        vote_of("fang", sha256, institution=COOPERATING),
    ):
        refused = article_15.refuse_unless_votes_are_members_own(POOL, MEMBERS, [*votes, stray.received], recusals)
        assert refused is not None
        assert refused.code == "vote_not_a_members"
    assert article_15.refuse_unless_votes_are_members_own(POOL, MEMBERS, votes, [*recusals, *recusals]) is not None


@pytest.mark.clause("15.2")
@pytest.mark.parametrize(
    ("votes", "passes"),
    [
        ({"an": Vote.FOR, "bai": Vote.FOR, "chen": Vote.FOR, "deng": Vote.AGAINST}, True),
        ({"an": Vote.FOR, "bai": Vote.FOR, "chen": Vote.AGAINST, "deng": Vote.ABSTAIN}, False),
        ({"an": Vote.FOR, "bai": Vote.FOR, "chen": Vote.FOR}, False),
    ],
)
def test_the_votes_are_counted_again(votes: dict[str, Vote], passes: bool) -> None:
    """The claims service saying it has passed is not enough."""
    counted = tally(Ballot(MEMBERS, (), tuple(votes.items()), CLOSES_AT), FOUNDED.rules.ballot, NOW)
    assert (article_15.refuse_unless_decision_has_passed(counted) is None) is passes
    codes = _codes(approval(voting=tuple(votes.items())))
    assert codes == ([] if passes else ["decision_not_passed"])


@pytest.mark.clause("15.2")
def test_a_ballot_closed_before_its_time_decides_nothing() -> None:
    """Unless everybody has voted; a recused member leaves the base."""
    early = NOW + timedelta(days=1)
    assert _codes(approval(closes_at=early)) == ["decision_not_passed"]
    assert _codes(approval(closes_at=early, recused=("fang",))) == []


@pytest.mark.clause("15.2")
def test_only_what_was_really_paid_is_reimbursed() -> None:
    """Before a payout is settled nothing is due, whatever was decided."""
    assert article_15.refuse_unless_reimbursement_is_due(1) is None
    refused = article_15.refuse_unless_reimbursement_is_due(0)
    assert refused is not None
    assert (refused.code, refused.clause) == ("nothing_due_from_fiscal", "15.2")
    voted = approval()
    (said,) = then(books_with(), observed(voted.approved()), voted.originals)[1].events
    assert isinstance(said, PaymentRefused)
    assert (said.code, said.leg) == ("nothing_due_from_fiscal", Leg.REIMBURSEMENT)


@pytest.mark.clause("15.2")
@given(decided_fen=st.integers(1, 10**15), due_fen=st.integers(-(10**15), 10**15))
def test_the_fiscal_account_pays_the_lesser_of_decided_and_due(decided_fen: int, due_fen: int) -> None:
    """min(decided, due), and nothing where nothing is due."""
    paid_fen = article_15.reimbursable_fen(decided_fen, due_fen)
    assert paid_fen == max(min(decided_fen, due_fen), 0)


@pytest.mark.clause("15.2")
def test_more_decided_than_due_pays_what_is_due() -> None:
    """And a reservation counts as reimbursed, so that a second decision before settlement gets nothing."""
    voted = approval(amount_fen=SHARE_FEN)
    books, decision = then(paid_books(), observed(voted.approved()), voted.originals)
    assert isinstance(decision.events[0], PaymentReserved)
    assert instructed(decision).amount_fen == SHARE_FEN // 2
    again = approval(amount_fen=SHARE_FEN // 2)
    decision = then(books, observed(again.approved(), "event-9"), again.originals)[1]
    assert [refused.code for refused in decision.refusals] == ["nothing_due_from_fiscal"]


@pytest.mark.clause("15.2")
def test_parts_can_be_decided_one_after_the_other() -> None:
    """40,000.00 first, then what is left; each with an instalment of its own."""
    books = paid_books()
    first = approval(amount_fen=4_000_000)
    books, decision = then(books, observed(first.approved()), first.originals)
    assert (instructed(decision).instalment, instructed(decision).amount_fen) == (1, 4_000_000)
    second = approval(amount_fen=SHARE_FEN)
    books, decision = then(books, observed(second.approved(), "event-2"), second.originals)
    assert (instructed(decision).instalment, instructed(decision).amount_fen) == (2, 6_000_000)


def test_ballot_messages_are_what_they_claim() -> None:
    """The builders of these tests sign what the treasury reads."""
    voted = approval()
    assert isinstance(voted.opening.received.data, OpenBallot)
    assert isinstance(voted.closing.received.data, CloseBallot)
    assert voted.closing.received.data.minutes.kind is DocumentKind.MINUTES
    assert voted.approved().project_id == PROJECT_ID
