"""An evaluation of the pool's performance, recorded once and for good."""

from datetime import date

from services.registry.domain.evolution import of_entry
from services.registry.domain.register_entry import RegisterEntry
from shared.contracts.documents import Document
from shared.contracts.registry.performance import Criterion, EvaluationRecorded, EvaluationResult


class Evaluation(RegisterEntry):
    """What was found about a period; it has no stages."""

    entry_kind = "evaluation"

    period_from: date
    period_to: date
    criteria: tuple[Criterion, ...]
    findings: str
    result: EvaluationResult
    report: Document
    documents: tuple[Document, ...]
    recorded_by: str


def evolve(evaluation: Evaluation | None, event: EvaluationRecorded) -> Evaluation:
    """The evaluation after ``event``."""
    assert evaluation is None, "an evaluation is recorded once"
    return Evaluation.begun_by(event)


EVOLUTIONS = (of_entry(evolve),)
