"""Article 16: drawdowns that come after the approval, each within its own window."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.registry.domain.annual_figures import counted
from services.registry.domain.decide import decide
from services.registry.domain.project import FILING, Project
from shared.contracts.receipts import Outcome
from shared.contracts.registry.collective_decisions import SubjectKind
from shared.contracts.registry.performance import AnnualFigures
from shared.contracts.registry.project_life import DrawdownAdmitted, DrawdownFiled, DrawdownRefused
from shared.contracts.registry.words import Vote
from tests.unit.registry.project_life_examples import (
    APPROVE,
    COVERED,
    STAFFED_FOR_LIFE,
    drawdown,
    drawing,
)
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILER,
    MANAGING,
    NOON,
    TODAY,
    Given,
    codes,
    document,
    filing,
    loan,
    received,
)
from tests.unit.registry.test_article_08_collective_decisions import (
    MEMBERS,
    SECRETARY,
    SHA256,
    casting,
    closing,
    opening,
    with_committee,
)

pytestmark = pytest.mark.clause("16.1")

DAY = timedelta(days=1)
# A drawdown on 15 April 2026: its window ends on Friday, 15 May.
LAST_MINUTE = datetime(2026, 5, 15, 15, 59, tzinfo=UTC)
LATE_AT = LAST_MINUTE + timedelta(minutes=1)
LATE = drawing(late_because="银行迟延提供放款凭证")


# The kind of what is decided then.
ON_DRAWDOWN = {"subject_kind": SubjectKind.LATE_DRAWDOWN}


def covered_fen(given: Given) -> int:
    assert isinstance(given.state.project, Project)
    return given.state.project.covered_principal_fen


def drawn_late() -> Given:
    given = with_committee(COVERED)
    message = replace(received(LATE, COOPERATING, FILER, LATE_AT), content_sha256=SHA256)
    decision = decide(given.state, message, given.reference_data)
    assert (decision.outcome, codes(decision)) == (Outcome.HELD, ["filed_late"])
    return given.having(decision.events)


def voted(vote: Vote) -> tuple[Given, Any]:
    at = LATE_AT + timedelta(hours=1)
    until = at + timedelta(days=1)
    given = drawn_late()
    assert codes(given.when(opening(closes_at=until), MANAGING, SECRETARY, at)) == ["question_is_another"]
    given = given.after(opening(**ON_DRAWDOWN, closes_at=until), MANAGING, SECRETARY, at)
    for member in MEMBERS:
        given = given.after(casting(vote, **ON_DRAWDOWN), MANAGING, member, at)
    close = closing(**ON_DRAWDOWN)
    _, event = given.when(close, MANAGING, SECRETARY, at).events
    return given.after(close, MANAGING, SECRETARY, at), event


def test_a_drawdown_in_its_own_window_is_covered_at_once() -> None:
    """On the last minute of its thirtieth day, long after the filing's own window has closed."""
    (event,) = COVERED.when(drawing(), COOPERATING, FILER, LAST_MINUTE).events
    assert isinstance(event, DrawdownFiled)
    assert (event.drawdown.filing_deadline, event.drawdown.late) == (date(2026, 5, 15), False)
    assert event.covered_principal_fen == 80_000_000
    assert covered_fen(COVERED.having((event,))) == 80_000_000


def test_a_late_drawdown_is_refused_unless_it_says_why() -> None:
    """Nothing changes by it."""
    decision = COVERED.when(drawing(), COOPERATING, FILER, LATE_AT)
    assert (decision.outcome, codes(decision), decision.events) == (Outcome.REFUSED, ["filed_late"], ())


def test_a_late_drawdown_is_flagged_and_not_covered() -> None:
    """It waits for its decision, and no other late one can come before."""
    given = drawn_late()
    assert covered_fen(given) == 40_000_000
    third = drawing(3, TODAY, 10_000_000)
    assert codes(given.when(third, COOPERATING, FILER, LATE_AT)) == ["late_drawdown_waits"]


def test_a_decision_admits_a_late_drawdown() -> None:
    """From then on it is covered."""
    given, event = voted(Vote.FOR)
    assert isinstance(event, DrawdownAdmitted)
    assert (event.number, event.covered_principal_fen, event.filing_sha256) == (2, 80_000_000, SHA256)
    assert covered_fen(given) == 80_000_000


