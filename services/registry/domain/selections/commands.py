"""Deciding on a selection of the cooperating institution (7.1–7.9, 8.1), from its announcement to the agreement."""

from collections.abc import Callable
from typing import TypeVar

from services.registry.domain.article_04_institutional_roles import has_room
from services.registry.domain.article_05_rules_and_approval import agreement_is_recorded
from services.registry.domain.article_07_candidates import (
    candidate_code_is_valid,
    eligibility,
    evidence_is_found_by_now,
    is_eligible,
    look_up_names_its_source,
    look_ups_are_as_prepared,
    violation_is_before_look_up,
)
from services.registry.domain.article_08_selection import (
    agreed_period_follows_the_signing,
    announcement_is_before_applications,
    application_is_in_time,
    applications_have_ended,
    candidate_is_eligible,
    candidate_is_new,
    candidate_is_registered,
    candidate_ranks_first,
    criteria_make_up_a_hundred,
    eligible_candidates_are_scored,
    ranking,
    scores_are_by_the_criteria,
    selection_is_at,
    selection_is_before_the_founding,
    selection_number_is_free,
    selection_was_opened,
)
from services.registry.domain.asked import Asked
from services.registry.domain.ballots.commands import voided
from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, first, refused, says_the_same
from services.registry.domain.matter import SelectionCommand, matter_of
from services.registry.domain.preparation import PreparedPool
from services.registry.domain.selections.state import Evidence, Selection, SelectionStage
from shared.contracts.receipts import Outcome
from shared.contracts.registry.selections import (
    CancelSelection,
    CandidateRecommended,
    CandidateRegistered,
    CandidateScored,
    ConcludeSelection,
    EvidenceRecorded,
    OpenSelection,
    RecommendCandidate,
    RecordEvidence,
    RegisterCandidate,
    ScoreCandidate,
    SelectionCancelled,
    SelectionConcluded,
    SelectionOpened,
)

CANDIDATES_PER_SELECTION_MAX = 50
_UNDECIDED = (SelectionStage.OPEN, SelectionStage.RECOMMENDED)


Data = TypeVar("Data", bound=SelectionCommand)


def open_selection(asked: Asked[OpenSelection]) -> Decision:
    """Open a selection with its announcement, its criteria and the time for applications."""
    return _unless_founded(asked, _opened(asked))


def register_candidate(asked: Asked[RegisterCandidate]) -> Decision:
    """Register an applicant."""
    return _unless_founded(asked, _in_selection(asked, _registered))


def record_evidence(asked: Asked[RecordEvidence]) -> Decision:
    """Record the evidence of one condition that a candidate has to meet."""
    return _unless_founded(asked, _in_selection(asked, _with_evidence))


def score_candidate(asked: Asked[ScoreCandidate]) -> Decision:
    """Score a candidate by the criteria that were announced."""
    return _unless_founded(asked, _in_selection(asked, _scored))


def recommend_candidate(asked: Asked[RecommendCandidate]) -> Decision:
    """Put the question; a new recommendation takes the place of the one before."""
    return _unless_founded(asked, _in_selection(asked, _recommended))


def conclude_selection(asked: Asked[ConcludeSelection]) -> Decision:
    """Record the agreement with whom the collective decision selected."""
    return _unless_founded(asked, _in_selection(asked, _concluded))


def cancel_selection(asked: Asked[CancelSelection]) -> Decision:
    """Cancel the selection, with reasons; in a founded pool too, where one that is open has no other end."""
    return _in_selection(asked, _cancelled)


def _in_selection(asked: Asked[Data], decide: Callable[[Asked[Data], Selection], Decision]) -> Decision:
    """What becomes of a message about a selection that was opened."""
    selection = asked.matter_as(Selection)
    if not_opened := selection_was_opened(selection):
        return refused(not_opened)
    assert selection is not None
    return decide(asked, selection)


def _unless_founded(asked: Asked[SelectionCommand], decision: Decision) -> Decision:
    """The decision; in a founded pool only what was said before still has its answer."""
    if decision.outcome is Outcome.DUPLICATE:
        return decision
    too_late = selection_is_before_the_founding(asked.register)
    return refused(too_late) if too_late else decision


def _opened(asked: Asked[OpenSelection]) -> Decision:
    pool, data, selection = asked.register, asked.data, asked.matter_as(Selection)
    event = SelectionOpened(
        matter_id=matter_of(asked.pool_id, data),
        number=data.number,
        procedure=data.procedure,
        procedure_title=data.procedure_title,
        announcement=data.announcement,
        announced_on=data.announced_on,
        applications_until=data.applications_until,
        terms=data.terms,
        opened_by=asked.officer,
    )
    if says_the_same(selection, data):
        return DUPLICATE
    wrong = every(
        selection_number_is_free(selection),
        announcement_is_before_applications(data, asked.at),
        criteria_make_up_a_hundred(data.terms),
        look_ups_are_as_prepared(pool, data.terms) if isinstance(pool, PreparedPool) else None,
    )
    return refused(wrong) if wrong else accepted(event)


