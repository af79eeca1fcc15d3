"""Deciding on a selection of the cooperating institution (7.1–7.9, 8.1), from its announcement to the agreement."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from services.registry.domain.article_04_institutional_roles import refuse_unless_there_is_room
from services.registry.domain.article_05_agreements import refuse_unless_agreement_is_recorded
from services.registry.domain.article_08_before_the_founding import refuse_unless_selection_is_before_the_founding
from services.registry.domain.ballot import voided
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import is_repeat
from services.registry.domain.pool import PreparedPool
from services.registry.domain.selections.article_07_candidates import (
    eligibility,
    is_eligible,
    refuse_unless_candidate_code_is_valid,
    refuse_unless_evidence_is_found_by_now,
    refuse_unless_look_up_names_its_source,
    refuse_unless_there_is_evidence,
    refuse_unless_violation_is_before_look_up,
)
from services.registry.domain.selections.article_08_selection import (
    ranking,
    refuse_if_evidence_has_turned_bad,
    refuse_unless_agreed_period_follows_the_signing,
    refuse_unless_announcement_is_before_applications,
    refuse_unless_application_is_in_time,
    refuse_unless_applications_have_ended,
    refuse_unless_candidate_is_eligible,
    refuse_unless_candidate_is_new,
    refuse_unless_candidate_is_registered,
    refuse_unless_candidate_ranks_first,
    refuse_unless_criteria_make_up_a_hundred,
    refuse_unless_eligible_candidates_are_scored,
    refuse_unless_score_is_enough,
    refuse_unless_scores_are_by_the_criteria,
    refuse_unless_selection_is_at,
    refuse_unless_selection_number_is_free,
    refuse_unless_selection_was_opened,
)
from services.registry.domain.selections.state import Candidate, Evidence, Selection, SelectionStage
from shared.contracts.envelope import Command
from shared.contracts.receipts import Outcome
from shared.contracts.registry.ballots import BallotClosed, CloseBallot
from shared.contracts.registry.selections import (
    CancelSelection,
    CandidateRecommended,
    CandidateRegistered,
    CandidateScored,
    CandidateSelected,
    ConcludeSelection,
    ConditionReport,
    EvidenceRecorded,
    EvidenceRevoked,
    OpenSelection,
    RecommendCandidate,
    RecordEvidence,
    RegisterCandidate,
    RevokeEvidence,
    ScoreCandidate,
    SelectionCancelled,
    SelectionConcluded,
    SelectionOpened,
)
from shared.contracts.registry.words import Duty
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import managing

CANDIDATES_PER_SELECTION_MAX = 50
_UNDECIDED = (SelectionStage.OPEN, SelectionStage.RECOMMENDED)
# In doubt another candidate can be scored and recommended; evidence is recorded until there is an agreement.
_TO_DECIDE = (*_UNDECIDED, SelectionStage.IN_DOUBT)
_UNTIL_AGREED = (*_TO_DECIDE, SelectionStage.SELECTED)


AnyCommand = TypeVar("AnyCommand", bound=Command)
OfCandidate = TypeVar("OfCandidate", RecordEvidence, RevokeEvidence, ScoreCandidate, RecommendCandidate)


def open_selection(ctx: CommandContext[OpenSelection]) -> Decision:
    """Open a selection with its announcement, its criteria and the time for applications."""
    pool, command, selection = ctx.register, ctx.command, ctx.entry_as(Selection)
    if is_repeat(command, of=selection):
        return DUPLICATE
    if fault := refuse_unless_selection_is_before_the_founding(pool):
        return refused(fault)
    assert isinstance(pool, PreparedPool), "a pool that is not founded is prepared"
    wrong = all_faults(
        refuse_unless_selection_number_is_free(selection),
        refuse_unless_announcement_is_before_applications(command, ctx.at),
        refuse_unless_criteria_make_up_a_hundred(command.terms),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        SelectionOpened(entry_id=ctx.entry_id, **dict(command), rules=pool.selection, opened_by=ctx.officer)
    )


def register_candidate(ctx: CommandContext[RegisterCandidate]) -> Decision:
    """Register an applicant."""
    return _unless_founded(ctx, _in_selection(ctx, _registered))


def record_evidence(ctx: CommandContext[RecordEvidence]) -> Decision:
    """Record the evidence of one condition that a candidate has to meet."""
    return _of_candidate(ctx, _with_evidence, _UNTIL_AGREED)


def revoke_evidence(ctx: CommandContext[RevokeEvidence]) -> Decision:
    """Take what a document proved of a candidate out of what is known."""
    return _of_candidate(ctx, _without_evidence, _UNTIL_AGREED)


def score_candidate(ctx: CommandContext[ScoreCandidate]) -> Decision:
    """Score a candidate by the criteria that were announced."""
    return _of_candidate(ctx, _scored, _TO_DECIDE)


def recommend_candidate(ctx: CommandContext[RecommendCandidate]) -> Decision:
    """Put the question; a new recommendation takes the place of the one before."""
    return _of_candidate(ctx, _recommended, _TO_DECIDE)


def conclude_selection(ctx: CommandContext[ConcludeSelection]) -> Decision:
    """Record the agreement with whom the collective decision selected."""
    return _unless_founded(ctx, _in_selection(ctx, _concluded))


def cancel_selection(ctx: CommandContext[CancelSelection]) -> Decision:
    """Cancel the selection, with reasons; in a founded pool too, where one that is open has no other end."""
    return _in_selection(ctx, _cancelled)


def _in_selection(
    ctx: CommandContext[AnyCommand], decide: Callable[[CommandContext[AnyCommand], Selection], Decision]
) -> Decision:
    """What becomes of a message about a selection that was opened."""
    selection = ctx.entry_as(Selection)
    if fault := refuse_unless_selection_was_opened(selection):
        return refused(fault)
    assert selection is not None
    return decide(ctx, selection)


def _of_candidate(
    ctx: CommandContext[OfCandidate],
    decide: Callable[[CommandContext[OfCandidate], Selection, Candidate], Decision],
    stages: Sequence[SelectionStage],
) -> Decision:
    """What becomes of a message about one of its candidates, which is said at these stages of it only."""

    def decided(ctx: CommandContext[OfCandidate], selection: Selection) -> Decision:
        candidate = selection.candidates.get(ctx.command.uscc)
        fault = first_fault(
            refuse_unless_selection_is_at(selection, *stages),
            refuse_unless_candidate_is_registered(candidate, ctx.command.uscc),
        )
        if fault:
            return refused(fault)
        assert candidate is not None
        return decide(ctx, selection, candidate)

    return _unless_founded(ctx, _in_selection(ctx, decided))


def _unless_founded(ctx: CommandContext[Command], decision: Decision) -> Decision:
    """The decision; in a founded pool only what was said before still has its answer."""
    if decision.outcome is Outcome.DUPLICATE:
        return decision
    fault = refuse_unless_selection_is_before_the_founding(ctx.register)
    return refused(fault) if fault else decision


def _registered(ctx: CommandContext[RegisterCandidate], selection: Selection) -> Decision:
    command = ctx.command
    if fault := refuse_unless_selection_is_at(selection, *_UNDECIDED):
        return refused(fault)
    candidate = selection.candidates.get(command.uscc)
    particulars = (command.name, command.application, command.applied_at)
    if candidate is not None and (candidate.name, candidate.application, candidate.applied_at) == particulars:
        return DUPLICATE
    wrong = all_faults(
        refuse_unless_candidate_code_is_valid(command.uscc),
        refuse_unless_application_is_in_time(selection, command.applied_at, ctx.at),
        refuse_unless_candidate_is_new(candidate),
        refuse_unless_there_is_room(
            len(selection.candidates), CANDIDATES_PER_SELECTION_MAX, "candidates of this selection", "本次遴选候选机构"
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        *voided(selection, entry_id=selection.entry_id),
        CandidateRegistered(entry_id=selection.entry_id, **dict(command), registered_by=ctx.officer),
    )


def _with_evidence(ctx: CommandContext[RecordEvidence], selection: Selection, candidate: Candidate) -> Decision:
    command, today = ctx.command, ctx.today
    evidence = Evidence.from_message(command)
    if evidence in candidate.evidence:
        return DUPLICATE
    wrong = all_faults(
        refuse_unless_look_up_names_its_source(command),
        refuse_unless_violation_is_before_look_up(command),
        refuse_unless_evidence_is_found_by_now(command, today),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        *voided(selection, entry_id=selection.entry_id),
        EvidenceRecorded(
            entry_id=selection.entry_id,
            **dict(command),
            recorded_by=ctx.officer,
            report=_report(selection, candidate.with_evidence(evidence), today),
        ),
    )


def _without_evidence(ctx: CommandContext[RevokeEvidence], selection: Selection, candidate: Candidate) -> Decision:
    command = ctx.command
    evidence = candidate.evidence_of(command.condition, command.source)
    if wrong := refuse_unless_there_is_evidence(evidence, command.condition):
        return refused(wrong)
    assert evidence is not None
    if evidence.document.sha256 in candidate.revoked:
        return DUPLICATE
    return accepted(
        *voided(selection, entry_id=selection.entry_id),
        EvidenceRevoked(
            entry_id=selection.entry_id,
            **dict(command),
            document_sha256=evidence.document.sha256,
            revoked_by=ctx.officer,
            report=_report(selection, candidate.without_document(evidence.document.sha256), ctx.today),
        ),
    )


def _scored(ctx: CommandContext[ScoreCandidate], selection: Selection, candidate: Candidate) -> Decision:
    command = ctx.command
    if wrong := refuse_unless_scores_are_by_the_criteria(selection.terms, command.scores):
        return refused(wrong)
    if (candidate.scores, candidate.record) == (command.scores, command.record):
        return DUPLICATE
    return accepted(
        *voided(selection, entry_id=selection.entry_id),
        CandidateScored(
            entry_id=selection.entry_id,
            **dict(command),
            total=sum(score.points for score in command.scores),
            scored_by=ctx.officer,
        ),
    )


def _recommended(ctx: CommandContext[RecommendCandidate], selection: Selection, candidate: Candidate) -> Decision:
    command, today = ctx.command, ctx.today
    reports = {uscc: _report(selection, each, today) for uscc, each in selection.candidates.items()}
    eligible = [each for uscc, each in selection.candidates.items() if is_eligible(reports[uscc])]
    ranked = ranking(eligible)
    wrong = all_faults(
        refuse_unless_applications_have_ended(selection, ctx.at),
        refuse_unless_candidate_is_eligible(reports[command.uscc]),
        refuse_unless_eligible_candidates_are_scored(eligible),
        # Who is not eligible has no rank at all, and has been told so.
        all_faults(
            refuse_unless_candidate_ranks_first(ranked, eligible, candidate),
            refuse_unless_score_is_enough(candidate, selection.rules.score_min),
        )
        if candidate in eligible
        else (),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        *voided(selection, entry_id=selection.entry_id),
        CandidateRecommended(
            entry_id=selection.entry_id,
            **dict(command),
            subject_sha256=ctx.sha256,
            ranking=ranked,
            report=reports[command.uscc],
            recommended_by=ctx.officer,
        ),
    )


def _report(selection: Selection, candidate: Candidate, today: date) -> tuple[ConditionReport, ...]:
    return eligibility(candidate, selection.rules, today)


def _concluded(ctx: CommandContext[ConcludeSelection], selection: Selection) -> Decision:
    command = ctx.command
    if is_repeat(command, of=selection):
        return DUPLICATE
    if fault := refuse_unless_selection_is_at(selection, SelectionStage.SELECTED, SelectionStage.IN_DOUBT):
        return refused(fault)
    if wrong := refuse_if_evidence_has_turned_bad(selection) or all_faults(
        refuse_unless_agreement_is_recorded(command.agreement, ctx.today),
        refuse_unless_agreed_period_follows_the_signing(command),
    ):
        return refused(wrong)
    assert selection.selected is not None
    return accepted(
        SelectionConcluded(
            entry_id=selection.entry_id,
            **dict(command),
            uscc=selection.selected,
            name=selection.candidates[selection.selected].name,
            concluded_by=ctx.officer,
        )
    )


def _cancelled(ctx: CommandContext[CancelSelection], selection: Selection) -> Decision:
    command = ctx.command
    if selection.cancelled_because == command.reasons:
        return DUPLICATE
    if fault := refuse_unless_selection_is_at(selection, *_UNTIL_AGREED):
        return refused(fault)
    return accepted(
        *voided(selection, entry_id=selection.entry_id),
        SelectionCancelled(entry_id=selection.entry_id, **dict(command), cancelled_by=ctx.officer),
    )


def _selected(ctx: CommandContext[CloseBallot], closed: BallotClosed) -> tuple[CandidateSelected, ...]:
    """What a selection comes to when its decision has passed."""
    if not closed.passed:
        return ()
    selection = ctx.entry_as(Selection)
    assert selection is not None, "it was decided on"
    assert selection.recommended is not None, "the question was a recommendation"
    candidate = selection.candidates[selection.recommended]
    return (
        CandidateSelected(
            entry_id=selection.entry_id,
            uscc=candidate.uscc,
            name=candidate.name,
            subject_sha256=closed.subject_sha256,
        ),
    )


_SELECTION = managing(Duty.SELECTION)

COMMANDS = (
    CommandSpec(OpenSelection, open_selection, "8.1", _SELECTION, begins=Selection, before_founding=True),
    CommandSpec(RegisterCandidate, register_candidate, "8.1", _SELECTION, continues=Selection, before_founding=True),
    CommandSpec(RecordEvidence, record_evidence, "8.1", _SELECTION, continues=Selection, before_founding=True),
    CommandSpec(RevokeEvidence, revoke_evidence, "7.9", _SELECTION, continues=Selection, before_founding=True),
    CommandSpec(ScoreCandidate, score_candidate, "8.1", _SELECTION, continues=Selection, before_founding=True),
    CommandSpec(RecommendCandidate, recommend_candidate, "8.1", _SELECTION, continues=Selection, before_founding=True),
    CommandSpec(ConcludeSelection, conclude_selection, "8.1", _SELECTION, continues=Selection, before_founding=True),
    CommandSpec(CancelSelection, cancel_selection, "8.1", _SELECTION, continues=Selection, before_founding=True),
)
BALLOT_OUTCOMES = {Selection: _selected}
