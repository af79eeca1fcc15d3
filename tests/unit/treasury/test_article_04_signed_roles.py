"""Article 4: the roles are kept apart."""

from dataclasses import replace

import pytest

from services.treasury.domain.books import Books
from services.treasury.domain.pool import Pool
from services.treasury.domain.rules.article_04_roles import (
    refuse_unless_originals_are_genuine,
)
from services.treasury.domain.signed_originals import SignedOriginals
from shared.contracts.documents import DocumentKind
from shared.contracts.registry.corrections import CorrectionRejected, CorrectionReturned
from shared.contracts.registry.words import Duty
from shared.contracts.treasury import Account, PaymentRefused
from shared.decisions.duties_exercised import ROLE_OF_DUTY, DutyExercised
from tests.unit.registry.correction_examples import corrected, correction_approved
from tests.unit.registry.registry_examples import document
from tests.unit.treasury.treasury_ballot import approval, vote_of
from tests.unit.treasury.treasury_factories import (
    COOPERATING,
    FOUNDED,
    MANAGING,
    POOL_ID,
    books_with,
    contribution,
    from_bank,
    observed,
    paid_books,
    payout,
    project_approved,
    then,
)


def act(duty: Duty, officer: str) -> DutyExercised:
    """What this officer of the institution whose duty it is has done."""
    return DutyExercised(duty=duty, role=ROLE_OF_DUTY[duty], officer=officer)


@pytest.mark.clause("4.1")
def test_every_message_that_is_not_genuine_is_named() -> None:
    """Nothing to name is no refusal; what can't be read is named."""
    assert refuse_unless_originals_are_genuine(()) is None
    refused = refuse_unless_originals_are_genuine(("plan", "release"))
    assert refused is not None
    assert (refused.code, refused.clause) == ("original_not_genuine", "4.1")
    assert "plan, release" in refused.text


@pytest.mark.clause("4.1")
def test_a_release_with_a_forged_original_moves_nothing() -> None:
    """A message whose signature doesn't hold, or that stands in another one's place, is not taken for granted."""
    signed_payout = payout()
    for forged in (signed_payout.notice, signed_payout.plan, signed_payout.confirmation, signed_payout.release):
        originals = SignedOriginals(
            {key: read for key, read in signed_payout.originals.messages.items() if key != forged.original}
        )
        (said,) = then(books_with(), observed(signed_payout.released()), originals)[1].events
        assert isinstance(said, PaymentRefused)
        assert said.code == "original_not_genuine"
    swapped = signed_payout.released(confirmation=signed_payout.release.original)
    (said,) = then(books_with(), observed(swapped), signed_payout.originals)[1].events
    assert isinstance(said, PaymentRefused)
    assert said.code == "original_not_genuine"


@pytest.mark.clause("4.1")
def test_maker_and_checker_are_two_people() -> None:
    """One person alone confirms nothing."""
    decision = then(books_with(), from_bank(contribution(Account.FISCAL, maker="teller", checker="teller")))[1]
    assert [each.code for each in decision.refusals] == ["maker_is_checker"]


@pytest.mark.clause("4.1")
def test_separation_holds_over_the_whole_case() -> None:
    """Who drew up the plan can't release it, and who confirmed it can't vote on its reimbursement months later."""
    signed_payout = payout(planner="all-rounder", releaser="all-rounder")
    (said,) = then(books_with(), observed(signed_payout.released()), signed_payout.originals)[1].events
    assert isinstance(said, PaymentRefused)
    assert said.code == "duties_in_conflict"
    voted = approval(members=("an", "bai", "chen", "deng", "confirmer"))
    voted = replace(voted, votes=(*voted.votes[:3], vote_of("confirmer", voted.application.sha256)))
    (said,) = then(paid_books(), observed(voted.approved()), voted.originals)[1].events
    assert isinstance(said, PaymentRefused)
    assert said.code == "duties_in_conflict"


@pytest.mark.clause("4.1")
def test_one_person_of_two_institutions_is_one_signer() -> None:
    """The planner can't confirm its own plan as an officer of the managing institution."""
    before = books_with()
    persons = {**before.pool.persons, f"{MANAGING}/confirmer": before.pool.persons[f"{COOPERATING}/planner"]}
    books = replace(before, pool=before.pool.model_copy(update={"persons": persons}))
    signed_payout = payout()
    (said,) = then(books, observed(signed_payout.released()), signed_payout.originals)[1].events
    assert isinstance(said, PaymentRefused)
    assert said.code == "duties_in_conflict"


@pytest.mark.clause("4.1")
def test_the_filing_counts_among_the_duties() -> None:
    """The officer who approved the filing can't confirm the plan."""
    before = books_with()
    pool = before.pool.model_copy(
        update={"duties": {**before.pool.duties, f"{MANAGING}/approver": (Duty.FILING_APPROVAL, Duty.CONFIRMATION)}}
    )
    signed_payout = payout(confirmer=(MANAGING, "approver"))
    (said,) = then(replace(before, pool=pool), observed(signed_payout.released()), signed_payout.originals)[1].events
    assert isinstance(said, PaymentRefused)
    assert said.code == "duties_in_conflict"
    assert FOUNDED.rules.exclusive_duties


@pytest.mark.clause("4.1")
@pytest.mark.parametrize("is_early", [True, False])
def test_whoever_corrected_the_filing_has_acted_in_the_case(is_early: bool) -> None:
    """Also where the treasury observes the correction before anything else of the project or its pool."""
    if is_early:
        books = then(Books(Pool(pool_id=POOL_ID)), observed(corrected(project_approved(), "releaser", COOPERATING)))[0]
        books = replace(books_with(), cases=books.cases)
        books = then(books, observed(project_approved()))[0]
    else:
        books = then(books_with(), observed(corrected(project_approved(), "releaser", COOPERATING)))[0]
    signed_payout = payout(releaser="releaser")
    (said,) = then(books, observed(signed_payout.released()), signed_payout.originals)[1].events
    assert isinstance(said, PaymentRefused)
    assert said.code == "duties_in_conflict"


@pytest.mark.clause("4.1")
def test_whoever_decided_on_a_correction_has_acted_in_the_case() -> None:
    """Approved, returned or rejected; what a collective decision has not admitted excludes no single officer."""
    approved = project_approved()
    named = {
        "project_id": approved.project_id,
        "filing": 2,
        "reasons": "无依据",
        "institution": MANAGING,
        "rules_version": 1,
    }
    minutes = document(DocumentKind.MINUTES)
    for event in (
        correction_approved(approved, approved.loan.principal_fen, "decider", MANAGING),
        CorrectionReturned(**named, returned_by="decider"),
        CorrectionRejected(**named, rejected_by="decider"),
    ):
        books = then(books_with(), observed(event))[0]
        assert act(Duty.FILING_APPROVAL, "decider") in books.case(approved.project_id).duties_exercised
        assert books.case(approved.project_id).project == books_with().case(approved.project_id).project
    voted = CorrectionRejected(**named, rejected_by="decider", minutes=minutes)
    assert (
        then(books_with(), observed(voted))[0].case(approved.project_id).duties_exercised
        == books_with().case(approved.project_id).duties_exercised
    )
