"""What is said of a project after its approval: further drawdowns, repayments, spot checks, flags, its end."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document, DocumentKind, paper
from shared.contracts.envelope import Command, Event, Part
from shared.contracts.examples import PRINCIPAL_FEN, FromContext, Party, Spoken, example
from shared.contracts.labels import LabelledEnum
from shared.contracts.money import Fen, PositiveFen
from shared.contracts.registry.projects import Drawdown, FiledDrawdown, RightRegistrationNumber
from shared.contracts.registry.words import Duty, InterpretationReliedOn, RightKind, RulesVersion
from shared.contracts.words import Day, Identity, InstitutionId, OfficerId, ProjectId, Reference, Sha256, Text


class BorrowerCondition(LabelledEnum):
    """How a spot check found the borrower."""

    IN_ORDER = "in_order", "in order", "正常"
    ADVERSE = "adverse", "adverse", "异常"


class RightCondition(LabelledEnum):
    """How a spot check found a right; all but the first are adverse (6.5)."""

    IN_FORCE = "in_force", "in force", "有效"
    LAPSED = "lapsed", "lapsed", "失效"
    INVALIDATED = "invalidated", "invalidated", "被宣告无效"
    TRANSFERRED = "transferred", "transferred", "已转让"
    DISPUTED = "disputed", "disputed", "存在争议"


class FlagGround(LabelledEnum):
    """What has set a flag."""

    SPOT_CHECK = "spot_check", "spot check", "抽查"  # an adverse one (6.5)
    AFFILIATE = "affiliate", "affiliate", "关联企业"  # its borrower was registered as one after the filing (9.1)


class EndGround(LabelledEnum):
    """Why a project has ended."""

    SETTLED = "settled", "settled", "贷款结清"  # the loan was repaid in full
    DECISION = "decision", "ended by decision", "决定结束"  # the managing institution has ended it


class RightCheck(Part):
    """What a spot check found of one right."""

    kind: Annotated[RightKind, example(RightKind.PATENT)]
    registration_number: RightRegistrationNumber
    condition: Annotated[RightCondition, example(RightCondition.IN_FORCE)]
    remark: Text | None = None


_CheckNumber = Annotated[Reference, Field(description="the spot check's"), example("CC-1")]


class RepaymentParticulars(BaseModel):
    """How much principal was repaid, and when."""

    project_id: ProjectId
    reference: Annotated[
        Reference, Field(description="the lender's number of the repayment, once in the loan"), example("HK-1")
    ]
    amount_fen: Annotated[PositiveFen, Field(description="principal only"), example(PRINCIPAL_FEN)]
    repaid_on: Day


class SpotCheckParticulars(BaseModel):
    """How the borrower and every pledged right were found."""

    project_id: ProjectId
    number: Annotated[_CheckNumber, Field(description="chosen by the cooperating institution, once in the project")]
    checked_on: Day
    checked_by: Annotated[tuple[OfficerId, ...], Field(min_length=1, max_length=20), example((FromContext.OFFICER,))]
    borrower: Annotated[BorrowerCondition, example(BorrowerCondition.IN_ORDER)]
    borrower_remark: Text | None = None
    rights: Annotated[tuple[RightCheck, ...], Field(max_length=100)]
    evidence: Annotated[
        tuple[Document, ...], Field(min_length=1, max_length=50), example((paper(DocumentKind.OTHER, "抽查记录"),))
    ]


class FlagParticulars(BaseModel):
    """Which flag of a project: at most one stands for each spot check, and for each affiliate."""

    ground: Annotated[FlagGround, example(FlagGround.SPOT_CHECK)]
    number: Annotated[
        Reference, Field(description="the spot check's number, or the affiliate's unified code"), example("CC-1")
    ]


class LiftingParticulars(FlagParticulars):
    """Which flag is lifted, and why."""

    project_id: ProjectId
    reasons: Annotated[Text, example("风险已消除")]
    document: Annotated[
        Document,
        Field(description="that of the decision"),
        example(paper(DocumentKind.MINUTES, "解除风险标记决定会议纪要")),
    ]
    interpretation: InterpretationReliedOn = None


class ProjectEndParticulars(BaseModel):
    """Why a project ends."""

    project_id: ProjectId
    ground: Annotated[EndGround, example(EndGround.SETTLED)]
    reasons: Annotated[Text, example("贷款已结清")]
    document: Annotated[
        Document | None,
        Field(description="the settlement's proof, or the minutes of the decision, which needs them"),
        example(paper(DocumentKind.MINUTES, "结束项目决定会议纪要")),
    ] = None
    interpretation: InterpretationReliedOn = None


class FileDrawdown(Command, name="registry.drawdown.file.v1"):
    """File a further drawdown of an approved project's loan, with its proof; by the cooperating institution (16.1)."""

    spoken: ClassVar[Spoken] = Spoken("drawdown", Party.COOPERATING, Duty.FILING)

    project_id: ProjectId
    drawdown: Annotated[Drawdown, example({"number": 2})]
    documents: Annotated[
        tuple[Document, ...], Field(min_length=1, max_length=20), example((paper(DocumentKind.OTHER, "放款凭证"),))
    ]
    late_because: Annotated[Text | None, Field(description="why it is filed after its window (16.1)")] = None


