"""Article 6: instructions, and the report of their completion."""

from datetime import date

from services.registry.domain.supervisory_acts.state import SupervisoryAct
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.supervision import SupervisoryActKind


def refuse_unless_completion_is_of_an_instruction(number: str, act: SupervisoryAct | None) -> Refusal | None:
    """Article 6.10. What is completed is an instruction that the managing institution has given."""
    if act is not None and act.kind is SupervisoryActKind.INSTRUCTION:
        return None
    return refusal(
        "no_such_instruction",
        "6.10",
        f"{number} is no instruction of the managing institution in this pool; check the number.",
        f"本资金池没有编号为 {number} 的交办事项；请核对编号。",
    )


def refuse_if_instruction_was_completed(act: SupervisoryAct) -> Refusal | None:
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


def refuse_unless_only_an_instruction_is_due(
    kind: SupervisoryActKind, acted_on: date, due_on: date | None
) -> Refusal | None:
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
