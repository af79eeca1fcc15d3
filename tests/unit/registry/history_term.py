"""What a reader of the registry's events knows of a pool's term: its selection, its founding, its decisions.

It shares no rule with the registry; ``history_reader`` asks it of each loan.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from shared.contracts.documents import DocumentKind
from shared.contracts.registry.performance import EvaluationRecorded, OperatingPeriodFixed, PoolContinued, PoolStopped
from shared.contracts.registry.pools import InstitutionRegistered, PoolFounded
from shared.contracts.registry.selections import SelectionConcluded
from shared.contracts.registry.words import Agreement, Role


@dataclass
class TermReader:
    """The term in force; ``evaluated`` has each evaluation by its number, ``failed`` those since one last went on."""

    founded_on: date = date.max
    began_on: date = date.max
    ends_on: date = date.min
    stopped_on: date | None = None
    concluded: SelectionConcluded | None = None
    evaluated: dict[str, EvaluationRecorded] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    rested_on: set[str] = field(default_factory=set)
    agreed: list[Agreement] = field(default_factory=list)

    def covers(self, day: date) -> bool:
        """Whether what was paid out on the day is this pool's to cover."""
        return self.founded_on <= day <= self.ends_on

    def found(self, events: Sequence[Any], today: date) -> None:
        """Judge a founding, with all that was said together with it, by the selection before it."""
        (founded,) = (event for event in events if isinstance(event, PoolFounded))
        assert self.founded_on == date.max, "3.1: a pool is founded once"
        self.founded_on = self.began_on = founded.founded_on
        self.ends_on = founded.ends_on
        self.agreed = [founded.cooperation_agreement]
        # No day of these histories is a 29 February.
        assert founded.ends_on == founded.founded_on.replace(year=founded.founded_on.year + founded.rules.term_years), (
            "20.1: the term is as many years as the rules say"
        )
        periods = [event for event in events if isinstance(event, OperatingPeriodFixed)]
        if self.concluded is None:
            assert founded.selection_record is not None, "8.1: a selection in the pool, or its paper record"
            assert not periods, "8.1: only a selection in the pool has agreed on a period"
            return
        (cooperating,) = (
            event for event in events if isinstance(event, InstitutionRegistered) and event.role is Role.COOPERATING
        )
        assert cooperating.uscc == self.concluded.uscc, "8.1: founded with whom the committee selected"
        assert founded.cooperation_agreement == self.concluded.agreement, "8.1: founded under the selection's agreement"
        (period,) = periods
        assert period.agreement == self.concluded.agreement, "8.1: the period is the agreement's"
        assert period.operating_until == self.concluded.operates_until, "8.1: the period that was agreed on"
        assert period.operating_from == max(founded.founded_on, self.concluded.operates_from), "8.1: from its own day"
        assert today < period.operating_until <= founded.ends_on, "8.1: the period lies ahead and within the term"

    def take(self, event: Any, today: date) -> None:
        """Judge what is decided on the term, and remember it."""
        match event:
            case SelectionConcluded():
                assert self.founded_on == date.max, "8.1: a founded pool selects nobody"
                self.concluded = event
            case EvaluationRecorded():
                assert event.number not in self.evaluated, "5.7: a number stands for one evaluation"
                assert self.founded_on <= event.period_from <= event.period_to <= today, "5.7: a past period"
                assert event.result == "fail" or event.points * 10 >= event.points_max * 6, "5.7: passed has its points"
                self.evaluated[event.number] = event
                if event.result == "fail":
                    self.failed.add(event.number)
            case PoolContinued():
                assert today <= self.ends_on, "21.1: to go on is decided before the term's end"
                assert event.ends_on_before == self.ends_on < event.ends_on, "21.1: a new term is a longer one"
                assert today < event.operating_until <= event.ends_on, "21.1: the period lies ahead, within the term"
                self._is_decided(event)
                numbers = {each.number.casefold() for each in self.agreed}
                assert event.agreement.number.casefold() not in numbers, "21.1: what is agreed on anew"
                assert self.agreed[-1].signed_on <= event.agreement.signed_on, "21.1: after the present agreement"
                evaluated = self.evaluated[event.evaluation]
                assert evaluated.period_to <= event.agreement.signed_on, "21.1: after what was evaluated"
                covered = evaluated.period_to - max(evaluated.period_from, self.began_on) + timedelta(days=1)
                assert covered >= (self.ends_on - self.began_on + timedelta(days=1)) * 0.75, "21.1: most of the term"
                has_failed = self.failed or evaluated.result == "fail"
                assert not has_failed or event.reasons, "21.1: after a failure with a reason on record"
                self.failed.clear()
                self.agreed.append(event.agreement)
                self.began_on, self.ends_on = today, event.ends_on
            case PoolStopped():
                self._is_decided(event)
                self.stopped_on = today

    def _is_decided(self, event: PoolContinued | PoolStopped) -> None:
        assert self.stopped_on is None, "21.1: a stop is for good"
        assert event.decision.kind is DocumentKind.MINUTES, "21.1: a decision has its minutes"
        assert self.evaluated[event.evaluation].period_to >= self.began_on, "21.1: on an evaluation of the present term"
        assert event.evaluation not in self.rested_on, "21.1: on an evaluation that no decision rested on before"
        self.rested_on.add(event.evaluation)
