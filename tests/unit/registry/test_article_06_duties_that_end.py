"""Article 6: nobody is reminded of what can't be done any more; late drawdowns and instructions have their days too."""

from datetime import date, timedelta

import pytest

from services.registry.domain.article_06_duties import no_longer_owed, summary_is_owed
from services.registry.domain.deadlines import Deadlines
from shared.contracts.registry.cycle import DueKind, DueStatus
from shared.contracts.registry.project_life import DrawdownFiled, DrawdownRefused, EndGround
from shared.contracts.registry.projects import ApproveProject, FiledDrawdown, RejectProject, ReturnProject
from shared.contracts.registry.supervision import RecordSupervisoryAct, ReportCompletion, SupervisoryActKind
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.cycle_examples import (
    MINUTES,
    OVERSEER,
    REPORTER,
    RUNNING,
    Running,
    ending,
    evaluation,
    noon_of,
    stop,
)
from tests.unit.registry.project_life_examples import COVERED, drawing
from tests.unit.registry.project_life_examples import ending as ending_project
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILER,
    MANAGING,
    PROJECT_ID,
    TODAY,
    document,
    filing,
)
from tests.unit.registry.test_article_06_reminders import RETURNED, announced

DAY = timedelta(days=1)
DUE_ON = TODAY + 20 * DAY
APPROVED = RUNNING.says(filing(), COOPERATING, FILER).says(
    ApproveProject(project_id=PROJECT_ID, filing=1), MANAGING, APPROVER
)
CORRECTED = APPROVED.says(correction(), COOPERATING, FILER)
CORRECTION_RETURNED = CORRECTED.says(
    ReturnProject(project_id=PROJECT_ID, filing=2, reasons="请补充说明"), MANAGING, APPROVER
)
STOP, END = "a stop", "an end of the cooperation"


def over(running: Running, how: str) -> Running:
    """The pool after it has stopped, or after its cooperation has ended."""
    if how == END:
        return running.says(ending(), MANAGING, OVERSEER)
    evaluated = running.fresh().says(evaluation(), MANAGING, OVERSEER)
    return evaluated.says(stop(), MANAGING, OVERSEER)


def instructed() -> Running:
    act = RecordSupervisoryAct(
        number="JD-1",
        kind=SupervisoryActKind.INSTRUCTION,
        title="逐户排查",
        content="排查在保企业",
        acted_on=TODAY,
        due_on=DUE_ON,
    )
    return RUNNING.says(act, MANAGING, OVERSEER)


@pytest.mark.clause("6.9")
def test_a_returned_project_that_ends_is_not_to_be_filed_again() -> None:
    """Once the managing institution has ended it, the correction it was returned for is announced no more."""
    after = RETURNED.says(ending_project(EndGround.DECISION, "企业放弃融资"), MANAGING, OVERSEER)
    assert announced(after, TODAY, TODAY + 20 * DAY, DueKind.FILING_CORRECTION) == []


@pytest.mark.clause("6.9")
@pytest.mark.clause("16.1")
def test_a_late_drawdown_is_to_be_decided_on() -> None:
    """It is overdue from the next day on, as a late filing is, until it is admitted, refused, or its project ends."""
    filed = drawing(late_because="银行迟延").drawdown
    deadline = DISBURSED_ON + 30 * DAY
    drawdown = FiledDrawdown(
        **filed.model_dump(),
        filed_on=TODAY,
        filing_deadline=deadline,
        filing_deadline_provisional=False,
        late=True,
    )
    event = DrawdownFiled(
        project_id=PROJECT_ID,
        drawdown=drawdown,
        documents=(document(),),
        covered_principal_fen=40_000_000,
        filed_by=FILER,
        late_because="银行迟延",
        filing_sha256="a" * 64,
        rules_version=1,
    )
    covered = Running(COVERED, Deadlines())
    late_on = deadline + DAY
    waiting = Running(COVERED.having([event]), covered.having(event, at=noon_of(late_on)).deadlines)
    assert announced(waiting, late_on, late_on + 5 * DAY, DueKind.FILING_DECISION) == [
        (late_on + DAY, DueStatus.OVERDUE, MANAGING)
    ]
    refused = DrawdownRefused(project_id=PROJECT_ID, number=2, reasons="未通过", minutes=MINUTES, rules_version=1)
    assert announced(waiting.having(refused), late_on, late_on + 5 * DAY, DueKind.FILING_DECISION) == []
    ended_meanwhile = waiting.says(ending_project(EndGround.DECISION, "项目终止"), MANAGING, OVERSEER)
    assert announced(ended_meanwhile, late_on, late_on + 5 * DAY, DueKind.FILING_DECISION) == []
    in_time = event.model_copy(update={"drawdown": drawdown.model_copy(update={"late": False})})
    assert covered.having(in_time).deadlines.waiting == {}


