"""Article 16: a correction is judged like a filing, and sets back no clock."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given as with_any
from hypothesis import strategies as st

from services.registry.domain.article_16_corrections import drawdown_judged_anew
from services.registry.domain.article_16_drawdowns import filed_drawdown
from services.registry.domain.project import Project
from shared.contracts.receipts import Outcome
from shared.contracts.registry.collective_decisions import SubjectKind
from shared.contracts.registry.corrections import CorrectionRejected, ProjectCorrected
from shared.contracts.registry.projects import ApproveProject, Drawdown, FiledDrawdown, ProjectFiled, ReturnProject
from shared.contracts.registry.words import Vote
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.project_life_examples import COVERED, REPORTER, STAFFED_FOR_LIFE, drawdown, drawing, repayment
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILER,
    MANAGING,
    NOON,
    PROJECT_ID,
    STAFFED,
    TODAY,
    WEEKDAYS_ONLY,
    Given,
    codes,
    filing,
    loan,
)
from tests.unit.registry.test_article_08_collective_decisions import (
    MEMBERS,
    SECRETARY,
    casting,
    closing,
    opening,
    with_committee,
)
from tests.unit.registry.test_article_16_late_filings import FILED_LATE, LATE_AT

pytestmark = pytest.mark.clause("16.1")

DAY = date(2026, 4, 7)
WINDOW_DAYS = 30


def drawdown_filed(filed_after_days: int, day: date = DAY) -> FiledDrawdown:
    filed_on = day + timedelta(days=filed_after_days)
    return filed_drawdown(Drawdown(number=1, amount_fen=100, disbursed_on=day), filed_on, WINDOW_DAYS, WEEKDAYS_ONLY)


def anew(day: date, today: date, *before: FiledDrawdown, amount_fen: int = 100) -> FiledDrawdown:
    now = Drawdown(number=1, amount_fen=amount_fen, disbursed_on=day)
    return drawdown_judged_anew(now, before, today, WINDOW_DAYS, WEEKDAYS_ONLY)


def test_what_was_filed_in_time_stays_so_when_its_day_is_corrected() -> None:
    """Filed on 10 April, it was in time for a payout of 1 April as for one of 7 April, whenever that is found out."""
    found_out = DAY + timedelta(days=90)
    judged = anew(DAY - timedelta(days=6), found_out, drawdown_filed(3))
    assert (judged.filed_on, judged.late) == (DAY + timedelta(days=3), False)


def test_an_earlier_true_day_can_show_that_the_filing_was_late() -> None:
    """A day that was written too late to look in time is judged by the true one."""
    assert anew(DAY - timedelta(days=10), DAY + timedelta(days=26), drawdown_filed(25)).late


def test_what_had_not_been_paid_out_when_it_was_filed_is_filed_by_its_correction() -> None:
    """Nobody stops a clock in advance: a filing before the payout was no filing of it."""
    paid_out = DAY + timedelta(days=10)
    in_time, too_late = paid_out + timedelta(days=30), paid_out + timedelta(days=33)
    assert anew(paid_out, in_time, drawdown_filed(3)) == drawdown_filed(30, day=paid_out)
    assert anew(paid_out, too_late, drawdown_filed(3)).late


def test_what_is_added_to_a_drawdown_is_filed_by_its_correction() -> None:
    """A payout whose window was missed can't hide in another one; a lower amount keeps its clock."""
    after_window = DAY + timedelta(days=40)
    assert anew(DAY, after_window, drawdown_filed(3), amount_fen=101).late
    assert not anew(DAY, after_window, drawdown_filed(3), amount_fen=99).late


def test_a_window_that_had_closed_stays_closed() -> None:
    """A later day of payout doesn't make a late filing one in time."""
    late = drawdown_filed(40)
    for today in (DAY + timedelta(days=41), DAY + timedelta(days=60)):
        judged = anew(DAY + timedelta(days=20), today, late)
        assert (judged.late, judged.filing_deadline) == (True, late.filing_deadline)


