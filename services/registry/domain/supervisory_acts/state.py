"""An act of the managing institution: coordination, supervision, or an instruction that waits for its completion."""

from datetime import date
from typing import Literal, assert_never
from uuid import UUID

from pydantic import BaseModel

from services.registry.domain.stored import type_of_state
from shared.contracts.documents import Document
from shared.contracts.registry.supervision import CompletionReported, SupervisoryActKind, SupervisoryActRecorded

SupervisoryActEvent = SupervisoryActRecorded | CompletionReported


class Completion(BaseModel):
    """What the cooperating institution reported of an instruction."""

    model_config = type_of_state

    report: str
    document: Document | None


class SupervisoryAct(BaseModel):
    """What was done or asked for, and of an instruction how it was carried out."""

    model_config = type_of_state

    kind: Literal["supervisory_act"] = "supervisory_act"
    matter_id: UUID
    number: str
    act: SupervisoryActKind
    title: str
    content: str
    acted_on: date
    due_on: date | None
    document: Document | None
    completion: Completion | None = None

    @property
    def stage(self) -> str:
        """Where the matter stands: recorded for good, or of an instruction awaited → completed."""
        if self.act is not SupervisoryActKind.INSTRUCTION:
            return "recorded"
        return "awaited" if self.completion is None else "completed"


def evolve(act: SupervisoryAct | None, event: SupervisoryActEvent) -> SupervisoryAct:
    """The act after ``event``."""
    match event:
        case SupervisoryActRecorded():
            assert act is None, "an act is recorded once"
            return SupervisoryAct(
                matter_id=event.matter_id,
                number=event.number,
                act=event.kind,
                title=event.title,
                content=event.content,
                acted_on=event.acted_on,
                due_on=event.due_on,
                document=event.document,
            )
        case CompletionReported():
            assert act is not None, "only what was instructed is completed"
            assert act.stage == "awaited", "an instruction is completed once"
            return act.model_copy(update={"completion": Completion(report=event.report, document=event.document)})
    assert_never(event)
