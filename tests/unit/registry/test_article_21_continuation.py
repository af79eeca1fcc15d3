"""Articles 21 and 22: an evaluation, then a decision to continue or to stop; after a stop existing projects go on."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.registry.domain.article_20_term import term_ends_on
from services.registry.domain.decide import Decision
from shared.contracts.documents import DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.cycle import DueKind
from shared.contracts.registry.performance import EvaluationResult, PoolContinued, PoolStopped
from shared.contracts.registry.projects import ApproveProject, ReturnProject
from tests.unit.registry.cycle_examples import (
    DECIDED,
    DECIDED_ON,
    RUNNING,
    Running,
    continuation,
    ending,
    evaluation,
    evaluation_of_the_term,
    kind,
    noon_of,
    period,
    stop,
)
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    FILER,
    MANAGING,
    PROJECT_ID,
    TODAY,
    agreement,
    borrower,
    codes,
    filing,
    finding,
    loan,
    right,
)

DAY = timedelta(days=1)
ENDS_ON = RUNNING.pool.ends_on


def evaluated(running: Running = RUNNING, **changed: Any) -> Running:
    """The pool after most of its term was evaluated."""
    return running.after(running.by_overseer(evaluation_of_the_term(**changed), DECIDED), DECIDED)


EVALUATED = evaluated()
CONTINUED = EVALUATED.after(EVALUATED.by_overseer(continuation(), DECIDED), DECIDED)
STOPPED = EVALUATED.after(EVALUATED.by_overseer(stop()))


def reminded(running: Running, day: Any, kind: DueKind) -> list[int]:
    """The days left of the duties of this kind that are announced on the day."""
    return [duty.days_left for duty in running.on(day)[1] if duty.kind is kind]


@pytest.mark.clause("21.1")
def test_the_pool_continues_with_a_new_term_and_a_new_agreement() -> None:
    """By an evaluation and a decision; the next evaluation is due before the new end, and not before the old one."""
    (event,) = EVALUATED.by_overseer(continuation(), DECIDED).events
    assert isinstance(event, PoolContinued)
    assert (event.ends_on_before, event.ends_on) == (ENDS_ON, continuation().ends_on)
    assert CONTINUED.pool.ends_on == continuation().ends_on
    assert CONTINUED.by_overseer(continuation(), DECIDED).outcome is Outcome.DUPLICATE
    assert reminded(CONTINUED, ENDS_ON - 90 * DAY, DueKind.EVALUATION) == []
    assert reminded(CONTINUED, CONTINUED.pool.ends_on - 90 * DAY, DueKind.EVALUATION) == [90]
    assert reminded(CONTINUED, continuation().operating_until - 30 * DAY, DueKind.OPERATING_PERIOD) == [30]


@pytest.mark.clause("20.1")
def test_in_the_new_term_loans_are_covered_that_the_old_one_did_not_cover() -> None:
    """A loan paid out after the old end is refused before the decision, and filed after it."""
    disbursed_on = ENDS_ON + 10 * DAY
    found = finding(found_on=disbursed_on)
    names = ("good_credit", "operating_normally", "capable_team", "own_technology", "competitive")
    later = filing(
        loan=loan(contracted_on=disbursed_on, disbursed_on=disbursed_on, due_on=disbursed_on + 365 * DAY),
        borrower=borrower(**dict.fromkeys(names, found)),
        rights=(right(valued_on=disbursed_on, pledge_registered_on=disbursed_on),),
    )
    at = noon_of(disbursed_on + DAY)
    assert codes(EVALUATED.when(later, COOPERATING, officer=FILER, at=at)) == ["loan_outside_term"]
    assert CONTINUED.fresh().when(later, COOPERATING, officer=FILER, at=at).outcome is Outcome.ACCEPTED


@pytest.mark.clause("21.1")
def test_a_decision_rests_on_an_evaluation_of_the_present_term() -> None:
    """Not without one, not on one that has served already, and not on one of an earlier term."""
    for data in (continuation(), stop()):
        assert codes(RUNNING.by_overseer(data, DECIDED)) == ["evaluation_missing"]
    again = CONTINUED.by_overseer(
        continuation(
            ends_on=CONTINUED.pool.ends_on + 400 * DAY,
            operating_until=CONTINUED.pool.ends_on,
            agreement=agreement(number="协议-3", signed_on=DECIDED_ON),
        ),
        DECIDED,
    )
    assert codes(again) == ["evaluation_missing"]
    fresh = CONTINUED.fresh()
    old = fresh.after(fresh.by_overseer(evaluation("PJ-2"), DECIDED))
    assert codes(old.by_overseer(stop(evaluation="PJ-2"), DECIDED)) == ["evaluation_missing"]
    new = fresh.after(fresh.by_overseer(evaluation_of_the_term("PJ-3"), DECIDED))
    assert new.by_overseer(stop(evaluation="PJ-3"), DECIDED).outcome is Outcome.ACCEPTED


@pytest.mark.clause("21.1")
def test_an_evaluation_serves_one_decision() -> None:
    """Whoever has continued twice, each time on its own evaluation, can't come back to the first one."""
    later = CONTINUED.pool.ends_on - 50 * DAY
    second = CONTINUED.fresh()
    second = second.after(second.by_overseer(evaluation_of_the_term("PJ-2", period_to=later), noon_of(later)))

    def going_on(running: Running, number: str) -> Decision:
        ends_on = running.pool.ends_on + 400 * DAY
        agreed = agreement(number=f"协议-{ends_on}", signed_on=later)
        data = continuation(evaluation=number, ends_on=ends_on, operating_until=ends_on, agreement=agreed)
        return running.by_overseer(data, noon_of(later))

    twice = second.after(going_on(second, "PJ-2"), noon_of(later))
    first = EVALUATED.given.state.entry
    again = replace(twice, given=replace(twice.given, state=replace(twice.given.state, entry=first)))
    assert codes(going_on(again, "PJ-1")) == ["evaluation_missing"]


