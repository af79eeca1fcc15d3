"""What a scenario sees of a pool: from events alone, in whatever order the topics deliver them."""

from collections.abc import Iterable
from itertools import permutations

import pytest

from scenarios.player.compare import differences, differences_of_answer
from scenarios.player.model import Answer, Expectation
from scenarios.player.view import CaseView, PoolView
from simulator.party_messages import ObservedRecord
from tests.unit.scenario.scenario_examples import LENDER, POOL, PROJECT, Telling

COMPENSATION = "compensation-1"
ON_PAYOUT = {"leg": "payout", "compensation_id": COMPENSATION}
SETTLED = {"instruction_id": "i", "amount_fen": 200, "due_from_fiscal_fen": 100}
ON_REIMBURSEMENT = {"leg": "reimbursement", "compensation_id": COMPENSATION}


def view_of(observed: Iterable[ObservedRecord], *, does_bank_answer: bool = True) -> PoolView:
    pool = PoolView(POOL, does_bank_answer=does_bank_answer)
    pool.take_in(observed)
    return pool


def case_of(observed: Iterable[ObservedRecord]) -> CaseView:
    return view_of(observed).case(PROJECT)


def whole_way() -> list[tuple[str, ObservedRecord]]:
    """A case's events with the stage after each."""
    tell = Telling()
    basis = {"cap_fen": 200, "pool_share_fen": 200, "fiscal_part_fen": 100, "social_part_fen": 100}
    return [
        ("awaiting approval", tell.event("registry.project.filed")),
        ("covered", tell.event("registry.project.approved")),
        ("notified", tell.event("claims.notice.accepted", compensation=1, notifier=LENDER, message_id="n1")),
        ("reviewed", tell.event("claims.review.recorded")),
        ("verified", tell.event("claims.verification.recorded", basis=basis)),
        ("planned", tell.event("claims.plan.drawn_up", plan_sha256="p", basis=basis)),
        ("confirmed", tell.event("claims.plan.confirmed")),
        ("released", tell.event("claims.payout.released", compensation_id=COMPENSATION)),
        (
            "paid",
            tell.event(
                "claims.compensation.paid",
                compensation=1,
                compensation_id=COMPENSATION,
                amount_fen=200,
                fiscal_part_fen=100,
            ),
        ),
        ("applied", tell.event("claims.reimbursement.applied")),
        ("voting", tell.event("claims.ballot.opened")),
        (
            "approved",
            tell.event("claims.reimbursement.approved", compensation_id=COMPENSATION, amount_fen=100),
        ),
        (
            "reimbursed",
            tell.event("claims.compensation.reimbursed", compensation_id=COMPENSATION, amount_fen=100),
        ),
    ]


def test_the_stage_follows_the_events() -> None:
    """After each event of a case's way its stage is the next one."""
    pool = PoolView(POOL)
    for stage, event in whole_way():
        pool.take_in([event])
        assert pool.case(PROJECT).stage == stage


def test_a_new_notice_of_the_lender_asks_for_review_and_verification_again() -> None:
    """What was found about the earlier notice lapses; a guarantor's notice beside it changes nothing."""
    tell = Telling()
    events = [event for _, event in whole_way()[:5]]
    again = tell.event("claims.notice.accepted", compensation=1, notifier=LENDER, message_id="n2")
    again.content["id"] = "again"  # type: ignore[index]
    beside = tell.event("claims.notice.accepted", notifier="guarantor-demo", message_id="n3")
    beside.content["id"] = "beside"  # type: ignore[index]
    assert case_of([*events, beside]).stage == "verified"
    assert case_of([*events, again]).stage == "notified"


def test_what_is_observed_twice_counts_once() -> None:
    """A topic can deliver an event again; figures don't grow by it."""
    tell = Telling()
    received = tell.event("treasury.contribution.received", account="fiscal", instalment=1, amount_fen=500)
    pool = view_of([received, received])
    assert pool.balances["fiscal"] == 500
    assert not pool.take_in([received])


def test_another_pools_events_change_nothing() -> None:
    """Scenarios are played side by side; each sees its own pool."""
    received = Telling().event("treasury.contribution.received", account="fiscal", instalment=1, amount_fen=500)
    received.content["poolid"] = "another"  # type: ignore[index]
    assert view_of([received]).balances["fiscal"] == 0


def test_balances_do_not_depend_on_the_order_between_projects() -> None:
    """Records of two keys come in any order; the accounts come out the same."""
    tell = Telling()
    events = [
        tell.event("treasury.contribution.received", account="social_capital", instalment=1, amount_fen=500),
        tell.event("treasury.payment.reserved", **ON_PAYOUT, amount_fen=200),
        tell.event("treasury.payment.settled", **ON_PAYOUT, **SETTLED),
    ]
    for order in permutations(events):
        pool = view_of(order)
        assert (pool.balances["social_capital"], pool.reserved["social_capital"]) == (300, 0)


def test_the_queue_is_what_was_queued_and_not_yet_reserved() -> None:
    """A part is paid and the rest queued; what goes out of the queue later leaves it."""
    tell = Telling()
    events = [
        tell.event("treasury.payment.reserved", **ON_PAYOUT, amount_fen=150),
        tell.event("treasury.payout.queued", **ON_PAYOUT, queued_fen=50),
    ]
    assert sum(case_of(events).queued.values()) == 50
    events.append(tell.event("treasury.payment.reserved", **ON_PAYOUT, amount_fen=20))
    assert sum(case_of(events).queued.values()) == 30


