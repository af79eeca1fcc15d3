"""How a mandate gets its money: reserve what is there, instruct the bank, leave the rest in the queue."""

from datetime import datetime
from uuid import UUID

from services.treasury.domain.books import Books, Change, QueuePlace, evolve
from services.treasury.domain.case import (
    DEBIT_ACCOUNT,
    Compensation,
    Mandate,
    instruction_id,
    mandate_in_turn,
)
from services.treasury.domain.ledger import Phase
from services.treasury.domain.rules.article_06_supervising_bank import accounts_stay_at_their_bank
from services.treasury.domain.rules.article_09_accounts import payouts_have_begun
from services.treasury.domain.rules.article_09_affiliates import payout_is_held
from services.treasury.domain.rules.article_10_pool_share import payable_now_fen
from shared.contracts import ids
from shared.contracts.registry.rules import fixed_under
from shared.contracts.treasury import (
    Leg,
    PaymentInstructed,
    PaymentInstruction,
    PaymentReserved,
    PayoutQueued,
)

WHY_NO_PAIR = (
    "the first pair of contributions has not arrived on both accounts yet, and the rules require it "
    f"({', '.join(fixed_under('first_pair_required'))})"
)
WHY_BETWEEN_BANKS = (
    "the accounts go to another supervising bank; it is paid from there once both banks have said so (6.3)"
)
WHY_HELD = (
    "the borrower was registered as an affiliate of the cooperating institution; it is paid once the managing "
    "institution has decided and lifted that flag (9.1)"
)
WHY_SHORT = "the account holds less than is due; the rest is paid in order of acceptance when money arrives (10.5)"


def pay_from_queues(books: Books, at: datetime) -> tuple[Change, ...]:
    """What is paid now on the mandates that wait, in the order in which the treasury accepted them.

    ``at`` is the intake of the message after which they are looked at; the rules of that moment hold.
    """
    changes: list[Change] = []
    for leg in Leg:
        for place in books.queues[leg]:
            if not _is_in_turn(books, place):
                continue
            paid = _pay(books, leg, place, at)
            if not paid:
                break
            for change in paid:
                books = evolve(books, change)
            changes.extend(paid)
    return tuple(changes)


def pay_first_time(books: Books, leg: Leg, place: QueuePlace, at: datetime) -> tuple[Change, ...]:
    """What is paid at once on a mandate just accepted; whatever is not paid now is reported as queued.

    It stands at the end of its queue, so it gets something only if nobody waits before it. ``at`` is
    the intake of what is accepted.
    """
    is_first = not books.has_more_queued[leg] and not any(
        _is_in_turn(books, other) for other in books.queues[leg] if other != place
    )
    paid = _pay(books, leg, place, at) if is_first and _is_in_turn(books, place) else ()
    if paid:
        return paid
    mandate = books.cases[place.project_id].mandates[place.mandate_id]
    return (_queued(books, mandate, mandate.queued_fen, at),)


def _is_in_turn(books: Books, place: QueuePlace) -> bool:
    """Whether the mandate in this place is paid as soon as there is money; what a flag holds is in nobody's way."""
    case = books.cases[place.project_id]
    return books.is_waiting(place) and not payout_is_held(case, case.mandates[place.mandate_id])


def _pay(books: Books, leg: Leg, place: QueuePlace, at: datetime) -> tuple[Change, ...]:
    """One instalment of this mandate, as far as the account goes, and what is left; nothing where nothing is there."""
    case = books.cases[place.project_id]
    mandate = case.mandates[place.mandate_id]
    assert mandate_in_turn(case, mandate.compensation_id, leg) == mandate, "mandates are paid in order of acceptance"
    amount_fen = payable_now_fen(mandate.queued_fen, _available_fen(books, leg, at))
    if amount_fen == 0:
        return ()
    compensation = case.compensations[mandate.compensation_id]
    instalment = compensation.instalments(leg) + 1
    reserved = PaymentReserved(
        project_id=case.project_id,
        compensation_id=mandate.compensation_id,
        leg=leg,
        instalment=instalment,
        amount_fen=amount_fen,
        transfer_id=ids.transfer_id(mandate.compensation_id, leg, instalment, Phase.RESERVE),
        balances=books.with_funds(DEBIT_ACCOUNT[leg], reserved_fen=amount_fen).balances(),
        rules_version=books.pool.rules_at(at).version,
    )
    changes: list[Change] = [reserved, *_instruct(books, compensation, mandate, reserved)]
    if amount_fen < mandate.queued_fen:
        changes.append(_queued(books, mandate, mandate.queued_fen - amount_fen, at))
    return tuple(changes)


