"""The life of the story's project after its approval, as it would go without a loss."""

from datetime import date

from shared.contracts.documents import DocumentKind
from shared.contracts.registry.project_life import (
    BorrowerCondition,
    DrawdownAdmitted,
    DrawdownFiled,
    DrawdownRefused,
    EndGround,
    EndProject,
    FileDrawdown,
    FlagLifted,
    LiftFlag,
    ProjectEnded,
    ProjectFlagged,
    RecordSpotCheck,
    RepaymentRecorded,
    ReportRepayment,
    RightCheck,
    RightCondition,
    SpotCheckRecorded,
)
from shared.contracts.registry.projects import Drawdown, FiledDrawdown
from shared.contracts.registry.words import RightKind
from simulator.golden.founding import beijing, document, project_of
from simulator.golden.story import COOPERATING, MANAGING, Story, sha256_of_title

PROJECT = project_of("LC-2026-0014")


def add_life(story: Story) -> None:
    """Another project of the pool: drawn in parts, checked, repaid, ended."""
    _draw(story)
    _check(story)
    _repay_and_end(story)


def _draw(story: Story) -> None:
    filing = FileDrawdown(
        project_id=PROJECT,
        drawdown=Drawdown(number=2, amount_fen=30_000_000, disbursed_on=date(2026, 5, 12)),
        documents=(document(DocumentKind.OTHER, "放款凭证"),),
    )
    story.says(COOPERATING, "filer", "drawdown-14-2", beijing(2026, 5, 20), filing)
    story.publishes(
        "registry",
        PROJECT,
        DrawdownFiled(
            project_id=PROJECT,
            drawdown=FiledDrawdown(
                **filing.drawdown.model_dump(), filed_on=date(2026, 5, 20), filing_deadline=date(2026, 6, 11)
            ),
            documents=filing.documents,
            covered_principal_fen=80_000_000,
            filed_by="filer",
        ),
    )
    minutes = document(DocumentKind.MINUTES, "逾期备案集体决策纪要")
    story.publishes(
        "registry",
        PROJECT,
        DrawdownAdmitted(
            project_id=PROJECT,
            number=3,
            amount_fen=10_000_000,
            covered_principal_fen=90_000_000,
            filing_sha256=sha256_of_title("放款备案信息"),
            minutes=minutes,
        ),
    )
    story.publishes(
        "registry",
        PROJECT,
        DrawdownRefused(project_id=PROJECT, number=4, reasons="赞成人数未超过全体成员二分之一", minutes=minutes),
    )


def _check(story: Story) -> None:
    check = RecordSpotCheck(
        project_id=PROJECT,
        number="CC-2026-3",
        checked_on=date(2026, 7, 2),
        checked_by=("filer", "reviewer"),
        borrower=BorrowerCondition.IN_ORDER,
        rights=(
            RightCheck(
                kind=RightKind.PATENT,
                registration_number="ZL202410000014.X",
                condition=RightCondition.LAPSED,
                remark="未缴纳年费",
            ),
        ),
        evidence=(document(DocumentKind.OTHER, "专利登记簿副本"),),
    )
    story.says(COOPERATING, "filer", "check-14-3", beijing(2026, 7, 3), check)
    story.publishes(
        "registry",
        PROJECT,
        SpotCheckRecorded(
            **{name: getattr(check, name) for name in RecordSpotCheck.model_fields}, adverse=True, recorded_by="filer"
        ),
    )
    story.publishes(
        "registry",
        PROJECT,
        ProjectFlagged(
            project_id=PROJECT,
            number=check.number,
            findings=("patent/20241000014X: lapsed",),
            reported_to=MANAGING,
        ),
    )
    lifting = LiftFlag(project_id=PROJECT, number=check.number, reasons="年费已补缴，专利权已恢复")
    story.says(MANAGING, "overseer", "lift-14-3", beijing(2026, 7, 20), lifting)
    story.publishes(
        "registry",
        PROJECT,
        FlagLifted(project_id=PROJECT, number=lifting.number, reasons=lifting.reasons, lifted_by="overseer"),
    )


def _repay_and_end(story: Story) -> None:
    repayment = ReportRepayment(
        project_id=PROJECT, reference="HK-14-1", amount_fen=90_000_000, repaid_on=date(2026, 11, 30)
    )
    story.says(COOPERATING, "filer", "repayment-14-1", beijing(2026, 12, 1), repayment)
    story.publishes(
        "registry",
        PROJECT,
        RepaymentRecorded(**repayment.model_dump(), repaid_fen=90_000_000, outstanding_fen=0, reported_by=COOPERATING),
    )
    end = EndProject(
        project_id=PROJECT,
        ground=EndGround.SETTLED,
        reasons="贷款已结清",
        document=document(DocumentKind.OTHER, "结清证明"),
    )
    story.says(COOPERATING, "filer", "end-14", beijing(2026, 12, 2), end)
    story.publishes(
        "registry",
        PROJECT,
        ProjectEnded(
            project_id=PROJECT,
            ground=end.ground,
            reasons=end.reasons,
            document=end.document,
            ended_on=date(2026, 12, 2),
            outstanding_fen=0,
            ended_by="filer",
        ),
    )
