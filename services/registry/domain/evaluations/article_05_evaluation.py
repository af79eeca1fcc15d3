"""Article 5: the evaluation of the pool's performance."""

from datetime import date

from services.registry.domain.article_04_register import refuse_unless_number_is_free
from services.registry.domain.evaluations.state import Evaluation
from services.registry.domain.pool import Pool
from shared.contracts.documents import DocumentKind
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.performance import RecordEvaluation
from shared.decisions.article_15_documents import refuse_unless_enclosed
from shared.decisions.checks import first_fault


def refuse_unless_evaluated_period_is_past(pool: Pool, command: RecordEvaluation, today: date) -> Refusal | None:
    """Article 5.7. What is evaluated is a past period of this pool."""
    if pool.founded_on <= command.period_from <= command.period_to <= today:
        return None
    return refusal(
        "evaluated_period_not_past",
        "5.7",
        f"the period from {command.period_from} to {command.period_to} is not one between the founding on "
        f"{pool.founded_on} and today, {today}; correct it.",
        f"评估期间 {command.period_from} 至 {command.period_to} 不在设立日 "
        f"{pool.founded_on} 与今日 {today} 之间；请更正。",
    )


def refuse_unless_points_are_within_their_criteria(command: RecordEvaluation) -> tuple[Refusal, ...]:
    """Article 5.7. No criterion has more points than it can have."""
    return tuple(
        refusal(
            "points_above_criterion",
            "5.7",
            f"the criterion {number} has {criterion.points} of {criterion.points_max} points; correct them.",
            f"第 {number} 项指标得分 {criterion.points} 超过满分 {criterion.points_max}；请更正。",
        )
        for number, criterion in enumerate(command.criteria, start=1)
        if criterion.points > criterion.points_max
    )


def refuse_unless_evaluation_has_report(command: RecordEvaluation) -> Refusal | None:
    """Article 5.7. An evaluation rests on its report."""
    return first_fault(*refuse_unless_enclosed((DocumentKind.EVALUATION_REPORT,), (command.report,), "5.7"))


def refuse_unless_evaluation_number_is_free(recorded: Evaluation | None) -> Refusal | None:
    """Article 5.7. What decisions may rest on stays as it is; another evaluation has its own number."""
    return refuse_unless_number_is_free("evaluation", "绩效评估", recorded.number if recorded else None, "5.7")
