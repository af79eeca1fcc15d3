"""A daily working norm: what the cooperating institution has adopted for its own work, once and for good."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.registry.domain.stored import type_of_state
from shared.contracts.documents import Document
from shared.contracts.registry.norms import WorkingNormAdopted


class WorkingNorm(BaseModel):
    """What was adopted under ``number``; which norms are in force at present says the pool."""

    model_config = type_of_state

    kind: Literal["working_norm"] = "working_norm"
    matter_id: UUID
    number: str
    title: str
    effective_on: date
    document: Document
    supersedes: str | None
    adopted_by: str

    @property
    def stage(self) -> str:
        """Where the matter stands."""
        return "adopted"


def evolve(norm: WorkingNorm | None, event: WorkingNormAdopted) -> WorkingNorm:
    """The norm after ``event``."""
    assert norm is None, "a norm is adopted once"
    return WorkingNorm(
        matter_id=event.matter_id,
        number=event.number,
        title=event.title,
        effective_on=event.effective_on,
        document=event.document,
        supersedes=event.supersedes,
        adopted_by=event.adopted_by,
    )


def standing_after(standing: tuple[str, ...], event: WorkingNormAdopted) -> tuple[str, ...]:
    """The numbers of the norms that nothing has superseded, after ``event``, in the order of their adoption."""
    assert event.supersedes is None or event.supersedes in standing, "only what stands is superseded"
    return (*(number for number in standing if number != event.supersedes), event.number)
