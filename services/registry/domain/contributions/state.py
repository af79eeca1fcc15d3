"""Planned pairs of contributions: plans of further ones, and until when each institution has its part to pay in."""

from collections.abc import Sequence

from services.registry.domain.deadlines import DeadlineKey, Deadlines, Moment
from services.registry.domain.evolution import of_entry, of_pool
from services.registry.domain.pool import Pool
from services.registry.domain.register_entry import RegisterEntry
from shared.contracts.registry.contributions import (
    ContributionsPlanned,
    ContributionsPlanParticulars,
    ContributionsProposed,
)
from shared.contracts.registry.cycle import DueKind
from shared.contracts.registry.pools import PoolFounded
from shared.contracts.registry.words import PlannedInstalment
from shared.contracts.treasury import Account, ContributionReceived


class ContributionsPlan(ContributionsPlanParticulars, RegisterEntry):
    """What ``institution`` planned; it ``counts`` once the other institution has said the same."""

    entry_kind = "contributions_plan"

    institution: str
    proposed_by: str
    counts: bool = False

    @property
    def stage(self) -> str:
        """Where the plan stands."""
        return "planned" if self.counts else "proposed"


def evolve(plan: ContributionsPlan | None, event: ContributionsProposed | ContributionsPlanned) -> ContributionsPlan:
    """The plan after ``event``."""
    if isinstance(event, ContributionsProposed):
        return ContributionsPlan.told_by(event)
    assert plan is not None, "one of the two plans first"
    return plan.model_copy(update={"counts": True})


def evolve_pool(pool: Pool, event: ContributionsPlanned) -> Pool:
    """The pool with the further pairs, and as large as they make it."""
    pairs = (*pool.contributions, *event.instalments)
    return pool.model_copy(update={"contributions": pairs, "size_fen": event.size_fen})


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
