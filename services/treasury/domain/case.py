"""What the treasury keeps of a project's case: its terms, its compensations, and the payments made on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID, uuid5

from shared.contracts import ids
from shared.contracts.documents import SignedMessage
from shared.contracts.labels import LabelledEnum
from shared.contracts.registry.project_life import FlagLifted, ProjectFlagged
from shared.contracts.registry.rules import LossRatio
from shared.contracts.treasury import Account, Leg, PaymentInstructed, PaymentReserved, PaymentSettled, PaymentVoided
from shared.decisions.article_09_affiliates import flags_of_affiliates
from shared.decisions.duties_exercised import DutyExercised, with_duties_exercised

# A payout leaves the social capital account first; the fiscal account pays nobody but that one (9.4, 10.5).
DEBIT_ACCOUNT: Mapping[Leg, Account] = {Leg.PAYOUT: Account.SOCIAL_CAPITAL, Leg.REIMBURSEMENT: Account.FISCAL}


@dataclass(frozen=True, slots=True)
class Project:
    """A project that the pool covers, with the terms pinned at its filing (5.2)."""

    lender: str
    guarantor: str | None
    rules_version: int
    share_rate_bp: int
    loss_ratio: LossRatio
    filed_by: str
    approved_by: str


class MandateStage(StrEnum):
    """Where a mandate stands: open → settled, or open → rejected by the bank → taken up again by a person."""

    OPEN = "open"
    SETTLED = "settled"
    REJECTED = "rejected"
    TAKEN_UP = "taken_up"


class PaymentStage(LabelledEnum):
    """Where a payment stands: reserved → instructed → settled, or → voided; the last two are final."""

    RESERVED = "reserved", "reserved", "已预留"
    INSTRUCTED = "instructed", "instructed", "已发出指令"
    SETTLED = "settled", "settled", "已结算"
    VOIDED = "voided", "voided", "已作废"


CompensationStage = Literal["queued", "paying", "paid", "reimbursing", "reimbursed", "rejected"]


@dataclass(frozen=True, slots=True)
class Mandate:
    """An amount that a checked decision binds the pool to pay on one leg, in as many instalments as money allows.

    ``queued_fen`` is what is not reserved yet. ``follows`` is the instruction that the bank did not carry out, and that
    this mandate takes up again. ``authority`` are the signed messages the decision rests on; it is empty
    where nothing is left to be instructed and nobody asked for it.
    """

    mandate_id: UUID
    project_id: UUID
    compensation_id: UUID
    leg: Leg
    number: int
    decision_sha256: str
    authorised_fen: int
    queued_fen: int
    settled_fen: int = 0
    stage: MandateStage = MandateStage.OPEN
    follows: UUID | None = None
    authority: tuple[SignedMessage, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Compensation:
    """One confirmed plan and the money that moved on it; all figures in fen.

    ``committed_before_fen`` is the share of all earlier compensations of the project, paid or still to be paid (10.3).
    """

    compensation_id: UUID
    project_id: UUID
    number: int
    plan_sha256: str
    payee: str
    total_loss_fen: int
    share_rate_bp: int
    loss_ratio: LossRatio
    committed_before_fen: int
    pool_share_fen: int
    paid_fen: int = 0
    reserved_fen: int = 0
    reimbursed_fen: int = 0
    reimbursement_reserved_fen: int = 0
    payout_instalments: int = 0
    reimbursement_instalments: int = 0

    def moved(self, leg: Leg, *, reserved_fen: int, done_fen: int = 0) -> "Compensation":
        """The compensation after so much more was reserved on this leg, and paid or reimbursed."""
        if leg is Leg.PAYOUT:
            return replace(self, reserved_fen=self.reserved_fen + reserved_fen, paid_fen=self.paid_fen + done_fen)
        return replace(
            self,
            reimbursement_reserved_fen=self.reimbursement_reserved_fen + reserved_fen,
            reimbursed_fen=self.reimbursed_fen + done_fen,
        )

    def instalments(self, leg: Leg) -> int:
        """The number of the leg's instalments so far, voided ones included, since their ids are used up."""
        return self.payout_instalments if leg is Leg.PAYOUT else self.reimbursement_instalments


