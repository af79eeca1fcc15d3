"""What is said beside the story as the pool's days go by."""

from datetime import date

from shared.contracts.registry.cycle import BeginDay, DayBegan, DueDuty, DueKind, DueStatus, DutiesAnnounced
from simulator.golden.founding import beijing, project_of
from simulator.golden.story import MANAGING, POOL, Story


def add_cycle(story: Story) -> None:
    """The calendar begins a day."""
    story.says(MANAGING, None, "day-2026-04-03", beijing(2026, 4, 3, 0, 0), BeginDay(day=date(2026, 4, 3)))
    story.publishes(
        "registry",
        POOL,
        DayBegan(day=date(2026, 4, 3), previous_day=date(2026, 4, 2), ends_on=date(2030, 1, 20), days_left=1_388),
    )
    story.publishes(
        "registry",
        POOL,
        DutiesAnnounced(
            day=date(2026, 4, 3),
            duties=(
                DueDuty(
                    kind=DueKind.FILING_DECISION,
                    subject_id=project_of("LC-2026-0008"),
                    reference="filing",
                    holder=MANAGING,
                    due_on=date(2026, 4, 13),
                    days_left=10,
                    status=DueStatus.AHEAD,
                ),
            ),
        ),
    )
