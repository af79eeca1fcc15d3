"""A case: what is known of it, which step comes next, and how each event changes it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.claims.domain.step import Step
from shared.contracts import claims as said
from shared.contracts.claims import Loss, NoticeOrigin, PlanBasis
from shared.contracts.documents import SignedMessage
from shared.contracts.registry.project_life import FlagParticulars
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
    NOTIFIED = "notified"  # → REVIEWED; until the release a new notice leads back here, and its withdrawal before it
    REVIEWED = "reviewed"  # → VERIFIED
    VERIFIED = "verified"  # → PLANNED
    PLANNED = "planned"  # → CONFIRMED, VERIFIED by a return
    CONFIRMED = "confirmed"  # → RELEASED
    RELEASED = "released"  # → PAID
    PAID = "paid"  # → APPLIED, NOTIFIED by a further notice
    APPLIED = "applied"  # → VOTING
    VOTING = "voting"  # → APPROVED, PAID by a refusal, APPLIED by a new application or without a quorum
    APPROVED = "approved"  # → REIMBURSED, PAID while not all of it is, APPLIED by a further application
    REFUSED = "refused"  # the end of a compensation: the treasury did not accept its release
    WITHDRAWN = "withdrawn"  # the end of a compensation: its notice was withdrawn before the release
    REIMBURSED = "reimbursed"  # → PAID by a further instalment, NOTIFIED by a further notice


class Ended(StrEnum):
    """How a compensation has ended before anything was paid on it."""

    WITHDRAWN = "withdrawn"  # its notice was, before the release
    REFUSED = "refused"  # the treasury did not accept its release; the next one rests on the same notice


class Part(BaseModel):
    """A part of the state. Unknown fields are an error: dropping what a newer version has stored would lose facts."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Project(Part):
    """The covered project, as the registry approved it; of its principal what was drawn and filed so far is covered.

    ``late_principal_fen`` was drawn too, but filed late and not admitted: it is repaid with the rest, and not covered.
    """

    loan: Loan
    terms: ProjectTerms
    covered_principal_fen: int
    late_principal_fen: int = 0


class Repayment(Part):
    """Principal that was repaid to the lender."""

    repaid_on: date
    amount_fen: int


class Flag(FlagParticulars, Part):
    """A flag of the project that stands."""


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
    """The application for a compensation's reimbursement that is to be decided; ``signed`` belongs to its ballot."""

    compensation: int
    amount_fen: int
    original: SignedMessage
    signed: SignedBallot | None = None


class StoppedPayment(said.StoppedPayment, Part):
    """A payment that the bank did not carry out; ``is_waiting`` until it is taken up again."""

    instruction_id: UUID
    is_waiting: bool = True


class Approved(Part):
    """What a collective decision has approved, by the application's hash."""

    application_sha256: str
    amount_fen: int


class Compensation(Part):
    """One compensation of a case, from its notice to its reimbursement: one notice, one payee (10.2, 14.2).

    ``number`` is its own in the case. Another notice of the same notifier takes the place of ``notice`` until the
    payout is released, and what was found about the earlier one lapses. ``verified`` is what a plan has to say after
    the on-site verification. ``approved`` is what collective decisions have approved; ``paid_instalments`` and
    ``reimbursed_instalments`` are what the treasury has settled.
    """

    number: int
    notice: Notice
    ended: Ended | None = None
    is_reviewed: bool = False
    verified: PlanBasis | None = None
    plan: Plan | None = None
    paid_fen: int = 0
    paid_instalments: tuple[int, ...] = ()
    approved: tuple[Approved, ...] = ()
    reimbursed_fen: int = 0
    reimbursed_instalments: tuple[int, ...] = ()

    @property
    def decided_fen(self) -> int:
        """What collective decisions have approved, as far as the treasury accepts it."""
        return sum(each.amount_fen for each in self.approved)

    @property
    def is_released(self) -> bool:
        """Whether its payout was released: from then on its share is committed, and its notice and plan stand."""
        return self.plan is not None and self.plan.release is not None

    @property
    def is_in_preparation(self) -> bool:
        """Whether it is on the way to its release."""
        return not self.is_released and self.ended is None

    @property
    def committed_fen(self) -> int:
        """What the pool is bound to pay on it (10.3)."""
        if self.plan is None or self.plan.release is None or self.ended is not None:
            return 0
        return self.plan.basis.pool_share_fen

    @property
    def fiscal_part_of_paid_fen(self) -> int:
        """F(paid): the fiscal account's part of what was paid on it so far (10.4)."""
        assert self.plan is not None, "nothing is paid without a plan"
        basis = self.plan.basis
        return fiscal_part_of_compensation_fen(self.paid_fen, basis.committed_before_fen, basis.loss_ratio)

    @property
    def next_step(self) -> Step:
        """The first step that has not been taken; after a payment there can always be another application."""
        steps = (
            (Step.NOTICE, self.ended is None),
            (Step.REVIEW, self.is_reviewed),
            (Step.VERIFICATION, self.verified is not None),
            (Step.PLAN, self.plan is not None),
            (Step.CONFIRMATION, self.plan is not None and self.plan.confirmation is not None),
            (Step.RELEASE, self.is_released),
            (Step.PAYMENT, self.paid_fen > 0),
        )
        return next((step for step, is_taken in steps if not is_taken), Step.APPLICATION)

    @property
    def stage(self) -> Stage:
        """How far it is, but for an application, which is the case's."""
        if self.ended is not None:
            return _STAGES_AT_END[self.ended]
        if self.next_step is not Step.APPLICATION:
            return _STAGES[self.next_step]
        if self.decided_fen > self.reimbursed_fen:
            return Stage.APPROVED
        return Stage.REIMBURSED if self.reimbursed_fen == self.fiscal_part_of_paid_fen > 0 else Stage.PAID


