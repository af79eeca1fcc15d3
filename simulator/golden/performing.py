"""What is said beside the story of how the pool is run: a summary, an evaluation, and what rests on it."""

from datetime import date

from shared.contracts.documents import DocumentKind
from shared.contracts.ids import matter_id
from shared.contracts.registry.performance import (
    AcceptAnnualSummary,
    AnnualFigures,
    AnnualSummaryAccepted,
    AnnualSummaryDrawnUp,
    AnnualSummaryReturned,
    AnnualSummarySubmitted,
    ContinuePool,
    CooperationEnded,
    Criterion,
    DrawUpAnnualSummary,
    EndCooperation,
    EndGround,
    EvaluationRecorded,
    EvaluationResult,
    FixOperatingPeriod,
    OperatingPeriodFixed,
    PoolContinued,
    PoolStopped,
    RecordEvaluation,
    ReturnAnnualSummary,
    StopPool,
    SubmitAnnualSummary,
)
from shared.contracts.registry.words import Agreement
from simulator.golden.founding import beijing, document
from simulator.golden.story import COOPERATING, MANAGING, POOL, Story

YEAR = 2026
SUMMARY = matter_id(POOL, "annual_summary", str(YEAR))
FIGURES = AnnualFigures(
    filings=3,
    filings_returned=1,
    filings_rejected=1,
    projects_approved=1,
    principal_covered_fen=100_000_000,
    notices_accepted=1,
    projects_compensated=1,
    paid_fen=20_000_000,
    reimbursed_fen=10_000_000,
)
EVALUATION = "JX-2029"
TERM_ENDS_ON = date(2030, 1, 20)


def _agreement(number: str, signed_on: date) -> Agreement:
    return Agreement(number=number, signed_on=signed_on, document=document(DocumentKind.AGREEMENT, "合作协议"))


def add_performance(story: Story) -> None:
    """The first year's summary: drawn up, submitted, returned, submitted anew, accepted."""
    at = beijing(2027, 1, 12)
    story.says(COOPERATING, "reporter", "summary-2026-figures", at, DrawUpAnnualSummary(year=YEAR))
    story.publishes(
        "registry",
        POOL,
        AnnualSummaryDrawnUp(
            matter_id=SUMMARY, year=YEAR, figures=FIGURES, figures_since_founding=FIGURES, drawn_up_by="reporter"
        ),
    )
    summary = document(DocumentKind.ANNUAL_SUMMARY, "2026年度运营工作总结")
    work_plan = document(DocumentKind.WORK_PLAN, "2027年度工作计划")
    submit = SubmitAnnualSummary(year=YEAR, summary=summary, work_plan=work_plan)
    for submission, day in ((1, 14), (2, 26)):
        story.says(COOPERATING, "reporter", f"summary-2026-{submission}", beijing(2027, 1, day), submit)
        story.publishes(
            "registry",
            POOL,
            AnnualSummarySubmitted(
                matter_id=SUMMARY,
                year=YEAR,
                submission=submission,
                summary=summary,
                work_plan=work_plan,
                submitted_by="reporter",
            ),
        )
        if submission == 1:
            reasons = "工作计划须写明抽查安排"
            returned = ReturnAnnualSummary(year=YEAR, submission=1, reasons=reasons)
            story.says(MANAGING, "overseer", "summary-2026-return", beijing(2027, 1, 20), returned)
            story.publishes(
                "registry",
                POOL,
                AnnualSummaryReturned(
                    matter_id=SUMMARY,
                    year=YEAR,
                    submission=1,
                    reasons=reasons,
                    due_on=date(2027, 2, 4),
                    returned_by="overseer",
                ),
            )
    accept = AcceptAnnualSummary(year=YEAR, submission=2)
    story.says(MANAGING, "overseer", "summary-2026-accept", beijing(2027, 1, 28), accept)
    story.publishes(
        "registry",
        POOL,
        AnnualSummaryAccepted(matter_id=SUMMARY, year=YEAR, submission=2, accepted_by="overseer"),
    )


def add_term(story: Story) -> None:
    """An operating period, the evaluation before the term's end, and each of the decisions that can rest on it."""
    agreement = _agreement("HZ-2026-2", date(2026, 4, 1))
    fix = FixOperatingPeriod(operating_until=date(2028, 1, 20), agreement=agreement)
    story.says(MANAGING, "overseer", "operating-period-1", beijing(2026, 4, 3), fix)
    story.publishes(
        "registry",
        POOL,
        OperatingPeriodFixed(operating_until=fix.operating_until, agreement=agreement, fixed_by="overseer"),
    )
    record = RecordEvaluation(
        number=EVALUATION,
        period_from=date(2026, 1, 20),
        period_to=date(2029, 6, 30),
        criteria=(
            Criterion(criterion="备案及时率", points=27, points_max=30),
            Criterion(criterion="补偿资金回收", points=51, points_max=70),
        ),
        findings="运行规范，回收工作须加强",
        result=EvaluationResult.PASS,
        report=document(DocumentKind.EVALUATION_REPORT, "绩效评估报告"),
    )
    story.says(MANAGING, "overseer", "evaluation-2029", beijing(2029, 9, 3), record)
    story.publishes(
        "registry",
        POOL,
        EvaluationRecorded(
            **{name: getattr(record, name) for name in RecordEvaluation.model_fields},
            matter_id=matter_id(POOL, "evaluation", EVALUATION),
            points=78,
            points_max=100,
            recorded_by="overseer",
        ),
    )
    _decide(story)


def _decide(story: Story) -> None:
    minutes = document(DocumentKind.MINUTES, "资金池存续期决定会议纪要")
    agreement = _agreement("HZ-2029-1", date(2029, 10, 8))
    go_on = ContinuePool(
        evaluation=EVALUATION,
        ends_on=date(2034, 1, 20),
        operating_until=date(2032, 1, 20),
        agreement=agreement,
        decision=minutes,
    )
    story.says(MANAGING, "overseer", "term-2029", beijing(2029, 10, 9), go_on)
    story.publishes(
        "registry",
        POOL,
        PoolContinued(
            **{name: getattr(go_on, name) for name in ContinuePool.model_fields},
            ends_on_before=TERM_ENDS_ON,
            decided_on=date(2029, 10, 9),
            decided_by="overseer",
        ),
    )
    stop = StopPool(evaluation="JX-2033", reasons="合作期满，不再继续", decision=minutes)
    story.says(MANAGING, "overseer", "term-2033", beijing(2033, 10, 10), stop)
    story.publishes(
        "registry",
        POOL,
        PoolStopped(
            **{name: getattr(stop, name) for name in StopPool.model_fields},
            stopped_on=date(2033, 10, 10),
            decided_by="overseer",
        ),
    )
    end = EndCooperation(
        ground=EndGround.BREACH,
        facts="连续两期未与管理机构对账",
        evidence=(document(DocumentKind.OTHER, "催告函"),),
        decision=document(DocumentKind.MINUTES, "终止合作决定会议纪要"),
    )
    story.says(MANAGING, "overseer", "ending-2033", beijing(2033, 11, 1), end)
    story.publishes(
        "registry",
        POOL,
        CooperationEnded(
            institution=COOPERATING,
            ground=end.ground,
            claims_back_fiscal_money=True,
            facts=end.facts,
            evidence=end.evidence,
            decision=end.decision,
            ended_on=date(2033, 11, 1),
            decided_by="overseer",
        ),
    )
