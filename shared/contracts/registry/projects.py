"""What is said of a financing project: its filing, and what the managing institution says to it."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event, EventPart, Part
from shared.contracts.money import BasisPoints, Fen, PositiveFen
from shared.contracts.refusals import Refusal
from shared.contracts.registry.words import InterpretationReliedOn, LossRatio, RightKind, RulesVersion
from shared.contracts.words import (
    Day,
    DistrictCode,
    Identity,
    InstitutionId,
    Name,
    OfficerId,
    Reference,
    Sha256,
    Text,
    Uscc,
)

LargestOtherCollateralFen = Annotated[
    PositiveFen | None,
    Field(
        description="the largest single support among the other collateral (2.1); none means: all of it is one support"
    ),
]

# A loan that is paid out every week for two years.
DRAWDOWNS_MAX = 100


class IpRight(Part):
    """A pledged intellectual property right with its valuation and pledge registration (2.1, 12.1, 13.1)."""

    kind: RightKind
    registration_number: Reference
    title: Name
    owner_uscc: Uscc
    core: bool
    why_core: Text | None = None
    valuer: Name
    valued_on: Day
    valuation_fen: PositiveFen
    pledge_registration_number: Reference | None = None
    pledge_registered_on: Day | None = None
    pledge_authority: Name | None = None


class Drawdown(Part):
    """One payout of a loan; each has its own filing window (16.1)."""

    number: Annotated[int, Field(strict=True, ge=1, le=DRAWDOWNS_MAX, description="counted from 1 within the loan")]
    amount_fen: PositiveFen
    disbursed_on: Day


class Loan(Part):
    """The loan as contracted and paid out. ``disbursed_on`` is the day of its first payout (16.1)."""

    lender: InstitutionId
    guarantor: InstitutionId | None = None
    contract_number: Reference
    contracted_on: Day
    principal_fen: PositiveFen
    disbursed_on: Day
    due_on: Day
    drawdowns: Annotated[
        tuple[Drawdown, ...],
        Field(
            max_length=DRAWDOWNS_MAX,
            description="what has been paid out; none means the whole principal at once on disbursed_on",
        ),
    ] = ()


class Finding(Part):
    """A finding about the borrower, with its evidence and the day it was made (11.1)."""

    met: bool
    found_on: Day
    evidence: Document
    as_of: Annotated[
        Day | None, Field(description="the day as of which the borrower is judged; none means the disbursement's")
    ] = None


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
    """File a financing project with its documents; by the cooperating institution (6.4, 16.1, 16.2).

    What is filed after its window is refused, unless it says why it comes late: then a collective decision admits it or
    not.
    """

    message_type: ClassVar[str] = "registry.project.file.v1"

    loan: Loan
    borrower: Borrower
    rights: Annotated[tuple[IpRight, ...], Field(max_length=100)]
    other_collateral_fen: Annotated[int, Field(strict=True, ge=0, le=10**15)] = 0
    largest_other_collateral_fen: LargestOtherCollateralFen = None
    promoted_by_cooperating: bool
    borrower_is_affiliate: bool
    documents: Annotated[tuple[Document, ...], Field(max_length=100)]
    late_because: Annotated[Text | None, Field(description="why it is filed after its window (16.1)")] = None


class ApproveProject(Command):
    """Approve a filing; by the managing institution (5.4)."""

    message_type: ClassVar[str] = "registry.project.approve.v1"

    project_id: Identity
    filing: Annotated[
        int | None,
        Field(
            strict=True, ge=1, description="the filing that was read and is approved; without it nothing is approved"
        ),
    ] = None
    interpretation: InterpretationReliedOn = None


class ReturnProject(Command):
    """Return a filing to the cooperating institution, with reasons (5.4)."""

    message_type: ClassVar[str] = "registry.project.return.v1"

    project_id: Identity
    reasons: Text
    filing: Annotated[
        int | None,
        Field(strict=True, ge=1, description="the filing that was read; a correction is declined by its number only"),
    ] = None
    interpretation: InterpretationReliedOn = None


class RejectProject(Command):
    """Reject a filing for good, with reasons (5.4)."""

    message_type: ClassVar[str] = "registry.project.reject.v1"

    project_id: Identity
    reasons: Text
    filing: Annotated[
        int | None,
        Field(strict=True, ge=1, description="the filing that was read; a correction is declined by its number only"),
    ] = None
    interpretation: InterpretationReliedOn = None


class ProjectTerms(EventPart):
    """What a filing pins to its project: the rules' version, its share rate and its loss ratio (5.2)."""

    rules_version: int
    share_rate_bp: BasisPoints
    loss_ratio: LossRatio


