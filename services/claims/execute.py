"""The transaction of claims: load the states that a batch needs, decide in memory, save them.

It runs inside an open transaction. How many statements it takes does not depend on how many messages there are.
"""

from collections.abc import Sequence
from uuid import UUID

from services.claims import repository
from services.claims.batch import (
    OPENING,
    Batch,
    StoredClaim,
    is_of_case,
    new_claim,
    process,
    project_of,
)
from services.claims.domain.pool import Pool, PoolEvent
from shared.contracts.registry.people import KeyRegistered, KeyRetired, KeyRevoked
from shared.messaging.database import Connection
from shared.messaging.keyring import keys_in, retire_keys, retirements_in, store_keys
from shared.messaging.message import Decided, Incoming


async def execute(connection: Connection, batch: Sequence[Incoming]) -> Sequence[Decided]:
    """Decide a batch, one message after the other, and store what follows; one answer per message, in order."""
    await store_keys(connection, list(keys_in(batch, KeyRegistered)))
    await retire_keys(connection, list(retirements_in(batch, (KeyRetired, KeyRevoked))))
    states = await _load(connection, batch)
    decided = [process(states, message) for message in batch]
    await _save(connection, states, batch)
    return decided


async def _load(connection: Connection, batch: Sequence[Incoming]) -> Batch:
    """Pools before cases, each in the order of their ids, so that two replicas can't wait for each other in a ring."""
    changing = {message.received.pool_id for message in batch if isinstance(message.data, PoolEvent)}
    of_cases = [message for message in batch if is_of_case(message)]
    reading = {message.received.pool_id for message in of_cases} - changing
    pools: dict[UUID, Pool] = {}
    if changing:
        await repository.insert_new_pools(
            connection, [Pool(pool_id=pool_id) for pool_id in sorted(changing)], batch[0].received_at
        )
        pools |= await repository.lock_pools(connection, sorted(changing))
    claims: dict[UUID, StoredClaim] = {}
    if of_cases:
        projects = sorted({project_of(message) for message in of_cases})
        claims, read = await repository.lock_claims(connection, projects, sorted(reading))
        pools |= read
        opening = {
            project: new_claim(message)
            for message in of_cases
            # Only these can be the first message of a case; whatever else names an unknown one is refused.
            if isinstance(message.data, OPENING) and (project := project_of(message)) not in claims
        }
        if opening:
            # Most messages are about known cases, and go without these two statements. If another replica opens one of
            # them just now, the two can wait for each other; then PostgreSQL ends one, which is tried again.
            await repository.insert_new_claims(connection, list(opening.values()), batch[0].received_at)
            opened, _ = await repository.lock_claims(connection, sorted(opening), ())
            claims |= opened
    return Batch(pools, claims)


async def _save(connection: Connection, states: Batch, batch: Sequence[Incoming]) -> None:
    if states.changed_pools:
        pools = [states.pools[pool_id] for pool_id in sorted(states.changed_pools)]
        await repository.update_pools(connection, pools, batch[0].received_at)
    if states.changed_claims:
        changed = {project: (states.claims[project], at) for project, at in states.changed_claims.items()}
        await repository.update_claims(connection, changed)
        await repository.upsert_compensations(connection, [stored.claim for stored, _ in changed.values()])
