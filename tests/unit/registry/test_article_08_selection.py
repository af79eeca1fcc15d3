"""Article 8: a selection from its announcement to its end."""

from datetime import timedelta
from typing import Any

import pytest

from services.registry.domain.selections.state import SelectionStage
from shared.contracts.receipts import Outcome
from shared.contracts.registry.ballots import BallotClosed, BallotVoided
from shared.contracts.registry.people import EndOfficer
from shared.contracts.registry.selections import (
    CancelSelection,
    CandidateRecommended,
    CandidateRegistered,
    CandidateSelected,
    Condition,
    CreditSource,
    Criterion,
    Score,
    SelectionConcluded,
    SelectionRules,
    SelectionTerms,
)
from shared.contracts.registry.words import Duty, Vote
from tests.unit.registry.registry_examples import (
    MANAGING,
    NOON,
    NOTHING,
    TODAY,
    Given,
    appointing,
    codes,
    officer,
    person,
)
from tests.unit.registry.selection_examples import (
    APPLICATIONS_UNTIL,
    CONCLUDED,
    FIRST,
    LATER,
    LATER_DAY,
    MEMBERS,
    NUMBER,
    OPENED,
    PROVEN,
    RECOMMENDED,
    SCORED,
    SECOND,
    SECRETARY,
    SELECTED,
    SELECTION_ID,
    SELECTOR,
    SHA256,
    STAFFED,
    all_evidence,
    ballot,
    candidate,
    closing,
    concluding,
    credit,
    evidence,
    opening,
    preparing,
    proven,
    recommending,
    scoring,
    selection_in,
    signed,
    staffed_for_selection,
    vote,
    voted,
)

CANCEL = CancelSelection(number=NUMBER, reasons="合格候选机构不足")


@pytest.mark.clause("8.1")
def test_a_selection_is_opened_as_it_was_announced() -> None:
    """Once under its number; the same again is a duplicate, anything else under that number is refused."""
    assert selection_in(OPENED).stage is SelectionStage.OPEN
    assert OPENED.when(opening(), MANAGING, SELECTOR).outcome is Outcome.DUPLICATE
    assert codes(OPENED.when(opening(procedure_title="公开招标"), MANAGING, SELECTOR)) == ["number_taken"]


@pytest.mark.clause("8.1")
@pytest.mark.parametrize(
    "changed",
    [{"announced_on": TODAY + timedelta(days=1)}, {"applications_until": NOON}],
    ids=["announced tomorrow", "no time to apply"],
)
def test_it_is_announced_first_and_leaves_time_to_apply(changed: dict[str, Any]) -> None:
    """An announcement that is still to come, or an end of applications that is not, is refused."""
    assert codes(STAFFED.when(opening(**changed), MANAGING, SELECTOR)) == ["announcement_misdated"]


@pytest.mark.clause("8.1")
@pytest.mark.parametrize(
    "criteria",
    [
        (Criterion(criterion="专业能力", points_max=99),),
        (Criterion(criterion="专业能力", points_max=50), Criterion(criterion="专业能力", points_max=50)),
    ],
    ids=["99 points", "named twice"],
)
def test_the_criteria_make_up_a_hundred_points(criteria: tuple[Criterion, ...]) -> None:
    """Whole points, each criterion once."""
    terms = SelectionTerms(criteria=criteria)
    assert codes(STAFFED.when(opening(terms=terms), MANAGING, SELECTOR)) == ["criteria_not_a_hundred"]


@pytest.mark.clause("8.1")
def test_nothing_is_said_of_a_selection_that_was_not_opened() -> None:
    """Whatever it is."""
    for data in (candidate(), evidence(Condition.IP_COMPETENCE), scoring(), recommending(), concluding(), CANCEL):
        assert codes(STAFFED.when(data, MANAGING, SELECTOR)) == ["no_such_selection"]