class FiledDrawdown(EventPart):
    """A drawdown with its clock: the Beijing day on which it was filed, and the last day of its window (16.1)."""

    number: int
    amount_fen: PositiveFen
    disbursed_on: Day
    filed_on: Day
    filing_deadline: Day
    filing_deadline_provisional: bool = False
    late: Annotated[bool, Field(description="filed after its window; covered only once a decision admits it")] = False


class FilingFoundIncomplete(Event):
    """A filing lacks something; it can be completed until the last day of its window.

    ``items`` name each thing that is missing, as its sender has been told.
    """

    message_type: ClassVar[str] = "registry.filing.found_incomplete.v1"

    project_id: Identity
    loan: Loan
    borrower_name: Name
    borrower_uscc: Uscc
    items: tuple[Refusal, ...]
    found_on: Day
    filing_deadline: Annotated[Day, Field(description="last day of the window (16.1)")]
    filing_deadline_provisional: bool = False
    drawdowns: Annotated[tuple[FiledDrawdown, ...], Field(description="each with its own clock (16.1)")] = ()
    filed_by: OfficerId
    rules_version: RulesVersion | None = None


class ProjectFiled(Event):
    """A filing is complete and waits for the managing institution's approval; a late one first for its admission."""

    message_type: ClassVar[str] = "registry.project.filed.v1"

    project_id: Identity
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
    largest_other_collateral_fen: LargestOtherCollateralFen = None
    filed_on: Annotated[Day | None, Field(description="Beijing day of the project's first complete filing")] = None
    filing_deadline: Annotated[Day | None, Field(description="last day of the window (16.1)")] = None
    filing_deadline_provisional: Annotated[
        bool, Field(description="the working days of its year weren't published yet")
    ] = False
    drawdowns: Annotated[tuple[FiledDrawdown, ...], Field(description="each with its own clock (16.1)")] = ()
    late_because: Annotated[
        Text | None, Field(description="said only of a late filing, which a collective decision has to admit (16.1)")
    ] = None
    filing_sha256: Annotated[
        Sha256 | None, Field(description="of a late filing: the hash of its published bytes, which the decision binds")
    ] = None
    message_sha256: Annotated[
        Sha256 | None, Field(description="the hash of its published bytes; the registry always says it")
    ] = None
    received_on: Annotated[
        Day | None, Field(description="Beijing day of this filing, be it the first or not; the registry always says it")
    ] = None
    rules_version: RulesVersion | None = None


class FilingAdmitted(Event):
    """A collective decision has admitted the late filing: now it waits for the managing institution's approval."""

    message_type: ClassVar[str] = "registry.filing.admitted.v1"

    project_id: Identity
    filing: int
    filing_sha256: Annotated[Sha256, Field(description="what was decided on")]
    minutes: Document
    rules_version: RulesVersion | None = None


class ProjectApproved(Event):
    """The pool covers this project; carries all that a claim on it needs."""

    message_type: ClassVar[str] = "registry.project.approved.v1"

    project_id: Identity
    loan: Loan
    borrower_name: Name
    borrower_uscc: Uscc
    documents: tuple[Document, ...]
    terms: ProjectTerms
    filed_by: OfficerId
    approved_by: OfficerId
    filing: Annotated[int | None, Field(description="the filing that was approved; the registry always says it")] = None
    covered_principal_fen: Annotated[
        Fen | None, Field(description="drawn and filed so far; the registry always says it")
    ] = None
    interpretation: InterpretationReliedOn = None
    rules_version: RulesVersion | None = None


class ProjectReturned(Event):
    """The filing went back to the cooperating institution and can be filed anew."""

    message_type: ClassVar[str] = "registry.project.returned.v1"

    project_id: Identity
    reasons: Text
    returned_by: OfficerId
    interpretation: InterpretationReliedOn = None
    rules_version: RulesVersion | None = None


class ProjectRejected(Event):
    """The filing was rejected for good."""

    message_type: ClassVar[str] = "registry.project.rejected.v1"

    project_id: Identity
    reasons: Text
    rejected_by: OfficerId
    interpretation: InterpretationReliedOn = None
    minutes: Annotated[
        Document | None, Field(description="of the collective decision that did not admit a late one, if it was that")
    ] = None
    rules_version: RulesVersion | None = None
