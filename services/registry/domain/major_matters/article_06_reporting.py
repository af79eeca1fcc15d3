"""Article 6: major matters are reported, and acknowledged."""

from datetime import date

from services.registry.domain.article_04_register import refuse_unless_number_is_free
from services.registry.domain.major_matters.state import MajorMatter
from shared.contracts.refusals import Refusal, refusal
from shared.decisions.days import refuse_if_day_is_ahead


def refuse_unless_major_matter_has_happened(occurred_on: date, today: date) -> Refusal | None:
    """Article 6.9. What is reported has happened; ``today`` is the day in Beijing."""
    return refuse_if_day_is_ahead("day of the matter", "发生日期", occurred_on, today, "6.9")


def refuse_unless_major_matter_number_is_free(reported: MajorMatter | None) -> Refusal | None:
    """Article 6.9. What was reported stays as it was; more of it has its own number."""
    return refuse_unless_number_is_free("major matter", "重大事项", reported.number if reported else None, "6.9")


def refuse_unless_major_matter_is_known(number: str, reported: MajorMatter | None) -> Refusal | None:
    """Article 6.9. What is acknowledged was reported."""
    if reported is not None:
        return None
    return refusal(
        "no_such_major_matter",
        "6.9",
        f"no major matter {number} was reported in this pool; check the number.",
        f"本资金池没有编号为 {number} 的重大事项报告；请核对编号。",
    )


def refuse_if_major_matter_was_acknowledged(reported: MajorMatter) -> Refusal | None:
    """Article 6.9. The managing institution's response stays as it was given."""
    if reported.response is None:
        return None
    return refusal(
        "major_matter_acknowledged_before",
        "6.9",
        f"{reported.number} was acknowledged before, with another response; record what is to follow as a supervisory "
        "act (registry.supervisory_act.record).",
        f"编号 {reported.number} 已确认，答复内容不同；后续要求请另行登记（registry.supervisory_act.record）。",
    )
