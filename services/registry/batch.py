"""A batch in memory: what it needs is there, each message is decided after the other, and what has changed is marked.

The transaction loads it and saves it; the simulator keeps one for good.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from services.registry.domain.annual_figures import counted, total
from services.registry.domain.article_09_affiliates import projects_at_stake
from services.registry.domain.deadlines import Deadlines, Moment
from services.registry.domain.decide import Decision, decide
from services.registry.domain.enterprise_name import Enterprise
from services.registry.domain.loan_marks import KnownLoan, Mark, marks_of_payouts
from services.registry.domain.pledged_rights import held_by
from services.registry.domain.pool import Pool, PreparedPool
from services.registry.domain.project import Draft, Project
from services.registry.domain.reference_data import ReferenceData
from services.registry.domain.register_entry import RegisterEntry
from services.registry.domain.state import State
from services.registry.domain.subjects import (
    DEADLINE_CHANGES,
    PROJECT_EVENTS,
    Concern,
    evolve,
    evolve_deadlines,
)
from shared.contracts.claims import CompensationPaid, CompensationReimbursed, NoticeAccepted
from shared.contracts.envelope import Command, Event
from shared.contracts.received import Received
from shared.contracts.registry.people import KeyRegistered, KeyRetired, KeyRevoked
from shared.contracts.registry.performance import AnnualFigures, DrawUpAnnualSummary
from shared.contracts.registry.pools import PoolFounded
from shared.contracts.registry.projects import FilingData
from shared.contracts.registry.rules import Rules
from shared.contracts.registry.rules_versions import RulesAdopted
from shared.contracts.treasury import AccountsTakenOver, ContributionReceived
from shared.decisions.days import beijing_day
from shared.decisions.duties_exercised import ClaimsDutyEvent
from shared.messaging.keyring import KeyRetirement, SigningKey
from shared.messaging.message import Answer, Decided, Incoming, Outgoing

# What the registry observes of the other services' events: for deadlines and figures, who acted in a case, and when
# another bank has the accounts.
OBSERVED = (
    ContributionReceived
    | AccountsTakenOver
    | NoticeAccepted
    | CompensationPaid
    | CompensationReimbursed
    | ClaimsDutyEvent
)


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A pool's row: the founded pool, or what was prepared, or neither."""

    pool: Pool | None
    prepared: PreparedPool | None


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project's row; ``trace_parent`` is the trace context of the latest stage of its case."""

    pool_id: UUID
    project: Project | Draft
    trace_parent: str | None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """The row of an entry of the register."""

    pool_id: UUID
    entry: RegisterEntry | None


@dataclass(frozen=True, slots=True)
class RulesVersionRow:
    """A version of a pool's rules, and the one it follows; a founding's follows none and was proposed by nobody."""

    pool_id: UUID
    rules: Rules
    share_rate_max_bp: int
    follows: Rules | None = None
    proposal_sha256: str | None = None
    adopted_at: datetime | None = None


@dataclass(slots=True)
class Batch:
    """The batch's states as they evolve, and what has to be saved at its end."""

    pools: dict[UUID, PoolRow]
    projects: dict[UUID, ProjectRow]
    entries: dict[UUID, EntryRow]
    # Which project each right secures, None where it is free; and which the table has, whatever was decided since.
    rights: dict[str, UUID | None]
    stored_rights: Mapping[str, UUID | None]
    # Which projects of each pool have a mark of the loans that are filed, and what is to be known of each of them.
    marked: dict[UUID, dict[Mark, frozenset[UUID]]]
    loans: dict[UUID, KnownLoan]
    # The deadlines of each pool as they were when the batch began, and as they are now.
    deadlines_before: Mapping[UUID, Deadlines]
    deadlines: dict[UUID, Deadlines]
    # The figures of each pool and year, where a summary is drawn up; and what the batch adds to any of them.
    figures: Mapping[UUID, Mapping[int, AnnualFigures]]
    added: dict[tuple[UUID, int], list[AnnualFigures]] = field(default_factory=dict)
    changed_pools: set[UUID] = field(default_factory=set)
    changed_preparations: set[UUID] = field(default_factory=set)
    changed_projects: set[UUID] = field(default_factory=set)
    changed_entries: set[UUID] = field(default_factory=set)
    rules_versions: dict[tuple[UUID, int], RulesVersionRow] = field(default_factory=dict)
    # By pool and project; one that the table has already can be among them.
    new_marks: list[tuple[UUID, Mark, UUID]] = field(default_factory=list)
    keys: list[SigningKey] = field(default_factory=list)
    retirements: list[KeyRetirement] = field(default_factory=list)