def test_what_is_reserved_counts_as_reimbursed() -> None:
    """Due from fiscal falls with the reservation, and the settlement says the same (10.5)."""
    tell = Telling()
    events = [
        tell.event("treasury.payment.settled", **ON_PAYOUT, **SETTLED),
        tell.event("treasury.payment.reserved", **ON_REIMBURSEMENT, amount_fen=60),
    ]
    assert case_of(events).due.total() == 40
    events.append(
        tell.event(
            "treasury.payment.settled", **ON_REIMBURSEMENT, instruction_id="j", amount_fen=60, due_from_fiscal_fen=40
        )
    )
    assert case_of(events).due.total() == 40


def test_what_has_to_follow_is_awaited_until_it_comes() -> None:
    """A release awaits the treasury, its instruction the bank, the settlement claims' note; then all is quiet."""
    tell = Telling()
    pool = PoolView(POOL)
    chain = [
        tell.event("claims.payout.released", compensation_id=COMPENSATION),
        tell.event("treasury.payment.reserved", **ON_PAYOUT, amount_fen=200),
        tell.event("treasury.payment.instructed", **ON_PAYOUT, instruction_id="i"),
        tell.instruction("i", 200),
        tell.event("treasury.payment.settled", **ON_PAYOUT, **SETTLED),
        tell.event(
            "claims.compensation.paid",
            compensation=1,
            compensation_id=COMPENSATION,
            amount_fen=200,
            fiscal_part_fen=100,
        ),
    ]
    awaited = []
    for observed in chain:
        pool.take_in([observed])
        awaited.append(len(pool.still_awaited()))
    assert awaited == [1, 0, 2, 1, 1, 0]


def test_with_the_bank_by_hand_its_answer_is_not_awaited() -> None:
    """The instruction is open until a step of the scenario answers it."""
    tell = Telling()
    events = [tell.event("treasury.payment.instructed", **ON_PAYOUT, instruction_id="i"), tell.instruction("i", 200)]
    pool = view_of(events, does_bank_answer=False)
    assert pool.still_awaited() == []
    assert [data["instruction_id"] for data in pool.open_instructions()] == ["i"]
    pool.take_in([tell.event("treasury.payment.voided", **ON_PAYOUT, instruction_id="i", amount_fen=200)])
    assert pool.open_instructions() == []


def test_a_held_notice_is_awaited_once_its_project_is_decided_on() -> None:
    """Before that it can wait for ever."""
    tell = Telling()
    held = tell.event("claims.notice.held", notifier=LENDER, message_id="n")
    assert view_of([held]).still_awaited() == []
    approved = tell.event("registry.project.approved")
    assert view_of([held, approved]).still_awaited() == ["the decision on the held notice n"]


# Comparing


def expectation(**words: object) -> Expectation:
    return Expectation.model_validate({name.replace("_", " "): value for name, value in words.items()})


def compared(expected: Expectation, events_before: int = 0) -> list[tuple[str, str, str]]:
    pool = view_of(event for _, event in whole_way())
    found = differences(expected, pool, pool.case(PROJECT), events_before)
    return [(difference.what, difference.expected, difference.got) for difference in found]


def test_each_figure_that_differs_is_told() -> None:
    """What was expected and what came, in the scenario's own words; what agrees is not told."""
    expected = expectation(
        stage="paid",
        pool_share="2.00",
        paid="0.00",
        reimbursed="1.00",
        balances={"fiscal": "5.00"},
    )
    assert compared(expected) == [
        ("stage", "paid", "reimbursed"),
        ("balances, fiscal", "5.00", "0.00"),
        ("reimbursed", "1.00", "0.00"),
    ]


def test_what_is_not_named_is_not_looked_at() -> None:
    """An empty expectation always holds."""
    assert compared(expectation()) == []


def test_events_are_compared_service_by_service() -> None:
    """All of them in order, or some among others in order; those given don't count."""
    events = [event.content["type"].removesuffix(".v1") for _, event in whole_way()]
    assert compared(expectation(events=events)) == []
    assert compared(expectation(events=events[2:]), events_before=2) == []
    assert compared(expectation(events=[*events[2:], events[0], events[1]])) == []
    assert compared(expectation(events_contain=["claims.review.recorded", "claims.plan.confirmed"])) == []
    [(what, _, _)] = compared(expectation(events_contain=["claims.plan.confirmed", "claims.review.recorded"]))
    assert what == "events of claims, among others"
    [(what, _, got)] = compared(expectation(events=events[:-1]))
    assert (what, got.endswith("claims.compensation.reimbursed")) == ("events of claims", True)
    [(what, _, got)] = compared(expectation(no_events=["claims.plan.drawn_up"]))
    assert (what, got) == ("no events", "claims.plan.drawn_up")


REFUSED = {"outcome": "refused", "reasons": [{"clause": "10.1", "code": "a_code", "text": "too much"}]}


@pytest.mark.parametrize(
    ("expected", "holds"),
    [
        ("refused", True),
        ({"outcome": "refused", "clause": "10.1"}, True),
        ({"outcome": "refused", "clause": "10.1", "code": "a_code"}, True),
        ({"outcome": "refused", "clause": "10.2", "code": "a_code"}, False),
        ({"outcome": "refused", "clause": "10.1", "code": "another_code"}, False),
        ("accepted", False),
        ("none", False),
    ],
)
def test_an_answer_holds_if_one_reason_is_the_expected_one(expected: object, holds: bool) -> None:
    """Outcome, clause and code all have to be right, the latter two of the same reason."""
    found = differences_of_answer(Answer.model_validate(expected), REFUSED)
    assert (found == []) == holds
    if found:
        assert found[0].got == "refused; 10.1 a_code: too much"


def test_no_answer_is_right_only_where_none_is_expected() -> None:
    """Silence is told as such."""
    assert differences_of_answer(Answer.model_validate("none"), None) == []
    assert differences_of_answer(Answer.model_validate("accepted"), None)[0].got == "no answer"
