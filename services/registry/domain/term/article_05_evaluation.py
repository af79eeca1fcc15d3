"""Article 5: what a failed evaluation asks of whoever goes on."""

from services.registry.domain.evaluations.state import Evaluation
from services.registry.domain.pool import Pool
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.performance import EvaluationResult


def refuse_unless_going_on_after_a_failure_has_reasons(
    pool: Pool, evaluation: Evaluation | None, reasons: str | None, clause: str
) -> Refusal | None:
    """Article 5.7. After a failed evaluation the managing institution goes on only with a reason on record.

    It is the one that the decision rests on, or any other since it was last decided to go on: one that is passed does
    not make it unsaid. ``clause`` is the one under which it is decided.
    """
    rests_on_failure = evaluation is not None and evaluation.result is EvaluationResult.FAIL
    failed = evaluation.number if evaluation is not None and rests_on_failure else pool.cycle.failed_evaluation
    if failed is None or reasons is not None:
        return None
    return refusal(
        "going_on_without_reasons",
        clause,
        f"evaluation {failed} has failed, and to go on all the same takes a reason on record; say why with the "
        "decision, or end the cooperation (registry.cooperation.end).",
        f"绩效评估 {failed} 的结论为未达标，继续合作须记录理由；请在决定中写明理由，"
        "或终止合作（registry.cooperation.end）。",
    )
