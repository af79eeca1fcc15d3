"""Articles 5 and 6: the annual summary is drawn up from figures, submitted with the plan, and accepted or returned."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.registry.domain.annual_figures import counted
from services.registry.domain.annual_summaries.state import AnnualSummary
from shared.contracts.claims import CompensationPaid
from shared.contracts.documents import DocumentKind
from shared.contracts.receipts import Outcome
from shared.contracts.registry.cycle import DueKind
from shared.contracts.registry.performance import (
    AcceptAnnualSummary,
    AnnualFigures,
    AnnualSummaryAccepted,
    AnnualSummaryDrawnUp,
    AnnualSummaryReturned,
    AnnualSummarySubmitted,
    DrawUpAnnualSummary,
    ReturnAnnualSummary,
)
from shared.contracts.registry.projects import ApproveProject, RejectProject, ReturnProject
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.cycle_examples import (
    DRAW_UP,
    NEXT_YEAR,
    REPORTER,
    RUNNING,
    YEAR,
    Running,
    kind,
    noon_of,
    submission,
)
from tests.unit.registry.registry_examples import (
    APPROVED,
    APPROVER,
    COOPERATING,
    FILER,
    MANAGING,
    NOON,
    PROJECT_ID,
    codes,
    loan,
)

FILED_ONCE = AnnualFigures(filings=1)
DRAWN_UP = RUNNING.after(RUNNING.by_reporter(DRAW_UP, NEXT_YEAR), NEXT_YEAR)
SUBMITTED = DRAWN_UP.after(DRAWN_UP.by_reporter(submission(), NEXT_YEAR), NEXT_YEAR)
ACCEPT = AcceptAnnualSummary(year=YEAR, submission=1)
RETURN = ReturnAnnualSummary(year=YEAR, submission=1, reasons="计划须细化")
RETURNED = SUBMITTED.after(SUBMITTED.by_overseer(RETURN, NEXT_YEAR), NEXT_YEAR)


def waiting(running: Running) -> set[DueKind]:
    """What is still to be announced of the summary of the year."""
    return {
        duty.kind for duty in running.deadlines.waiting.values() if duty.reference == str(YEAR) and duty.announce_on
    }


@pytest.mark.clause("6.7")
def test_a_summary_says_the_figures_of_its_year_and_all_up_to_it() -> None:
    """What is counted of later years isn't in it."""
    figures = {
        YEAR: AnnualFigures(filings=3, principal_covered_fen=10),
        YEAR - 1: AnnualFigures(filings=2, paid_fen=5),
        YEAR + 1: AnnualFigures(filings=9),
    }
    state = replace(RUNNING.given.state, figures=figures)
    (event,) = replace(RUNNING, given=replace(RUNNING.given, state=state)).by_reporter(DRAW_UP, NEXT_YEAR).events
    assert isinstance(event, AnnualSummaryDrawnUp)
    assert event.figures == AnnualFigures(filings=3, principal_covered_fen=10)
    assert event.figures_since_founding == AnnualFigures(filings=5, principal_covered_fen=10, paid_fen=5)
    assert DRAWN_UP.by_reporter(DRAW_UP, NEXT_YEAR).outcome is Outcome.DUPLICATE


def counting(running: Running, **figures: int) -> Running:
    """So much is counted by now of the year."""
    state = replace(running.given.state, figures={YEAR: AnnualFigures(**figures)})
    return replace(running, given=replace(running.given, state=state))


