"""What is said of a financing project: its filing, and what the managing institution says to it."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document, DocumentKind, paper
from shared.contracts.envelope import Command, Event, EventPart, Part
from shared.contracts.examples import (
    PRINCIPAL_FEN,
    After,
    BeforeDisbursement,
    Called,
    CodeOf,
    FromContext,
    IdOf,
    NameOf,
    Party,
    Place,
    PledgeOf,
    Spoken,
    WithGuarantor,
    example,
    usual,
)
from shared.contracts.money import BasisPoints, Fen, PositiveFen
from shared.contracts.refusals import Refusal
from shared.contracts.registry.rules import LossRatio
from shared.contracts.registry.words import Duty, InterpretationReliedOn, LoanLikeness, RightKind, RulesVersion
from shared.contracts.words import (
    Day,
    DistrictCode,
    Identity,
    InstitutionId,
    Name,
    OfficerId,
    ProjectId,
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

RightRegistrationNumber = Annotated[
    Reference,
    Field(
        description="the one that names the right: 专利号 with check digit, 商标注册号, a copyright's 登记号; in any "
        "writing, and no number of a publication or of a certificate (2.1)"
    ),
    example(FromContext.RIGHT_NUMBER),
]

# A loan that is paid out every week for two years.
DRAWDOWNS_MAX = 100


class IpRight(Part):
    """A pledged intellectual property right with its valuation and pledge registration (2.1, 12.1, 13.1)."""

    kind: Annotated[RightKind, example(RightKind.PATENT)]
    registration_number: RightRegistrationNumber
    title: Annotated[Name, example("一种示例装置")]
    owner_uscc: Annotated[Uscc, Called("owner code"), example(CodeOf(Party.BORROWER))]
    core: Annotated[bool, example(True)]
    why_core: Annotated[Text | None, usual("覆盖主营产品的核心技术方案")] = None
    valuer: Annotated[Name, example("示例资产评估机构")]
    valued_on: Annotated[Day, example(BeforeDisbursement(10))]
    valuation_fen: Annotated[PositiveFen, example(150_000_000)]
    pledge_registration_number: Annotated[Reference | None, usual(PledgeOf("registration_number"))] = None
    pledge_registered_on: Annotated[Day | None, usual(BeforeDisbursement(1))] = None
    pledge_authority: Annotated[Name | None, usual("国家知识产权局")] = None


class Drawdown(Part):
    """One payout of a loan; each has its own filing window (16.1)."""

    number: Annotated[
        int, Field(strict=True, ge=1, le=DRAWDOWNS_MAX, description="counted from 1 within the loan"), example(Place())
    ]
    amount_fen: Annotated[PositiveFen, example(10_000_000)]
    disbursed_on: Day


class Loan(Part):
    """The loan as contracted and paid out. ``disbursed_on`` is the day of its first payout (16.1)."""

    lender: Annotated[InstitutionId, example(IdOf(Party.LENDER))]
    guarantor: Annotated[InstitutionId | None, usual(WithGuarantor(IdOf(Party.GUARANTOR)))] = None
    contract_number: Annotated[Reference, example(FromContext.CONTRACT)]
    contracted_on: Annotated[Day, example(After("disbursed_on", -2))]
    principal_fen: Annotated[PositiveFen, example(PRINCIPAL_FEN)]
    disbursed_on: Annotated[Day, example(BeforeDisbursement())]
    due_on: Annotated[Day, example(After("disbursed_on", 365))]
    drawdowns: Annotated[
        tuple[Drawdown, ...],
        Field(
            max_length=DRAWDOWNS_MAX,
            description="what has been paid out; none means the whole principal at once on disbursed_on",
        ),
    ] = ()


class Finding(Part):
    """A finding about the borrower, with its evidence and the day it was made (11.1)."""

    met: Annotated[bool, example(True)]
    found_on: Annotated[Day, example(BeforeDisbursement(5))]
    evidence: Annotated[Document, example(paper(DocumentKind.OTHER, "尽职调查报告"))]
    as_of: Annotated[
        Day | None, Field(description="the day as of which the borrower is judged; none means the disbursement's")
    ] = None


_Finding = Annotated[Finding | None, usual({})]


class Borrower(Part):
    """The borrower, with the findings that Article 11 asks for, as of the loan's disbursement.

    Which of them have to be there is a field of the rules, ``borrower_findings``.
    """

    name: Annotated[Name, example(NameOf(Party.BORROWER))]
    uscc: Annotated[Uscc, example(CodeOf(Party.BORROWER))]
    district: Annotated[DistrictCode, example("110105")]
    good_credit: _Finding = None
    operating_normally: _Finding = None
    capable_team: _Finding = None
    own_technology: _Finding = None
    competitive: _Finding = None


_OTHER_COLLATERAL_FEN_MAX = 10**15
_MATERIALS = (
    paper(DocumentKind.THREE_PARTY_AGREEMENT, "知识产权质押融资三方协议"),
    paper(DocumentKind.LOAN_CONTRACT, "流动资金借款合同"),
    paper(DocumentKind.PLEDGE_CONTRACT, "专利权质押合同"),
    WithGuarantor(paper(DocumentKind.GUARANTEE_CONTRACT, "委托保证合同")),
    paper(DocumentKind.PLEDGE_REGISTRATION_PROOF, "专利权质押登记通知书"),
    paper(DocumentKind.IP_ANALYSIS, "知识产权分析报告"),
)


class FiledParticulars(BaseModel):
    """What stays of a filing once it is complete."""

    loan: Loan
    borrower: Borrower
    rights: Annotated[tuple[IpRight, ...], Field(max_length=100)]
    largest_other_collateral_fen: LargestOtherCollateralFen = None
    documents: Annotated[tuple[Document, ...], Field(max_length=100), example(_MATERIALS)]


class FilingData(FiledParticulars):
    """The whole of a filing, first or corrected; both are judged alike."""

    other_collateral_fen: Annotated[int, Field(strict=True, ge=0, le=_OTHER_COLLATERAL_FEN_MAX)] = 0
    promoted_by_cooperating: Annotated[bool, example(True)]
    borrower_is_affiliate: Annotated[bool, example(False)]
    late_because: Annotated[Text | None, Field(description="why it, or a payout in it, comes late (16.1)")] = None


class SimilarLoan(EventPart):
    """A filed loan that this one could be, though its contract's number is another one (10.3)."""

    project_id: Identity
    lender: InstitutionId
    contract_number: Reference
    alike: tuple[LoanLikeness, ...]


