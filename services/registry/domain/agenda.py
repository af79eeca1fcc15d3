"""The agenda of a pool: which duties are open, and when each is announced next.

It follows from the events alone. Only as much of it is in memory as a batch needs: what is announced, begun and ended.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import assert_never
from uuid import UUID, uuid5

from services.registry.domain.article_06_duties import (
    WITHOUT_REMINDER,
    announced_next,
    decision_is_due_on,
    no_longer_owed,
    steps_of,
    summary_is_due_on,
    summary_is_owed,
    supplement_is_due_on,
)
from services.registry.domain.pool import Pool
from shared.contracts.envelope import Event
from shared.contracts.registry.corrections import (
    CorrectionApproved,
    CorrectionRejected,
    CorrectionReturned,
    ProjectCorrected,
)
from shared.contracts.registry.cycle import DayBegan, DueKind, DutiesAnnounced
from shared.contracts.registry.performance import (
    AnnualSummaryAccepted,
    AnnualSummaryReturned,
    AnnualSummarySubmitted,
    CooperationEnded,
    OperatingPeriodFixed,
    PoolContinued,
    PoolStopped,
)
from shared.contracts.registry.pools import PoolFounded
from shared.contracts.registry.project_life import DrawdownAdmitted, DrawdownFiled, DrawdownRefused, ProjectEnded
from shared.contracts.registry.projects import (
    FilingFoundIncomplete,
    ProjectApproved,
    ProjectFiled,
    ProjectRejected,
    ProjectReturned,
)
from shared.contracts.registry.supervision import CompletionReported, SupervisoryActKind, SupervisoryActRecorded
from shared.contracts.registry.words import Rules
from shared.contracts.treasury import Account, ContributionReceived

# What a duty is about where its subject has nothing to number.
FILING, CORRECTION, DRAWDOWN, TERM = "filing", "correction", "drawdown", "term"
EVENT_DUTIES_MAX = 100
# What is left is taken when the day is said again.
DAY_DUTIES_MAX = 1_000


FilingStep = (
    FilingFoundIncomplete
    | ProjectFiled
    | ProjectReturned
    | ProjectApproved
    | ProjectRejected
    | ProjectCorrected
    | CorrectionReturned
    | CorrectionApproved
    | CorrectionRejected
    | ProjectEnded
)
DrawdownStep = DrawdownFiled | DrawdownAdmitted | DrawdownRefused


@dataclass(frozen=True, slots=True)
class AgendaItem:
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

    def duty_id(self, pool_id: UUID) -> UUID:
        """The id by which it is found again."""
        return duty_id(pool_id, self.kind, self.subject_id, self.reference, self.holder)

    def announced(self, day: date) -> "AgendaItem":
        """The duty after it was announced on ``day``."""
        return replace(self, announce_on=announced_next(self.due_on, self.steps_days, day))


@dataclass(frozen=True, slots=True)
class Agenda:
    """The duties in memory by their ids. ``ended`` are those that have ended, in memory or not.

    Of the ``ended_kinds`` all have ended, and none begins again.
    """

    duties: Mapping[UUID, AgendaItem] = field(default_factory=dict)
    ended: frozenset[UUID] = frozenset()
    ended_kinds: frozenset[DueKind] = frozenset()

    def due(self, day: date) -> list[AgendaItem]:
        """What is to be announced on ``day``, the longest waiting first."""
        found = [(duty.announce_on, key) for key, duty in self.duties.items() if duty.announce_on is not None]
        return [self.duties[key] for announce_on, key in sorted(found) if announce_on <= day]

    def with_duties(self, pool_id: UUID, duties: Iterable[AgendaItem]) -> "Agenda":
        """The agenda with these, in the place of those with the same ids."""
        begun = {duty.duty_id(pool_id): duty for duty in duties}
        assert not any(duty.kind in self.ended_kinds for duty in begun.values()), "what has ended for good stays so"
        return replace(self, duties={**self.duties, **begun}, ended=self.ended - begun.keys())

    def without(self, ids: Iterable[UUID]) -> "Agenda":
        """The agenda after these have ended."""
        ended = frozenset(ids)
        if ended.isdisjoint(self.duties):
            return replace(self, ended=self.ended | ended)
        left = {key: duty for key, duty in self.duties.items() if key not in ended}
        return replace(self, duties=left, ended=self.ended | ended)

    def without_kinds(self, kinds: frozenset[DueKind]) -> "Agenda":
        """The agenda after all duties of these kinds have ended, whoever has them and whatever they are about."""
        left = {key: duty for key, duty in self.duties.items() if duty.kind not in kinds}
        return replace(self, duties=left, ended_kinds=self.ended_kinds | kinds)


def duty_id(pool_id: UUID, kind: DueKind, subject_id: UUID, reference: str, holder: str) -> UUID:
    """The id of a duty: the same for the same thing to do, whenever it is due."""
    return uuid5(pool_id, f"duty/{kind}/{subject_id}/{reference}/{holder}")


def after(agenda: Agenda, pool_id: UUID, pool: Pool, event: Event, rules: Rules, today: date) -> Agenda:
    """The agenda after ``event``; ``pool`` is the pool after it, ``rules`` those in force, ``today`` Beijing's day."""
    if isinstance(event, DutiesAnnounced):
        announced = (
            agenda.duties[duty_id(pool_id, duty.kind, duty.subject_id, duty.reference, duty.holder)].announced(
                event.day
            )
            for duty in event.duties
        )
        return agenda.with_duties(pool_id, announced)
    if isinstance(event, FilingStep):
        return _after_project(agenda, pool_id, pool, event, rules, today)
    if isinstance(event, DrawdownStep):
        return _after_drawdown(agenda, pool_id, pool, event, rules, today)
    if isinstance(event, SupervisoryActRecorded | CompletionReported):
        return _after_act(agenda, pool_id, pool, event, today)
    if isinstance(event, ContributionReceived):
        holder = pool.managing_institution if event.account is Account.FISCAL else pool.cooperating_institution
        return agenda.without([duty_id(pool_id, DueKind.CONTRIBUTION, pool_id, str(event.instalment), holder)])
    if isinstance(event, AnnualSummarySubmitted | AnnualSummaryAccepted | AnnualSummaryReturned):
        return _after_summary(agenda, pool_id, pool, event, today)
    if isinstance(event, PoolStopped | CooperationEnded):
        return _after_the_last_filing(agenda, pool_id, pool, today)
    if isinstance(event, OperatingPeriodFixed | PoolContinued):
        return _after_decision_on_term(agenda, pool_id, pool, event, rules, today)
    if isinstance(event, PoolFounded | DayBegan):
        return agenda.with_duties(pool_id, _of_pool(pool_id, pool, event, rules, today))
    return agenda


