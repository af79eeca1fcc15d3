"""Article 16: the filing window and the filing's materials."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.article_16_filing import FilingDeadline, filing_deadline
from services.registry.domain.reference_data import ReferenceData
from services.registry.domain.working_days import WorkingDays
from shared.contracts.documents import DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.projects import ProjectFiled, RejectProject, ReturnProject
from shared.decisions.days import BEIJING
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILED,
    FILER,
    MANAGING,
    MATERIALS,
    PROFILE,
    PROJECT_ID,
    STAFFED,
    TODAY,
    WEEKDAYS_ONLY,
    codes,
    filing,
    loan,
    right,
    rules,
)

# Paid out on 7 April 2026, a Tuesday: the 30th day is 7 May, a Thursday.
LAST_DAY = date(2026, 5, 7)


def at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    """A moment in Beijing."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING)


def all_days(year: int, off: set[date]) -> WorkingDays:
    """A published year in which exactly ``off`` and the weekends are off."""
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
    return WorkingDays({day: day.weekday() < 5 and day not in off for day in days if day.year == year})


@pytest.mark.clause("16.1")
def test_the_last_minute_of_the_thirtieth_day_is_in_time_and_the_next_is_not() -> None:
    """The day of payout isn't counted, the thirtieth day ends at midnight in Beijing."""
    last_minute = at(LAST_DAY, 23, 59).astimezone(UTC)
    assert STAFFED.when(filing(), COOPERATING, FILER, last_minute).outcome is Outcome.ACCEPTED
    decision = STAFFED.when(filing(), COOPERATING, FILER, last_minute + timedelta(minutes=1))
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["filed_late"])
    assert "2026-05-07" in decision.refusals[0].text


@pytest.mark.clause("16.1")
def test_a_last_day_on_a_holiday_moves_to_the_next_working_day() -> None:
    """Thursday, Friday and the weekend off: the last day is Monday; the calendar is published, so it is final."""
    calendar = all_days(2026, {LAST_DAY, LAST_DAY + timedelta(days=1)})
    assert filing_deadline(DISBURSED_ON, 30, calendar) == FilingDeadline(date(2026, 5, 11), provisional=False)
    given_holiday = replace(STAFFED, reference_data=ReferenceData({PROFILE.code: PROFILE}, calendar))
    (event,) = given_holiday.when(filing(), COOPERATING, FILER, at(date(2026, 5, 11))).events
    assert isinstance(event, ProjectFiled)
    assert (event.filing_deadline, event.filing_deadline_provisional) == (date(2026, 5, 11), False)
    assert codes(given_holiday.when(filing(), COOPERATING, FILER, at(date(2026, 5, 12)))) == ["filed_late"]


@pytest.mark.clause("16.1")
def test_a_district_may_let_a_last_day_stand() -> None:
    """Where the rules move no last day it stays on the holiday, and no calendar has to be published for it."""
    for calendar in (all_days(2026, {LAST_DAY}), WorkingDays({})):
        staying = replace(STAFFED, reference_data=ReferenceData({PROFILE.code: PROFILE}, calendar))
        staying = staying.with_pool(first_rules=rules(last_day_off_moves=False))
        (event,) = staying.when(filing(), COOPERATING, FILER, at(LAST_DAY)).events
        assert isinstance(event, ProjectFiled)
        assert (event.filing_deadline, event.filing_deadline_provisional) == (LAST_DAY, False)
        assert codes(staying.when(filing(), COOPERATING, FILER, at(LAST_DAY + timedelta(days=1)))) == ["filed_late"]


@pytest.mark.clause("16.1")
def test_a_weekend_worked_in_lieu_is_a_working_day() -> None:
    """A last day on a Saturday that people work on stays where it is."""
    saturday = date(2026, 5, 9)
    calendar = all_days(2026, set())
    worked = WorkingDays({**calendar.published, saturday: True})
    assert filing_deadline(saturday - timedelta(days=30), 30, worked).last_day == saturday
    assert filing_deadline(saturday - timedelta(days=30), 30, calendar).last_day == date(2026, 5, 11)


