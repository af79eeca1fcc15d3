"""Deciding what is said of audits by engaged third parties (19.2)."""

from services.registry.domain.article_04_institutional_roles import refuse_unless_there_is_room
from services.registry.domain.audits.article_19_audit_engagements import (
    refuse_unless_audited_period_is_of_the_pool,
    refuse_unless_audited_period_is_over,
    refuse_unless_auditor_code_is_valid,
    refuse_unless_auditor_is_third_party,
    refuse_unless_engagement_is_known,
    refuse_unless_engagement_is_open,
    refuse_unless_engagement_number_is_free,
    refuse_unless_finding_names_a_clause,
    refuse_unless_finding_number_is_free,
)
from services.registry.domain.audits.state import AuditEngagement
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import is_repeat
from shared.contracts.registry.audits import (
    AuditFindingRecorded,
    AuditorEngaged,
    AuditReported,
    EngageAuditor,
    RecordAuditFinding,
    RecordAuditReport,
)
from shared.contracts.registry.words import Duty
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import managing

FINDINGS_PER_AUDIT_MAX = 500


def engage_auditor(ctx: CommandContext[EngageAuditor]) -> Decision:
    """Engage a third party to inspect the pool; its engagement's number stands for the audit."""
    pool, command = ctx.pool, ctx.command
    engagement = ctx.entry_as(AuditEngagement)
    if is_repeat(command, of=engagement):
        return DUPLICATE
    wrong = all_faults(
        refuse_unless_engagement_number_is_free(engagement),
        refuse_unless_auditor_code_is_valid(command.auditor_uscc),
        refuse_unless_auditor_is_third_party(pool, command.auditor, command.auditor_uscc),
        refuse_unless_audited_period_is_of_the_pool(pool, command.period_from, command.period_to),
    )
    if wrong:
        return refused(wrong)
    return accepted(AuditorEngaged(entry_id=ctx.entry_id, **dict(command), engaged_by=ctx.officer))


def record_audit_finding(ctx: CommandContext[RecordAuditFinding]) -> Decision:
    """Record what the audit found, as long as it is not reported."""
    command, engagement = ctx.command, ctx.entry_as(AuditEngagement)
    if fault := refuse_unless_engagement_is_known(command.number, engagement):
        return refused(fault)
    assert engagement is not None
    recorded = engagement.finding(command.finding)
    if is_repeat(command, of=recorded):
        return DUPLICATE
    wrong = all_faults(
        refuse_unless_engagement_is_open(engagement),
        refuse_unless_finding_number_is_free(recorded),
        refuse_unless_finding_names_a_clause(command.clause),
        refuse_unless_there_is_room(
            len(engagement.findings), FINDINGS_PER_AUDIT_MAX, "findings of this audit", "本次审计发现"
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(AuditFindingRecorded(entry_id=engagement.entry_id, **dict(command), recorded_by=ctx.officer))


def record_audit_report(ctx: CommandContext[RecordAuditReport]) -> Decision:
    """Record the report, with which the audit ends."""
    command, engagement = ctx.command, ctx.entry_as(AuditEngagement)
    if fault := refuse_unless_engagement_is_known(command.number, engagement):
        return refused(fault)
    assert engagement is not None
    if is_repeat(command, of=engagement.report):
        return DUPLICATE
    if fault := first_fault(
        refuse_unless_engagement_is_open(engagement), refuse_unless_audited_period_is_over(engagement, ctx.today)
    ):
        return refused(fault)
    return accepted(
        AuditReported(
            entry_id=engagement.entry_id,
            **dict(command),
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
