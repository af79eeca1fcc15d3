"""Article 16: a loan that is paid out in parts, each with its own window."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.article_16_drawdowns import drawdowns_of, filed_drawdown
from shared.contracts.receipts import Outcome
from shared.contracts.registry.projects import Drawdown, Loan, ProjectFiled, ReturnProject
from shared.decisions.days import BEIJING
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILER,
    MANAGING,
    PROJECT_ID,
    STAFFED,
    TODAY,
    WEEKDAYS_ONLY,
    codes,
    filing,
    loan,
)

pytestmark = pytest.mark.clause("16.1")

# The window of a drawdown on 7 April 2026 ends on 7 May, that of one on 13 April on 13 May.
SECOND_DAY = DISBURSED_ON + timedelta(days=6)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=BEIJING)


def drawdown(number: int, disbursed_on: date, amount_fen: int = 40_000_000) -> Drawdown:
    return Drawdown(number=number, amount_fen=amount_fen, disbursed_on=disbursed_on)


def in_parts(*drawdowns: Drawdown) -> Loan:
    return loan(drawdowns=drawdowns)


FIRST, SECOND = drawdown(1, DISBURSED_ON), drawdown(2, SECOND_DAY)


def test_a_loan_that_names_no_drawdown_was_paid_out_at_once() -> None:
    """One drawdown of the whole principal on the day of payout."""
    assert drawdowns_of(loan()) == (drawdown(1, DISBURSED_ON, 100_000_000),)
    (filed,) = STAFFED.when(filing(), COOPERATING, FILER).events
    assert isinstance(filed, ProjectFiled)
    assert [(each.number, each.amount_fen, each.late) for each in filed.drawdowns] == [(1, 100_000_000, False)]


def test_each_drawdown_has_its_own_clock() -> None:
    """What was drawn a week later can be filed a week later; the filing's own window is that of the first."""
    (filed,) = STAFFED.when(filing(loan=in_parts(FIRST, SECOND)), COOPERATING, FILER).events
    assert isinstance(filed, ProjectFiled)
    assert [each.filing_deadline for each in filed.drawdowns] == [date(2026, 5, 7), date(2026, 5, 13)]
    assert filed.filing_deadline == date(2026, 5, 7)


def test_a_filing_is_in_time_only_if_each_drawdown_is() -> None:
    """On the day after the first window's end the first drawdown is late, whatever the second is; it is named."""
    data = filing(loan=in_parts(FIRST, SECOND))
    decision = STAFFED.when(data, COOPERATING, FILER, noon(date(2026, 5, 8)))
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["filed_late"])
    assert "drawdown 1 " in decision.refusals[0].text
    both = STAFFED.when(data, COOPERATING, FILER, noon(date(2026, 5, 14)))
    assert codes(both) == ["filed_late", "filed_late"]


def test_a_drawdown_that_comes_with_a_filing_anew_has_its_own_day() -> None:
    """The first keeps the day of the first filing, the second was filed when it was first said."""
    returned = STAFFED.after(filing(loan=in_parts(FIRST)), COOPERATING, FILER).after(
        ReturnProject(project_id=PROJECT_ID, reasons="补充", filing=1), MANAGING, APPROVER
    )
    again = filing(loan=in_parts(FIRST, SECOND))
    (filed,) = returned.when(again, COOPERATING, FILER, noon(date(2026, 5, 13))).events
    assert isinstance(filed, ProjectFiled)
    assert [each.filed_on for each in filed.drawdowns] == [TODAY, date(2026, 5, 13)]
    assert codes(returned.when(again, COOPERATING, FILER, noon(date(2026, 5, 14)))) == ["filed_late"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"drawdowns": (FIRST, drawdown(2, TODAY + timedelta(days=1)))}, "day_in_the_future"),
        ({"drawdowns": (drawdown(1, DISBURSED_ON), drawdown(3, SECOND_DAY))}, "drawdowns_not_in_order"),
        ({"drawdowns": (drawdown(1, SECOND_DAY),)}, "drawdowns_not_in_order"),
        ({"drawdowns": (FIRST, SECOND, drawdown(3, SECOND_DAY, 20_000_001))}, "drawdowns_above_principal"),
        ({"drawdowns": (FIRST, SECOND), "due_on": SECOND_DAY - timedelta(days=1)}, "drawdown_outside_contract"),
    ],
)
def test_what_is_wrong_with_a_drawdown_is_refused(changed: dict[str, object], code: str) -> None:
    """Not paid out yet, a gap in the numbers, another first day, more than the principal, outside the contract."""
    decision = STAFFED.when(filing(loan=loan(**changed)), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, [code])


def test_a_drawdown_before_its_contract_is_refused() -> None:
    """What was paid out before the contract was made was paid out under another one."""
    before = loan(contracted_on=DISBURSED_ON + timedelta(days=1), drawdowns=(FIRST, SECOND))
    decision = STAFFED.when(filing(loan=before), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (
        Outcome.REFUSED,
        ["loan_days_not_in_order", "drawdown_outside_contract"],
    )


@pytest.mark.clause("20.1")
def test_a_drawdown_after_the_pools_end_is_refused() -> None:
    """The pool covers no part of a loan that is paid out after its term, though the loan began within it."""
    ended = STAFFED.pool.model_copy(update={"ends_on": DISBURSED_ON})
    given_ended = STAFFED.having(()).__class__(STAFFED.state.__class__(pool=ended), STAFFED.reference_data)
    decision = given_ended.when(filing(loan=in_parts(FIRST, SECOND)), COOPERATING, FILER)
    assert codes(decision) == ["loan_outside_term"]


@given(days_later=st.integers(0, 400), window_days=st.integers(1, 365))
def test_a_drawdown_is_late_exactly_after_its_last_day(days_later: int, window_days: int) -> None:
    """Whatever the window: in time up to its last day, late from the next on."""
    filed_on = DISBURSED_ON + timedelta(days=days_later)
    filed = filed_drawdown(FIRST, filed_on, window_days, WEEKDAYS_ONLY)
    assert filed.late == (filed_on > filed.filing_deadline)
    assert (filed.number, filed.amount_fen, filed.filed_on) == (1, FIRST.amount_fen, filed_on)
