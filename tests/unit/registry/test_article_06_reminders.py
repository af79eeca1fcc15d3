"""Article 6: what falls due and what is overdue is announced, each duty once for each of its reminders."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.article_06_duties import (
    announced_next,
    decision_is_due_on,
    steps_of,
    supplement_is_due_on,
)
from services.registry.domain.deadlines import DAY_DEADLINES_MAX, EVENT_DEADLINES_MAX, Deadline, Deadlines
from shared.contracts.receipts import Outcome
from shared.contracts.registry.cycle import AnnouncedDeadline, DueKind, DueStatus, DutiesAnnounced
from shared.contracts.registry.projects import ApproveProject, ReturnProject
from shared.contracts.treasury import Account, Balance, Balances, ContributionReceived
from tests.unit.registry.cycle_examples import RUNNING, Running, noon_of
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILER,
    FOUNDED_ON,
    MANAGING,
    NOON,
    POOL_ID,
    PROJECT_ID,
    TODAY,
    filing,
)

DAY = timedelta(days=1)
ENDS_ON = RUNNING.pool.ends_on
WINDOW_ENDS_ON = DISBURSED_ON + 30 * DAY
RETURN = ReturnProject(project_id=PROJECT_ID, reasons="评估报告须更新", filing=1)
RETURNED = RUNNING.says(filing(), COOPERATING, FILER).says(RETURN, MANAGING, APPROVER)


def announced(running: Running, first: date, last: date, kind: DueKind) -> list[tuple[date, DueStatus, str]]:
    """Begin every day from ``first`` to ``last``: when a duty of this kind was announced, how it stood, whose."""
    found = []
    day = first
    while day <= last:
        running, duties = running.on(day)
        found += [(day, duty.status, duty.holder) for duty in duties if duty.kind is kind]
        day += DAY
    return found


def received(account: Account, instalment: int) -> ContributionReceived:
    return ContributionReceived(
        transfer_id=POOL_ID,
        account=account,
        instalment=instalment,
        amount_fen=250_000_000,
        bank_reference="B1",
        value_on=TODAY,
        booked_on=TODAY,
        balances=Balances(
            fiscal=Balance(balance_fen=0, reserved_fen=0), social_capital=Balance(balance_fen=0, reserved_fen=0)
        ),
    )


@pytest.mark.clause("6.9")
@pytest.mark.clause("21.1")
def test_the_evaluation_is_reminded_of_180_90_and_30_days_before_the_terms_end() -> None:
    """And on the last day, and once when it is overdue; on no other day."""
    found = announced(RUNNING, ENDS_ON - 181 * DAY, ENDS_ON + 5 * DAY, DueKind.EVALUATION)
    assert found == [
        (ENDS_ON - 180 * DAY, DueStatus.AHEAD, MANAGING),
        (ENDS_ON - 90 * DAY, DueStatus.AHEAD, MANAGING),
        (ENDS_ON - 30 * DAY, DueStatus.AHEAD, MANAGING),
        (ENDS_ON, DueStatus.DUE, MANAGING),
        (ENDS_ON + DAY, DueStatus.OVERDUE, MANAGING),
    ]


@pytest.mark.clause("6.9")
def test_a_filing_waits_for_its_decision_until_the_window_ends() -> None:
    """The managing institution is reminded by the rules' days; what it has decided is announced no more."""
    filed = RUNNING.says(filing(), COOPERATING, FILER)
    found = announced(filed, TODAY, WINDOW_ENDS_ON + 3 * DAY, DueKind.FILING_DECISION)
    assert found == [
        (WINDOW_ENDS_ON - 10 * DAY, DueStatus.AHEAD, MANAGING),
        (WINDOW_ENDS_ON - 3 * DAY, DueStatus.AHEAD, MANAGING),
        (WINDOW_ENDS_ON, DueStatus.DUE, MANAGING),
        (WINDOW_ENDS_ON + DAY, DueStatus.OVERDUE, MANAGING),
    ]
    approved = filed.says(ApproveProject(project_id=PROJECT_ID, filing=1), MANAGING, APPROVER)
    assert announced(approved, TODAY, WINDOW_ENDS_ON + 3 * DAY, DueKind.FILING_DECISION) == []
    assert announced(RETURNED, TODAY, WINDOW_ENDS_ON + 3 * DAY, DueKind.FILING_DECISION) == []


