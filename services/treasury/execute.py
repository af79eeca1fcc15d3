"""The transaction: load what the batch needs, decide one message after the other in memory, save what changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast
from uuid import UUID

from services.treasury import case_repository, repository
from services.treasury.domain.bank import payment_at_hand
from services.treasury.domain.books import (
    ActsHeard,
    Books,
    Change,
    PayoutAccepted,
    QueuePlace,
    ReimbursementAccepted,
    Release,
    ReleaseTakenUp,
    Said,
    WaitingRelease,
    evolve,
)
from services.treasury.domain.case import Case, Compensation, Mandate, stage_of
from services.treasury.domain.decide import Decision, Heard, decide, names_awaited
from services.treasury.domain.ledger import Transfer, transfer_of
from services.treasury.domain.payout import signed_of_payout
from services.treasury.domain.pool import ArrivedContribution
from services.treasury.domain.readings import Readings
from services.treasury.domain.reimbursement import authority_of
from shared.contracts.catalogue import command_messages
from shared.contracts.claims import PayoutReleased, ReimbursementApproved
from shared.contracts.documents import SignedMessage
from shared.contracts.envelope import Command
from shared.contracts.received import Received
from shared.contracts.registry.people import KeyRegistered, KeyRetired, KeyRevoked
from shared.contracts.registry.projects import ProjectApproved
from shared.contracts.topics import CLAIMS_COMMANDS, LOSS_NOTICES, outcomes_topic
from shared.contracts.treasury import (
    ConfirmContribution,
    ConfirmPayment,
    ContributionReceived,
    Leg,
    PaymentInstruction,
    PaymentReserved,
    PaymentSettled,
    PaymentVoided,
    RejectPayment,
)
from shared.messaging.database import Connection
from shared.messaging.intake import key_of_original, read_original
from shared.messaging.keyring import KeyRetirement, Keys, SigningKey, load_keys, retire_keys, store_keys
from shared.messaging.message import Answer, Decided, Incoming, Outgoing

# So many mandates of each queue are served after one message of the bank; what is left is served after the next one.
QUEUE_PLACES_MAX = 1_000

_ORIGINAL_MODELS = {topic: command_messages(topic) for topic in (LOSS_NOTICES, CLAIMS_COMMANDS)}
_BANK = (ConfirmContribution, ConfirmPayment, RejectPayment)
_RELEASE = (PayoutReleased, ReimbursementApproved)


@dataclass(slots=True)
class _Batch:
    """The books of the batch's pools as they evolve, and what has to be saved at its end."""

    books: dict[UUID, Books]
    loaded: dict[UUID, Books]
    traces: dict[UUID, str | None]
    traced: set[UUID] = field(default_factory=set)
    transfers: list[tuple[Transfer, datetime]] = field(default_factory=list)
    contributions: list[tuple[UUID, ArrivedContribution, datetime]] = field(default_factory=list)
    taken_up: list[WaitingRelease] = field(default_factory=list)
    accepted: list[UUID] = field(default_factory=list)


async def execute(connection: Connection, batch: Sequence[Incoming]) -> Sequence[Decided]:
    """What becomes of each message, in order, with books and keys saved; a fixed number of statements for any batch.

    Runs inside the caller's transaction, after repeats were taken out. Types that nobody hears here are passed over.
    """
    heard = [incoming for incoming in batch if _is_heard(incoming)]
    await store_keys(connection, list(_signing_keys(heard)))
    # That a key has ended changes no books: only our own copy of the keys has to know.
    await retire_keys(
        connection,
        [
            KeyRetirement(incoming.received.pool_id, incoming.data.key_id, incoming.data.valid_until)
            for incoming in batch
            if isinstance(incoming.data, KeyRetired | KeyRevoked)
        ],
    )
    if not heard:
        return [Decided(incoming) for incoming in batch]
    work = await _load(connection, heard)
    readings = await _read_originals(connection, heard, work)
    decided = [_decide(work, incoming, readings) if _is_heard(incoming) else Decided(incoming) for incoming in batch]
    await _save(connection, work, max(incoming.received_at for incoming in heard))
    return decided


