"""Deciding what those who oversee the pool say: interpretations (23.1), supervision, audits."""

from datetime import date
from typing import assert_never
from uuid import UUID

from services.registry.domain.deciding_audits import decide_audit
from services.registry.domain.deciding_supervision import decide_supervision
from services.registry.domain.decision import DUPLICATE, Decision, accepted, first, refused
from services.registry.domain.interpretation import Interpretation
from services.registry.domain.matter import AuditCommand, Matter, SupervisionCommand, matter_of
from services.registry.domain.pool import Pool
from services.registry.domain.rules.article_04_institutional_roles import officer_has_duty
from services.registry.domain.rules.article_23_interpretations import (
    interpretation_number_is_free,
    interpreted_by_managing_institution,
    interpreted_clause_exists,
)
from shared.contracts.received import Acting
from shared.contracts.registry.oversight import InterpretationRecorded, RecordInterpretation
from shared.contracts.registry.words import Duty

OversightCommand = RecordInterpretation | SupervisionCommand | AuditCommand


def decide_oversight(
    pool: Pool, matter: Matter | None, data: OversightCommand, acting: Acting, pool_id: UUID, today: date
) -> Decision:
    """What becomes of a message of this subject."""
    if isinstance(data, RecordInterpretation):  # 4.1, 23.1
        assert matter is None or isinstance(matter, Interpretation), "a matter's id tells its kind"
        return _record_interpretation(pool, matter, data, acting, pool_id)
    if isinstance(data, SupervisionCommand):  # 4.1, 5.8, 5.9, 6.9, 6.10
        return decide_supervision(pool, matter, data, acting, matter_of(pool_id, data), today)
    if isinstance(data, AuditCommand):  # 4.1, 19.2
        return decide_audit(pool, matter, data, acting, matter_of(pool_id, data))
    assert_never(data)


def _record_interpretation(
    pool: Pool, recorded: Interpretation | None, data: RecordInterpretation, acting: Acting, pool_id: UUID
) -> Decision:
    """Record the interpretation; its number stands for it from now on."""
    not_allowed = first(
        interpreted_by_managing_institution(pool, acting), officer_has_duty(pool, acting, Duty.OVERSIGHT)
    )
    if not_allowed:
        return refused(not_allowed)
    assert acting.officer is not None
    event = InterpretationRecorded(
        matter_id=matter_of(pool_id, data),
        number=data.number,
        clause=data.clause,
        question=data.question,
        interpretation=data.interpretation,
        document=data.document,
        recorded_by=acting.officer,
    )
    if recorded is not None and _says_the_same(recorded, data):
        return DUPLICATE
    wrong = first(interpreted_clause_exists(data.clause), interpretation_number_is_free(recorded))
    return refused(wrong) if wrong else accepted(event)


def _says_the_same(recorded: Interpretation, data: RecordInterpretation) -> bool:
    return (recorded.clause, recorded.question, recorded.interpretation, recorded.document) == (
        data.clause,
        data.question,
        data.interpretation,
        data.document,
    )