def _begun(
    kind: DueKind, subject_id: UUID, reference: str, holder: str, due_on: date, days_before: Iterable[int], today: date
) -> AgendaItem:
    """A duty that begins: announced next at its first step after today; the next day, if all of them have passed."""
    steps_days = steps_of(days_before)
    announce_on = announced_next(due_on, steps_days, today) or today + timedelta(days=1)
    return AgendaItem(kind, subject_id, reference, holder, due_on, steps_days, announce_on)


def _after_project(
    agenda: Agenda,
    pool_id: UUID,
    pool: Pool,
    event: FilingStep,
    rules: Rules,
    today: date,
) -> Agenda:
    """A filing lacks something, waits for the managing institution's decision, or is to be filed again."""
    project, managing, cooperating = event.project_id, pool.managing_institution, pool.cooperating_institution
    completion = (DueKind.FILING_COMPLETION, project, FILING, cooperating)
    if isinstance(event, FilingFoundIncomplete):
        begun = _begun(*completion, event.filing_deadline, rules.filing_reminder_days, today)
        return agenda.with_duties(pool_id, [begun])
    # What was filed and a correction of what is approved are two things: each has its own decision and its own return.
    is_correction = isinstance(event, CorrectionReturned) or (
        isinstance(event, ProjectCorrected) and event.approved_filing is not None
    )
    decisions = {about: (DueKind.FILING_DECISION, project, about, managing) for about in (FILING, CORRECTION)}
    again = (DueKind.FILING_CORRECTION, project, FILING, cooperating)
    corrected_again = (DueKind.RETURNED_CORRECTION, project, CORRECTION, cooperating)
    ended = [completion, *decisions.values(), again, corrected_again]
    if isinstance(event, ProjectFiled) and event.filing == 1:
        # Nobody had anything to decide on or to mend before the first complete filing.
        ended = [completion]
    agenda = agenda.without(duty_id(pool_id, *duty) for duty in ended)
    if isinstance(event, ProjectEnded):
        return agenda.without([duty_id(pool_id, DueKind.FILING_DECISION, project, DRAWDOWN, managing)])
    if isinstance(event, ProjectFiled | ProjectCorrected):
        assert event.filing_deadline is not None, "the registry always says it"
        due_on = decision_is_due_on(event.filing_deadline, today)
        decision = decisions[CORRECTION if is_correction else FILING]
        begun = _begun(*decision, due_on, rules.filing_reminder_days, today)
    elif isinstance(event, ProjectReturned | CorrectionReturned):
        due_on = supplement_is_due_on(today, rules.supplement_days)
        begun = _begun(*(corrected_again if is_correction else again), due_on, rules.filing_reminder_days, today)
    else:
        return agenda
    # After a stop no filing is returned any more (22.1), so that whatever begins here is still asked for.
    return agenda.with_duties(pool_id, [begun])


