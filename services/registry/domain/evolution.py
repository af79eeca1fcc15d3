"""How events change the state: each subject tells its functions that do it, and what of the state they change.

Which events a function takes says the annotation of its parameter ``event``: one class, or a union of several.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import UnionType
from typing import Any, TypeVar, get_args, get_type_hints

from services.registry.domain.ballot import Decidable, DecidableEntry
from services.registry.domain.loan_marks import known_loan, marked_after
from services.registry.domain.pledged_rights import holders_after
from services.registry.domain.pool import Pool, PreparedPool, Register
from services.registry.domain.project import Draft, Project
from services.registry.domain.register_entry import RegisterEntry
from services.registry.domain.state import State
from shared.contracts.envelope import Event

AnyEvent = TypeVar("AnyEvent", bound=Event)
AnyEntry = TypeVar("AnyEntry", bound=RegisterEntry)


@dataclass(frozen=True, slots=True)
class Evolution:
    """What some events change; ``of_project`` says that their records go with their project's, and not the pool's."""

    events: tuple[type[Event], ...]
    change: Callable[[State, Any], State]
    of_project: bool = False


def of_state(evolve: Callable[[State, AnyEvent], State]) -> Evolution:
    """What changes more than one thing at once."""
    return Evolution(events_of(evolve), evolve)


def of_pool(evolve: Callable[[Pool, AnyEvent], Pool]) -> Evolution:
    """What changes the founded pool."""

    def change(state: State, event: AnyEvent) -> State:
        assert state.pool is not None, "nothing happens in a pool before its founding"
        return replace(state, pool=evolve(state.pool, event))

    return Evolution(events_of(evolve), change)


def of_prepared(evolve: Callable[[PreparedPool, AnyEvent], PreparedPool]) -> Evolution:
    """What changes a pool that is only prepared."""

    def change(state: State, event: AnyEvent) -> State:
        assert state.prepared is not None, "nothing happens in a pool before it is prepared"
        return replace(state, prepared=evolve(state.prepared, event))

    return Evolution(events_of(evolve), change)


def of_register(evolve: Callable[[Register, AnyEvent], Register]) -> Evolution:
    """What changes who acts in the pool, whether it is founded or only prepared."""

    def change(state: State, event: AnyEvent) -> State:
        assert state.register is not None, "nothing happens in a pool before it is prepared or founded"
        after = evolve(state.register, event)
        if isinstance(after, Pool):
            return replace(state, pool=after)
        assert isinstance(after, PreparedPool), "a register is of a founded pool, or of a prepared one"
        return replace(state, prepared=after)

    return Evolution(events_of(evolve), change)


def of_entry(evolve: Callable[[AnyEntry | None, AnyEvent], AnyEntry]) -> Evolution:
    """What changes an entry of the register, or begins one; who acted in its case goes along where it is decided."""
    kind: type[AnyEntry] = get_type_hints(evolve)["return"]

    def change(state: State, event: AnyEvent) -> State:
        assert state.entry is None or isinstance(state.entry, kind), "the id of an entry tells its kind"
        after = evolve(state.entry, event)
        return replace(state, entry=after.with_duties_in(event) if isinstance(after, DecidableEntry) else after)

    return Evolution(events_of(evolve), change)


def of_filing(evolve: Callable[[Project | Draft | None, AnyEvent], Project | Draft]) -> Evolution:
    """What changes a project or its draft, or begins it; who acted in its case and what its rights secure go along."""

    def change(state: State, event: AnyEvent) -> State:
        assert state.pool is not None, "a project belongs to a founded pool"
        after = evolve(state.project, event)
        if isinstance(after, Project):
            after = after.with_duties_in(event)
        holders = holders_after(state.holders, after.project_id, after)
        if not isinstance(after, Project):
            return replace(state, project=after, holders=holders)
        marked = marked_after(state.marked, state.project, after)
        loans = {**state.loans, after.project_id: known_loan(after)}
        return replace(state, project=after, holders=holders, marked=marked, loans=loans)

    return Evolution(events_of(evolve), change, of_project=True)


def of_project(evolve: Callable[[Project, AnyEvent], Project]) -> Evolution:
    """What changes a project that was filed."""

    def changed(filing: Project | Draft | None, event: AnyEvent) -> Project:
        assert isinstance(filing, Project), "nothing is decided on a project before its filing"
        return evolve(filing, event)

    return replace(of_filing(changed), events=events_of(evolve))


def of_project_named(evolve: Callable[[Project, AnyEvent], Project]) -> Evolution:
    """What changes a project that was filed: the message's own, or another one that the event names."""
    of_own = of_project(evolve)

    def change(state: State, event: Any) -> State:
        other = state.at_stake.get(event.project_id)
        if other is None:
            return of_own.change(state, event)
        return replace(state, at_stake={**state.at_stake, event.project_id: evolve(other, event)})

    return replace(of_own, change=change)


def of_decidable(evolve: Callable[[Decidable, AnyEvent], Decidable]) -> Evolution:
    """What changes the project or the entry that is decided collectively."""

    def change(state: State, event: Any) -> State:
        if event.project_id is not None:
            assert isinstance(state.project, Project), "a filing that is not complete is not decided on"
            project = evolve(state.project, event).with_duties_in(event)
            assert isinstance(project, Project), "what is decided stays what it is"
            return replace(state, project=project)
        assert isinstance(state.entry, DecidableEntry), "not every kind of entry is decided collectively"
        entry = evolve(state.entry, event).with_duties_in(event)
        assert isinstance(entry, DecidableEntry), "what is decided stays what it is"
        return replace(state, entry=entry)

    return Evolution(events_of(evolve), change, of_project=True)


def events_of(evolve: Callable[..., object]) -> tuple[type[Event], ...]:
    """The events that a function takes, as its parameter ``event`` says."""
    event = get_type_hints(evolve)["event"]
    return get_args(event) if isinstance(event, UnionType) else (event,)
