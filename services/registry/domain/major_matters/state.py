"""A major matter that the cooperating institution has reported, until the managing institution acknowledges it."""

from datetime import date
from typing import Literal, assert_never
from uuid import UUID

from pydantic import BaseModel

from services.registry.domain.stored import type_of_state
from shared.contracts.documents import Document
from shared.contracts.registry.supervision import MajorMatterAcknowledged, MajorMatterReported

MajorMatterEvent = MajorMatterReported | MajorMatterAcknowledged


class MajorMatter(BaseModel):
    """What was reported, and what the managing institution said to it."""

    model_config = type_of_state

    kind: Literal["major_matter"] = "major_matter"
    matter_id: UUID
    number: str
    title: str
    report: str
    occurred_on: date
    project_id: UUID | None
    document: Document | None
    reported_by: str
    response: str | None = None

    @property
    def stage(self) -> str:
        """Where the matter stands: reported → acknowledged."""
        return "reported" if self.response is None else "acknowledged"


def evolve(matter: MajorMatter | None, event: MajorMatterEvent) -> MajorMatter:
    """The matter after ``event``."""
    match event:
        case MajorMatterReported():
            assert matter is None, "a matter is reported once"
            return MajorMatter(**event.model_dump(exclude={"document"}), document=event.document)
        case MajorMatterAcknowledged():
            assert matter is not None, "only what was reported is acknowledged"
            assert matter.response is None, "a matter is acknowledged once"
            return matter.model_copy(update={"response": event.response})
    assert_never(event)
