"""What the subjects tell: the rows of their commands, and how their events change the state.

A subject is a package of the domain. Its ``commands.py`` has its rows, ``COMMANDS``, and in ``BALLOT_OUTCOMES`` what
follows when a collective decision on something of its own is closed; its ``state.py`` has its ``EVOLUTIONS``, and in
``DEADLINES`` what becomes due with its events. Nothing else has to name a new one.
"""

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any
from uuid import UUID

from services.registry.domain.ballot import Decidable
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.deadlines import DeadlineChange, Deadlines, Moment
from services.registry.domain.enterprise_name import Enterprise
from services.registry.domain.evolution import Evolution, events_of
from services.registry.domain.loan_marks import Mark
from services.registry.domain.register_entry import RegisterEntry
from services.registry.domain.state import State
from shared.contracts.envelope import Command, Event
from shared.contracts.received import Received
from shared.contracts.registry.ballots import BallotClosed
from shared.contracts.registry.projects import Drawdown

BallotOutcome = Callable[[CommandContext[Any], BallotClosed], tuple[Event, ...]]

_DOMAIN = import_module(__name__.rpartition(".")[0])
SUBJECTS = tuple(sorted(found.name for found in pkgutil.iter_modules(_DOMAIN.__path__) if found.ispkg))


def _modules(name: str) -> Iterator[ModuleType]:
    """The module of this name in each subject."""
    return (import_module(f"{_DOMAIN.__name__}.{subject}.{name}") for subject in SUBJECTS)


def _commands() -> dict[type[Command], CommandSpec[Any]]:
    specs: dict[type[Command], CommandSpec[Any]] = {}
    for module in _modules("commands"):
        for spec in getattr(module, "COMMANDS", ()):
            assert spec.command not in specs, f"{spec.command.message_type} has two rows"
            specs[spec.command] = spec
    return specs


def _evolutions() -> tuple[Evolution, ...]:
    return tuple(evolution for module in _modules("state") for evolution in module.EVOLUTIONS)


def _changes() -> dict[type[Event], tuple[Callable[[State, Any], State], ...]]:
    changes: dict[type[Event], tuple[Callable[[State, Any], State], ...]] = {}
    for evolution in _evolutions():
        for event in evolution.events:
            changes[event] = (*changes.get(event, ()), evolution.change)
    return changes


def _deadline_changes() -> dict[type[Event], tuple[DeadlineChange[Any], ...]]:
    changes: dict[type[Event], tuple[DeadlineChange[Any], ...]] = {}
    for module in _modules("state"):
        for change in getattr(module, "DEADLINES", ()):
            for event in events_of(change):
                changes[event] = (*changes.get(event, ()), change)
    return changes


def _ballot_outcomes() -> dict[type[Decidable], BallotOutcome]:
    outcomes: dict[type[Decidable], BallotOutcome] = {}
    for module in _modules("commands"):
        for decided, outcome in getattr(module, "BALLOT_OUTCOMES", {}).items():
            assert decided not in outcomes, f"two subjects say what follows for a {decided.__name__}"
            outcomes[decided] = outcome
    return outcomes


# The table of contents: each command with all that is to be known of its kind.
COMMANDS: dict[type[Command], CommandSpec[Any]] = _commands()
# The kinds of entries, by what their rows are found by.
ENTRIES: Mapping[str, type[RegisterEntry]] = {
    spec.begins.entry_kind: spec.begins for spec in COMMANDS.values() if spec.begins is not None
}
# What each event changes; several subjects can have part in one.
CHANGES: Mapping[type[Event], tuple[Callable[[State, Any], State], ...]] = _changes()
# What becomes due and is due no more with an event, which can be another service's.
DEADLINE_CHANGES: Mapping[type[Event], tuple[DeadlineChange[Any], ...]] = _deadline_changes()
# Events whose records go with those of their project, and not with the pool's.
PROJECT_EVENTS = frozenset(event for evolution in _evolutions() if evolution.of_project for event in evolution.events)
# What follows when a collective decision is closed, by the kind of what was decided.
BALLOT_OUTCOMES: Mapping[type[Decidable], BallotOutcome] = _ballot_outcomes()


@dataclass(frozen=True, slots=True)
class Concern:
    """What a message concerns beside its pool: a project, an entry of the register, rights that would be pledged.

    A pool or an entry that may not be there yet begins with it. ``loan_marks`` are those of the loan that would be
    filed, ``payouts`` what the project's loan would have paid out too: their marks follow from the project.
    ``affiliate`` is the enterprise that would be registered as one, whose projects it all concerns.
    """

    pool_id: UUID
    project_id: UUID | None = None
    entry_id: UUID | None = None
    right_keys: tuple[str, ...] = ()
    loan_marks: tuple[Mark, ...] = ()
    payouts: tuple[Drawdown, ...] = ()
    affiliate: Enterprise | None = None
    begins_pool: bool = False
    begins_entry: bool = False


def concern_of(received: Received[Any]) -> Concern:
    """What the message concerns, as its row says; of an event, which has none, only the pool."""
    pool_id, command, spec = received.pool_id, received.data, COMMANDS.get(type(received.data))
    if spec is None:
        return Concern(pool_id)
    return Concern(
        pool_id=pool_id,
        project_id=spec.project_id(pool_id, command),
        entry_id=spec.entry_id(pool_id, command),
        right_keys=spec.right_keys(command),
        loan_marks=spec.loan_marks(command),
        payouts=spec.further_payouts(command),
        affiliate=spec.affiliate_in(command),
        begins_pool=spec.begins_pool,
        begins_entry=spec.begins is not None,
    )


def evolve(state: State, event: Event) -> State:
    """The state after ``event``, which is one of the registry's own."""
    for change in CHANGES[type(event)]:
        state = change(state, event)
    return state


def evolve_deadlines(deadlines: Deadlines, at: Moment, event: Event) -> Deadlines:
    """The pool's deadlines after ``event``, the registry's or another service's."""
    for change in DEADLINE_CHANGES.get(type(event), ()):
        deadlines = change(deadlines, at, event)
    return deadlines
