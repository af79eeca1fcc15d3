"""Article 7: the nine conditions of a candidate, each with its evidence: met, not met, or not known.

One that is not met or without evidence makes the candidate not eligible, and the report says which.
"""

from collections.abc import Sequence
from datetime import date

from services.registry.domain.article_11_borrower import refuse_unless_credit_code_is_valid
from services.registry.domain.article_20_term import term_ends_on
from services.registry.domain.selections.state import Candidate, Evidence
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.selections import (
    Condition,
    ConditionReport,
    ConditionStatus,
    CreditSource,
    RecordEvidence,
    SelectionRules,
)
from shared.decisions.days import refuse_if_day_is_ahead

# GB 32100-2015: self-employed people are registered with the market's authority (9) as the second kind (2).
_SELF_EMPLOYED = "92"
_PASS, _FAIL, _UNKNOWN = ConditionStatus.PASS, ConditionStatus.FAIL, ConditionStatus.UNKNOWN


def refuse_unless_candidate_code_is_valid(uscc: str) -> Refusal | None:
    """Article 7.1. A candidate is registered in China: its unified social credit code has the right check digit."""
    return refuse_unless_credit_code_is_valid(uscc, "7.1")


# accept: ConditionReport(condition=Condition.LEGAL_PERSON, clause="7.1", status=_PASS, why="met", why_zh="符合")
def is_legal_person(candidate: Candidate, rules: SelectionRules, today: date) -> ConditionReport:
    """Article 7.1. A legal person registered in China; who works for himself is registered and none."""
    if candidate.uscc.startswith(_SELF_EMPLOYED):
        return ConditionReport(
            condition=Condition.LEGAL_PERSON,
            clause="7.1",
            status=_FAIL,
            why=f"{candidate.uscc} is the code of a self-employed person, who is no legal person",
            why_zh=f"{candidate.uscc} 为个体工商户代码，不具备法人资格",
        )
    return _by_evidence(candidate, Condition.LEGAL_PERSON, "7.1", today, rules.evidence_age_days_max)


# accept: ConditionReport(condition=Condition.REPUTATION_AND_ACCOUNTS, clause="7.2", status=_PASS, why="-", why_zh="-")
def has_reputation_and_sound_accounts(candidate: Candidate, rules: SelectionRules, today: date) -> ConditionReport:
    """Article 7.2. A good commercial reputation and sound accounts."""
    return _by_evidence(candidate, Condition.REPUTATION_AND_ACCOUNTS, "7.2", today, rules.evidence_age_days_max)


# accept: ConditionReport(condition=Condition.EQUIPMENT_AND_SKILL, clause="7.3", status=_PASS, why="-", why_zh="-")
def has_equipment_and_skill(candidate: Candidate, rules: SelectionRules, today: date) -> ConditionReport:
    """Article 7.3. The equipment and the professional skill that the contract needs."""
    return _by_evidence(candidate, Condition.EQUIPMENT_AND_SKILL, "7.3", today, rules.evidence_age_days_max)


# accept: ConditionReport(condition=Condition.TAXES_AND_INSURANCE, clause="7.4", status=_PASS, why="-", why_zh="-")
def has_paid_taxes_and_social_insurance(candidate: Candidate, rules: SelectionRules, today: date) -> ConditionReport:
    """Article 7.4. Taxes and social insurance are paid by law."""
    return _by_evidence(candidate, Condition.TAXES_AND_INSURANCE, "7.4", today, rules.evidence_age_days_max)


# accept: ConditionReport(condition=Condition.CREDIT_RECORD, clause="7.5", status=_PASS, why="-", why_zh="-")
def has_clean_credit_record(candidate: Candidate, rules: SelectionRules, today: date) -> ConditionReport:
    """Article 7.5. The credit record is clean at all named sources, each looked up not too long ago."""
    reports = [
        _by_evidence(candidate, Condition.CREDIT_RECORD, "7.5", today, rules.look_up_age_days_max, source)
        for source in rules.credit_sources
    ]
    # What is known to be bad comes before what is not known.
    order = (_FAIL, _UNKNOWN, _PASS)
    return min(reports, key=lambda report: order.index(report.status))


