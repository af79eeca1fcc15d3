"""When everything in a scenario happens. Time runs forward: no step is before the one above it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from scenarios.player.given import Given
from scenarios.player.model import Scenario
from scenarios.player.words import beijing_time
from shared.decisions.days import BEIJING

Place = tuple[str | int, ...]

FOUNDED_AT = time(9, 0)
CONTRIBUTED_AFTER = timedelta(hours=3)
FILED_AFTER = timedelta(days=14)
FILED_AT = time(10, 0)
APPROVED_AFTER = timedelta(days=4)
FIRST_STEP_AFTER = timedelta(days=30)
STEP_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Timetable:
    """When what is given happens."""

    founded: datetime
    contributed: datetime
    filed: datetime
    approved: datetime

    def end(self, given: Given) -> datetime:
        """When the last of what is given has happened."""
        if given.pool == "none":
            return self.founded
        return {"none": self.contributed, "filed": self.filed, "approved": self.approved}[given.project]


def timetable(given: Given) -> Timetable:
    """The times that are given, and for those left open the usual distances."""
    founded = datetime.combine(given.founded, FOUNDED_AT, BEIJING)
    filed = given.filed or datetime.combine(given.loan.disbursed + FILED_AFTER, FILED_AT, BEIJING)
    return Timetable(founded, founded + CONTRIBUTED_AFTER, filed, given.approved or filed + APPROVED_AFTER)


def step_times(scenario: Scenario) -> list[datetime]:
    """The time of each step; one that only expects something is at the time of the step above it."""
    now = timetable(scenario.given).end(scenario.given)
    times: list[datetime] = []
    is_first = True
    for step in scenario.steps:
        if step.says is not None or step.repeats is not None:
            now = step.at or now + (step.after or (FIRST_STEP_AFTER if is_first else STEP_AFTER))
            is_first = False
        times.append(now)
    return times


def faults_of_times(scenario: Scenario) -> list[tuple[Place, str]]:
    """Where time would run back."""
    faults: list[tuple[Place, str]] = []
    times = timetable(scenario.given)
    if scenario.given.project != "none" and times.filed < times.contributed:
        faults.append((("given", "filed"), f"the filing comes after the founding, {beijing_time(times.founded)}"))
    if scenario.given.project == "approved" and times.approved < times.filed:
        faults.append((("given", "approved"), f"the approval comes after the filing, {beijing_time(times.filed)}"))
    before, what = times.end(scenario.given), "the end of what is given"
    for number, now in enumerate(step_times(scenario)):
        if now < before:
            faults.append(
                (("steps", number, "at"), f"time runs forward: this is before {what}, {beijing_time(before)}")
            )
        before, what = now, "the step above"
    return faults