def empty_batch() -> Batch:
    """A batch in which nothing is known of any pool."""
    return Batch(
        pools={},
        projects={},
        entries={},
        rights={},
        stored_rights={},
        marked={},
        loans={},
        deadlines_before={},
        deadlines={},
        figures={},
    )


def settled(batch: Batch) -> Batch:
    """The same states with nothing left to be saved, for whoever keeps all of them: all deadlines, all figures."""
    figures = {pool_id: dict(years) for pool_id, years in batch.figures.items()}
    for (pool_id, year), added in batch.added.items():
        years = figures.setdefault(pool_id, {})
        years[year] = total([*([years[year]] if year in years else []), *added])
    # What has ended is no deadline any more, as in the table.
    deadlines = {pool_id: Deadlines(from_database.waiting) for pool_id, from_database in batch.deadlines.items()}
    return Batch(
        pools=batch.pools,
        projects=batch.projects,
        entries=batch.entries,
        rights=batch.rights,
        stored_rights={},
        marked=batch.marked,
        loans=batch.loans,
        deadlines_before=deadlines,
        deadlines=dict(deadlines),
        figures=figures,
    )


def process(batch: Batch, incoming: Incoming, concern: Concern, reference_data: ReferenceData) -> Decided:
    """What becomes of one message, which concerns this; the batch's states evolve with it."""
    if isinstance(incoming.data, Command):
        return _decide(batch, incoming, concern, reference_data)
    return _hear(batch, incoming)


def marks_asked(
    batch: Sequence[Incoming], concerns: Sequence[Concern], projects: Mapping[UUID, ProjectRow]
) -> Mapping[UUID, set[Mark]]:
    """The marks that the batch's messages ask for, by pool; those projects are there of which some are told.

    The marks of a further payout follow from its project, which can be filed or corrected in the batch itself.
    """
    asked: dict[UUID, set[Mark]] = {}
    for concern in concerns:
        if concern.loan_marks:
            asked.setdefault(concern.pool_id, set()).update(concern.loan_marks)
    further = [concern for concern in concerns if concern.payouts and concern.project_id is not None]
    if not further:
        return asked
    parties: dict[UUID | None, set[tuple[str, str]]] = {concern.project_id: set() for concern in further}
    for project_id, row in projects.items():
        if project_id in parties and isinstance(row.project, Project):
            versions = (row.project, row.project.correction or row.project)
            parties[project_id].update((version.loan.lender, version.borrower.uscc) for version in versions)
    for incoming, concern in zip(batch, concerns, strict=True):
        if concern.project_id in parties and isinstance(incoming.data, FilingData):
            parties[concern.project_id].add((incoming.data.loan.lender, incoming.data.borrower.uscc))
    for concern in further:
        for lender, borrower_uscc in parties[concern.project_id]:
            marks = marks_of_payouts(lender, borrower_uscc, concern.payouts)
            asked.setdefault(concern.pool_id, set()).update(marks)
    return asked


def _decide(states: Batch, incoming: Incoming, concern: Concern, reference_data: ReferenceData) -> Decided:
    """Decide one message and let the batch's states evolve."""
    received: Received[Any] = incoming.received
    pool_id, project_id = received.pool_id, concern.project_id
    project = _of_pool(states.projects.get(project_id) if project_id else None, pool_id)
    before = _state(states, received, concern, project.project if project else None)
    decision: Decision = decide(before, received, reference_data)
    after = before
    for event in decision.events:
        after = evolve(after, event)
        # A pool that is only prepared has no term and no duties yet.
        if after.pool is not None:
            _note(states, pool_id, after.pool, event, received.received_at)
            _count(states, pool_id, event, received.happened_at)
    _keep(states, pool_id, before, after, incoming.traceparent)
    for row in _rules_versions(pool_id, before.pool, decision.events):
        states.rules_versions[pool_id, row.rules.version] = row
    states.keys.extend(_signing_keys(pool_id, decision.events))
    states.retirements.extend(_retirements(pool_id, decision.events))
    return Decided(
        incoming=incoming,
        events=tuple(Outgoing(event, pool_id, _subject(pool_id, event)) for event in decision.events),
        answer=Answer(decision.outcome, decision.refusals, project_id),
        project_id=project_id,
        stage_before=project.trace_parent if project else None,
    )