# accept: ConditionReport(condition=Condition.NO_SERIOUS_VIOLATION, clause="7.6", status=_PASS, why="-", why_zh="-")
def has_not_seriously_violated_the_law(candidate: Candidate, rules: SelectionRules, today: date) -> ConditionReport:
    """Article 7.6. No serious violation within three years before the look-up, which was not too long ago.

    A violation counts until the same day ``violation_free_years`` later, that day included.
    """
    evidence = candidate.evidence_of(Condition.NO_SERIOUS_VIOLATION)
    violated_on = evidence.last_violation_on if evidence else None
    if evidence is not None and violated_on is not None:
        free_from = term_ends_on(violated_on, rules.violation_free_years)
        if evidence.found_on <= free_from:
            return ConditionReport(
                condition=Condition.NO_SERIOUS_VIOLATION,
                clause="7.6",
                status=_FAIL,
                why=f"a serious violation on {violated_on} is less than {rules.violation_free_years} years before "
                f"the look-up on {evidence.found_on}",
                why_zh=f"{violated_on} 的重大违法记录距查询日 {evidence.found_on} 不满 {rules.violation_free_years} 年",
            )
    return _by_evidence(candidate, Condition.NO_SERIOUS_VIOLATION, "7.6", today, rules.look_up_age_days_max)


# accept: ConditionReport(condition=Condition.IP_COMPETENCE, clause="7.7", status=_PASS, why="-", why_zh="-")
def can_analyse_dispose_of_and_value_ip(candidate: Candidate, rules: SelectionRules, today: date) -> ConditionReport:
    """Article 7.7. Able to analyse, dispose of and value intellectual property."""
    return _by_evidence(candidate, Condition.IP_COMPETENCE, "7.7", today, rules.evidence_age_days_max)


# accept: ConditionReport(condition=Condition.MATCHING_CAPITAL, clause="7.8", status=_PASS, why="-", why_zh="-")
def can_match_fiscal_capital(candidate: Candidate, rules: SelectionRules, today: date) -> ConditionReport:
    """Article 7.8. Able to match the fiscal capital and to bear its part of the risk."""
    return _by_evidence(candidate, Condition.MATCHING_CAPITAL, "7.8", today, rules.evidence_age_days_max)


# accept: ConditionReport(condition=Condition.OTHERS_BY_LAW, clause="7.9", status=_PASS, why="-", why_zh="-")
def meets_other_conditions_by_law(candidate: Candidate, rules: SelectionRules, today: date) -> ConditionReport:
    """Article 7.9. The other conditions set by law."""
    return _by_evidence(candidate, Condition.OTHERS_BY_LAW, "7.9", today, rules.evidence_age_days_max)


# accept: ()
def eligibility(candidate: Candidate, rules: SelectionRules, today: date) -> tuple[ConditionReport, ...]:
    """Article 7.9. What is known on ``today`` of all conditions that the rules have; eligible is who meets each."""
    reports = (
        is_legal_person(candidate, rules, today),
        has_reputation_and_sound_accounts(candidate, rules, today),
        has_equipment_and_skill(candidate, rules, today),
        has_paid_taxes_and_social_insurance(candidate, rules, today),
        has_clean_credit_record(candidate, rules, today),
        has_not_seriously_violated_the_law(candidate, rules, today),
        can_analyse_dispose_of_and_value_ip(candidate, rules, today),
        can_match_fiscal_capital(candidate, rules, today),
        meets_other_conditions_by_law(candidate, rules, today),
    )
    return tuple(report for report in reports if report.condition in rules.conditions)


def is_eligible(report: Sequence[ConditionReport]) -> bool:
    """Article 7.9. Not known is not met."""
    return all(condition.status is _PASS for condition in report)


