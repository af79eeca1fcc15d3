"""Deciding what is said of a pool's cycle: the days that begin (6.9, 20.1), and where all else of it is decided."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import assert_never

from services.registry.domain.agenda import DAY_DUTIES_MAX, EVENT_DUTIES_MAX, Agenda, Duty
from services.registry.domain.annual_summary import AnnualSummary
from services.registry.domain.deciding_misuse import decide_on_misuse
from services.registry.domain.deciding_summaries import decide_on_summary
from services.registry.domain.deciding_term import decide_on_term, record_evaluation
from services.registry.domain.decision import DUPLICATE, Decision, accepted, first, refused
from services.registry.domain.evaluation import Evaluation
from services.registry.domain.matter import MisuseCommand, SummaryCommand
from services.registry.domain.misuse_claim import MisuseClaim
from services.registry.domain.pool import Pool
from services.registry.domain.rules.article_04_calendar import day_is_said_by_calendar
from services.registry.domain.rules.article_05_agreements import operating_period_on
from services.registry.domain.rules.article_06_duties import day_has_come, day_is_not_past, due_status
from services.registry.domain.rules.article_16_filing import beijing_day
from services.registry.domain.rules.article_20_term import days_left
from services.registry.domain.state import CycleCommand, RegistryCommand, State, TermCommand
from shared.contracts.received import Acting, Received
from shared.contracts.registry.cycle import BeginDay, DayBegan, DueDuty, DutiesAnnounced
from shared.contracts.registry.performance import RecordEvaluation


def decide_cycle(
    pool: Pool, state: State, data: CycleCommand, acting: Acting, received: Received[RegistryCommand]
) -> Decision:
    """What becomes of a message of this subject."""
    at, pool_id, matter = received.received_at, received.pool_id, state.matter
    today = beijing_day(at)
    if isinstance(data, BeginDay):  # 4.1, 6.9, 20.1
        return _begin_day(pool, state.agenda, data, acting, today)
    if isinstance(data, SummaryCommand):  # 4.1, 5.5, 6.7
        assert matter is None or isinstance(matter, AnnualSummary)
        return decide_on_summary(
            pool, matter, state.figures, data, acting, pool_id=pool_id, rules=pool.rules_at(at), today=today
        )
    if isinstance(data, MisuseCommand):  # 4.1, 19.3
        assert matter is None or isinstance(matter, MisuseClaim)
        return decide_on_misuse(pool, matter, data, acting, pool_id, today)
    assert matter is None or isinstance(matter, Evaluation)
    if isinstance(data, RecordEvaluation):  # 4.1, 5.7
        return record_evaluation(pool, matter, data, acting, pool_id, today)
    if isinstance(data, TermCommand):  # 4.1, 5.1, 5.3, 5.7, 19.3, 21.1, 22.1
        return decide_on_term(pool, matter, data, acting, today)
    assert_never(data)


def _begin_day(pool: Pool, agenda: Agenda, data: BeginDay, acting: Acting, today: date) -> Decision:
    """Begin the day, with the days left of the term, and announce what falls due or is overdue.

    The same day again announces what was left over, if anything was.
    """
    if not_allowed := day_is_said_by_calendar(pool, acting):
        return refused(not_allowed)
    announced = tuple(_announced(data.day, agenda.due(data.day)))
    if pool.cycle.day == data.day:
        return accepted(*announced) if announced else DUPLICATE
    if wrong := first(day_has_come(data.day, today), day_is_not_past(pool.cycle.day, data.day)):
        return refused(wrong)
    running = operating_period_on(pool.cycle.operating_periods, data.day)
    return accepted(
        DayBegan(
            day=data.day,
            previous_day=pool.cycle.day,
            ends_on=pool.ends_on,
            days_left=days_left(pool.ends_on, data.day),
            operating_until=running.operating_until if running else None,
        ),
        *announced,
    )


def _announced(day: date, due: Sequence[Duty]) -> Iterator[DutiesAnnounced]:
    """What is due, in events of a bounded size; the last one says whether something is left for another time."""
    taken = due[:DAY_DUTIES_MAX]
    for start in range(0, len(taken), EVENT_DUTIES_MAX):
        duties = tuple(_as_said(duty, day) for duty in taken[start : start + EVENT_DUTIES_MAX])
        is_last = start + EVENT_DUTIES_MAX >= len(taken)
        yield DutiesAnnounced(day=day, duties=duties, more_left=is_last and len(due) > len(taken))


def _as_said(duty: Duty, day: date) -> DueDuty:
    return DueDuty(
        kind=duty.kind,
        subject_id=duty.subject_id,
        reference=duty.reference,
        holder=duty.holder,
        due_on=duty.due_on,
        days_left=days_left(duty.due_on, day),
        status=due_status(duty.due_on, day),
    )