@pytest.mark.clause("8.1")
def test_candidates_apply_in_time_and_once() -> None:
    """At the announced time still, after it not; the same again is a duplicate, another application is refused."""
    in_time = candidate(applied_at=APPLICATIONS_UNTIL)
    assert OPENED.when(in_time, MANAGING, SELECTOR, LATER).outcome is Outcome.ACCEPTED
    late = candidate(applied_at=APPLICATIONS_UNTIL + timedelta(seconds=1))
    assert codes(OPENED.when(late, MANAGING, SELECTOR, LATER)) == ["application_not_in_time"]
    assert codes(OPENED.when(in_time, MANAGING, SELECTOR, NOON)) == ["application_not_in_time"]
    registered = OPENED.after(candidate(), MANAGING, SELECTOR)
    assert registered.when(candidate(), MANAGING, SELECTOR).outcome is Outcome.DUPLICATE
    assert codes(registered.when(candidate(name="另名"), MANAGING, SELECTOR)) == ["candidate_registered_otherwise"]


@pytest.mark.clause("8.1")
def test_evidence_scores_and_recommendation_are_of_candidates() -> None:
    """Somebody who has not applied gets none of them."""
    for data in (evidence(Condition.IP_COMPETENCE), scoring(), recommending()):
        assert codes(OPENED.when(data, MANAGING, SELECTOR, LATER)) == ["no_such_candidate"]


@pytest.mark.clause("8.1")
@pytest.mark.parametrize(
    "scores",
    [
        (("专业能力", 50),),
        (("专业能力", 50), ("专业能力", 50)),
        (("专业能力", 61), ("报价", 30)),
        (("专业能力", 50), ("报价", 30), ("态度", 1)),
    ],
    ids=["one missing", "one twice", "above its weight", "not announced"],
)
def test_scores_are_by_the_announced_criteria(scores: tuple[tuple[str, int], ...]) -> None:
    """Each criterion once and within its weight."""
    given = tuple(Score(criterion=name, points=points) for name, points in scores)
    assert codes(PROVEN.when(scoring(scores=given), MANAGING, SELECTOR)) == ["scores_not_by_criteria"]
    assert SCORED.when(scoring(), MANAGING, SELECTOR).outcome is Outcome.DUPLICATE
    assert PROVEN.when(scoring(skill=60, price=40), MANAGING, SELECTOR).outcome is Outcome.ACCEPTED


@pytest.mark.clause("8.1")
def test_only_an_eligible_candidate_is_recommended() -> None:
    """The one with more points is not eligible: its credit was not looked up, which the refusal says under 7.5."""
    decision = SCORED.when(recommending(SECOND), MANAGING, SELECTOR, LATER)
    assert [(found.code, found.clause) for found in decision.refusals] == [("condition_not_met", "7.5")]
    assert "信用中国" in decision.refusals[0].text_zh


