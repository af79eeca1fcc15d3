"""Article 6: spot checks of borrowers and their rights, and what an adverse finding brings about."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.registry.domain.project import Project
from services.registry.domain.spot_check import said_sha256
from services.registry.domain.spot_checks.commands import SPOT_CHECKS_PER_PROJECT_MAX
from services.registry.domain.spot_checks.state import evolve
from services.registry.project_status import as_text, project_status_of
from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import EndOfficer
from shared.contracts.registry.project_life import (
    BorrowerCondition,
    FlagGround,
    FlagLifted,
    ProjectFlagged,
    RightCondition,
    SpotCheckRecorded,
)
from shared.contracts.registry.words import Duty
from simulator.invented_numbers import patent_number
from tests.unit.registry.project_life_examples import (
    COVERED,
    OVERSEER,
    REPORTER,
    STAFFED_FOR_LIFE,
    lifting,
    right_check,
    spot_check,
)
from tests.unit.registry.registry_examples import (
    COOPERATING,
    DISBURSED_ON,
    FILER,
    MANAGING,
    POOL_ID,
    TODAY,
    Given,
    codes,
    filing,
    officer,
)

pytestmark = pytest.mark.clause("6.5")

ADVERSE = spot_check(rights=(right_check(RightCondition.LAPSED),))


def flags(given: Given) -> tuple[str, ...]:
    assert isinstance(given.state.project, Project)
    assert {flag.ground for flag in given.state.project.flags} <= {FlagGround.SPOT_CHECK}
    return tuple(flag.number for flag in given.state.project.flags)


def test_a_check_without_findings_is_recorded_and_flags_nothing() -> None:
    """Who, when, what, with which evidence."""
    (event,) = COVERED.when(spot_check(), COOPERATING, REPORTER).events
    assert isinstance(event, SpotCheckRecorded)
    assert (event.number, event.checked_by, event.adverse, event.recorded_by) == ("CC-1", (REPORTER,), False, REPORTER)


@pytest.mark.parametrize("condition", [each for each in RightCondition if each is not RightCondition.IN_FORCE])
def test_each_adverse_condition_of_a_right_flags_the_project(condition: RightCondition) -> None:
    """Lapsed, invalidated, transferred or disputed: the managing institution is told what was found of which right."""
    recorded, flagged = COVERED.when(spot_check(rights=(right_check(condition),)), COOPERATING, REPORTER).events
    assert isinstance(recorded, SpotCheckRecorded)
    assert recorded.adverse
    assert isinstance(flagged, ProjectFlagged)
    assert (flagged.number, flagged.reported_to) == ("CC-1", MANAGING)
    assert flagged.findings == (f"patent/2003100000018: {condition}",)


def test_a_borrower_in_trouble_flags_the_project() -> None:
    """Whatever its rights are worth."""
    _, flagged = COVERED.when(spot_check(borrower=BorrowerCondition.ADVERSE), COOPERATING, REPORTER).events
    assert isinstance(flagged, ProjectFlagged)
    assert flagged.findings == ("borrower: adverse",)


def test_a_flag_stands_until_the_managing_institution_lifts_it() -> None:
    """With reasons; a later check without findings lifts nothing."""
    given = COVERED.after(ADVERSE, COOPERATING, REPORTER).after(spot_check("CC-2"), COOPERATING, REPORTER)
    assert flags(given) == ("CC-1",)
    (event,) = given.when(lifting(), MANAGING, OVERSEER).events
    assert isinstance(event, FlagLifted)
    assert flags(given.having((event,))) == ()


def test_only_a_flag_that_stands_is_lifted() -> None:
    """Neither one that was never set nor one that was lifted."""
    refused = COVERED.when(lifting(), MANAGING, OVERSEER)
    assert codes(refused) == ["no_such_flag"]
    assert "spot check CC-1" in refused.refusals[0].text
    lifted = COVERED.after(ADVERSE, COOPERATING, REPORTER).after(lifting(), MANAGING, OVERSEER)
    assert codes(lifted.when(lifting(), MANAGING, OVERSEER)) == ["no_such_flag"]


@pytest.mark.clause("5.4")
def test_a_project_that_is_unknown_is_neither_checked_nor_flagged() -> None:
    """There is nothing that could be checked."""
    assert codes(STAFFED_FOR_LIFE.when(spot_check(), COOPERATING, REPORTER)) == ["no_such_project"]
    assert codes(STAFFED_FOR_LIFE.when(lifting(), MANAGING, OVERSEER)) == ["no_such_project"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"checked_on": TODAY + timedelta(days=1)}, "day_out_of_range"),
        ({"checked_on": DISBURSED_ON - timedelta(days=1)}, "day_out_of_range"),
        ({"checked_by": (REPORTER, "somebody")}, "checker_unknown"),
        ({"rights": ()}, "rights_not_as_pledged"),
        ({"rights": (right_check(), right_check())}, "rights_not_as_pledged"),
        ({"rights": (right_check(), right_check(number=patent_number(9)))}, "rights_not_as_pledged"),
    ],
)
def test_a_check_that_can_not_be_is_refused(changed: dict[str, Any], code: str) -> None:
    """Another day, an unknown checker, a right left out, named twice, or not pledged here."""
    decision = COVERED.when(spot_check(**changed), COOPERATING, REPORTER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, [code])


def test_who_has_left_made_no_check_after_that() -> None:
    """On the day of leaving in Beijing one still has; what was checked before can be recorded later."""
    leaver = "leaver"
    # Half an hour of the day after today has gone by in Beijing.
    midnight = datetime(2026, 4, 15, 16, 30, tzinfo=UTC)
    given = COVERED.after(officer(leaver, Duty.REPORTING), COOPERATING)
    given = given.after(EndOfficer(officer=leaver, reason="离职"), COOPERATING, at=midnight)
    later = midnight + timedelta(days=3)
    for days, expected in ((0, []), (1, []), (2, ["checker_had_left"])):
        checked_on = TODAY + timedelta(days=days)
        made = spot_check(checked_on=checked_on, checked_by=(REPORTER, leaver))
        assert codes(given.when(made, COOPERATING, REPORTER, later)) == expected


def test_a_checks_number_stands_for_it() -> None:
    """The same again is a duplicate; another one under its number is refused."""
    given = COVERED.after(spot_check(), COOPERATING, REPORTER)
    assert given.when(spot_check(), COOPERATING, REPORTER).outcome is Outcome.DUPLICATE
    assert codes(given.when(ADVERSE, COOPERATING, REPORTER)) == ["number_taken"]


def test_a_project_that_is_not_approved_is_not_checked() -> None:
    """There is nothing at risk yet."""
    filed = STAFFED_FOR_LIFE.after(filing(), COOPERATING, FILER)
    assert codes(filed.when(spot_check(), COOPERATING, REPORTER)) == ["project_not_covered"]


def test_of_a_check_its_project_keeps_what_decisions_need() -> None:
    """As many checks as a project takes, each as long as a message can be, don't make every later message slow."""
    remarks = tuple(
        right_check(RightCondition.LAPSED, patent_number(number)).model_copy(update={"remark": "失效" * 50})
        for number in range(100)
    )
    (event,) = (
        each for each in COVERED.when(spot_check(), COOPERATING, REPORTER).events if isinstance(each, SpotCheckRecorded)
    )
    long = event.model_copy(update={"rights": remarks, "evidence": event.evidence * 50})
    assert len(long.model_dump_json().encode()) > 40_000
    project = COVERED.state.project
    assert isinstance(project, Project)
    full = project
    for number in range(SPOT_CHECKS_PER_PROJECT_MAX):
        full = evolve(full, long.model_copy(update={"number": f"CC-{number}"}))
    assert len(full.model_dump_json()) - len(project.model_dump_json()) < SPOT_CHECKS_PER_PROJECT_MAX * 150


