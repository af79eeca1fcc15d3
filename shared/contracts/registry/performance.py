"""What is said of how a pool is run: annual summaries, evaluations, and whether it goes on."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document, DocumentKind, paper
from shared.contracts.envelope import Command, Event, EventPart, Part
from shared.contracts.examples import After, FromContext, Party, Spoken, Today, example, usual
from shared.contracts.labels import LabelledEnum
from shared.contracts.money import Fen
from shared.contracts.registry.words import Agreement, Duty, EntryEvent, RulesVersion
from shared.contracts.words import Day, InstitutionId, OfficerId, Reference, Text

Year = Annotated[int, Field(strict=True, ge=2000, le=2200), example(FromContext.LAST_YEAR)]
Submission = Annotated[
    int, Field(strict=True, ge=1, description="counts how often this summary was submitted"), example(1)
]
Count = Annotated[int, Field(strict=True, ge=0)]
Points = Annotated[int, Field(strict=True, ge=0, le=1_000, description="whole points")]
_NEXT_AGREEMENT = {"number": "COOPERATION-2", "document": paper(DocumentKind.AGREEMENT, "合作协议")}
_Evaluation = Annotated[
    Reference, Field(description="the number of an evaluation recorded in the present term"), example("PJ-1")
]
_TermDecision = Annotated[Document, example(paper(DocumentKind.MINUTES, "存续期决定会议纪要"))]


class AnnualFigures(EventPart):
    """What happened in a pool in one year of Beijing, by the events' own time; all of it counted from them."""

    filings: Annotated[Count, Field(description="complete filings, those filed again counted again")] = 0
    filings_returned: Count = 0
    filings_rejected: Count = 0
    projects_approved: Count = 0
    principal_covered_fen: Fen = 0
    notices_accepted: Annotated[Count, Field(description="loss notices, those that follow an earlier one too")] = 0
    projects_compensated: Annotated[Count, Field(description="projects paid on for the first time")] = 0
    paid_fen: Annotated[Fen, Field(description="from the social capital account to claimants")] = 0
    reimbursed_fen: Annotated[Fen, Field(description="from the fiscal to the social capital account")] = 0
    corrections: Annotated[Count, Field(description="complete ones, of what waits and of what is approved")] = 0
    corrections_approved: Annotated[Count, Field(description="of approved projects, as the next two")] = 0
    corrections_returned: Count = 0
    corrections_rejected: Count = 0
    principal_raised_fen: Annotated[
        Fen, Field(description="by approved corrections; what is covered is principal_covered_fen, this more")
    ] = 0
    principal_lowered_fen: Annotated[Fen, Field(description="by approved corrections: covered, this less")] = 0


class SubmissionParticulars(BaseModel):
    """A year's summary with next year's work plan."""

    year: Year
    summary: Annotated[Document, example(paper(DocumentKind.ANNUAL_SUMMARY, "年度运营工作总结"))]
    work_plan: Annotated[Document, example(paper(DocumentKind.WORK_PLAN, "下一年度工作计划"))]


class SubmittedSummary(BaseModel):
    """Which summary is accepted or returned, as it was submitted."""

    year: Year
    submission: Submission


class SummaryReturnParticulars(SubmittedSummary):
    """Why it is returned."""

    reasons: Annotated[Text, example("工作计划须细化")]


class DrawUpAnnualSummary(Command, name="registry.annual_summary.draw_up.v1"):
    """Draw up the figures of a year that is over; by the cooperating institution (6.7)."""

    spoken: ClassVar[Spoken] = Spoken("annual summary", Party.COOPERATING, Duty.REPORTING)

    year: Year


class SubmitAnnualSummary(SubmissionParticulars, Command, name="registry.annual_summary.submit.v1"):
    """Submit the annual summary with next year's work plan; by the cooperating institution (6.7)."""

    spoken: ClassVar[Spoken] = Spoken("annual summary submission", Party.COOPERATING, Duty.REPORTING)


class AcceptAnnualSummary(SubmittedSummary, Command, name="registry.annual_summary.accept.v1"):
    """Accept the summary and the work plan, as they were submitted; by the managing institution (5.5)."""

    spoken: ClassVar[Spoken] = Spoken("annual summary acceptance", Party.MANAGING, Duty.OVERSIGHT)


