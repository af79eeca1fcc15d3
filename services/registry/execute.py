"""The transaction: load what the batch needs, decide one message after the other in memory, save what changed."""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from operator import attrgetter, itemgetter
from uuid import UUID

from services.registry import annual_figures_repository, deadlines_repository, projects_repository, repository
from services.registry.batch import OBSERVED, Batch, marks_asked, process
from services.registry.domain.annual_figures import total
from services.registry.domain.deadlines import DAY_DEADLINES_MAX, Deadlines
from services.registry.domain.district_profile import DistrictProfile
from services.registry.domain.reference_data import ReferenceData
from services.registry.domain.subjects import Concern, concern_of
from shared.contracts.envelope import Command
from shared.contracts.registry.cycle import BeginDay
from shared.contracts.registry.performance import DrawUpAnnualSummary
from shared.decisions.duties_exercised import ClaimsDutyEvent
from shared.messaging.database import Connection
from shared.messaging.keyring import retire_keys, store_keys
from shared.messaging.message import Decided, Incoming
from shared.messaging.telemetry import logger


async def execute(
    connection: Connection, batch: Sequence[Incoming], *, reference_data: ReferenceData
) -> Sequence[Decided]:
    """What becomes of each message, in order, with states and keys saved; each statement once at most for any batch.

    Runs inside the caller's transaction, after repeats were taken out.
    """
    concerns = [concern_of(incoming.received) for incoming in batch]
    states = await _load(connection, batch, concerns)
    decided = [
        process(states, incoming, concern, reference_data) for incoming, concern in zip(batch, concerns, strict=True)
    ]
    await _save(connection, states)
    return decided


async def report_changed_profiles(connection: Connection, *, districts: Mapping[str, DistrictProfile]) -> None:
    """Tell the operator of each pool whose district has another profile here than the pool's rules are under (5.2).

    Nothing changes for the pool by that: what was adopted stands, and its next version has to name the new profile.
    """
    for pool in await repository.select_pools_under_other_profiles(
        connection, {code: profile.sha256 for code, profile in districts.items()}
    ):
        logger().error(
            "the profile of a pool's district is missing, or another one than its rules were adopted under; if the "
            "district's regulation has not changed, put the former file back; if it has, the next version of the rules "
            "has to name the new one (registry.rules.propose)",
            pool_id=str(pool.pool_id),
            district=pool.district,
            adopted_under_sha256=pool.profile_sha256,
            installed_sha256=districts[pool.district].sha256 if pool.district in districts else None,
        )


async def _load(connection: Connection, batch: Sequence[Incoming], concerns: Sequence[Concern]) -> Batch:
    """All states of the batch, locked: pools, projects, entries, rights, each in order: nobody waits in a ring."""
    begun_pools = {concern.pool_id for concern in concerns if concern.begins_pool}
    if begun_pools:
        await repository.insert_new_pools(connection, sorted(begun_pools))
    pool_ids = {incoming.received.pool_id for incoming in batch if isinstance(incoming.data, Command | OBSERVED)}
    pools = await repository.lock_pools(connection, sorted(pool_ids))

    # A project that is not there yet needs no row to be locked: it can begin in its own pool only, which is locked.
    projects = {concern.project_id for concern in concerns if concern.project_id is not None}
    acted_in = {incoming.data.project_id for incoming in batch if isinstance(incoming.data, ClaimsDutyEvent)}
    affiliates = {(concern.pool_id, concern.affiliate) for concern in concerns if concern.affiliate is not None}
    at_stake = await projects_repository.select_at_stake(connection, sorted(affiliates)) if affiliates else ()
    entries = {concern.entry_id for concern in concerns if concern.entry_id is not None}
    begun = {
        concern.entry_id: concern.pool_id
        for concern in concerns
        if concern.begins_entry and concern.entry_id is not None
    }
    if begun:
        await repository.insert_new_entries(connection, begun)
    to_lock = _in_order({*projects, *acted_in, *at_stake})
    locked_projects = dict(await projects_repository.lock_projects(connection, to_lock)) if to_lock else {}
    locked_entries = dict(await repository.lock_entries(connection, sorted(entries))) if entries else {}
    taken, stored_rights = await _load_rights(connection, concerns, _in_order(projects & locked_projects.keys()))
    marks = marks_asked(batch, concerns, locked_projects)
    marked, loans = await repository.select_marked(connection, marks) if marks else ({}, {})
    deadlines_before = await _load_deadlines(connection, batch)
    drawn_up = sorted(
        {incoming.received.pool_id for incoming in batch if isinstance(incoming.data, DrawUpAnnualSummary)}
    )
    return Batch(
        pools=dict(pools),
        projects=locked_projects,
        entries=locked_entries,
        rights={key: None if key in taken else holder for key, holder in stored_rights.items()},
        stored_rights=stored_rights,
        marked={pool_id: dict(of_pool) for pool_id, of_pool in marked.items()},
        loans=dict(loans),
        deadlines_before=deadlines_before,
        deadlines=dict(deadlines_before),
        figures=await annual_figures_repository.select_figures(connection, drawn_up) if drawn_up else {},
    )