@pytest.mark.clause("6.9")
def test_a_returned_filing_is_to_be_filed_again_within_the_days_of_the_rules() -> None:
    """The cooperating institution is reminded; when it has filed again, its duty has ended."""
    due_on = TODAY + 15 * DAY
    returned = RUNNING.says(filing(), COOPERATING, FILER).says(RETURN, MANAGING, APPROVER)
    found = announced(returned, TODAY, due_on + 3 * DAY, DueKind.FILING_CORRECTION)
    assert found == [
        (due_on - 10 * DAY, DueStatus.AHEAD, COOPERATING),
        (due_on - 3 * DAY, DueStatus.AHEAD, COOPERATING),
        (due_on, DueStatus.DUE, COOPERATING),
        (due_on + DAY, DueStatus.OVERDUE, COOPERATING),
    ]
    again = returned.says(filing(), COOPERATING, FILER, at=NOON + DAY)
    assert announced(again, TODAY, due_on + 3 * DAY, DueKind.FILING_CORRECTION) == []


@pytest.mark.clause("6.9")
def test_the_last_days_of_what_is_filed_and_returned() -> None:
    """The window's last day, or the day of filing if that is later; so many days after the return."""
    assert decision_is_due_on(WINDOW_ENDS_ON, TODAY) == WINDOW_ENDS_ON
    assert decision_is_due_on(WINDOW_ENDS_ON, WINDOW_ENDS_ON + DAY) == WINDOW_ENDS_ON + DAY
    assert supplement_is_due_on(TODAY, 15) == TODAY + 15 * DAY


@pytest.mark.clause("6.9")
def test_an_incomplete_filing_is_to_be_completed_before_its_window_ends() -> None:
    """The cooperating institution is reminded; a complete filing ends it."""
    decision = RUNNING.when(filing(documents=()), COOPERATING, officer=FILER)
    running = RUNNING
    for event in decision.events:
        running = running.having(event)
    found = announced(running, TODAY, WINDOW_ENDS_ON + 3 * DAY, DueKind.FILING_COMPLETION)
    assert [(day, holder) for day, _, holder in found] == [
        (WINDOW_ENDS_ON - 10 * DAY, COOPERATING),
        (WINDOW_ENDS_ON - 3 * DAY, COOPERATING),
        (WINDOW_ENDS_ON, COOPERATING),
        (WINDOW_ENDS_ON + DAY, COOPERATING),
    ]
    complete = running.says(filing(), COOPERATING, FILER)
    assert announced(complete, TODAY, WINDOW_ENDS_ON + 3 * DAY, DueKind.FILING_COMPLETION) == []


@pytest.mark.clause("6.9")
def test_what_is_filed_after_its_window_is_due_at_once() -> None:
    """Filed again a month after the window, a filing is announced with the next day, as overdue."""
    late = WINDOW_ENDS_ON + 30 * DAY
    again = RETURNED.says(filing(), COOPERATING, FILER, at=noon_of(late))
    assert announced(again, late + DAY, late + 3 * DAY, DueKind.FILING_DECISION) == [
        (late + DAY, DueStatus.OVERDUE, MANAGING)
    ]


@pytest.mark.clause("6.9")
def test_a_contribution_is_announced_until_it_has_arrived() -> None:
    """Both sides are reminded of each instalment, unless the treasury has said that theirs has been received."""
    due_on = RUNNING.pool.contributions[0].due_on
    found = announced(RUNNING, due_on - DAY, due_on + 2 * DAY, DueKind.CONTRIBUTION)
    assert sorted(found) == sorted(
        (day, status, holder)
        for day, status in ((due_on, DueStatus.DUE), (due_on + DAY, DueStatus.OVERDUE))
        for holder in (MANAGING, COOPERATING)
    )
    half = RUNNING.having(received(Account.FISCAL, 1))
    found = announced(half, due_on, due_on, DueKind.CONTRIBUTION)
    assert found == [(due_on, DueStatus.DUE, COOPERATING)]
    whole = half.having(received(Account.SOCIAL_CAPITAL, 1))
    assert announced(whole, due_on, due_on + 2 * DAY, DueKind.CONTRIBUTION) == []


