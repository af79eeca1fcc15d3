"""An annual summary: drawn up from the year's figures, submitted with the next year's plan, accepted or returned."""

from typing import Any, assert_never

from services.registry.domain.deadlines import Deadlines, Moment, summary_key
from services.registry.domain.evolution import of_entry
from services.registry.domain.register_entry import RegisterEntry
from shared.contracts.documents import Document
from shared.contracts.labels import LabelledEnum
from shared.contracts.registry.cycle import DueKind
from shared.contracts.registry.performance import (
    AnnualFigures,
    AnnualSummaryAccepted,
    AnnualSummaryDrawnUp,
    AnnualSummaryReturned,
    AnnualSummarySubmitted,
)


class SummaryStage(LabelledEnum):
    """Where a summary stands."""

    DRAWN_UP = "drawn_up", "drawn up", "已编制"  # → submitted, drawn up anew
    SUBMITTED = "submitted", "submitted", "已提交"  # → accepted, returned
    RETURNED = "returned", "returned", "已退回"  # → submitted, and its figures drawn up anew
    ACCEPTED = "accepted", "accepted", "审议通过"  # for good


class AnnualSummary(RegisterEntry):
    """The summary of one year. ``submission`` counts its submissions; ``reasons`` are those of the latest return.

    ``answer`` is the managing institution's decision on the latest submission, None while that waits.
    """

    entry_kind = "annual_summary"

    figures: AnnualFigures
    figures_since_founding: AnnualFigures
    submission: int = 0
    submitted_by: str | None = None
    summary: Document | None = None
    work_plan: Document | None = None
    answer: SummaryStage | None = None
    reasons: str | None = None

    @classmethod
    def number_in(cls, command: Any) -> str:
        """A summary goes by its year."""
        return str(command.year)

    @property
    def year(self) -> int:
        """The year that is summed up."""
        return int(self.number)

    @property
    def stage(self) -> SummaryStage:
        """Where the summary stands."""
        return self.answer or (SummaryStage.SUBMITTED if self.submission else SummaryStage.DRAWN_UP)

    @property
    def can_be_submitted(self) -> bool:
        """Whether it is the cooperating institution's to change and to submit."""
        return self.stage in {SummaryStage.DRAWN_UP, SummaryStage.RETURNED}

    def says(self, figures: AnnualFigures, since_founding: AnnualFigures) -> bool:
        """Whether these are the figures that were drawn up."""
        return self.figures == figures and self.figures_since_founding == since_founding


def evolve(
    summary: AnnualSummary | None,
    event: AnnualSummaryDrawnUp | AnnualSummarySubmitted | AnnualSummaryAccepted | AnnualSummaryReturned,
) -> AnnualSummary:
    """The summary after ``event``."""
    if isinstance(event, AnnualSummaryDrawnUp):
        if summary is None:
            return AnnualSummary.from_message(event, number=str(event.year))
        assert summary.can_be_submitted, "the figures of a summary that waits or was accepted stay"
        anew = {"figures": event.figures, "figures_since_founding": event.figures_since_founding}
        return summary.model_copy(update=anew)
    assert summary is not None, "a summary is drawn up before anything else happens to it"
    match event:
        case AnnualSummarySubmitted():
            assert event.submission == summary.submission + 1, "submissions are counted without a gap"
            changed: dict[str, object] = {
                "submission": event.submission,
                "summary": event.summary,
                "work_plan": event.work_plan,
                "submitted_by": event.submitted_by,
                "answer": None,
                "reasons": None,
            }
        case AnnualSummaryAccepted():
            changed = {"answer": SummaryStage.ACCEPTED}
        case AnnualSummaryReturned():
            changed = {"answer": SummaryStage.RETURNED, "reasons": event.reasons}
        case _:
            assert_never(event)
    return summary.model_copy(update=changed)


def evolve_deadlines(
    deadlines: Deadlines, at: Moment, event: AnnualSummarySubmitted | AnnualSummaryAccepted | AnnualSummaryReturned
) -> Deadlines:
    """A submitted summary waits for the managing institution, a returned one to be submitted anew."""
    summary = summary_key(at, event.year)
    decision = (DueKind.SUMMARY_DECISION, at.pool_id, str(event.year), at.pool.managing_institution)
    deadlines = deadlines.without(at.pool_id, (summary, decision))
    match event:
        case AnnualSummarySubmitted():
            # Nobody has fixed by when: it is announced once, on the day after, that something waits.
            return deadlines.with_begun(at.pool_id, [at.begun(decision, at.today)])
        case AnnualSummaryReturned():
            return deadlines.with_begun(at.pool_id, [at.begun(summary, event.due_on)])
        case AnnualSummaryAccepted():
            return deadlines
        case _:
            assert_never(event)


EVOLUTIONS = (of_entry(evolve),)
DEADLINES = (evolve_deadlines,)
