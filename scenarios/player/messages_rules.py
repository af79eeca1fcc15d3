"""Messages to the registry about the pool's rules: proposals of versions, and what becomes of them."""

from typing import ClassVar

from scenarios.player.message import COOPERATING_WORD, MANAGING_WORD, MessageWords
from scenarios.player.rules import prelude_rules
from scenarios.player.scene import Scene
from scenarios.player.words import Count, Day, Percent, Ratio
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.registry.norms import AdoptWorkingNorm
from shared.contracts.registry.rules import AdoptRules, DeclineRules, ProposeRules, WithdrawRules
from simulator import papers


class RulesProposal(MessageWords):
    """Propose a version of the rules; what is not said here is as in the prelude."""

    word: ClassVar[str] = "rules proposal"
    who: ClassVar[str] = f"{COOPERATING_WORD}/reporting-officer"
    becomes: ClassVar[type[Command]] = ProposeRules

    number: str = "2026-1"
    version: Count = 2
    effective: Day | None = None
    share_rate: Percent | None = None
    loss_ratio: Ratio | None = None
    filing_window_days: Count | None = None
    verifiers: Count | None = None
    term_years: Count | None = None
    reasons: str = "根据一年来的运营情况调整。"

    def command(self, scene: Scene) -> ProposeRules:
        """The prelude's rules with what is to change, in force from today on unless it says another day."""
        rules = prelude_rules(
            scene.prelude,
            version=self.version,
            effective_on=self.effective or scene.today,
            share_rate_bp=self.share_rate,
            loss_ratio=self.loss_ratio,
            filing_window_days=self.filing_window_days,
            verifiers_min=self.verifiers,
            term_years=self.term_years,
        )
        return ProposeRules(number=self.number, rules=rules, reasons=self.reasons)


class RulesAdoption(MessageWords):
    """Adopt a proposal of rules."""

    word: ClassVar[str] = "rules adoption"
    who: ClassVar[str] = f"{MANAGING_WORD}/overseer"
    becomes: ClassVar[type[Command]] = AdoptRules
    refers_to: ClassVar[tuple[str, ...]] = ("proposal",)

    number: str = "2026-1"
    proposal: str | None = None

    def command(self, scene: Scene) -> AdoptRules:
        """It names the proposal by its number and by the hash of its bytes."""
        sha256 = scene.hash_of(RulesProposal.word, self.proposal)
        return AdoptRules(number=self.number, proposal_sha256=sha256)


class RulesDeclining(MessageWords):
    """Decline a proposal of rules, with reasons."""

    word: ClassVar[str] = "rules declining"
    who: ClassVar[str] = f"{MANAGING_WORD}/overseer"
    becomes: ClassVar[type[Command]] = DeclineRules

    number: str = "2026-1"
    reasons: str = "暂不调整。"

    def command(self, scene: Scene) -> DeclineRules:
        """What is said, as it is."""
        del scene
        return DeclineRules(number=self.number, reasons=self.reasons)


class RulesWithdrawal(MessageWords):
    """Withdraw one's own proposal of rules, with reasons."""

    word: ClassVar[str] = "rules withdrawal"
    who: ClassVar[str] = f"{COOPERATING_WORD}/reporting-officer"
    becomes: ClassVar[type[Command]] = WithdrawRules

    number: str = "2026-1"
    reasons: str = "另行提议。"

    def command(self, scene: Scene) -> WithdrawRules:
        """What is said, as it is."""
        del scene
        return WithdrawRules(number=self.number, reasons=self.reasons)


class WorkingNorm(MessageWords):
    """Adopt a daily working norm of the cooperating institution."""

    word: ClassVar[str] = "working norm"
    who: ClassVar[str] = f"{COOPERATING_WORD}/reporting-officer"
    becomes: ClassVar[type[Command]] = AdoptWorkingNorm

    number: str = "GF-1"
    title: str = "日常工作规范"
    effective: Day | None = None
    supersedes: str | None = None

    def command(self, scene: Scene) -> AdoptWorkingNorm:
        """In effect from today on, unless another day is said."""
        return AdoptWorkingNorm(
            number=self.number,
            title=self.title,
            effective_on=self.effective or scene.today,
            document=papers.document(DocumentKind.OTHER, f"{self.title} {self.number}"),
            supersedes=self.supersedes,
        )


MESSAGES: tuple[type[MessageWords], ...] = (RulesProposal, RulesAdoption, RulesDeclining, RulesWithdrawal, WorkingNorm)