def _after_drawdown(
    agenda: Agenda, pool_id: UUID, pool: Pool, event: DrawdownStep, rules: Rules, today: date
) -> Agenda:
    """A late drawdown waits for the managing institution's decision; there is one at a time."""
    decision = (DueKind.FILING_DECISION, event.project_id, DRAWDOWN, pool.managing_institution)
    if not isinstance(event, DrawdownFiled):
        return agenda.without([duty_id(pool_id, *decision)])
    if not event.drawdown.late:
        return agenda
    # Its window is over, so that the decision is due on the day of the filing.
    return agenda.with_duties(pool_id, [_begun(*decision, today, rules.filing_reminder_days, today)])


def _after_act(
    agenda: Agenda, pool_id: UUID, pool: Pool, event: SupervisoryActRecorded | CompletionReported, today: date
) -> Agenda:
    """Of the acts only an instruction is to be completed, and has a day by which that is reported."""
    instruction = (DueKind.INSTRUCTION, pool_id, event.number, pool.cooperating_institution)
    if isinstance(event, CompletionReported):
        return agenda.without([duty_id(pool_id, *instruction)])
    if event.kind is not SupervisoryActKind.INSTRUCTION:
        return agenda
    assert event.due_on is not None, "an instruction has its day"
    return agenda.with_duties(pool_id, [_begun(*instruction, event.due_on, WITHOUT_REMINDER, today)])


def _after_summary(
    agenda: Agenda,
    pool_id: UUID,
    pool: Pool,
    event: AnnualSummarySubmitted | AnnualSummaryAccepted | AnnualSummaryReturned,
    today: date,
) -> Agenda:
    """A submitted summary waits for the managing institution, a returned one to be submitted anew."""
    summary = (DueKind.ANNUAL_SUMMARY, pool_id, str(event.year), pool.cooperating_institution)
    decision = (DueKind.SUMMARY_DECISION, pool_id, str(event.year), pool.managing_institution)
    agenda = agenda.without(duty_id(pool_id, *duty) for duty in (summary, decision))
    match event:
        case AnnualSummarySubmitted():
            # Nobody has fixed by when: it is announced once, on the day after, that something waits.
            return agenda.with_duties(pool_id, [_begun(*decision, today, WITHOUT_REMINDER, today)])
        case AnnualSummaryReturned():
            return agenda.with_duties(pool_id, [_begun(*summary, event.due_on, WITHOUT_REMINDER, today)])
        case AnnualSummaryAccepted():
            return agenda
        case _:
            assert_never(event)


def _after_decision_on_term(
    agenda: Agenda,
    pool_id: UUID,
    pool: Pool,
    event: OperatingPeriodFixed | PoolContinued,
    rules: Rules,
    today: date,
) -> Agenda:
    """A new term is evaluated before its end, and an operating period decided on."""
    period = (DueKind.OPERATING_PERIOD, pool_id, TERM, pool.managing_institution)
    begun = [_begun(*period, event.operating_until, rules.reminder_days, today)]
    if isinstance(event, PoolContinued):
        begun.append(_evaluation(pool_id, pool, rules, today))
    return agenda.with_duties(pool_id, begun)


def _after_the_last_filing(agenda: Agenda, pool_id: UUID, pool: Pool, today: date) -> Agenda:
    """The pool has stopped, or its cooperation has ended: what only a pool that goes on asks for is owed no more."""
    agenda = agenda.without_kinds(no_longer_owed(pool))
    if summary_is_owed(pool, today.year):
        return agenda
    summary = (DueKind.ANNUAL_SUMMARY, pool_id, str(today.year), pool.cooperating_institution)
    return agenda.without([duty_id(pool_id, *summary)])


def _of_pool(
    pool_id: UUID, pool: Pool, event: PoolFounded | DayBegan, rules: Rules, today: date
) -> Iterable[AgendaItem]:
    """What the pool's founding and each new year bring along."""
    managing, cooperating = pool.managing_institution, pool.cooperating_institution
    if isinstance(event, PoolFounded):
        years: Iterable[int] = (event.founded_on.year,)
        for pair in event.contributions:
            for holder in (managing, cooperating):
                number = str(pair.instalment)
                yield _begun(DueKind.CONTRIBUTION, pool_id, number, holder, pair.due_on, WITHOUT_REMINDER, today)
        yield _evaluation(pool_id, pool, rules, today)
    else:
        before = event.previous_day or pool.founded_on
        years = range(before.year + 1, event.day.year + 1)
    for year in (each for each in years if summary_is_owed(pool, each)):
        due_on = summary_is_due_on(year, rules.annual_summary_due_month, rules.annual_summary_due_day)
        yield _begun(DueKind.ANNUAL_SUMMARY, pool_id, str(year), cooperating, due_on, WITHOUT_REMINDER, today)


def _evaluation(pool_id: UUID, pool: Pool, rules: Rules, today: date) -> AgendaItem:
    """The evaluation before the term's end, with the decision to continue or to stop (21.1)."""
    ends_on, managing = pool.ends_on, pool.managing_institution
    return _begun(DueKind.EVALUATION, pool_id, TERM, managing, ends_on, rules.reminder_days, today)
