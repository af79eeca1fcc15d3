"""Article 4.1: before it pays, the treasury holds what was signed against all that it has observed of the case."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.treasury.domain.books import Books
from services.treasury.domain.pool import Pool
from shared.contracts import claims
from shared.contracts.envelope import Event
from shared.contracts.registry import ballots
from shared.contracts.registry.project_life import DrawdownFiled
from shared.contracts.registry.projects import ProjectApproved, ProjectFiled, ProjectReturned
from shared.contracts.registry.words import Duty
from shared.contracts.treasury import PaymentInstructed, PaymentRefused
from shared.decisions.duties_exercised import ROLE_OF_DUTY, DutyExercised, duties_exercised_in, excluded_by
from tests.unit.decisions.duty_factories import IN_CLAIMS, IN_REGISTRY, event_by
from tests.unit.treasury.treasury_ballot import approval
from tests.unit.treasury.treasury_factories import (
    FOUNDED,
    POOL_ID,
    PROJECT_ID,
    books_with,
    observed,
    paid_books,
    payout,
    then,
)

pytestmark = pytest.mark.clause("4.1")

# A release or an approval is verified by its signed messages, and these by a test of their own.
OBSERVED = tuple(
    event
    for event in (*IN_REGISTRY, *IN_CLAIMS)
    if event not in {claims.PayoutReleased, claims.PaymentTakenUp, claims.ReimbursementApproved, ProjectApproved}
)
EXCLUSIVE = FOUNDED.rules.exclusive_duties
SIGNERS = {"planner": Duty.PLAN, "confirmer": Duty.CONFIRMATION, "releaser": Duty.RELEASE}


def refusals(books: Books) -> list[str]:
    """Why the example's payout is not paid."""
    released = payout()
    events = then(books, observed(released.released()), released.originals)[1].events
    assert any(isinstance(said, PaymentInstructed | PaymentRefused) for said in events)
    return [said.code for said in events if isinstance(said, PaymentRefused)]


@pytest.mark.parametrize("event", OBSERVED)
def test_what_claims_and_registry_say_is_noted_and_changes_nothing_else(event: type[Event]) -> None:
    """Also before the pool or the project is known, since the topics come in any order; said twice it is noted once."""
    said = event_by(event, PROJECT_ID, "li")
    for books in (Books(Pool(pool_id=POOL_ID)), books_with()):
        before = books.case(PROJECT_ID)
        after, decision = then(books, observed(said))
        assert decision.events == ()
        case = after.case(PROJECT_ID)
        assert set(case.duties_exercised) == {*before.duties_exercised, *duties_exercised_in(said)}
        assert replace(case, duties_exercised=before.duties_exercised) == before
        assert then(after, observed(said))[0].case(PROJECT_ID) is case


@pytest.mark.parametrize(
    ("event", "officer"),
    [
        (ProjectFiled, "planner"),
        (DrawdownFiled, "releaser"),
        (ProjectReturned, "confirmer"),
        (ballots.VoteRecorded, "confirmer"),
        (claims.ReviewRecorded, "planner"),
        (claims.VerificationRecorded, "releaser"),
        (claims.VoteRecorded, "confirmer"),
    ],
)
def test_a_payout_is_refused_whose_signer_did_something_else_in_the_case(event: type[Event], officer: str) -> None:
    """Nothing of this is signed with the release: the treasury knows it from what was said before."""
    books = then(books_with(), observed(event_by(event, PROJECT_ID, officer)))[0]
    assert refusals(books) == ["duties_in_conflict"]
    somebody = then(books_with(), observed(event_by(event, PROJECT_ID, "somebody")))[0]
    assert refusals(somebody) == []


def test_a_reimbursement_is_refused_whose_voter_did_something_else_in_the_case() -> None:
    """A member who returned the filing can't vote on the money."""
    voted = approval()
    books = then(paid_books(), observed(event_by(ProjectReturned, PROJECT_ID, "an")))[0]
    (said,) = then(books, observed(voted.approved()), voted.originals)[1].events
    assert isinstance(said, PaymentRefused)
    assert said.code == "duties_in_conflict"


@pytest.mark.parametrize(("duty", "officer"), [(Duty.APPLICATION, "applicant"), (Duty.BALLOT, "keeper")])
def test_every_signer_of_a_decision_has_acted(duty: Duty, officer: str) -> None:
    """Whoever applied, and whoever held the ballot, where the rules say that this excludes something else."""
    other = ProjectFiled if duty is Duty.APPLICATION else ProjectReturned
    voted = approval()
    stricter = (*EXCLUSIVE, (duty, Duty.FILING), (Duty.FILING_APPROVAL, duty))
    for exclusive, expected in ((EXCLUSIVE, []), (stricter, ["duties_in_conflict"])):
        books = paid_books()
        founding = books.pool.founding
        assert founding is not None
        rules = founding.rules.model_copy(update={"exclusive_duties": exclusive})
        founding = founding.model_copy(update={"rules": rules})
        books = replace(books, pool=books.pool.model_copy(update={"founding": founding}))
        books = then(books, observed(event_by(other, PROJECT_ID, officer)))[0]
        events = then(books, observed(voted.approved()), voted.originals)[1].events
        assert [said.code for said in events if isinstance(said, PaymentRefused)] == expected


def test_what_was_paid_is_an_act_of_its_signers() -> None:
    """Plan, confirmation and release, then application, ballot and votes: as signed, whatever was said of them."""
    voted = approval()
    books, decision = then(paid_books(), observed(voted.approved()), voted.originals)
    assert decision.refusals == ()
    assert {(act.duty, act.officer) for act in books.case(PROJECT_ID).duties_exercised} == {
        (Duty.FILING, "filer"),
        (Duty.FILING_APPROVAL, "approver"),
        *((duty, officer) for officer, duty in SIGNERS.items()),
        (Duty.APPLICATION, "applicant"),
        (Duty.BALLOT, "keeper"),
        *((Duty.VOTE, member) for member in ("an", "bai", "chen", "deng")),
    }


def excludes(duties_exercised: tuple[DutyExercised, ...]) -> bool:
    """Whether anyone of the payout's three signers exercised another exclusive duty; a namesake elsewhere is nobody."""
    return any(
        each.duty in excluded_by(EXCLUSIVE, SIGNERS[each.officer]) and each.role is ROLE_OF_DUTY[SIGNERS[each.officer]]
        for each in duties_exercised
        if each.officer in SIGNERS
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(OBSERVED), st.sampled_from([*SIGNERS, "li", "wu"])), max_size=6))
def test_nothing_is_paid_that_what_was_observed_excludes(history: list[tuple[type[Event], str]]) -> None:
    """Whatever was said in whichever order: paid, unless a signer is known for another exclusive duty."""
    books = books_with()
    exercised: tuple[DutyExercised, ...] = ()
    for event, officer in history:
        said = event_by(event, PROJECT_ID, officer)
        books = then(books, observed(said))[0]
        exercised = (*exercised, *duties_exercised_in(said))
    assert (refusals(books) == ["duties_in_conflict"]) == excludes(exercised)
    assert refusals(books) in ([], ["duties_in_conflict"])
