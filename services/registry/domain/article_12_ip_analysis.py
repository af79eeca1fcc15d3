"""Article 12: which rights were chosen as core, why, and what they were valued at before the loan."""

from collections.abc import Sequence
from datetime import date

from shared.contracts.documents import Document, DocumentKind
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import IpRight
from shared.contracts.registry.rules import Rules
from shared.decisions.article_15_documents import refuse_unless_enclosed


def refuse_unless_analysis_is_enclosed(rules: Rules, documents: Sequence[Document]) -> tuple[Refusal, ...]:
    """Article 12.1. The written analysis comes with the filing, as one of the other materials of 16.2 (a reading).

    Without it nobody could see later how the core rights were chosen.
    """
    needed = (DocumentKind.IP_ANALYSIS,) if rules.ip_analysis_required else ()
    return refuse_unless_enclosed(needed, documents, "12.1")


def refuse_unless_core_rights_are_chosen(rights: Sequence[IpRight]) -> tuple[Refusal, ...]:
    """Article 12.1. The analysis chose at least one right as core."""
    if any(right.core for right in rights):
        return ()
    return (
        refusal(
            "core_right_missing",
            "12.1",
            f"none of the {len(rights)} rights is marked as core; mark those that were chosen to support the loan, "
            "with the reason.",
            f"所列 {len(rights)} 项权利均未标明为核心知识产权；请标明经分析筛选的核心知识产权及理由。",
        ),
    )


def refuse_unless_core_choices_are_explained(rights: Sequence[IpRight]) -> tuple[Refusal, ...]:
    """Article 12.1. The analysis says of every core right why it was chosen."""
    return tuple(
        refusal(
            "why_core_missing",
            "12.1",
            f"the core right {right.registration_number} does not say why it was chosen; add the reason.",
            f"核心知识产权 {right.registration_number} 未说明入选理由；请补充。",
        )
        for right in rights
        if right.core and right.why_core is None
    )


def refuse_unless_rights_were_valued_before_disbursement(
    rights: Sequence[IpRight], disbursed_on: date
) -> tuple[Refusal, ...]:
    """Article 12.1. A right was valued no later than the day the loan was paid out on its strength.

    No document that comes later mends that: such a filing is refused, and is no draft (a reading).
    """
    return tuple(
        refusal(
            "valuation_after_disbursement",
            "12.1",
            f"the right {right.registration_number} was valued on {right.valued_on}, after the loan was paid out on "
            f"{disbursed_on}; the loan did not rest on it. File with the valuation of that day or before.",
            f"权利 {right.registration_number} 的评估日 {right.valued_on} 晚于放款日 {disbursed_on}；"
            "放款并未以该评估为依据，请以不晚于放款日的评估重新备案。",
        )
        for right in rights
        if right.valued_on > disbursed_on
    )


def refuse_if_valuations_are_too_old(
    rights: Sequence[IpRight], disbursed_on: date, age_days_max: int
) -> tuple[Refusal, ...]:
    """Article 12.1. What a right was worth long ago is not what it was worth when the loan was paid out (a reading)."""
    return tuple(
        refusal(
            "valuation_too_old",
            "12.1",
            f"the right {right.registration_number} was valued on {right.valued_on}, {age_days} days before the loan "
            f"was paid out on {disbursed_on}, and a valuation may be {age_days_max} days old; file with a later one, "
            "of that day or before.",
            f"权利 {right.registration_number} 的评估日 {right.valued_on} 距放款日 {disbursed_on} {age_days} 天，"
            f"超过 {age_days_max} 天；请以不晚于放款日的较新评估备案。",
        )
        for right in rights
        if (age_days := (disbursed_on - right.valued_on).days) > age_days_max
    )
