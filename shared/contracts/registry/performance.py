"""What is said of how a pool is run: annual summaries, evaluations, and whether it goes on."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Command, Event, EventPart, Part
from shared.contracts.money import Fen
from shared.contracts.registry.words import Agreement, RulesVersion
from shared.contracts.wording import Worded
from shared.contracts.words import Day, Identity, InstitutionId, OfficerId, Reference, Text

Year = Annotated[int, Field(strict=True, ge=2000, le=2200)]
Submission = Annotated[int, Field(strict=True, ge=1, description="counts how often this summary was submitted")]
Count = Annotated[int, Field(strict=True, ge=0)]
Points = Annotated[int, Field(strict=True, ge=0, le=1_000, description="whole points")]
Documents = Annotated[tuple[Document, ...], Field(max_length=20)]
_FAILED_AUDIT = Field(
    description="the number of the engagement whose report says that the audit was failed, where that is the ground"
)


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


class DrawUpAnnualSummary(Command):
    """Draw up the figures of a year that is over; by the cooperating institution (6.7)."""

    message_type: ClassVar[str] = "registry.annual_summary.draw_up.v1"

    year: Year


class SubmitAnnualSummary(Command):
    """Submit the annual summary with next year's work plan; by the cooperating institution (6.7)."""

    message_type: ClassVar[str] = "registry.annual_summary.submit.v1"

    year: Year
    summary: Document
    work_plan: Document


class AcceptAnnualSummary(Command):
    """Accept the summary and the work plan, as they were submitted; by the managing institution (5.5)."""

    message_type: ClassVar[str] = "registry.annual_summary.accept.v1"

    year: Year
    submission: Submission


class ReturnAnnualSummary(Command):
    """Return the summary or the work plan with reasons; by the managing institution (5.5)."""

    message_type: ClassVar[str] = "registry.annual_summary.return.v1"

    year: Year
    submission: Submission
    reasons: Text


class AnnualSummaryDrawnUp(Event):
    """The year's figures, and all years' up to and with it: what the pool covers stands in the latter.

    What comes late is drawn up anew until the summary is submitted; the latest ones are the summary's.
    """

    message_type: ClassVar[str] = "registry.annual_summary.drawn_up.v1"

    matter_id: Identity
    year: Year
    figures: AnnualFigures
    figures_since_founding: AnnualFigures
    drawn_up_by: OfficerId


class AnnualSummarySubmitted(Event):
    """The summary and the plan wait for the managing institution."""

    message_type: ClassVar[str] = "registry.annual_summary.submitted.v1"

    matter_id: Identity
    year: Year
    submission: Submission
    summary: Document
    work_plan: Document
    submitted_by: OfficerId


class AnnualSummaryAccepted(Event):
    """The managing institution has accepted the summary and the plan, for good."""

    message_type: ClassVar[str] = "registry.annual_summary.accepted.v1"

    matter_id: Identity
    year: Year
    submission: Submission
    accepted_by: OfficerId
    rules_version: RulesVersion | None = None


class AnnualSummaryReturned(Event):
    """The summary went back to the cooperating institution, which submits it anew by ``due_on``."""

    message_type: ClassVar[str] = "registry.annual_summary.returned.v1"

    matter_id: Identity
    year: Year
    submission: Submission
    reasons: Text
    due_on: Day
    returned_by: OfficerId
    rules_version: RulesVersion | None = None


class EvaluationResult(Worded):
    PASS = "pass", "passed", "达标"
    FAIL = "fail", "failed", "未达标"


class Criterion(Part):
    """What was looked at, and how many of its points it was given."""

    criterion: Text
    points: Points
    points_max: Annotated[int, Field(strict=True, ge=1, le=1_000)]


class RecordEvaluation(Command):
    """Record an evaluation of the pool's performance, at any time; by the managing institution (5.7)."""

    message_type: ClassVar[str] = "registry.evaluation.record.v1"

    number: Annotated[Reference, Field(description="chosen by the managing institution, once in the pool")]
    period_from: Day
    period_to: Day
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=50)]
    findings: Text
    result: EvaluationResult
    report: Document
    documents: Documents = ()


class EvaluationRecorded(Event):
    """The pool's performance was evaluated; decisions on its term and its cooperation refer to it."""

    message_type: ClassVar[str] = "registry.evaluation.recorded.v1"

    matter_id: Identity
    number: Reference
    period_from: Day
    period_to: Day
    criteria: tuple[Criterion, ...]
    points: Annotated[Count, Field(description="the sum of the criteria's points")]
    points_max: Count
    findings: Text
    result: EvaluationResult
    report: Document
    documents: tuple[Document, ...]
    recorded_by: OfficerId
    rules_version: RulesVersion | None = None