@pytest.mark.clause("6.7")
def test_what_came_late_is_drawn_up_anew_until_the_summary_is_submitted() -> None:
    """Also after its return; what waits or was accepted stays what was read, and the refusal says where the rest is."""
    for running in (DRAWN_UP, RETURNED):
        late = counting(running, paid_fen=5)
        (event,) = late.by_reporter(DRAW_UP, NEXT_YEAR).events
        assert isinstance(event, AnnualSummaryDrawnUp)
        assert (event.figures, event.figures_since_founding) == (AnnualFigures(paid_fen=5), AnnualFigures(paid_fen=5))
        anew = late.after(late.by_reporter(DRAW_UP, NEXT_YEAR), NEXT_YEAR)
        assert anew.by_reporter(DRAW_UP, NEXT_YEAR).outcome is Outcome.DUPLICATE
        assert anew.by_reporter(submission(), NEXT_YEAR).outcome is Outcome.ACCEPTED
        before = running.given.state.entry
        assert isinstance(before, AnnualSummary)
        drawn = {"figures": event.figures, "figures_since_founding": event.figures_since_founding}
        assert anew.given.state.entry == before.model_copy(update=drawn)
    accepted = SUBMITTED.after(SUBMITTED.by_overseer(ACCEPT, NEXT_YEAR), NEXT_YEAR)
    for running, next_step in ((SUBMITTED, "return it first"), (accepted, "since the founding")):
        assert running.by_reporter(DRAW_UP, NEXT_YEAR).outcome is Outcome.DUPLICATE
        decision = counting(running, paid_fen=5).by_reporter(DRAW_UP, NEXT_YEAR)
        assert [(each.code, each.clause) for each in decision.refusals] == [("summary_figures_stay", "6.7")]
        assert next_step in decision.refusals[0].text


@pytest.mark.clause("6.7")
def test_a_late_figure_of_an_earlier_year_is_drawn_up_anew_too() -> None:
    """It is in the figures since the founding."""
    late = counting(DRAWN_UP)
    late = replace(late, given=replace(late.given, state=replace(late.given.state, figures={YEAR - 1: FILED_ONCE})))
    assert late.by_reporter(DRAW_UP, NEXT_YEAR).outcome is Outcome.ACCEPTED


@pytest.mark.clause("6.7")
@pytest.mark.parametrize(
    ("year", "at"), [(YEAR, noon_of(date(YEAR, 12, 31))), (YEAR - 1, NEXT_YEAR), (YEAR + 1, NEXT_YEAR)]
)
def test_only_a_whole_year_of_the_pool_is_drawn_up(year: int, at: object) -> None:
    """The last day of the year is too early, and before its founding the pool has no year."""
    decision = RUNNING.by_reporter(DrawUpAnnualSummary(year=year), at)  # type: ignore[arg-type]  # a datetime
    assert codes(decision) == ["summarised_year_not_over"]


@pytest.mark.clause("6.7")
def test_a_summary_is_submitted_with_the_next_years_plan() -> None:
    """Each as what it is; the same again while it waits is a duplicate, and its duty has passed to the other side."""
    (event,) = DRAWN_UP.by_reporter(submission(), NEXT_YEAR).events
    assert isinstance(event, AnnualSummarySubmitted)
    assert (event.submission, event.submitted_by) == (1, REPORTER)
    assert SUBMITTED.by_reporter(submission(), NEXT_YEAR).outcome is Outcome.DUPLICATE
    other = kind(DocumentKind.OTHER)
    decision = DRAWN_UP.by_reporter(submission(summary=other, work_plan=other), NEXT_YEAR)
    assert codes(decision) == ["annual_summary_missing", "work_plan_missing"]
    assert waiting(DRAWN_UP) == {DueKind.ANNUAL_SUMMARY}
    assert waiting(SUBMITTED) == {DueKind.SUMMARY_DECISION}


@pytest.mark.clause("6.7")
def test_what_is_submitted_was_drawn_up_and_is_not_waiting_or_accepted() -> None:
    """Without figures there is no summary; one that waits is not exchanged behind its reader's back."""
    assert codes(RUNNING.by_reporter(submission(), NEXT_YEAR)) == ["summary_not_drawn_up"]
    another = submission(summary=kind(DocumentKind.ANNUAL_SUMMARY).model_copy(update={"title": "修订稿"}))
    assert codes(SUBMITTED.by_reporter(another, NEXT_YEAR)) == ["summary_submitted_before"]
    accepted = SUBMITTED.after(SUBMITTED.by_overseer(ACCEPT, NEXT_YEAR))
    assert codes(accepted.by_reporter(another, NEXT_YEAR)) == ["summary_submitted_before"]


@pytest.mark.clause("5.5")
def test_the_managing_institution_accepts_what_was_submitted() -> None:
    """For good; the same again is a duplicate, and nothing is left to be announced."""
    (event,) = SUBMITTED.by_overseer(ACCEPT, NEXT_YEAR).events
    assert isinstance(event, AnnualSummaryAccepted)
    accepted = SUBMITTED.after(SUBMITTED.by_overseer(ACCEPT, NEXT_YEAR), NEXT_YEAR)
    assert accepted.by_overseer(ACCEPT, NEXT_YEAR).outcome is Outcome.DUPLICATE
    assert codes(accepted.by_overseer(RETURN, NEXT_YEAR)) == ["summary_not_waiting"]
    assert waiting(accepted) == set()


