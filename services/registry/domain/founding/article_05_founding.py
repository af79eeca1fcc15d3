"""Article 5: what the managing institution fixes with the founding."""

from datetime import date

from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.pools import FoundPool, PreparePool
from shared.contracts.registry.rules import Rules


def refuse_unless_founded_by_managing_institution(command: FoundPool | PreparePool, acting: Acting) -> Refusal | None:
    """Article 5.1. Only the managing institution fixes the pool's size and operating period, so only it founds."""
    if acting.institution == command.managing_institution.institution:
        return None
    return refusal(
        "not_founded_by_managing_institution",
        "5.1",
        f"{acting.institution} signed, but {command.managing_institution.name} is named as the managing "
        "institution; let that one found the pool, or correct the name.",
        f"签名机构为 {acting.institution}，而文件所载管理机构为{command.managing_institution.name}；"
        "资金池只能由管理机构设立，请由其签名或更正名称。",
    )


def refuse_unless_rules_begin_with_version_one(rules: Rules) -> Refusal | None:
    """Article 5.2. The rules are kept as versions, and a founding adopts the first."""
    if rules.version == 1:
        return None
    return refusal(
        "first_rules_not_version_one",
        "5.2",
        f"the rules of a founding are version 1, not {rules.version}; correct the version.",
        f"设立时的规则版本应为 1，而非 {rules.version}；请更正版本号。",
    )


def refuse_unless_rules_are_in_force_at_founding(rules: Rules, founded_on: date) -> Refusal | None:
    """Article 5.2. The first version takes effect no later than the founding, so that no day is without rules."""
    if rules.effective_on <= founded_on:
        return None
    return refusal(
        "rules_not_in_force_at_founding",
        "5.2",
        f"the rules take effect on {rules.effective_on}, after the founding on {founded_on}; "
        "let them take effect on that day or before.",
        f"规则自 {rules.effective_on} 起生效，晚于设立日 {founded_on}；请将生效日定为设立日或之前。",
    )