@pytest.mark.clause("16.1")
def test_a_deadline_in_a_year_that_is_not_published_is_provisional() -> None:
    """It goes by weekdays, is marked, and a late filing is told that it may move."""
    (event,) = STAFFED.when(filing(), COOPERATING, FILER).events
    assert isinstance(event, ProjectFiled)
    assert event.filing_deadline_provisional
    decision = STAFFED.when(filing(), COOPERATING, FILER, at(date(2026, 5, 8)))
    assert "provisional" in decision.refusals[0].text
    # The window ends on a day off of a published year, but the next working day lies in a year that is not.
    into_next_year = filing_deadline(date(2026, 12, 1), 30, all_days(2026, {date(2026, 12, 31)}))
    assert into_next_year == FilingDeadline(date(2027, 1, 4), provisional=True)


@pytest.mark.clause("16.1")
@given(
    disbursed_on=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    window_days=st.integers(1, 365),
    off=st.sets(st.integers(0, 20), max_size=20),
)
def test_a_deadline_is_the_first_working_day_from_the_end_of_the_window_on(
    disbursed_on: date, window_days: int, off: set[int]
) -> None:
    """Never before the window's end, always a working day, and with no working day in between."""
    end = disbursed_on + timedelta(days=window_days)
    days = (date(end.year, 1, 1) + timedelta(days=number) for number in range(2 * 366))
    calendar = WorkingDays({day: (day - end).days not in off for day in days})
    deadline = filing_deadline(disbursed_on, window_days, calendar)
    assert deadline.last_day >= end
    assert calendar.is_working(deadline.last_day)
    between = (deadline.last_day - end).days
    assert not any(calendar.is_working(end + timedelta(days=number)) for number in range(between))
    assert not deadline.provisional


