"""Deciding on a selection of the cooperating institution (7.1–7.9, 8.1), from its announcement to the agreement."""

from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.registry.domain.deciding_ballots import voided
from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, first, refused
from services.registry.domain.matter import Matter, SelectionCommand, matter_of
from services.registry.domain.pool import Register
from services.registry.domain.preparation import PreparedPool
from services.registry.domain.rules.article_04_institutional_roles import has_room, officer_has_duty
from services.registry.domain.rules.article_05_rules_and_approval import agreement_is_recorded
from services.registry.domain.rules.article_07_candidates import (
    candidate_code_is_valid,
    eligibility,
    evidence_is_found_by_now,
    is_eligible,
    look_up_names_its_source,
    look_ups_are_as_prepared,
    violation_is_before_look_up,
)
from services.registry.domain.rules.article_08_selection import (
    announcement_is_before_applications,
    application_is_in_time,
    applications_have_ended,
    candidate_is_eligible,
    candidate_is_new,
    candidate_is_registered,
    candidate_ranks_first,
    criteria_make_up_a_hundred,
    eligible_candidates_are_scored,
    operating_period_is_ahead,
    ranking,
    scores_are_by_the_criteria,
    selection_is_at,
    selection_is_before_the_founding,
    selection_number_is_free,
    selection_was_opened,
)
from services.registry.domain.rules.article_16_filing import beijing_day
from services.registry.domain.selection import Evidence, Selection, SelectionStage
from services.registry.domain.state import RegistryCommand
from shared.contracts.receipts import Outcome
from shared.contracts.received import Received
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
from shared.contracts.registry.words import Duty

CANDIDATES_PER_SELECTION_MAX = 50
_UNDECIDED = (SelectionStage.OPEN, SelectionStage.RECOMMENDED)


def decide_selection(
    pool: Register, matter: Matter | None, data: SelectionCommand, received: Received[RegistryCommand]
) -> Decision:
    """What becomes of a message of this subject; in a founded pool one that is open can only be cancelled."""
    acting = received.acting
    assert acting is not None
    assert matter is None or isinstance(matter, Selection), "the id of a matter tells its kind"
    if not_allowed := officer_has_duty(pool, acting, Duty.SELECTION):
        return refused(not_allowed)
    decision = _decide(pool, matter, data, received)
    if decision.outcome is Outcome.DUPLICATE or isinstance(data, CancelSelection):
        return decision
    too_late = selection_is_before_the_founding(pool)
    return refused(too_late) if too_late else decision


def _decide(
    pool: Register, matter: Selection | None, data: SelectionCommand, received: Received[RegistryCommand]
) -> Decision:
    acting, at = received.acting, received.received_at
    assert acting is not None
    assert acting.officer is not None
    if isinstance(data, OpenSelection):  # 4.1, 7.6, 8.1
        return _open(pool, matter, data, matter_of(received.pool_id, data), acting.officer, at)
    if not_opened := selection_was_opened(matter):  # 8.1
        return refused(not_opened)
    assert matter is not None
    match data:
        case RegisterCandidate():  # 4.1, 7.1, 8.1
            return _register(matter, data, acting.officer, at)
        case RecordEvidence():  # 4.1, 7.1-7.9, 8.1
            return _record_evidence(matter, data, acting.officer, at)
        case ScoreCandidate():  # 4.1, 8.1
            return _score(matter, data, acting.officer)
        case RecommendCandidate():  # 4.1, 7.1-7.9, 8.1
            return _recommend(matter, data, received.sha256, acting.officer, at)
        case ConcludeSelection():  # 4.1, 5.3, 8.1
            return _conclude(matter, data, acting.officer, at)
        case CancelSelection():  # 4.1, 8.1
            return _cancel(matter, data, acting.officer)
        case _:
            assert_never(data)


