"""Article 6: the cooperating institution reports major matters, and that what it was instructed to do is done."""

from datetime import date

from services.registry.domain.major_matters.state import MajorMatter
from services.registry.domain.supervisory_acts.state import SupervisoryAct
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.supervision import SupervisoryActKind


def major_matter_has_happened(occurred_on: date, today: date) -> Refusal | None:
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


def major_matter_number_is_free(reported: MajorMatter | None) -> Refusal | None:
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


def major_matter_is_known(number: str, reported: MajorMatter | None) -> Refusal | None:
    """Article 6.9. What is acknowledged was reported."""
    if reported is not None:
        return None
    return refusal(
        "no_such_major_matter",
        "6.9",
        f"no major matter {number} was reported in this pool; check the number.",
        f"本资金池没有编号为 {number} 的重大事项报告；请核对编号。",
    )


def major_matter_is_acknowledged_once(reported: MajorMatter) -> Refusal | None:
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


def completion_is_of_an_instruction(number: str, act: SupervisoryAct | None) -> Refusal | None:
    """Article 6.10. What is completed is an instruction that the managing institution has given."""
    if act is not None and act.kind is SupervisoryActKind.INSTRUCTION:
        return None
    return refusal(
        "no_such_instruction",
        "6.10",
        f"{number} is no instruction of the managing institution in this pool; check the number.",
        f"本资金池没有编号为 {number} 的交办事项；请核对编号。",
    )


def instruction_is_completed_once(act: SupervisoryAct) -> Refusal | None:
    """Article 6.10. A completion stays as it was reported."""
    if act.completion is None:
        return None
    return refusal(
        "instruction_completed_before",
        "6.10",
        f"the completion of {act.number} was reported before, in other words; report what is new as a major matter, or "
        "wait for a new instruction.",
        f"编号 {act.number} 的完成情况此前已报告，内容不同；如有新情况，请作为重大事项报告或等待新的交办事项。",
    )


def only_an_instruction_is_due(kind: SupervisoryActKind, acted_on: date, due_on: date | None) -> Refusal | None:
    """Article 6.10. An instruction says until when its completion is reported; nothing else has such a day."""
    if kind is SupervisoryActKind.INSTRUCTION:
        is_right, needed = due_on is not None and due_on >= acted_on, "a due day that is not before the act"
    else:
        is_right, needed = due_on is None, "no due day"
    if is_right:
        return None
    return refusal(
        "due_day_does_not_fit",
        "6.10",
        f"the {kind.english} of {acted_on} is due on {due_on or 'no day'}, and only an instruction is to be completed; "
        f"send it with {needed}.",
        f"{acted_on} 的{kind.chinese}完成期限为 {due_on or '（未填）'}；请更正：交办事项须有不早于交办日的期限，"
        "其他事项不填写期限。",
    )