@with_any(
    paid_after_days=st.integers(-60, 60),
    filed_after_days=st.integers(0, 80),
    corrected_after_days=st.integers(0, 80),
    amount_fen=st.integers(1, 200),
)
def test_no_correction_is_in_time_that_was_not_filed_in_time(
    paid_after_days: int, filed_after_days: int, corrected_after_days: int, amount_fen: int
) -> None:
    """Whatever is corrected: in time means filed within the window of the day it has, after the money had been paid."""
    before = drawdown_filed(filed_after_days)
    day, today = DAY + timedelta(days=paid_after_days), before.filed_on + timedelta(days=corrected_after_days)
    judged = anew(day, max(today, day), before, amount_fen=amount_fen)
    assert judged.filed_on >= day
    assert judged.late == (judged.filed_on > judged.filing_deadline)
    if not judged.late:
        own = filed_drawdown(judged_as(judged), judged.filed_on, WINDOW_DAYS, WEEKDAYS_ONLY)
        assert not own.late
        assert amount_fen <= 100 or judged.filed_on >= today
        assert not before.late or day <= DAY


def judged_as(filed: FiledDrawdown) -> Drawdown:
    return Drawdown(number=filed.number, amount_fen=filed.amount_fen, disbursed_on=filed.disbursed_on)


def corrected(given: Given, **changed: object) -> list[str]:
    return codes(given.when(correction(**changed), COOPERATING, FILER))


def corrected_at(given: Given, at: datetime, **changed: object) -> list[str]:
    return codes(given.when(correction(**changed), COOPERATING, FILER, at))


DRAWN = loan(drawdowns=(drawdown(1, DISBURSED_ON),))


def test_a_correction_stays_with_its_loan() -> None:
    """Another contract or lender is another project."""
    assert corrected(COVERED, loan=loan(contract_number="LOAN-2")) == ["correction_of_another_loan"]
    assert corrected(COVERED, loan=loan(lender="guarantor")) == ["correction_of_another_loan"]


@pytest.mark.clause("16.1")
def test_how_a_number_is_written_can_be_corrected() -> None:
    """It is the same loan, and shown as it is written now."""
    event = COVERED.when(correction(loan=loan(contract_number="〔LOAN〕第1号")), COOPERATING, FILER).events[-1]
    assert isinstance(event, ProjectCorrected)
    assert (event.project_id, event.loan.contract_number) == (PROJECT_ID, "〔LOAN〕第1号")


def test_who_guarantees_an_approved_loan_stays() -> None:
    """A filing that waits can still be corrected in it."""
    without = loan(guarantor=None)
    assert "guarantor_not_as_approved" in corrected(COVERED, loan=without)
    waiting = STAFFED.after(filing(), COOPERATING, FILER)
    assert corrected(waiting, loan=without) == []


def test_every_drawdown_that_was_filed_stays_in_an_approved_project() -> None:
    """A number left out could be filed again with a new clock; a further one can be added."""
    drawn = COVERED.after(drawing(), COOPERATING, FILER)
    assert corrected(drawn, loan=DRAWN) == ["approved_drawdown_left_out"]
    both = loan(drawdowns=(drawdown(1, DISBURSED_ON), drawdown(2)))
    assert corrected(drawn, loan=both) == []
    assert corrected(COVERED, loan=both) == []
    waiting = STAFFED.after(filing(loan=both), COOPERATING, FILER)
    assert corrected(waiting, loan=DRAWN) == []


def late_drawn(*votes: Vote) -> Given:
    """A second drawdown of 8 April, filed late on 8 May, and decided on."""
    given = with_committee(COVERED)
    late = drawing(disbursed_on=DISBURSED_ON, late_because="经办延误")
    decision = given.when(late, COOPERATING, FILER, LATE_AT)
    assert decision.outcome is Outcome.HELD
    given = given.having(decision.events)
    if not votes:
        return given
    named = {"subject_kind": SubjectKind.LATE_DRAWDOWN, "subject_sha256": "0" * 64}
    given = given.after(opening(closes_at=LATE_AT + timedelta(days=1), **named), MANAGING, SECRETARY, LATE_AT)
    for member, vote in zip(MEMBERS, votes, strict=True):
        given = given.after(casting(vote, **named), MANAGING, member, LATE_AT)
    return given.after(closing(**named), MANAGING, SECRETARY, LATE_AT)