def _available_fen(books: Books, leg: Leg, at: datetime) -> int:
    if not accounts_stay_at_their_bank(books.pool) or not _may_begin(books, leg, at):
        return 0
    return books.funds[DEBIT_ACCOUNT[leg]].available_fen


def _may_begin(books: Books, leg: Leg, at: datetime) -> bool:
    founding = books.pool.founding
    assert founding is not None, "nothing is accepted before the pool is known"
    if leg is Leg.REIMBURSEMENT:
        return True
    is_required = books.pool.rules_at(at).first_pair_required
    return payouts_have_begun(founding.planned, books.pool.arrived, is_required=is_required)


def _instruct(
    books: Books, compensation: Compensation, mandate: Mandate, reserved: PaymentReserved
) -> tuple[PaymentInstruction, PaymentInstructed]:
    """The instruction to the bank, on its own topic, and the event about it for everybody else."""
    bank = books.pool.supervising_bank
    assert bank is not None, "nothing is accepted before the supervising bank is known"
    assert mandate.authority, "an instruction carries the signed decisions it rests on"
    instalment, amount_fen = reserved.instalment, reserved.amount_fen
    instruction = instruction_id(mandate.compensation_id, mandate.leg, instalment)
    # The account is the registry's of this moment, so that a change made by two officers holds for later instalments.
    payee = compensation.payee if mandate.leg is Leg.PAYOUT else None
    account = None if payee is None else books.pool.payee_accounts[payee]
    payment_instruction = PaymentInstruction(
        instruction_id=instruction,
        follows=mandate.follows,
        project_id=mandate.project_id,
        compensation_id=mandate.compensation_id,
        leg=mandate.leg,
        instalment=instalment,
        amount_fen=amount_fen,
        debit_account=DEBIT_ACCOUNT[mandate.leg],
        payee=payee,
        payee_account_number=None if account is None else account.account_number,
        payee_account_name=None if account is None else account.account_name,
        payee_bank_name=None if account is None else account.bank_name,
        decision_sha256=mandate.decision_sha256,
        authority=mandate.authority,
    )
    said = PaymentInstructed(
        project_id=mandate.project_id,
        compensation_id=mandate.compensation_id,
        leg=mandate.leg,
        instalment=instalment,
        instruction_id=instruction,
        follows=mandate.follows,
        amount_fen=amount_fen,
        bank=bank,
        rules_version=reserved.rules_version,
    )
    return payment_instruction, said


def held_payouts(books: Books, project_id: UUID, at: datetime) -> tuple[PayoutQueued, ...]:
    """What is queued of a project whose borrower turned out to be an affiliate: each mandate says why it waits now."""
    case = books.case(project_id)
    return tuple(
        _queued(books, mandate, mandate.queued_fen, at)
        for mandate in case.mandates.values()
        if payout_is_held(case, mandate) and books.is_waiting(QueuePlace(project_id, mandate.mandate_id))
    )


def _why(books: Books, mandate: Mandate, at: datetime) -> str:
    leg = mandate.leg
    if payout_is_held(books.cases[mandate.project_id], mandate):
        return WHY_HELD
    if not accounts_stay_at_their_bank(books.pool):
        return WHY_BETWEEN_BANKS
    return WHY_SHORT if _may_begin(books, leg, at) else WHY_NO_PAIR


def _queued(books: Books, mandate: Mandate, queued_fen: int, at: datetime) -> PayoutQueued:
    return PayoutQueued(
        project_id=mandate.project_id,
        compensation_id=mandate.compensation_id,
        leg=mandate.leg,
        queued_fen=queued_fen,
        why=_why(books, mandate, at),
        rules_version=books.pool.rules_at(at).version,
    )
