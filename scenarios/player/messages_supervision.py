"""Messages to the registry about supervision: major matters, acts, instructions and audits."""

from typing import Annotated, ClassVar

from scenarios.player.message import COOPERATING_WORD, MANAGING_WORD, MessageWords
from scenarios.player.scene import Scene
from scenarios.player.words import Day, YesNo, choice
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.registry import audits, supervision
from simulator import papers


class MajorMatter(MessageWords):
    """Report a major matter to the managing institution."""

    word: ClassVar[str] = "major matter"
    who: ClassVar[str] = f"{COOPERATING_WORD}/reporting officer"
    becomes: ClassVar[type[Command]] = supervision.ReportMajorMatter

    number: str = "ZD-1"
    title: str = "借款企业厂房火灾"
    report: str = "无人员伤亡，生产线停产。"
    occurred: Day | None = None

    def command(self, scene: Scene) -> supervision.ReportMajorMatter:
        """It happened today, unless another day is said."""
        return supervision.ReportMajorMatter(
            number=self.number, title=self.title, report=self.report, occurred_on=self.occurred or scene.today
        )


class MajorMatterAcknowledgement(MessageWords):
    """Acknowledge a major matter."""

    word: ClassVar[str] = "acknowledgement"
    who: ClassVar[str] = f"{MANAGING_WORD}/overseer"
    becomes: ClassVar[type[Command]] = supervision.AcknowledgeMajorMatter

    number: str = "ZD-1"
    response: str = "已知悉，请持续报告。"

    def command(self, scene: Scene) -> supervision.AcknowledgeMajorMatter:
        """What is said, as it is."""
        del scene
        return supervision.AcknowledgeMajorMatter(number=self.number, response=self.response)


class SupervisoryAct(MessageWords):
    """Record an act of coordination or supervision, or an instruction."""

    word: ClassVar[str] = "supervisory act"
    who: ClassVar[str] = f"{MANAGING_WORD}/overseer"
    becomes: ClassVar[type[Command]] = supervision.RecordSupervisoryAct

    number: str = "JD-1"
    kind: Annotated[supervision.SupervisoryActKind, choice(supervision.SupervisoryActKind)] = (
        supervision.SupervisoryActKind.SUPERVISION
    )
    title: str = "现场检查"
    content: str = "检查档案与台账。"
    due: Day | None = None

    def command(self, scene: Scene) -> supervision.RecordSupervisoryAct:
        """It was done today."""
        return supervision.RecordSupervisoryAct(
            number=self.number,
            kind=self.kind,
            title=self.title,
            content=self.content,
            acted_on=scene.today,
            due_on=self.due,
        )


class Completion(MessageWords):
    """Report that an instruction was carried out."""

    word: ClassVar[str] = "completion report"
    who: ClassVar[str] = f"{COOPERATING_WORD}/reporting officer"
    becomes: ClassVar[type[Command]] = supervision.ReportCompletion

    number: str = "JD-1"
    report: str = "已办理完毕。"

    def command(self, scene: Scene) -> supervision.ReportCompletion:
        """What is said, as it is."""
        del scene
        return supervision.ReportCompletion(number=self.number, report=self.report)


class AuditEngagement(MessageWords):
    """Engage a third-party auditor."""

    word: ClassVar[str] = "audit engagement"
    who: ClassVar[str] = f"{MANAGING_WORD}/overseer"
    becomes: ClassVar[type[Command]] = audits.EngageAuditor

    number: str = "SJ-1"
    auditor: str = "示例会计师事务所"
    code: str = papers.USCC[papers.BORROWER]
    scope: str = "资金池使用情况"

    def command(self, scene: Scene) -> audits.EngageAuditor:
        """Of the time since the founding."""
        return audits.EngageAuditor(
            number=self.number,
            auditor=self.auditor,
            auditor_uscc=self.code,
            scope=self.scope,
            period_from=scene.prelude.founded,
            period_to=scene.today,
            engagement_letter=papers.document(DocumentKind.AGREEMENT, "审计业务约定书"),
        )


class AuditFinding(MessageWords):
    """Record what an engaged auditor has found."""

    word: ClassVar[str] = "audit finding"
    who: ClassVar[str] = f"{MANAGING_WORD}/overseer"
    becomes: ClassVar[type[Command]] = audits.RecordAuditFinding

    number: str = "SJ-1"
    finding: str = "1"
    text: str = "现场核实记录缺少第二人签字。"
    clause: str | None = "6.6"

    def command(self, scene: Scene) -> audits.RecordAuditFinding:
        """What is said, as it is."""
        del scene
        return audits.RecordAuditFinding(number=self.number, finding=self.finding, text=self.text, clause=self.clause)


class AuditReport(MessageWords):
    """Record an engaged auditor's report."""

    word: ClassVar[str] = "audit report"
    who: ClassVar[str] = f"{MANAGING_WORD}/overseer"
    becomes: ClassVar[type[Command]] = audits.RecordAuditReport

    number: str = "SJ-1"
    passed: YesNo = True
    conclusion: str = "资金使用合规。"

    def command(self, scene: Scene) -> audits.RecordAuditReport:
        """What is said, with the report."""
        del scene
        report = papers.document(DocumentKind.OTHER, "审计报告")
        return audits.RecordAuditReport(
            number=self.number, passed=self.passed, conclusion=self.conclusion, report=report
        )


MESSAGES: tuple[type[MessageWords], ...] = (
    MajorMatter,
    MajorMatterAcknowledgement,
    SupervisoryAct,
    Completion,
    AuditEngagement,
    AuditFinding,
    AuditReport,
)