def _registered(asked: Asked[RegisterCandidate], selection: Selection) -> Decision:
    data = asked.data
    if not_now := selection_is_at(selection, *_UNDECIDED):
        return refused(not_now)
    known = selection.candidates.get(data.uscc)
    said = (data.name, data.application, data.applied_at)
    if known is not None and (known.name, known.application, known.applied_at) == said:
        return DUPLICATE
    wrong = every(
        candidate_code_is_valid(data.uscc),
        application_is_in_time(selection, data.applied_at, asked.at),
        candidate_is_new(known),
        has_room(
            len(selection.candidates), CANDIDATES_PER_SELECTION_MAX, "candidates of this selection", "本次遴选候选机构"
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        *voided(selection, matter_id=selection.matter_id),
        CandidateRegistered(
            matter_id=selection.matter_id,
            uscc=data.uscc,
            name=data.name,
            application=data.application,
            applied_at=data.applied_at,
            registered_by=asked.officer,
        ),
    )


def _with_evidence(asked: Asked[RecordEvidence], selection: Selection) -> Decision:
    data, today = asked.data, asked.today
    known = selection.candidates.get(data.uscc)
    not_now = first(selection_is_at(selection, *_UNDECIDED), candidate_is_registered(known, data.uscc))
    if not_now:
        return refused(not_now)
    assert known is not None
    evidence = Evidence.model_validate(data.model_dump(exclude={"number", "uscc"}))
    if evidence in known.evidence:
        return DUPLICATE
    wrong = every(
        look_up_names_its_source(data), violation_is_before_look_up(data), evidence_is_found_by_now(data, today)
    )
    if wrong:
        return refused(wrong)
    return accepted(
        *voided(selection, matter_id=selection.matter_id),
        EvidenceRecorded(
            matter_id=selection.matter_id,
            uscc=data.uscc,
            condition=data.condition,
            source=data.source,
            met=data.met,
            found_on=data.found_on,
            document=data.document,
            last_violation_on=data.last_violation_on,
            recorded_by=asked.officer,
            report=eligibility(known.with_evidence(evidence), selection.terms, today),
        ),
    )


def _scored(asked: Asked[ScoreCandidate], selection: Selection) -> Decision:
    data = asked.data
    known = selection.candidates.get(data.uscc)
    wrong = first(
        selection_is_at(selection, *_UNDECIDED),
        candidate_is_registered(known, data.uscc),
        scores_are_by_the_criteria(selection.terms, data.scores),
    )
    if wrong:
        return refused(wrong)
    assert known is not None
    if (known.scores, known.record) == (data.scores, data.record):
        return DUPLICATE
    return accepted(
        *voided(selection, matter_id=selection.matter_id),
        CandidateScored(
            matter_id=selection.matter_id,
            uscc=data.uscc,
            scores=data.scores,
            total=sum(score.points for score in data.scores),
            record=data.record,
            scored_by=asked.officer,
        ),
    )


def _recommended(asked: Asked[RecommendCandidate], selection: Selection) -> Decision:
    data, today = asked.data, asked.today
    known = selection.candidates.get(data.uscc)
    not_now = first(selection_is_at(selection, *_UNDECIDED), candidate_is_registered(known, data.uscc))
    if not_now:
        return refused(not_now)
    assert known is not None
    reports = {uscc: eligibility(each, selection.terms, today) for uscc, each in selection.candidates.items()}
    eligible = [each for uscc, each in selection.candidates.items() if is_eligible(reports[uscc])]
    ranked = ranking(eligible)
    wrong = every(
        applications_have_ended(selection, asked.at),
        candidate_is_eligible(reports[data.uscc]),
        eligible_candidates_are_scored(eligible),
        # Who is not eligible has no rank at all, and has been told so.
        candidate_ranks_first(ranked, data.uscc) if known in eligible else None,
    )
    if wrong:
        return refused(wrong)
    return accepted(
        *voided(selection, matter_id=selection.matter_id),
        CandidateRecommended(
            matter_id=selection.matter_id,
            uscc=data.uscc,
            subject_sha256=asked.sha256,
            ranking=ranked,
            report=reports[data.uscc],
            reasons=data.reasons,
            recommended_by=asked.officer,
        ),
    )


def _concluded(asked: Asked[ConcludeSelection], selection: Selection) -> Decision:
    data = asked.data
    if says_the_same(selection, data):
        return DUPLICATE
    if not_now := selection_is_at(selection, SelectionStage.SELECTED):
        return refused(not_now)
    if wrong := every(agreement_is_recorded(data.agreement, asked.today), agreed_period_follows_the_signing(data)):
        return refused(wrong)
    assert selection.selected is not None
    return accepted(
        SelectionConcluded(
            matter_id=selection.matter_id,
            number=selection.number,
            uscc=selection.selected,
            name=selection.candidates[selection.selected].name,
            agreement=data.agreement,
            operates_from=data.operates_from,
            operates_until=data.operates_until,
            concluded_by=asked.officer,
        )
    )


def _cancelled(asked: Asked[CancelSelection], selection: Selection) -> Decision:
    data = asked.data
    if selection.cancelled_because == data.reasons:
        return DUPLICATE
    if not_now := selection_is_at(selection, *_UNDECIDED, SelectionStage.SELECTED):
        return refused(not_now)
    return accepted(
        *voided(selection, matter_id=selection.matter_id),
        SelectionCancelled(matter_id=selection.matter_id, reasons=data.reasons, cancelled_by=asked.officer),
    )
