"""Deciding on interpretations, and naming those that other decisions rely on (23.1)."""

from dataclasses import replace

from services.registry.domain.asked import Asked
from services.registry.domain.decision import DUPLICATE, Decision, accepted, first, refused, says_the_same
from services.registry.domain.interpretations.article_23_interpretations import (
    interpretation_is_recorded,
    interpretation_number_is_free,
    interpreted_clause_exists,
)
from services.registry.domain.interpretations.state import Interpretation
from services.registry.domain.matter import matter_of
from shared.contracts.envelope import Command
from shared.contracts.registry.oversight import InterpretationRecorded, RecordInterpretation


def with_interpretation(asked: Asked[Command], number: str | None, decision: Decision) -> Decision:
    """The decision, whose events name the interpretation that it relies on; refused if that was never recorded.

    It passes no gate: whatever the message is asked without it, it is asked with it too.
    """
    if number is None or not decision.events:
        return decision
    if unknown := interpretation_is_recorded(asked.matter_as(Interpretation), number):
        return refused(unknown)
    relied_on = {"interpretation": number}
    events = tuple(
        event.model_copy(update=relied_on) if "interpretation" in type(event).model_fields else event
        for event in decision.events
    )
    return replace(decision, events=events)


def record_interpretation(asked: Asked[RecordInterpretation]) -> Decision:
    """Record the interpretation; its number stands for it from now on."""
    data = asked.data
    recorded = asked.matter_as(Interpretation)
    event = InterpretationRecorded(
        matter_id=matter_of(asked.pool_id, data),
        number=data.number,
        clause=data.clause,
        question=data.question,
        interpretation=data.interpretation,
        document=data.document,
        recorded_by=asked.officer,
    )
    if says_the_same(recorded, data):
        return DUPLICATE
    wrong = first(interpreted_clause_exists(data.clause), interpretation_number_is_free(recorded))
    return refused(wrong) if wrong else accepted(event)