@pytest.mark.clause("8.1")
def test_a_recommendation_ranks_the_eligible_candidates() -> None:
    """Given the scores, the event carries totals and places of those who are eligible, and the report on the first."""
    (event,) = SCORED.when(recommending(), MANAGING, SELECTOR, LATER).events
    assert isinstance(event, CandidateRecommended)
    assert [(each.uscc, each.total, each.place) for each in event.ranking] == [(FIRST, 80, 1)]
    assert (len(event.report), event.subject_sha256) == (9, SHA256)
    both = SCORED
    for source in CreditSource:
        both = both.after(credit(source, SECOND), MANAGING, SELECTOR)
    (event,) = both.when(recommending(SECOND), MANAGING, SELECTOR, LATER).events
    assert isinstance(event, CandidateRecommended)
    assert [(each.uscc, each.total, each.place) for each in event.ranking] == [(SECOND, 100, 1), (FIRST, 80, 2)]
    assert codes(both.when(recommending(FIRST), MANAGING, SELECTOR, LATER)) == ["candidate_not_first"]
    tied = both.after(scoring(FIRST, 60, 40), MANAGING, SELECTOR)
    for uscc in (FIRST, SECOND):
        assert tied.when(recommending(uscc), MANAGING, SELECTOR, LATER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("8.1")
def test_nobody_is_recommended_under_the_least_score() -> None:
    """With 0 of 100 points nobody wins, alone or not; the figure is the preparation's, within the district's bounds."""
    for skill, price in ((0, 0), (30, 29)):
        bad = SCORED.after(scoring(FIRST, skill, price), MANAGING, SELECTOR)
        (refused,) = bad.when(recommending(), MANAGING, SELECTOR, LATER).refusals
        assert (refused.code, refused.clause) == ("score_too_low", "8.1")
        assert f"{skill + price} of 100 points, at least 60" in refused.text
        assert f"得 {skill + price} 分" in refused.text_zh
    enough = SCORED.after(scoring(FIRST, 30, 30), MANAGING, SELECTOR)
    assert enough.when(recommending(), MANAGING, SELECTOR, LATER).outcome is Outcome.ACCEPTED
    stricter = staffed_for_selection(NOTHING.after(preparing(selection=SelectionRules(score_min=90)), MANAGING))
    proven_there = proven(stricter.after(opening(), MANAGING, SELECTOR), FIRST)
    scored = proven_there.after(scoring(FIRST, 50, 39), MANAGING, SELECTOR)
    assert codes(scored.when(recommending(), MANAGING, SELECTOR, LATER)) == ["score_too_low"]
    for score_min in (49, 91):
        beyond = preparing(selection=SelectionRules(score_min=score_min))
        (refused,) = NOTHING.when(beyond, MANAGING).refusals
        assert (refused.code, refused.clause) == ("rules_outside_the_districts_bounds", "8.1")


BOTH = "both"
RUN_BY_BOTH = {
    "opened": (STAFFED, lambda given: given.after(opening(), MANAGING, BOTH)),
    "registered": (OPENED, lambda given: given.after(candidate(), MANAGING, BOTH)),
    "proven": (OPENED.after(candidate(), MANAGING, SELECTOR), lambda given: proven_by(given, BOTH)),
    "scored": (PROVEN, lambda given: given.after(scoring(FIRST), MANAGING, BOTH)),
    "recommended": (SCORED, lambda given: given.after(recommending(), MANAGING, BOTH, LATER)),
}


def proven_by(given: Given, who: str) -> Given:
    return given.after(evidence(Condition.LEGAL_PERSON), MANAGING, who)


def recommended(given: Given) -> Given:
    """The rest of the way to the question, by whoever runs selections and votes in none."""
    if given.state.entry is None:
        given = given.after(opening(), MANAGING, SELECTOR)
    if FIRST not in selection_in(given).candidates:
        given = given.after(candidate(), MANAGING, SELECTOR)
    for found in all_evidence(FIRST):
        if given.when(found, MANAGING, SELECTOR).outcome is Outcome.ACCEPTED:
            given = given.after(found, MANAGING, SELECTOR)
    if not selection_in(given).candidates[FIRST].scores:
        given = given.after(scoring(FIRST), MANAGING, SELECTOR)
    if selection_in(given).recommended is None:
        given = given.after(recommending(), MANAGING, SELECTOR, LATER)
    return given


@pytest.mark.clause("4.1")
@pytest.mark.clause("8.1")
@pytest.mark.parametrize("step", RUN_BY_BOTH)
def test_who_runs_a_selection_does_not_vote_in_it(step: str) -> None:
    """Whichever step of it that was, the person has no vote, under that id or another one; the others decide."""
    given, runs = RUN_BY_BOTH[step]
    given = given.after(officer(BOTH, Duty.SELECTION, Duty.VOTE), MANAGING)
    given = recommended(runs(given))
    refused = given.when(ballot(members=(*MEMBERS, BOTH)), MANAGING, SECRETARY, LATER)
    assert codes(refused) == ["duties_in_conflict"]
    assert given.when(ballot(), MANAGING, SECRETARY, LATER).outcome is Outcome.ACCEPTED
    twin = appointing("twin", Duty.VOTE, person=person(BOTH))
    renamed = given.after(EndOfficer(officer=BOTH, reason="离任"), MANAGING).after(twin, MANAGING)
    refused = renamed.when(ballot(members=(*MEMBERS, "twin")), MANAGING, SECRETARY, LATER)
    assert codes(refused) == ["duties_in_conflict"]


@pytest.mark.clause("4.1")
@pytest.mark.clause("8.1")
def test_who_has_voted_in_a_selection_runs_it_no_further() -> None:
    """Be the vote void by now; somebody else does it."""
    given = STAFFED.after(officer(BOTH, Duty.SELECTION, Duty.VOTE), MANAGING)
    given = recommended(given).after(ballot(members=(*MEMBERS, BOTH)), MANAGING, SECRETARY, LATER)
    given = given.after(vote(), MANAGING, BOTH, LATER)
    refused = given.when(scoring(FIRST, 10, 10), MANAGING, BOTH, LATER)
    assert [(each.code, each.clause) for each in refused.refusals] == [("duties_in_conflict", "4.1")]
    given = given.after(scoring(FIRST, 40, 40), MANAGING, SELECTOR, LATER)
    assert codes(given.when(recommending(), MANAGING, BOTH, LATER)) == ["duties_in_conflict"]
    assert given.when(recommending(), MANAGING, SELECTOR, LATER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("4.1")
@pytest.mark.clause("5.2")
@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        (((Duty.SELECTION, Duty.VOTE), (Duty.SELECTION, Duty.BALLOT)), None),
        ((), "rules_outside_the_districts_bounds"),
        (((Duty.SELECTION, Duty.VOTE), (Duty.VOTE, Duty.SELECTION)), "exclusive_duties_impossible"),
        (((Duty.SELECTION, Duty.VOTE), (Duty.FILING, Duty.VOTE)), "exclusive_duties_impossible"),
    ],
)
def test_what_is_kept_apart_in_a_selection_says_its_preparation(
    pairs: tuple[tuple[Duty, Duty], ...], code: str | None
) -> None:
    """More than the district asks for, never less, and of duties that a selection has."""
    decision = NOTHING.when(preparing(selection=SelectionRules(exclusive_duties=pairs)), MANAGING)
    assert codes(decision) == ([code] if code else [])


