"""What is said beside the story of supervision: major matters, acts, instructions, and an audit."""

from datetime import date

from shared.contracts.documents import Document, DocumentKind
from shared.contracts.ids import matter_id
from shared.contracts.registry.audits import (
    AuditFindingRecorded,
    AuditorEngaged,
    AuditReported,
    EngageAuditor,
    RecordAuditFinding,
    RecordAuditReport,
)
from shared.contracts.registry.supervision import (
    AcknowledgeMajorMatter,
    CompletionReported,
    MajorMatterAcknowledged,
    MajorMatterReported,
    RecordSupervisoryAct,
    ReportCompletion,
    ReportMajorMatter,
    SupervisoryActKind,
    SupervisoryActRecorded,
)
from simulator.golden.founding import beijing
from simulator.golden.story import COOPERATING, MANAGING, POOL, Story, sha256_of_title


def add_supervision(story: Story) -> None:
    """A borrower's fire is reported and acknowledged; an instruction follows, and is carried out."""
    report = ReportMajorMatter(
        number="ZD-2026-001",
        title="借款企业厂房火灾",
        report="无人员伤亡，生产线预计停产一个月。",
        occurred_on=date(2026, 6, 1),
    )
    matter = matter_id(POOL, "major_matter", report.number)
    story.says(COOPERATING, "reporting-officer", "report-fire", beijing(2026, 6, 2), report)
    story.publishes(
        "registry",
        str(POOL),
        MajorMatterReported(
            matter_id=matter, reported_by="reporting-officer", **report.model_dump(exclude={"document"})
        ),
    )
    acknowledge = AcknowledgeMajorMatter(number=report.number, response="已知悉，请每周报告恢复情况。")
    story.says(MANAGING, "overseer", "acknowledge-fire", beijing(2026, 6, 3), acknowledge)
    story.publishes(
        "registry",
        str(POOL),
        MajorMatterAcknowledged(
            matter_id=matter, number=report.number, response=acknowledge.response, acknowledged_by="overseer"
        ),
    )
    instruct = RecordSupervisoryAct(
        number="JB-2026-001",
        kind=SupervisoryActKind.INSTRUCTION,
        title="逐户排查在保项目",
        content="对全部在保项目开展一次安全生产排查，并书面报告。",
        acted_on=date(2026, 6, 3),
        due_on=date(2026, 7, 3),
    )
    act = matter_id(POOL, "supervisory_act", instruct.number)
    story.says(MANAGING, "overseer", "instruct-inspection", beijing(2026, 6, 3), instruct)
    story.publishes(
        "registry",
        str(POOL),
        SupervisoryActRecorded(matter_id=act, recorded_by="overseer", **instruct.model_dump(exclude={"document"})),
    )
    completed = ReportCompletion(
        number=instruct.number, report="排查完毕，未发现其他隐患。", document=_document("排查报告")
    )
    story.says(COOPERATING, "reporting-officer", "report-completion", beijing(2026, 6, 30), completed)
    story.publishes(
        "registry",
        str(POOL),
        CompletionReported(
            matter_id=act,
            number=completed.number,
            report=completed.report,
            document=completed.document,
            reported_by="reporting-officer",
        ),
    )


def add_audit(story: Story) -> None:
    """A third party audits the pool's first year, finds one thing, and reports."""
    engage = EngageAuditor(
        number="SJ-2027-001",
        auditor="示例会计师事务所（特殊普通合伙）",
        auditor_uscc="91110105MA04EXMP8B",
        scope="2026年度资金池使用情况",
        period_from=date(2026, 1, 5),
        period_to=date(2026, 12, 31),
        engagement_letter=_document("审计业务约定书"),
    )
    matter = matter_id(POOL, "audit_engagement", engage.number)
    story.says(MANAGING, "overseer", "engage-auditor", beijing(2027, 1, 11), engage)
    story.publishes(
        "registry",
        str(POOL),
        AuditorEngaged(
            matter_id=matter,
            engaged_by="overseer",
            engagement_letter=engage.engagement_letter,
            **engage.model_dump(exclude={"engagement_letter"}),
        ),
    )
    finding = RecordAuditFinding(
        number=engage.number, finding="1", text="一份现场核实记录缺少第二人签字。", clause="6.6"
    )
    story.says(MANAGING, "overseer", "record-finding", beijing(2027, 2, 1), finding)
    story.publishes(
        "registry",
        str(POOL),
        AuditFindingRecorded(matter_id=matter, recorded_by="overseer", **finding.model_dump(exclude={"document"})),
    )
    report = RecordAuditReport(
        number=engage.number, passed=True, conclusion="除所列事项外，资金使用合规。", report=_document("审计报告")
    )
    story.says(MANAGING, "overseer", "record-audit-report", beijing(2027, 2, 15), report)
    story.publishes(
        "registry",
        str(POOL),
        AuditReported(
            matter_id=matter,
            number=engage.number,
            auditor=engage.auditor,
            passed=report.passed,
            conclusion=report.conclusion,
            findings=1,
            report=report.report,
            recorded_by="overseer",
        ),
    )


def _document(title: str) -> Document:
    return Document(kind=DocumentKind.OTHER, title=title, sha256=sha256_of_title(title))