@pytest.mark.clause("5.5")
def test_a_returned_summary_is_submitted_anew_within_the_days_of_the_rules() -> None:
    """It says by when, and its next submission has the next number."""
    (event,) = SUBMITTED.by_overseer(RETURN, NEXT_YEAR).events
    assert isinstance(event, AnnualSummaryReturned)
    assert event.due_on == date(YEAR + 1, 1, 20) + timedelta(days=15)
    assert RETURNED.by_overseer(RETURN, NEXT_YEAR).outcome is Outcome.DUPLICATE
    assert waiting(RETURNED) == {DueKind.ANNUAL_SUMMARY}
    again = RETURNED.after(RETURNED.by_reporter(submission(), NEXT_YEAR), NEXT_YEAR)
    assert codes(again.by_overseer(ACCEPT, NEXT_YEAR)) == ["submission_not_the_latest"]
    assert again.by_overseer(AcceptAnnualSummary(year=YEAR, submission=2), NEXT_YEAR).outcome is Outcome.ACCEPTED


@pytest.mark.clause("5.5")
def test_only_what_waits_is_decided_on() -> None:
    """Not what nobody has submitted."""
    for running in (RUNNING, DRAWN_UP, RETURNED):
        assert codes(running.by_overseer(ACCEPT, NOON)) == ["summary_not_waiting"]


@pytest.mark.clause("6.7")
@pytest.mark.clause("5.4")
def test_corrections_count_in_the_years_figures() -> None:
    """Each when it comes and when it is decided on; what it makes of the covered principal is more, or less."""
    given = APPROVED
    lower = correction(loan=loan(principal_fen=90_000_000))
    (corrected,) = given.when(lower, COOPERATING, FILER).events
    waiting = given.having([corrected])
    (approved,) = waiting.when(ApproveProject(project_id=PROJECT_ID, filing=2), MANAGING, APPROVER).events
    (returned,) = waiting.when(
        ReturnProject(project_id=PROJECT_ID, filing=2, reasons="请补充"), MANAGING, APPROVER
    ).events
    (rejected,) = waiting.when(
        RejectProject(project_id=PROJECT_ID, filing=2, reasons="不予更正"), MANAGING, APPROVER
    ).events
    assert [counted(event) for event in (corrected, approved, returned, rejected)] == [
        AnnualFigures(corrections=1),
        AnnualFigures(corrections_approved=1, principal_lowered_fen=10_000_000),
        AnnualFigures(corrections_returned=1),
        AnnualFigures(corrections_rejected=1),
    ]
    back = correction(2, loan=loan(), reasons="原金额无误")
    again = waiting.having([approved]).after(back, COOPERATING, FILER)
    (raised,) = again.when(ApproveProject(project_id=PROJECT_ID, filing=3), MANAGING, APPROVER).events
    assert counted(raised) == AnnualFigures(corrections_approved=1, principal_raised_fen=10_000_000)


@pytest.mark.clause("6.7")
@pytest.mark.parametrize(
    ("compensation", "instalment", "before_fen", "elsewhere_fen", "projects"),
    [(1, 1, 0, 0, 1), (1, 2, 0, 0, 1), (1, 2, 700, 0, 0), (1, 3, 700, 0, 0), (2, 1, 0, 700, 0), (2, 1, 0, 0, 1)],
)
def test_a_project_is_compensated_by_what_is_paid_first(
    compensation: int, instalment: int, before_fen: int, elsewhere_fen: int, projects: int
) -> None:
    """Once in its life, whichever compensation or instalment that is: the ones before can have led to nothing."""
    paid = CompensationPaid(
        project_id=PROJECT_ID,
        compensation=compensation,
        compensation_id=PROJECT_ID,
        instalment=instalment,
        amount_fen=300,
        paid_fen=before_fen + 300,
        case_paid_fen=before_fen + elsewhere_fen + 300,
        fiscal_part_fen=0,
    )
    assert counted(paid) == AnnualFigures(projects_compensated=projects, paid_fen=300)