class OtherLoan(Part):
    """A loan that the filing was reported to resemble, and why this one is another (10.3)."""

    lender: Annotated[InstitutionId, example(IdOf(Party.LENDER))]
    contract_number: Annotated[Reference, example(FromContext.CONTRACT)]
    reason: Annotated[Text, example("两笔贷款的合同和放款凭证不同，已核对原件")]


# Of a loan that resembles more, so many are reported: each has to be told apart by hand.
SIMILAR_LOANS_MAX = 20
SimilarLoans = Annotated[
    tuple[SimilarLoan, ...],
    Field(description="filed loans that this could be; an approval names each, and why this is another one (10.3)"),
]
OtherLoans = Annotated[
    tuple[OtherLoan, ...],
    Field(
        max_length=SIMILAR_LOANS_MAX,
        description="each loan that the filing was reported to resemble, and why this is another one (10.3)",
    ),
]
_FilingRead = Annotated[
    int,
    Field(strict=True, ge=1, description="the filing that was read; nothing is decided on one that wasn't"),
    usual(FromContext.FILING),
]


class FileProject(FilingData, Command, name="registry.project.file.v1"):
    """File a financing project with its documents; by the cooperating institution (6.4, 16.1, 16.2).

    What is filed after its window is refused, unless it says why it comes late: then a collective decision admits it or
    not.
    """

    spoken: ClassVar[Spoken] = Spoken("filing", Party.COOPERATING, Duty.FILING)


class ApproveProject(Command, name="registry.project.approve.v1"):
    """Approve a filing; by the managing institution (5.4)."""

    spoken: ClassVar[Spoken] = Spoken("filing approval", Party.MANAGING, Duty.FILING_APPROVAL)

    project_id: ProjectId
    filing: _FilingRead
    other_loans: OtherLoans = ()
    interpretation: InterpretationReliedOn = None


class ReturnProject(Command, name="registry.project.return.v1"):
    """Return a filing to the cooperating institution, with reasons (5.4)."""

    spoken: ClassVar[Spoken] = Spoken("filing return", Party.MANAGING, Duty.FILING_APPROVAL)

    project_id: ProjectId
    reasons: Annotated[Text, example("评估报告须更新")]
    filing: _FilingRead
    interpretation: InterpretationReliedOn = None


