"""What is said of a project after its approval: further drawdowns, repayments, spot checks, flags, its end."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event, Part
from shared.contracts.money import Fen, PositiveFen
from shared.contracts.registry.projects import Drawdown, FiledDrawdown
from shared.contracts.registry.words import InterpretationReliedOn, RightKind, RulesVersion
from shared.contracts.wording import Worded
from shared.contracts.words import Day, Identity, InstitutionId, OfficerId, Reference, Sha256, Text


class BorrowerCondition(Worded):
    """How a spot check found the borrower."""

    IN_ORDER = "in_order", "in order", "正常"
    ADVERSE = "adverse", "adverse", "异常"


class RightCondition(Worded):
    """How a spot check found a right; all but the first are adverse (6.5)."""

    IN_FORCE = "in_force", "in force", "有效"
    LAPSED = "lapsed", "lapsed", "失效"
    INVALIDATED = "invalidated", "invalidated", "被宣告无效"
    TRANSFERRED = "transferred", "transferred", "已转让"
    DISPUTED = "disputed", "disputed", "存在争议"


class EndGround(Worded):
    """Why a project has ended."""

    SETTLED = "settled", "settled", "贷款结清"  # the loan was repaid in full
    DECISION = "decision", "ended by decision", "决定结束"  # the managing institution has ended it


class RightCheck(Part):
    """What a spot check found of one right."""

    kind: RightKind
    registration_number: Reference
    condition: RightCondition
    remark: Text | None = None


class FileDrawdown(Command):
    """File a further drawdown of an approved project's loan, with its proof; by the cooperating institution (16.1)."""

    message_type: ClassVar[str] = "registry.drawdown.file.v1"

    project_id: Identity
    drawdown: Drawdown
    documents: Annotated[tuple[Document, ...], Field(min_length=1, max_length=20)]
    late_because: Annotated[Text | None, Field(description="why it is filed after its window (16.1)")] = None


class ReportRepayment(Command):
    """Report that principal was repaid; by the cooperating institution or the loan's lender."""

    message_type: ClassVar[str] = "registry.repayment.report.v1"

    project_id: Identity
    reference: Annotated[Reference, Field(description="the lender's number of the repayment, once in the loan")]
    amount_fen: Annotated[PositiveFen, Field(description="principal only")]
    repaid_on: Day


class RecordSpotCheck(Command):
    """Record a spot check of the borrower and of every pledged right; by the cooperating institution (6.5)."""

    message_type: ClassVar[str] = "registry.spot_check.record.v1"

    project_id: Identity
    number: Annotated[Reference, Field(description="chosen by the cooperating institution, once in the project")]
    checked_on: Day
    checked_by: Annotated[tuple[OfficerId, ...], Field(min_length=1, max_length=20)]
    borrower: BorrowerCondition
    borrower_remark: Text | None = None
    rights: Annotated[tuple[RightCheck, ...], Field(max_length=100)]
    evidence: Annotated[tuple[Document, ...], Field(min_length=1, max_length=50)]


class LiftFlag(Command):
    """Lift the flag that an adverse spot check has set, with reasons; by the managing institution (6.5)."""

    message_type: ClassVar[str] = "registry.flag.lift.v1"

    project_id: Identity
    number: Annotated[Reference, Field(description="the spot check's")]
    reasons: Text
    interpretation: InterpretationReliedOn = None


class EndProject(Command):
    """End a project: settled, by the cooperating institution or the lender; by decision of the managing institution."""

    message_type: ClassVar[str] = "registry.project.end.v1"

    project_id: Identity
    ground: EndGround
    reasons: Text
    document: Annotated[
        Document | None, Field(description="the settlement's proof, or the minutes of the decision, which needs them")
    ] = None
    interpretation: InterpretationReliedOn = None


class DrawdownFiled(Event):
    """A further drawdown was filed; a late one is covered only once a collective decision has admitted it."""

    message_type: ClassVar[str] = "registry.drawdown.filed.v1"

    project_id: Identity
    drawdown: FiledDrawdown
    documents: tuple[Document, ...]
    covered_principal_fen: Annotated[Fen, Field(description="drawn and filed so far, without what waits for admission")]
    filed_by: OfficerId
    late_because: Text | None = None
    filing_sha256: Annotated[
        Sha256 | None, Field(description="of a late one: the hash of its published bytes, which the decision binds")
    ] = None
    rules_version: RulesVersion | None = None


class DrawdownAdmitted(Event):
    """A collective decision has admitted a drawdown that was filed late: it is covered from now on."""

    message_type: ClassVar[str] = "registry.drawdown.admitted.v1"

    project_id: Identity
    number: int
    amount_fen: Annotated[PositiveFen | None, Field(description="of the drawdown")] = None
    covered_principal_fen: Fen
    filing_sha256: Annotated[Sha256, Field(description="what was decided on")]
    minutes: Document
    rules_version: RulesVersion | None = None


class DrawdownRefused(Event):
    """A collective decision has not admitted a drawdown that was filed late: it is never covered."""

    message_type: ClassVar[str] = "registry.drawdown.refused.v1"

    project_id: Identity
    number: int
    reasons: Text
    minutes: Document
    rules_version: RulesVersion | None = None


class RepaymentRecorded(Event):
    """Principal was repaid."""

    message_type: ClassVar[str] = "registry.repayment.recorded.v1"

    project_id: Identity
    reference: Reference
    amount_fen: PositiveFen
    repaid_on: Day
    repaid_fen: Annotated[PositiveFen, Field(description="principal repaid so far")]
    outstanding_fen: Annotated[Fen, Field(description="principal drawn and not repaid")]
    reported_by: InstitutionId


class SpotCheckRecorded(Event):
    """A spot check was made; it is adverse if anything was found that is."""

    message_type: ClassVar[str] = "registry.spot_check.recorded.v1"

    project_id: Identity
    number: Reference
    checked_on: Day
    checked_by: tuple[OfficerId, ...]
    borrower: BorrowerCondition
    borrower_remark: Text | None = None
    rights: tuple[RightCheck, ...]
    evidence: tuple[Document, ...]
    adverse: bool
    recorded_by: OfficerId


class ProjectFlagged(Event):
    """A spot check found something adverse: reported to the managing institution, which alone lifts the flag (6.5)."""

    message_type: ClassVar[str] = "registry.project.flagged.v1"

    project_id: Identity
    number: Annotated[Reference, Field(description="the spot check's")]
    findings: Annotated[tuple[Text, ...], Field(description="each adverse finding in a word, with what it is about")]
    reported_to: InstitutionId


class FlagLifted(Event):
    """The managing institution has lifted a flag."""

    message_type: ClassVar[str] = "registry.flag.lifted.v1"

    project_id: Identity
    number: Reference
    reasons: Text
    lifted_by: OfficerId
    interpretation: InterpretationReliedOn = None
    rules_version: RulesVersion | None = None


class ProjectEnded(Event):
    """The project is over: no new loss of it is covered, and what it has pledged is free."""

    message_type: ClassVar[str] = "registry.project.ended.v1"

    project_id: Identity
    ground: EndGround
    reasons: Text
    document: Document | None = None
    ended_on: Annotated[Day, Field(description="Beijing day of the message that ended it")]
    outstanding_fen: Fen
    ended_by: OfficerId
    interpretation: InterpretationReliedOn = None
    rules_version: RulesVersion | None = None