@pytest.mark.clause("6.9")
@pytest.mark.clause("6.10")
def test_an_instruction_is_announced_until_its_completion_is_reported() -> None:
    """On its last day and once when it is overdue; other acts have no such day."""
    found = announced(instructed(), TODAY, DUE_ON + 5 * DAY, DueKind.INSTRUCTION)
    assert found == [(DUE_ON, DueStatus.DUE, COOPERATING), (DUE_ON + DAY, DueStatus.OVERDUE, COOPERATING)]
    done = instructed().says(ReportCompletion(number="JD-1", report="已完成"), COOPERATING, REPORTER)
    assert announced(done, TODAY, DUE_ON + 5 * DAY, DueKind.INSTRUCTION) == []
    warning = RecordSupervisoryAct(
        number="JD-2", kind=SupervisoryActKind.SUPERVISION, title="约谈", content="约谈负责人", acted_on=TODAY
    )
    warned = RUNNING.says(warning, MANAGING, OVERSEER)
    assert warned.deadlines == RUNNING.deadlines


@pytest.mark.clause("6.9")
@pytest.mark.clause("22.1")
@pytest.mark.parametrize("how", [STOP, END])
def test_after_the_last_filing_nobody_is_reminded_of_what_is_for_loans_to_come(how: str) -> None:
    """Nothing is to be filed again, completed or paid in, and nothing is left to decide on the term."""
    incomplete = RUNNING.when(filing(documents=()), COOPERATING, officer=FILER).events
    before = RETURNED
    for event in incomplete:
        before = before.having(event)
    until = RUNNING.pool.contributions[-1].due_on + 2 * DAY
    for kind, day in (
        (DueKind.FILING_CORRECTION, until),
        (DueKind.FILING_COMPLETION, until),
        (DueKind.CONTRIBUTION, until),
        (DueKind.EVALUATION, RUNNING.pool.ends_on + 2 * DAY),
    ):
        begin = max(TODAY, day - 60 * DAY)
        assert announced(before, begin, day, kind) != [], "as long as the pool goes on"
        assert announced(over(before, how), begin, day, kind) == []
    assert no_longer_owed(RUNNING.pool) == frozenset()


@pytest.mark.clause("6.9")
@pytest.mark.clause("22.1")
@pytest.mark.parametrize("how", [STOP, END])
def test_what_waits_is_decided_on_after_the_last_filing_and_not_filed_again(how: str) -> None:
    """The managing institution still owes its decision; once it has rejected the filing, nothing is left of it."""
    waiting = over(RUNNING.says(filing(), COOPERATING, FILER), how)
    assert announced(waiting, DISBURSED_ON + 30 * DAY, DISBURSED_ON + 30 * DAY, DueKind.FILING_DECISION) != []
    rejected = waiting.says(RejectProject(project_id=PROJECT_ID, reasons="材料不全", filing=1), MANAGING, APPROVER)
    assert announced(rejected, TODAY, TODAY + 30 * DAY, DueKind.FILING_CORRECTION) == []
    assert announced(rejected, TODAY, TODAY + 30 * DAY, DueKind.FILING_DECISION) == []