def _state(states: Batch, received: Received[Any], concern: Concern, filing: Project | Draft | None) -> State:
    """What the message is decided on."""
    pool_id = received.pool_id
    pool = states.pools.get(pool_id, PoolRow(None, None))
    entry = _of_pool(states.entries.get(concern.entry_id) if concern.entry_id else None, pool_id)
    rights = {*concern.right_keys, *held_by(filing)}
    marks: Iterable[Mark] = concern.loan_marks
    if concern.payouts and isinstance(filing, Project):
        marks = marks_of_payouts(filing.loan.lender, filing.borrower.uscc, concern.payouts)
    of_pool = states.marked.get(pool_id, {})
    marked = {mark: found for mark in marks if (found := of_pool.get(mark))}
    return State(
        pool=pool.pool,
        project=filing,
        entry=entry.entry if entry else None,
        holders={key: holder for key in rights if (holder := states.rights.get(key)) is not None},
        marked=marked,
        loans={project_id: states.loans[project_id] for found in marked.values() for project_id in found},
        at_stake={} if concern.affiliate is None else _at_stake(states, pool_id, concern.affiliate),
        prepared=pool.prepared,
        deadlines=states.deadlines.get(pool_id, Deadlines()),
        figures=_figures(states, pool_id) if isinstance(received.data, DrawUpAnnualSummary) else {},
    )


def _at_stake(states: Batch, pool_id: UUID, affiliate: Enterprise) -> Mapping[UUID, Project]:
    """The projects of an enterprise, also those that were filed in this very batch."""
    filings = (row.project for row in states.projects.values() if row.pool_id == pool_id)
    return {project.project_id: project for project in projects_at_stake(affiliate, filings)}


def _keep(states: Batch, pool_id: UUID, before: State, after: State, trace_parent: str | None) -> None:
    """The batch's states after a message, and which of them have changed."""
    if after.pool is not before.pool:
        states.changed_pools.add(pool_id)
    if after.prepared is not None and after.prepared is not before.prepared:
        states.changed_preparations.add(pool_id)
    states.pools[pool_id] = PoolRow(after.pool, after.prepared)
    if after.project is not before.project:
        assert after.project is not None, "a project that was filed can't become unfiled"
        states.projects[after.project.project_id] = ProjectRow(pool_id, after.project, trace_parent)
        states.changed_projects.add(after.project.project_id)
        for key in before.holders.keys() | after.holders.keys():
            states.rights[key] = after.holders.get(key)
        _keep_marks(states, pool_id, before, after)
    for project_id, project in after.at_stake.items():
        if project is not before.at_stake[project_id]:
            states.projects[project_id] = replace(states.projects[project_id], project=project)
            states.changed_projects.add(project_id)
    if after.entry is not before.entry:
        assert after.entry is not None, "an entry that has begun can't become nothing"
        states.entries[after.entry.entry_id] = EntryRow(pool_id, after.entry)
        states.changed_entries.add(after.entry.entry_id)


def _keep_marks(states: Batch, pool_id: UUID, before: State, after: State) -> None:
    """What the project's loan is known by from now on; a mark that was not asked for is known of this project only."""
    assert after.project is not None, "marks are a project's"
    project_id = after.project.project_id
    if project_id in after.loans:
        states.loans[project_id] = after.loans[project_id]
    if after.marked is before.marked:
        return
    of_pool = states.marked.setdefault(pool_id, {})
    for mark, found in after.marked.items():
        known = before.marked.get(mark)
        if found is not known:
            of_pool[mark] = of_pool[mark] | found if mark in of_pool else found
            if known is None or project_id not in known:
                states.new_marks.append((pool_id, mark, project_id))


