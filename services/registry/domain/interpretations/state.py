"""An interpretation: how the managing institution reads a clause, recorded once and for good."""

from typing import Any
from uuid import UUID

from services.registry.domain.evolution import of_entry
from services.registry.domain.register_entry import RegisterEntry
from shared.contracts.registry.oversight import InterpretationParticulars, InterpretationRecorded


class Interpretation(InterpretationParticulars, RegisterEntry):
    """What was recorded under ``number``; it has no stages."""

    entry_kind = "interpretation"

    recorded_by: str


def evolve(interpretation: Interpretation | None, event: InterpretationRecorded) -> Interpretation:
    """The interpretation after ``event``."""
    assert interpretation is None, "an interpretation is recorded once"
    return Interpretation.from_message(event)


def cited_interpretation(pool_id: UUID, command: Any) -> UUID | None:
    """The interpretation that a decision on a project relies on by its number; None if it names none."""
    number = command.interpretation
    return None if number is None else Interpretation.id_of(pool_id, number)


EVOLUTIONS = (of_entry(evolve),)
