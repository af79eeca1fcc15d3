"""Article 6: major matters are reported and acknowledged, and what was instructed is reported as done."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.ids import entry_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.supervision import (
    AcknowledgeMajorMatter,
    CompletionReported,
    MajorMatterAcknowledged,
    MajorMatterReported,
    RecordSupervisoryAct,
    ReportCompletion,
    ReportMajorMatter,
    SupervisoryActKind,
)
from shared.contracts.registry.words import Duty
from tests.unit.registry.registry_examples import (
    COOPERATING,
    MANAGING,
    POOL_ID,
    STAFFED,
    TODAY,
    codes,
    document,
    officer,
)

REPORTER, OVERSEER = "reporter", "overseer"
GIVEN = STAFFED.after(officer(REPORTER, Duty.REPORTING), COOPERATING).after(officer(OVERSEER, Duty.OVERSIGHT), MANAGING)
TOMORROW = TODAY + timedelta(days=1)


def report(**changed: Any) -> ReportMajorMatter:
    values = {"number": "ZD-1", "title": "火灾", "report": "停产。", "occurred_on": TODAY}
    return ReportMajorMatter.model_validate({**values, **changed})


def acknowledge(**changed: Any) -> AcknowledgeMajorMatter:
    return AcknowledgeMajorMatter.model_validate({"number": "ZD-1", "response": "已知悉。", **changed})


def instruct(**changed: Any) -> RecordSupervisoryAct:
    values = {
        "number": "JB-1",
        "kind": SupervisoryActKind.INSTRUCTION,
        "title": "排查",
        "content": "逐户排查。",
        "acted_on": TODAY,
        "due_on": TOMORROW,
    }
    return RecordSupervisoryAct.model_validate({**values, **changed})


def complete(**changed: Any) -> ReportCompletion:
    return ReportCompletion.model_validate({"number": "JB-1", "report": "已完成。", "document": document(), **changed})


REPORTED = GIVEN.after(report(), COOPERATING, REPORTER)
INSTRUCTED = GIVEN.after(instruct(), MANAGING, OVERSEER)


@pytest.mark.clause("6.9")
def test_a_major_matter_is_reported_and_acknowledged() -> None:
    """Both are told; each said again is a duplicate; the matter goes from reported to acknowledged."""
    (reported,) = GIVEN.when(report(), COOPERATING, REPORTER).events
    assert isinstance(reported, MajorMatterReported)
    assert (reported.entry_id, reported.reported_by) == (entry_id(POOL_ID, "major_matter", "ZD-1"), REPORTER)
    assert REPORTED.when(report(), COOPERATING, REPORTER).outcome is Outcome.DUPLICATE
    assert REPORTED.state.entry is not None
    assert REPORTED.state.entry.stage == "reported"
    (acknowledged,) = REPORTED.when(acknowledge(), MANAGING, OVERSEER).events
    assert isinstance(acknowledged, MajorMatterAcknowledged)
    after = REPORTED.having((acknowledged,))
    assert after.state.entry is not None
    assert after.state.entry.stage == "acknowledged"
    assert after.when(acknowledge(), MANAGING, OVERSEER).outcome is Outcome.DUPLICATE
    assert type(after.state.entry).model_validate_json(after.state.entry.model_dump_json()) == after.state.entry


@pytest.mark.clause("6.9")
def test_a_major_matter_has_happened_and_stays_as_it_was_reported() -> None:
    """Not tomorrow's; no other one under its number; no acknowledgement of nothing, and none in other words."""
    assert codes(GIVEN.when(report(occurred_on=TOMORROW), COOPERATING, REPORTER)) == ["day_in_the_future"]
    assert codes(REPORTED.when(report(report="别的。"), COOPERATING, REPORTER)) == ["number_taken"]
    assert codes(GIVEN.when(acknowledge(), MANAGING, OVERSEER)) == ["no_such_major_matter"]
    acknowledged = REPORTED.after(acknowledge(), MANAGING, OVERSEER)
    again = acknowledged.when(acknowledge(response="别的。"), MANAGING, OVERSEER)
    assert codes(again) == ["major_matter_acknowledged_before"]


@pytest.mark.clause("6.10")
def test_an_instruction_is_carried_out_and_reported() -> None:
    """By the cooperating institution, with its document; the same again is a duplicate, anything else is refused."""
    assert INSTRUCTED.state.entry is not None
    assert INSTRUCTED.state.entry.stage == "awaited"
    (completed,) = INSTRUCTED.when(complete(), COOPERATING, REPORTER).events
    assert isinstance(completed, CompletionReported)
    assert (completed.reported_by, completed.document) == (REPORTER, document())
    after = INSTRUCTED.having((completed,))
    assert after.state.entry is not None
    assert after.state.entry.stage == "completed"
    assert after.when(complete(), COOPERATING, REPORTER).outcome is Outcome.DUPLICATE
    assert codes(after.when(complete(report="别的。"), COOPERATING, REPORTER)) == ["instruction_completed_before"]
    assert type(after.state.entry).model_validate_json(after.state.entry.model_dump_json()) == after.state.entry


@pytest.mark.clause("6.10")
def test_only_instructions_are_completed() -> None:
    """Not what was never said, and a supervisory act asks for nothing."""
    assert codes(GIVEN.when(complete(), COOPERATING, REPORTER)) == ["no_such_instruction"]
    supervised = GIVEN.after(instruct(kind=SupervisoryActKind.SUPERVISION, due_on=None), MANAGING, OVERSEER)
    assert codes(supervised.when(complete(), COOPERATING, REPORTER)) == ["no_such_instruction"]


@pytest.mark.clause("6.10")
@pytest.mark.parametrize(
    ("kind", "due_on"),
    [
        (SupervisoryActKind.INSTRUCTION, None),
        (SupervisoryActKind.INSTRUCTION, TODAY - timedelta(days=1)),
        (SupervisoryActKind.SUPERVISION, TOMORROW),
        (SupervisoryActKind.COORDINATION, TODAY),
    ],
)
def test_only_an_instruction_has_a_due_day(kind: SupervisoryActKind, due_on: object) -> None:
    """Which is not before it was given; the day itself is possible."""
    assert codes(GIVEN.when(instruct(kind=kind, due_on=due_on), MANAGING, OVERSEER)) == ["due_day_does_not_fit"]
    assert GIVEN.when(instruct(due_on=TODAY), MANAGING, OVERSEER).outcome is Outcome.ACCEPTED
