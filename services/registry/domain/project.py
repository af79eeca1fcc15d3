"""A financing project as the registry knows it: what was filed, and what the managing institution decided on it."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from services.registry.domain.ballot import Decidable
from services.registry.domain.filed_version import Correction, FilingVersion
from services.registry.domain.spot_check import SpotCheck
from services.registry.domain.state_model import StateModel
from shared.contracts.documents import Document
from shared.contracts.labels import LabelledEnum
from shared.contracts.money import Fen, PositiveFen
from shared.contracts.refusals import Refusal
from shared.contracts.registry.project_life import FlagParticulars, ProjectEnded
from shared.contracts.registry.projects import CompleteFiling, FiledDrawdown, IncompleteFiling, ProjectTerms


class Stage(LabelledEnum):
    """Where a filing stands."""

    INCOMPLETE = "incomplete", "incomplete", "材料不全"  # → filed, late; a draft, which is no project yet
    LATE = "late", "filed late", "逾期备案，待集体决策"  # → filed, rejected; waits for the decision that admits it
    FILED = "filed", "filed", "待审核"  # → returned, approved, rejected
    RETURNED = "returned", "returned", "已退回"  # → filed, late, ended
    APPROVED = "approved", "approved", "已审核通过"  # → ended
    REJECTED = "rejected", "rejected", "审核未通过"  # for good
    ENDED = "ended", "ended", "已结束"  # for good


class Draft(IncompleteFiling, StateModel):
    """A filing that lacked something and was never complete: no project yet, and neither share nor ratio is pinned.

    ``items`` are what it lacked when it was last sent, ``drawdowns`` the clocks that it had then; ``closed`` are the
    clocks that had run out before it was sent with others. All count by ``rules_version``, which was in force when it
    was first sent.
    """

    stage: Literal[Stage.INCOMPLETE] = Stage.INCOMPLETE
    closed: tuple[FiledDrawdown, ...]
    rules_version: int

    def closed_by(self, day: date) -> tuple[FiledDrawdown, ...]:
        """The clocks that had run out before ``day``, as filed on it: one for each number, the earliest.

        Nothing was filed while it was incomplete, so a draft's own day counts for nothing.
        """
        run_out = sorted(
            (*self.closed, *(drawdown for drawdown in self.drawdowns if drawdown.filing_deadline < day)),
            key=lambda drawdown: drawdown.disbursed_on,
            reverse=True,
        )
        earliest = {drawdown.number: drawdown for drawdown in run_out}
        return tuple(drawdown.model_copy(update={"filed_on": day}) for drawdown in earliest.values())


class Repayment(StateModel):
    """Principal that was repaid, once under its reference."""

    reference: str
    amount_fen: PositiveFen
    repaid_on: date


class Flag(FlagParticulars, StateModel):
    """A flag that stands."""


class Project(CompleteFiling, Decidable):
    """One filed project. ``filing`` counts its filings, ``filed_on`` is the Beijing day of the first complete one.

    ``drawdowns`` each have their own window. ``reasons`` are those of the latest return or rejection, ``items`` what a
    filing lacked that was sent since the return, ``flags`` those that stand. All but ``versions`` is of the version
    that counts; ``correction`` waits beside it where that is approved. ``judged_drawdowns`` are all clocks that ever
    ran, of whatever became of what was filed: they only grow, so that nothing is filed once more with a new one.
    ``drawn_late_because`` is what was said of the latest drawdown that came late, ``similar_loans`` the loans that this
    could be too, ``ending`` how the project ended, ``interpretation`` what the latest approval, return or rejection
    relied on. ``drafted_under`` is the version of the rules by which its windows were reported while it was a draft,
    None if it never was one.
    """

    project_id: UUID
    stage: Literal[Stage.LATE, Stage.FILED, Stage.RETURNED, Stage.APPROVED, Stage.REJECTED, Stage.ENDED]
    filed_on: date
    # Those of its drawdowns join those of its filing, so that they become more than one message can bring.
    documents: tuple[Document, ...]
    terms: ProjectTerms
    reasons: str | None = None
    interpretation: str | None = None
    items: tuple[Refusal, ...] = ()
    repayments: tuple[Repayment, ...] = ()
    spot_checks: tuple[SpotCheck, ...] = ()
    flags: tuple[Flag, ...] = ()
    versions: tuple[FilingVersion, ...]
    correction: Correction | None = None
    judged_drawdowns: tuple[FiledDrawdown, ...]
    drawn_late_because: str | None = None
    ending: ProjectEnded | None = None
    drafted_under: int | None = None

    @property
    def standing_filing(self) -> int:
        """The latest version that stands: the correction that waits, or else the one that counts."""
        return self.filing if self.correction is None else self.correction.filing

    @property
    def latest_filing(self) -> int:
        """The highest number that a version ever had, also one that did not come to count."""
        return self.versions[-1].filing

    @property
    def waits_corrected(self) -> bool:
        """Whether what waits for a decision came as a correction of what had waited before."""
        return self.correction is not None or self.versions[-1].corrects is not None

    @property
    def known_drawdowns(self) -> tuple[FiledDrawdown, ...]:
        """Every version of every drawdown that was ever filed, by which a further one is judged."""
        waiting = self.correction.drawdowns if self.correction else ()
        return (*self.drawdowns, *waiting, *self.judged_drawdowns)

    @property
    def windows_version(self) -> int:
        """The version of the rules by which its windows are counted: the one by which they were reported first."""
        return self.terms.rules_version if self.drafted_under is None else self.drafted_under

    def with_judged(self, *judged: FiledDrawdown) -> tuple[FiledDrawdown, ...]:
        """The clocks that ever ran, these among them."""
        return tuple(dict.fromkeys((*self.judged_drawdowns, *judged)))

    @property
    def repaid_fen(self) -> Fen:
        """The principal that was repaid so far."""
        return sum(repayment.amount_fen for repayment in self.repayments)

    @property
    def outstanding_fen(self) -> Fen:
        """The principal that was drawn, covered or not, and is not repaid."""
        return sum(drawdown.amount_fen for drawdown in self.drawdowns) - self.repaid_fen

    @property
    def borrower_uscc(self) -> str:
        """The borrower's code."""
        return self.borrower.uscc

    @property
    def covered_principal_fen(self) -> Fen:
        """What was drawn and filed, without what was filed late and is not admitted."""
        return sum(drawdown.amount_fen for drawdown in self.drawdowns if not drawdown.late)


Filing = Annotated[Project | Draft, Field(discriminator="stage")]
FILING: TypeAdapter[Project | Draft] = TypeAdapter(Filing)