class Claim(Part):
    """A case. Its id is the project's; it exists from the project's filing, or from a notice that comes before it.

    ``held`` are notices that wait for the approval, ``notices`` the latest accepted one of each notifier;
    ``compensations`` are in the order of their numbers, which begin with 1; ``stopped`` are the payments that the bank
    did not carry out. ``duties_exercised`` are those of the officers who have acted in the case, here and as far as
    this service has observed it elsewhere; ``recused`` are those who have an interest in it and decide on none of its
    applications. ``flags`` are those that stand.
    """

    project_id: UUID
    pool_id: UUID
    project: Project | None = None
    is_rejected: bool = False
    has_ended: bool = False
    is_settled: bool = False
    repayments: tuple[Repayment, ...] = ()
    flags: tuple[Flag, ...] = ()
    case_number: str | None = None
    held: tuple[Notice, ...] = ()
    notices: tuple[Notice, ...] = ()
    compensations: tuple[Compensation, ...] = ()
    application: Application | None = None
    stopped: tuple[StoppedPayment, ...] = ()
    duties_exercised: tuple[DutyExercised, ...] = ()
    recused: tuple[str, ...] = ()

    def notice_of(self, notifier: str) -> Notice | None:
        """The latest accepted notice of this notifier."""
        return next((notice for notice in self.notices if notice.notifier == notifier), None)

    def latest_notice_of(self, notifier: str) -> Notice | None:
        """The latest notice of this notifier, held or accepted."""
        waiting = [notice for notice in self.held if notice.notifier == notifier]
        return waiting[-1] if waiting else self.notice_of(notifier)

    def repaid_fen(self, until: date | None = None) -> int:
        """The principal repaid so far, or until the end of that day."""
        return sum(each.amount_fen for each in self.repayments if until is None or each.repaid_on <= until)

    @property
    def committed_fen(self) -> int:
        """What the pool is bound to pay on all compensations: what counts against the cap (10.3)."""
        return sum(compensation.committed_fen for compensation in self.compensations)

    @property
    def paid_fen(self) -> int:
        """What was paid on all compensations."""
        return sum(compensation.paid_fen for compensation in self.compensations)

    @property
    def latest(self) -> Compensation | None:
        """The compensation that was opened last and whose notice stands."""
        return next((each for each in reversed(self.compensations) if each.ended is None), None)

    def numbered(self, number: int) -> Compensation | None:
        """The compensation with this number."""
        return next((each for each in self.compensations if each.number == number), None)

    def in_preparation_for(self, notifier: str) -> Compensation | None:
        """The compensation on this notifier's notice whose payout is not released yet; there is one at the most."""
        own = (each for each in self.compensations if each.notice.notifier == notifier and each.is_in_preparation)
        return next(own, None)

    def stopped_at(self, instruction_id: UUID) -> StoppedPayment | None:
        """The payment of this instruction, if the bank did not carry it out."""
        return next((each for each in self.stopped if each.instruction_id == instruction_id), None)

    def with_stopped(self, payment: StoppedPayment) -> "Claim":
        """The case with this payment stopped, or in the place of what was known of it."""
        others = (each for each in self.stopped if each.instruction_id != payment.instruction_id)
        return self.model_copy(update={"stopped": (*others, payment)})

    def with_compensation(self, compensation: Compensation) -> "Claim":
        """The case with this compensation opened, or in the place of the one with its number."""
        others = (each for each in self.compensations if each.number != compensation.number)
        ordered = sorted((*others, compensation), key=lambda each: each.number)
        return self.model_copy(update={"compensations": tuple(ordered)})

    @property
    def first_step(self) -> Step:
        """What a case waits for that has no compensation yet."""
        return Step.APPROVAL if self.project is None else Step.NOTICE

    @property
    def stage(self) -> Stage:
        """Where the case is: its application, or else the compensation that was opened last."""
        if self.is_rejected:
            return Stage.REJECTED
        if self.application is not None:
            return Stage.APPLIED if self.application.ballot is None else Stage.VOTING
        return _STAGES[self.first_step] if self.latest is None else self.latest.stage


_STAGES_AT_END = {Ended.WITHDRAWN: Stage.WITHDRAWN, Ended.REFUSED: Stage.REFUSED}
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
