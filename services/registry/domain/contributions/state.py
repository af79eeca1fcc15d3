"""Planned pairs of contributions: until when each institution has its part to pay in."""

from collections.abc import Sequence

from services.registry.domain.deadlines import DeadlineKey, Deadlines, Moment
from shared.contracts.registry.cycle import DueKind
from shared.contracts.registry.pools import PoolFounded
from shared.contracts.registry.words import PlannedInstalment
from shared.contracts.treasury import Account, ContributionReceived


def evolve_deadlines(deadlines: Deadlines, at: Moment, event: PoolFounded) -> Deadlines:
    """Both institutions pay in their parts of the pairs."""
    return _with_pairs(deadlines, at, event.contributions)


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


EVOLUTIONS = ()
DEADLINES = (evolve_deadlines, evolve_deadlines_of_receipts)
