"""A selection to try things on: two candidates, one eligible with the most points, and a committee."""

from datetime import date, timedelta
from typing import Any

from services.registry.domain.selections.state import Selection
from shared.contracts.ids import entry_id
from shared.contracts.registry.ballots import CastVote, CloseBallot, OpenBallot
from shared.contracts.registry.pools import PreparePool
from shared.contracts.registry.selections import (
    ConcludeSelection,
    Condition,
    CreditSource,
    Criterion,
    OpenSelection,
    RecommendCandidate,
    RecordEvidence,
    RegisterCandidate,
    Score,
    ScoreCandidate,
    SelectionTerms,
)
from shared.contracts.registry.words import Agreement, Duty, Vote
from simulator.samples import sample
from tests.unit.registry.registry_examples import (
    COOPERATING,
    GUARANTOR,
    HERE,
    MANAGING,
    NOON,
    NOTHING,
    POOL_ID,
    USCC,
    Given,
    agreement,
    founding,
    officer,
)

NUMBER = "XZ-1"
SELECTION_ID = entry_id(POOL_ID, "selection", NUMBER)
SELECTOR, SECRETARY = "selector", "secretary"
MEMBERS = ("an", "bai", "chen")
FIRST, SECOND = USCC[COOPERATING], USCC[GUARANTOR]
APPLICATIONS_UNTIL = NOON + timedelta(days=5)
LATER = NOON + timedelta(days=6)
LATER_DAY = date(2026, 4, 21)
TERMS = SelectionTerms(
    criteria=(Criterion(criterion="专业能力", points_max=60), Criterion(criterion="报价", points_max=40))
)
# What a message is hashed to in these tests: every message has the same bytes unless it says otherwise.
SHA256 = "0" * 64


def preparing(**changed: Any) -> PreparePool:
    return sample(PreparePool, HERE, changed)


def opening(**changed: Any) -> OpenSelection:
    return sample(OpenSelection, HERE, {"applications_until": APPLICATIONS_UNTIL, "terms": TERMS, **changed})


def candidate(uscc: str = FIRST, **changed: Any) -> RegisterCandidate:
    return sample(RegisterCandidate, HERE, {"uscc": uscc, **changed})


def evidence(condition: Condition, uscc: str = FIRST, **changed: Any) -> RecordEvidence:
    return sample(RecordEvidence, HERE, {"uscc": uscc, "condition": condition, **changed})


def credit(source: CreditSource, uscc: str = FIRST, **changed: Any) -> RecordEvidence:
    return evidence(Condition.CREDIT_RECORD, uscc, source=source, **changed)


def scoring(uscc: str = FIRST, skill: int = 50, price: int = 30, **changed: Any) -> ScoreCandidate:
    scores = (Score(criterion="专业能力", points=skill), Score(criterion="报价", points=price))
    return sample(ScoreCandidate, HERE, {"uscc": uscc, "scores": scores, **changed})


def recommending(uscc: str = FIRST) -> RecommendCandidate:
    return sample(RecommendCandidate, HERE, {"uscc": uscc})


def concluding(**changed: Any) -> ConcludeSelection:
    return sample(ConcludeSelection, HERE, {"agreement": signed(), "operates_from": LATER_DAY, **changed})


def signed(**changed: Any) -> Agreement:
    return agreement(**{"signed_on": LATER_DAY, **changed})


def ballot(**changed: Any) -> OpenBallot:
    return sample(OpenBallot, HERE, {"members": MEMBERS, "closes_at": LATER + timedelta(days=1), **changed})


def vote(answer: Vote = Vote.FOR, **changed: Any) -> CastVote:
    return sample(CastVote, HERE, {"vote": answer, **changed})


def closing(**changed: Any) -> CloseBallot:
    return sample(CloseBallot, HERE, changed)


def all_evidence(uscc: str, leaving_out: tuple[Condition, ...] = ()) -> list[RecordEvidence]:
    """Everything is met."""
    plain = [each for each in Condition if each is not Condition.CREDIT_RECORD and each not in leaving_out]
    found = [evidence(each, uscc) for each in plain]
    if Condition.CREDIT_RECORD not in leaving_out:
        found += [credit(source, uscc) for source in CreditSource]
    return found


def staffed_for_selection(given: Given) -> Given:
    """Whom a selection needs: who runs it, and the committee."""
    given = given.after(officer(SELECTOR, Duty.SELECTION), MANAGING).after(officer(SECRETARY, Duty.BALLOT), MANAGING)
    for member in MEMBERS:
        given = given.after(officer(member, Duty.VOTE), MANAGING)
    return given


def proven(given: Given, uscc: str, leaving_out: tuple[Condition, ...] = ()) -> Given:
    """The candidate is registered, and has evidence of all conditions but those left out."""
    given = given.after(candidate(uscc), MANAGING, SELECTOR)
    for found in all_evidence(uscc, leaving_out):
        given = given.after(found, MANAGING, SELECTOR)
    return given


def voted(given: Given, answer: Vote = Vote.FOR) -> Given:
    """The ballot is opened, and everybody votes the same."""
    given = given.after(ballot(), MANAGING, SECRETARY, LATER)
    for member in MEMBERS:
        given = given.after(vote(answer), MANAGING, member, LATER)
    return given


def selection_in(given: Given) -> Selection:
    selection = given.state.entry
    assert isinstance(selection, Selection)
    return selection


# Before there is a pool: prepared, and with whom a selection needs.
PREPARED = NOTHING.after(preparing(), MANAGING)
STAFFED = staffed_for_selection(PREPARED)
OPENED = STAFFED.after(opening(), MANAGING, SELECTOR)
# The first is eligible; of the second nobody has looked up the credit record.
PROVEN = proven(proven(OPENED, FIRST), SECOND, (Condition.CREDIT_RECORD,))
SCORED = PROVEN.after(scoring(FIRST), MANAGING, SELECTOR).after(scoring(SECOND, 60, 40), MANAGING, SELECTOR)
RECOMMENDED = SCORED.after(recommending(), MANAGING, SELECTOR, LATER)
SELECTED = voted(RECOMMENDED).after(closing(), MANAGING, SECRETARY, LATER)
CONCLUDED = SELECTED.after(concluding(), MANAGING, SELECTOR, LATER)
# What the pool is founded with after that.
FOUNDING = founding(selection_record=None, cooperation_agreement=signed())
