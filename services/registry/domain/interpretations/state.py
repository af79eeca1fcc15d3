"""An interpretation: how the managing institution reads a clause, recorded once and for good."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.registry.domain.stored import type_of_state
from shared.contracts.documents import Document
from shared.contracts.registry.oversight import InterpretationRecorded


class Interpretation(BaseModel):
    """What was recorded under ``number``; it has no stages."""

    model_config = type_of_state

    kind: Literal["interpretation"] = "interpretation"
    matter_id: UUID
    number: str
    clause: str
    question: str
    interpretation: str
    document: Document | None
    recorded_by: str

    @property
    def stage(self) -> str:
        """Where the matter stands."""
        return "recorded"


def evolve(interpretation: Interpretation | None, event: InterpretationRecorded) -> Interpretation:
    """The interpretation after ``event``."""
    assert interpretation is None, "an interpretation is recorded once"
    return Interpretation(**event.model_dump(exclude={"document"}), document=event.document)