@pytest.mark.clause("16.1")
def test_a_loan_is_filed_after_its_payout() -> None:
    """The day of payout itself is early enough; the day before isn't."""
    ahead = filing(loan=loan(disbursed_on=TODAY + timedelta(days=1)))
    decision = STAFFED.when(ahead, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["day_in_the_future"])
    assert STAFFED.when(filing(loan=loan(disbursed_on=TODAY)), COOPERATING, FILER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("16.1")
def test_a_payout_on_the_last_day_that_there_is_is_refused_and_breaks_nothing() -> None:
    """No day that a message can carry stops the service."""
    last, first = date(2200, 12, 31), date(1949, 1, 1)
    never = filing(loan=loan(disbursed_on=last, due_on=last))
    assert codes(STAFFED.when(never, COOPERATING, FILER)) == ["day_in_the_future"]
    long_ago = filing(loan=loan(disbursed_on=first, contracted_on=first, due_on=last))
    assert STAFFED.when(long_ago, COOPERATING, FILER).outcome is Outcome.REFUSED


@pytest.mark.clause("16.1")
@pytest.mark.parametrize(
    "days",
    [{"contracted_on": DISBURSED_ON + timedelta(days=1)}, {"due_on": DISBURSED_ON - timedelta(days=1)}],
)
def test_the_days_of_a_loan_follow_each_other(days: dict[str, date]) -> None:
    """Contracted, then paid out, then due."""
    decision = STAFFED.when(filing(loan=loan(**days)), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["loan_days_not_in_order"])


@pytest.mark.clause("16.1")
def test_a_returned_filing_was_filed_on_its_first_day() -> None:
    """The days that its approval and return took aren't held against a filing that came in time."""
    returned = FILED.after(ReturnProject(project_id=PROJECT_ID, reasons="补充", filing=1), MANAGING, APPROVER)
    (event,) = returned.when(filing(), COOPERATING, FILER, at(LAST_DAY + timedelta(days=10))).events
    assert isinstance(event, ProjectFiled)
    assert (event.filing, event.filed_on) == (2, TODAY)


@pytest.mark.clause("16.2")
@pytest.mark.parametrize("missing", [material.kind for material in MATERIALS])
def test_each_missing_material_is_named(missing: DocumentKind) -> None:
    """A filing without one of its materials is deficient; it can be sent again, complete."""
    documents = tuple(document for document in MATERIALS if document.kind is not missing)
    decision = STAFFED.when(filing(documents=documents), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.DEFICIENT, [f"{missing}_missing"])


@pytest.mark.clause("16.2")
def test_all_missing_materials_are_named_at_once() -> None:
    """Nobody has to send a filing six times to learn six things."""
    decision = STAFFED.when(filing(documents=()), COOPERATING, FILER)
    assert (decision.outcome, len(decision.refusals)) == (Outcome.DEFICIENT, 6)


@pytest.mark.clause("16.2")
def test_a_guarantee_contract_is_needed_only_where_there_is_a_guarantor() -> None:
    """Materials are required as they apply."""
    documents = tuple(document for document in MATERIALS if document.kind is not DocumentKind.GUARANTEE_CONTRACT)
    data = filing(documents=documents, loan=loan(guarantor=None))
    assert STAFFED.when(data, COOPERATING, FILER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("16.2")
def test_a_filing_that_is_refused_is_told_what_is_missing_as_well() -> None:
    """What can't be mended decides the outcome; what is missing is named beside it."""
    data = filing(documents=MATERIALS[1:], rights=(right(), right()), borrower_is_affiliate=True)
    decision = STAFFED.when(data, COOPERATING, FILER)
    assert decision.outcome is Outcome.REFUSED
    assert codes(decision) == ["right_listed_twice", "borrower_is_affiliate", "three_party_agreement_missing"]


def test_the_calendar_used_here_is_unpublished() -> None:
    """The examples go by weekdays, so that no real holiday gets into them."""
    assert not WEEKDAYS_ONLY.is_settled(TODAY)


@pytest.mark.clause("16.1")
@pytest.mark.clause("10.3")
@pytest.mark.parametrize(
    "written", ["ＬＯＡＮ－１", "LOAN -1", "loan–1", "LOAN_1", "LOAN1", "LОАN-1", "LOAN-1号", "第（LOAN）1號"]
)
def test_a_loan_is_filed_once_in_whatever_writing_of_its_number(written: str) -> None:
    """It is the project that is there; the number of whichever was filed is kept as it was written."""
    again = filing(loan=loan(contract_number=written))
    assert codes(FILED.when(again, COOPERATING, FILER)) == ["project_already_filed"]
    filed = STAFFED.after(again, COOPERATING, FILER).state.project
    assert filed is not None
    assert (filed.project_id, filed.loan.contract_number) == (PROJECT_ID, written)


@pytest.mark.clause("5.4")
@pytest.mark.clause("10.3")
def test_what_was_rejected_for_good_does_not_come_back_under_another_writing() -> None:
    """Its number in any writing is its number."""
    rejected = FILED.after(RejectProject(project_id=PROJECT_ID, reasons="不符合条件", filing=1), MANAGING, APPROVER)
    for written in ("LOAN-1", "loan1", "ＬＯＡＮ—１号"):
        decision = rejected.when(filing(loan=loan(contract_number=written)), COOPERATING, FILER)
        assert codes(decision) == ["project_already_filed"], written


@pytest.mark.clause("16.1")
@pytest.mark.parametrize("written", ["LOAN-Ж", "ЛОАН-1", "（）", "ローン-1"])
def test_a_loan_is_filed_under_a_number_that_can_be_read(written: str) -> None:
    """Letters that look like none of a contract's would make another project of it."""
    decision = STAFFED.when(filing(loan=loan(contract_number=written)), COOPERATING, FILER)
    assert (decision.outcome, codes(decision), decision.events) == (
        Outcome.REFUSED,
        ["contract_number_not_readable"],
        (),
    )


@pytest.mark.clause("16.2")
@pytest.mark.clause("15.1")
def test_a_district_fixes_what_comes_with_a_filing() -> None:
    """What the rules ask for is asked for, and no more."""
    fewer = STAFFED.with_pool(first_rules=rules(filing_materials=(DocumentKind.LOAN_CONTRACT,)))
    both = tuple(each for each in MATERIALS if each.kind in {DocumentKind.LOAN_CONTRACT, DocumentKind.IP_ANALYSIS})
    assert fewer.when(filing(documents=both), COOPERATING, FILER).outcome is Outcome.ACCEPTED
    more = STAFFED.with_pool(first_rules=rules(filing_materials=(DocumentKind.LOSS_NOTICE,)))
    assert codes(more.when(filing(), COOPERATING, FILER)) == ["loss_notice_missing"]
