"""What the treasury decides about each message: the table of contents."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never, cast

from services.treasury.domain.bank import (
    Repeated,
    judge_confirmation,
    judge_contribution,
    judge_rejection,
)
from services.treasury.domain.books import (
    Books,
    Change,
    Learned,
    OfPool,
    PayoutAccepted,
    QueuePlace,
    RegistryHeard,
    ReimbursementAccepted,
    Release,
    ReleaseHeld,
    ReleaseTakenUp,
    Said,
    WaitingRelease,
    evolve,
)
from services.treasury.domain.case import Mandate
from services.treasury.domain.funding import pay_first_time, pay_from_queues
from services.treasury.domain.payout import judge_payout, missing_before_payout, registry_awaited, rules_awaited
from services.treasury.domain.readings import Readings
from services.treasury.domain.reimbursement import judge_reimbursement, missing_before_reimbursement
from shared.contracts.claims import PayoutReleased, ReimbursementApproved
from shared.contracts.receipts import Outcome
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal
from shared.contracts.registry.people import KeyRegistered, OfficerEnded, OfficerRegistered, PayeeAccountRegistered
from shared.contracts.registry.pools import InstitutionRegistered, PoolFounded
from shared.contracts.registry.projects import ProjectApproved
from shared.contracts.registry.rules import RulesAdopted
from shared.contracts.registry.words import Role
from shared.contracts.treasury import (
    ConfirmContribution,
    ConfirmPayment,
    ContributionReceived,
    Leg,
    PaymentRefused,
    PaymentSettled,
    PaymentVoided,
    RejectPayment,
)

Heard = ConfirmContribution | ConfirmPayment | RejectPayment | KeyRegistered | Learned | Release

NO_READINGS = Readings()


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a message. ``changes`` are the events to be said and the facts only noted, in order."""

    outcome: Outcome = Outcome.ACCEPTED
    changes: tuple[Change, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @property
    def events(self) -> tuple[Said, ...]:
        """The changes that are said to others."""
        return tuple(change for change in self.changes if isinstance(change, Said))


def decide(books: Books, received: Received[Heard], readings: Readings = NO_READINGS) -> Decision:
    """What the treasury does about ``received``; ``readings`` are the signed originals of all releases at hand."""
    data = received.data
    if isinstance(data, Release):
        return _on_release(books, cast(Received[Release], received), readings)
    if isinstance(data, Learned | KeyRegistered):
        return _on_learned(books, received, readings, data)
    match data:
        case ConfirmContribution():
            judged = judge_contribution(books, cast(Received[ConfirmContribution], received))
            return _on_bank(books, judged, received.received_at)
        case ConfirmPayment():
            answered = judge_confirmation(books, cast(Received[ConfirmPayment], received))
            return _on_bank(books, answered, received.received_at)
        case RejectPayment():
            rejected = judge_rejection(books, cast(Received[RejectPayment], received))
            return _on_bank(books, rejected, received.received_at)
    assert_never(data)


def evolve_all(books: Books, decision: Decision) -> Books:
    """The books after all changes of a decision."""
    for change in decision.changes:
        books = evolve(books, change)
    return books


def names_awaited(received: Received[Heard]) -> tuple[str, ...]:
    """The names under which a release may wait for what this event tells."""
    data = received.data
    names = (registry_awaited(received.seq),) if isinstance(data, OfPool) and received.seq is not None else ()
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
    judged: ContributionReceived | PaymentSettled | PaymentVoided | tuple[Refusal, ...] | Repeated,
    at: datetime,
) -> Decision:
    """The bank's word, and then the queues, since money may have arrived or become free (10.5)."""
    if isinstance(judged, Repeated):
        return Decision(Outcome.DUPLICATE, refusals=(judged.why,))
    if isinstance(judged, tuple):
        return Decision(Outcome.REFUSED, refusals=judged)
    books = evolve(books, judged)
    return Decision(changes=(judged, *pay_from_queues(books, at)))


def _on_learned(
    books: Books, received: Received[Heard], readings: Readings, learned: Learned | KeyRegistered
) -> Decision:
    """What the registry tells, and then the releases that have waited for it, in the order in which they came."""
    changes: list[Change] = []
    # A key itself is kept in the keyring; a release may have waited for it.
    if not isinstance(learned, KeyRegistered):
        changes.append(learned)
    if isinstance(learned, OfPool) and received.seq is not None:
        changes.append(RegistryHeard(received.seq))
    for change in changes:
        books = evolve(books, change)
    names = set(names_awaited(received))
    awaiting = [waiting for waiting in books.waiting.values() if not names.isdisjoint(waiting.waits_for)]
    for waiting in awaiting:
        decision = _on_release(books, waiting.received, readings)
        held_again = [change for change in decision.changes if isinstance(change, ReleaseHeld)]
        more = decision.changes if held_again else (ReleaseTakenUp(waiting.received.message_id), *decision.changes)
        for change in more:
            books = evolve(books, change)
        changes.extend(more)
    return Decision(changes=tuple(changes))


def _on_release(books: Books, received: Received[Release], readings: Readings) -> Decision:
    """Accept what is borne out and pay it as far as money goes, refuse it, or let it wait for the registry's copies."""
    data = received.data
    case = books.case(data.project_id)
    if isinstance(data, PayoutReleased):
        known = case.compensations.get(data.compensation_id)
        if known is not None and known.plan_sha256 == data.plan_sha256:
            return Decision()
        missing = missing_before_payout(books, data, readings)
        if missing:
            return _hold(received, missing)
        rules_version = books.pool.rules_at(received.received_at).version
        payout = judge_payout(books, cast(Received[PayoutReleased], received), readings)
        if isinstance(payout, str):
            return _hold(received, (payout,))
        if isinstance(payout, Refusal):
            return _refuse(data, Leg.PAYOUT, payout, rules_version)
        return _accept(books, payout, payout.mandate, received.received_at)
    if any(
        mandate.leg is Leg.REIMBURSEMENT and mandate.decision_sha256 == data.application_sha256
        for mandate in case.mandates.values()
    ):
        return Decision()
    missing = missing_before_reimbursement(books, data, readings)
    if missing:
        return _hold(received, missing)
    reimbursement = judge_reimbursement(books, cast(Received[ReimbursementApproved], received), readings)
    if isinstance(reimbursement, Refusal):
        rules_version = books.pool.rules_at(received.received_at).version
        return _refuse(data, Leg.REIMBURSEMENT, reimbursement, rules_version)
    return _accept(books, reimbursement, reimbursement.mandate, received.received_at)


def _hold(received: Received[Release], missing: tuple[str, ...]) -> Decision:
    return Decision(Outcome.HELD, (ReleaseHeld(WaitingRelease(received, missing)),))


def _refuse(data: Release, leg: Leg, refused: Refusal, rules_version: int) -> Decision:
    said = PaymentRefused(
        project_id=data.project_id,
        compensation_id=data.compensation_id,
        leg=leg,
        code=refused.code,
        clause=refused.clause,
        text=refused.text,
        rules_version=rules_version,
    )
    return Decision(Outcome.REFUSED, (said,), (refused,))


def _accept(books: Books, accepted: PayoutAccepted | ReimbursementAccepted, mandate: Mandate, at: datetime) -> Decision:
    books = evolve(books, accepted)
    paid = pay_first_time(books, mandate.leg, QueuePlace(mandate.project_id, mandate.mandate_id), at)
    return Decision(changes=(accepted, *paid))
