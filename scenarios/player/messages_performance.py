"""Messages to the registry about how a pool is run: summaries, evaluations, term, cooperation, misused money."""

from datetime import timedelta
from typing import Annotated, ClassVar

from scenarios.player.message import COOPERATING_WORD, MANAGING_WORD, MessageWords
from scenarios.player.scene import Scene
from scenarios.player.words import Count, Day, Fen, choice
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.registry import misuse, performance
from simulator import papers

_OVERSEER = f"{MANAGING_WORD}/overseer"
_REPORTER = f"{COOPERATING_WORD}/reporting officer"
_AGREEMENT = ("COOPERATION-2", "合作协议")
_A_TERM = timedelta(days=4 * 365)


def _last_year(scene: Scene, year: int | None) -> int:
    return year or scene.today.year - 1


class SummaryDrawing(MessageWords):
    """Draw up the figures of a year."""

    word: ClassVar[str] = "annual summary"
    who: ClassVar[str] = _REPORTER
    becomes: ClassVar[type[Command]] = performance.DrawUpAnnualSummary

    year: Count | None = None

    def command(self, scene: Scene) -> performance.DrawUpAnnualSummary:
        """The year before the step's own."""
        return performance.DrawUpAnnualSummary(year=_last_year(scene, self.year))


class SummarySubmission(MessageWords):
    """Submit the summary with next year's work plan."""

    word: ClassVar[str] = "annual summary submission"
    who: ClassVar[str] = _REPORTER
    becomes: ClassVar[type[Command]] = performance.SubmitAnnualSummary

    year: Count | None = None

    def command(self, scene: Scene) -> performance.SubmitAnnualSummary:
        """Both documents."""
        return performance.SubmitAnnualSummary(
            year=_last_year(scene, self.year),
            summary=papers.document(DocumentKind.ANNUAL_SUMMARY, "年度运营工作总结"),
            work_plan=papers.document(DocumentKind.WORK_PLAN, "下一年度工作计划"),
        )


class SummaryAcceptance(MessageWords):
    """Accept the summary and the plan."""

    word: ClassVar[str] = "annual summary acceptance"
    who: ClassVar[str] = _OVERSEER
    becomes: ClassVar[type[Command]] = performance.AcceptAnnualSummary

    year: Count | None = None
    submission: Count = 1

    def command(self, scene: Scene) -> performance.AcceptAnnualSummary:
        """The first submission, unless it is to be another one."""
        return performance.AcceptAnnualSummary(year=_last_year(scene, self.year), submission=self.submission)


class SummaryReturn(MessageWords):
    """Return the summary with reasons."""

    word: ClassVar[str] = "annual summary return"
    who: ClassVar[str] = _OVERSEER
    becomes: ClassVar[type[Command]] = performance.ReturnAnnualSummary

    year: Count | None = None
    submission: Count = 1
    reasons: str = "工作计划须细化"

    def command(self, scene: Scene) -> performance.ReturnAnnualSummary:
        """The first submission, unless it is to be another one."""
        return performance.ReturnAnnualSummary(
            year=_last_year(scene, self.year), submission=self.submission, reasons=self.reasons
        )


class EvaluationRecord(MessageWords):
    """Record an evaluation of the pool's performance."""

    word: ClassVar[str] = "evaluation"
    who: ClassVar[str] = _OVERSEER
    becomes: ClassVar[type[Command]] = performance.RecordEvaluation

    number: str = "PJ-1"
    result: Annotated[performance.EvaluationResult, choice(performance.EvaluationResult)] = (
        performance.EvaluationResult.PASS
    )
    points: Count = 80

    def command(self, scene: Scene) -> performance.RecordEvaluation:
        """One criterion of a hundred points, over the pool's whole life."""
        return performance.RecordEvaluation(
            number=self.number,
            period_from=scene.prelude.founded,
            period_to=scene.today,
            criteria=(performance.Criterion(criterion="综合运行情况", points=self.points, points_max=100),),
            findings="详见评估报告",
            result=self.result,
            report=papers.document(DocumentKind.EVALUATION_REPORT, "绩效评估报告"),
        )


class OperatingPeriod(MessageWords):
    """Fix until when the cooperating institution runs the pool; with minutes to go on after an earlier period."""

    word: ClassVar[str] = "operating period"
    who: ClassVar[str] = _OVERSEER
    becomes: ClassVar[type[Command]] = performance.FixOperatingPeriod

    until: Day | None = None

    def command(self, scene: Scene) -> performance.FixOperatingPeriod:
        """A year from the step's day."""
        return performance.FixOperatingPeriod(
            operating_until=self.until or scene.today + timedelta(days=365),
            agreement=papers.agreement(*_AGREEMENT, scene.today),
            decision=papers.document(DocumentKind.MINUTES, "继续合作决定会议纪要"),
        )