class FixOperatingPeriod(Command):
    """Fix until when the cooperating institution runs the pool; by the managing institution (5.1, 5.7).

    The first time this follows the agreement; every later time it is the decision to go on with the institution.
    """

    message_type: ClassVar[str] = "registry.operating_period.fix.v1"

    operating_until: Day
    agreement: Agreement
    decision: Annotated[Document | None, Field(description="its minutes; needed to go on after an earlier period")] = (
        None
    )


class OperatingPeriodFixed(Event):
    """The cooperating institution runs the pool until this day, its last one."""

    message_type: ClassVar[str] = "registry.operating_period.fixed.v1"

    operating_until: Day
    operating_until_before: Day | None = None
    operating_from: Annotated[Day | None, Field(description="the first day; the registry always says it")] = None
    agreement: Agreement
    decision: Document | None = None
    fixed_on: Annotated[Day | None, Field(description="the registry always says it")] = None
    fixed_by: OfficerId
    rules_version: RulesVersion | None = None


class ContinuePool(Command):
    """Decide, on an evaluation, that the pool goes on for a new term; by the managing institution (21.1)."""

    message_type: ClassVar[str] = "registry.pool.continue.v1"

    evaluation: Annotated[Reference, Field(description="the number of an evaluation recorded in the present term")]
    ends_on: Day
    operating_until: Day
    agreement: Agreement
    decision: Document


class PoolContinued(Event):
    """The pool goes on: its term ends on another day, and the cooperating institution runs it by a new agreement."""

    message_type: ClassVar[str] = "registry.pool.continued.v1"

    ends_on_before: Day
    ends_on: Day
    operating_until: Day
    evaluation: Reference
    agreement: Agreement
    decision: Document
    decided_on: Day
    decided_by: OfficerId
    rules_version: RulesVersion | None = None


class StopPool(Command):
    """Decide, on an evaluation, that the pool stops; by the managing institution (21.1)."""

    message_type: ClassVar[str] = "registry.pool.stop.v1"

    evaluation: Annotated[Reference, Field(description="the number of an evaluation recorded in the present term")]
    reasons: Text
    decision: Document


class PoolStopped(Event):
    """The pool takes no new filing; existing projects and their cases go on (22.1)."""

    message_type: ClassVar[str] = "registry.pool.stopped.v1"

    evaluation: Reference
    reasons: Text
    decision: Document
    stopped_on: Day
    decided_by: OfficerId
    rules_version: RulesVersion | None = None


class EndGround(Worded):
    """Why a cooperation is ended."""

    BREACH = "breach", "breach of the regulation", "违反管理办法规定"
    FAILED_AUDIT = "failed_audit", "failed audit", "未达到审计检查要求"
    FAILED_EVALUATION = "failed_evaluation", "failed evaluation", "未达到绩效评估要求"
    # The operating period is over and is not gone on with (5.7).
    PERIOD_OVER = "period_over", "the operating period is over", "运营期届满"


class EndCooperation(Command):
    """End the cooperation; by the managing institution (5.7, 19.3).

    For a breach, a failed audit or a failed evaluation all fiscal money is claimed back. What was used unlawfully is
    claimed by another message, ``registry.misuse.claim.v1``: the two remedies are kept apart.
    """

    message_type: ClassVar[str] = "registry.cooperation.end.v1"

    ground: EndGround
    evaluation: Annotated[Reference | None, Field(description="the failed one, where that is the ground")] = None
    audit: Annotated[Reference | None, _FAILED_AUDIT] = None
    facts: Text
    evidence: Annotated[tuple[Document, ...], Field(min_length=1, max_length=20)]
    decision: Document


class CooperationEnded(Event):
    """The cooperation has ended: the pool takes no new filing, confirmed cases are finished."""

    message_type: ClassVar[str] = "registry.cooperation.ended.v1"

    institution: InstitutionId
    ground: EndGround
    claims_back_fiscal_money: Annotated[bool, Field(description="all of it, for the grounds of 19.3")]
    evaluation: Reference | None = None
    audit: Annotated[Reference | None, _FAILED_AUDIT] = None
    facts: Text
    evidence: tuple[Document, ...]
    decision: Document
    ended_on: Day
    decided_by: OfficerId
    rules_version: RulesVersion | None = None
