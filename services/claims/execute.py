"""The transaction of claims: load the states that a batch needs, decide in memory, save them.

It runs inside an open transaction. How many statements it takes does not depend on how many messages there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from services.claims import repository
from services.claims.domain.claim import Claim
from services.claims.domain.decide import CaseMessage, FromOutside, FromServices, take_in
from services.claims.domain.decision import Case
from services.claims.domain.evolve import ActFact
from services.claims.domain.pool import Pool, PoolEvent, evolve_pool
from services.claims.repository import StoredClaim
from shared.contracts.claims import NotifyLoss
from shared.contracts.ids import project_id
from shared.contracts.received import Received
from shared.contracts.registry.people import KeyRegistered, KeyRetired, KeyRevoked
from shared.decisions.acts import ActsInRegistry
from shared.messaging.database import Connection
from shared.messaging.keyring import KeyRetirement, SigningKey, retire_keys, store_keys
from shared.messaging.message import Answer, Decided, Incoming, Outgoing

# The first that can be heard of a case; of a project that was filed before this service took note of acts, any of them.
OPENING = NotifyLoss | ActsInRegistry


@dataclass(slots=True)
class States:
    """The states that a batch works on, and which of them it has changed so far."""

    pools: dict[UUID, Pool]
    claims: dict[UUID, StoredClaim]
    changed_pools: set[UUID] = field(default_factory=set)
    changed_claims: dict[UUID, datetime] = field(default_factory=dict)


async def execute(connection: Connection, batch: Sequence[Incoming]) -> Sequence[Decided]:
    """Decide a batch, one message after the other, and store what follows; one answer per message, in order."""
    await store_keys(connection, [_key_in(message) for message in batch if isinstance(message.data, KeyRegistered)])
    await retire_keys(
        connection,
        [
            KeyRetirement(message.received.pool_id, message.data.key_id, message.data.valid_until)
            for message in batch
            if isinstance(message.data, KeyRetired | KeyRevoked)
        ],
    )
    states = await _load(connection, batch)
    decided = [_decide(states, message) for message in batch]
    await _save(connection, states, batch)
    return decided


async def _load(connection: Connection, batch: Sequence[Incoming]) -> States:
    """Pools before cases, each in the order of their ids, so that two replicas can't wait for each other in a ring."""
    changing = {message.received.pool_id for message in batch if isinstance(message.data, PoolEvent)}
    of_cases = [message for message in batch if _is_of_case(message)]
    reading = {message.received.pool_id for message in of_cases} - changing
    pools: dict[UUID, Pool] = {}
    if changing:
        await repository.insert_new_pools(
            connection, [Pool(pool_id=pool_id) for pool_id in sorted(changing)], batch[0].received_at
        )
        pools |= await repository.lock_pools(connection, sorted(changing))
    claims: dict[UUID, StoredClaim] = {}
    if of_cases:
        projects = sorted({_project_of(message) for message in of_cases})
        claims, read = await repository.lock_claims(connection, projects, sorted(reading))
        pools |= read
        opening = {
            project: _new_claim(message)
            for message in of_cases
            # Only these can be the first that is heard of a case; whatever else names an unknown one is refused.
            if isinstance(message.data, OPENING) and (project := _project_of(message)) not in claims
        }
        if opening:
            # Most messages are about known cases, and go without these two statements. If another replica opens one of
            # them just now, the two can wait for each other; then PostgreSQL ends one, which is tried again.
            await repository.insert_new_claims(connection, list(opening.values()), batch[0].received_at)
            opened, _ = await repository.lock_claims(connection, sorted(opening), ())
            claims |= opened
    return States(pools, claims)


def _decide(states: States, message: Incoming) -> Decided:
    """What becomes of one message; what this service does not listen to changes nothing."""
    if isinstance(message.data, PoolEvent):
        pool_id = message.received.pool_id
        pool = evolve_pool(states.pools[pool_id], message.data)
        states.pools[pool_id] = pool.model_copy(update={"registry_seq": message.seq})
        states.changed_pools.add(pool_id)
    elif _is_of_case(message):
        return _decide_on_case(states, message)
    return Decided(message)


def _decide_on_case(states: States, message: Incoming) -> Decided:
    received = cast("Received[CaseMessage]", message.received)
    project, pool_id = _project_of(message), received.pool_id
    stored = states.claims.get(project) or StoredClaim(_new_claim(message), None)
    pool = states.pools.get(pool_id) or Pool(pool_id=pool_id)
    claim, decision = take_in(Case(pool, stored.claim), received)
    # Who has acted elsewhere is noted, and the case is where it was.
    has_changed = claim is not stored.claim and not isinstance(received.data, ActFact)
    if has_changed:
        trace_parent = message.traceparent or stored.trace_parent
        states.claims[project] = StoredClaim(claim, trace_parent, received.received_at)
        states.changed_claims[project] = received.received_at
    elif claim is not stored.claim:
        states.claims[project] = replace(stored, claim=claim)
        states.changed_claims.setdefault(project, stored.reached_at or received.received_at)
    answer = None
    if isinstance(received.data, FromOutside):
        answer = Answer(decision.outcome, decision.refusals, project, _number_for(claim, pool_id))
    return Decided(
        incoming=message,
        events=tuple(Outgoing(event, claim.pool_id, str(project)) for event in decision.events),
        answer=answer,
        project_id=project,
        stage_before=stored.trace_parent if has_changed else None,
        stage_before_at=stored.reached_at if has_changed else None,
    )


async def _save(connection: Connection, states: States, batch: Sequence[Incoming]) -> None:
    if states.changed_pools:
        pools = [states.pools[pool_id] for pool_id in sorted(states.changed_pools)]
        await repository.update_pools(connection, pools, batch[0].received_at)
    if states.changed_claims:
        changed = {project: (states.claims[project], at) for project, at in states.changed_claims.items()}
        await repository.update_claims(connection, changed)
        await repository.upsert_compensations(connection, [stored.claim for stored, _ in changed.values()])


def _is_of_case(message: Incoming) -> bool:
    """Whether the message concerns a case; a ballot of the registry can be on a matter of the pool, which is none."""
    data = message.data
    if not isinstance(data, FromOutside | FromServices):
        return False
    return isinstance(data, NotifyLoss) or data.project_id is not None


def _project_of(message: Incoming) -> UUID:
    """The project, and so the case, that a message concerns; a notice names it by its lender and loan contract."""
    data: Any = message.data
    if isinstance(data, NotifyLoss):
        return project_id(message.received.pool_id, data.lender, data.loan_contract_number)
    return cast("UUID", data.project_id)


def _new_claim(message: Incoming) -> Claim:
    return Claim(project_id=_project_of(message), pool_id=message.received.pool_id)


def _number_for(claim: Claim, pool_id: UUID) -> str | None:
    """The number that people see beside the case; nobody learns that of another pool's case."""
    return claim.case_number if claim.pool_id == pool_id else None


def _key_in(message: Incoming) -> SigningKey:
    data = message.data
    assert isinstance(data, KeyRegistered)
    return SigningKey(
        pool_id=message.received.pool_id,
        key_id=data.key_id,
        public_key=data.public_key,
        institution=data.institution,
        officer=data.officer,
        system_use=None if data.use is None else data.use.value,
        valid_from=data.valid_from,
        valid_until=data.valid_until,
    )