def test_a_refused_drawdown_stays_refused() -> None:
    """It is named as it was, is covered by no correction, and needs no second decision."""
    refused = late_drawn(*[Vote.AGAINST] * 5)
    as_it_was = loan(drawdowns=(drawdown(1, DISBURSED_ON), drawdown(2, DISBURSED_ON)))
    changed = loan(drawdowns=(drawdown(1, DISBURSED_ON), drawdown(2, TODAY)))
    decision = refused.when(correction(loan=changed), COOPERATING, FILER, LATE_AT)
    assert "approved_drawdown_left_out" in codes(decision)
    decision = refused.when(correction(loan=as_it_was), COOPERATING, FILER, LATE_AT)
    assert decision.outcome is Outcome.ACCEPTED
    approved = refused.having(decision.events).after(
        ApproveProject(project_id=PROJECT_ID, filing=2), MANAGING, APPROVER, LATE_AT
    )
    assert isinstance(approved.state.project, Project)
    assert approved.state.project.covered_principal_fen == 40_000_000


def test_an_admitted_drawdown_that_a_correction_leaves_alone_stays_admitted() -> None:
    """The decision was on that drawdown, and nothing of it has changed."""
    admitted = late_drawn(*[Vote.FOR] * 5)
    as_it_was = loan(drawdowns=(drawdown(1, DISBURSED_ON), drawdown(2, DISBURSED_ON)))
    decision = admitted.when(correction(loan=as_it_was), COOPERATING, FILER, LATE_AT)
    assert decision.outcome is Outcome.ACCEPTED
    (event,) = decision.events
    assert isinstance(event, ProjectCorrected)
    assert [each.late for each in event.drawdowns] == [False, False]


def test_while_a_late_drawdown_is_voted_on_nothing_is_corrected() -> None:
    """The committee decides on what it was asked."""
    decision = late_drawn().when(correction(loan=DRAWN), COOPERATING, FILER, LATE_AT)
    assert codes(decision) == ["late_drawdown_voted_on"]


def test_a_correction_of_a_late_filing_stays_late_without_a_reason_it_is_refused() -> None:
    """The clock that ran out doesn't start again."""
    assert codes(FILED_LATE.when(correction(), COOPERATING, FILER, LATE_AT)) == ["filed_late"]


def test_no_correction_is_below_what_was_repaid() -> None:
    """Neither when it is made nor, if a repayment came in between, when it is approved."""
    lowered = loan(drawdowns=(drawdown(1, DISBURSED_ON, 9_999_999),))
    repaid = COVERED.after(repayment(), COOPERATING, REPORTER)
    assert corrected(repaid, loan=lowered) == ["correction_below_repayments"]
    moved = loan(drawdowns=(drawdown(1, TODAY),), disbursed_on=TODAY)
    earlier = COVERED.after(repayment(repaid_on=TODAY - timedelta(days=1)), COOPERATING, REPORTER)
    assert "correction_below_repayments" in corrected(earlier, loan=moved)
    waiting = COVERED.after(correction(loan=lowered), COOPERATING, FILER).after(repayment(), COOPERATING, REPORTER)
    approval = waiting.when(ApproveProject(project_id=PROJECT_ID, filing=2), MANAGING, APPROVER)
    assert (approval.outcome, codes(approval)) == (Outcome.REFUSED, ["correction_below_repayments"])


def test_the_time_that_others_take_is_not_its_filers() -> None:
    """A drawdown that was added in time in a correction is in time when that comes again after its return."""
    both = loan(drawdowns=(drawdown(1, DISBURSED_ON), drawdown(2)))
    returned = COVERED.after(correction(loan=both), COOPERATING, FILER).after(
        ReturnProject(project_id=PROJECT_ID, reasons="请附放款凭证", filing=2), MANAGING, APPROVER
    )
    after_window = NOON + timedelta(days=60)
    decision = returned.when(correction(loan=both, reasons="已附凭证"), COOPERATING, FILER, after_window)
    assert decision.outcome is Outcome.ACCEPTED
    (event,) = decision.events
    assert isinstance(event, ProjectCorrected)
    assert event.drawdowns[1].filed_on == TODAY


def test_what_was_not_paid_out_yet_is_in_no_correction() -> None:
    """As in no filing."""
    ahead = loan(drawdowns=(drawdown(1, DISBURSED_ON), drawdown(2, TODAY + timedelta(days=1))))
    assert corrected(COVERED, loan=ahead) == ["day_in_the_future"]


