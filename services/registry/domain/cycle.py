"""A pool's cycle: which of its days has begun."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from shared.contracts.registry.cycle import DayBegan

CycleEvent = DayBegan


class Cycle(BaseModel):
    """Where a pool stands in time. ``day`` is the latest day that was begun, None before the first one."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    day: date | None = None


def evolve(cycle: Cycle, event: CycleEvent) -> Cycle:
    """The cycle after ``event``."""
    assert event.previous_day == cycle.day, "each day follows the one begun before it"
    return cycle.model_copy(update={"day": event.day})