def _hear(states: Batch, incoming: Incoming) -> Decided:
    """Take note of what another service says; what the registry does not listen to changes nothing."""
    pool_id = incoming.received.pool_id
    row = states.pools.get(pool_id)
    if row is not None and row.pool is not None and isinstance(incoming.data, OBSERVED):
        _note(states, pool_id, row.pool, incoming.data, incoming.received_at)
        _count(states, pool_id, incoming.data, incoming.received.happened_at)
        if isinstance(incoming.data, ClaimsDutyEvent):
            _note_duties(states, pool_id, incoming.data)
        if isinstance(incoming.data, AccountsTakenOver):
            # The bank that was replaced supervises nothing any more (6.3).
            states.pools[pool_id] = replace(row, pool=row.pool.with_accounts_taken_over())
            states.changed_pools.add(pool_id)
    return Decided(incoming)


def _note_duties(states: Batch, pool_id: UUID, event: ClaimsDutyEvent) -> None:
    """Who acted in a project's case in claims has acted in it here too (4.1); its stage and trace stay as they are."""
    row = _of_pool(states.projects.get(event.project_id), pool_id)
    if row is None or not isinstance(row.project, Project):
        return
    project = row.project.with_duties_in(event)
    if project is not row.project:
        states.projects[event.project_id] = replace(row, project=project)
        states.changed_projects.add(event.project_id)


def _note(states: Batch, pool_id: UUID, pool: Pool, event: Event, at: datetime) -> None:
    """What becomes due in the pool with an event, and what is due no more."""
    if type(event) in DEADLINE_CHANGES:
        moment = Moment(pool_id, pool, pool.rules_at(at), beijing_day(at))
        before = states.deadlines.get(pool_id, Deadlines())
        states.deadlines[pool_id] = evolve_deadlines(before, moment, event)


def _count(states: Batch, pool_id: UUID, event: Event, happened_at: datetime) -> None:
    """What an event adds to the figures of its year, which is that of its own time in Beijing, whenever it is read."""
    if figures := counted(event):
        states.added.setdefault((pool_id, beijing_day(happened_at).year), []).append(figures)


def _figures(states: Batch, pool_id: UUID) -> Mapping[int, AnnualFigures]:
    """The pool's figures by year, with what the batch has added so far."""
    found = {year: [figures] for year, figures in states.figures.get(pool_id, {}).items()}
    for (pool, year), added in states.added.items():
        if pool == pool_id:
            found[year] = [*found.get(year, ()), *added]
    return {year: total(figures) for year, figures in found.items()}


Row = TypeVar("Row", ProjectRow, EntryRow)


def _of_pool(row: Row | None, pool_id: UUID) -> Row | None:
    """The row, if it is this pool's: what is another pool's does not exist in this one (3.1)."""
    return row if row is not None and row.pool_id == pool_id else None


def _subject(pool_id: UUID, event: Any) -> str:
    """The key of the event's record: its project, or its pool."""
    if type(event) in PROJECT_EVENTS and event.project_id is not None:
        return str(event.project_id)
    return str(pool_id)


def _rules_versions(pool_id: UUID, before: Pool | None, events: Iterable[Event]) -> Iterable[RulesVersionRow]:
    """The versions of the rules that the events tell of, with the one that each follows."""
    for event in events:
        if isinstance(event, PoolFounded):
            yield RulesVersionRow(pool_id, event.rules, event.share_rate_max_bp)
        elif isinstance(event, RulesAdopted):
            assert before is not None, "rules are adopted in a founded pool"
            yield RulesVersionRow(
                pool_id,
                event.rules,
                event.share_rate_max_bp,
                follows=before.latest_rules,
                proposal_sha256=event.proposal_sha256,
                adopted_at=event.adopted_at,
            )


def _signing_keys(pool_id: UUID, events: Iterable[Event]) -> Iterable[SigningKey]:
    """The registered keys as our own copy has them."""
    for event in events:
        if isinstance(event, KeyRegistered):
            yield SigningKey.of(pool_id, event)


def _retirements(pool_id: UUID, events: Iterable[Event]) -> Iterable[KeyRetirement]:
    """The keys that have ended as our own copy has to know them."""
    for event in events:
        if isinstance(event, KeyRetired | KeyRevoked):
            yield KeyRetirement(pool_id, event.key_id, event.valid_until)