class ReturnAnnualSummary(SummaryReturnParticulars, Command, name="registry.annual_summary.return.v1"):
    """Return the summary or the work plan with reasons; by the managing institution (5.5)."""

    spoken: ClassVar[Spoken] = Spoken("annual summary return", Party.MANAGING, Duty.OVERSIGHT)


class AnnualSummaryDrawnUp(EntryEvent, name="registry.annual_summary.drawn_up.v1"):
    """The year's figures, and all years' up to and with it: what the pool covers stands in the latter.

    What comes late is drawn up anew until the summary is submitted; the latest ones are the summary's.
    """

    year: Year
    figures: AnnualFigures
    figures_since_founding: AnnualFigures
    drawn_up_by: OfficerId


class AnnualSummarySubmitted(SubmissionParticulars, EntryEvent, name="registry.annual_summary.submitted.v1"):
    """The summary and the plan wait for the managing institution."""

    submission: Submission
    submitted_by: OfficerId


class AnnualSummaryAccepted(SubmittedSummary, EntryEvent, name="registry.annual_summary.accepted.v1"):
    """The managing institution has accepted the summary and the plan, for good."""

    accepted_by: OfficerId
    rules_version: RulesVersion


class AnnualSummaryReturned(SummaryReturnParticulars, EntryEvent, name="registry.annual_summary.returned.v1"):
    """The summary went back to the cooperating institution, which submits it anew by ``due_on``."""

    due_on: Day
    returned_by: OfficerId
    rules_version: RulesVersion


class EvaluationResult(LabelledEnum):
    PASS = "pass", "passed", "达标"
    FAIL = "fail", "failed", "未达标"


class EndGround(LabelledEnum):
    """Why a cooperation is ended."""

    BREACH = "breach", "breach of the regulation", "违反管理办法规定"
    FAILED_AUDIT = "failed_audit", "failed audit", "未达到审计检查要求"
    FAILED_EVALUATION = "failed_evaluation", "failed evaluation", "未达到绩效评估要求"
    # The operating period is over and is not gone on with (5.7).
    PERIOD_OVER = "period_over", "the operating period is over", "运营期届满"


class Criterion(Part):
    """What was looked at, and how many of its points it was given."""

    criterion: Annotated[Text, example("综合运行情况")]
    points: Annotated[Points, example(80)]
    points_max: Annotated[int, Field(strict=True, ge=1, le=1_000), example(100)]


class EvaluationParticulars(BaseModel):
    """An evaluation of the pool's performance."""

    number: Annotated[
        Reference, Field(description="chosen by the managing institution, once in the pool"), example("PJ-1")
    ]
    period_from: Annotated[Day, example(FromContext.FOUNDED_ON)]
    period_to: Day
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=50)]
    findings: Annotated[Text, example("详见评估报告")]
    result: Annotated[EvaluationResult, example(EvaluationResult.PASS)]
    report: Annotated[Document, example(paper(DocumentKind.EVALUATION_REPORT, "绩效评估报告"))]


_ReasonsAfterFailure = Annotated[
    Text | None, Field(description="why one goes on; needed where an evaluation since the last decision has failed")
]


class PeriodParticulars(BaseModel):
    """Until when the cooperating institution runs the pool, and by which agreement."""

    operating_until: Annotated[Day, example(Today(days=365))]
    agreement: Annotated[Agreement, example(_NEXT_AGREEMENT)]
    decision: Annotated[
        Document | None,
        Field(description="its minutes; needed to go on after an earlier period"),
        usual(paper(DocumentKind.MINUTES, "继续合作决定会议纪要")),
    ] = None
    reasons: _ReasonsAfterFailure = None


class ContinuationParticulars(BaseModel):
    """For which term the pool goes on, on which evaluation, and by which agreement."""

    evaluation: _Evaluation
    ends_on: Annotated[Day, example(Today(days=4 * 365))]
    operating_until: Annotated[Day, example(After("ends_on"))]
    agreement: Annotated[Agreement, example(_NEXT_AGREEMENT)]
    decision: _TermDecision
    reasons: _ReasonsAfterFailure = None


class StopParticulars(BaseModel):
    """Why the pool stops, on which evaluation."""

    evaluation: _Evaluation
    reasons: Annotated[Text, example("存续期届满，不再继续")]
    decision: _TermDecision