class ReportRepayment(RepaymentParticulars, Command, name="registry.repayment.report.v1"):
    """Report that principal was repaid; by the cooperating institution or the loan's lender."""

    spoken: ClassVar[Spoken] = Spoken("repayment", Party.COOPERATING, Duty.REPORTING)


class RecordSpotCheck(SpotCheckParticulars, Command, name="registry.spot_check.record.v1"):
    """Record a spot check of the borrower and of every pledged right; by the cooperating institution (6.5)."""

    spoken: ClassVar[Spoken] = Spoken("spot check", Party.COOPERATING, Duty.REPORTING)


class LiftFlag(LiftingParticulars, Command, name="registry.flag.lift.v1"):
    """Lift a flag, with reasons and the document of the decision; by the managing institution (6.5)."""

    spoken: ClassVar[Spoken] = Spoken("flag lifting", Party.MANAGING, Duty.OVERSIGHT)


class EndProject(ProjectEndParticulars, Command, name="registry.project.end.v1"):
    """End a project: settled, by the cooperating institution or the lender; by decision of the managing institution."""

    spoken: ClassVar[Spoken] = Spoken("project end", Party.COOPERATING, Duty.REPORTING)


class DrawdownFiled(Event, name="registry.drawdown.filed.v1"):
    """A further drawdown was filed; a late one is covered only once a collective decision has admitted it."""

    project_id: Identity
    drawdown: FiledDrawdown
    documents: tuple[Document, ...]
    covered_principal_fen: Annotated[Fen, Field(description="drawn and filed so far, without what waits for admission")]
    filed_by: OfficerId
    late_because: Text | None = None
    filing_sha256: Annotated[
        Sha256 | None, Field(description="of a late one: the hash of its published bytes, which the decision binds")
    ] = None
    rules_version: RulesVersion


class DrawdownAdmitted(Event, name="registry.drawdown.admitted.v1"):
    """A collective decision has admitted a drawdown that was filed late: it is covered from now on."""

    project_id: Identity
    number: int
    amount_fen: Annotated[PositiveFen, Field(description="of the drawdown")]
    covered_principal_fen: Fen
    filing_sha256: Annotated[Sha256, Field(description="what was decided on")]
    minutes: Document
    rules_version: RulesVersion


class DrawdownRefused(Event, name="registry.drawdown.refused.v1"):
    """A collective decision has not admitted a drawdown that was filed late: it is never covered."""

    project_id: Identity
    number: int
    reasons: Text
    minutes: Document
    rules_version: RulesVersion


class RepaymentRecorded(RepaymentParticulars, Event, name="registry.repayment.recorded.v1"):
    """Principal was repaid."""

    repaid_fen: Annotated[PositiveFen, Field(description="principal repaid so far")]
    outstanding_fen: Annotated[Fen, Field(description="principal drawn and not repaid")]
    reported_by: InstitutionId


class SpotCheckRecorded(SpotCheckParticulars, Event, name="registry.spot_check.recorded.v1"):
    """A spot check was made; it is adverse if anything was found that is."""

    adverse: bool
    recorded_by: OfficerId


class ProjectFlagged(FlagParticulars, Event, name="registry.project.flagged.v1"):
    """A spot check found something adverse (6.5), or the borrower turned out to be an affiliate (9.1).

    It is reported to the managing institution, which alone lifts the flag. While one stands, no drawdown is added and
    no plan is confirmed; while that of an affiliate stands, nothing is paid out.
    """

    project_id: Identity
    findings: Annotated[tuple[Text, ...], Field(description="each adverse finding in a word, with what it is about")]
    reported_to: InstitutionId


class FlagLifted(LiftingParticulars, Event, name="registry.flag.lifted.v1"):
    """The managing institution has lifted a flag."""

    lifted_by: OfficerId
    rules_version: RulesVersion


class ProjectEnded(ProjectEndParticulars, Event, name="registry.project.ended.v1"):
    """The project is over: no new loss of it is covered, and what it has pledged is free."""

    ended_on: Annotated[Day, Field(description="Beijing day of the message that ended it")]
    outstanding_fen: Fen
    ended_by: OfficerId
    rules_version: RulesVersion
