"""A pool whose days go by: the calendar says them, and officers oversee it and report."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from services.registry.domain.decide import Decision, decide
from services.registry.domain.state import RegistryCommand
from shared.contracts.ids import key_id
from shared.contracts.receipts import Outcome
from shared.contracts.received import Acting
from shared.contracts.registry.cycle import BeginDay
from shared.contracts.registry.words import Duty, SystemUse
from tests.unit.registry.registry_examples import (
    COOPERATING,
    KNOWN,
    MANAGING,
    NOON,
    STAFFED,
    Given,
    codes,
    officer,
    public_key,
    received,
)

OVERSEER, REPORTER = "overseer", "reporter"


def days(day: date) -> BeginDay:
    return BeginDay(day=day)


def noon_of(day: date) -> datetime:
    """Noon in Beijing."""
    return datetime.combine(day, time(4, 0), UTC)


@dataclass(frozen=True)
class Running:
    """Given a pool and what has happened in it, when the calendar or an officer says something, then: see each test."""

    given: Given

    @property
    def pool(self) -> Any:
        return self.given.pool

    def when(
        self,
        data: RegistryCommand,
        where: str,
        use: SystemUse | None = None,
        *,
        officer: str | None = None,
        at: datetime = NOON,
    ) -> Decision:
        acting = Acting(where, officer, use, key_id(public_key(f"{where}/{officer or use}")))
        message = replace(received(data, where, officer, at), acting=acting)
        return decide(self.given.state, message, KNOWN)

    def begin(self, day: date) -> Decision:
        """Begin a day, at its noon."""
        return self.when(days(day), MANAGING, SystemUse.CALENDAR, at=noon_of(day))

    def after(self, decision: Decision) -> "Running":
        assert decision.outcome is Outcome.ACCEPTED, codes(decision)
        return Running(self.given.having(decision.events))


RUNNING = Running(
    STAFFED.after(officer(OVERSEER, Duty.OVERSIGHT), MANAGING).after(officer(REPORTER, Duty.REPORTING), COOPERATING)
)


def begun(*begun_days: date) -> Running:
    """The pool after these days have begun."""
    running = RUNNING
    for day in begun_days:
        running = running.after(running.begin(day))
    return running


DAY = timedelta(days=1)
