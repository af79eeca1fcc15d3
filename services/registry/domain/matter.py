"""A matter: what has a life of its own in a pool beside its projects, and is found by its kind and number.

An interpretation is one. Each matter has one row, and one model with its ``kind``, ``matter_id`` and ``stage``.
"""

from uuid import UUID

from pydantic import TypeAdapter

from services.registry.domain import interpretation as interpretations
from services.registry.domain.interpretation import Interpretation
from shared.contracts import ids
from shared.contracts.registry.oversight import InterpretationRecorded, RecordInterpretation

Matter = Interpretation
MatterCommand = RecordInterpretation
# With one of these a matter begins: it may have no row yet.
MatterOpening = RecordInterpretation
MatterEvent = InterpretationRecorded

MATTER: TypeAdapter[Matter] = TypeAdapter(Matter)


def matter_of(pool_id: UUID, command: MatterCommand) -> UUID:
    """The id of the matter that the command concerns."""
    return ids.matter_id(pool_id, "interpretation", command.number)


def evolve(matter: Matter | None, event: MatterEvent) -> Matter:
    """The matter after ``event``."""
    return interpretations.evolve(matter, event)
