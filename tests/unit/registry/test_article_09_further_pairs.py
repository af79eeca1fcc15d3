"""Article 9: further pairs are planned by both institutions, and the pool grows by them."""

from datetime import timedelta

import pytest

from services.registry.domain.cycle import Cycle
from shared.contracts.receipts import Outcome
from shared.contracts.registry.contributions import PlanContributions
from shared.contracts.registry.performance import EndGround
from shared.contracts.registry.words import PlannedInstalment
from simulator.samples import sample
from tests.unit.registry.cycle_examples import OVERSEER, RUNNING
from tests.unit.registry.registry_examples import ADMINISTRATOR, COOPERATING, HERE, MANAGING, NOON, TODAY, instalment
from tests.unit.registry.registry_examples import codes as codes_of

FURTHER = instalment(3)
DUE_IN = FURTHER.due_on - TODAY


def plan(pair: PlannedInstalment = FURTHER) -> PlanContributions:
    return sample(PlanContributions, HERE, {"instalments": (pair,)})


@pytest.mark.clause("9.2")
@pytest.mark.parametrize("words", [((MANAGING, OVERSEER), (COOPERATING, ADMINISTRATOR))])
@pytest.mark.parametrize("second_first", [False, True])
def test_further_pairs_count_once_both_have_planned_them(
    words: tuple[tuple[str, str], ...], *, second_first: bool
) -> None:
    """One word, however often, is a proposal; the other one makes the pool larger, and both parts fall due, once."""
    first, second = words[::-1] if second_first else words
    proposed = RUNNING.says(plan(), *first)
    assert (proposed.pool, proposed.given.when(plan(), *first).outcome) == (RUNNING.pool, Outcome.DUPLICATE)
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
        (instalment(3, social_fen=1), NOON, "contributions_not_equal"),
        (instalment(4), NOON, "instalments_not_in_order"),
        (FURTHER.model_copy(update={"due_on": TODAY}), NOON, "instalments_not_in_order"),
        (FURTHER, NOON + DUE_IN + timedelta(days=1), "contributions_due_already"),
    ):
        assert codes_of(RUNNING.given.when(plan(pair), MANAGING, OVERSEER, at)) == [code]
    assert RUNNING.given.when(plan(), MANAGING, OVERSEER, NOON + DUE_IN).outcome is Outcome.ACCEPTED


@pytest.mark.clause("19.3")
def test_an_ended_cooperation_plans_no_further_pairs() -> None:
    """What it has is claimed back."""
    ended = RUNNING.given.with_pool(cycle=Cycle(ended_on=TODAY, ended_for=EndGround.BREACH))
    assert codes_of(ended.when(plan(), MANAGING, OVERSEER)) == ["cooperation_ended"]
