"""Random histories of a pool's cycle: days pass, things are filed, evaluated, decided; no clause is ever broken."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.registry.domain.decide import Decision
from shared.contracts.receipts import Outcome
from shared.contracts.registry.cycle import AnnouncedDeadline, DayBegan, DutiesAnnounced
from shared.contracts.registry.performance import EndGround, EvaluationResult
from shared.contracts.registry.words import SystemUse
from tests.unit.registry.cycle_examples import (
    MINUTES,
    OVERSEER,
    RUNNING,
    Running,
    continuation,
    days,
    ending,
    evaluation,
    misuse,
    noon_of,
    period,
    recovery,
    stop,
)
from tests.unit.registry.registry_examples import COOPERATING, FILER, FOUNDED_ON, MANAGING, filing, loan

DAY = timedelta(days=1)


class PoolsCycle(RuleBasedStateMachine):
    """A pool through the years, beside what has to be true of it, kept in the plainest way."""

    def __init__(self) -> None:
        super().__init__()
        self.running: Running = RUNNING
        self.today = FOUNDED_ON
        self.begun: date | None = None
        self.evaluations = 0
        self.loans = 0
        self.claims: dict[str, tuple[int, int]] = {}
        self.ends_on = [RUNNING.pool.ends_on]
        self.said: set[tuple[object, ...]] = set()

    def say(self, data: Any) -> Decision:
        """The overseer says something today; what is refused changes nothing."""
        before = self.running.fresh()
        decision = before.when(data, MANAGING, officer=OVERSEER, at=noon_of(self.today))
        self.running = before if not decision.events else before.after(decision, noon_of(self.today))
        return decision

    @rule(days_later=st.integers(0, 400), back=st.integers(0, 3))
    def a_day_begins(self, days_later: int, back: int) -> None:
        """The clock goes on, and the calendar says today, or a day before it."""
        self.today += days_later * DAY
        day = self.today - back * DAY
        decision = self.running.when(days(day), MANAGING, SystemUse.CALENDAR, at=noon_of(self.today))
        if self.begun is not None and day < self.begun:
            assert decision.outcome is Outcome.REFUSED
            return
        assert decision.outcome is (Outcome.DUPLICATE if day == self.begun else Outcome.ACCEPTED)
        assert sum(isinstance(event, DayBegan) for event in decision.events) == (day != self.begun)
        self.begun = day
        if decision.events:
            for event in decision.events:
                if isinstance(event, DutiesAnnounced):
                    for duty in event.duties:
                        self._is_announced_once(duty, day)
            self.running = self.running.after(decision, noon_of(self.today))

    def _is_announced_once(self, duty: AnnouncedDeadline, day: date) -> None:
        said = (duty.kind, duty.subject_id, duty.reference, duty.holder, duty.due_on, day)
        assert said not in self.said
        self.said.add(said)
        assert duty.days_left == (duty.due_on - day).days

    @rule(result=st.sampled_from(EvaluationResult))
    def the_pool_is_evaluated(self, result: EvaluationResult) -> None:
        """At any time."""
        self.evaluations += 1
        data = evaluation(f"PJ-{self.evaluations}", result, period_to=self.today)
        assert self.say(data).outcome is Outcome.ACCEPTED

    @rule(years=st.integers(-1, 4), number=st.integers(1, 6), reasons=st.sampled_from([None, "已整改"]))
    def the_pool_is_to_continue(self, years: int, number: int, reasons: str | None) -> None:
        """Only ever for days to come, on an evaluation, while it has not stopped."""
        ends_on = self.running.pool.ends_on + years * 365 * DAY
        was_open = self._is_open()
        before = self.running.pool.ends_on
        data = continuation(
            evaluation=f"PJ-{number}",
            ends_on=ends_on,
            operating_until=ends_on,
            reasons=reasons,
            agreement=period(ends_on).agreement.model_copy(
                update={"signed_on": self.today, "number": f"协议-{ends_on}"}
            ),
        )
        if self.say(data).outcome is Outcome.ACCEPTED:
            assert was_open
            assert number <= self.evaluations
            assert ends_on > max(before, self.today)
            self.ends_on.append(ends_on)

    @rule(number=st.integers(1, 6))
    def the_pool_is_to_stop(self, number: int) -> None:
        """On an evaluation, once."""
        was_open = self._is_open()
        if self.say(stop(evaluation=f"PJ-{number}")).outcome is Outcome.ACCEPTED:
            assert was_open
            assert number <= self.evaluations

    @rule(ground=st.sampled_from(EndGround), number=st.integers(1, 6))
    def the_cooperation_is_to_end(self, ground: EndGround, number: int) -> None:
        """Once, and only on a ground that is there."""
        ended = self.running.pool.cycle.ended_on
        operating_until = self.running.pool.cycle.operating_until
        decision = self.say(
            ending(ground, evaluation=f"PJ-{number}" if ground is EndGround.FAILED_EVALUATION else None)
        )
        if decision.outcome is Outcome.ACCEPTED:
            assert ended is None
            if ground is EndGround.PERIOD_OVER:
                assert operating_until is not None
                assert operating_until <= self.today

    @rule(days_ahead=st.integers(-10, 900))
    def an_operating_period_is_fixed(self, days_ahead: int) -> None:
        """Within the term, each later than the one before."""
        before = self.running.pool.cycle.operating_until
        until = self.today + days_ahead * DAY
        agreement = period(until).agreement.model_copy(update={"signed_on": FOUNDED_ON, "number": f"协议-{until}"})
        if self.say(period(until, decision=MINUTES, agreement=agreement)).outcome is Outcome.ACCEPTED:
            assert before is None or until > before
            assert self.today < until <= self.running.pool.ends_on

    @rule()
    def a_project_is_filed(self) -> None:
        """Whatever else is wrong with it: after a stop or an end none comes in."""
        self.loans += 1
        data = filing(loan=loan(contract_number=f"LOAN-{self.loans}"))
        fresh = self.running.fresh()
        decision = fresh.when(data, COOPERATING, officer=FILER, at=noon_of(self.today))
        if not self._is_open():
            assert decision.outcome is Outcome.REFUSED

    @rule(amount_fen=st.integers(1, 1_000), recovered_fen=st.integers(1, 400))
    def misused_money_is_claimed_and_comes_back(self, amount_fen: int, recovered_fen: int) -> None:
        """Each claim by itself, never above its amount; nothing of it touches the pool's cycle."""
        cycle, number = self.running.pool.cycle, f"ZH-{len(self.claims) + 1}"
        before = self.running.fresh()
        claimed = before.after(
            before.by_overseer(misuse(number=number, amount_fen=amount_fen), noon_of(self.today)), noon_of(self.today)
        )
        back_fen = 0
        for receipt in range(4):
            data = recovery(recovered_fen, f"R-{receipt}", number=number, recovered_on=self.today)
            decision = claimed.by_overseer(data, noon_of(self.today))
            assert (decision.outcome is Outcome.ACCEPTED) == (back_fen + recovered_fen <= amount_fen)
            if decision.outcome is Outcome.ACCEPTED:
                back_fen += recovered_fen
                claimed = claimed.after(decision, noon_of(self.today))
        self.running, self.claims[number] = claimed.fresh(), (amount_fen, back_fen)
        assert self.running.pool.cycle == cycle

    def _is_open(self) -> bool:
        return self.running.pool.cycle.stopped_on is None and self.running.pool.cycle.ended_on is None

    @invariant()
    def the_term_only_ever_moves_on_by_decision(self) -> None:
        """The end is the founding's, or that of the latest decision to continue."""
        assert self.running.pool.ends_on == self.ends_on[-1]
        assert self.ends_on == sorted(set(self.ends_on))

    @invariant()
    def the_latest_day_begun_has_come(self) -> None:
        """No day is ahead of the clock."""
        assert self.running.pool.cycle.day == self.begun
        assert self.begun is None or self.begun <= self.today


TestPoolsCycle = pytest.mark.clause("20.1")(PoolsCycle.TestCase)
TestPoolsCycle.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
