"""Article 19: the managing institution engages third parties to audit the use of the pool."""

from datetime import date

from services.registry.domain.article_04_register import refuse_unless_number_is_free
from services.registry.domain.article_11_borrower import refuse_unless_credit_code_is_valid
from services.registry.domain.article_23_clauses import refuse_unless_clause_exists
from services.registry.domain.audits.state import AuditEngagement, AuditFinding
from services.registry.domain.enterprise_name import is_one_legal_person
from services.registry.domain.pool import Pool
from shared.contracts.refusals import Refusal, refusal


def refuse_unless_auditor_is_third_party(pool: Pool, auditor: str, auditor_uscc: str) -> Refusal | None:
    """Article 19.2. An auditor is a third party: no institution of the pool, and no affiliate of one that runs it."""
    registered = [(institution.uscc, institution.name) for institution in pool.institutions.values()]
    registered.extend((uscc, affiliate.name) for uscc, affiliate in pool.affiliates.items())
    for uscc, name in registered:
        if uscc == auditor_uscc or is_one_legal_person(name, auditor):
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
    return refuse_unless_credit_code_is_valid(auditor_uscc, "19.2")


def refuse_unless_audited_period_is_of_the_pool(pool: Pool, period_from: date, period_to: date) -> Refusal | None:
    """Article 19.2. An audit is of a period that ends after it begins, from the pool's founding on."""
    if pool.founded_on <= period_from <= period_to:
        return None
    return refusal(
        "audited_period_wrong",
        "19.2",
        f"the audited period from {period_from} to {period_to} is not one that ends after it begins, from the founding "
        f"on {pool.founded_on} on; correct the two days.",
        f"审计期间 {period_from} 至 {period_to} 有误：起始日应在设立日 {pool.founded_on} 至截止日之间；请更正。",
    )


def refuse_unless_audited_period_is_over(engagement: AuditEngagement, today: date) -> Refusal | None:
    """Article 19.2. What an audit comes to is reported when its period is over; findings can come before."""
    if engagement.period_to <= today:
        return None
    return refusal(
        "audited_period_not_over",
        "19.2",
        f"the audit {engagement.number} is of the time until {engagement.period_to}, and today is {today}; record its "
        "report when that is over, or engage the auditor for a shorter period (registry.audit.engage).",
        f"审计 {engagement.number} 的期间至 {engagement.period_to}，今日为 {today}；请于期间届满后登记审计报告，"
        "或就较短期间另行委托（registry.audit.engage）。",
    )


def refuse_unless_engagement_number_is_free(engagement: AuditEngagement | None) -> Refusal | None:
    """Article 19.2. What an auditor was engaged with stays as it is; another engagement has its own number."""
    return refuse_unless_number_is_free(
        "audit engagement", "审计委托", engagement.number if engagement else None, "19.2"
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
    return refuse_unless_number_is_free(
        "finding of this audit", "本次审计发现", recorded.finding if recorded else None, "19.2"
    )


def refuse_unless_finding_names_a_clause(clause: str | None) -> Refusal | None:
    """Article 19.2. If a finding says which clause was not kept, that is a clause of the regulation."""
    return None if clause is None else refuse_unless_clause_exists(clause, "19.2")
