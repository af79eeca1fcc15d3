"""What is said to and by the treasury: the two accounts and the money that moves between them."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import SignedMessage
from shared.contracts.envelope import Command, Event, EventPart
from shared.contracts.examples import CONTRIBUTION_FEN, After, Called, FromContext, Party, Spoken, example, usual
from shared.contracts.labels import LabelledEnum
from shared.contracts.money import Fen, PositiveFen
from shared.contracts.receipts import Receipt
from shared.contracts.registry.words import RulesVersion, SystemUse
from shared.contracts.words import Day, Identity, InstitutionId, Name, OfficerId, Reference, Sha256, Text


class Account(LabelledEnum):
    """The two custodial accounts at the supervising bank (9.4)."""

    FISCAL = "fiscal", "fiscal account", "财政资金账户"
    SOCIAL_CAPITAL = "social_capital", "social capital account", "社会资本账户"


class Leg(StrEnum):
    """The two ways a compensation moves money."""

    PAYOUT = "payout"  # social capital account → claimant
    REIMBURSEMENT = "reimbursement"  # fiscal account → social capital account


# Commands


class ContributionParticulars(BaseModel):
    """A contribution as it arrived. A fiscal one names its budget reference and budget year."""

    account: Annotated[Account, example(Account.SOCIAL_CAPITAL)]
    instalment: Annotated[int, Field(strict=True, ge=1, le=100), example(FromContext.INSTALMENT)]
    amount_fen: Annotated[PositiveFen, example(FromContext.INSTALMENT_FEN)]
    budget_reference: Annotated[Reference | None, usual(FromContext.BUDGET_REFERENCE)] = None
    budget_year: Annotated[
        Annotated[int, Field(strict=True, ge=2000, le=2200)] | None, usual(FromContext.BUDGET_YEAR)
    ] = None
    bank_reference: Annotated[Reference, example(FromContext.BANK_REFERENCE)]
    value_on: Annotated[Day, Called("value date")]
    booked_on: Annotated[Day, Called("booking date"), example(After("value_on"))]


class CarriedOutParticulars(BaseModel):
    """An instructed payment as it was carried out."""

    instruction_id: Annotated[Identity, example(FromContext.INSTRUCTION)]
    amount_fen: Annotated[PositiveFen, example(FromContext.INSTRUCTED_FEN)]
    bank_reference: Annotated[Reference, example(FromContext.BANK_REFERENCE)]
    value_on: Annotated[Day, Called("value date")]
    booked_on: Annotated[Day, Called("booking date"), example(After("value_on"))]


class NotCarriedOutParticulars(BaseModel):
    """Why an instructed payment was not carried out."""

    instruction_id: Annotated[Identity, example(FromContext.INSTRUCTION)]
    reason: Annotated[Text, example("收款账户信息不符")]


class CustodyParticulars(BaseModel):
    """Both balances as they go from one supervising bank to the next, and how the bank has booked that (6.3)."""

    fiscal_fen: Annotated[Fen, example(CONTRIBUTION_FEN)]
    social_capital_fen: Annotated[Fen, example(CONTRIBUTION_FEN)]
    bank_reference: Annotated[Reference, example("CUSTODY-MOVE-1")]
    value_on: Annotated[Day, Called("value date")]
    booked_on: Annotated[Day, Called("booking date"), example(After("value_on"))]


class _BankClerks(BaseModel):
    """The two people at the supervising bank who stand behind what its system says."""

    maker: Annotated[OfficerId, example("accounts-maker")]
    checker: Annotated[OfficerId, example("accounts-checker")]


class ConfirmContribution(_BankClerks, ContributionParticulars, Command, name="treasury.contribution.confirm.v1"):
    """Confirm that a contribution arrived on its account; by the supervising bank (9.2, 9.3).

    A fiscal contribution names its budget reference and budget year.
    """

    spoken: ClassVar[Spoken] = Spoken("contribution", Party.SUPERVISING_BANK, SystemUse.BANK_CONFIRMATIONS)


class ConfirmPayment(_BankClerks, CarriedOutParticulars, Command, name="treasury.payment.confirm.v1"):
    """Confirm that an instructed payment was carried out; by the supervising bank."""

    spoken: ClassVar[Spoken] = Spoken("payment confirmation", Party.SUPERVISING_BANK, SystemUse.BANK_CONFIRMATIONS)


class RejectPayment(_BankClerks, NotCarriedOutParticulars, Command, name="treasury.payment.reject.v1"):
    """Say that an instructed payment was not and will not be carried out; by the supervising bank."""

    spoken: ClassVar[Spoken] = Spoken("payment rejection", Party.SUPERVISING_BANK, SystemUse.BANK_CONFIRMATIONS)


class HandOverAccounts(_BankClerks, CustodyParticulars, Command, name="treasury.accounts.hand_over.v1"):
    """Say that both balances went to the bank that replaces the sender; by the supervising bank (6.3)."""

    spoken: ClassVar[Spoken] = Spoken("handover of accounts", Party.SUPERVISING_BANK, SystemUse.BANK_CONFIRMATIONS)


class TakeOverAccounts(_BankClerks, CustodyParticulars, Command, name="treasury.accounts.take_over.v1"):
    """Say that both balances arrived as they were handed over; by the bank that replaces the one before (6.3)."""

    spoken: ClassVar[Spoken] = Spoken("takeover of accounts", Party.SUPERVISING_BANK, SystemUse.BANK_CONFIRMATIONS)


# Events


class Balance(EventPart):
    """A custodial account: what is on it, and how much of that is reserved."""

    balance_fen: Fen
    reserved_fen: Fen


class Balances(EventPart):
    """Both custodial accounts of the pool, after what the event says."""

    fiscal: Balance
    social_capital: Balance


_Follows = Annotated[
    Identity | None, Field(description="the instruction that was not carried out and that this one takes up again")
]


class _OfLeg(Event):
    """What is said of one leg of a compensation."""

    project_id: Identity
    compensation_id: Identity
    leg: Leg


class _OfPayment(_OfLeg):
    """What is said of one payment of a leg."""

    instalment: int


class ContributionReceived(ContributionParticulars, Event, name="treasury.contribution.received.v1"):
    """A contribution arrived on its account."""

    transfer_id: Identity
    balances: Balances


class AccountsHandedOver(CustodyParticulars, Event, name="treasury.accounts.handed_over.v1"):
    """The supervising bank paid both balances over to its successor, whose word is awaited; nothing is paid yet."""

    bank: InstitutionId
    successor: InstitutionId


class AccountsTakenOver(CustodyParticulars, Event, name="treasury.accounts.taken_over.v1"):
    """Both accounts are at the new supervising bank, on both banks' word; what has waited is paid from there."""

    bank: InstitutionId
    former_bank: InstitutionId


