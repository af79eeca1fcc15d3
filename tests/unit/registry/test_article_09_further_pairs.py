"""Article 9: further pairs are planned by both institutions, and the pool grows by them."""

from datetime import timedelta
from typing import Any

import pytest

from services.registry.domain.contributions.article_09_further_pairs import WAITING_PLANS_MAX
from services.registry.domain.cycle import Cycle
from shared.contracts.money import AMOUNT_FEN_MAX
from shared.contracts.receipts import Outcome
from shared.contracts.registry.contributions import PlanContributions, WithdrawContributions
from shared.contracts.registry.performance import EndGround
from shared.contracts.registry.rules import ContributionRatio
from shared.contracts.registry.words import PlannedInstalment
from simulator.samples import sample
from tests.unit.registry.cycle_examples import OVERSEER, RUNNING
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    COOPERATING,
    HERE,
    MANAGING,
    NOON,
    NOTHING,
    TODAY,
    founding,
    instalment,
)
from tests.unit.registry.registry_examples import codes as codes_of

FURTHER = instalment(3)
DUE_IN = FURTHER.due_on - TODAY


WITHDRAW = sample(WithdrawContributions, HERE, {})


def plan(pair: PlannedInstalment = FURTHER, **changed: Any) -> PlanContributions:
    return sample(PlanContributions, HERE, {"instalments": (pair,), **changed})


@pytest.mark.clause("9.2")
@pytest.mark.parametrize("words", [((MANAGING, OVERSEER), (COOPERATING, ADMINISTRATOR))])
@pytest.mark.parametrize("second_first", [False, True])
def test_further_pairs_count_once_both_have_planned_them(
    words: tuple[tuple[str, str], ...], *, second_first: bool
) -> None:
    """One word, however often, is a proposal; the other one makes the pool larger, and both parts fall due, once."""
    first, second = words[::-1] if second_first else words
    proposed = RUNNING.says(plan(), *first)
    assert (proposed.pool.size_fen, proposed.pool.contributions) == (RUNNING.pool.size_fen, RUNNING.pool.contributions)
    assert proposed.given.when(plan(), *first).outcome is Outcome.DUPLICATE
    assert codes_of(proposed.given.when(plan(instalment(3, 1, 1)), *second)) == ["contributions_plan_differs"]
    planned = proposed.says(plan(), *second)
    assert planned.pool.size_fen == RUNNING.pool.size_fen + 500_000_000
    assert planned.pool.contributions == (*RUNNING.pool.contributions, FURTHER)
    parts = {(each.reference, each.holder) for each in planned.deadlines.waiting.values()}
    assert parts >= {("3", MANAGING), ("3", COOPERATING)}
    assert {planned.given.when(plan(), *each).outcome for each in words} == {Outcome.DUPLICATE}


@pytest.mark.clause("9.2")
def test_further_pairs_are_equal_in_order_and_ahead_of_their_time() -> None:
    """They go on from those that are planned, and nobody is in arrears on the day of the plan."""
    for pair, at, code in (
        (instalment(3, social_fen=1), NOON, "contributions_not_in_ratio"),
        (instalment(4), NOON, "instalments_not_in_order"),
        (FURTHER.model_copy(update={"due_on": TODAY}), NOON, "instalments_not_in_order"),
        (FURTHER, NOON + DUE_IN + timedelta(days=1), "contributions_due_already"),
    ):
        assert codes_of(RUNNING.given.when(plan(pair), MANAGING, OVERSEER, at)) == [code]
    assert RUNNING.given.when(plan(), MANAGING, OVERSEER, NOON + DUE_IN).outcome is Outcome.ACCEPTED


@pytest.mark.clause("9.2")
def test_further_pairs_are_in_the_ratio_of_the_rules_in_force() -> None:
    """Another district's rules may have another one; to the fen, since 1,000.00 yuan are no three equal parts."""
    one_to_two = ContributionRatio(fiscal_weight=1, social_weight=2)
    first = RUNNING.pool.first_rules.model_copy(update={"contribution_ratio": one_to_two})
    given = RUNNING.given.with_pool(first_rules=first)
    assert given.when(plan(instalment(3, 33_333, 66_667)), MANAGING, OVERSEER).outcome is Outcome.ACCEPTED
    for pair in (instalment(3, 33_334, 66_666), FURTHER):
        assert codes_of(given.when(plan(pair), MANAGING, OVERSEER)) == ["contributions_not_in_ratio"]


