"""An act of the managing institution: coordination, supervision, or an instruction that waits for its completion."""

from typing import assert_never

from services.registry.domain.deadlines import Deadlines, Moment
from services.registry.domain.evolution import of_entry
from services.registry.domain.register_entry import RegisterEntry
from services.registry.domain.state_model import StateModel
from shared.contracts.registry.cycle import DueKind
from shared.contracts.registry.supervision import (
    CompletionParticulars,
    CompletionReported,
    SupervisoryActKind,
    SupervisoryActParticulars,
    SupervisoryActRecorded,
)


class Completion(CompletionParticulars, StateModel):
    """What the cooperating institution reported of an instruction."""


class SupervisoryAct(SupervisoryActParticulars, RegisterEntry):
    """What was done or asked for, and of an instruction how it was carried out."""

    entry_kind = "supervisory_act"

    recorded_by: str
    completion: Completion | None = None

    @property
    def stage(self) -> str:
        """Where the act stands: recorded for good, or of an instruction awaited → completed."""
        if self.kind is not SupervisoryActKind.INSTRUCTION:
            return "recorded"
        return "awaited" if self.completion is None else "completed"


def evolve(act: SupervisoryAct | None, event: SupervisoryActRecorded | CompletionReported) -> SupervisoryAct:
    """The act after ``event``."""
    match event:
        case SupervisoryActRecorded():
            assert act is None, "an act is recorded once"
            return SupervisoryAct.from_message(event)
        case CompletionReported():
            assert act is not None, "only what was instructed is completed"
            assert act.stage == "awaited", "an instruction is completed once"
            return act.model_copy(update={"completion": Completion.from_message(event)})
        case _:
            assert_never(event)


def evolve_deadlines(deadlines: Deadlines, at: Moment, event: SupervisoryActRecorded | CompletionReported) -> Deadlines:
    """Of the acts only an instruction is to be completed, and has a day by which that is reported."""
    instruction = (DueKind.INSTRUCTION, at.pool_id, event.number, at.pool.cooperating_institution)
    if isinstance(event, CompletionReported):
        return deadlines.without(at.pool_id, [instruction])
    if event.kind is not SupervisoryActKind.INSTRUCTION:
        return deadlines
    assert event.due_on is not None, "an instruction has its day"
    return deadlines.with_begun(at.pool_id, [at.begun(instruction, event.due_on)])


EVOLUTIONS = (of_entry(evolve),)
DEADLINES = (evolve_deadlines,)
