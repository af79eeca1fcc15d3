"""Planned pairs of contributions: plans of further ones, and until when each institution has its part to pay in."""

from collections.abc import Sequence

from services.registry.domain.deadlines import DeadlineKey, Deadlines, Moment
from services.registry.domain.evolution import of_entry, of_pool
from services.registry.domain.pool import Pool
from services.registry.domain.register_entry import RegisterEntry
from shared.contracts.labels import LabelledEnum
from shared.contracts.registry.contributions import (
    ContributionsPlanned,
    ContributionsPlanParticulars,
    ContributionsProposed,
    ContributionsWithdrawn,
)
from shared.contracts.registry.cycle import DueKind
from shared.contracts.registry.pools import PoolFounded
from shared.contracts.registry.words import PlannedInstalment
from shared.contracts.treasury import Account, ContributionReceived


class PlanStage(LabelledEnum):
    """Where a plan of further pairs stands."""

    PROPOSED = "proposed", "proposed", "待对方同意"  # → planned, withdrawn
    PLANNED = "planned", "planned", "已生效"  # for good
    WITHDRAWN = "withdrawn", "withdrawn", "已撤回"  # for good


class ContributionsPlan(ContributionsPlanParticulars, RegisterEntry):
    """What ``institution`` planned; it counts once the other one has planned the same, which is its ``outcome``.

    ``ended_because`` are the reasons of its withdrawal.
    """

    entry_kind = "contributions_plan"

    institution: str
    proposed_by: str
    outcome: PlanStage | None = None
    ended_because: str | None = None

    @property
    def stage(self) -> PlanStage:
        """Where the plan stands."""
        return self.outcome or PlanStage.PROPOSED


PlanEvent = ContributionsProposed | ContributionsPlanned | ContributionsWithdrawn


def evolve(plan: ContributionsPlan | None, event: PlanEvent) -> ContributionsPlan:
    """The plan after ``event``."""
    if isinstance(event, ContributionsProposed):
        assert plan is None, "a plan is proposed once"
        return ContributionsPlan.from_message(event)
    assert plan is not None, "one of the two plans first"
    assert plan.outcome is None, "one word ends the waiting of a plan"
    if isinstance(event, ContributionsWithdrawn):
        return plan.model_copy(update={"outcome": PlanStage.WITHDRAWN, "ended_because": event.reasons})
    return plan.model_copy(update={"outcome": PlanStage.PLANNED})


def evolve_pool(pool: Pool, event: PlanEvent) -> Pool:
    """The pool with the plans that wait; with the pairs that count, and as large as they make it."""
    if isinstance(event, ContributionsProposed):
        return pool.model_copy(update={"waiting_plans": {**pool.waiting_plans, event.number: event.institution}})
    waiting = {number: proposer for number, proposer in pool.waiting_plans.items() if number != event.number}
    changed: dict[str, object] = {"waiting_plans": waiting}
    if isinstance(event, ContributionsPlanned):
        changed |= {"contributions": (*pool.contributions, *event.instalments), "size_fen": event.size_fen}
    return pool.model_copy(update=changed)


def evolve_deadlines(deadlines: Deadlines, at: Moment, event: PoolFounded | ContributionsPlanned) -> Deadlines:
    """Both institutions pay in their parts of the pairs."""
    return _with_pairs(deadlines, at, event.contributions if isinstance(event, PoolFounded) else event.instalments)


def evolve_deadlines_of_receipts(deadlines: Deadlines, at: Moment, event: ContributionReceived) -> Deadlines:
    """What was paid in, as the treasury says, is due no more."""
    is_fiscal = event.account is Account.FISCAL
    holder = at.pool.managing_institution if is_fiscal else at.pool.cooperating_institution
    return deadlines.without(at.pool_id, [_part(at, event.instalment, holder)])


def _with_pairs(deadlines: Deadlines, at: Moment, pairs: Sequence[PlannedInstalment]) -> Deadlines:
    holders = (at.pool.managing_institution, at.pool.cooperating_institution)
    begun = (at.begun(_part(at, pair.instalment, holder), pair.due_on) for pair in pairs for holder in holders)
    return deadlines.with_begun(at.pool_id, begun)


def _part(at: Moment, instalment: int, holder: str) -> DeadlineKey:
    return DueKind.CONTRIBUTION, at.pool_id, str(instalment), holder


EVOLUTIONS = (of_entry(evolve), of_pool(evolve_pool))
DEADLINES = (evolve_deadlines, evolve_deadlines_of_receipts)