@pytest.mark.clause("6.9")
def test_each_years_summary_is_due_in_the_next_year() -> None:
    """The duty begins with the pool, and again with each new year, however many days are left out."""
    running, _ = RUNNING.on(date(2026, 12, 31))
    running, duties = running.on(date(2027, 1, 31))
    assert [(duty.reference, duty.status) for duty in duties if duty.kind is DueKind.ANNUAL_SUMMARY] == [
        ("2026", DueStatus.DUE)
    ]
    running, duties = running.on(date(2029, 2, 1))
    assert sorted((duty.reference, duty.status) for duty in duties if duty.kind is DueKind.ANNUAL_SUMMARY) == [
        ("2026", DueStatus.OVERDUE),
        ("2027", DueStatus.OVERDUE),
    ]
    _, duties = running.on(date(2029, 2, 2))
    assert [(duty.reference, duty.days_left) for duty in duties if duty.kind is DueKind.ANNUAL_SUMMARY] == [
        ("2028", -2)
    ]


@pytest.mark.clause("6.9")
def test_so_many_duties_are_taken_with_the_day_and_the_rest_when_it_is_said_again() -> None:
    """Each event is bounded, a day's message too; nothing is lost and nothing is said twice."""
    duties = [
        Deadline(DueKind.FILING_DECISION, POOL_ID, str(number), MANAGING, TODAY, (0, -1), TODAY)
        for number in range(DAY_DEADLINES_MAX + EVENT_DEADLINES_MAX + 1)
    ]
    crowded = Running(RUNNING.given, Deadlines().with_begun(POOL_ID, duties))
    first = [event for event in crowded.begin(TODAY).events if isinstance(event, DutiesAnnounced)]
    assert [len(event.duties) for event in first] == [EVENT_DEADLINES_MAX] * 10
    assert [event.more_left for event in first] == [False] * 9 + [True]
    running = crowded.after(crowded.begin(TODAY), noon_of(TODAY))
    second = [event for event in running.begin(TODAY).events if isinstance(event, DutiesAnnounced)]
    assert [(len(event.duties), event.more_left) for event in second] == [(100, False), (1, False)]
    running = running.after(running.begin(TODAY), noon_of(TODAY))
    assert running.begin(TODAY).outcome is Outcome.DUPLICATE
    said = [duty.reference for event in (*first, *second) for duty in event.duties]
    assert sorted(said) == sorted(duty.reference for duty in duties)


@pytest.mark.clause("6.9")
@given(
    due_in=st.integers(1, 400),
    days_before=st.lists(st.integers(0, 200), max_size=5),
    gaps=st.lists(st.integers(1, 60), min_size=1, max_size=40),
)
def test_however_days_are_left_out_each_reminder_comes_once(
    due_in: int, days_before: list[int], gaps: list[int]
) -> None:
    """What is said of one duty: never twice for one reminder, always its latest one, and overdue at last."""
    due_on, steps_days = FOUNDED_ON + due_in * DAY, steps_of(days_before)
    duty = Deadline(
        DueKind.EVALUATION, POOL_ID, "1", MANAGING, due_on, steps_days, announced_next(due_on, steps_days, FOUNDED_ON)
    )
    running = Running(RUNNING.given, Deadlines().with_begun(POOL_ID, [duty]))
    day, said = FOUNDED_ON, list[tuple[date, AnnouncedDeadline]]()
    for gap in gaps:
        before, day = day, day + gap * DAY
        running, duties = running.on(day)
        passed = [step for step in steps_days if before < due_on - step * DAY <= day]
        assert len([one for one in duties if one.reference == "1"]) == bool(passed)
        said += [(day, one) for one in duties if one.reference == "1"]
    for on, one in said:
        assert one.days_left == (due_on - on).days
        assert one.status is (DueStatus.AHEAD if on < due_on else DueStatus.DUE if on == due_on else DueStatus.OVERDUE)
    assert len(said) <= len(steps_days)
    assert [one.status for _, one in said].count(DueStatus.OVERDUE) == (day > due_on)
