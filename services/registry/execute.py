"""The transaction: load what the batch needs, decide one message after the other in memory, save what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.registry import repository
from services.registry.domain.decide import Decision, decide
from services.registry.domain.known import Known
from services.registry.domain.pool import Pool
from services.registry.domain.state import RegistryEvent, State, evolve, project_of
from services.registry.reference import known
from services.registry.repository import ProjectRow
from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import KeyRegistered, KeyRetired
from shared.contracts.registry.pools import FoundPool
from shared.contracts.registry.projects import (
    FileProject,
    ProjectApproved,
    ProjectFiled,
    ProjectRejected,
    ProjectReturned,
)
from shared.messaging.database import Connection
from shared.messaging.keyring import KeyRetirement, SigningKey, retire_keys, store_keys
from shared.messaging.message import Answer, Decided, Incoming, Outgoing


@dataclass(slots=True)
class _Batch:
    """The batch's states as they evolve, and what has to be saved at its end."""

    pools: dict[UUID, Pool | None]
    projects: dict[UUID, ProjectRow]
    changed_pools: set[UUID] = field(default_factory=set)
    changed_projects: set[UUID] = field(default_factory=set)
    keys: list[SigningKey] = field(default_factory=list)
    retirements: list[KeyRetirement] = field(default_factory=list)


async def execute(connection: Connection, batch: Sequence[Incoming]) -> Sequence[Decided]:
    """What becomes of each message, in order, with states and keys saved; at most eight statements for any batch.

    Runs inside the caller's transaction, after repeats were taken out.
    """
    states = await _load(connection, batch)
    known_now = known()
    decided = [_decide(states, incoming, known_now) for incoming in batch]
    await _save(connection, states)
    return decided


async def _load(connection: Connection, batch: Sequence[Incoming]) -> _Batch:
    """All states of the batch, locked: pools before projects, each by id in order, so that nobody waits in a ring."""
    founded = {incoming.received.pool_id for incoming in batch if isinstance(incoming.data, FoundPool)}
    if founded:
        await repository.insert_new_pools(connection, sorted(founded))
    pool_ids = {incoming.received.pool_id for incoming in batch}
    pools = await repository.lock_pools(connection, sorted(pool_ids))

    named, filed = set(), {}
    for incoming in batch:
        project_id = project_of(incoming.received)  # type: ignore[arg-type]  # intake lets only commands of ours through
        if project_id is not None:
            named.add(project_id)
            if isinstance(incoming.data, FileProject):
                filed[project_id] = incoming.received.pool_id
    if filed:
        await repository.insert_new_projects(connection, filed)
    projects = await repository.lock_projects(connection, sorted(named)) if named else {}
    return _Batch(dict(pools), dict(projects))


def _decide(states: _Batch, incoming: Incoming, known_now: Known) -> Decided:
    """Decide one message and let the batch's states evolve."""
    received = incoming.received
    pool_id = received.pool_id
    project_id = project_of(received)  # type: ignore[arg-type]  # intake lets only commands of ours through
    row = states.projects.get(project_id) if project_id else None
    if row is not None and row.pool_id != pool_id:
        row = None  # Another pool's project does not exist in this one (3.1).
    state = State(states.pools.get(pool_id), row.project if row else None)
    decision: Decision = decide(state, received, known_now)  # type: ignore[arg-type]  # as above
    stage_before = row.trace_parent if row else None
    if decision.outcome is Outcome.ACCEPTED:
        for event in decision.events:
            state = evolve(state, event)
        if project_id is None:
            states.pools[pool_id] = state.pool
            states.changed_pools.add(pool_id)
        else:
            states.projects[project_id] = ProjectRow(pool_id, state.project, incoming.traceparent)
            states.changed_projects.add(project_id)
        states.keys.extend(_signing_keys(pool_id, decision.events))
        states.retirements.extend(_retirements(pool_id, decision.events))
    return Decided(
        incoming=incoming,
        events=tuple(Outgoing(event, pool_id, _subject(pool_id, event)) for event in decision.events),
        answer=Answer(decision.outcome, decision.refusals, project_id),
        project_id=project_id,
        stage_before=stage_before,
    )


async def _save(connection: Connection, states: _Batch) -> None:
    pools = {key: pool for key in sorted(states.changed_pools) if (pool := states.pools[key]) is not None}
    assert len(pools) == len(states.changed_pools), "a pool can't become unfounded"
    if pools:
        await repository.update_pools(connection, pools)
    if states.changed_projects:
        await repository.update_projects(
            connection, {key: states.projects[key] for key in sorted(states.changed_projects)}
        )
    if states.keys:
        await store_keys(connection, states.keys)
    if states.retirements:
        await retire_keys(connection, states.retirements)


def _subject(pool_id: UUID, event: RegistryEvent) -> str:
    """The key of the event's record: its project, or its pool."""
    if isinstance(event, ProjectFiled | ProjectApproved | ProjectReturned | ProjectRejected):
        return str(event.project_id)
    return str(pool_id)


def _signing_keys(pool_id: UUID, events: Iterable[RegistryEvent]) -> Iterable[SigningKey]:
    """The registered keys as our own copy has them."""
    for event in events:
        if isinstance(event, KeyRegistered):
            yield SigningKey(
                pool_id=pool_id,
                key_id=event.key_id,
                public_key=event.public_key,
                institution=event.institution,
                officer=event.officer,
                system_use=event.use.value if event.use else None,
                valid_from=event.valid_from,
            )


def _retirements(pool_id: UUID, events: Iterable[RegistryEvent]) -> Iterable[KeyRetirement]:
    """The retired keys as our own copy has to know them."""
    for event in events:
        if isinstance(event, KeyRetired):
            yield KeyRetirement(pool_id, event.key_id, event.valid_until)
