"""Articles 19 and 22: what becomes of what waits, and of existing projects, once the pool takes no filing any more."""

from datetime import timedelta

import pytest

from shared.contracts.receipts import Outcome
from shared.contracts.registry.ballots import BallotClosed
from shared.contracts.registry.performance import CooperationEnded, EndGround, PoolStopped
from shared.contracts.registry.project_life import DrawdownAdmitted, DrawdownFiled, DrawdownRefused
from shared.contracts.registry.projects import ProjectApproved, RejectProject, ReturnProject
from shared.contracts.registry.words import Vote
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.cycle_examples import MINUTES, noon_of
from tests.unit.registry.project_life_examples import (
    APPROVE,
    COVERED,
    OVERSEER,
    STAFFED_FOR_LIFE,
    drawdown,
    drawing,
    repayment,
    spot_check,
)
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    DISBURSED_ON,
    FILER,
    MANAGING,
    NOON,
    PROJECT_ID,
    TODAY,
    Given,
    document,
    filing,
    loan,
)
from tests.unit.registry.test_article_08_collective_decisions import (
    MEMBERS,
    SECRETARY,
    casting,
    closing,
    opening,
)
from tests.unit.registry.test_article_16_later_drawdowns import LATE_AT, ON_DRAWDOWN, covered_fen, drawn_late

DAY = timedelta(days=1)
TOMORROW = noon_of(TODAY + DAY)
LIFE = (COOPERATING, "reporter")
WAITING = STAFFED_FOR_LIFE.after(filing(), COOPERATING, FILER)
RETURN = ReturnProject(project_id=PROJECT_ID, reasons="请补充", filing=1)
REJECT = RejectProject(project_id=PROJECT_ID, reasons="不予纳入", filing=1)
CLAIMED_BACK = [EndGround.BREACH, EndGround.FAILED_AUDIT, EndGround.FAILED_EVALUATION]


def stopped(given: Given) -> Given:
    return given.having(
        [
            PoolStopped(
                evaluation="PJ-1",
                reasons="不再继续",
                decision=MINUTES,
                stopped_on=TODAY,
                decided_by=OVERSEER,
                rules_version=1,
            )
        ]
    )


def ended(given: Given, ground: EndGround = EndGround.BREACH) -> Given:
    return given.having(
        [
            CooperationEnded(
                institution=COOPERATING,
                ground=ground,
                claims_back_fiscal_money=ground is not EndGround.PERIOD_OVER,
                facts="未按约定对账",
                evidence=(document(),),
                decision=MINUTES,
                ended_on=TODAY,
                decided_by=OVERSEER,
                rules_version=1,
            )
        ]
    )


def over(given: Given) -> list[Given]:
    """After a stop, and after a cooperation that is simply not gone on with: no money is claimed back in either."""
    return [stopped(given), ended(given, EndGround.PERIOD_OVER)]


def reasons_of(given: Given, data: object, where: str, who: str) -> list[tuple[str, str]]:
    decision = given.when(data, where, who, TOMORROW)  # type: ignore[arg-type]  # a command of the registry
    return [(each.code, each.clause) for each in decision.refusals]


@pytest.mark.clause("22.1")
def test_what_was_filed_before_the_stop_is_approved_or_rejected() -> None:
    """It is an existing project; returned it could not come again, so it is corrected first, or decided on as it is."""
    for given in over(WAITING):
        (event,) = given.when(APPROVE, MANAGING, APPROVER, TOMORROW).events
        assert isinstance(event, ProjectApproved)
        assert given.when(REJECT, MANAGING, APPROVER, TOMORROW).outcome is Outcome.ACCEPTED
        assert reasons_of(given, RETURN, MANAGING, APPROVER) == [("return_leads_nowhere", "22.1")]
        assert given.when(correction(), COOPERATING, FILER, TOMORROW).outcome is Outcome.ACCEPTED
    assert WAITING.when(RETURN, MANAGING, APPROVER, TOMORROW).outcome is Outcome.ACCEPTED
    # A return of before stays what it is; said again it is a duplicate, as ever.
    returned = stopped(WAITING.after(RETURN, MANAGING, APPROVER))
    assert returned.when(RETURN, MANAGING, APPROVER, TOMORROW).outcome is Outcome.DUPLICATE
    assert reasons_of(returned, filing(), COOPERATING, FILER) == [("pool_stopped", "22.1")]


@pytest.mark.clause("19.3")
@pytest.mark.parametrize("ground", CLAIMED_BACK)
def test_where_the_fiscal_money_is_claimed_back_what_waits_is_only_rejected(ground: EndGround) -> None:
    """Nothing more comes under the cover: the money that would share its loss has gone back."""
    given = ended(WAITING, ground)
    assert reasons_of(given, APPROVE, MANAGING, APPROVER) == [("fiscal_money_claimed_back", "19.3")]
    assert reasons_of(given, RETURN, MANAGING, APPROVER) == [("return_leads_nowhere", "22.1")]
    assert given.when(REJECT, MANAGING, APPROVER, TOMORROW).outcome is Outcome.ACCEPTED


