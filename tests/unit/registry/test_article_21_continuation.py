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
from shared.contracts.registry.performance import PoolContinued, PoolStopped
from shared.contracts.registry.projects import ApproveProject, ReturnProject
from tests.unit.registry.cycle_examples import (
    RUNNING,
    Running,
    continuation,
    ending,
    evaluation,
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
EVALUATED = RUNNING.after(RUNNING.by_overseer(evaluation()))
CONTINUED = EVALUATED.after(EVALUATED.by_overseer(continuation()))
STOPPED = EVALUATED.after(EVALUATED.by_overseer(stop()))


def reminded(running: Running, day: Any, kind: DueKind) -> list[int]:
    """The days left of the duties of this kind that are announced on the day."""
    return [duty.days_left for duty in running.on(day)[1] if duty.kind is kind]


@pytest.mark.clause("21.1")
def test_the_pool_continues_with_a_new_term_and_a_new_agreement() -> None:
    """By an evaluation and a decision; the next evaluation is due before the new end, and not before the old one."""
    (event,) = EVALUATED.by_overseer(continuation()).events
    assert isinstance(event, PoolContinued)
    assert (event.ends_on_before, event.ends_on) == (ENDS_ON, continuation().ends_on)
    assert CONTINUED.pool.ends_on == continuation().ends_on
    assert CONTINUED.by_overseer(continuation()).outcome is Outcome.DUPLICATE
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
        assert codes(RUNNING.by_overseer(data)) == ["evaluation_missing"]
    again = CONTINUED.by_overseer(
        continuation(
            ends_on=CONTINUED.pool.ends_on + 400 * DAY,
            operating_until=CONTINUED.pool.ends_on,
            agreement=agreement(number="协议-3", signed_on=TODAY),
        )
    )
    assert codes(again) == ["evaluation_missing"]
    fresh = CONTINUED.fresh()
    old = fresh.after(fresh.by_overseer(evaluation("PJ-2")))
    assert codes(old.by_overseer(stop(evaluation="PJ-2"))) == ["evaluation_missing"]
    new = fresh.after(fresh.by_overseer(evaluation("PJ-3", period_to=TODAY)))
    assert new.by_overseer(stop(evaluation="PJ-3")).outcome is Outcome.ACCEPTED


@pytest.mark.clause("21.1")
def test_an_evaluation_serves_one_decision_even_on_the_same_day() -> None:
    """Whoever continues twice in a day, each time on its own evaluation, can't come back to the first one."""

    def going_on(running: Running, number: str) -> Decision:
        ends_on = running.pool.ends_on + 400 * DAY
        agreed = agreement(number=f"协议-{ends_on}", signed_on=TODAY)
        return running.by_overseer(
            continuation(evaluation=number, ends_on=ends_on, operating_until=ends_on, agreement=agreed)
        )

    running = RUNNING
    of_the_pool: dict[str, Running] = {}
    for number in ("PJ-1", "PJ-2"):
        recorded = running.after(running.by_overseer(evaluation(number, period_to=TODAY)))
        of_the_pool[number] = recorded
        running = recorded.after(going_on(recorded, number)).fresh()
    first = of_the_pool["PJ-1"].given.state.entry
    again = replace(running, given=replace(running.given, state=replace(running.given.state, entry=first)))
    assert codes(going_on(again, "PJ-1")) == ["evaluation_missing"]


@pytest.mark.clause("21.1")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"ends_on": ENDS_ON}, "new_term_not_ahead"),
        ({"operating_until": TODAY}, "new_term_not_ahead"),
        ({"operating_until": continuation().ends_on + DAY}, "new_term_not_ahead"),
        ({"decision": kind(DocumentKind.OTHER)}, "minutes_missing"),
        (
            {"agreement": continuation().agreement.model_copy(update={"signed_on": TODAY + DAY})},
            "agreement_not_recorded",
        ),
    ],
)
def test_a_continuation_that_can_not_be_is_refused(changed: dict[str, Any], code: str) -> None:
    """The new term ends after the present one; minutes and agreement are there."""
    assert codes(EVALUATED.by_overseer(continuation(**changed))) == [code]


@pytest.mark.clause("21.1")
def test_to_continue_shortens_no_operating_period() -> None:
    """What was agreed on until then stays: the next one ends after it."""
    present = TODAY + 300 * DAY
    fixed = EVALUATED.by_overseer(period(present, agreement=agreement(number="HZ-2", signed_on=TODAY)))
    running = EVALUATED.after(fixed)
    new = agreement(number="HZ-3", signed_on=TODAY)
    for until, expected in ((present, ["new_term_not_ahead"]), (present + DAY, [])):
        assert codes(running.by_overseer(continuation(operating_until=until, agreement=new))) == expected


@pytest.mark.clause("20.1")
def test_a_new_term_is_no_longer_than_the_first() -> None:
    """Four years from the present end, to the day; who wants more decides again before that day."""
    latest = term_ends_on(ENDS_ON, 4)
    assert EVALUATED.by_overseer(continuation(ends_on=latest)).outcome is Outcome.ACCEPTED
    (refused,) = EVALUATED.by_overseer(continuation(ends_on=latest + DAY)).refusals
    assert (refused.code, refused.clause) == ("new_term_too_long", "20.1")


@pytest.mark.clause("21.1")
@pytest.mark.clause("5.3")
def test_a_new_term_rests_on_a_new_agreement() -> None:
    """None of before, however its number is written, and none signed before the present one or the evaluation."""
    evaluated_until = evaluation().period_to
    new = {"number": "HZ-3", "signed_on": evaluated_until}
    fixed = EVALUATED.by_overseer(period(TODAY + 300 * DAY, agreement=agreement(number="HZ 2", signed_on=TODAY)))
    running = RUNNING.after(fixed)
    running = running.after(running.by_overseer(evaluation()))
    of_before = (
        (EVALUATED, EVALUATED.pool.cooperation_agreement),
        (EVALUATED, agreement(number=" 协议－1 ".strip(), signed_on=TODAY)),
        (EVALUATED, agreement(**{**new, "signed_on": evaluated_until - DAY})),
        (running, agreement(number="ｈｚ2", signed_on=TODAY)),
        (running, agreement(**{**new, "signed_on": TODAY - DAY})),
    )
    for given, agreed in of_before:
        decision = given.by_overseer(continuation(agreement=agreed))
        assert [(each.code, each.clause) for each in decision.refusals] == [("new_term_without_new_agreement", "21.1")]
    assert EVALUATED.by_overseer(continuation(agreement=agreement(**new))).outcome is Outcome.ACCEPTED
    assert running.by_overseer(continuation(agreement=agreement(number="HZ-3", signed_on=TODAY))).outcome is (
        Outcome.ACCEPTED
    )


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
    assert codes(EVALUATED.by_overseer(stop(decision=kind(DocumentKind.OTHER)))) == ["minutes_missing"]
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