class PayoutQueued(_OfLeg, name="treasury.payout.queued.v1"):
    """A confirmed payout, or the rest of one, waits for money (10.5); so can an approved reimbursement."""

    queued_fen: PositiveFen
    why: str
    rules_version: RulesVersion


class PaymentReserved(_OfPayment, name="treasury.payment.reserved.v1"):
    """Money is set aside for a payment, so that nothing else can use it."""

    amount_fen: PositiveFen
    transfer_id: Identity
    balances: Balances
    rules_version: RulesVersion


class PaymentInstructed(_OfPayment, name="treasury.payment.instructed.v1"):
    """The supervising bank was told to carry out a payment."""

    instruction_id: Identity
    follows: _Follows = None
    amount_fen: PositiveFen
    bank: InstitutionId
    rules_version: RulesVersion


class PaymentSettled(CarriedOutParticulars, _OfPayment, name="treasury.payment.settled.v1"):
    """The supervising bank carried out the payment."""

    transfer_id: Identity
    due_from_fiscal_fen: Annotated[Fen, Field(description="of this compensation, after the payment (10.5)")]
    balances: Balances


class PaymentVoided(NotCarriedOutParticulars, _OfPayment, name="treasury.payment.voided.v1"):
    """The supervising bank did not carry out the payment; the money is free again."""

    transfer_id: Identity
    amount_fen: PositiveFen
    balances: Balances


class PaymentRefused(_OfLeg, name="treasury.payment.refused.v1"):
    """The treasury did not accept a release, an approval or a taking up: what was signed does not bear it out."""

    decision_sha256: Annotated[
        Sha256, Field(description="the plan, the application or the taking up, by the hash of its signed bytes")
    ]
    follows: _Follows = None
    code: str
    clause: str
    text: str
    rules_version: RulesVersion


class PaymentInstruction(_OfPayment, name="treasury.payment.instruction.v1"):
    """An instruction to the supervising bank, signed by the treasury, on the bank's own outcomes topic.

    ``debit_account`` is a custodial account of the pool. ``authority`` are the signed decisions it rests on: for a
    payout plan, confirmation and release, for a reimbursement application, opening, votes, recusals and closing.
    """

    topic: ClassVar[str] = ""

    instruction_id: Identity
    follows: _Follows = None
    amount_fen: PositiveFen
    debit_account: Account
    payee: Annotated[InstitutionId | None, Field(description="absent where the social capital account is credited")] = (
        None
    )
    payee_account_number: Reference | None = None
    payee_account_name: Name | None = None
    payee_bank_name: Name | None = None
    decision_sha256: Sha256
    authority: tuple[SignedMessage, ...]


class TreasuryReceipt(Receipt, name="treasury.receipt.issued.v1"):
    """The treasury's one answer to a message from outside."""