def refuse_unless_look_up_names_its_source(command: RecordEvidence) -> Refusal | None:
    """Article 7.5. A look-up of the credit record is at one of its two sources; nothing else has a source."""
    if (command.condition is Condition.CREDIT_RECORD) == (command.source is not None):
        return None
    return refusal(
        "look_up_source_wrong",
        "7.5",
        f"the condition {command.condition.english} has "
        f"{command.source.english if command.source else 'no source'}; name "
        f"{' or '.join(source.english for source in CreditSource)} for a look-up of the credit record, and no source "
        "for the other conditions.",
        f"条件“{command.condition.chinese}”的查询来源为{command.source.chinese if command.source else '空'}；"
        f"信用记录请注明查询来源（{'、'.join(source.chinese for source in CreditSource)}），其他条件不填。",
    )


def refuse_unless_violation_is_before_look_up(command: RecordEvidence) -> Refusal | None:
    """Article 7.6. A violation is recorded with its condition, and was there when it was looked up."""
    violated_on = command.last_violation_on
    if violated_on is None or (command.condition is Condition.NO_SERIOUS_VIOLATION and violated_on <= command.found_on):
        return None
    return refusal(
        "violation_misplaced",
        "7.6",
        f"a violation on {violated_on} can't belong to {command.condition.english}, found on "
        f"{command.found_on}; record it "
        f"with {Condition.NO_SERIOUS_VIOLATION.english}, and with a look-up of that day or later.",
        f"{violated_on} 的违法记录与条件“{command.condition.chinese}”（{command.found_on}）不符；"
        f"请以“{Condition.NO_SERIOUS_VIOLATION.chinese}”登记，且查询日不得早于该日。",
    )


def refuse_unless_there_is_evidence(evidence: Evidence | None, condition: Condition) -> Refusal | None:
    """Article 7.9. Only what was recorded as evidence is revoked."""
    if evidence is not None:
        return None
    return refusal(
        "no_such_evidence",
        "7.9",
        f"there is no evidence of {condition.english} for this candidate, or none from that source; correct the "
        "condition or the source.",
        f"该候选机构没有“{condition.chinese}”的证据材料，或没有该查询渠道的材料；请更正条件或查询渠道。",
    )


def refuse_unless_evidence_is_found_by_now(command: RecordEvidence, today: date) -> Refusal | None:
    """Article 7.9. Evidence is dated: found today or before."""
    return refuse_if_day_is_ahead("day of the evidence", "证据日期", command.found_on, today, "7.9")


def _by_evidence(
    candidate: Candidate,
    condition: Condition,
    clause: str,
    today: date,
    age_days_max: int,
    source: CreditSource | None = None,
) -> ConditionReport:
    """What the evidence of one condition says; what is too old on ``today`` proves nothing good any more."""
    evidence = candidate.evidence_of(condition, source)
    at, at_zh = (f" at {source.english}", source.chinese) if source else ("", "")
    if evidence is None:
        status, why, why_zh = _UNKNOWN, f"there is no evidence{at}", f"没有{at_zh}证据材料"
    elif evidence.document.sha256 in candidate.revoked:
        status, why, why_zh = (
            _UNKNOWN,
            f"the evidence{at} of {evidence.found_on} was revoked: {evidence.document.title}",
            f"{at_zh}{evidence.found_on} 证据材料已被撤销：{evidence.document.title}",
        )
    elif not evidence.met:
        status, why, why_zh = (
            _FAIL,
            f"not met{at} by the evidence of {evidence.found_on}: {evidence.document.title}",
            f"{at_zh}{evidence.found_on} 证据材料显示不符合：{evidence.document.title}",
        )
    elif (age_days := (today - evidence.found_on).days) > age_days_max:
        status, why, why_zh = (
            _UNKNOWN,
            f"the evidence{at} of {evidence.found_on} is {age_days} days old, at most {age_days_max}; look it up again",
            f"{at_zh}证据日期 {evidence.found_on} 距 {today} {age_days} 天，超过 {age_days_max} 天；请重新查询",
        )
    else:
        status, why, why_zh = (
            _PASS,
            f"met{at} by the evidence of {evidence.found_on}: {evidence.document.title}",
            f"{at_zh}{evidence.found_on} 证据材料显示符合：{evidence.document.title}",
        )
    return ConditionReport(condition=condition, clause=clause, status=status, why=why, why_zh=why_zh)