class RejectProject(Command, name="registry.project.reject.v1"):
    """Reject a filing for good, with reasons (5.4)."""

    spoken: ClassVar[Spoken] = Spoken("filing rejection", Party.MANAGING, Duty.FILING_APPROVAL)

    project_id: ProjectId
    reasons: Annotated[Text, example("不符合备案条件")]
    filing: _FilingRead
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
    filing_deadline_provisional: bool
    late: Annotated[bool, Field(description="filed after its window; covered only once a decision admits it")]


class FilingWindows(BaseModel):
    """By when a filing was due, in each of its drawdowns."""

    filing_deadline: Annotated[Day, Field(description="last day of the first payout's window (16.1)")]
    filing_deadline_provisional: Annotated[
        bool, Field(description="the working days of its year weren't published yet")
    ]
    drawdowns: Annotated[tuple[FiledDrawdown, ...], Field(description="each with its own clock (16.1)")]


class IncompleteFiling(FilingWindows):
    """What is kept of a filing that lacks something."""

    project_id: Identity
    loan: Loan
    borrower_name: Name
    borrower_uscc: Uscc
    items: Annotated[tuple[Refusal, ...], Field(description="each thing that is missing, as its sender has been told")]


class FiledVersion(BaseModel):
    """One version of a filing, by its number and by the bytes in which it was filed."""

    filing: Annotated[int, Field(description="counted from 1; a correction is counted too")]
    filed_by: OfficerId
    message_sha256: Annotated[Sha256, Field(description="of its published bytes, which a decision on it binds")]


class CompleteFiling(FilingWindows, FiledParticulars):
    """What is kept of a filing that is complete, be it a first one or a correction."""

    filing: int
    filed_by: OfficerId
    other_collateral_fen: Fen
    late_because: Annotated[
        Text | None, Field(description="said only of a late one, which a collective decision has to admit (16.1)")
    ] = None
    similar_loans: SimilarLoans = ()


class ApprovedFiling(BaseModel):
    """What was approved; all that a claim needs."""

    project_id: Identity
    loan: Loan
    borrower_name: Name
    borrower_uscc: Uscc
    documents: tuple[Document, ...]
    terms: ProjectTerms
    filed_by: OfficerId
    approved_by: OfficerId
    filing: Annotated[int, Field(description="the filing that was approved")]
    covered_principal_fen: Annotated[Fen, Field(description="drawn and filed so far")]
    other_loans: OtherLoans = ()
    interpretation: InterpretationReliedOn = None
    rules_version: RulesVersion


class FilingFoundIncomplete(IncompleteFiling, Event, name="registry.filing.found_incomplete.v1"):
    """A filing lacks something; it can be completed until the last day of its window."""

    found_on: Day
    filed_by: OfficerId
    rules_version: RulesVersion


class ProjectFiled(FiledVersion, CompleteFiling, Event, name="registry.project.filed.v1"):
    """A filing is complete and waits for the managing institution's approval; a late one first for its admission."""

    project_id: Identity
    borrower_name: Name
    borrower_uscc: Uscc
    terms: ProjectTerms
    filed_on: Annotated[Day, Field(description="Beijing day of the project's first complete filing")]
    filing_sha256: Annotated[
        Sha256 | None, Field(description="of a late filing: the hash of its published bytes, which the decision binds")
    ] = None
    received_on: Annotated[Day, Field(description="Beijing day of this filing, be it the first or not")]
    rules_version: RulesVersion


class FilingAdmitted(Event, name="registry.filing.admitted.v1"):
    """A collective decision has admitted the late filing: now it waits for the managing institution's approval."""

    project_id: Identity
    filing: int
    filing_sha256: Annotated[Sha256, Field(description="what was decided on")]
    minutes: Document
    rules_version: RulesVersion


class ProjectApproved(ApprovedFiling, Event, name="registry.project.approved.v1"):
    """The pool covers this project; carries all that a claim on it needs."""


class ProjectReturned(Event, name="registry.project.returned.v1"):
    """The filing went back to the cooperating institution and can be filed anew."""

    project_id: Identity
    reasons: Text
    returned_by: OfficerId
    interpretation: InterpretationReliedOn = None
    rules_version: RulesVersion


class ProjectRejected(Event, name="registry.project.rejected.v1"):
    """The filing was rejected for good."""

    project_id: Identity
    reasons: Text
    rejected_by: OfficerId
    interpretation: InterpretationReliedOn = None
    minutes: Annotated[
        Document | None, Field(description="of the collective decision that did not admit a late one, if it was that")
    ] = None
    rules_version: RulesVersion