def _is_heard(incoming: Incoming) -> bool:
    """Whether the message concerns the treasury; a ballot of the registry can be on a matter, which is in no case."""
    data = incoming.data
    return isinstance(data, Heard) and not (isinstance(data, ActsHeard) and data.project_id is None)


def _signing_keys(heard: Iterable[Incoming]) -> Iterable[SigningKey]:
    """The keys that the registry tells of, for our own copy."""
    for incoming in heard:
        data = incoming.data
        if isinstance(data, KeyRegistered):
            yield SigningKey(
                pool_id=incoming.received.pool_id,
                key_id=data.key_id,
                public_key=data.public_key,
                institution=data.institution,
                officer=data.officer,
                system_use=None if data.use is None else data.use.value,
                valid_from=data.valid_from,
                valid_until=data.valid_until,
            )


async def _load(connection: Connection, heard: Sequence[Incoming]) -> _Batch:
    """The books that the batch needs. A pool's row is the lock for all that is under it, so only pools are locked."""
    pool_ids = sorted({incoming.received.pool_id for incoming in heard})
    pools = await repository.lock_pools(connection, pool_ids)
    if len(pools) < len(pool_ids):
        await repository.insert_new_pools(connection, pool_ids, heard[0].received_at)
        pools = await repository.lock_pools(connection, pool_ids)
    funds = await repository.load_funds(connection, pool_ids)
    names = {name for incoming in heard for name in names_awaited(cast(Received[Heard], incoming.received))}
    waiting = await repository.load_waiting(connection, pool_ids, names)
    payments = await case_repository.load_payments(
        connection,
        [
            incoming.data.instruction_id
            for incoming in heard
            if isinstance(incoming.data, ConfirmPayment | RejectPayment)
        ],
    )
    paying = {incoming.received.pool_id for incoming in heard if isinstance(incoming.data, _BANK)}
    places_max = {pool_id: QUEUE_PLACES_MAX if pool_id in paying else 1 for pool_id in pool_ids}
    places = await case_repository.load_queues(connection, places_max)
    project_ids = {payment.project_id for _, payment in payments}
    project_ids |= {release.received.data.project_id for release in waiting}
    project_ids |= {project_id for pool_id, _, project_id, _ in places if pool_id in paying}
    project_ids |= {
        incoming.data.project_id
        for incoming in heard
        if isinstance(incoming.data, ActsHeard) and incoming.data.project_id is not None
    }
    cases, traces = await _load_cases(connection, sorted(project_ids), sorted(paying))
    for pool_id, payment in payments:
        cases[pool_id][payment.project_id] = cases[pool_id][payment.project_id].with_payment(payment)
    books = {
        pool_id: Books(
            pool=pools[pool_id],
            funds=funds[pool_id],
            cases=cases.get(pool_id, {}),
            queues=_queues(places, pool_id) if pool_id in paying else dict.fromkeys(Leg, ()),
            has_more_queued={
                leg: sum(place[:2] == (pool_id, leg) for place in places) == places_max[pool_id] for leg in Leg
            },
            waiting={
                release.received.message_id: release for release in waiting if release.received.pool_id == pool_id
            },
        )
        for pool_id in pool_ids
    }
    return _Batch(dict(books), books, traces)


def _queues(places: Iterable[tuple[UUID, Leg, UUID, UUID]], pool_id: UUID) -> Mapping[Leg, tuple[QueuePlace, ...]]:
    return {
        leg: tuple(
            QueuePlace(project_id, mandate_id)
            for place_pool_id, place_leg, project_id, mandate_id in places
            if (place_pool_id, place_leg) == (pool_id, leg)
        )
        for leg in Leg
    }


