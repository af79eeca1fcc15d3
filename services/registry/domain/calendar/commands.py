"""Deciding that a day begins (6.9, 20.1): what is left of the term, and what falls due or is overdue."""

from collections.abc import Iterator, Sequence
from datetime import date

from services.registry.domain.article_06_duties import due_status, refuse_if_day_is_past, refuse_unless_day_has_come
from services.registry.domain.article_20_term import days_left
from services.registry.domain.calendar.article_05_operating_period import operating_period_on
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.deadlines import DAY_DEADLINES_MAX, EVENT_DEADLINES_MAX, Deadline
from shared.contracts.registry.cycle import AnnouncedDeadline, BeginDay, DayBegan, DutiesAnnounced
from shared.contracts.registry.words import Role, SystemUse
from shared.decisions.article_04_authorisation import refuse_unless_system_key_is_for
from shared.decisions.checks import first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused


def begin_day(ctx: CommandContext[BeginDay]) -> Decision:
    """Begin the day, with the days left of the term, and announce what falls due or is overdue.

    The same day again announces what was left over, if anything was.
    """
    pool, command = ctx.pool, ctx.command
    if fault := refuse_unless_system_key_is_for(ctx.pool, ctx.acting, SystemUse.CALENDAR):
        return refused(fault)
    announced = tuple(_announced(command.day, ctx.state.deadlines.due(command.day)))
    if pool.cycle.day == command.day:
        return accepted(*announced) if announced else DUPLICATE
    if wrong := first_fault(
        refuse_unless_day_has_come(command.day, ctx.today), refuse_if_day_is_past(pool.cycle.day, command.day)
    ):
        return refused(wrong)
    running = operating_period_on(pool.cycle.operating_periods, command.day)
    return accepted(
        DayBegan(
            day=command.day,
            previous_day=pool.cycle.day,
            ends_on=pool.ends_on,
            days_left=days_left(pool.ends_on, command.day),
            operating_until=running.operating_until if running else None,
        ),
        *announced,
    )


def _announced(day: date, due: Sequence[Deadline]) -> Iterator[DutiesAnnounced]:
    """What is due, in events of a bounded size; the last one says whether something is left for another time."""
    taken = due[:DAY_DEADLINES_MAX]
    for start in range(0, len(taken), EVENT_DEADLINES_MAX):
        duties = tuple(_as_said(duty, day) for duty in taken[start : start + EVENT_DEADLINES_MAX])
        is_last = start + EVENT_DEADLINES_MAX >= len(taken)
        yield DutiesAnnounced(day=day, duties=duties, more_left=is_last and len(due) > len(taken))


def _as_said(duty: Deadline, day: date) -> AnnouncedDeadline:
    return AnnouncedDeadline(
        kind=duty.kind,
        subject_id=duty.subject_id,
        reference=duty.reference,
        holder=duty.holder,
        due_on=duty.due_on,
        days_left=days_left(duty.due_on, day),
        status=due_status(duty.due_on, day),
    )


# Which day it is, only a system of the managing institution says.
COMMANDS = (CommandSpec(BeginDay, begin_day, "6.9", {Role.MANAGING: None}),)
