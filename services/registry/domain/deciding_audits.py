"""Deciding what is said of audits by engaged third parties (19.2)."""

from typing import assert_never
from uuid import UUID

from services.registry.domain.audit_engagement import AuditEngagement, AuditFinding, AuditReport
from services.registry.domain.decision import DUPLICATE, Decision, accepted, every, first, refused
from services.registry.domain.matter import AuditCommand, Matter
from services.registry.domain.pool import Pool
from services.registry.domain.rules.article_04_institutional_roles import has_room, officer_has_duty
from services.registry.domain.rules.article_19_audit_engagements import (
    audit_is_managing_institutions,
    audited_period_is_in_order,
    auditor_code_is_valid,
    auditor_is_third_party,
    engagement_is_known,
    engagement_is_open,
    engagement_number_is_free,
    finding_names_a_clause,
    finding_number_is_free,
)
from shared.contracts.received import Acting
from shared.contracts.registry.audits import (
    AuditFindingRecorded,
    AuditorEngaged,
    AuditReported,
    EngageAuditor,
    RecordAuditFinding,
    RecordAuditReport,
)
from shared.contracts.registry.words import Duty

FINDINGS_PER_AUDIT_MAX = 500


def decide_audit(pool: Pool, matter: Matter | None, data: AuditCommand, acting: Acting, matter_id: UUID) -> Decision:
    """What becomes of a message of this subject."""
    assert matter is None or isinstance(matter, AuditEngagement), "a matter's id tells its kind"
    not_allowed = first(audit_is_managing_institutions(pool, acting), officer_has_duty(pool, acting, Duty.OVERSIGHT))
    if not_allowed:
        return refused(not_allowed)
    assert acting.officer is not None
    if isinstance(data, EngageAuditor):
        return _engage(pool, matter, data, acting.officer, matter_id)
    if not_engaged := engagement_is_known(data.number, matter):
        return refused(not_engaged)
    assert matter is not None
    match data:
        case RecordAuditFinding():
            return _record_finding(matter, data, acting.officer)
        case RecordAuditReport():
            return _record_report(matter, data, acting.officer)
    assert_never(data)


def _engage(
    pool: Pool, engagement: AuditEngagement | None, data: EngageAuditor, officer: str, matter_id: UUID
) -> Decision:
    if engagement is not None and all(
        getattr(engagement, name) == getattr(data, name) for name in type(data).model_fields
    ):
        return DUPLICATE
    wrong = every(
        engagement_number_is_free(engagement),
        auditor_code_is_valid(data.auditor_uscc),
        auditor_is_third_party(pool, data.auditor, data.auditor_uscc),
        audited_period_is_in_order(data.period_from, data.period_to),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        AuditorEngaged(
            matter_id=matter_id,
            number=data.number,
            auditor=data.auditor,
            auditor_uscc=data.auditor_uscc,
            scope=data.scope,
            period_from=data.period_from,
            period_to=data.period_to,
            engagement_letter=data.engagement_letter,
            engaged_by=officer,
        )
    )


def _record_finding(engagement: AuditEngagement, data: RecordAuditFinding, officer: str) -> Decision:
    recorded = engagement.finding(data.finding)
    if recorded == AuditFinding(finding=data.finding, text=data.text, clause=data.clause, document=data.document):
        return DUPLICATE
    wrong = every(
        engagement_is_open(engagement),
        finding_number_is_free(recorded),
        finding_names_a_clause(data.clause),
        has_room(len(engagement.findings), FINDINGS_PER_AUDIT_MAX, "findings of this audit", "本次审计发现"),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        AuditFindingRecorded(
            matter_id=engagement.matter_id,
            number=data.number,
            finding=data.finding,
            text=data.text,
            clause=data.clause,
            document=data.document,
            recorded_by=officer,
        )
    )


def _record_report(engagement: AuditEngagement, data: RecordAuditReport, officer: str) -> Decision:
    if engagement.report == AuditReport(passed=data.passed, conclusion=data.conclusion, report=data.report):
        return DUPLICATE
    if has_ended := engagement_is_open(engagement):
        return refused(has_ended)
    return accepted(
        AuditReported(
            matter_id=engagement.matter_id,
            number=data.number,
            auditor=engagement.auditor,
            passed=data.passed,
            conclusion=data.conclusion,
            findings=len(engagement.findings),
            report=data.report,
            recorded_by=officer,
        )
    )
