"""Article 6: nobody is reminded of what can't be done any more; late drawdowns and instructions have their days too."""

from datetime import timedelta

import pytest

from services.registry.domain.agenda import Agenda
from shared.contracts.registry.cycle import DueKind, DueStatus
from shared.contracts.registry.project_life import DrawdownFiled, DrawdownRefused, EndGround
from shared.contracts.registry.projects import FiledDrawdown
from shared.contracts.registry.supervision import RecordSupervisoryAct, ReportCompletion, SupervisoryActKind
from tests.unit.registry.cycle_examples import (
    MINUTES,
    OVERSEER,
    REPORTER,
    RUNNING,
    Running,
    noon_of,
)
from tests.unit.registry.project_life_examples import COVERED, drawing
from tests.unit.registry.project_life_examples import ending as ending_project
from tests.unit.registry.registry_examples import (
    COOPERATING,
    DISBURSED_ON,
    FILER,
    MANAGING,
    PROJECT_ID,
    TODAY,
    document,
)
from tests.unit.registry.test_article_06_reminders import RETURNED, announced

DAY = timedelta(days=1)
DUE_ON = TODAY + 20 * DAY


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
    )
    covered = Running(COVERED, Agenda())
    late_on = deadline + DAY
    waiting = Running(COVERED.having([event]), covered.having(event, at=noon_of(late_on)).agenda)
    assert announced(waiting, late_on, late_on + 5 * DAY, DueKind.FILING_DECISION) == [
        (late_on + DAY, DueStatus.OVERDUE, MANAGING)
    ]
    refused = DrawdownRefused(project_id=PROJECT_ID, number=2, reasons="未通过", minutes=MINUTES)
    assert announced(waiting.having(refused), late_on, late_on + 5 * DAY, DueKind.FILING_DECISION) == []
    ended_meanwhile = waiting.says(ending_project(EndGround.DECISION, "项目终止"), MANAGING, OVERSEER)
    assert announced(ended_meanwhile, late_on, late_on + 5 * DAY, DueKind.FILING_DECISION) == []
    in_time = event.model_copy(update={"drawdown": drawdown.model_copy(update={"late": False})})
    assert covered.having(in_time).agenda.duties == {}


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
    assert warned.agenda == RUNNING.agenda
