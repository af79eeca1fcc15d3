"""An annual summary: drawn up from the year's figures, submitted with the next year's plan, accepted or returned."""

from typing import Literal, assert_never
from uuid import UUID

from pydantic import BaseModel, ConfigDict

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

    DRAWN_UP = "drawn_up", "drawn up", "已编制"  # → submitted
    SUBMITTED = "submitted", "submitted", "已提交"  # → accepted, returned
    RETURNED = "returned", "returned", "已退回"  # → submitted
    ACCEPTED = "accepted", "accepted", "审议通过"  # for good


class AnnualSummary(BaseModel):
    """The summary of one year. ``submission`` counts its submissions; ``reasons`` are those of the latest return."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: Literal["annual_summary"] = "annual_summary"
    matter_id: UUID
    year: int
    stage: SummaryStage
    figures: AnnualFigures
    submission: int = 0
    summary: Document | None = None
    work_plan: Document | None = None
    reasons: str | None = None

    @property
    def number(self) -> str:
        """By which people find it: its year."""
        return str(self.year)


def evolve(summary: AnnualSummary | None, event: AnnualSummaryEvent) -> AnnualSummary:
    """The summary after ``event``."""
    if isinstance(event, AnnualSummaryDrawnUp):
        assert summary is None, "a year is drawn up once"
        return AnnualSummary(
            matter_id=event.matter_id, year=event.year, stage=SummaryStage.DRAWN_UP, figures=event.figures
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
