"""An evaluation of the pool's performance, recorded once and for good."""

from services.registry.domain.evolution import of_entry
from services.registry.domain.register_entry import RegisterEntry
from shared.contracts.documents import Document
from shared.contracts.registry.performance import EvaluationParticulars, EvaluationRecorded


class Evaluation(EvaluationParticulars, RegisterEntry):
    """What was found about a period; it has no stages."""

    entry_kind = "evaluation"

    documents: tuple[Document, ...]
    recorded_by: str


def evolve(evaluation: Evaluation | None, event: EvaluationRecorded) -> Evaluation:
    """The evaluation after ``event``."""
    assert evaluation is None, "an evaluation is recorded once"
    return Evaluation.from_message(event)


EVOLUTIONS = (of_entry(evolve),)