@pytest.mark.clause("6.7")
def test_what_is_drawn_after_the_approval_counts_in_the_years_figures_once_it_is_covered() -> None:
    """A drawdown in time with its filing, a late one with its admission, one that is not admitted never."""
    (in_time,) = COVERED.when(drawing(), COOPERATING, FILER, LAST_MINUTE).events
    message = replace(received(LATE, COOPERATING, FILER, LATE_AT), content_sha256=SHA256)
    (late,) = decide(COVERED.state, message, COVERED.reference_data).events
    _, admitted = voted(Vote.FOR)
    _, not_admitted = voted(Vote.AGAINST)
    covers = AnnualFigures(principal_covered_fen=40_000_000)
    assert [counted(event) for event in (in_time, late, admitted, not_admitted)] == [covers, None, covers, None]


def test_a_late_drawdown_that_is_not_admitted_is_never_covered() -> None:
    """The project goes on without it, and can file its next one."""
    given, event = voted(Vote.AGAINST)
    assert isinstance(event, DrawdownRefused)
    assert (event.number, covered_fen(given)) == (2, 40_000_000)
    third = drawing(3, date(2026, 5, 12), 10_000_000)
    assert covered_fen(given.after(third, COOPERATING, FILER, LATE_AT)) == 50_000_000


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (drawing(disbursed_on=TODAY + timedelta(days=1)), "day_in_the_future"),
        (drawing(number=3), "drawdowns_not_in_order"),
        (drawing(number=1), "drawdown_number_taken"),
        (drawing(disbursed_on=DISBURSED_ON - timedelta(days=1)), "drawdowns_not_in_order"),
        (drawing(amount_fen=60_000_001), "drawdowns_above_principal"),
    ],
)
def test_what_is_wrong_with_a_later_drawdown_is_refused(data: Any, code: str) -> None:
    """The same rules as for those that came with the filing."""
    decision = COVERED.when(data, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, [code])


def test_a_drawdown_of_a_loan_that_was_paid_out_at_once_is_above_its_principal() -> None:
    """Nothing of it is left to be drawn."""
    whole = STAFFED_FOR_LIFE.after(filing(), COOPERATING, FILER)
    assert codes(whole.when(drawing(), COOPERATING, FILER)) == ["project_not_covered"]


def test_the_same_drawdown_again_is_a_duplicate() -> None:
    """It is covered once."""
    given = COVERED.after(drawing(), COOPERATING, FILER)
    assert given.when(drawing(), COOPERATING, FILER).outcome is Outcome.DUPLICATE


@pytest.mark.clause("5.4")
def test_a_drawdown_needs_a_project() -> None:
    """Of a loan that was never filed nothing is drawn."""
    assert codes(STAFFED_FOR_LIFE.when(drawing(), COOPERATING, FILER)) == ["no_such_project"]


def test_a_later_drawdown_is_made_before_its_loan_is_due() -> None:
    """On the last day of the contract it is one of its drawdowns, and on the day after it no more."""
    short = loan(drawdowns=(drawdown(1, DISBURSED_ON),), due_on=TODAY)
    given = STAFFED_FOR_LIFE.after(filing(loan=short), COOPERATING, FILER).after(APPROVE, MANAGING, APPROVER)
    assert given.when(drawing(disbursed_on=TODAY), COOPERATING, FILER).outcome is Outcome.ACCEPTED
    late = given.when(drawing(disbursed_on=TODAY + DAY), COOPERATING, FILER, NOON + DAY)
    assert (late.outcome, codes(late)) == (Outcome.REFUSED, ["drawdown_outside_contract"])


@pytest.mark.clause("20.1")
def test_a_later_drawdown_is_paid_out_within_the_term() -> None:
    """A loan goes on after the pool's last day, and what is drawn of it then is not covered."""
    last_day = COVERED.pool.ends_on
    years = loan(drawdowns=(drawdown(1, DISBURSED_ON),), due_on=last_day + 30 * DAY)
    given = STAFFED_FOR_LIFE.after(filing(loan=years), COOPERATING, FILER).after(APPROVE, MANAGING, APPROVER)
    then = NOON + (last_day - TODAY)
    assert given.when(drawing(disbursed_on=last_day), COOPERATING, FILER, then).outcome is Outcome.ACCEPTED
    after = given.when(drawing(disbursed_on=last_day + DAY), COOPERATING, FILER, then + DAY)
    assert (after.outcome, codes(after)) == (Outcome.REFUSED, ["loan_outside_term"])


def test_documents_of_drawdowns_become_more_than_one_message_can_bring() -> None:
    """A filing has at most a hundred, and what was drawn later adds its own: it is stored, and read again."""
    project = COVERED.state.project
    assert isinstance(project, Project)
    full = project.model_copy(update={"documents": (document(),) * 100})
    given = replace(COVERED, state=replace(COVERED.state, project=full)).after(drawing(), COOPERATING, FILER)
    drawn = given.state.project
    assert isinstance(drawn, Project)
    assert len(drawn.documents) > 100
    assert FILING.validate_json(drawn.model_dump_json()) == drawn
