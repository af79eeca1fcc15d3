"""An annual summary: drawn up from the year's figures, submitted with the next year's plan, accepted or returned."""

from typing import Literal, assert_never
from uuid import UUID

from pydantic import BaseModel

from services.registry.domain.stored import type_of_state
from shared.contracts.documents import Document
from shared.contracts.registry.performance import (
    AnnualFigures,
    AnnualSummaryAccepted,
    AnnualSummaryDrawnUp,
    AnnualSummaryReturned,
    AnnualSummarySubmitted,
)
from shared.contracts.wording import Worded

AnnualSummaryEvent = AnnualSummaryDrawnUp | AnnualSummarySubmitted | AnnualSummaryAccepted | AnnualSummaryReturned


class SummaryStage(Worded):
    """Where a summary stands."""

    DRAWN_UP = "drawn_up", "drawn up", "已编制"  # → submitted, drawn up anew
    SUBMITTED = "submitted", "submitted", "已提交"  # → accepted, returned
    RETURNED = "returned", "returned", "已退回"  # → submitted, and its figures drawn up anew
    ACCEPTED = "accepted", "accepted", "审议通过"  # for good


class AnnualSummary(BaseModel):
    """The summary of one year. ``submission`` counts its submissions; ``reasons`` are those of the latest return.

    Rows of before do not say the ``figures_since_founding`` that were drawn up.
    """

    model_config = type_of_state

    kind: Literal["annual_summary"] = "annual_summary"
    matter_id: UUID
    year: int
    stage: SummaryStage
    figures: AnnualFigures
    figures_since_founding: AnnualFigures | None = None
    submission: int = 0
    summary: Document | None = None
    work_plan: Document | None = None
    reasons: str | None = None

    @property
    def can_be_submitted(self) -> bool:
        """Whether it is the cooperating institution's to change and to submit."""
        return self.stage in {SummaryStage.DRAWN_UP, SummaryStage.RETURNED}

    def says(self, figures: AnnualFigures, since_founding: AnnualFigures) -> bool:
        """Whether these are the figures that were drawn up."""
        return self.figures == figures and self.figures_since_founding in (None, since_founding)

    @property
    def number(self) -> str:
        """By which people find it: its year."""
        return str(self.year)


def evolve(summary: AnnualSummary | None, event: AnnualSummaryEvent) -> AnnualSummary:
    """The summary after ``event``."""
    if isinstance(event, AnnualSummaryDrawnUp):
        if summary is not None:
            assert summary.can_be_submitted, "the figures of a summary that waits or was accepted stay"
            anew = {"figures": event.figures, "figures_since_founding": event.figures_since_founding}
            return summary.model_copy(update=anew)
        return AnnualSummary(
            matter_id=event.matter_id,
            year=event.year,
            stage=SummaryStage.DRAWN_UP,
            figures=event.figures,
            figures_since_founding=event.figures_since_founding,
        )
    assert summary is not None, "a summary is drawn up before anything else happens to it"
    match event:
        case AnnualSummarySubmitted():
            assert event.submission == summary.submission + 1, "submissions are counted without a gap"
            changed: dict[str, object] = {
                "stage": SummaryStage.SUBMITTED,
                "submission": event.submission,
                "summary": event.summary,
                "work_plan": event.work_plan,
                "reasons": None,
            }
        case AnnualSummaryAccepted():
            changed = {"stage": SummaryStage.ACCEPTED}
        case AnnualSummaryReturned():
            changed = {"stage": SummaryStage.RETURNED, "reasons": event.reasons}
        case _:
            assert_never(event)
    return summary.model_copy(update=changed)
