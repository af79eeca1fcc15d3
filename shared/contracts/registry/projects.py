"""What is said of a financing project: its filing, and what the managing institution says to it."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event, EventPart, Part
from shared.contracts.money import BasisPoints, Fen, PositiveFen
from shared.contracts.registry.words import LossRatio, RightKind
from shared.contracts.topics import REGISTRY_COMMANDS, REGISTRY_EVENTS
from shared.contracts.words import DistrictCode, InstitutionId, Name, OfficerId, Reference, Text, Uscc


class IpRight(Part):
    """A pledged intellectual property right with its valuation and pledge registration (2.1, 12.1, 13.1)."""

    kind: RightKind
    registration_number: Reference
    title: Name
    owner_uscc: Uscc
    core: bool
    why_core: Text | None = None
    valuer: Name
    valued_on: date
    valuation_fen: PositiveFen
    pledge_registration_number: Reference | None = None
    pledge_registered_on: date | None = None
    pledge_authority: Name | None = None


class Loan(Part):
    """The loan as contracted and paid out. ``disbursed_on`` is the day the filing window counts from (16.1)."""

    lender: InstitutionId
    guarantor: InstitutionId | None = None
    contract_number: Reference
    contracted_on: date
    principal_fen: PositiveFen
    disbursed_on: date
    due_on: date


class Finding(Part):
    """A finding about the borrower, with its evidence and the day it was made (11.1)."""

    met: bool
    found_on: date
    evidence: Document


class Borrower(Part):
    """The borrower, with the findings that Article 11 asks for, as of the loan's disbursement."""

    name: Name
    uscc: Uscc
    district: DistrictCode
    good_credit: Finding
    operating_normally: Finding
    capable_team: Finding
    own_technology: Finding
    competitive: Finding


class FileProject(Command):
    """File a financing project with its documents; by the cooperating institution (6.4, 16.1, 16.2)."""

    message_type: ClassVar[str] = "registry.project.file.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    loan: Loan
    borrower: Borrower
    rights: Annotated[tuple[IpRight, ...], Field(max_length=100)]
    other_collateral_fen: Annotated[int, Field(strict=True, ge=0, le=10**15)] = 0
    promoted_by_cooperating: bool
    borrower_is_affiliate: bool
    documents: Annotated[tuple[Document, ...], Field(max_length=100)]


class ApproveProject(Command):
    """Approve a filing; by the managing institution (5.4)."""

    message_type: ClassVar[str] = "registry.project.approve.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    project_id: UUID


class ReturnProject(Command):
    """Return a filing to the cooperating institution, with reasons (5.4)."""

    message_type: ClassVar[str] = "registry.project.return.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    project_id: UUID
    reasons: Text


class RejectProject(Command):
    """Reject a filing for good, with reasons (5.4)."""

    message_type: ClassVar[str] = "registry.project.reject.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    project_id: UUID
    reasons: Text


class ProjectTerms(EventPart):
    """What a filing pins to its project: the rules' version, its share rate and its loss ratio (5.2)."""

    rules_version: int
    share_rate_bp: BasisPoints
    loss_ratio: LossRatio


class ProjectFiled(Event):
    """A filing is complete and waits for the managing institution's approval."""

    message_type: ClassVar[str] = "registry.project.filed.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    project_id: UUID
    filing: int
    filed_by: OfficerId
    loan: Loan
    borrower_name: Name
    borrower_uscc: Uscc
    documents: tuple[Document, ...]
    terms: ProjectTerms
    borrower: Annotated[Borrower | None, Field(description="with its findings; the registry always says it")] = None
    rights: tuple[IpRight, ...] = ()
    other_collateral_fen: Fen = 0
    filed_on: Annotated[date | None, Field(description="Beijing day of the project's first complete filing")] = None
    filing_deadline: Annotated[date | None, Field(description="last day of the window (16.1)")] = None
    filing_deadline_provisional: Annotated[
        bool, Field(description="the working days of its year weren't published yet")
    ] = False


class ProjectApproved(Event):
    """The pool covers this project; carries all that a claim on it needs."""

    message_type: ClassVar[str] = "registry.project.approved.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    project_id: UUID
    loan: Loan
    borrower_name: Name
    borrower_uscc: Uscc
    documents: tuple[Document, ...]
    terms: ProjectTerms
    filed_by: OfficerId
    approved_by: OfficerId


class ProjectReturned(Event):
    """The filing went back to the cooperating institution and can be filed anew."""

    message_type: ClassVar[str] = "registry.project.returned.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    project_id: UUID
    reasons: Text
    returned_by: OfficerId


class ProjectRejected(Event):
    """The filing was rejected for good."""

    message_type: ClassVar[str] = "registry.project.rejected.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    project_id: UUID
    reasons: Text
    rejected_by: OfficerId


COMMANDS: tuple[type[Command], ...] = (
    FileProject,
    ApproveProject,
    ReturnProject,
    RejectProject,
)

EVENTS: tuple[type[Event], ...] = (
    ProjectFiled,
    ProjectApproved,
    ProjectReturned,
    ProjectRejected,
)