def test_a_loan_paid_out_at_once_is_corrected_beside_its_repayments() -> None:
    """It names no drawdowns, and has one all the same."""
    at_once = STAFFED_FOR_LIFE.after(filing(), COOPERATING, FILER).after(
        ApproveProject(project_id=PROJECT_ID, filing=1), MANAGING, APPROVER
    )
    lowered = at_once.after(correction(loan=loan(principal_fen=90_000_000)), COOPERATING, FILER)
    repaid = lowered.after(repayment(), COOPERATING, REPORTER)
    approved = repaid.after(ApproveProject(project_id=PROJECT_ID, filing=2), MANAGING, APPROVER)
    assert isinstance(approved.state.project, Project)
    assert approved.state.project.outstanding_fen == 80_000_000


def not_admitted() -> Given:
    """A correction brought a second drawdown of 7 April on 8 May, and the committee did not admit it."""
    given = with_committee(COVERED)
    late = correction(loan=BOTH, late_because="经办延误")
    given = given.having(given.when(late, COOPERATING, FILER, LATE_AT).events)
    named = {"subject_kind": SubjectKind.LATE_CORRECTION, "subject_sha256": "0" * 64}
    as_a_filing = opening(closes_at=LATE_AT + timedelta(days=1), subject_sha256="0" * 64)
    assert codes(given.when(as_a_filing, MANAGING, SECRETARY, LATE_AT)) == ["question_is_another"]
    given = given.after(opening(closes_at=LATE_AT + timedelta(days=1), **named), MANAGING, SECRETARY, LATE_AT)
    for member in MEMBERS:
        given = given.after(casting(Vote.AGAINST, **named), MANAGING, member, LATE_AT)
    rejected = given.when(closing(**named), MANAGING, SECRETARY, LATE_AT)
    assert any(isinstance(event, CorrectionRejected) for event in rejected.events)
    return given.having(rejected.events)


BOTH = loan(drawdowns=(drawdown(1, DISBURSED_ON), drawdown(2, DISBURSED_ON)))
DATED_LATER = drawdown(2, DISBURSED_ON + timedelta(days=20))


def test_a_drawdown_that_was_not_admitted_gets_no_new_clock() -> None:
    """Neither in another correction nor filed by itself, with whatever day of payout."""
    given = not_admitted()
    again = loan(drawdowns=(drawdown(1, DISBURSED_ON), DATED_LATER))
    assert "filed_late" in corrected_at(given, LATE_AT, loan=again)
    alone = given.when(drawing(disbursed_on=DATED_LATER.disbursed_on), COOPERATING, FILER, LATE_AT)
    assert codes(alone) == ["filed_late"]


def test_a_drawdown_that_a_version_left_out_gets_no_new_clock() -> None:
    """Left out of the second version and brought back in the third, it is as late as it was in the first."""
    waiting = with_committee(STAFFED)
    late = filing(loan=BOTH, late_because="经办延误")
    waiting = waiting.having(waiting.when(late, COOPERATING, FILER, LATE_AT).events)
    without = waiting.when(correction(loan=DRAWN, late_because="经办延误"), COOPERATING, FILER, LATE_AT)
    left_out = waiting.having(without.events)
    again = loan(drawdowns=(drawdown(1, DISBURSED_ON), DATED_LATER))
    brought_back = left_out.when(correction(2, loan=again, late_because="经办延误"), COOPERATING, FILER, LATE_AT)
    (event,) = brought_back.events
    assert isinstance(event, ProjectCorrected)
    assert [each.late for each in event.drawdowns] == [True, True]


def test_a_drawdown_that_a_filing_after_its_return_left_out_gets_no_new_clock() -> None:
    """As with corrections: what was late in the first filing is so in the third, though the second left it out."""
    third_at = NOON + timedelta(days=60)
    in_time = loan(drawdowns=(drawdown(1, DISBURSED_ON), drawdown(2)))
    given = STAFFED
    for number, filed in enumerate((in_time, DRAWN), start=1):
        back = ReturnProject(project_id=PROJECT_ID, filing=number, reasons="请补充")
        given = given.after(filing(loan=filed), COOPERATING, FILER).after(back, MANAGING, APPROVER)
    kept = given.when(filing(loan=in_time), COOPERATING, FILER, third_at)
    assert kept.outcome is Outcome.ACCEPTED
    (event,) = kept.events
    assert isinstance(event, ProjectFiled)
    assert [each.filed_on for each in event.drawdowns] == [TODAY, TODAY]
