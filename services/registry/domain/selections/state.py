"""A selection of the cooperating institution: its candidates, what is known of them, and how far it is."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, assert_never

from services.registry.domain.ballot import DecidableEntry
from services.registry.domain.evolution import of_entry, of_prepared
from services.registry.domain.pool import PreparedPool
from services.registry.domain.state_model import StateModel
from shared.contracts.documents import Document
from shared.contracts.labels import LabelledEnum
from shared.contracts.registry.collective_decisions import SubjectKind
from shared.contracts.registry.selections import (
    CandidateParticulars,
    CandidateRecommended,
    CandidateRegistered,
    CandidateScored,
    CandidateSelected,
    Condition,
    ConditionReport,
    ConditionStatus,
    CreditSource,
    EvidenceParticulars,
    EvidenceRecorded,
    EvidenceRevoked,
    Score,
    SelectionCancelled,
    SelectionConcluded,
    SelectionOpened,
    SelectionParticulars,
    SelectionRules,
)
from shared.contracts.registry.words import Agreement
from shared.decisions.ballot import Question

SelectionEvent = (
    SelectionOpened
    | CandidateRegistered
    | EvidenceRecorded
    | EvidenceRevoked
    | CandidateScored
    | CandidateRecommended
    | CandidateSelected
    | SelectionConcluded
    | SelectionCancelled
)

_PASS = ConditionStatus.PASS


class SelectionStage(LabelledEnum):
    """Where a selection stands."""

    OPEN = "open", "open", "进行中"  # → recommended, cancelled
    # → selected, open by a change of what is known, cancelled
    RECOMMENDED = "recommended", "waiting for the decision on its recommended candidate", "已推荐候选机构，待集体决策"
    SELECTED = "selected", "decided", "已确定合作机构"  # → in doubt by evidence, concluded, cancelled
    # → selected by evidence, recommended, cancelled
    IN_DOUBT = "in_doubt", "decided, with evidence that has turned bad", "已确定合作机构，但证据已发生不利变化"
    CONCLUDED = "concluded", "concluded", "已签订协议"  # for good
    CANCELLED = "cancelled", "cancelled", "已终止"  # for good


class Evidence(EvidenceParticulars, StateModel):
    """The latest evidence of one condition; of the credit record, at one of its sources."""


class Candidate(CandidateParticulars, StateModel):
    """An applicant. ``scores`` are empty until it has been scored; ``revoked`` are hashes of what proves nothing."""

    evidence: tuple[Evidence, ...] = ()
    revoked: tuple[str, ...] = ()
    scores: tuple[Score, ...] = ()
    record: Document | None = None

    def evidence_of(self, condition: Condition, source: CreditSource | None = None) -> Evidence | None:
        """The evidence of this condition, None if there is none."""
        return next((each for each in self.evidence if (each.condition, each.source) == (condition, source)), None)

    def with_evidence(self, evidence: Evidence) -> "Candidate":
        """The candidate with this evidence in the place of what there was of the same condition and source."""
        latest = {(each.condition, each.source): each for each in (*self.evidence, evidence)}
        return self.model_copy(update={"evidence": tuple(latest.values())})

    def without_document(self, sha256: str) -> "Candidate":
        """The candidate where no evidence with this document counts, then or later."""
        return self.model_copy(update={"revoked": (*self.revoked, sha256)})

    @property
    def total(self) -> int:
        """The points of all criteria together."""
        return sum(score.points for score in self.scores)


class Selection(SelectionParticulars, DecidableEntry):
    """One selection. ``candidates`` are by their unified social credit codes, in the order of their registration.

    ``rules`` are the preparation's. ``question`` is the recommendation of ``recommended``; ``selected`` is who was
    decided on, and ``doubts`` are the conditions that it is not known to meet any more, by evidence of since then.
    """

    entry_kind = "selection"
    is_decided_before_the_founding: ClassVar[bool] = True

    rules: SelectionRules
    candidates: Mapping[str, Candidate] = {}
    recommended: str | None = None
    selected: str | None = None
    doubts: tuple[ConditionReport, ...] = ()
    agreement: Agreement | None = None
    operates_from: date | None = None
    operates_until: date | None = None
    cancelled_because: str | None = None

    @property
    def stage(self) -> SelectionStage:
        """Where the selection stands."""
        if self.cancelled_because is not None:
            return SelectionStage.CANCELLED
        if self.agreement is not None:
            return SelectionStage.CONCLUDED
        if self.selected is not None:
            return SelectionStage.IN_DOUBT if self.doubts else SelectionStage.SELECTED
        return SelectionStage.OPEN if self.recommended is None else SelectionStage.RECOMMENDED


def evolve(selection: Selection | None, event: SelectionEvent) -> Selection:
    """The selection after ``event``."""
    if isinstance(event, SelectionOpened):
        assert selection is None, "a selection is opened once"
        return Selection.from_message(event)
    assert selection is not None, "nothing is said of a selection before its opening"
    assert selection.stage not in {SelectionStage.CONCLUDED, SelectionStage.CANCELLED}, "a selection ends once"
    match event:
        case CandidateRegistered() | EvidenceRecorded() | EvidenceRevoked() | CandidateScored():
            return _with_candidate(selection, event)
        case CandidateRecommended():
            question = Question(kind=SubjectKind.SELECTION, sha256=event.subject_sha256)
            put = {"recommended": event.uscc, "question": question, "ballot": None}
            return selection.model_copy(update={**put, "selected": None, "doubts": ()})
        case CandidateSelected():
            assert selection.has_passed, "only a collective decision selects"
            assert event.uscc == selection.recommended, "what was voted on is selected"
            return selection.model_copy(update={"selected": event.uscc})
        case SelectionConcluded():
            assert event.uscc == selection.selected, "the agreement is with whoever was selected"
            fields = ("agreement", "operates_from", "operates_until")
            return selection.model_copy(update={field: getattr(event, field) for field in fields})
        case SelectionCancelled():
            return selection.model_copy(update={"cancelled_because": event.reasons, "question": None})
        case _:
            assert_never(event)


def _with_candidate(
    selection: Selection, event: CandidateRegistered | EvidenceRecorded | EvidenceRevoked | CandidateScored
) -> Selection:
    """The selection with what is known now; a recommendation rests on what was known, so it is no question any more.

    A decision stands, and what is known since then of a condition of the selected candidate is a doubt or none.
    """
    match event:
        case CandidateRegistered():
            candidate = Candidate.from_message(event)
        case EvidenceRecorded():
            evidence = Evidence.from_message(event)
            candidate = selection.candidates[event.uscc].with_evidence(evidence)
        case EvidenceRevoked():
            candidate = selection.candidates[event.uscc].without_document(event.document_sha256)
        case CandidateScored():
            candidate = selection.candidates[event.uscc]
            candidate = candidate.model_copy(update={"scores": event.scores, "record": event.record})
        case _:
            assert_never(event)
    changed = selection.model_copy(update={"candidates": {**selection.candidates, event.uscc: candidate}})
    if selection.selected is None:
        return changed.model_copy(update={"recommended": None, "question": None, "ballot": None})
    if not isinstance(event, EvidenceRecorded | EvidenceRevoked) or event.uscc != selection.selected:
        return changed
    without = (each.condition for each in candidate.evidence if each.document.sha256 in candidate.revoked)
    concerned = {event.condition, *without}
    of_others = (doubt for doubt in selection.doubts if doubt.condition not in concerned)
    of_these = (each for each in event.report if each.condition in concerned and each.status is not _PASS)
    return changed.model_copy(update={"doubts": (*of_others, *of_these)})


def evolve_prepared(prepared: PreparedPool, event: SelectionConcluded) -> PreparedPool:
    """The prepared pool after ``event``: it is founded with whom the selection was concluded."""
    return prepared.model_copy(update={"selected": event.uscc, "concluded": event})


EVOLUTIONS = (of_entry(evolve), of_prepared(evolve_prepared))