def _in_order(ids: Iterable[UUID]) -> list[UUID]:
    """The ids as PostgreSQL orders them; to compare one with another itself takes Python its time."""
    return sorted(ids, key=attrgetter("int"))


async def _load_rights(
    connection: Connection, concerns: Sequence[Concern], projects: Sequence[UUID]
) -> tuple[Set[str], Mapping[str, UUID | None]]:
    """The rights that the batch has taken for the projects that would pledge them, and all locked ones with theirs.

    Until it is decided whether they do, those that were taken are free. Nearly all are pledged by the first that asks,
    whose row is so written once.
    """
    asked: dict[str, UUID] = {}
    for concern in concerns:
        if concern.project_id is not None:
            for key in concern.right_keys:
                asked.setdefault(key, concern.project_id)
    taken = await repository.insert_new_rights(connection, dict(sorted(asked.items()))) if asked else frozenset()
    known = sorted(asked.keys() - taken)
    locked = await repository.lock_rights(connection, known, projects) if known or projects else {}
    return taken, {**locked, **{key: asked[key] for key in taken}}


async def _load_deadlines(connection: Connection, batch: Sequence[Incoming]) -> Mapping[UUID, Deadlines]:
    """What is to be announced on the days that the batch begins; the lock on its pool keeps it as it is."""
    days: dict[UUID, date] = {}
    for incoming in batch:
        if isinstance(incoming.data, BeginDay):
            pool_id = incoming.received.pool_id
            days[pool_id] = max(incoming.data.day, days.get(pool_id, incoming.data.day))
    # One more than is announced, so that it is known whether something is left.
    return await deadlines_repository.select_due(connection, days, DAY_DEADLINES_MAX + 1) if days else {}


async def _save(connection: Connection, states: Batch) -> None:
    pools = {key: pool for key in sorted(states.changed_pools) if (pool := states.pools[key].pool) is not None}
    assert len(pools) == len(states.changed_pools), "a pool can't become unfounded"
    if pools:
        await repository.update_pools(connection, pools)
    prepared = {
        key: each for key in sorted(states.changed_preparations) if (each := states.pools[key].prepared) is not None
    }
    if prepared:
        await repository.update_preparations(connection, prepared)
    if states.rules_versions:
        await repository.insert_rules_versions(connection, list(states.rules_versions.values()))
    if states.changed_projects:
        await projects_repository.upsert_projects(
            connection, {key: states.projects[key] for key in _in_order(states.changed_projects)}
        )
    changed_rights = {key: holder for key, holder in states.rights.items() if holder != states.stored_rights[key]}
    if changed_rights:
        await repository.update_rights(connection, dict(sorted(changed_rights.items())))
    if states.new_marks:
        await repository.insert_marks(connection, sorted(states.new_marks, key=itemgetter(1)))
    if states.changed_entries:
        await repository.update_entries(
            connection, {key: states.entries[key] for key in sorted(states.changed_entries)}
        )
    await _save_deadlines(connection, states)
    if states.added:
        await annual_figures_repository.add_figures(
            connection, {key: total(figures) for key, figures in states.added.items()}
        )
    if states.keys:
        await store_keys(connection, states.keys)
    if states.retirements:
        await retire_keys(connection, states.retirements)


async def _save_deadlines(connection: Connection, states: Batch) -> None:
    """The deadlines that were begun or announced, and those that have ended."""
    begun = [
        (pool_id, key, deadline)
        for pool_id, deadlines in states.deadlines.items()
        for key, deadline in deadlines.waiting.items()
        if deadline is not states.deadlines_before.get(pool_id, Deadlines()).waiting.get(key)
    ]
    if begun:
        await deadlines_repository.upsert_deadlines(connection, sorted(begun, key=lambda row: row[1].int))
    ended = {key for deadlines in states.deadlines.values() for key in deadlines.ended}
    if ended:
        await deadlines_repository.end_deadlines(connection, _in_order(ended))
    kinds = sorted((pool_id, kind) for pool_id, each in states.deadlines.items() for kind in each.ended_kinds)
    if kinds:
        # Last of all: what the batch had begun of them before has ended too.
        await deadlines_repository.end_kinds(connection, kinds)
