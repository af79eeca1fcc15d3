"""Evaluations of the pool's performance (5.7)."""

from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import is_repeat
from services.registry.domain.evaluations.article_05_evaluation import (
    points_of,
    refuse_unless_evaluated_period_is_past,
    refuse_unless_evaluation_has_report,
    refuse_unless_evaluation_number_is_free,
    refuse_unless_passed_has_its_points,
    refuse_unless_points_are_within_their_criteria,
)
from services.registry.domain.evaluations.state import Evaluation
from shared.contracts.registry.performance import (
    EvaluationRecorded,
    RecordEvaluation,
)
from shared.contracts.registry.words import Duty
from shared.decisions.checks import all_faults
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import managing


def record_evaluation(ctx: CommandContext[RecordEvaluation]) -> Decision:
    """Record an evaluation; its number stands for it from now on."""
    pool, command, today = ctx.pool, ctx.command, ctx.today
    recorded = ctx.entry_as(Evaluation)
    if is_repeat(command, of=recorded):
        return DUPLICATE
    wrong = all_faults(
        refuse_unless_evaluation_number_is_free(recorded),
        refuse_unless_evaluated_period_is_past(pool, command, today),
        refuse_unless_points_are_within_their_criteria(command),
        refuse_unless_passed_has_its_points(command, ctx.rules.evaluation),
        refuse_unless_evaluation_has_report(command),
    )
    if wrong:
        return refused(wrong)
    points, points_max = points_of(command.criteria)
    return accepted(
        EvaluationRecorded(
            entry_id=ctx.entry_id,
            **dict(command),
            points=points,
            points_max=points_max,
            recorded_by=ctx.officer,
            rules_version=ctx.rules.version,
        )
    )


COMMANDS = (CommandSpec(RecordEvaluation, record_evaluation, "5.7", managing(Duty.OVERSIGHT), begins=Evaluation),)