@pytest.mark.clause("6.9")
@pytest.mark.clause("22.1")
@pytest.mark.parametrize("how", [STOP, END])
def test_corrections_of_existing_projects_go_on_after_the_last_filing(how: str) -> None:
    """They are still decided on, and a returned one is still to be made again."""
    deadline = DISBURSED_ON + 30 * DAY
    assert announced(over(CORRECTED, how), deadline, deadline, DueKind.FILING_DECISION) != []
    returned = announced(over(CORRECTION_RETURNED, how), TODAY, DUE_ON, DueKind.RETURNED_CORRECTION)
    assert (TODAY + 15 * DAY, DueStatus.DUE, COOPERATING) in returned


@pytest.mark.clause("6.9")
@pytest.mark.clause("6.7")
def test_a_summary_is_owed_of_the_years_before_the_cooperations_end() -> None:
    """From then on there is no next year to plan; after a stop the existing projects go on, with summary and plan."""
    year, until = TODAY.year, date(TODAY.year + 3, 2, 1)
    next_year = date(year + 1, 3, 1)
    running, _ = RUNNING.on(next_year)
    ended = running.after(running.by_overseer(ending(), at=noon_of(next_year)), at=noon_of(next_year))
    assert announced(ended, next_year + DAY, until, DueKind.ANNUAL_SUMMARY) == []
    assert [summary_is_owed(ended.pool, each) for each in (year, year + 1, year + 2)] == [True, False, False]
    unannounced = over(RUNNING, END)
    assert announced(unannounced, TODAY, date(year + 2, 2, 1), DueKind.ANNUAL_SUMMARY) == []
    stopped = announced(over(RUNNING, STOP), TODAY, date(year + 2, 2, 1), DueKind.ANNUAL_SUMMARY)
    assert len([status for _, status, _ in stopped if status is DueStatus.DUE]) == 2
    january = date(year + 1, 1, 2)
    early, _ = RUNNING.on(january)
    early_end = early.after(early.by_overseer(ending(), at=noon_of(january)), at=noon_of(january))
    owed = announced(early_end, january + DAY, until, DueKind.ANNUAL_SUMMARY)
    assert [status for _, status, _ in owed] == [DueStatus.DUE, DueStatus.OVERDUE]


@pytest.mark.clause("6.9")
@pytest.mark.clause("5.4")
def test_a_returned_correction_is_not_announced_as_a_returned_filing() -> None:
    """The project is approved and goes on: what is asked for is a correction, and so is what waits for a decision."""
    (waits,) = [duty for duty in CORRECTED.deadlines.waiting.values() if duty.kind is DueKind.FILING_DECISION]
    assert waits.reference == "correction"
    assert announced(CORRECTION_RETURNED, TODAY, DUE_ON, DueKind.FILING_CORRECTION) == []
    found = announced(CORRECTION_RETURNED, TODAY + 15 * DAY, DUE_ON, DueKind.RETURNED_CORRECTION)
    assert found == [
        (TODAY + 15 * DAY, DueStatus.DUE, COOPERATING),
        (TODAY + 16 * DAY, DueStatus.OVERDUE, COOPERATING),
    ]
    again = CORRECTION_RETURNED.says(correction(reasons="已补充说明"), COOPERATING, FILER)
    assert announced(again, TODAY, DUE_ON, DueKind.RETURNED_CORRECTION) == []
    rejected = again.says(RejectProject(project_id=PROJECT_ID, filing=3, reasons="不予更正"), MANAGING, APPROVER)
    assert announced(rejected, TODAY, DISBURSED_ON + 31 * DAY, DueKind.FILING_DECISION) == []


@pytest.mark.clause("6.9")
def test_a_correction_is_decided_on_by_the_end_of_its_window() -> None:
    """Like a filing, so that a return can be mended in time; what is corrected after the window is due at once."""
    until, later = DISBURSED_ON + 30 * DAY, DISBURSED_ON + 40 * DAY
    for day, due_on in ((TODAY, until), (later, later)):
        running = APPROVED.says(correction(), COOPERATING, FILER, at=noon_of(day))
        waiting = [each for each in running.deadlines.waiting.values() if each.kind is DueKind.FILING_DECISION]
        assert [(each.reference, each.due_on) for each in waiting] == [("correction", due_on)]