def _open(
    pool: Register, selection: Selection | None, data: OpenSelection, matter_id: UUID, officer: str, at: datetime
) -> Decision:
    event = SelectionOpened(
        matter_id=matter_id,
        number=data.number,
        procedure=data.procedure,
        procedure_title=data.procedure_title,
        announcement=data.announcement,
        announced_on=data.announced_on,
        applications_until=data.applications_until,
        terms=data.terms,
        opened_by=officer,
    )
    if selection is not None and _is_opened_so(selection, data):
        return DUPLICATE
    wrong = every(
        selection_number_is_free(selection),
        announcement_is_before_applications(data, at),
        criteria_make_up_a_hundred(data.terms),
        look_ups_are_as_prepared(pool, data.terms) if isinstance(pool, PreparedPool) else None,
    )
    return refused(wrong) if wrong else accepted(event)


def _is_opened_so(selection: Selection, data: OpenSelection) -> bool:
    fields = set(OpenSelection.model_fields)
    return selection.model_dump(include=fields) == data.model_dump(include=fields)


def _register(selection: Selection, data: RegisterCandidate, officer: str, at: datetime) -> Decision:
    if not_now := selection_is_at(selection, *_UNDECIDED):
        return refused(not_now)
    known = selection.candidates.get(data.uscc)
    said = (data.name, data.application, data.applied_at)
    if known is not None and (known.name, known.application, known.applied_at) == said:
        return DUPLICATE
    wrong = every(
        candidate_code_is_valid(data.uscc),
        application_is_in_time(selection, data.applied_at, at),
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
            registered_by=officer,
        ),
    )


def _record_evidence(selection: Selection, data: RecordEvidence, officer: str, at: datetime) -> Decision:
    today, known = beijing_day(at), selection.candidates.get(data.uscc)
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
            recorded_by=officer,
            report=eligibility(known.with_evidence(evidence), selection.terms, today),
        ),
    )


def _score(selection: Selection, data: ScoreCandidate, officer: str) -> Decision:
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
            scored_by=officer,
        ),
    )


def _recommend(selection: Selection, data: RecommendCandidate, sha256: str, officer: str, at: datetime) -> Decision:
    """Put the question; a new recommendation takes the place of the one before."""
    today, known = beijing_day(at), selection.candidates.get(data.uscc)
    not_now = first(selection_is_at(selection, *_UNDECIDED), candidate_is_registered(known, data.uscc))
    if not_now:
        return refused(not_now)
    assert known is not None
    reports = {uscc: eligibility(each, selection.terms, today) for uscc, each in selection.candidates.items()}
    eligible = [each for uscc, each in selection.candidates.items() if is_eligible(reports[uscc])]
    ranked = ranking(eligible)
    wrong = every(
        applications_have_ended(selection, at),
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
            subject_sha256=sha256,
            ranking=ranked,
            report=reports[data.uscc],
            reasons=data.reasons,
            recommended_by=officer,
        ),
    )


def _conclude(selection: Selection, data: ConcludeSelection, officer: str, at: datetime) -> Decision:
    if _is_concluded_so(selection, data):
        return DUPLICATE
    if not_now := selection_is_at(selection, SelectionStage.SELECTED):
        return refused(not_now)
    if wrong := every(agreement_is_recorded(data.agreement, beijing_day(at)), operating_period_is_ahead(data)):
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
            concluded_by=officer,
        )
    )


def _is_concluded_so(selection: Selection, data: ConcludeSelection) -> bool:
    return (selection.agreement, selection.operates_from, selection.operates_until) == (
        data.agreement,
        data.operates_from,
        data.operates_until,
    )


def _cancel(selection: Selection, data: CancelSelection, officer: str) -> Decision:
    if selection.cancelled_because == data.reasons:
        return DUPLICATE
    if not_now := selection_is_at(selection, *_UNDECIDED, SelectionStage.SELECTED):
        return refused(not_now)
    return accepted(
        *voided(selection, matter_id=selection.matter_id),
        SelectionCancelled(matter_id=selection.matter_id, reasons=data.reasons, cancelled_by=officer),
    )
