"""Deciding on interpretations, and on what other decisions rely on (23.1)."""

from typing import Any

from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import is_repeat
from services.registry.domain.interpretations.article_23_interpretations import (
    refuse_unless_interpretation_is_recorded,
    refuse_unless_interpretation_number_is_free,
    refuse_unless_interpreted_clause_exists,
)
from services.registry.domain.interpretations.state import Interpretation
from shared.contracts.registry.oversight import InterpretationRecorded, RecordInterpretation
from shared.contracts.registry.words import Duty
from shared.decisions.checks import first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import managing


def with_interpretation(ctx: CommandContext[Any], decision: Decision) -> Decision:
    """The decision; refused if the interpretation that it relies on was never recorded.

    It passes no gate: whatever the message is asked without it, it is asked with it too.
    """
    number: str | None = ctx.command.interpretation
    if number is None or not decision.events:
        return decision
    fault = refuse_unless_interpretation_is_recorded(ctx.entry_as(Interpretation), number)
    return refused(fault) if fault else decision


def record_interpretation(ctx: CommandContext[RecordInterpretation]) -> Decision:
    """Record the interpretation; its number stands for it from now on."""
    command = ctx.command
    recorded = ctx.entry_as(Interpretation)
    event = InterpretationRecorded(entry_id=ctx.entry_id, **dict(command), recorded_by=ctx.officer)
    if is_repeat(command, of=recorded):
        return DUPLICATE
    wrong = first_fault(
        refuse_unless_interpreted_clause_exists(command.clause), refuse_unless_interpretation_number_is_free(recorded)
    )
    return refused(wrong) if wrong else accepted(event)


COMMANDS = (
    CommandSpec(RecordInterpretation, record_interpretation, "23.1", managing(Duty.OVERSIGHT), begins=Interpretation),
)