@pytest.mark.clause("8.1")
def test_nobody_is_recommended_before_all_have_applied_and_are_scored() -> None:
    """At the end of applications it is still too early, and every eligible candidate has its scores."""
    assert codes(SCORED.when(recommending(), MANAGING, SELECTOR, APPLICATIONS_UNTIL)) == ["applications_not_ended"]
    decision = proven(SCORED, "91110105MA0000005E").when(recommending(), MANAGING, SELECTOR, LATER)
    assert codes(decision) == ["candidates_not_scored"]


@pytest.mark.clause("8.1")
def test_the_committee_selects_whoever_was_recommended() -> None:
    """Given its votes, the closing says what was decided, and who is selected."""
    given = voted(RECOMMENDED)
    closed, selected = given.when(closing(), MANAGING, SECRETARY, LATER).events
    assert isinstance(closed, BallotClosed)
    assert closed.passed
    assert isinstance(selected, CandidateSelected)
    assert (selected.uscc, selected.entry_id, selected.subject_sha256) == (FIRST, SELECTION_ID, SHA256)
    assert selection_in(SELECTED).stage is SelectionStage.SELECTED


@pytest.mark.clause("8.1")
def test_a_decision_that_does_not_pass_selects_nobody() -> None:
    """The recommendation stays refused; a new one, with bytes of its own, can be put."""
    given = voted(RECOMMENDED, Vote.AGAINST)
    (closed,) = given.when(closing(), MANAGING, SECRETARY, LATER).events
    assert isinstance(closed, BallotClosed)
    after = given.having([closed])
    assert selection_in(after).selected is None
    assert codes(after.when(concluding(), MANAGING, SELECTOR, LATER)) == ["selection_not_at_that_stage"]
    again = after.after(recommending(), MANAGING, SELECTOR, LATER)
    assert selection_in(again).ballot is None
    assert voted(again).when(closing(), MANAGING, SECRETARY, LATER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("8.1")
@pytest.mark.parametrize(
    "change",
    [
        evidence(Condition.MATCHING_CAPITAL, SECOND, met=False),
        scoring(FIRST, 51, 30),
        candidate("91110105MA0000005E"),
        recommending(),
        CANCEL,
    ],
    ids=lambda change: type(change).__name__,
)
def test_what_changes_while_the_committee_votes_voids_the_votes(change: Any) -> None:
    """It is said how many votes are void; nobody can vote any more before the question is put again."""
    decision = voted(RECOMMENDED).when(change, MANAGING, SELECTOR, LATER)
    void = decision.events[0]
    assert isinstance(void, BallotVoided)
    assert (void.entry_id, void.votes_void) == (SELECTION_ID, 3)
    after = voted(RECOMMENDED).having(decision.events)
    assert selection_in(after).ballot is None
    assert after.when(vote(), MANAGING, "an", LATER).outcome is Outcome.REFUSED


@pytest.mark.clause("8.1")
def test_a_cancelled_selection_has_no_question() -> None:
    """Nobody opens a ballot on it, votes in it, or goes on with it; the same cancellation again is a duplicate."""
    cancelled = RECOMMENDED.after(CANCEL, MANAGING, SELECTOR, LATER)
    assert selection_in(cancelled).question is None
    assert cancelled.when(CANCEL, MANAGING, SELECTOR).outcome is Outcome.DUPLICATE
    for data in (candidate(), evidence(Condition.IP_COMPETENCE), scoring(), recommending(), concluding()):
        assert codes(cancelled.when(data, MANAGING, SELECTOR, LATER)) == ["selection_not_at_that_stage"]


@pytest.mark.clause("5.3")
@pytest.mark.clause("8.1")
def test_the_agreement_ends_the_selection() -> None:
    """Given who is selected, number, date, document and operating period are recorded; nothing changes after that."""
    (event,) = SELECTED.when(concluding(), MANAGING, SELECTOR, LATER).events
    assert isinstance(event, SelectionConcluded)
    assert (event.uscc, event.agreement, event.operates_from) == (FIRST, signed(), LATER_DAY)
    assert CONCLUDED.when(concluding(), MANAGING, SELECTOR, LATER).outcome is Outcome.DUPLICATE
    for data in (candidate(SECOND), recommending(), CANCEL, concluding(operates_from=LATER_DAY + timedelta(days=1))):
        assert codes(CONCLUDED.when(data, MANAGING, SELECTOR, LATER)) == ["selection_not_at_that_stage"]


@pytest.mark.clause("8.1")
def test_the_operating_period_is_the_agreements() -> None:
    """It begins on the day of signing or later, and has days; the agreement has been signed."""
    before = {"operates_from": LATER_DAY - timedelta(days=1)}
    empty = {"operates_until": LATER_DAY}
    for wrong in (before, empty):
        assert codes(SELECTED.when(concluding(**wrong), MANAGING, SELECTOR, LATER)) == ["operating_period_misdated"]
    unsigned = concluding(agreement=signed(signed_on=LATER_DAY + timedelta(days=1)))
    assert "agreement_not_recorded" in codes(SELECTED.when(unsigned, MANAGING, SELECTOR, LATER))


@pytest.mark.clause("8.1")
def test_a_selected_candidate_can_still_be_let_go() -> None:
    """Until the agreement is there the selection can be cancelled, with reasons."""
    cancelled = SELECTED.after(CANCEL, MANAGING, SELECTOR, LATER)
    assert selection_in(cancelled).stage is SelectionStage.CANCELLED
    assert codes(cancelled.when(concluding(), MANAGING, SELECTOR, LATER)) == ["selection_not_at_that_stage"]


def test_a_registration_is_an_event_with_who_registered_it() -> None:
    """Given a selection, when a candidate applies, then the event names it and the officer."""
    (event,) = OPENED.when(candidate(), MANAGING, SELECTOR).events
    assert isinstance(event, CandidateRegistered)
    assert (event.uscc, event.registered_by) == (FIRST, SELECTOR)


def test_a_selection_survives_being_written_down() -> None:
    """Read back from its JSON it is the same value, with its ballot, candidates and agreement."""
    selection = selection_in(CONCLUDED)
    assert type(selection).model_validate_json(selection.model_dump_json()) == selection
