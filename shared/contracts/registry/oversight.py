"""What is said by those who oversee a pool: the managing institution's interpretations."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event
from shared.contracts.words import Clause, Identity, OfficerId, Reference, Text


class RecordInterpretation(Command):
    """Record how the managing institution reads a clause (23.1); decisions may refer to it by its number.

    An interpretation passes no gate: whatever needs a decision needs one still.
    """

    message_type: ClassVar[str] = "registry.interpretation.record.v1"

    number: Annotated[Reference, Field(description="chosen by the managing institution, once in the pool")]
    clause: Clause
    question: Text
    interpretation: Text
    document: Document | None = None


class InterpretationRecorded(Event):
    """From now on decisions may refer to this interpretation."""

    message_type: ClassVar[str] = "registry.interpretation.recorded.v1"

    matter_id: Identity
    number: Reference
    clause: Clause
    question: Text
    interpretation: Text
    document: Document | None = None
    recorded_by: OfficerId