@pytest.mark.clause("19.3")
@pytest.mark.clause("22.1")
@pytest.mark.parametrize(
    ("cycle", "code"),
    [
        (Cycle(ended_on=TODAY, ended_for=EndGround.BREACH), "cooperation_ended"),
        (Cycle(stopped_on=TODAY), "pool_stopped"),
    ],
)
def test_where_nothing_new_begins_no_further_pairs_are_planned(cycle: Cycle, code: str) -> None:
    """Neither first nor second, also where one of the two had planned them; that one can still take them back."""
    over = RUNNING.says(plan(), MANAGING, OVERSEER).given.with_pool(cycle=cycle)
    assert codes_of(RUNNING.given.with_pool(cycle=cycle).when(plan(), MANAGING, OVERSEER)) == [code]
    assert codes_of(over.when(plan(), COOPERATING, ADMINISTRATOR)) == [code]
    assert over.when(WITHDRAW, MANAGING, OVERSEER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("9.2")
def test_whoever_planned_takes_the_plan_back_while_it_waits() -> None:
    """Then nobody can consent to it any more, and its number is used; a plan that counts stays."""
    proposed = RUNNING.says(plan(), MANAGING, OVERSEER)
    assert codes_of(RUNNING.given.when(WITHDRAW, MANAGING, OVERSEER)) == ["contributions_not_proposed"]
    assert codes_of(proposed.given.when(WITHDRAW, COOPERATING, ADMINISTRATOR)) == ["withdrawn_by_other"]
    withdrawn = proposed.says(WITHDRAW, MANAGING, OVERSEER)
    assert (withdrawn.pool, withdrawn.given.when(WITHDRAW, MANAGING, OVERSEER).outcome) == (
        RUNNING.pool,
        Outcome.DUPLICATE,
    )
    again = WITHDRAW.model_copy(update={"reasons": "其他原因。"})
    assert codes_of(withdrawn.given.when(again, MANAGING, OVERSEER)) == ["contributions_plan_not_waiting"]
    for who in ((MANAGING, OVERSEER), (COOPERATING, ADMINISTRATOR)):
        assert codes_of(withdrawn.given.when(plan(), *who)) == ["contributions_plan_withdrawn"]
    planned = proposed.says(plan(), COOPERATING, ADMINISTRATOR)
    assert codes_of(planned.given.when(WITHDRAW, MANAGING, OVERSEER)) == ["contributions_plan_not_waiting"]


@pytest.mark.clause("9.2")
def test_a_limit_of_plans_waits_for_consent() -> None:
    """Each institution has its own, and a plan that was taken back, or counts, makes room again."""
    others = {f"出资-{number}": MANAGING for number in range(2, WAITING_PLANS_MAX + 1)}
    proposed = RUNNING.says(plan(), MANAGING, OVERSEER).given
    full = proposed.with_pool(waiting_plans={**proposed.pool.waiting_plans, **others})
    one_more = plan(number="出资-再")
    too_many = full.without_matter().when(one_more, MANAGING, OVERSEER)
    assert codes_of(too_many) == ["contributions_plans_too_many"]
    assert full.without_matter().when(one_more, COOPERATING, ADMINISTRATOR).outcome is Outcome.ACCEPTED
    for ended in (full.after(plan(), COOPERATING, ADMINISTRATOR), full.after(WITHDRAW, MANAGING, OVERSEER)):
        further = plan(instalment(len(ended.pool.contributions) + 1), number="出资-再")
        assert ended.without_matter().when(further, MANAGING, OVERSEER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("5.1")
def test_a_pool_grows_to_what_its_books_can_hold() -> None:
    """One fen pair above it is refused, and not an event that nobody could read."""
    room_fen = (AMOUNT_FEN_MAX - RUNNING.pool.size_fen) // 2
    assert RUNNING.given.when(plan(instalment(3, room_fen, room_fen)), MANAGING, OVERSEER).outcome is Outcome.ACCEPTED
    too_large = plan(instalment(3, room_fen + 1, room_fen + 1))
    assert codes_of(RUNNING.given.when(too_large, MANAGING, OVERSEER)) == ["pool_too_large"]


@pytest.mark.clause("20.1")
def test_pairs_fall_due_while_the_term_runs() -> None:
    """On its last day at the latest: those for a new term are planned once that is decided."""
    ends_on = RUNNING.pool.ends_on
    late = plan(FURTHER.model_copy(update={"due_on": ends_on + timedelta(days=1)}))
    assert codes_of(RUNNING.given.when(late, MANAGING, OVERSEER)) == ["contributions_due_after_the_term"]
    on_the_last_day = plan(FURTHER.model_copy(update={"due_on": ends_on}))
    assert RUNNING.given.when(on_the_last_day, MANAGING, OVERSEER).outcome is Outcome.ACCEPTED
    continued = RUNNING.given.with_pool(ends_on=ends_on + timedelta(days=1))
    assert continued.when(late, MANAGING, OVERSEER).outcome is Outcome.ACCEPTED
    pair = instalment(1).model_copy(update={"due_on": ends_on + timedelta(days=1)})
    founded = founding(contributions=(pair,), size_fen=pair.fiscal_fen + pair.social_fen)
    assert codes_of(NOTHING.when(founded, MANAGING)) == ["contributions_due_after_the_term"]
