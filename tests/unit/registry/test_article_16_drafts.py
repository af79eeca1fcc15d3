"""Article 16: the clocks of a filing that is not complete yet: told as they are, and never started anew."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from services.registry.domain.article_16_filing import filing_deadline
from services.registry.domain.project import Draft, Project
from services.registry.domain.working_days import WorkingDays
from shared.contracts.receipts import Outcome
from shared.contracts.registry.corrections import ProjectCorrected
from shared.contracts.registry.projects import (
    ApproveProject,
    FiledDrawdown,
    FileProject,
    FilingFoundIncomplete,
    ProjectFiled,
    ReturnProject,
)
from shared.decisions.decision import Decision
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.project_life_examples import drawdown, drawing
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILER,
    MANAGING,
    MATERIALS,
    PROJECT_ID,
    REFERENCE_DATA,
    STAFFED,
    WEEKDAYS_ONLY,
    Given,
    codes,
    filing,
    loan,
)
from tests.unit.registry.rules_examples import REGULATED, adopted, proposal, version

# Of a district whose regulation allows them.
LONG_WINDOWS = REGULATED.with_bounds(filing_window_days={"most": 90}).of_that_district()

pytestmark = pytest.mark.clause("16.1")

DAY = timedelta(days=1)
LAST_DAY = date(2026, 5, 7)
LATER = DISBURSED_ON + 8 * DAY


def noon(day: date) -> datetime:
    """Noon in Beijing."""
    return datetime.combine(day, time(4), UTC)


def paid_out(disbursed_on: date, *, complete: bool = True, late_because: str | None = None) -> FileProject:
    """The example's filing with this day of payout; incomplete it lacks its first material."""
    documents = MATERIALS if complete else MATERIALS[1:]
    return filing(loan=loan(disbursed_on=disbursed_on), documents=documents, late_because=late_because)


def draft(given: Given = STAFFED, disbursed_on: date = DISBURSED_ON) -> Given:
    return given.having(given.when(paid_out(disbursed_on, complete=False), COOPERATING, FILER).events)


def found_incomplete(decision: Decision) -> FilingFoundIncomplete:
    assert decision.outcome is Outcome.DEFICIENT
    (event,) = decision.events
    assert isinstance(event, FilingFoundIncomplete)
    return event


def filed(decision: Decision) -> ProjectFiled:
    (event,) = decision.events
    assert isinstance(event, ProjectFiled)
    return event


def filed_anew(decision: Decision) -> tuple[FiledDrawdown, ...]:
    """The clocks of what is filed once more, and in time."""
    assert decision.outcome is Outcome.ACCEPTED, codes(decision)
    (event,) = decision.events
    assert isinstance(event, ProjectFiled | ProjectCorrected)
    return event.drawdowns


def test_a_corrected_day_of_payout_is_told_with_its_own_clock() -> None:
    """Though the same is missing as before: else the draft would keep a last day that is not its own."""
    given, earlier = draft(disbursed_on=LATER), paid_out(DISBURSED_ON, complete=False)
    event = found_incomplete(given.when(earlier, COOPERATING, FILER))
    assert (event.filing_deadline, event.loan.disbursed_on) == (LAST_DAY, DISBURSED_ON)
    after = given.having([event])
    assert isinstance(after.state.project, Draft)
    assert after.state.project.filing_deadline == LAST_DAY
    again = after.when(earlier, COOPERATING, FILER)
    assert (again.outcome, again.events) == (Outcome.DEFICIENT, ())


def test_working_days_that_were_published_since_move_the_last_day_that_is_told() -> None:
    """Until then it is provisional, and the completion is judged by what is published when it comes."""
    holidays = {LAST_DAY, LAST_DAY + DAY}
    year = [date(2026, 1, 1) + number * DAY for number in range(365)]
    working = WorkingDays({day: day.weekday() < 5 and day not in holidays for day in year})
    given = draft()
    assert isinstance(given.state.project, Draft)
    assert given.state.project.filing_deadline_provisional
    published = replace(given, reference_data=replace(REFERENCE_DATA, working_days=working))
    event = found_incomplete(published.when(paid_out(DISBURSED_ON, complete=False), COOPERATING, FILER))
    assert (event.filing_deadline, event.filing_deadline_provisional) == (LAST_DAY + 4 * DAY, False)
    last, after = noon(LAST_DAY + 4 * DAY), noon(LAST_DAY + 5 * DAY)
    assert published.when(filing(), COOPERATING, FILER, last).outcome is Outcome.ACCEPTED
    assert codes(published.when(filing(), COOPERATING, FILER, after)) == ["filed_late"]