class EndParticulars(BaseModel):
    """Why the cooperation is ended, with evidence."""

    ground: Annotated[EndGround, example(EndGround.BREACH)]
    evaluation: Annotated[Reference | None, Field(description="the failed one, where that is the ground")] = None
    audit: Annotated[
        Reference | None,
        Field(
            description="the number of the engagement whose report says that the audit was failed, where that is the "
            "ground"
        ),
    ] = None
    facts: Annotated[Text, example("多次催告后仍未对账")]
    evidence: Annotated[
        tuple[Document, ...], Field(min_length=1, max_length=20), example((paper(DocumentKind.OTHER, "催告函"),))
    ]
    decision: Annotated[Document, example(paper(DocumentKind.MINUTES, "终止合作决定会议纪要"))]


class RecordEvaluation(EvaluationParticulars, Command, name="registry.evaluation.record.v1"):
    """Record an evaluation of the pool's performance, at any time; by the managing institution (5.7)."""

    spoken: ClassVar[Spoken] = Spoken("evaluation", Party.MANAGING, Duty.OVERSIGHT)

    documents: Annotated[tuple[Document, ...], Field(max_length=20)] = ()


class FixOperatingPeriod(PeriodParticulars, Command, name="registry.operating_period.fix.v1"):
    """Fix until when the cooperating institution runs the pool; by the managing institution (5.1, 5.7).

    The first time this follows the agreement; every later time it is the decision to go on with the institution.
    """

    spoken: ClassVar[Spoken] = Spoken("operating period", Party.MANAGING, Duty.OVERSIGHT)


class ContinuePool(ContinuationParticulars, Command, name="registry.pool.continue.v1"):
    """Decide, on an evaluation, that the pool goes on for a new term; by the managing institution (21.1)."""

    spoken: ClassVar[Spoken] = Spoken("continuation", Party.MANAGING, Duty.OVERSIGHT)


class StopPool(StopParticulars, Command, name="registry.pool.stop.v1"):
    """Decide, on an evaluation, that the pool stops; by the managing institution (21.1)."""

    spoken: ClassVar[Spoken] = Spoken("stop", Party.MANAGING, Duty.OVERSIGHT)


class EndCooperation(EndParticulars, Command, name="registry.cooperation.end.v1"):
    """End the cooperation; by the managing institution (5.7, 19.3).

    For a breach, a failed audit or a failed evaluation all fiscal money is claimed back. What was used unlawfully is
    claimed by another message, ``registry.misuse.claim.v1``: the two remedies are kept apart.
    """

    spoken: ClassVar[Spoken] = Spoken("end of cooperation", Party.MANAGING, Duty.OVERSIGHT)


class EvaluationRecorded(EvaluationParticulars, EntryEvent, name="registry.evaluation.recorded.v1"):
    """The pool's performance was evaluated; decisions on its term and its cooperation refer to it."""

    points: Annotated[Count, Field(description="the sum of the criteria's points")]
    points_max: Count
    documents: tuple[Document, ...]
    recorded_by: OfficerId
    rules_version: RulesVersion


class OperatingPeriodFixed(PeriodParticulars, Event, name="registry.operating_period.fixed.v1"):
    """The cooperating institution runs the pool until this day, its last one."""

    operating_until_before: Day | None = None
    operating_from: Annotated[Day, Field(description="the first day")]
    fixed_on: Day
    fixed_by: OfficerId
    rules_version: RulesVersion


class PoolContinued(ContinuationParticulars, Event, name="registry.pool.continued.v1"):
    """The pool goes on: its term ends on another day, and the cooperating institution runs it by a new agreement."""

    ends_on_before: Day
    decided_on: Day
    decided_by: OfficerId
    rules_version: RulesVersion


class PoolStopped(StopParticulars, Event, name="registry.pool.stopped.v1"):
    """The pool takes no new filing; existing projects and their cases go on (22.1)."""

    stopped_on: Day
    decided_by: OfficerId
    rules_version: RulesVersion


class CooperationEnded(EndParticulars, Event, name="registry.cooperation.ended.v1"):
    """The cooperation has ended: the pool takes no new filing, confirmed cases are finished."""

    institution: InstitutionId
    claims_back_fiscal_money: Annotated[bool, Field(description="all of it, for the grounds of 19.3")]
    ended_on: Day
    decided_by: OfficerId
    rules_version: RulesVersion
