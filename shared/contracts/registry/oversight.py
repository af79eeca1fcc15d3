"""What is said by those who oversee a pool: the managing institution's interpretations."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command
from shared.contracts.examples import Party, Spoken, example
from shared.contracts.registry.words import Duty, EntryEvent
from shared.contracts.words import Clause, OfficerId, Reference, Text


class InterpretationParticulars(BaseModel):
    """How a clause is read."""

    number: Annotated[
        Reference, Field(description="chosen by the managing institution, once in the pool"), example("2026-1")
    ]
    clause: Annotated[Clause, example("10.1")]
    question: Annotated[Text, example("基准日之后的利息是否计入损失？")]
    interpretation: Annotated[Text, example("不计入，须另行通知。")]
    document: Document | None = None


class RecordInterpretation(InterpretationParticulars, Command, name="registry.interpretation.record.v1"):
    """Record how the managing institution reads a clause (23.1); decisions may refer to it by its number.

    An interpretation passes no gate: whatever needs a decision needs one still.
    """

    spoken: ClassVar[Spoken] = Spoken("interpretation", Party.MANAGING, Duty.OVERSIGHT)


class InterpretationRecorded(InterpretationParticulars, EntryEvent, name="registry.interpretation.recorded.v1"):
    """From now on decisions may refer to this interpretation."""

    recorded_by: OfficerId
