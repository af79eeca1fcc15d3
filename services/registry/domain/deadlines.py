"""The deadlines of a pool: what has to be done by whom until when, and when each is announced next.

They follow from the events alone: each subject tells in its ``state.py`` which of them begin and end with its events.
Only as much is in memory as a batch needs: what is announced, begun and ended.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID, uuid5

from services.registry.domain.article_06_duties import (
    WITHOUT_REMINDER,
    announced_next,
    no_longer_owed,
    steps_of,
    summary_is_due_on,
    summary_is_owed,
)
from services.registry.domain.pool import Pool
from shared.contracts.envelope import Event
from shared.contracts.registry.cycle import DueKind
from shared.contracts.registry.rules import Rules

# What a deadline is about where its subject has nothing to number.
FILING, CORRECTION, DRAWDOWN, TERM = "filing", "correction", "drawdown", "term"
EVENT_DEADLINES_MAX = 100
# What is left is taken when the day is said again.
DAY_DEADLINES_MAX = 1_000

# Kind, subject, reference and holder: by these a deadline is found again.
DeadlineKey = tuple[DueKind, UUID, str, str]


@dataclass(frozen=True, slots=True)
class Deadline:
    """What ``holder`` has to do by ``due_on``; ``steps_days`` are the days before it on which it is announced.

    A step of 0 is the day itself, -1 the day after it. Without ``announce_on`` nothing is left to be announced.
    """

    kind: DueKind
    subject_id: UUID
    reference: str
    holder: str
    due_on: date
    steps_days: tuple[int, ...]
    announce_on: date | None

    @property
    def key(self) -> DeadlineKey:
        """By what it is found again, whenever it is due."""
        return self.kind, self.subject_id, self.reference, self.holder

    def announced(self, day: date) -> "Deadline":
        """The deadline after it was announced on ``day``."""
        return replace(self, announce_on=announced_next(self.due_on, self.steps_days, day))


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The deadlines in memory by their ids. ``ended`` are those that have ended, in memory or not.

    Of the ``ended_kinds`` all have ended, and none begins again.
    """

    waiting: Mapping[UUID, Deadline] = field(default_factory=dict)
    ended: frozenset[UUID] = frozenset()
    ended_kinds: frozenset[DueKind] = frozenset()

    def due(self, day: date) -> list[Deadline]:
        """What is to be announced on ``day``, the longest waiting first."""
        found = [(each.announce_on, key) for key, each in self.waiting.items() if each.announce_on is not None]
        return [self.waiting[key] for announce_on, key in sorted(found) if announce_on <= day]

    def with_begun(self, pool_id: UUID, deadlines: Iterable[Deadline]) -> "Deadlines":
        """The same with these, in the place of those with the same ids."""
        begun = {deadline_id(pool_id, each.key): each for each in deadlines}
        assert not any(each.kind in self.ended_kinds for each in begun.values()), "what has ended for good stays so"
        # A batch begins and ends some hundreds: each is looked for among them, and not they in what is looked for.
        ended = self.ended if self.ended.isdisjoint(begun) else self.ended - begun.keys()
        return replace(self, waiting={**self.waiting, **begun}, ended=ended)

    def without(self, pool_id: UUID, keys: Iterable[DeadlineKey]) -> "Deadlines":
        """The same after these have ended."""
        ended = frozenset(deadline_id(pool_id, key) for key in keys)
        if self.waiting.keys().isdisjoint(ended):
            return replace(self, ended=self.ended | ended)
        left = {key: each for key, each in self.waiting.items() if key not in ended}
        return replace(self, waiting=left, ended=self.ended | ended)

    def without_kinds(self, kinds: frozenset[DueKind]) -> "Deadlines":
        """The same after all deadlines of these kinds have ended, whoever has them and whatever they are about."""
        left = {key: each for key, each in self.waiting.items() if each.kind not in kinds}
        return replace(self, waiting=left, ended_kinds=self.ended_kinds | kinds)


@dataclass(frozen=True, slots=True)
class Moment:
    """When an event changes the deadlines: its pool after it, the rules in force, and the day in Beijing."""

    pool_id: UUID
    pool: Pool
    rules: Rules
    today: date

    def begun(self, key: DeadlineKey, due_on: date, days_before: Iterable[int] = WITHOUT_REMINDER) -> Deadline:
        """A deadline that begins: announced at its first step after today; the next day, if all of them have passed."""
        steps_days = steps_of(days_before)
        announce_on = announced_next(due_on, steps_days, self.today) or self.today + timedelta(days=1)
        return Deadline(*key, due_on, steps_days, announce_on)


AnyEvent = TypeVar("AnyEvent", bound=Event)
# What becomes of the deadlines with an event; which events it is for says the annotation of the last parameter.
DeadlineChange = Callable[[Deadlines, Moment, AnyEvent], Deadlines]


def deadline_id(pool_id: UUID, key: DeadlineKey) -> UUID:
    """The id of a deadline: the same for the same thing to do, whenever it is due."""
    kind, subject_id, reference, holder = key
    return uuid5(pool_id, f"duty/{kind.value}/{subject_id}/{reference}/{holder}")


def with_evaluation(deadlines: Deadlines, at: Moment) -> Deadlines:
    """The evaluation before the term's end, with the decision to continue or to stop (21.1)."""
    key = (DueKind.EVALUATION, at.pool_id, TERM, at.pool.managing_institution)
    return deadlines.with_begun(at.pool_id, [at.begun(key, at.pool.ends_on, at.rules.reminder_days)])


def with_summaries(deadlines: Deadlines, at: Moment, years: Iterable[int]) -> Deadlines:
    """The summary of each of these years that is owed, until the day of the rules."""
    month, day = at.rules.annual_summary_due_month, at.rules.annual_summary_due_day
    return deadlines.with_begun(
        at.pool_id,
        (
            at.begun(summary_key(at, year), summary_is_due_on(year, month, day))
            for year in years
            if summary_is_owed(at.pool, year)
        ),
    )


def summary_key(at: Moment, year: int) -> DeadlineKey:
    """The summary of this year, which the cooperating institution submits."""
    return DueKind.ANNUAL_SUMMARY, at.pool_id, str(year), at.pool.cooperating_institution


def after_the_last_filing(deadlines: Deadlines, at: Moment) -> Deadlines:
    """The pool has stopped, or its cooperation has ended: what only a pool that goes on asks for is owed no more."""
    deadlines = deadlines.without_kinds(no_longer_owed(at.pool))
    year = at.today.year
    return deadlines if summary_is_owed(at.pool, year) else deadlines.without(at.pool_id, [summary_key(at, year)])
