"""Deciding on the daily working norms of the cooperating institution (6.2)."""

from services.registry.domain.article_04_institutional_roles import has_room
from services.registry.domain.asked import Asked
from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, refused, says_the_same
from services.registry.domain.matter import matter_of
from services.registry.domain.working_norms.article_06_working_norms import (
    norm_number_is_free,
    norm_takes_effect_in_time,
    superseded_norm_stands,
)
from services.registry.domain.working_norms.state import WorkingNorm
from shared.contracts.registry.norms import AdoptWorkingNorm, WorkingNormAdopted

STANDING_NORMS_MAX = 200


def adopt_working_norm(asked: Asked[AdoptWorkingNorm]) -> Decision:
    """Adopt the norm; its event is what the managing institution sees of it."""
    pool, data, acting, today = asked.pool, asked.data, asked.acting, asked.today
    adopted = asked.matter_as(WorkingNorm)
    if says_the_same(adopted, data):
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
            matter_id=matter_of(asked.pool_id, data),
            **{name: getattr(data, name) for name in AdoptWorkingNorm.model_fields},
            institution=acting.institution,
            adopted_on=today,
            adopted_by=asked.officer,
        )
    )
