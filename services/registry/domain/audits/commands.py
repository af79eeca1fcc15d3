"""Deciding what is said of audits by engaged third parties (19.2)."""

from services.registry.domain.article_04_institutional_roles import has_room
from services.registry.domain.audits.article_19_audit_engagements import (
    audited_period_is_in_order,
    auditor_code_is_valid,
    auditor_is_third_party,
    engagement_is_known,
    engagement_is_open,
    engagement_number_is_free,
    finding_names_a_clause,
    finding_number_is_free,
)
from services.registry.domain.audits.state import AuditEngagement
from services.registry.domain.command_spec import CommandSpec, managing
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import DUPLICATE, Decision, accepted, is_repeat, refused, said
from shared.contracts.registry.audits import (
    AuditFindingRecorded,
    AuditorEngaged,
    AuditReported,
    EngageAuditor,
    RecordAuditFinding,
    RecordAuditReport,
)
from shared.contracts.registry.words import Duty
from shared.decisions.checks import all_faults

FINDINGS_PER_AUDIT_MAX = 500


def engage_auditor(ctx: CommandContext[EngageAuditor]) -> Decision:
    """Engage a third party to inspect the pool; its engagement's number stands for the audit."""
    pool, data = ctx.pool, ctx.data
    engagement = ctx.entry_as(AuditEngagement)
    if is_repeat(data, of=engagement):
        return DUPLICATE
    wrong = all_faults(
        engagement_number_is_free(engagement),
        auditor_code_is_valid(data.auditor_uscc),
        auditor_is_third_party(pool, data.auditor, data.auditor_uscc),
        audited_period_is_in_order(data.period_from, data.period_to),
    )
    if wrong:
        return refused(wrong)
    return accepted(AuditorEngaged(matter_id=ctx.entry_id, **said(data), engaged_by=ctx.officer))


def record_audit_finding(ctx: CommandContext[RecordAuditFinding]) -> Decision:
    """Record what the audit found, as long as it is not reported."""
    data, engagement = ctx.data, ctx.entry_as(AuditEngagement)
    if not_engaged := engagement_is_known(data.number, engagement):
        return refused(not_engaged)
    assert engagement is not None
    recorded = engagement.finding(data.finding)
    if is_repeat(data, of=recorded):
        return DUPLICATE
    wrong = all_faults(
        engagement_is_open(engagement),
        finding_number_is_free(recorded),
        finding_names_a_clause(data.clause),
        has_room(len(engagement.findings), FINDINGS_PER_AUDIT_MAX, "findings of this audit", "本次审计发现"),
    )
    if wrong:
        return refused(wrong)
    return accepted(AuditFindingRecorded(matter_id=engagement.matter_id, **said(data), recorded_by=ctx.officer))


def record_audit_report(ctx: CommandContext[RecordAuditReport]) -> Decision:
    """Record the report, with which the audit ends."""
    data, engagement = ctx.data, ctx.entry_as(AuditEngagement)
    if not_engaged := engagement_is_known(data.number, engagement):
        return refused(not_engaged)
    assert engagement is not None
    if is_repeat(data, of=engagement.report):
        return DUPLICATE
    if has_ended := engagement_is_open(engagement):
        return refused(has_ended)
    return accepted(
        AuditReported(
            matter_id=engagement.matter_id,
            **said(data),
            auditor=engagement.auditor,
            findings=len(engagement.findings),
            recorded_by=ctx.officer,
        )
    )


COMMANDS = (
    CommandSpec(EngageAuditor, engage_auditor, "19.2", managing(Duty.OVERSIGHT), begins=AuditEngagement),
    CommandSpec(RecordAuditFinding, record_audit_finding, "19.2", managing(Duty.OVERSIGHT), continues=AuditEngagement),
    CommandSpec(RecordAuditReport, record_audit_report, "19.2", managing(Duty.OVERSIGHT), continues=AuditEngagement),
)
