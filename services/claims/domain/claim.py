"""A case: what is known of it, which step comes next, and how each event changes it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.claims.domain.step import Step
from shared.contracts.claims import Loss, NoticeOrigin, PlanBasis
from shared.contracts.documents import SignedMessage
from shared.contracts.registry.projects import Loan, ProjectTerms
from shared.decisions.article_10_fiscal_part import fiscal_part_of_compensation_fen
from shared.decisions.ballot import Decidable
from shared.decisions.duties_exercised import DutyExercised


class ClaimsError(Exception):
    """What only a bug, here or in another service, can bring about: an operator has to look."""


class Stage(StrEnum):
    """How far a case is, in a word for people who look for what waits for them; derived, never set."""

    AWAITING_APPROVAL = "awaiting_approval"  # → COVERED, REJECTED
    REJECTED = "rejected"  # the end: the project's filing was rejected
    COVERED = "covered"  # → NOTIFIED
    NOTIFIED = "notified"  # → REVIEWED
    REVIEWED = "reviewed"  # → VERIFIED, NOTIFIED by a new notice
    VERIFIED = "verified"  # → PLANNED, NOTIFIED by a new notice
    PLANNED = "planned"  # → CONFIRMED
    CONFIRMED = "confirmed"  # → RELEASED
    RELEASED = "released"  # → PAID
    PAID = "paid"  # → APPLIED
    APPLIED = "applied"  # → VOTING
    VOTING = "voting"  # → APPROVED, PAID by a refusal, APPLIED by a new application or without a quorum
    APPROVED = "approved"  # → REIMBURSED, PAID while not all of it is, APPLIED by a further application
    REIMBURSED = "reimbursed"  # → PAID by a further instalment


class Part(BaseModel):
    """A part of the state. Unknown fields are an error: dropping what a newer version has stored would lose facts."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Project(Part):
    """The covered project, as the registry approved it; of its principal what was drawn and filed so far is covered."""

    loan: Loan
    terms: ProjectTerms
    covered_principal_fen: int


class Notice(Part):
    """A loss notice, with the signed message it came as."""

    notifier: str
    message_id: str
    sha256: str
    origin: NoticeOrigin
    loss: Loss
    claimed_fen: int
    received_at: datetime
    original: SignedMessage


class Plan(Part):
    """The compensation plan, and what has been signed for it since."""

    compensation_id: UUID
    sha256: str
    basis: PlanBasis
    payee: str
    original: SignedMessage
    confirmation: SignedMessage | None = None
    confirmed_at: datetime | None = None
    release: SignedMessage | None = None
    released_at: datetime | None = None


class SignedBallot(Part):
    """What was signed for a ballot that is open, for whoever counts it again."""

    opening: SignedMessage
    votes: tuple[SignedMessage, ...] = ()
    recusals: tuple[SignedMessage, ...] = ()


class Application(Decidable):
    """The reimbursement application that is to be decided; ``signed`` belongs to its ballot."""

    amount_fen: int
    original: SignedMessage
    signed: SignedBallot | None = None


class Claim(Part):
    """A case. Its id is the project's; it exists from the project's filing, or from a notice that comes before it.

    ``held`` are notices that wait for the approval, ``notices`` the latest accepted one of each notifier. ``reviewed``
    is the hash of the notice that was reviewed; ``verified`` what a plan has to say after the on-site verification.
    ``decided_fen`` is what collective decisions have approved, ``paid_instalments`` and ``reimbursed_instalments`` are
    what the treasury has settled. Case-wide figures are in fen. ``duties_exercised`` are those of the officers who have
    acted in the case, here and as far as this service has heard of it elsewhere; ``recused`` are those who have an
    interest in it and decide on none of its applications.
    """

    project_id: UUID
    pool_id: UUID
    project: Project | None = None
    is_rejected: bool = False
    has_ended: bool = False
    case_number: str | None = None
    held: tuple[Notice, ...] = ()
    notices: tuple[Notice, ...] = ()
    reviewed: str | None = None
    verified: PlanBasis | None = None
    # Supplementary notices, which open a second compensation, come later; the figures are ready for them.
    compensation: int = 1
    paid_before_fen: int = 0
    plan: Plan | None = None
    paid_fen: int = 0
    paid_instalments: tuple[int, ...] = ()
    application: Application | None = None
    decided_fen: int = 0
    reimbursed_fen: int = 0
    reimbursed_instalments: tuple[int, ...] = ()
    duties_exercised: tuple[DutyExercised, ...] = ()
    recused: tuple[str, ...] = ()

    @property
    def notice(self) -> Notice | None:
        """The notice that counts: that of the lender, who holds the claim (10.2, 14.2)."""
        return None if self.project is None else self.notice_of(self.project.loan.lender)

    def notice_of(self, notifier: str) -> Notice | None:
        """The latest accepted notice of this notifier."""
        return next((notice for notice in self.notices if notice.notifier == notifier), None)

    def latest_notice_of(self, notifier: str) -> Notice | None:
        """The latest notice of this notifier, held or accepted."""
        waiting = [notice for notice in self.held if notice.notifier == notifier]
        return waiting[-1] if waiting else self.notice_of(notifier)

    @property
    def fiscal_part_of_paid_fen(self) -> int:
        """F(paid): the fiscal account's part of what was paid on the compensation so far (10.4)."""
        assert self.plan is not None
        return fiscal_part_of_compensation_fen(self.paid_fen, self.paid_before_fen, self.plan.basis.loss_ratio)

    @property
    def next_step(self) -> Step:
        """The first step that has not been taken; after a payment there can always be another application."""
        steps = (
            (Step.APPROVAL, self.project is not None),
            (Step.NOTICE, self.notice is not None),
            (Step.REVIEW, self.reviewed is not None),
            (Step.VERIFICATION, self.verified is not None),
            (Step.PLAN, self.plan is not None),
            (Step.CONFIRMATION, self.plan is not None and self.plan.confirmation is not None),
            (Step.RELEASE, self.plan is not None and self.plan.release is not None),
            (Step.PAYMENT, self.paid_fen > 0),
        )
        return next((step for step, is_taken in steps if not is_taken), Step.APPLICATION)

    @property
    def stage(self) -> Stage:
        """Where the case is."""
        if self.is_rejected:
            return Stage.REJECTED
        if self.next_step is not Step.APPLICATION:
            return _STAGES[self.next_step]
        if self.application is not None:
            return Stage.APPLIED if self.application.ballot is None else Stage.VOTING
        if self.decided_fen > self.reimbursed_fen:
            return Stage.APPROVED
        return Stage.REIMBURSED if self.reimbursed_fen == self.fiscal_part_of_paid_fen > 0 else Stage.PAID


_STAGES = {
    Step.APPROVAL: Stage.AWAITING_APPROVAL,
    Step.NOTICE: Stage.COVERED,
    Step.REVIEW: Stage.NOTIFIED,
    Step.VERIFICATION: Stage.REVIEWED,
    Step.PLAN: Stage.VERIFIED,
    Step.CONFIRMATION: Stage.PLANNED,
    Step.RELEASE: Stage.CONFIRMED,
    Step.PAYMENT: Stage.RELEASED,
}
