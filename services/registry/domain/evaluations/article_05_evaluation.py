"""Article 5: the evaluation of the pool's performance."""

from collections.abc import Sequence
from datetime import date

from services.registry.domain.article_04_register import refuse_unless_number_is_free
from services.registry.domain.evaluations.state import Evaluation
from services.registry.domain.pool import Pool
from shared.contracts.documents import DocumentKind
from shared.contracts.money import BASIS_POINTS
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.performance import Criterion, EvaluationResult, RecordEvaluation
from shared.contracts.registry.rules import EvaluationRules
from shared.decisions.amounts import percent, percent_zh
from shared.decisions.article_15_documents import refuse_unless_enclosed
from shared.decisions.checks import first_fault


# accept: (0, 0)
def points_of(criteria: Sequence[Criterion]) -> tuple[int, int]:
    """Article 5.7. The points of an evaluation: what its criteria have together, and could have."""
    return sum(each.points for each in criteria), sum(each.points_max for each in criteria)


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


def refuse_unless_passed_has_its_points(command: RecordEvaluation, rules: EvaluationRules) -> Refusal | None:
    """Article 5.7. An evaluation is passed with so many of its points as the rules give; it can fail with more."""
    points, points_max = points_of(command.criteria)
    if command.result is EvaluationResult.FAIL or points * BASIS_POINTS >= rules.pass_points_bp * points_max:
        return None
    needed, needed_zh = percent(rules.pass_points_bp), percent_zh(rules.pass_points_bp)
    return refusal(
        "passed_without_its_points",
        "5.7",
        f"the criteria have {points} of {points_max} points together, and an evaluation is passed with {needed} of "
        "them; correct the points, or let it have failed.",
        f"各项指标合计得分 {points}（满分 {points_max}），而达标需满分的 {needed_zh}；请更正得分，或将结论改为未达标。",
    )


def refuse_unless_evaluation_has_report(command: RecordEvaluation) -> Refusal | None:
    """Article 5.7. An evaluation rests on its report."""
    return first_fault(*refuse_unless_enclosed((DocumentKind.EVALUATION_REPORT,), (command.report,), "5.7"))


def refuse_unless_evaluation_number_is_free(recorded: Evaluation | None) -> Refusal | None:
    """Article 5.7. What decisions may rest on stays as it is; another evaluation has its own number."""
    return refuse_unless_number_is_free("evaluation", "绩效评估", recorded.number if recorded else None, "5.7")
