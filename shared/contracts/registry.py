"""What is said to and by the registry: who and what the pool covers."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event, EventPart, Part
from shared.contracts.money import BasisPoints, Fen, PositiveFen
from shared.contracts.receipts import Receipt
from shared.contracts.topics import REGISTRY_COMMANDS, REGISTRY_EVENTS
from shared.contracts.words import (
    DistrictCode,
    InstitutionId,
    KeyId,
    Moment,
    Name,
    OfficerId,
    PublicKey,
    Reference,
    Text,
    Uscc,
)


class Role(StrEnum):
    """What an institution is in one pool."""

    MANAGING = "managing_institution"
    COOPERATING = "cooperating_institution"
    SUPERVISING_BANK = "supervising_bank"
    LENDER = "lender"
    GUARANTOR = "guarantor"


class Duty(StrEnum):
    """What an officer may do for its institution."""

    ADMINISTRATION = "administration"  # registers officers, keys, institutions, accounts
    FILING = "filing"
    FILING_APPROVAL = "filing_approval"
    REVIEW = "review"
    VERIFICATION = "verification"
    PLAN = "plan"
    CONFIRMATION = "confirmation"
    RELEASE = "release"
    APPLICATION = "application"
    BALLOT = "ballot"  # opens and closes collective decisions, keeps their minutes
    VOTE = "vote"


class SystemUse(StrEnum):
    """What an institution's system key may sign; everything else needs an officer."""

    LOSS_NOTICES = "loss_notices"
    BANK_CONFIRMATIONS = "bank_confirmations"
    PAYMENT_INSTRUCTIONS = "payment_instructions"


class RightKind(StrEnum):
    PATENT = "patent"
    TRADEMARK = "trademark"
    COPYRIGHT = "copyright"
    OTHER = "other"


class LossRatio(Part):
    """How the two institutions share the pool's loss: weights, so that 1:2 is exact (10.4)."""

    fiscal_weight: Annotated[int, Field(strict=True, ge=0, le=1_000)]
    social_weight: Annotated[int, Field(strict=True, ge=0, le=1_000)]


class BallotRules(Part):
    """Quorum and majority of a collective decision, as fractions of all members who may vote."""

    quorum_numerator: Annotated[int, Field(strict=True, ge=1, le=100)] = 2
    quorum_denominator: Annotated[int, Field(strict=True, ge=1, le=100)] = 3
    voters_min: Annotated[int, Field(strict=True, ge=1, le=100)] = 3
    majority_numerator: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    majority_denominator: Annotated[int, Field(strict=True, ge=1, le=100)] = 2


class Rules(Part):
    """What a district may fix otherwise. Share and ratio are pinned to a project at its filing (5.2)."""

    version: Annotated[int, Field(strict=True, ge=1)] = 1
    effective_on: date
    share_rate_bp: BasisPoints
    loss_ratio: LossRatio
    filing_window_days: Annotated[int, Field(strict=True, ge=1, le=365)] = 30
    term_years: Annotated[int, Field(strict=True, ge=1, le=30)] = 4
    verifiers_min: Annotated[int, Field(strict=True, ge=1, le=20)] = 2
    ballot: BallotRules = BallotRules()
    exclusive_duties: Annotated[
        tuple[Duty, ...], Field(description="one officer can hold at most one of these in one case")
    ] = (
        Duty.FILING,
        Duty.FILING_APPROVAL,
        Duty.REVIEW,
        Duty.VERIFICATION,
        Duty.PLAN,
        Duty.CONFIRMATION,
        Duty.VOTE,
        Duty.RELEASE,
    )


class InstitutionData(Part):
    """An institution and the key of its administration, from which its other keys are registered."""

    institution: InstitutionId
    name: Name
    uscc: Uscc
    administrator: Annotated[OfficerId, Field(description="the officer who holds the key of the administration")]
    public_key: PublicKey


class Agreement(Part):
    """An agreement by number and date (5.3)."""

    number: Reference
    signed_on: date
    document: Document


class PlannedInstalment(Part):
    """One planned pair of contributions; both sides pay the same (9.2)."""

    instalment: Annotated[int, Field(strict=True, ge=1, le=100)]
    fiscal_fen: PositiveFen
    social_fen: PositiveFen
    due_on: date


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


# Commands


class FoundPool(Command):
    """Found a pool; signed with the managing institution's root key, which is a setting of every service."""

    message_type: ClassVar[str] = "registry.pool.found.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    name: Name
    district: DistrictCode
    founded_on: date
    size_fen: PositiveFen
    managing_institution: InstitutionData
    cooperating_institution: InstitutionData
    cooperation_agreement: Agreement
    contributions: Annotated[tuple[PlannedInstalment, ...], Field(min_length=1, max_length=100)]
    rules: Rules


class RegisterInstitution(Command):
    """Register a lender or a guarantor; by the managing institution's administration."""

    message_type: ClassVar[str] = "registry.institution.register.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    role: Role
    institution: InstitutionData


class ProposeSupervisingBank(Command):
    """Propose the supervising bank; by either of the two institutions, the other one consents (6.3)."""

    message_type: ClassVar[str] = "registry.supervising_bank.propose.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    bank: InstitutionData
    agreement: Agreement