@pytest.mark.clause("21.1")
def test_a_pool_goes_on_by_an_evaluation_of_most_of_its_term() -> None:
    """Three quarters of the present term's days by default, rounded up; a pool stops on a shorter one as well."""
    term_days = (ENDS_ON - RUNNING.pool.founded_on).days + 1
    needed = -(-term_days * 3 // 4)
    last_day = RUNNING.pool.founded_on + (needed - 1) * DAY
    for period_to, expected in ((last_day - DAY, ["evaluation_too_short"]), (last_day, [])):
        running = evaluated(period_to=period_to)
        assert codes(running.by_overseer(continuation(), DECIDED)) == expected
        assert running.by_overseer(stop(), DECIDED).outcome is Outcome.ACCEPTED
    one_day = RUNNING.pool.founded_on + DAY
    short = evaluation(period_from=one_day, period_to=one_day, result=EvaluationResult.FAIL)
    running = RUNNING.after(RUNNING.by_overseer(short))
    agreed = agreement(number="协议-2", signed_on=TODAY)
    refusals = running.by_overseer(continuation(agreement=agreed)).refusals
    assert [(each.code, each.clause) for each in refusals] == [
        ("evaluation_too_short", "21.1"),
        ("going_on_without_reasons", "21.1"),
    ]
    assert f"covers 1 of the {term_days} days" in refusals[0].text
    assert str(needed) in refusals[0].text_zh


@pytest.mark.clause("21.1")
def test_what_was_evaluated_of_the_term_before_counts_for_none_of_the_next() -> None:
    """The second term's days are those since it was decided on."""
    second = CONTINUED.fresh()
    late = noon_of(CONTINUED.pool.ends_on - 300 * DAY)
    whole = evaluation("PJ-2", period_to=DECIDED_ON + 900 * DAY)
    second = second.after(second.by_overseer(whole, late), late)
    ends_on = CONTINUED.pool.ends_on + 400 * DAY
    data = continuation(
        evaluation="PJ-2",
        ends_on=ends_on,
        operating_until=ends_on,
        agreement=agreement(number="协议-3", signed_on=DECIDED_ON + 900 * DAY),
    )
    (fault,) = second.by_overseer(data, late).refusals
    assert (fault.code, "covers 901 of the" in fault.text) == ("evaluation_too_short", True)


@pytest.mark.clause("21.1")
def test_after_a_failed_evaluation_a_pool_goes_on_with_a_reason_on_record() -> None:
    """Also where another one was passed since; the reason stands in the event. The next decision has its own."""
    failed = evaluated(result=EvaluationResult.FAIL)
    passed_since = evaluated(evaluated(number="PJ-0", result=EvaluationResult.FAIL).fresh())
    for running, named in ((failed, "PJ-1"), (passed_since, "PJ-0")):
        (fault,) = running.by_overseer(continuation(), DECIDED).refusals
        assert (fault.code, fault.clause) == ("going_on_without_reasons", "21.1")
        assert named in fault.text
        (event,) = running.by_overseer(continuation(reasons="已整改，见整改报告"), DECIDED).events
        assert isinstance(event, PoolContinued)
        assert event.reasons == "已整改，见整改报告"
        assert running.having(event, DECIDED).pool.cycle.failed_evaluation is None


@pytest.mark.clause("21.1")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"ends_on": ENDS_ON}, "new_term_not_ahead"),
        ({"operating_until": DECIDED_ON}, "new_term_not_ahead"),
        ({"operating_until": continuation().ends_on + DAY}, "new_term_not_ahead"),
        ({"decision": kind(DocumentKind.OTHER)}, "minutes_missing"),
        (
            {"agreement": continuation().agreement.model_copy(update={"signed_on": DECIDED_ON + DAY})},
            "agreement_not_recorded",
        ),
    ],
)
def test_a_continuation_that_can_not_be_is_refused(changed: dict[str, Any], code: str) -> None:
    """The new term ends after the present one; minutes and agreement are there."""
    assert codes(EVALUATED.by_overseer(continuation(**changed), DECIDED)) == [code]


