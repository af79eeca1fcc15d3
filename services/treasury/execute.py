"""The transaction: load what the batch needs, decide one message after the other in memory, save what changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast
from uuid import UUID

from services.treasury import case_repository, repository
from services.treasury.batch import (
    BANK,
    Batch,
    is_input,
    originals_at_hand,
    process,
    read_originals,
)
from services.treasury.domain.books import Books, CaseEvent, QueuePlace, Release
from services.treasury.domain.case import Case, Compensation, Mandate, stage_of
from services.treasury.domain.decide import InputMessage, names_awaited
from shared.contracts.claims import PaymentTakenUp
from shared.contracts.received import Received
from shared.contracts.registry.people import KeyRegistered, KeyRetired, KeyRevoked
from shared.contracts.registry.pools import InstitutionRegistered
from shared.contracts.registry.project_life import FlagLifted, ProjectFlagged
from shared.contracts.treasury import (
    ConfirmPayment,
    Leg,
    RejectPayment,
)
from shared.decisions.article_09_affiliates import flags_of_affiliates
from shared.messaging.database import Connection
from shared.messaging.keyring import keys_in, load_keys, retire_keys, retirements_in, store_keys
from shared.messaging.message import Decided, Incoming

# So many mandates of each queue are served after one message of the bank; what is left is served after the next one.
QUEUE_PLACES_MAX = 1_000


async def execute(connection: Connection, batch: Sequence[Incoming]) -> Sequence[Decided]:
    """What becomes of each message, in order, with books and keys saved; a fixed number of statements for any batch.

    Only what holds payments from then on is saved after what came before it, so that the database, which refuses them
    too, sees both in their order. Runs inside the caller's transaction, after repeats were taken out. What is no input
    of it is passed over.
    """
    await store_keys(connection, list(keys_in(batch, KeyRegistered)))
    await retire_keys(connection, list(retirements_in(batch, (KeyRetired, KeyRevoked))))
    holds = [place for place, incoming in enumerate(batch) if place > 0 and _holds_payments(incoming.data)]
    runs = zip([0, *holds], [*holds, len(batch)], strict=True)
    return [decided for first, end in runs for decided in await _execute(connection, batch[first:end])]


def _holds_payments(data: object) -> bool:
    """Whether nothing is paid after this on some project (9.1), or by the whole pool (6.3), until something else."""
    if isinstance(data, InstitutionRegistered):
        return data.replaces is not None
    return isinstance(data, ProjectFlagged) and bool(flags_of_affiliates((data,)))


async def _execute(connection: Connection, batch: Sequence[Incoming]) -> Sequence[Decided]:
    inputs = [incoming for incoming in batch if is_input(incoming)]
    if not inputs:
        return [Decided(incoming) for incoming in batch]
    work = await _load(connection, inputs)
    unread = originals_at_hand(inputs, work.books.values())
    keys = await load_keys(connection, {original.key_id for original in unread if original.key_id is not None})
    originals = read_originals(unread, keys)
    decided = [process(work, incoming, originals) for incoming in batch]
    await _save(connection, work, max(incoming.received_at for incoming in inputs))
    return decided


async def _load(connection: Connection, inputs: Sequence[Incoming]) -> Batch:
    """The books that the batch needs. A pool's row is the lock for all that is under it, so only pools are locked."""
    pool_ids = sorted({incoming.received.pool_id for incoming in inputs})
    pools = await repository.lock_pools(connection, pool_ids)
    if len(pools) < len(pool_ids):
        await repository.insert_new_pools(connection, pool_ids, inputs[0].received_at)
        pools = await repository.lock_pools(connection, pool_ids)
    funds = await repository.load_funds(connection, pool_ids)
    names = {name for incoming in inputs for name in names_awaited(cast(Received[InputMessage], incoming.received))}
    waiting = await repository.load_waiting(connection, pool_ids, names)
    answered = {
        incoming.data.instruction_id for incoming in inputs if isinstance(incoming.data, ConfirmPayment | RejectPayment)
    }
    at_hand = [*(incoming.data for incoming in inputs), *(release.received.data for release in waiting)]
    taken_up = {data.instruction_id for data in at_hand if isinstance(data, PaymentTakenUp)}
    payments = await case_repository.load_payments(connection, answered | taken_up)
    lifted = {
        incoming.data.project_id: incoming.received.pool_id
        for incoming in inputs
        if isinstance(incoming.data, FlagLifted) and flags_of_affiliates((incoming.data,))
    }
    paying = {incoming.received.pool_id for incoming in inputs if isinstance(incoming.data, BANK)} | {*lifted.values()}
    places_max = {pool_id: QUEUE_PLACES_MAX if pool_id in paying else 1 for pool_id in pool_ids}
    places = await case_repository.load_queues(connection, places_max, list(lifted))
    project_ids = {payment.project_id for _, payment in payments}
    project_ids |= {release.received.data.project_id for release in waiting}
    project_ids |= {project_id for pool_id, _, project_id, _ in places if pool_id in paying}
    project_ids |= {
        incoming.data.project_id
        for incoming in inputs
        if isinstance(incoming.data, CaseEvent | Release) and incoming.data.project_id is not None
    }
    cases, traces = await _load_cases(connection, sorted(project_ids), sorted(paying), taken_up)
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
    return Batch(dict(books), books, traces)


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
    connection: Connection, project_ids: Sequence[UUID], paying_pool_ids: Sequence[UUID], taken_up: Collection[UUID]
) -> tuple[dict[UUID, dict[UUID, Case]], dict[UUID, str | None]]:
    """The cases by pool and project, and the trace context of each one's latest stage."""
    rows = await case_repository.load_cases(connection, project_ids)
    compensations: dict[UUID, dict[UUID, Compensation]] = {}
    for compensation in await case_repository.load_compensations(connection, project_ids):
        compensations.setdefault(compensation.project_id, {})[compensation.compensation_id] = compensation
    mandates: dict[UUID, dict[UUID, Mandate]] = {}
    for mandate in await case_repository.load_mandates(connection, project_ids, paying_pool_ids, taken_up):
        mandates.setdefault(mandate.project_id, {})[mandate.mandate_id] = mandate
    cases: dict[UUID, dict[UUID, Case]] = {}
    for pool_id, case, _ in rows:
        cases.setdefault(pool_id, {})[case.project_id] = replace(
            case,
            compensations=compensations.get(case.project_id, {}),
            mandates=mandates.get(case.project_id, {}),
        )
    return cases, {case.project_id: trace_parent for _, case, trace_parent in rows}


async def _save(connection: Connection, work: Batch, at: datetime) -> None:
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


async def _save_cases(connection: Connection, work: Batch, pairs: Iterable[tuple[Books, Books]], at: datetime) -> None:
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


def _in_queue_order(work: Batch, mandates: Iterable[tuple[UUID, Mandate]]) -> list[tuple[UUID, Mandate]]:
    """New mandates in the order in which they were accepted, which is the order in which the database numbers them."""
    places = {mandate_id: place for place, mandate_id in enumerate(work.accepted)}
    return sorted(mandates, key=lambda row: places.get(row[1].mandate_id, -1))


async def _save_waiting(
    connection: Connection, work: Batch, pairs: Iterable[tuple[Books, Books]], at: datetime
) -> None:
    waiting = [
        release
        for books, loaded in pairs
        for key, release in books.waiting.items()
        if release is not loaded.waiting.get(key)
    ]
    if waiting or work.resumed:
        await repository.upsert_waiting(connection, waiting, work.resumed, at)
