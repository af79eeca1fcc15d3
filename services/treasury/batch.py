"""A batch in memory: its books are there, each message is decided after the other, and what is to be saved is marked.

The transaction loads it and saves it; the simulator makes one of the books that it keeps.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID

from services.treasury.domain.bank import instructed_payment
from services.treasury.domain.books import (
    Books,
    CaseEvent,
    Change,
    DutyEvent,
    PayoutAccepted,
    ReimbursementAccepted,
    Release,
    ReleaseResumed,
    TakeUpAccepted,
    TreasuryEvent,
    WaitingRelease,
    evolve,
)
from services.treasury.domain.decide import Decision, InputMessage, decide
from services.treasury.domain.ledger import Transfer, transfer_of
from services.treasury.domain.payout import signed_of_payout
from services.treasury.domain.pool import ArrivedContribution
from services.treasury.domain.reimbursement import authority_of
from services.treasury.domain.signed_originals import SignedOriginals
from shared.contracts.catalogue import command_messages
from shared.contracts.claims import PaymentTakenUp, PayoutReleased, ReimbursementApproved
from shared.contracts.documents import SignedMessage
from shared.contracts.envelope import Command
from shared.contracts.received import Received
from shared.contracts.registry.projects import ProjectApproved
from shared.contracts.topics import CLAIMS_COMMANDS, LOSS_NOTICES, outcomes_topic
from shared.contracts.treasury import (
    AccountsHandedOver,
    AccountsTakenOver,
    ConfirmContribution,
    ConfirmPayment,
    ContributionReceived,
    HandOverAccounts,
    PaymentInstruction,
    PaymentReserved,
    PaymentSettled,
    PaymentVoided,
    RejectPayment,
    TakeOverAccounts,
)
from shared.messaging.intake import key_of_original, read_original
from shared.messaging.keyring import Keys
from shared.messaging.message import Answer, Decided, Incoming, Outgoing

_ORIGINAL_MODELS = {topic: command_messages(topic) for topic in (LOSS_NOTICES, CLAIMS_COMMANDS)}
BANK = (ConfirmContribution, ConfirmPayment, RejectPayment, HandOverAccounts, TakeOverAccounts)
_RELEASE = (PayoutReleased, ReimbursementApproved, PaymentTakenUp)


@dataclass(slots=True)
class Batch:
    """The books of the batch's pools as they evolve, and what has to be saved at its end."""

    books: dict[UUID, Books]
    loaded: dict[UUID, Books]
    traces: dict[UUID, str | None]
    traced: set[UUID] = field(default_factory=set)
    transfers: list[tuple[Transfer, datetime]] = field(default_factory=list)
    contributions: list[tuple[UUID, ArrivedContribution, datetime]] = field(default_factory=list)
    resumed: list[WaitingRelease] = field(default_factory=list)
    accepted: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Original:
    """A signed message that a release brings along; ``key_id`` is what it says it was signed with, None if nothing."""

    release: Received[Release]
    signed: SignedMessage
    key_id: str | None


def is_input(incoming: Incoming) -> bool:
    """Whether the treasury decides on the message, or observes it: a ballot on a matter of the pool is in no case."""
    data = incoming.data
    return isinstance(data, InputMessage) and not (isinstance(data, DutyEvent) and data.project_id is None)


def originals_at_hand(inputs: Iterable[Incoming], books: Iterable[Books]) -> list[Original]:
    r"""The signed originals of the releases that were  \[=inputs = [now, and of those that wait in the books."""
    releases = [incoming.received for incoming in inputs if isinstance(incoming.data, _RELEASE)]
    releases += [waiting.received for each in books for waiting in each.waiting.values()]
    return [
        Original(received, signed, key_of_original(signed))
        for received in cast(Sequence[Received[Release]], releases)
        for signed in _originals_of(received.data)
    ]