@pytest.mark.clause("21.1")
def test_to_continue_shortens_no_operating_period() -> None:
    """What was agreed on until then stays: the next one ends after it."""
    present = DECIDED_ON + 90 * DAY
    fixed = EVALUATED.by_overseer(period(present, agreement=agreement(number="HZ-2", signed_on=TODAY)), DECIDED)
    running = EVALUATED.after(fixed, DECIDED)
    new = agreement(number="HZ-3", signed_on=DECIDED_ON)
    for until, expected in ((present, ["new_term_not_ahead"]), (present + DAY, [])):
        assert codes(running.by_overseer(continuation(operating_until=until, agreement=new), DECIDED)) == expected


@pytest.mark.clause("20.1")
def test_a_new_term_is_no_longer_than_the_first() -> None:
    """Four years from the present end, to the day; who wants more decides again before that day."""
    latest = term_ends_on(ENDS_ON, 4)
    assert EVALUATED.by_overseer(continuation(ends_on=latest), DECIDED).outcome is Outcome.ACCEPTED
    (refused,) = EVALUATED.by_overseer(continuation(ends_on=latest + DAY), DECIDED).refusals
    assert (refused.code, refused.clause) == ("new_term_too_long", "20.1")


@pytest.mark.clause("21.1")
@pytest.mark.clause("5.3")
def test_a_new_term_rests_on_a_new_agreement() -> None:
    """None of before, however its number is written, and none signed before the present one or the evaluation."""
    new = {"number": "HZ-3", "signed_on": DECIDED_ON}
    agreed_last = agreement(number="HZ 2", signed_on=DECIDED_ON)
    fixed = RUNNING.by_overseer(period(DECIDED_ON + 90 * DAY, agreement=agreed_last), DECIDED)
    running = evaluated(RUNNING.after(fixed, DECIDED), period_to=DECIDED_ON - 9 * DAY)
    of_before = (
        (EVALUATED, EVALUATED.pool.cooperation_agreement),
        (EVALUATED, agreement(number=" 协议－1 ".strip(), signed_on=DECIDED_ON)),
        (EVALUATED, agreement(**{**new, "signed_on": DECIDED_ON - DAY})),
        (running, agreement(number="ｈｚ2", signed_on=DECIDED_ON)),
        (running, agreement(**{**new, "signed_on": DECIDED_ON - DAY})),
    )
    for given, agreed in of_before:
        decision = given.by_overseer(continuation(agreement=agreed), DECIDED)
        assert [(each.code, each.clause) for each in decision.refusals] == [("new_term_without_new_agreement", "21.1")]
    for given in (EVALUATED, running):
        assert given.by_overseer(continuation(agreement=agreement(**new)), DECIDED).outcome is Outcome.ACCEPTED


