"""Article 19: the grounds that are shown for the end of the cooperation."""

from services.registry.domain.audits.state import AuditEngagement
from services.registry.domain.evaluations.state import Evaluation
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.performance import EndCooperation, EndGround, EvaluationResult


def refuse_unless_failed_evaluation_is_shown(evaluation: Evaluation | None, command: EndCooperation) -> Refusal | None:
    """Article 19.3. A failed evaluation is a ground where it was recorded and has failed; no other ground names one."""
    is_ground = command.ground is EndGround.FAILED_EVALUATION
    has_failed = evaluation is not None and evaluation.result is EvaluationResult.FAIL
    if has_failed if is_ground else command.evaluation is None:
        return None
    named, named_zh = (command.evaluation or "no number"), (command.evaluation or "（未填编号）")
    return refusal(
        "no_failed_evaluation",
        "19.3",
        f"{named} names no evaluation that failed and is the ground; record it first, or name the ground that there "
        "is and nothing else.",
        f"{named_zh} 不是作为终止事由的未达标绩效评估；请先登记评估，或仅写明实际事由。",
    )


def refuse_unless_failed_audit_is_shown(audit: AuditEngagement | None, command: EndCooperation) -> Refusal | None:
    """Article 19.3. A failed audit is a ground where an engaged auditor's report says so; no other ground names one.

    Before the report an audit has failed nobody, whatever was found.
    """
    is_ground = command.ground is EndGround.FAILED_AUDIT
    has_failed = audit is not None and audit.report is not None and not audit.report.passed
    if has_failed if is_ground else command.audit is None:
        return None
    named, named_zh = (command.audit or "no number"), (command.audit or "（未填编号）")
    return refusal(
        "no_failed_audit",
        "19.3",
        f"{named} names no audit whose report says that it was failed and is the ground; record its report first "
        "(registry.audit.record_report), or name the ground that there is and nothing else.",
        f"{named_zh} 不是作为终止事由、且报告结论为未达要求的审计；请先登记审计报告（registry.audit.record_report），"
        "或仅写明实际事由。",
    )