async def _load_cases(
    connection: Connection, project_ids: Sequence[UUID], paying_pool_ids: Sequence[UUID]
) -> tuple[dict[UUID, dict[UUID, Case]], dict[UUID, str | None]]:
    """The cases by pool and project, and the trace context of each one's latest stage."""
    rows = await case_repository.load_cases(connection, project_ids)
    compensations: dict[UUID, dict[UUID, Compensation]] = {}
    for compensation in await case_repository.load_compensations(connection, project_ids):
        compensations.setdefault(compensation.project_id, {})[compensation.compensation_id] = compensation
    mandates: dict[UUID, dict[UUID, Mandate]] = {}
    for mandate in await case_repository.load_mandates(connection, project_ids, paying_pool_ids):
        mandates.setdefault(mandate.project_id, {})[mandate.mandate_id] = mandate
    cases: dict[UUID, dict[UUID, Case]] = {}
    for pool_id, case, _ in rows:
        cases.setdefault(pool_id, {})[case.project_id] = replace(
            case,
            compensations=compensations.get(case.project_id, {}),
            mandates=mandates.get(case.project_id, {}),
        )
    return cases, {case.project_id: trace_parent for _, case, trace_parent in rows}


async def _read_originals(connection: Connection, heard: Sequence[Incoming], work: _Batch) -> Readings:
    """All signed originals of the releases at hand, each checked once."""
    releases = [incoming.received for incoming in heard if isinstance(incoming.data, _RELEASE)]
    releases += [waiting.received for books in work.books.values() for waiting in books.waiting.values()]
    originals = [
        (received, signed, key_of_original(signed))
        for received in cast(Sequence[Received[Release]], releases)
        for signed in _originals_of(received.data)
    ]
    keys: Keys = await load_keys(connection, {key_id for _, _, key_id in originals if key_id is not None})
    messages: dict[SignedMessage, Received[Command]] = {}
    unknown: dict[SignedMessage, str] = {}
    for received, signed, key_id in originals:
        if key_id is None or signed in messages or signed.topic not in _ORIGINAL_MODELS:
            continue
        if (received.pool_id, key_id) not in keys:
            unknown[signed] = key_id
            continue
        message = read_original(signed, keys, _ORIGINAL_MODELS[signed.topic], received.received_at)
        if message is not None:
            messages[signed] = message
    return Readings(messages, unknown)


def _originals_of(data: Release) -> tuple[SignedMessage, ...]:
    return signed_of_payout(data) if isinstance(data, PayoutReleased) else authority_of(data)


def _decide(work: _Batch, incoming: Incoming, readings: Readings) -> Decided:
    """Decide one message and let the books evolve."""
    received = cast(Received[Heard], incoming.received)
    pool_id = received.pool_id
    before = work.books[pool_id]
    decision = decide(before, received, readings)
    books = before
    for change in decision.changes:
        if isinstance(change, ReleaseTakenUp):
            work.taken_up.append(books.waiting[change.message_id])
        if isinstance(change, PayoutAccepted | ReimbursementAccepted):
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
        answer=_answer(decision, project_id) if isinstance(received.data, _BANK) else None,
        project_id=project_id,
        stage_before=stage_before,
    )


def _answer(decision: Decision, project_id: UUID | None) -> Answer:
    return Answer(decision.outcome, decision.refusals, project_id)


def _project_of(books: Books, data: Heard) -> UUID | None:
    """The project that a message is about, if it is about one."""
    if isinstance(data, ActsHeard):
        return data.project_id
    if isinstance(data, ConfirmPayment | RejectPayment):
        found = payment_at_hand(books, data.instruction_id)
        return None if found is None else found.case.project_id
    return None


def _projects_of(changes: Iterable[Change]) -> set[UUID]:
    """The projects whose stage the changes move on."""
    found: set[UUID] = set()
    for change in changes:
        if isinstance(change, PayoutAccepted | ReimbursementAccepted):
            found.add(change.mandate.project_id)
        elif isinstance(change, ProjectApproved) or (isinstance(change, Said) and hasattr(change, "project_id")):
            found.add(change.project_id)
    return found


