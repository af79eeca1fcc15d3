"""Messages about the selection of the cooperating institution."""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from scenarios.player.message import MANAGING_WORD, MessageWords
from scenarios.player.scene import Scene
from scenarios.player.words import Count, Day, Instant, YesNo, choice
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.registry import pools, selections
from shared.contracts.registry.selections import Condition, CreditSource, Procedure
from shared.contracts.registry.words import BallotRules
from simulator import papers
from simulator.parties import COOPERATING, OTHER_LENDER

NUMBER = "XZ-1"
_SELECTOR = f"{MANAGING_WORD}/overseer"
_SKILL, _CAPITAL = "专业能力", "资金匹配"
# Who applies: the cooperating institution of the prelude, and somebody else.
_CANDIDATES = {"cooperating institution": COOPERATING, "other institution": OTHER_LENDER}
CandidateWord = Literal["cooperating institution", "other institution"]
ConditionWord = Annotated[Condition, choice(Condition)]


class Preparation(MessageWords):
    """Prepare a pool that is not founded yet, so that a selection can be run in it."""

    word: ClassVar[str] = "preparation"
    who: ClassVar[str] = f"{MANAGING_WORD}/administrator"
    becomes: ClassVar[type[Command]] = pools.PreparePool

    voters: Count = 3

    def command(self, scene: Scene) -> pools.PreparePool:
        """With the managing institution of the prelude."""
        founding = papers.founding(scene.cast, scene.today)
        return pools.PreparePool(
            name=founding.name,
            managing_institution=founding.managing_institution,
            ballot=BallotRules(voters_min=self.voters),
        )


class SelectionOpening(MessageWords):
    """Open a selection; applications are taken for thirty days."""

    word: ClassVar[str] = "selection"
    who: ClassVar[str] = _SELECTOR
    becomes: ClassVar[type[Command]] = selections.OpenSelection

    number: str = NUMBER
    procedure: Annotated[Procedure, choice(Procedure)] = Procedure.COMPETITIVE_CONSULTATION
    announced: Day | None = None
    applications_until: Instant | None = None
    look_ups_for_days: Count = 30

    def command(self, scene: Scene) -> selections.OpenSelection:
        """Announced today, with two criteria."""
        criteria = (
            selections.Criterion(criterion=_SKILL, points_max=60),
            selections.Criterion(criterion=_CAPITAL, points_max=40),
        )
        return selections.OpenSelection(
            number=self.number,
            procedure=self.procedure,
            procedure_title="竞争性磋商",
            announcement=papers.document(DocumentKind.OTHER, "合作机构遴选公告"),
            announced_on=self.announced or scene.today,
            applications_until=self.applications_until or scene.at + timedelta(days=30),
            terms=selections.SelectionTerms(criteria=criteria, look_up_age_days_max=self.look_ups_for_days),
        )


class _OfCandidate(MessageWords):
    """What is said of a candidate."""

    number: str = NUMBER
    candidate: CandidateWord = "cooperating institution"

    @property
    def uscc(self) -> str:
        """The candidate's unified social credit code."""
        return papers.USCC[_CANDIDATES[self.candidate]]


class Candidate(_OfCandidate):
    """Register a candidate."""

    word: ClassVar[str] = "candidate"
    who: ClassVar[str] = _SELECTOR
    becomes: ClassVar[type[Command]] = selections.RegisterCandidate

    applied: Instant | None = None

    def command(self, scene: Scene) -> selections.RegisterCandidate:
        """It has applied just now."""
        return selections.RegisterCandidate(
            number=self.number,
            uscc=self.uscc,
            name=papers.name_of(scene.cast, _CANDIDATES[self.candidate]),
            application=papers.document(DocumentKind.OTHER, "响应文件"),
            applied_at=self.applied or scene.at,
        )


class CandidateEvidence(_OfCandidate):
    """Record the evidence of one condition."""

    word: ClassVar[str] = "candidate evidence"
    who: ClassVar[str] = _SELECTOR
    becomes: ClassVar[type[Command]] = selections.RecordEvidence

    condition: ConditionWord = Condition.LEGAL_PERSON
    source: Annotated[CreditSource, choice(CreditSource)] | None = None
    met: YesNo = True
    found: Day | None = None
    last_violation: Day | None = None

    def command(self, scene: Scene) -> selections.RecordEvidence:
        """It was found today."""
        return selections.RecordEvidence(
            number=self.number,
            uscc=self.uscc,
            condition=self.condition,
            source=self.source,
            met=self.met,
            found_on=self.found or scene.today,
            document=papers.document(DocumentKind.OTHER, "候选机构证明材料"),
            last_violation_on=self.last_violation,
        )


class CandidateScores(_OfCandidate):
    """Record a candidate's points."""

    word: ClassVar[str] = "candidate scores"
    who: ClassVar[str] = _SELECTOR
    becomes: ClassVar[type[Command]] = selections.ScoreCandidate

    skill: Count = 50
    capital: Count = 30

    def command(self, scene: Scene) -> selections.ScoreCandidate:
        """By the two announced criteria."""
        del scene
        return selections.ScoreCandidate(
            number=self.number,
            uscc=self.uscc,
            scores=(
                selections.Score(criterion=_SKILL, points=self.skill),
                selections.Score(criterion=_CAPITAL, points=self.capital),
            ),
            record=papers.document(DocumentKind.OTHER, "评审记录"),
        )


class Recommendation(_OfCandidate):
    """Recommend a candidate: the question for the committee."""

    word: ClassVar[str] = "recommendation"
    who: ClassVar[str] = _SELECTOR
    becomes: ClassVar[type[Command]] = selections.RecommendCandidate

    reasons: str = "在符合条件的候选机构中综合评分第一"

    def command(self, scene: Scene) -> selections.RecommendCandidate:
        """The candidate with the reasons."""
        del scene
        return selections.RecommendCandidate(number=self.number, uscc=self.uscc, reasons=self.reasons)


class SelectionAgreement(MessageWords):
    """Record the agreement with the selected candidate, which ends the selection."""

    word: ClassVar[str] = "selection agreement"
    who: ClassVar[str] = _SELECTOR
    becomes: ClassVar[type[Command]] = selections.ConcludeSelection

    number: str = NUMBER
    operates_from: Day | None = None
    operates_until: Day | None = None

    def command(self, scene: Scene) -> selections.ConcludeSelection:
        """An operating period of two years from today."""
        operates_from = self.operates_from or scene.today
        return selections.ConcludeSelection(
            number=self.number,
            agreement=papers.agreement("COOPERATION-1", "合作协议", scene.today + timedelta(days=95)),
            operates_from=operates_from,
            operates_until=self.operates_until or operates_from + timedelta(days=730),
        )


class SelectionCancellation(MessageWords):
    """Cancel the selection."""

    word: ClassVar[str] = "selection cancellation"
    who: ClassVar[str] = _SELECTOR
    becomes: ClassVar[type[Command]] = selections.CancelSelection

    number: str = NUMBER
    reasons: str = "符合条件的候选机构不足"

    def command(self, scene: Scene) -> selections.CancelSelection:
        """With its reasons."""
        del scene
        return selections.CancelSelection(number=self.number, reasons=self.reasons)


MESSAGES: tuple[type[MessageWords], ...] = (
    Preparation,
    SelectionOpening,
    Candidate,
    CandidateEvidence,
    CandidateScores,
    Recommendation,
    SelectionAgreement,
    SelectionCancellation,
)