@dataclass(frozen=True, slots=True)
class Payment:
    """One instalment as the bank was instructed to carry it out, and its answer."""

    instruction_id: UUID
    project_id: UUID
    compensation_id: UUID
    mandate_id: UUID
    leg: Leg
    instalment: int
    amount_fen: int
    stage: PaymentStage = PaymentStage.RESERVED
    bank_reference: str | None = None
    value_on: date | None = None
    booked_on: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A project's case. ``payments`` holds only those that the messages at hand are about.

    ``duties_exercised`` are those that registry and claims reported, and those that were signed for the payments.
    ``affiliate_flags`` are the numbers of the flags of affiliates that stand.
    """

    project_id: UUID
    project: Project | None = None
    duties_exercised: tuple[DutyExercised, ...] = ()
    affiliate_flags: tuple[str, ...] = ()
    compensations: Mapping[UUID, Compensation] = field(default_factory=dict)
    mandates: Mapping[UUID, Mandate] = field(default_factory=dict)
    payments: Mapping[UUID, Payment] = field(default_factory=dict)

    def committed_fen(self) -> int:
        """The share of all compensations so far, paid or still to be paid: what counts against the cap (10.3)."""
        return sum(compensation.pool_share_fen for compensation in self.compensations.values())

    def reimbursement_taken_fen(self, compensation_id: UUID) -> int:
        """The fen that count as reimbursed: settled, reserved, and what an open mandate still has queued (10.5)."""
        compensation = self.compensations[compensation_id]
        queued = sum(
            mandate.queued_fen
            for mandate in self.mandates.values()
            if mandate.compensation_id == compensation_id
            and mandate.leg is Leg.REIMBURSEMENT
            and mandate.stage is MandateStage.OPEN
        )
        return compensation.reimbursed_fen + compensation.reimbursement_reserved_fen + queued

    def with_duties_exercised(self, added: Iterable[DutyExercised]) -> "Case":
        """The case in which these were exercised, too; the very same case where all of them are known."""
        after = with_duties_exercised(self.duties_exercised, added)
        return self if after is self.duties_exercised else replace(self, duties_exercised=after)

    def with_flag(self, event: ProjectFlagged | FlagLifted) -> "Case":
        """The case in which an affiliate's flag was set or lifted; the very same one where none is, or was already."""
        stands, is_set = event.number in self.affiliate_flags, isinstance(event, ProjectFlagged)
        if stands is is_set or not flags_of_affiliates((event,)):
            return self
        others = tuple(number for number in self.affiliate_flags if number != event.number)
        return replace(self, affiliate_flags=(*others, event.number) if is_set else others)

    def with_compensation(self, compensation: Compensation) -> "Case":
        """The case with this compensation added or replaced."""
        return replace(self, compensations={**self.compensations, compensation.compensation_id: compensation})

    def with_mandate(self, mandate: Mandate) -> "Case":
        """The case with this mandate added or replaced."""
        return replace(self, mandates={**self.mandates, mandate.mandate_id: mandate})

    def with_payment(self, payment: Payment) -> "Case":
        """The case with this payment added or replaced."""
        return replace(self, payments={**self.payments, payment.instruction_id: payment})


def mandate_id(compensation_id: UUID, leg: Leg, number: int) -> UUID:
    """The id of the ``number``-th mandate of a compensation on this leg."""
    return uuid5(compensation_id, f"mandate/{leg}/{number}")


def instruction_id(compensation_id: UUID, leg: Leg, instalment: int) -> UUID:
    """The id under which the bank is instructed to carry out this instalment, and answers."""
    return ids.transfer_id(compensation_id, leg, instalment, "instruct")


def stage_of(case: Case, compensation: Compensation) -> CompensationStage:
    """A compensation's stage, in one word for people."""
    own = [mandate for mandate in case.mandates.values() if mandate.compensation_id == compensation.compensation_id]
    if any(mandate.stage is MandateStage.REJECTED and mandate.leg is Leg.PAYOUT for mandate in own):
        return "rejected"
    if any(mandate.stage is MandateStage.OPEN and mandate.leg is Leg.REIMBURSEMENT for mandate in own):
        return "reimbursing"
    if compensation.reimbursed_fen > 0:
        return "reimbursed"
    if compensation.paid_fen == compensation.pool_share_fen:
        return "paid"
    return "paying" if compensation.paid_fen or compensation.reserved_fen else "queued"