def test_what_is_said_of_a_check_has_one_hash() -> None:
    """Whoever recorded it; and a field that is left out says no more than one that is not there."""
    (event,) = COVERED.when(spot_check(), COOPERATING, REPORTER).events
    assert isinstance(event, SpotCheckRecorded)
    assert said_sha256(event) == said_sha256(spot_check())
    assert said_sha256(event.model_copy(update={"recorded_by": "another"})) == said_sha256(spot_check())
    others: tuple[dict[str, Any], ...] = (
        {"number": "CC-2"},
        {"checked_on": TODAY},
        {"checked_by": (REPORTER, REPORTER)},
        {"borrower": BorrowerCondition.ADVERSE},
        {"borrower_remark": "正常经营"},
        {"rights": ()},
        {"evidence": ()},
    )
    hashes = {said_sha256(spot_check().model_copy(update=other)) for other in others}
    assert len(hashes | {said_sha256(event)}) == len(others) + 1


def test_the_flags_that_stand_are_shown_with_the_project() -> None:
    """What has set each of them, and its number, by which it is lifted."""
    flagged = COVERED.after(ADVERSE, COOPERATING, REPORTER).state.project
    assert isinstance(flagged, Project)
    (flag,) = flagged.flags
    shown = as_text(project_status_of(POOL_ID, flagged))
    assert f"flags       {flag.ground.english} {flag.number}\n" in shown
