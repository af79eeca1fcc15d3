"""An evaluation of the pool's performance, recorded once and for good."""

from services.registry.domain.evolution import of_entry, of_pool
from services.registry.domain.pool import Pool
from services.registry.domain.register_entry import RegisterEntry
from shared.contracts.documents import Document
from shared.contracts.registry.performance import EvaluationParticulars, EvaluationRecorded, EvaluationResult


class Evaluation(EvaluationParticulars, RegisterEntry):
    """What was found about a period; it has no stages."""

    entry_kind = "evaluation"

    documents: tuple[Document, ...]
    recorded_by: str


def evolve(evaluation: Evaluation | None, event: EvaluationRecorded) -> Evaluation:
    """The evaluation after ``event``."""
    assert evaluation is None, "an evaluation is recorded once"
    return Evaluation.from_message(event)


def evolve_pool(pool: Pool, event: EvaluationRecorded) -> Pool:
    """The pool after ``event``: that one has failed is remembered until it is decided to go on."""
    if event.result is not EvaluationResult.FAIL:
        return pool
    return pool.model_copy(update={"cycle": pool.cycle.model_copy(update={"failed_evaluation": event.number})})


EVOLUTIONS = (of_entry(evolve), of_pool(evolve_pool))
