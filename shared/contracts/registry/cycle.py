"""What is said of a pool's cycle: the passing of its days."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.envelope import Command, Event
from shared.contracts.topics import REGISTRY_COMMANDS, REGISTRY_EVENTS
from shared.contracts.words import Day

DaysLeft = Annotated[int, Field(strict=True, description="days up to and with the last one; below zero, days since it")]


class BeginDay(Command):
    """Begin a day of the pool, in Beijing; signed by the managing institution's calendar, a system (6.9).

    The same day said again is a duplicate, as long as nothing is left to be announced on it. Days may be left out: what
    fell due on them is announced with the day that is begun.
    """

    message_type: ClassVar[str] = "registry.day.begin.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    day: Annotated[Day, Field(description="not after the day of intake in Beijing, and not before one begun already")]


class DayBegan(Event):
    """A day of the pool began; ``previous_day`` is the one begun before it, which may lie further back (20.1)."""

    message_type: ClassVar[str] = "registry.day.began.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    day: Day
    previous_day: Day | None = None
    ends_on: Annotated[Day, Field(description="the last day of the pool's term")]
    days_left: DaysLeft


COMMANDS: tuple[type[Command], ...] = (BeginDay,)

EVENTS: tuple[type[Event], ...] = (DayBegan,)