def mandate_in_turn(case: Case, compensation_id: UUID, leg: Leg) -> Mandate:
    """The mandate that the next instalment of this leg is paid on: the first that still has something queued."""
    return min(
        (
            mandate
            for mandate in case.mandates.values()
            if mandate.compensation_id == compensation_id
            and mandate.leg is leg
            and mandate.stage is MandateStage.OPEN
            and mandate.queued_fen > 0
        ),
        key=lambda mandate: mandate.number,
    )


def evolve_reserved(case: Case, change: PaymentReserved) -> Case:
    """The case after an instalment was reserved."""
    compensation = case.compensations[change.compensation_id]
    mandate = mandate_in_turn(case, change.compensation_id, change.leg)
    amount_fen = change.amount_fen
    assert amount_fen <= mandate.queued_fen, "only what is queued can be reserved"
    assert change.instalment == compensation.instalments(change.leg) + 1, "instalments have no gaps"
    compensation = compensation.moved(change.leg, reserved_fen=amount_fen)
    if change.leg is Leg.PAYOUT:
        compensation = replace(compensation, payout_instalments=change.instalment)
    else:
        compensation = replace(compensation, reimbursement_instalments=change.instalment)
    payment = Payment(
        instruction_id=instruction_id(change.compensation_id, change.leg, change.instalment),
        project_id=change.project_id,
        compensation_id=change.compensation_id,
        mandate_id=mandate.mandate_id,
        leg=change.leg,
        instalment=change.instalment,
        amount_fen=amount_fen,
    )
    mandate = replace(mandate, queued_fen=mandate.queued_fen - amount_fen)
    return case.with_compensation(compensation).with_mandate(mandate).with_payment(payment)


def evolve_instructed(case: Case, change: PaymentInstructed) -> Case:
    """The case after the bank was instructed to carry out an instalment."""
    payment = case.payments[change.instruction_id]
    assert payment.stage is PaymentStage.RESERVED, "only what is reserved can be instructed"
    return case.with_payment(replace(payment, stage=PaymentStage.INSTRUCTED))


def evolve_settled(case: Case, change: PaymentSettled) -> Case:
    """The case after the bank carried out an instalment."""
    payment = case.payments[change.instruction_id]
    assert payment.stage is PaymentStage.INSTRUCTED, "a payment is settled once"
    compensation, mandate = case.compensations[change.compensation_id], case.mandates[payment.mandate_id]
    amount_fen = payment.amount_fen
    compensation = compensation.moved(change.leg, reserved_fen=-amount_fen, done_fen=amount_fen)
    settled_fen = mandate.settled_fen + amount_fen
    is_done = settled_fen == mandate.authorised_fen
    mandate = replace(mandate, settled_fen=settled_fen, stage=MandateStage.SETTLED if is_done else mandate.stage)
    payment = replace(
        payment,
        stage=PaymentStage.SETTLED,
        bank_reference=change.bank_reference,
        value_on=change.value_on,
        booked_on=change.booked_on,
    )
    return case.with_compensation(compensation).with_mandate(mandate).with_payment(payment)


def evolve_voided(case: Case, change: PaymentVoided) -> Case:
    """The case after the bank rejected an instalment: its mandate waits for a person, nothing retries by itself."""
    payment = case.payments[change.instruction_id]
    assert payment.stage is PaymentStage.INSTRUCTED, "a payment is voided once"
    compensation, mandate = case.compensations[payment.compensation_id], case.mandates[payment.mandate_id]
    compensation = compensation.moved(payment.leg, reserved_fen=-payment.amount_fen)
    mandate = replace(mandate, stage=MandateStage.REJECTED)
    payment = replace(payment, stage=PaymentStage.VOIDED, reason=change.reason)
    return case.with_compensation(compensation).with_mandate(mandate).with_payment(payment)