def _outgoing(books: Books, pool_id: UUID, event: Said) -> Outgoing:
    """The event under its project's or pool's key; instructions go to the bank's own topic, signed."""
    if isinstance(event, ContributionReceived):
        return Outgoing(event, pool_id, str(pool_id))
    if isinstance(event, PaymentInstruction):
        bank = books.pool.supervising_bank
        assert bank is not None, "nothing is instructed before the bank is known"
        return Outgoing(event, pool_id, str(event.project_id), topic=outcomes_topic(bank), signed=True)
    return Outgoing(event, pool_id, str(event.project_id))


async def _save(connection: Connection, work: _Batch, at: datetime) -> None:
    """Save what changed; the ledger comes last, since its trigger looks at accounts and compensations."""
    pairs = [(books, work.loaded[pool_id]) for pool_id, books in sorted(work.books.items())]
    pools = [books.pool for books, loaded in pairs if books.pool is not loaded.pool]
    if pools:
        await repository.update_pools(connection, pools, at)
    founded = [books.pool.pool_id for books, loaded in pairs if books.pool.founding is not loaded.pool.founding]
    if founded:
        await repository.insert_accounts(connection, founded)
    await _save_cases(connection, work, pairs, at)
    await _save_waiting(connection, work, pairs, at)
    if work.contributions:
        await repository.insert_contributions(connection, work.contributions)
    if work.transfers:
        await repository.insert_transfers(connection, work.transfers)
        posted = await repository.load_funds(connection, work.books.keys())
        for books, _ in pairs:
            # Decided in memory, posted by the database: asserted twice, since a difference could only be a bug.
            assert posted[books.pool.pool_id] == books.funds, "the ledger and the decisions differ"


async def _save_cases(connection: Connection, work: _Batch, pairs: Iterable[tuple[Books, Books]], at: datetime) -> None:
    changed = [
        (books.pool.pool_id, case, loaded.cases.get(project_id) or Case(project_id))
        for books, loaded in pairs
        for project_id, case in sorted(books.cases.items())
        if case is not loaded.cases.get(project_id) or project_id in work.traced
    ]
    if not changed:
        return
    cases = [(pool_id, case, work.traces.get(case.project_id)) for pool_id, case, _ in changed]
    await case_repository.upsert_cases(connection, cases, at)
    compensations = [
        (pool_id, compensation, stage_of(case, compensation))
        for pool_id, case, loaded in changed
        for key, compensation in case.compensations.items()
        if compensation is not loaded.compensations.get(key) or case.mandates != loaded.mandates
    ]
    if compensations:
        await case_repository.upsert_compensations(connection, compensations, at)
    mandates = [
        (pool_id, mandate)
        for pool_id, case, loaded in changed
        for key, mandate in case.mandates.items()
        if mandate is not loaded.mandates.get(key)
    ]
    if mandates:
        await case_repository.upsert_mandates(connection, _in_queue_order(work, mandates), at)
    payments = [
        (pool_id, payment)
        for pool_id, case, loaded in changed
        for key, payment in case.payments.items()
        if payment is not loaded.payments.get(key)
    ]
    if payments:
        await case_repository.upsert_payments(connection, payments, at)


def _in_queue_order(work: _Batch, mandates: Iterable[tuple[UUID, Mandate]]) -> list[tuple[UUID, Mandate]]:
    """New mandates in the order in which they were accepted, which is the order in which the database numbers them."""
    places = {mandate_id: place for place, mandate_id in enumerate(work.accepted)}
    return sorted(mandates, key=lambda row: places.get(row[1].mandate_id, -1))


async def _save_waiting(
    connection: Connection, work: _Batch, pairs: Iterable[tuple[Books, Books]], at: datetime
) -> None:
    waiting = [
        release
        for books, loaded in pairs
        for key, release in books.waiting.items()
        if release is not loaded.waiting.get(key)
    ]
    if waiting or work.taken_up:
        await repository.upsert_waiting(connection, waiting, work.taken_up, at)
