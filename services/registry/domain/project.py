"""A financing project as the registry knows it: what was filed, and what the managing institution said to it."""

from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from services.registry.domain.act import Act, with_act
from services.registry.domain.ballot import Decidable
from shared.contracts.documents import Document
from shared.contracts.money import Fen
from shared.contracts.registry.projects import (
    Borrower,
    IpRight,
    Loan,
    ProjectApproved,
    ProjectFiled,
    ProjectRejected,
    ProjectReturned,
    ProjectTerms,
)
from shared.contracts.registry.words import Duty

ProjectEvent = ProjectFiled | ProjectApproved | ProjectReturned | ProjectRejected


class Stage(StrEnum):
    """Where a filing stands."""

    FILED = "filed"  # → returned, approved, rejected
    RETURNED = "returned"  # → filed
    APPROVED = "approved"  # for good
    REJECTED = "rejected"  # for good


class Project(Decidable):
    """One filed project. ``filing`` counts its filings, ``filed_on`` is the Beijing day of the first complete one.

    ``reasons`` are those of the latest return or rejection.
    """

    project_id: UUID
    stage: Stage
    filing: int
    filed_on: date
    filing_deadline: date
    filing_deadline_provisional: bool
    loan: Loan
    borrower: Borrower
    rights: tuple[IpRight, ...]
    other_collateral_fen: Fen
    documents: tuple[Document, ...]
    terms: ProjectTerms
    filed_by: str
    reasons: str | None = None


def evolve(project: Project | None, event: ProjectEvent, cooperating: str, managing: str) -> Project:
    """The project after ``event``; an event names its officer, whose institution is one of the pool's two."""
    if isinstance(event, ProjectFiled):
        return _filed(project, event, cooperating)
    assert project is not None, "nothing is decided on a project before its filing"
    assert project.stage is Stage.FILED, "only what was filed waits for a decision"
    match event:
        case ProjectApproved():
            stage, officer, reasons = Stage.APPROVED, event.approved_by, None
        case ProjectReturned():
            stage, officer, reasons = Stage.RETURNED, event.returned_by, event.reasons
        case ProjectRejected():
            stage, officer, reasons = Stage.REJECTED, event.rejected_by, event.reasons
        case _:
            assert_never(event)
    act = Act(duty=Duty.FILING_APPROVAL, institution=managing, officer=officer)
    return project.model_copy(update={"stage": stage, "reasons": reasons, "acts": with_act(project.acts, act)})


def _filed(project: Project | None, event: ProjectFiled, cooperating: str) -> Project:
    assert event.borrower is not None, "the registry always says it"
    assert event.filed_on is not None, "the registry always says it"
    assert event.filing_deadline is not None, "the registry always says it"
    assert project is None or project.stage is Stage.RETURNED, "only a returned project is filed again"
    assert event.filing == (project.filing if project else 0) + 1, "filings are counted without a gap"
    act = Act(duty=Duty.FILING, institution=cooperating, officer=event.filed_by)
    return Project(
        project_id=event.project_id,
        stage=Stage.FILED,
        filing=event.filing,
        filed_on=event.filed_on,
        filing_deadline=event.filing_deadline,
        filing_deadline_provisional=event.filing_deadline_provisional,
        loan=event.loan,
        borrower=event.borrower,
        rights=event.rights,
        other_collateral_fen=event.other_collateral_fen,
        documents=event.documents,
        terms=event.terms,
        filed_by=event.filed_by,
        acts=with_act(project.acts if project else (), act),
    )
