"""Events that tell who has exercised which duty in a case, as the examples have them, with an officer of one's own."""

import json
from typing import Any, get_args
from uuid import UUID

from riskpool.contracts import example
from shared.contracts.envelope import Event
from shared.contracts.registry.corrections import CorrectionApproved
from shared.contracts.registry.project_life import EndGround, ProjectEnded
from shared.contracts.registry.projects import ProjectApproved, ProjectRejected
from shared.contracts.registry.words import Role
from shared.decisions.duties_exercised import DUTIES_IN_EVENTS, ClaimsDutyEvent, RegistryDutyEvent

IN_CLAIMS: tuple[type[Event], ...] = get_args(ClaimsDutyEvent)
IN_REGISTRY: tuple[type[Event], ...] = get_args(RegistryDutyEvent)
# What else these bring about in a case has tests of its own.
NOTHING_BUT_DUTIES = tuple(
    event for event in IN_REGISTRY if event not in {ProjectApproved, ProjectRejected, CorrectionApproved, ProjectEnded}
)


def event_by(event: type[Event], of_project: UUID, officer: str, **changes: Any) -> Event:
    """The example of this event, of this project, in which ``officer`` did all that it tells of."""
    said = event.model_validate_json(json.dumps(example(event.message_type)["data"]))
    named: dict[str, Any] = {
        field: (officer,) if field == "verifiers" else officer
        for each in DUTIES_IN_EVENTS[event]
        for field in each.fields
    }
    if event is ProjectEnded:
        named["ground"] = EndGround.DECISION
    if "entry_id" in event.model_fields:
        named["entry_id"] = None
    return said.model_copy(update={"project_id": of_project, **named, **changes})


class Namesakes:
    """People of whom each has one officer id, but for those of ``same``, by role and officer, who are one person."""

    def __init__(self, *same: tuple[Role, str]) -> None:
        self.same = same

    def person_of(self, role: Role, officer: str) -> str:
        return "one person" if (role, officer) in self.same else f"{role}/{officer}"

    def called_in(self, role: Role, officer: str) -> str:  # noqa: ARG002  # one name in every role
        return f"{officer.title()} ({officer})"


NAMESAKES = Namesakes()