class Continuation(MessageWords):
    """Go on for a new term, on an evaluation."""

    word: ClassVar[str] = "continuation"
    who: ClassVar[str] = _OVERSEER
    becomes: ClassVar[type[Command]] = performance.ContinuePool

    evaluation: str = "PJ-1"
    ends: Day | None = None
    agreement: str = _AGREEMENT[0]

    def command(self, scene: Scene) -> performance.ContinuePool:
        """Four years from the step's day, the operating period as long, by an agreement of that day."""
        ends_on = self.ends or scene.today + _A_TERM
        agreement = papers.agreement(self.agreement, _AGREEMENT[1], scene.today)
        return performance.ContinuePool(
            evaluation=self.evaluation,
            ends_on=ends_on,
            operating_until=ends_on,
            agreement=agreement.model_copy(update={"signed_on": scene.today}),
            decision=papers.document(DocumentKind.MINUTES, "存续期决定会议纪要"),
        )


class Stop(MessageWords):
    """Stop the pool, on an evaluation."""

    word: ClassVar[str] = "stop"
    who: ClassVar[str] = _OVERSEER
    becomes: ClassVar[type[Command]] = performance.StopPool

    evaluation: str = "PJ-1"
    reasons: str = "存续期届满，不再继续"

    def command(self, scene: Scene) -> performance.StopPool:
        """With its minutes."""
        del scene
        return performance.StopPool(
            evaluation=self.evaluation,
            reasons=self.reasons,
            decision=papers.document(DocumentKind.MINUTES, "存续期决定会议纪要"),
        )


class CooperationEnding(MessageWords):
    """End the cooperation."""

    word: ClassVar[str] = "end of cooperation"
    who: ClassVar[str] = _OVERSEER
    becomes: ClassVar[type[Command]] = performance.EndCooperation

    ground: Annotated[performance.EndGround, choice(performance.EndGround)] = performance.EndGround.BREACH
    evaluation: str | None = None
    audit: str | None = None
    facts: str = "多次催告后仍未对账"

    def command(self, scene: Scene) -> performance.EndCooperation:
        """With evidence and minutes."""
        del scene
        return performance.EndCooperation(
            ground=self.ground,
            evaluation=self.evaluation,
            audit=self.audit,
            facts=self.facts,
            evidence=(papers.document(DocumentKind.OTHER, "催告函"),),
            decision=papers.document(DocumentKind.MINUTES, "终止合作决定会议纪要"),
        )


class MisuseClaim(MessageWords):
    """Claim back fiscal money that was used unlawfully."""

    word: ClassVar[str] = "misuse claim"
    who: ClassVar[str] = _OVERSEER
    becomes: ClassVar[type[Command]] = misuse.ClaimMisuse

    number: str = "ZH-1"
    amount: Fen = 1_000_000
    facts: str = "以资金池资金支付机构日常费用"

    def command(self, scene: Scene) -> misuse.ClaimMisuse:
        """With its evidence."""
        del scene
        evidence = (papers.document(DocumentKind.OTHER, "审计取证单"),)
        return misuse.ClaimMisuse(number=self.number, amount_fen=self.amount, facts=self.facts, evidence=evidence)


class MisuseRecovery(MessageWords):
    """Record that a part of the misused money has come back."""

    word: ClassVar[str] = "misuse recovery"
    who: ClassVar[str] = _OVERSEER
    becomes: ClassVar[type[Command]] = misuse.RecordMisuseRecovery

    number: str = "ZH-1"
    receipt: str = "HK-1"
    amount: Fen = 400_000
    recovered: Day | None = None

    def command(self, scene: Scene) -> misuse.RecordMisuseRecovery:
        """On the step's day."""
        return misuse.RecordMisuseRecovery(
            number=self.number,
            receipt=self.receipt,
            amount_fen=self.amount,
            recovered_on=self.recovered or scene.today,
            evidence=papers.document(DocumentKind.OTHER, "银行回单"),
        )


class MisuseReferral(MessageWords):
    """Record that the case was referred to an authority."""

    word: ClassVar[str] = "misuse referral"
    who: ClassVar[str] = _OVERSEER
    becomes: ClassVar[type[Command]] = misuse.ReferMisuse

    number: str = "ZH-1"
    authority: str = "朝阳区财政局"

    def command(self, scene: Scene) -> misuse.ReferMisuse:
        """On the step's day."""
        return misuse.ReferMisuse(
            number=self.number,
            authority=self.authority,
            referred_on=scene.today,
            document=papers.document(DocumentKind.OTHER, "移送函"),
        )


MESSAGES: tuple[type[MessageWords], ...] = (
    SummaryDrawing,
    SummarySubmission,
    SummaryAcceptance,
    SummaryReturn,
    EvaluationRecord,
    OperatingPeriod,
    Continuation,
    Stop,
    CooperationEnding,
    MisuseClaim,
    MisuseRecovery,
    MisuseReferral,
)
