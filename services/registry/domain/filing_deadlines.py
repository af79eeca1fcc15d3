"""What is due on a filing: its completion, the decision on it, and what was returned to be filed again.

What was filed and a correction of what is approved are two things: each has its own decision and its own return.
"""

from uuid import UUID

from services.registry.domain.deadlines import CORRECTION, FILING, DeadlineKey, Deadlines, Moment
from shared.contracts.registry.cycle import DueKind


def completion(at: Moment, project_id: UUID) -> DeadlineKey:
    """The cooperating institution brings what the filing lacks."""
    return DueKind.FILING_COMPLETION, project_id, FILING, at.pool.cooperating_institution


def decision(at: Moment, project_id: UUID, about: str) -> DeadlineKey:
    """The managing institution decides on what was filed: a filing, a correction, a late drawdown."""
    return DueKind.FILING_DECISION, project_id, about, at.pool.managing_institution


def filing_again(at: Moment, project_id: UUID) -> DeadlineKey:
    """The cooperating institution files again what was returned."""
    return DueKind.FILING_CORRECTION, project_id, FILING, at.pool.cooperating_institution


def correcting_again(at: Moment, project_id: UUID) -> DeadlineKey:
    """The cooperating institution corrects again after a correction was returned."""
    return DueKind.RETURNED_CORRECTION, project_id, CORRECTION, at.pool.cooperating_institution


def without_filing(deadlines: Deadlines, at: Moment, project_id: UUID) -> Deadlines:
    """The deadlines where nothing of the project's filing and its correction is due any more."""
    ended = (
        completion(at, project_id),
        decision(at, project_id, FILING),
        decision(at, project_id, CORRECTION),
        filing_again(at, project_id),
        correcting_again(at, project_id),
    )
    return deadlines.without(at.pool_id, ended)
