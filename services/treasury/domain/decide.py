"""What the treasury decides about each message: the table of contents."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never, cast

from services.treasury.domain.bank import (
    BankCommand,
    Repeated,
    verify_confirmation,
    verify_contribution,
    verify_handover,
    verify_rejection,
    verify_takeover,
)
from services.treasury.domain.books import (
    Books,
    Change,
    ObservedEvent,
    PayoutAccepted,
    PoolEvent,
    QueuePlace,
    RegistryObserved,
    ReimbursementAccepted,
    Release,
    ReleaseHeld,
    ReleaseResumed,
    TakeUpAccepted,
    TreasuryEvent,
    WaitingRelease,
    evolve,
)
from services.treasury.domain.case import Mandate
from services.treasury.domain.funding import held_payouts, pay_first_time, pay_from_queues
from services.treasury.domain.payout import missing_before_payout, registry_awaited, rules_awaited, verify_payout
from services.treasury.domain.reimbursement import missing_before_reimbursement, verify_reimbursement
from services.treasury.domain.signed_originals import SignedOriginals
from services.treasury.domain.taking_up import is_taken_up, missing_before_taking_up, verify_taking_up
from shared.contracts.claims import PaymentTakenUp, PayoutReleased, ReimbursementApproved
from shared.contracts.receipts import Outcome
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal
from shared.contracts.registry.people import KeyRegistered, OfficerEnded, OfficerRegistered, PayeeAccountRegistered
from shared.contracts.registry.pools import InstitutionRegistered, PoolFounded
from shared.contracts.registry.project_life import FlagLifted, ProjectFlagged
from shared.contracts.registry.projects import ProjectApproved
from shared.contracts.registry.rules_versions import RulesAdopted
from shared.contracts.registry.words import Role
from shared.contracts.treasury import (
    AccountsHandedOver,
    AccountsTakenOver,
    ConfirmContribution,
    ConfirmPayment,
    ContributionReceived,
    HandOverAccounts,
    Leg,
    PaymentRefused,
    PaymentSettled,
    PaymentVoided,
    RejectPayment,
    TakeOverAccounts,
)
from shared.decisions.article_09_affiliates import flags_of_affiliates

InputMessage = BankCommand | KeyRegistered | ObservedEvent | Release

NO_ORIGINALS = SignedOriginals()


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision on a message. ``changes`` are the events to be published and the facts only noted, in order."""

    outcome: Outcome = Outcome.ACCEPTED
    changes: tuple[Change, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @property
    def events(self) -> tuple[TreasuryEvent, ...]:
        """The changes that are published."""
        return tuple(change for change in self.changes if isinstance(change, TreasuryEvent))


def decide(books: Books, received: Received[InputMessage], originals: SignedOriginals = NO_ORIGINALS) -> Decision:
    """The decision on ``received``; ``originals`` are the signed originals of all releases at hand."""
    data = received.data
    if isinstance(data, Release):
        return _on_release(books, cast(Received[Release], received), originals)
    if isinstance(data, ObservedEvent | KeyRegistered):
        return _on_observed(books, received, originals, data)
    match data:
        case ConfirmContribution():
            verified = verify_contribution(books, cast(Received[ConfirmContribution], received))
            return _on_bank(books, verified, received.received_at)
        case ConfirmPayment():
            answered = verify_confirmation(books, cast(Received[ConfirmPayment], received))
            return _on_bank(books, answered, received.received_at)
        case RejectPayment():
            rejected = verify_rejection(books, cast(Received[RejectPayment], received))
            return _on_bank(books, rejected, received.received_at)
        case HandOverAccounts():
            handed_over = verify_handover(books, cast(Received[HandOverAccounts], received))
            return _on_bank(books, handed_over, received.received_at)
        case TakeOverAccounts():
            taken_over = verify_takeover(books, cast(Received[TakeOverAccounts], received))
            return _on_bank(books, taken_over, received.received_at)
    assert_never(data)


def names_awaited(received: Received[InputMessage]) -> tuple[str, ...]:
    """The names under which a release may wait for this event."""
    data = received.data
    names = (registry_awaited(received.seq),) if isinstance(data, PoolEvent) and received.seq is not None else ()
    match data:
        case PoolFounded():
            return (*names, "pool")
        case InstitutionRegistered() if data.role is Role.SUPERVISING_BANK:
            return (*names, "supervising_bank")
        case OfficerRegistered() | OfficerEnded():
            return (*names, f"officer/{data.institution}/{data.officer}")
        case KeyRegistered():
            return (f"key/{data.key_id}",)
        case PayeeAccountRegistered():
            return (*names, f"account/{data.institution}")
        case RulesAdopted():
            return (*names, rules_awaited(data.rules.version))
        case ProjectApproved():
            return (f"project/{data.project_id}",)
    return names


def _on_bank(
    books: Books,
    verified: ContributionReceived
    | PaymentSettled
    | PaymentVoided
    | AccountsHandedOver
    | AccountsTakenOver
    | tuple[Refusal, ...]
    | Repeated,
    at: datetime,
) -> Decision:
    """The bank's word, and then the queues, since money may have arrived or become free (10.5)."""
    if isinstance(verified, Repeated):
        return Decision(Outcome.DUPLICATE, refusals=(verified.why,))
    if isinstance(verified, tuple):
        return Decision(Outcome.REFUSED, refusals=verified)
    books = evolve(books, verified)
    return Decision(changes=(verified, *pay_from_queues(books, at)))


def _on_observed(
    books: Books, received: Received[InputMessage], originals: SignedOriginals, observed: ObservedEvent | KeyRegistered
) -> Decision:
    """What was observed of the registry, and then the releases that waited for it, in the order of their arrival.

    With an affiliate's flag what is queued of its project is held, and with its lifting the queues go on (9.1).
    """
    changes: list[Change] = []
    # A key itself is kept in the keyring; a release may have waited for it.
    if not isinstance(observed, KeyRegistered):
        changes.append(observed)
    if isinstance(observed, PoolEvent) and received.seq is not None:
        changes.append(RegistryObserved(received.seq))
    for change in changes:
        books = evolve(books, change)
    names = set(names_awaited(received))
    awaiting = [waiting for waiting in books.waiting.values() if not names.isdisjoint(waiting.waits_for)]
    for waiting in awaiting:
        decision = _on_release(books, waiting.received, originals)
        held_again = [change for change in decision.changes if isinstance(change, ReleaseHeld)]
        more = decision.changes if held_again else (ReleaseResumed(waiting.received.message_id), *decision.changes)
        for change in more:
            books = evolve(books, change)
        changes.extend(more)
    if isinstance(observed, ProjectFlagged):
        changes.extend(held_payouts(books, observed.project_id, received.received_at))
    if isinstance(observed, FlagLifted) and flags_of_affiliates((observed,)):
        changes.extend(pay_from_queues(books, received.received_at))
    return Decision(changes=tuple(changes))


def _on_release(books: Books, received: Received[Release], originals: SignedOriginals) -> Decision:
    """Accept what is borne out and pay it as far as money goes, refuse it, or let it wait for the registry's copies."""
    data = received.data
    case = books.case(data.project_id)
    if isinstance(data, PayoutReleased):
        accepted = case.compensations.get(data.compensation_id)
        if accepted is not None and accepted.plan_sha256 == data.plan_sha256:
            return Decision()
        missing = missing_before_payout(books, data, originals)
        if missing:
            return _hold(received, missing)
        rules_version = books.pool.rules_at(received.received_at).version
        payout = verify_payout(books, cast(Received[PayoutReleased], received), originals)
        if isinstance(payout, str):
            return _hold(received, (payout,))
        if isinstance(payout, Refusal):
            return _refuse(data, Leg.PAYOUT, payout, rules_version)
        return _accept(books, payout, payout.mandate, received.received_at)
    if isinstance(data, PaymentTakenUp):
        return _on_taking_up(books, cast(Received[PaymentTakenUp], received), originals)
    if any(
        mandate.leg is Leg.REIMBURSEMENT and mandate.decision_sha256 == data.application_sha256
        for mandate in case.mandates.values()
    ):
        return Decision()
    missing = missing_before_reimbursement(books, data, originals)
    if missing:
        return _hold(received, missing)
    reimbursement = verify_reimbursement(books, cast(Received[ReimbursementApproved], received), originals)
    if isinstance(reimbursement, Refusal):
        rules_version = books.pool.rules_at(received.received_at).version
        return _refuse(data, Leg.REIMBURSEMENT, reimbursement, rules_version)
    return _accept(books, reimbursement, reimbursement.mandate, received.received_at)


def _on_taking_up(books: Books, received: Received[PaymentTakenUp], originals: SignedOriginals) -> Decision:
    data = received.data
    if is_taken_up(books.case(data.project_id), data):
        return Decision()
    missing = missing_before_taking_up(books, data, originals)
    if missing:
        return _hold(received, missing)
    accepted = verify_taking_up(books, received, originals)
    if isinstance(accepted, Refusal):
        return _refuse(data, data.leg, accepted, books.pool.rules_at(received.received_at).version)
    return _accept(books, accepted, accepted.mandate, received.received_at)


def _hold(received: Received[Release], missing: tuple[str, ...]) -> Decision:
    return Decision(Outcome.HELD, (ReleaseHeld(WaitingRelease(received, missing)),))


def _refuse(data: Release, leg: Leg, refused: Refusal, rules_version: int) -> Decision:
    said = PaymentRefused(
        project_id=data.project_id,
        compensation_id=data.compensation_id,
        leg=leg,
        decision_sha256=_decided(data),
        follows=data.instruction_id if isinstance(data, PaymentTakenUp) else None,
        code=refused.code,
        clause=refused.clause,
        text=refused.text,
        rules_version=rules_version,
    )
    return Decision(Outcome.REFUSED, (said,), (refused,))


def _decided(data: Release) -> str:
    if isinstance(data, PaymentTakenUp):
        return hashlib.sha256(data.take_up.value).hexdigest()
    return data.plan_sha256 if isinstance(data, PayoutReleased) else data.application_sha256


def _accept(
    books: Books, accepted: PayoutAccepted | ReimbursementAccepted | TakeUpAccepted, mandate: Mandate, at: datetime
) -> Decision:
    books = evolve(books, accepted)
    paid = pay_first_time(books, mandate.leg, QueuePlace(mandate.project_id, mandate.mandate_id), at)
    return Decision(changes=(accepted, *paid))
