"""What the supervising bank says: of a contribution, of a payment, and of the accounts where another bank gets them."""

from dataclasses import dataclass
from uuid import UUID

from services.treasury.domain.books import Books
from services.treasury.domain.case import DEBIT_ACCOUNT, Case, Payment, PaymentStage
from services.treasury.domain.ledger import Phase, contribution_transfer_id
from services.treasury.domain.pool import AccountsMoved, ArrivedContribution
from services.treasury.domain.reimbursement import due_now_fen
from services.treasury.domain.rules import article_06_supervising_bank as article_06
from services.treasury.domain.rules import article_09_accounts as article_09
from shared.contracts import ids
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal
from shared.contracts.registry.words import Role, SystemUse
from shared.contracts.treasury import (
    Account,
    AccountsHandedOver,
    AccountsTakenOver,
    ConfirmContribution,
    ConfirmPayment,
    ContributionReceived,
    HandOverAccounts,
    Leg,
    PaymentSettled,
    PaymentVoided,
    RejectPayment,
    TakeOverAccounts,
)
from shared.decisions.article_04_authorisation import (
    refuse_if_maker_is_checker,
    refuse_unless_role_is_held,
    refuse_unless_system_key_is_for,
)
from shared.decisions.checks import all_faults
from shared.decisions.days import beijing_day
from shared.decisions.permission import Permission

BankCommand = ConfirmContribution | ConfirmPayment | RejectPayment | HandOverAccounts | TakeOverAccounts
_OF_BANK: Permission = {Role.SUPERVISING_BANK: None}


@dataclass(frozen=True, slots=True)
class Repeated:
    """A repeat of an earlier message under another id; ``why`` says which one counts."""

    why: Refusal


@dataclass(frozen=True, slots=True)
class InstructedPayment:
    """A payment that the pool has instructed, and its case."""

    case: Case
    payment: Payment


def verify_contribution(
    books: Books, received: Received[ConfirmContribution]
) -> ContributionReceived | tuple[Refusal, ...] | Repeated:
    """The contribution as it arrived, all that is wrong with its confirmation, or that it was confirmed before."""
    said = received.data
    refusals = _refusals_of_sender(books, received)
    if refusals:
        return refusals
    founding = books.pool.founding
    assert founding is not None, "a pool with a supervising bank is founded"
    arrived = books.pool.arrived_contribution(said.account, said.instalment)
    if arrived is not None and arrived == ArrivedContribution.of(said):
        return Repeated(article_09.contribution_is_confirmed_so(arrived))
    refusals = all_faults(
        article_06.refuse_if_accounts_are_handed_over(books.pool),
        article_09.refuse_unless_contribution_is_planned(
            founding.planned, said.account, said.instalment, said.amount_fen
        ),
        article_09.refuse_unless_contribution_is_new(arrived, said),
        article_09.refuse_unless_budget_is_named(said.account, said.budget_reference, said.budget_year),
        _refuse_unless_dates_are_possible(books, received),
    )
    if refusals:
        return refusals
    return ContributionReceived(
        **dict(said),
        transfer_id=contribution_transfer_id(books.pool.pool_id, said.account, said.instalment),
        balances=books.with_funds(said.account, balance_fen=said.amount_fen).balances(),
    )


def verify_confirmation(
    books: Books, received: Received[ConfirmPayment]
) -> PaymentSettled | tuple[Refusal, ...] | Repeated:
    """The payment as settled, all that is wrong with its confirmation, or that it was confirmed before."""
    said = received.data
    found = _payment_of(books, received)
    if isinstance(found, tuple):
        return found
    payment = found.payment
    same = (payment.amount_fen, payment.bank_reference, payment.value_on, payment.booked_on)
    if same == (said.amount_fen, said.bank_reference, said.value_on, said.booked_on):
        return Repeated(article_09.payment_is_answered_so(payment))
    refusals = all_faults(
        article_09.refuse_unless_payment_is_open(payment),
        article_09.refuse_unless_payment_amount_is_instructed(payment, said.amount_fen),
        _refuse_unless_dates_are_possible(books, received),
    )
    if refusals:
        return refusals
    return _settled(books, found.case, payment, said)


def verify_rejection(books: Books, received: Received[RejectPayment]) -> PaymentVoided | tuple[Refusal, ...] | Repeated:
    """The payment as voided, what is wrong with its rejection, or that it was rejected before."""
    said = received.data
    found = _payment_of(books, received)
    if isinstance(found, tuple):
        return found
    payment = found.payment
    if payment.stage is PaymentStage.VOIDED:
        return Repeated(article_09.payment_is_answered_so(payment))
    if refusals := all_faults(article_09.refuse_unless_payment_is_open(payment)):
        return refusals
    return PaymentVoided(
        project_id=payment.project_id,
        compensation_id=payment.compensation_id,
        leg=payment.leg,
        instalment=payment.instalment,
        **dict(said),
        transfer_id=ids.transfer_id(payment.compensation_id, payment.leg, payment.instalment, Phase.VOID),
        amount_fen=payment.amount_fen,
        balances=books.with_funds(DEBIT_ACCOUNT[payment.leg], reserved_fen=-payment.amount_fen).balances(),
    )


