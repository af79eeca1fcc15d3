"""Whether a payment that the bank did not carry out is rightly taken up again (10.5)."""

from dataclasses import replace

from services.treasury.domain.books import Books, TakeUpAccepted
from services.treasury.domain.case import Case, Mandate, MandateStage, Payment, PaymentStage, mandate_id
from services.treasury.domain.payout import duty_of, excluded_in_time, missing_of_officer, missing_of_pool
from services.treasury.domain.reimbursement import due_now_fen
from services.treasury.domain.rules import article_10_taking_up as article_10
from services.treasury.domain.rules.article_03_pool import (
    refuse_unless_facts_are_of_one_pool,
    refuse_unless_facts_are_of_one_project,
)
from services.treasury.domain.rules.article_04_roles import refuse_unless_originals_are_genuine
from services.treasury.domain.rules.article_04_signers import refuse_unless_signer_has_duty
from services.treasury.domain.rules.article_06_payout import refuse_unless_as_signed
from services.treasury.domain.rules.article_09_accounts import payee_account_is_registered
from services.treasury.domain.rules.article_15_reimbursement import refuse_unless_reimbursement_is_due, reimbursable_fen
from services.treasury.domain.signed_originals import SignedOriginals
from shared.contracts.claims import PaymentTakenUp, TakeUpPayment
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal
from shared.contracts.registry.words import Duty
from shared.contracts.treasury import Leg
from shared.decisions.checks import first_fault


def is_taken_up(case: Case, taken_up: PaymentTakenUp) -> bool:
    """Whether the payment was taken up before: by claims' event said again."""
    return any(mandate.follows == taken_up.instruction_id for mandate in case.mandates.values())


def missing_before_taking_up(books: Books, data: PaymentTakenUp, originals: SignedOriginals) -> tuple[str, ...]:
    """The names of what this can't be verified without and was not observed yet."""
    missing = [*missing_of_pool(books.pool, data), *originals.keys_missing((data.take_up,))]
    missing.extend(missing_of_officer(books.pool, originals.read(data.take_up, TakeUpPayment)))
    compensation = books.case(data.project_id).compensations.get(data.compensation_id)
    if data.leg is Leg.PAYOUT and compensation and not payee_account_is_registered(books.pool, compensation.payee):
        missing.append(f"account/{compensation.payee}")
    return tuple(dict.fromkeys(missing))


def verify_taking_up(
    books: Books, received: Received[PaymentTakenUp], originals: SignedOriginals
) -> TakeUpAccepted | Refusal:
    """The payment as it goes out again, or the first refusal; nothing of the names above may be missing."""
    data = received.data
    case, founding, pool = books.case(data.project_id), books.pool.founding, books.pool
    assert founding is not None, "nothing is verified before the pool is known"
    take_up = originals.read(data.take_up, TakeUpPayment)
    refused = refuse_unless_originals_are_genuine(("take-up",) if take_up is None else ())
    if take_up is None:
        assert refused is not None, "an original that can't be read is refused"
        return refused
    stopped = case.payments.get(data.instruction_id)
    refused = first_fault(
        refuse_unless_facts_are_of_one_pool(pool.pool_id, (take_up,)),
        refuse_unless_facts_are_of_one_project(data.project_id, (take_up,)),
        refuse_unless_signer_has_duty(pool, take_up, founding.cooperating_institution, Duty.RELEASE, "10.5"),
        refuse_unless_as_signed(
            {("instruction", "支付指令"): (data.instruction_id, take_up.data.instruction_id)}, "10.5"
        ),
        article_10.refuse_unless_payment_was_stopped(is_stopped=_is_stopped(stopped, data)),
    )
    if refused is not None:
        return refused
    assert stopped is not None, "a payment that is not there was not stopped"
    exercised = duty_of(take_up, Duty.RELEASE)
    refused = excluded_in_time(pool, case.duties_exercised, ((exercised, take_up.received_at),), received.received_at)
    if refused is not None:
        return refused
    mandate, before = _again(case, stopped, take_up, received)
    if mandate.leg is Leg.REIMBURSEMENT:
        due_fen = due_now_fen(case, case.compensations[mandate.compensation_id])
        amount_fen = reimbursable_fen(mandate.authorised_fen, due_fen)
        refused = refuse_unless_reimbursement_is_due(amount_fen)
        if refused is not None:
            return refused
        mandate = replace(mandate, authorised_fen=amount_fen, queued_fen=amount_fen)
    return TakeUpAccepted(mandate, before, (exercised,))


def _is_stopped(payment: Payment | None, data: PaymentTakenUp) -> bool:
    return (
        payment is not None
        and payment.stage is PaymentStage.VOIDED
        and (payment.compensation_id, payment.leg) == (data.compensation_id, data.leg)
    )


def _again(
    case: Case, stopped: Payment, take_up: Received[TakeUpPayment], received: Received[PaymentTakenUp]
) -> tuple[Mandate, Mandate]:
    """The next mandate of the same decision, over what was stopped and what waited behind it; and the one before."""
    before = case.mandates[stopped.mandate_id]
    own = [each for each in case.mandates.values() if (each.compensation_id, each.leg) == _of(before)]
    number = max(each.number for each in own) + 1
    # The queue of a mandate stands still from its first rejection on, so that what is left of it goes along once.
    left_fen = before.queued_fen if before.stage is MandateStage.REJECTED else 0
    amount_fen = stopped.amount_fen + left_fen
    mandate = Mandate(
        mandate_id=mandate_id(before.compensation_id, before.leg, number),
        project_id=before.project_id,
        compensation_id=before.compensation_id,
        leg=before.leg,
        number=number,
        decision_sha256=take_up.content_sha256,
        authorised_fen=amount_fen,
        queued_fen=amount_fen,
        follows=stopped.instruction_id,
        authority=(*before.authority, received.data.take_up),
    )
    return mandate, before


def _of(mandate: Mandate) -> tuple[object, Leg]:
    return mandate.compensation_id, mandate.leg