def read_originals(originals: Iterable[Original], keys: Keys) -> SignedOriginals:
    """The signed originals, each read and checked once; ``keys`` are those of theirs that this service knows."""
    messages: dict[SignedMessage, Received[Command]] = {}
    unknown: dict[SignedMessage, str] = {}
    for original in originals:
        signed, pool_id = original.signed, original.release.pool_id
        if original.key_id is None or signed in messages or signed.topic not in _ORIGINAL_MODELS:
            continue
        if (pool_id, original.key_id) not in keys:
            unknown[signed] = original.key_id
            continue
        message = read_original(signed, keys, _ORIGINAL_MODELS[signed.topic], original.release.received_at)
        if message is not None:
            messages[signed] = message
    return SignedOriginals(messages, unknown)


def _originals_of(data: Release) -> tuple[SignedMessage, ...]:
    if isinstance(data, PaymentTakenUp):
        return (data.take_up,)
    return signed_of_payout(data) if isinstance(data, PayoutReleased) else authority_of(data)


def process(work: Batch, incoming: Incoming, originals: SignedOriginals) -> Decided:
    """Decide one message and let the books evolve; what the treasury does not listen to changes nothing."""
    if not is_input(incoming):
        return Decided(incoming)
    received = cast(Received[InputMessage], incoming.received)
    pool_id = received.pool_id
    before = work.books[pool_id]
    decision = decide(before, received, originals)
    books = before
    for change in decision.changes:
        if isinstance(change, ReleaseResumed):
            work.resumed.append(books.waiting[change.message_id])
        if isinstance(change, PayoutAccepted | ReimbursementAccepted | TakeUpAccepted):
            work.accepted.append(change.mandate.mandate_id)
        if isinstance(change, ContributionReceived | PaymentReserved | PaymentSettled | PaymentVoided):
            work.transfers.append((transfer_of(pool_id, change), incoming.received_at))
        if isinstance(change, ContributionReceived):
            work.contributions.append((pool_id, ArrivedContribution.of(change), incoming.received_at))
        books = evolve(books, change)
    work.books[pool_id] = books
    project_id = _project_of(before, received.data)
    stage_before = None if project_id is None else work.traces.get(project_id)
    for touched in _projects_of(decision.changes):
        work.traces[touched] = incoming.traceparent
        work.traced.add(touched)
    return Decided(
        incoming=incoming,
        events=tuple(_outgoing(books, pool_id, event) for event in decision.events),
        answer=_answer(decision, project_id) if isinstance(received.data, BANK) else None,
        project_id=project_id,
        stage_before=stage_before,
    )


def _answer(decision: Decision, project_id: UUID | None) -> Answer:
    return Answer(decision.outcome, decision.refusals, project_id)


def _project_of(books: Books, data: InputMessage) -> UUID | None:
    """The project that a message is about, if it is about one."""
    if isinstance(data, CaseEvent | Release):
        return data.project_id
    if isinstance(data, ConfirmPayment | RejectPayment):
        found = instructed_payment(books, data.instruction_id)
        return None if found is None else found.case.project_id
    return None


def _projects_of(changes: Iterable[Change]) -> set[UUID]:
    """The projects whose stage the changes move on."""
    found: set[UUID] = set()
    for change in changes:
        if isinstance(change, PayoutAccepted | ReimbursementAccepted | TakeUpAccepted):
            found.add(change.mandate.project_id)
        elif isinstance(change, ProjectApproved) or (
            isinstance(change, TreasuryEvent) and hasattr(change, "project_id")
        ):
            found.add(change.project_id)
    return found


def _outgoing(books: Books, pool_id: UUID, event: TreasuryEvent) -> Outgoing:
    """The event under its project's or pool's key; instructions go to the bank's own topic, signed."""
    if isinstance(event, ContributionReceived | AccountsHandedOver | AccountsTakenOver):
        return Outgoing(event, pool_id, str(pool_id))
    if isinstance(event, PaymentInstruction):
        bank = books.pool.supervising_bank
        assert bank is not None, "nothing is instructed before the bank is known"
        return Outgoing(event, pool_id, str(event.project_id), topic=outcomes_topic(bank), signed=True)
    return Outgoing(event, pool_id, str(event.project_id))
