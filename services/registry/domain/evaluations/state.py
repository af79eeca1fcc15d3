"""An evaluation of the pool's performance, recorded once and for good."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.registry.domain.stored import type_of_state
from shared.contracts.documents import Document
from shared.contracts.registry.performance import Criterion, EvaluationRecorded, EvaluationResult


class Evaluation(BaseModel):
    """What was found about a period; it has no stages."""

    model_config = type_of_state

    kind: Literal["evaluation"] = "evaluation"
    matter_id: UUID
    number: str
    period_from: date
    period_to: date
    criteria: tuple[Criterion, ...]
    findings: str
    result: EvaluationResult
    report: Document
    documents: tuple[Document, ...]
    recorded_by: str

    @property
    def stage(self) -> str:
        """Where the matter stands."""
        return "recorded"


def evolve(evaluation: Evaluation | None, event: EvaluationRecorded) -> Evaluation:
    """The evaluation after ``event``."""
    assert evaluation is None, "an evaluation is recorded once"
    return Evaluation(**{name: getattr(event, name) for name in Evaluation.model_fields if name != "kind"})
