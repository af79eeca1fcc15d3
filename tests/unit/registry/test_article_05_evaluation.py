"""Article 5: performance is evaluated at any time, and operating periods are fixed and gone on with by decision."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.documents import DocumentKind
from shared.contracts.ids import entry_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.cycle import DueKind
from shared.contracts.registry.performance import Criterion, EvaluationRecorded, EvaluationResult, OperatingPeriodFixed
from tests.unit.registry.cycle_examples import MINUTES, OVERSEER, RUNNING, evaluation, kind, period
from tests.unit.registry.registry_examples import FOUNDED_ON, POOL_ID, TODAY, agreement, codes

DAY = timedelta(days=1)
EVALUATED = RUNNING.after(RUNNING.by_overseer(evaluation()))
FIRST = TODAY + 300 * DAY
FIXED = RUNNING.after(RUNNING.by_overseer(period(FIRST)))


@pytest.mark.clause("5.7")
def test_an_evaluation_is_recorded_with_its_points() -> None:
    """Given an overseer, when an evaluation is recorded, then the sum of its points is told; again: duplicate."""
    criteria = (
        Criterion(criterion="备案及时率", points=18, points_max=20),
        Criterion(criterion="回收率", points=0, points_max=80),
    )
    (event,) = RUNNING.by_overseer(evaluation(criteria=criteria, result=EvaluationResult.FAIL)).events
    assert isinstance(event, EvaluationRecorded)
    assert event.entry_id == entry_id(POOL_ID, "evaluation", "PJ-1")
    assert (event.points, event.points_max, event.result, event.recorded_by) == (18, 100, "fail", OVERSEER)
    assert EVALUATED.by_overseer(evaluation()).outcome is Outcome.DUPLICATE


@pytest.mark.clause("5.7")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"period_from": FOUNDED_ON - DAY}, "evaluated_period_not_past"),
        ({"period_to": TODAY + DAY}, "evaluated_period_not_past"),
        ({"period_from": FOUNDED_ON + 31 * DAY}, "evaluated_period_not_past"),
        ({"criteria": (Criterion(criterion="回收率", points=21, points_max=20),)}, "points_above_criterion"),
        ({"report": kind(DocumentKind.OTHER)}, "evaluation_report_missing"),
    ],
)
def test_an_evaluation_that_can_not_be_is_refused(changed: dict[str, Any], code: str) -> None:
    """A period of a past of this pool, points within their criteria, and a report are needed."""
    assert codes(RUNNING.by_overseer(evaluation(**changed))) == [code]


@pytest.mark.clause("5.7")
def test_a_passed_evaluation_has_its_points() -> None:
    """Sixty of a hundred by default, over all criteria; with more it can fail all the same."""

    def with_points(points: int, result: EvaluationResult) -> list[str]:
        criteria = (
            Criterion(criterion="备案及时率", points=20, points_max=20),
            Criterion(criterion="回收率", points=points - 20, points_max=80),
        )
        return codes(RUNNING.by_overseer(evaluation(criteria=criteria, result=result)))

    assert with_points(59, EvaluationResult.PASS) == ["passed_without_its_points"]
    assert with_points(60, EvaluationResult.PASS) == []
    assert with_points(59, EvaluationResult.FAIL) == with_points(100, EvaluationResult.FAIL) == []


@pytest.mark.clause("5.7")
def test_after_a_failed_evaluation_a_further_period_has_a_reason_on_record() -> None:
    """Whatever was evaluated since; once it was decided to go on, it is the next failure that asks for one."""
    failed = FIXED.after(FIXED.by_overseer(evaluation(result=EvaluationResult.FAIL))).fresh()
    passed = failed.after(failed.by_overseer(evaluation("PJ-2"))).fresh()
    further = {"agreement": agreement(number="协议-3"), "decision": MINUTES}
    (fault,) = passed.by_overseer(period(FIRST + DAY, **further)).refusals
    assert (fault.code, fault.clause, "PJ-1" in fault.text) == ("going_on_without_reasons", "5.7", True)
    decision = passed.by_overseer(period(FIRST + DAY, **further, reasons="已整改"))
    (event,) = decision.events
    assert isinstance(event, OperatingPeriodFixed)
    assert event.reasons == "已整改"
    next_one = {"agreement": agreement(number="协议-4"), "decision": MINUTES}
    assert codes(passed.after(decision).by_overseer(period(FIRST + 2 * DAY, **next_one))) == []


@pytest.mark.clause("5.7")
def test_a_recorded_evaluation_stays_as_it_is() -> None:
    """Decisions may rest on it."""
    assert codes(EVALUATED.by_overseer(evaluation(findings="另有发现"))) == ["number_taken"]


@pytest.mark.clause("5.1")
def test_an_operating_period_is_fixed_within_the_term() -> None:
    """It ends on a day to come; it is announced before its end, and is another field than the term."""
    (event,) = RUNNING.by_overseer(period(FIRST)).events
    assert isinstance(event, OperatingPeriodFixed)
    assert (event.operating_until, event.operating_until_before) == (FIRST, None)
    assert FIXED.pool.ends_on == RUNNING.pool.ends_on
    assert FIXED.by_overseer(period(FIRST)).outcome is Outcome.DUPLICATE
    _, duties = FIXED.on(FIRST - 90 * DAY)
    assert [duty.days_left for duty in duties if duty.kind is DueKind.OPERATING_PERIOD] == [90]
    for day in (TODAY, TODAY - DAY, RUNNING.pool.ends_on + DAY):
        assert codes(RUNNING.by_overseer(period(day))) == ["operating_period_not_ahead"]
    assert RUNNING.by_overseer(period(RUNNING.pool.ends_on)).outcome is Outcome.ACCEPTED


@pytest.mark.clause("5.7")
def test_to_go_on_after_an_operating_period_is_a_recorded_decision() -> None:
    """The next period ends after the one before it, and comes with minutes."""
    anew = {"agreement": agreement(number="协议-3")}
    assert codes(FIXED.by_overseer(period(FIRST + DAY, **anew))) == ["minutes_missing"]
    for_other = period(FIRST + DAY, **anew, decision=kind(DocumentKind.OTHER))
    assert codes(FIXED.by_overseer(for_other)) == ["minutes_missing"]
    assert codes(FIXED.by_overseer(period(FIRST - DAY, **anew, decision=MINUTES))) == ["operating_period_not_ahead"]
    (event,) = FIXED.by_overseer(period(FIRST + DAY, **anew, decision=MINUTES)).events
    assert isinstance(event, OperatingPeriodFixed)
    assert event.operating_until_before == FIRST


@pytest.mark.clause("5.3")
def test_an_operating_period_comes_with_its_agreement() -> None:
    """As at the founding, number, date and document are recorded after it was signed."""
    early = period(FIRST).agreement.model_copy(update={"signed_on": TODAY + DAY})
    assert codes(RUNNING.by_overseer(period(FIRST, agreement=early))) == ["agreement_not_recorded"]