@pytest.mark.clause("20.1")
@pytest.mark.clause("21.1")
def test_after_the_terms_end_it_is_too_late_to_continue() -> None:
    """On the last day it is decided for days to come; from the next one on the pool can only stop.

    So no loan that was paid out while nothing had been decided is covered in hindsight.
    """
    assert EVALUATED.by_overseer(continuation(), noon_of(ENDS_ON)).outcome is Outcome.ACCEPTED
    late = noon_of(ENDS_ON + DAY)
    decision = EVALUATED.by_overseer(continuation(), late)
    assert [(found.code, found.clause) for found in decision.refusals] == [("term_is_over", "21.1")]
    assert "registry.pool.stop" in decision.refusals[0].text
    assert EVALUATED.by_overseer(stop(), late).outcome is Outcome.ACCEPTED
    assert CONTINUED.by_overseer(continuation(), late).outcome is Outcome.DUPLICATE


@pytest.mark.clause("21.1")
def test_the_term_is_decided_on_once() -> None:
    """A pool that has stopped neither goes on nor stops again; nor does one whose cooperation has ended."""
    assert codes(EVALUATED.by_overseer(stop(decision=kind(DocumentKind.OTHER)), DECIDED)) == ["minutes_missing"]
    assert STOPPED.by_overseer(stop()).outcome is Outcome.DUPLICATE
    assert codes(STOPPED.by_overseer(stop(reasons="另一理由"))) == ["term_decided_before"]
    ended = EVALUATED.after(EVALUATED.by_overseer(ending()))
    for running in (STOPPED, ended):
        assert codes(running.by_overseer(continuation())) == ["term_decided_before"]
    assert codes(ended.by_overseer(stop())) == ["term_decided_before"]


@pytest.mark.clause("22.1")
def test_after_a_stop_existing_projects_go_on_and_no_new_one_comes_in() -> None:
    """What waits is approved or rejected; what was returned can't be filed again; no evaluation is announced."""
    filed = RUNNING.says(filing(), COOPERATING, FILER)
    evaluated = filed.after(filed.by_overseer(evaluation()))
    (event,) = evaluated.by_overseer(stop()).events
    assert isinstance(event, PoolStopped)
    assert event.stopped_on == TODAY
    stopped = evaluated.after(evaluated.by_overseer(stop()))
    approve = ApproveProject(project_id=PROJECT_ID, filing=1)
    assert stopped.when(approve, MANAGING, officer=APPROVER).outcome is Outcome.ACCEPTED
    back = ReturnProject(project_id=PROJECT_ID, reasons="须补正", filing=1)
    assert codes(stopped.when(back, MANAGING, officer=APPROVER)) == ["return_leads_nowhere"]
    returned = filed.says(back, MANAGING, APPROVER)
    returned = returned.after(returned.by_overseer(evaluation()))
    returned = returned.after(returned.by_overseer(stop()))
    assert codes(returned.when(filing(), COOPERATING, officer=FILER)) == ["pool_stopped"]
    other = filing(loan=loan(contract_number="LOAN-2"))
    assert codes(STOPPED.when(other, COOPERATING, officer=FILER)) == ["pool_stopped"]
    assert codes(STOPPED.by_overseer(period(ENDS_ON))) == ["pool_stopped"]
    assert reminded(STOPPED, ENDS_ON - 90 * DAY, DueKind.EVALUATION) == []
    assert STOPPED.by_overseer(ending()).outcome is Outcome.ACCEPTED