@pytest.mark.clause("22.1")
def test_a_drawdown_of_before_the_stop_is_filed_in_its_window_and_none_of_after_it() -> None:
    """The day of the stop is one of before; what is paid out later is not covered, in a correction neither."""
    for given in over(COVERED):
        (event,) = given.when(drawing(), COOPERATING, FILER, TOMORROW).events
        assert isinstance(event, DrawdownFiled)
        later = drawing(disbursed_on=TODAY + DAY)
        assert reasons_of(given, later, COOPERATING, FILER) == [("paid_out_after_stop", "22.1")]
        first = drawdown(1, DISBURSED_ON)
        further = correction(loan=loan(drawdowns=(first, drawdown(2, TODAY + DAY))))
        assert reasons_of(given, further, COOPERATING, FILER) == [("paid_out_after_stop", "22.1")]
        of_before = correction(loan=loan(drawdowns=(first, drawdown(2, TODAY))))
        assert given.when(of_before, COOPERATING, FILER, TOMORROW).outcome is Outcome.ACCEPTED
    assert COVERED.when(drawing(disbursed_on=TODAY + DAY), COOPERATING, FILER, TOMORROW).outcome is Outcome.ACCEPTED


@pytest.mark.clause("22.1")
def test_what_was_covered_after_the_stop_by_an_earlier_version_of_this_code_is_still_corrected() -> None:
    """Only what has still to be decided on is asked; a stop that comes first counts, whatever ends later."""
    both = ended(stopped(COVERED), EndGround.PERIOD_OVER)
    assert both.pool.cycle.filings_until == TODAY
    drawn = COVERED.after(drawing(disbursed_on=TODAY + DAY), COOPERATING, FILER, TOMORROW)
    as_drawn = correction(loan=loan(drawdowns=(drawdown(1, DISBURSED_ON), drawdown(2, TODAY + DAY))))
    assert stopped(drawn).when(as_drawn, COOPERATING, FILER, TOMORROW).outcome is Outcome.ACCEPTED


@pytest.mark.clause("19.3")
def test_where_the_fiscal_money_is_claimed_back_no_drawdown_and_no_correction_adds_to_the_cover() -> None:
    """What changes nothing of it, or lowers it, is still put right: existing projects go on."""
    given = ended(COVERED)
    assert reasons_of(given, drawing(), COOPERATING, FILER) == [("fiscal_money_claimed_back", "19.3")]
    for amount_fen, expected in (
        (40_000_001, [("fiscal_money_claimed_back", "19.3")]),
        (40_000_000, []),
        (39_999_999, []),
    ):
        drawn = loan(drawdowns=(drawdown(1, DISBURSED_ON, amount_fen),))
        corrected = given.after(correction(loan=drawn), COOPERATING, FILER, NOON)
        approve = APPROVE.model_copy(update={"filing": 2})
        assert reasons_of(corrected, approve, MANAGING, APPROVER) == expected
        again = RETURN.model_copy(update={"filing": 2})
        assert corrected.when(again, MANAGING, APPROVER, TOMORROW).outcome is Outcome.ACCEPTED


@pytest.mark.clause("16.1")
@pytest.mark.clause("19.3")
def test_a_late_drawdown_is_not_admitted_once_the_fiscal_money_is_claimed_back() -> None:
    """Whatever was voted before; after a stop it is admitted as ever, since it was paid out and filed before."""
    at = LATE_AT + timedelta(hours=1)
    given = drawn_late().after(opening(**ON_DRAWDOWN, closes_at=at + DAY), MANAGING, SECRETARY, at)
    for member in MEMBERS:
        given = given.after(casting(Vote.FOR, **ON_DRAWDOWN), MANAGING, member, at)
    closed, refused = ended(given).when(closing(**ON_DRAWDOWN), MANAGING, SECRETARY, at).events
    assert isinstance(closed, BallotClosed)
    assert isinstance(refused, DrawdownRefused)
    assert "全部财政资金" in refused.reasons
    assert covered_fen(ended(given).having([closed, refused])) == covered_fen(given)
    for running in over(given):
        _, admitted = running.when(closing(**ON_DRAWDOWN), MANAGING, SECRETARY, at).events
        assert isinstance(admitted, DrawdownAdmitted)


@pytest.mark.clause("22.1")
def test_all_else_of_an_existing_project_goes_on() -> None:
    """Repayments and spot checks, after a stop as after the end of the cooperation on any ground."""
    for given in (*over(COVERED), *(ended(COVERED, ground) for ground in CLAIMED_BACK)):
        for data in (repayment(), spot_check()):
            assert given.when(data, *LIFE, TOMORROW).outcome is Outcome.ACCEPTED
