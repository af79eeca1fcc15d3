"""Article 6: major matters are reported, and acknowledged."""

from datetime import date

from services.registry.domain.major_matters.state import MajorMatter
from shared.contracts.refusals import Refusal, refusal


def refuse_unless_major_matter_has_happened(occurred_on: date, today: date) -> Refusal | None:
    """Article 6.9. What is reported has happened; ``today`` is the day in Beijing."""
    if occurred_on <= today:
        return None
    return refusal(
        "major_matter_lies_ahead",
        "6.9",
        f"the matter is said to have occurred on {occurred_on}, after today, {today}; report it with the day on which "
        "it happened.",
        f"发生日期 {occurred_on} 晚于今日 {today}；请按实际发生日期报告。",
    )


def refuse_unless_major_matter_number_is_free(reported: MajorMatter | None) -> Refusal | None:
    """Article 6.9. What was reported stays as it was; more of it has its own number."""
    if reported is None:
        return None
    return refusal(
        "major_matter_number_taken",
        "6.9",
        f"{reported.number} was reported as {reported.title!r} and says something else; report this one under its own "
        "number.",
        f"编号 {reported.number} 已用于“{reported.title}”，内容不同；请以新的编号报告。",
    )


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
