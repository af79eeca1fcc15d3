"""Article 19: the managing institution engages third parties to audit the use of the pool."""

from datetime import date

from services.registry.domain.article_11_borrower import is_valid_uscc
from services.registry.domain.audits.state import AuditEngagement, AuditFinding
from services.registry.domain.enterprise_name import is_one_name
from services.registry.domain.pool import Pool
from shared.contracts.clauses import citation
from shared.contracts.refusals import Refusal, refusal


def refuse_unless_auditor_is_third_party(pool: Pool, auditor: str, auditor_uscc: str) -> Refusal | None:
    """Article 19.2. An auditor is a third party: no institution of the pool, and no affiliate of one that runs it."""
    known = [(institution.uscc, institution.name) for institution in pool.institutions.values()]
    known.extend((uscc, affiliate.name) for uscc, affiliate in pool.affiliates.items())
    for uscc, name in known:
        if uscc == auditor_uscc or is_one_name(name, auditor):
            return refusal(
                "auditor_is_no_third_party",
                "19.2",
                f"{auditor} ({auditor_uscc}) is {name} ({uscc}), which takes part in this pool or is an affiliate; "
                "engage a third party.",
                f"{auditor}（{auditor_uscc}）即 {name}（{uscc}），系本资金池参与机构或关联企业；请委托第三方机构。",
            )
    return None


def refuse_unless_auditor_code_is_valid(auditor_uscc: str) -> Refusal | None:
    """Article 19.2. An auditor is named by a unified social credit code whose check digit is right."""
    if is_valid_uscc(auditor_uscc):
        return None
    return refusal(
        "auditor_code_invalid",
        "19.2",
        f"{auditor_uscc} is not a unified social credit code: its check digit or form is wrong; copy it from the "
        "certificate and send again.",
        f"统一社会信用代码 {auditor_uscc} 校验不通过；请按证照核对后重新提交。",
    )


def refuse_unless_audited_period_is_in_order(period_from: date, period_to: date) -> Refusal | None:
    """Article 19.2. An audit is of a period that ends after it begins."""
    if period_from <= period_to:
        return None
    return refusal(
        "audited_period_reversed",
        "19.2",
        f"the audited period ends on {period_to}, before it begins on {period_from}; turn the two days round.",
        f"审计期间截止日 {period_to} 早于起始日 {period_from}；请更正。",
    )


def refuse_unless_engagement_number_is_free(engagement: AuditEngagement | None) -> Refusal | None:
    """Article 19.2. What an auditor was engaged with stays as it is; another engagement has its own number."""
    if engagement is None:
        return None
    return refusal(
        "engagement_number_taken",
        "19.2",
        f"{engagement.number} is the engagement of {engagement.auditor} and says something else; record the new one "
        "under its own number.",
        f"编号 {engagement.number} 已用于委托 {engagement.auditor}，内容不同；请以新的编号登记。",
    )


def refuse_unless_engagement_is_known(number: str, engagement: AuditEngagement | None) -> Refusal | None:
    """Article 19.2. Only an engaged auditor finds and reports."""
    if engagement is not None:
        return None
    return refusal(
        "no_such_engagement",
        "19.2",
        f"no auditor is engaged under {number} in this pool; record the engagement first (registry.audit.engage).",
        f"本资金池没有编号为 {number} 的审计委托；请先登记委托（registry.audit.engage）。",
    )


def refuse_unless_engagement_is_open(engagement: AuditEngagement) -> Refusal | None:
    """Article 19.2. The report ends the engagement: findings come before it, and there is one."""
    if engagement.report is None:
        return None
    return refusal(
        "engagement_has_ended",
        "19.2",
        f"{engagement.auditor} has reported under {engagement.number}; engage an auditor anew for what is to be added.",
        f"{engagement.auditor} 已就 {engagement.number} 出具审计报告；如需补充，请另行委托。",
    )


def refuse_unless_finding_number_is_free(recorded: AuditFinding | None) -> Refusal | None:
    """Article 19.2. A finding stays as the auditor made it."""
    if recorded is None:
        return None
    return refusal(
        "finding_number_taken",
        "19.2",
        f"finding {recorded.finding} is recorded in this engagement and says something else; use the auditor's next "
        "number.",
        f"本次审计的发现编号 {recorded.finding} 已登记，内容不同；请使用新的编号。",
    )


def refuse_unless_finding_names_a_clause(clause: str | None) -> Refusal | None:
    """Article 19.2. If a finding says which clause was not kept, that is a clause of the regulation."""
    try:
        if clause is not None:
            citation(clause)
    except ValueError:
        return refusal(
            "no_such_clause_found",
            "19.2",
            f"the regulation has no clause {clause}; name the clause as article.part, or leave it out.",
            f"本办法没有条款 {clause}；请按“条.款”填写，或不填。",
        )
    return None
