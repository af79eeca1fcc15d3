"""What is said of daily working norms, which the cooperating institution adopts for its own work (6.2)."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event
from shared.contracts.registry.words import RulesVersion
from shared.contracts.words import Day, Identity, InstitutionId, OfficerId, Reference, Text

_SUPERSEDES = Field(description="the number of the norm in whose place this one comes")


class AdoptWorkingNorm(Command):
    """Adopt a daily working norm; by the cooperating institution (6.2). It is no version of the rules."""

    message_type: ClassVar[str] = "registry.working_norm.adopt.v1"

    number: Annotated[Reference, Field(description="the norm's, once in the pool")]
    title: Text
    effective_on: Day
    document: Document
    supersedes: Annotated[Reference | None, _SUPERSEDES] = None


class WorkingNormAdopted(Event):
    """The cooperating institution works by this norm from its effective day on."""

    message_type: ClassVar[str] = "registry.working_norm.adopted.v1"

    matter_id: Identity
    number: Reference
    title: Text
    effective_on: Day
    document: Document
    supersedes: Annotated[Reference | None, _SUPERSEDES] = None
    institution: InstitutionId
    adopted_on: Day
    adopted_by: OfficerId
    rules_version: RulesVersion | None = None