def verify_handover(
    books: Books, received: Received[HandOverAccounts]
) -> AccountsHandedOver | tuple[Refusal, ...] | Repeated:
    """The accounts as handed over, all that is wrong with that, or that it was said before."""
    said, pool = received.data, books.pool
    if refusals := _refusals_of_sender(books, received):
        return refusals
    if pool.handed_over is not None and pool.handed_over == AccountsMoved.of(said):
        return Repeated(article_06.accounts_moved_so(pool.handed_over))
    refusals = all_faults(
        article_06.refuse_unless_bank_is_replaced(pool),
        article_06.refuse_if_accounts_were_handed_over_otherwise(pool.handed_over),
        article_06.refuse_unless_payments_are_answered(books.funds),
        article_06.refuse_unless_balances_are_the_books(books.funds, said),
        _refuse_unless_dates_are_possible(books, received),
    )
    if refusals:
        return refusals
    assert pool.supervising_bank is not None, "its holder was asked for"
    assert pool.successor is not None, "it was asked whether the bank is replaced"
    return AccountsHandedOver(**dict(said), bank=pool.supervising_bank, successor=pool.successor)


def verify_takeover(
    books: Books, received: Received[TakeOverAccounts]
) -> AccountsTakenOver | tuple[Refusal, ...] | Repeated:
    """The accounts as taken over, all that is wrong with that, or that it was said before."""
    said, pool, acting = received.data, books.pool, received.acting
    assert acting is not None, "a bank's message comes from outside"
    is_present = pool.successor is None and acting.institution == pool.supervising_bank
    if not is_present and (fault := article_06.refuse_unless_successor_takes_over(pool, acting)):
        return (fault,)
    if refusals := _refusals_of_system(books, received):
        return refusals
    if is_present and pool.taken_over is not None and pool.taken_over == AccountsMoved.of(said):
        return Repeated(article_06.accounts_moved_so(pool.taken_over))
    handed_over = pool.handed_over
    refusals = all_faults(
        article_06.refuse_unless_successor_takes_over(pool, acting)
        or article_06.refuse_unless_accounts_are_handed_over(handed_over),
        article_06.refuse_unless_balances_are_as_handed_over(handed_over, said) if handed_over else (),
        _refuse_unless_dates_are_possible(books, received),
    )
    if refusals:
        return refusals
    assert pool.supervising_bank is not None, "it has handed the accounts over"
    return AccountsTakenOver(**dict(said), bank=acting.institution, former_bank=pool.supervising_bank)


def instructed_payment(books: Books, instruction_id: UUID) -> InstructedPayment | None:
    """The payment of this instruction and its case, if the pool has given that instruction."""
    for case in books.cases.values():
        payment = case.payments.get(instruction_id)
        if payment is not None:
            return InstructedPayment(case, payment)
    return None


def _refuse_unless_dates_are_possible(
    books: Books, received: Received[ConfirmContribution | ConfirmPayment | HandOverAccounts | TakeOverAccounts]
) -> Refusal | None:
    said, founding = received.data, books.pool.founding
    assert founding is not None, "a pool with a supervising bank is founded"
    return article_09.refuse_unless_bank_dates_are_possible(
        said.value_on, said.booked_on, founding.founded_on, beijing_day(received.received_at)
    )


def _refusals_of_sender(books: Books, received: Received[BankCommand]) -> tuple[Refusal, ...]:
    """All that is wrong with who sent it: only the supervising bank says what happened on the two accounts (9.4)."""
    assert received.acting is not None, "a bank's message comes from outside"
    said = received.data
    if fault := refuse_unless_role_is_held(books.pool, received.acting, said.message_type, _OF_BANK, "9.4"):
        return (fault,)
    return _refusals_of_system(books, received)


def _refusals_of_system(books: Books, received: Received[BankCommand]) -> tuple[Refusal, ...]:
    """What is wrong with the key, and with the two people who stand behind what a bank's system says."""
    assert received.acting is not None, "a bank's message comes from outside"
    said = received.data
    return all_faults(
        refuse_unless_system_key_is_for(books.pool, received.acting, SystemUse.BANK_CONFIRMATIONS),
        refuse_if_maker_is_checker(said.maker, said.checker),
    )


def _payment_of(
    books: Books, received: Received[ConfirmPayment] | Received[RejectPayment]
) -> InstructedPayment | tuple[Refusal, ...]:
    refusals = _refusals_of_sender(books, received)
    if refusals:
        return refusals
    instruction_id = received.data.instruction_id
    found = instructed_payment(books, instruction_id)
    refusals = all_faults(article_09.refuse_unless_payment_is_instructed(None if found is None else found.payment))
    if refusals:
        return refusals
    assert found is not None, "it was checked whether the payment is instructed"
    return found


def _settled(books: Books, case: Case, payment: Payment, said: ConfirmPayment) -> PaymentSettled:
    amount_fen = payment.amount_fen
    assert amount_fen == said.amount_fen, "it was checked that what was instructed was paid"
    compensation = case.compensations[payment.compensation_id]
    after = books.with_funds(DEBIT_ACCOUNT[payment.leg], balance_fen=-amount_fen, reserved_fen=-amount_fen)
    if payment.leg is Leg.PAYOUT:
        due_fen = due_now_fen(case, compensation.moved(payment.leg, reserved_fen=-amount_fen, done_fen=amount_fen))
    else:
        # What was reserved counted as reimbursed before, so that settling it changes nothing of what is due.
        due_fen = due_now_fen(case, compensation)
        after = after.with_funds(Account.SOCIAL_CAPITAL, balance_fen=amount_fen)
    return PaymentSettled(
        project_id=payment.project_id,
        compensation_id=payment.compensation_id,
        leg=payment.leg,
        instalment=payment.instalment,
        **dict(said),
        transfer_id=ids.transfer_id(payment.compensation_id, payment.leg, payment.instalment, Phase.POST),
        due_from_fiscal_fen=due_fen,
        balances=after.balances(),
    )
