"""What is said of contributions planned after the founding: further pairs, with both institutions' consent (9.2)."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document, DocumentKind, paper
from shared.contracts.envelope import Command
from shared.contracts.examples import Party, Spoken, example
from shared.contracts.money import PositiveFen
from shared.contracts.registry.words import Duty, EntryEvent, PlannedInstalment, RulesVersion
from shared.contracts.words import Day, InstitutionId, OfficerId, Reference, Text

_Number = Annotated[Reference, Field(description="the plan's, once in the pool"), example("出资-1")]


class ContributionsPlanParticulars(BaseModel):
    """Further pairs, numbered on from those that are planned, and what both institutions have agreed on them."""

    number: _Number
    instalments: Annotated[tuple[PlannedInstalment, ...], Field(min_length=1, max_length=100)]
    document: Annotated[Document, example(paper(DocumentKind.AGREEMENT, "追加出资协议"))]


class PlanContributions(ContributionsPlanParticulars, Command, name="registry.contributions.plan.v1"):
    """Plan further pairs of contributions; they count once both institutions have said the same (5.1, 9.2)."""

    spoken: ClassVar[Spoken] = Spoken("contributions plan", Party.MANAGING, Duty.OVERSIGHT)


class WithdrawContributions(Command, name="registry.contributions.withdraw.v1"):
    """Take a plan back for good, to which the other institution has not consented; by the one that planned it."""

    spoken: ClassVar[Spoken] = Spoken("contributions withdrawal", Party.MANAGING, Duty.OVERSIGHT)

    number: _Number
    reasons: Annotated[Text, example("另行商定出资安排。")]


class ContributionsProposed(ContributionsPlanParticulars, EntryEvent, name="registry.contributions.proposed.v1"):
    """One institution plans further pairs; they wait for the other one to say the same."""

    institution: InstitutionId
    proposed_on: Day
    proposed_by: OfficerId
    rules_version: RulesVersion


class ContributionsPlanned(ContributionsPlanParticulars, EntryEvent, name="registry.contributions.planned.v1"):
    """Both institutions plan these pairs; the pool's size grows by them."""

    size_fen: Annotated[PositiveFen, Field(description="the pool's size from now on")]
    planned_on: Day
    planned_by: OfficerId
    rules_version: RulesVersion


class ContributionsWithdrawn(EntryEvent, name="registry.contributions.withdrawn.v1"):
    """The institution that planned these pairs has taken them back; nobody had consented."""

    number: Reference
    reasons: Text
    institution: InstitutionId
    withdrawn_by: OfficerId
    rules_version: RulesVersion