class ConsentToSupervisingBank(Command):
    """Consent to the supervising bank that the other institution proposed (6.3)."""

    message_type: ClassVar[str] = "registry.supervising_bank.consent.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    bank: InstitutionId


class RegisterOfficer(Command):
    """Register an officer of the sender's own institution, with duties and key."""

    message_type: ClassVar[str] = "registry.officer.register.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    officer: OfficerId
    name: Name
    duties: Annotated[tuple[Duty, ...], Field(min_length=1, max_length=20)]
    public_key: PublicKey


class RegisterSystemKey(Command):
    """Register a key that a system of the sender's institution signs with.

    The managing institution may also register the key with which the treasury signs payment instructions.
    """

    message_type: ClassVar[str] = "registry.system_key.register.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    use: SystemUse
    public_key: PublicKey


class RotateKey(Command):
    """Put a new key in the place of the one that signs this message; by its holder, an officer or a system.

    The new key has the same holder and the same use. The old one signs nothing that is taken in afterwards; what it
    signed before stays good.
    """

    message_type: ClassVar[str] = "registry.key.rotate.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    public_key: PublicKey


class ProposePayeeAccount(Command):
    """Propose an account of the sender's institution to which the pool may pay; a second officer approves (9.4)."""

    message_type: ClassVar[str] = "registry.payee_account.propose.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    account_number: Reference
    account_name: Name
    bank_name: Name


class ApprovePayeeAccount(Command):
    """Approve the payee account that another officer of the same institution proposed (9.4)."""

    message_type: ClassVar[str] = "registry.payee_account.approve.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    account_number: Reference


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


# Events


class PoolFounded(Event):
    """A pool was founded; carries the rules in force and all that others need to know of it."""

    message_type: ClassVar[str] = "registry.pool.founded.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    name: Name
    district: DistrictCode
    founded_on: date
    ends_on: date
    size_fen: PositiveFen
    share_rate_max_bp: BasisPoints
    managing_institution: InstitutionId
    cooperating_institution: InstitutionId
    cooperation_agreement: Annotated[Agreement | None, Field(description="the registry always says it (5.3)")] = None
    contributions: tuple[PlannedInstalment, ...]
    rules: Rules


class InstitutionRegistered(Event):
    """An institution has a role in the pool from now on."""

    message_type: ClassVar[str] = "registry.institution.registered.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    institution: InstitutionId
    name: Name
    uscc: Uscc
    role: Role


class SupervisingBankProposed(Event):
    """One institution has proposed the supervising bank; the other one's consent is awaited."""

    message_type: ClassVar[str] = "registry.supervising_bank.proposed.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    bank: InstitutionId
    proposed_by: InstitutionId
    proposal: Annotated[InstitutionData, Field(description="what the other institution consents to")]
    agreement: Agreement


class OfficerRegistered(Event):
    """An officer may act for its institution with these duties."""

    message_type: ClassVar[str] = "registry.officer.registered.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    institution: InstitutionId
    officer: OfficerId
    name: Name
    duties: tuple[Duty, ...]


class KeyRegistered(Event):
    """A key may sign from ``valid_from`` on; ``officer`` holds it, or it is a system key with one ``use``."""

    message_type: ClassVar[str] = "registry.key.registered.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    key_id: KeyId
    public_key: PublicKey
    institution: InstitutionId
    officer: OfficerId | None = None
    use: SystemUse | None = None
    valid_from: Moment
    registered_with: KeyId


class KeyRetired(Event):
    """A key signs nothing that is taken in at ``valid_until`` or later; another key has taken its place."""

    message_type: ClassVar[str] = "registry.key.retired.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    key_id: KeyId
    institution: InstitutionId
    valid_until: Moment


class PayeeAccountProposed(Event):
    """An officer has proposed an account; a second officer's approval is awaited."""

    message_type: ClassVar[str] = "registry.payee_account.proposed.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    institution: InstitutionId
    account_number: Reference
    account_name: Name
    bank_name: Name
    proposed_by: OfficerId


class PayeeAccountRegistered(Event):
    """The pool may pay ``institution`` on this account, and on no other one."""

    message_type: ClassVar[str] = "registry.payee_account.registered.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    institution: InstitutionId
    account_number: Reference
    account_name: Name
    bank_name: Name
    proposed_by: OfficerId
    approved_by: OfficerId


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


class RegistryReceipt(Receipt):
    """The registry's one answer to a message from outside."""

    message_type: ClassVar[str] = "registry.receipt.issued.v1"


COMMANDS: tuple[type[Command], ...] = (
    FoundPool,
    RegisterInstitution,
    ProposeSupervisingBank,
    ConsentToSupervisingBank,
    RegisterOfficer,
    RegisterSystemKey,
    RotateKey,
    ProposePayeeAccount,
    ApprovePayeeAccount,
    FileProject,
    ApproveProject,
    ReturnProject,
    RejectProject,
)

EVENTS: tuple[type[Event], ...] = (
    PoolFounded,
    InstitutionRegistered,
    SupervisingBankProposed,
    OfficerRegistered,
    KeyRegistered,
    KeyRetired,
    PayeeAccountProposed,
    PayeeAccountRegistered,
    ProjectFiled,
    ProjectApproved,
    ProjectReturned,
    ProjectRejected,
    RegistryReceipt,
)