@pytest.mark.clause("5.2")
@pytest.mark.parametrize("window_days", [5, 90])
def test_a_draft_is_completed_within_the_window_that_it_was_told(window_days: int) -> None:
    """Rules of later bind nothing that was taken in before; share and ratio are pinned when it is complete."""
    given = draft(
        adopted(LONG_WINDOWS, data=proposal(proposed=version(filing_window_days=window_days, share_rate_bp=1000)))
    )
    event = filed(given.when(filing(), COOPERATING, FILER, noon(LAST_DAY)))
    assert (event.filing_deadline, event.terms.rules_version, event.terms.share_rate_bp) == (LAST_DAY, 2, 1000)
    assert codes(given.when(filing(), COOPERATING, FILER, noon(LAST_DAY + DAY))) == ["filed_late"]
    again = found_incomplete(given.when(paid_out(LATER, complete=False), COOPERATING, FILER, noon(LAST_DAY)))
    kept = given.having([again]).state.project
    assert again.rules_version == 2
    assert isinstance(kept, Draft)
    assert kept.rules_version == 1


@pytest.mark.clause("5.2")
@pytest.mark.parametrize("window_days", [5, 90])
def test_what_was_a_draft_keeps_its_window_as_a_project(window_days: int) -> None:
    """Returned and filed again, or corrected, it is judged by what was told: rules of later make nothing late."""
    given = draft(adopted(LONG_WINDOWS, data=proposal(proposed=version(filing_window_days=window_days))))
    given = given.after(filing(), COOPERATING, FILER, noon(LAST_DAY - DAY))
    corrected = filed_anew(given.when(correction(), COOPERATING, FILER, noon(LAST_DAY)))
    assert [each.filing_deadline for each in corrected] == [LAST_DAY]
    returned = given.after(
        ReturnProject(project_id=PROJECT_ID, reasons="补充", filing=1), MANAGING, APPROVER, noon(LAST_DAY)
    )
    again = filed_anew(returned.when(filing(), COOPERATING, FILER, noon(LAST_DAY + DAY)))
    assert [each.filing_deadline for each in again] == [LAST_DAY]
    assert isinstance(given.state.project, Project)
    assert (given.state.project.windows_version, given.state.project.terms.rules_version) == (1, 2)


@pytest.mark.clause("5.2")
def test_a_further_drawdown_has_the_window_that_the_draft_was_told() -> None:
    """One loan has one length of its windows."""
    first = loan(drawdowns=(drawdown(1, DISBURSED_ON),))
    given = adopted(data=proposal(proposed=version(filing_window_days=5)))
    given = given.having(given.when(filing(loan=first, documents=MATERIALS[1:]), COOPERATING, FILER).events)
    given = given.after(filing(loan=first), COOPERATING, FILER, noon(LATER + DAY))
    given = given.after(ApproveProject(project_id=PROJECT_ID, filing=1), MANAGING, APPROVER, noon(LATER + DAY))
    drawn = given.when(drawing(disbursed_on=LATER), COOPERATING, FILER, noon(LAST_DAY))
    assert drawn.outcome is Outcome.ACCEPTED, codes(drawn)


def test_a_slip_of_the_pen_in_a_draft_costs_nothing_until_its_last_day() -> None:
    """Completed by then with a later day of payout, it has that day's window."""
    event = filed(draft().when(paid_out(LATER), COOPERATING, FILER, noon(LAST_DAY)))
    assert (event.filing_deadline, event.late_because) == (date(2026, 5, 15), None)


def test_a_window_that_ran_out_on_a_draft_stays_closed() -> None:
    """Also if it is completed with a later day of payout, at once or by another draft; a reason makes it wait."""
    given, at = draft(), noon(LAST_DAY + DAY)
    redated = given.having(
        [found_incomplete(given.when(paid_out(LATER, complete=False, late_because="补正"), COOPERATING, FILER, at))]
    )
    for drafted in (given, redated):
        assert codes(drafted.when(paid_out(LATER), COOPERATING, FILER, at)) == ["filed_late"]
        decision = drafted.when(paid_out(LATER, late_because="放款日录入有误"), COOPERATING, FILER, at)
        assert decision.outcome is Outcome.HELD
        assert filed(decision).filing_deadline == LAST_DAY
        project = drafted.having(decision.events).state.project
        assert isinstance(project, Project)
        assert [each.disbursed_on for each in project.judged_drawdowns] == [DISBURSED_ON, LATER]


@examples(first=st.integers(0, 8), later=st.integers(0, 8), sent=st.integers(8, 45), redrafted=st.integers(8, 45))
def test_a_draft_gives_no_more_time_than_its_first_window(first: int, later: int, sent: int, redrafted: int) -> None:
    """However often it is sent: in time is what comes within its own window, and before the draft's had run out."""
    before, after = DISBURSED_ON + first * DAY, DISBURSED_ON + later * DAY
    completed_on, between = DISBURSED_ON + sent * DAY, DISBURSED_ON + min(redrafted, sent) * DAY
    given = draft(disbursed_on=before)
    again = paid_out(after, complete=False, late_because="补正")
    given = given.having(given.when(again, COOPERATING, FILER, noon(between)).events)
    is_late = codes(given.when(paid_out(after), COOPERATING, FILER, noon(completed_on))) == ["filed_late"]
    own, drafted = (filing_deadline(day, 30, WEEKDAYS_ONLY).last_day for day in (after, before))
    had_run_out = after > before and between > drafted
    assert is_late == (completed_on > own or had_run_out)
