"""Deciding on the daily working norms of the cooperating institution (6.2)."""

from datetime import date
from uuid import UUID

from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, first, refused
from services.registry.domain.matter import matter_of
from services.registry.domain.pool import Pool
from services.registry.domain.rules.article_04_institutional_roles import has_room, officer_has_duty
from services.registry.domain.rules.article_06_working_norms import (
    norm_number_is_free,
    norm_takes_effect_in_time,
    norms_are_adopted_by_cooperating_institution,
    superseded_norm_stands,
)
from services.registry.domain.working_norm import WorkingNorm
from shared.contracts.received import Acting
from shared.contracts.registry.norms import AdoptWorkingNorm, WorkingNormAdopted
from shared.contracts.registry.words import Duty

STANDING_NORMS_MAX = 200


def adopt_working_norm(
    pool: Pool, adopted: WorkingNorm | None, data: AdoptWorkingNorm, acting: Acting, pool_id: UUID, today: date
) -> Decision:
    """Adopt the norm; its event is what the managing institution sees of it."""
    not_allowed = first(
        norms_are_adopted_by_cooperating_institution(pool, acting), officer_has_duty(pool, acting, Duty.RULES)
    )
    if not_allowed:
        return refused(not_allowed)
    assert acting.officer is not None
    said = {name: getattr(data, name) for name in AdoptWorkingNorm.model_fields}
    if adopted is not None and all(getattr(adopted, name) == value for name, value in said.items()):
        return DUPLICATE
    if taken := norm_number_is_free(adopted):
        return refused(taken)
    wrong = every(
        norm_takes_effect_in_time(data, today),
        superseded_norm_stands(pool, data),
        has_room(len(pool.working_norms), STANDING_NORMS_MAX, "standing working norms", "现行工作规范"),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        WorkingNormAdopted(
            matter_id=matter_of(pool_id, data),
            **said,
            institution=acting.institution,
            adopted_on=today,
            adopted_by=acting.officer,
        )
    )
