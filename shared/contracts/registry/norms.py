"""What is said of daily working norms, which the cooperating institution adopts for its own work (6.2)."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document, DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.examples import Party, Spoken, Titled, example
from shared.contracts.registry.words import Duty, EntryEvent, RulesVersion
from shared.contracts.words import Day, InstitutionId, OfficerId, Reference, Text


class WorkingNormParticulars(BaseModel):
    """A norm as it is adopted."""

    number: Annotated[Reference, Field(description="the norm's, once in the pool"), example("GF-1")]
    title: Annotated[Text, example("日常工作规范")]
    effective_on: Day
    document: Annotated[Document, example(Titled(DocumentKind.OTHER, "{title} {number}"))]
    supersedes: Annotated[
        Reference | None, Field(description="the number of the norm in whose place this one comes")
    ] = None


class AdoptWorkingNorm(WorkingNormParticulars, Command, name="registry.working_norm.adopt.v1"):
    """Adopt a daily working norm; by the cooperating institution (6.2). It is no version of the rules."""

    spoken: ClassVar[Spoken] = Spoken("working norm", Party.COOPERATING, Duty.RULES)


class WorkingNormAdopted(WorkingNormParticulars, EntryEvent, name="registry.working_norm.adopted.v1"):
    """The cooperating institution works by this norm from its effective day on."""

    institution: InstitutionId
    adopted_on: Day
    adopted_by: OfficerId
    rules_version: RulesVersion
