"""Messages about a project after its approval: drawdowns, repayments, spot checks, flags, its end."""

from typing import Annotated, ClassVar

from scenarios.player.message import COOPERATING_WORD, MANAGING_WORD, MessageWords
from scenarios.player.scene import Scene
from scenarios.player.words import Count, Day, Fen, choice
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.registry import project_life, projects
from shared.contracts.registry.words import RightKind
from simulator import papers


class DrawdownFiling(MessageWords):
    """File a further drawdown of the loan at hand."""

    word: ClassVar[str] = "drawdown"
    who: ClassVar[str] = f"{COOPERATING_WORD}/filing officer"
    becomes: ClassVar[type[Command]] = project_life.FileDrawdown

    number: Count = 2
    amount: Fen = 10_000_000
    day: Day | None = None
    late_because: str | None = None

    def command(self, scene: Scene) -> project_life.FileDrawdown:
        """Paid out today, with its proof."""
        return project_life.FileDrawdown(
            project_id=scene.loan.project_id,
            drawdown=projects.Drawdown(
                number=self.number, amount_fen=self.amount, disbursed_on=self.day or scene.today
            ),
            documents=(papers.document(DocumentKind.OTHER, "放款凭证"),),
            late_because=self.late_because,
        )


class Repayment(MessageWords):
    """Report that principal was repaid."""

    word: ClassVar[str] = "repayment"
    who: ClassVar[str] = f"{COOPERATING_WORD}/reporting officer"
    becomes: ClassVar[type[Command]] = project_life.ReportRepayment

    reference: str = "HK-1"
    amount: Fen = papers.PRINCIPAL_FEN
    day: Day | None = None

    def command(self, scene: Scene) -> project_life.ReportRepayment:
        """The whole principal, today."""
        return project_life.ReportRepayment(
            project_id=scene.loan.project_id,
            reference=self.reference,
            amount_fen=self.amount,
            repaid_on=self.day or scene.today,
        )


class SpotCheck(MessageWords):
    """Record a spot check of the borrower and its right."""

    word: ClassVar[str] = "spot check"
    who: ClassVar[str] = f"{COOPERATING_WORD}/reporting officer"
    becomes: ClassVar[type[Command]] = project_life.RecordSpotCheck

    number: str = "CC-1"
    borrower: Annotated[project_life.BorrowerCondition, choice(project_life.BorrowerCondition)] = (
        project_life.BorrowerCondition.IN_ORDER
    )
    right: Annotated[project_life.RightCondition, choice(project_life.RightCondition)] = (
        project_life.RightCondition.IN_FORCE
    )

    def command(self, scene: Scene) -> project_life.RecordSpotCheck:
        """Made today, by whoever records it."""
        pledged = project_life.RightCheck(
            kind=RightKind.PATENT,
            registration_number=papers.right_number(scene.cast.pool_id, scene.loan.contract),
            condition=self.right,
        )
        return project_life.RecordSpotCheck(
            project_id=scene.loan.project_id,
            number=self.number,
            checked_on=scene.today,
            checked_by=(scene.sender.officer or "reporting-officer",),
            borrower=self.borrower,
            rights=(pledged,),
            evidence=(papers.document(DocumentKind.OTHER, "抽查记录"),),
        )


class FlagLifting(MessageWords):
    """Lift the flag that an adverse spot check has set."""

    word: ClassVar[str] = "flag lifting"
    who: ClassVar[str] = f"{MANAGING_WORD}/overseer"
    becomes: ClassVar[type[Command]] = project_life.LiftFlag

    number: str = "CC-1"
    reasons: str = "风险已消除"
    interpretation: str | None = None

    def command(self, scene: Scene) -> project_life.LiftFlag:
        """The flag of the spot check with this number."""
        return project_life.LiftFlag(
            project_id=scene.loan.project_id,
            number=self.number,
            reasons=self.reasons,
            interpretation=self.interpretation,
        )


class ProjectEnd(MessageWords):
    """End the project at hand."""

    word: ClassVar[str] = "project end"
    who: ClassVar[str] = f"{COOPERATING_WORD}/reporting officer"
    becomes: ClassVar[type[Command]] = project_life.EndProject

    ground: Annotated[project_life.EndGround, choice(project_life.EndGround)] = project_life.EndGround.SETTLED
    reasons: str = "贷款已结清"
    interpretation: str | None = None

    def command(self, scene: Scene) -> project_life.EndProject:
        """Settled, unless it is ended by decision, with its minutes."""
        minutes = papers.document(DocumentKind.MINUTES, "结束项目决定会议纪要")
        return project_life.EndProject(
            project_id=scene.loan.project_id,
            ground=self.ground,
            reasons=self.reasons,
            document=minutes if self.ground is project_life.EndGround.DECISION else None,
            interpretation=self.interpretation,
        )


MESSAGES: tuple[type[MessageWords], ...] = (DrawdownFiling, Repayment, SpotCheck, FlagLifting, ProjectEnd)
