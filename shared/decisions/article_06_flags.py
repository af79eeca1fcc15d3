"""Article 6: what can't be done while a project's flag stands, in whichever service."""

from collections.abc import Sequence

from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.project_life import FlagParticulars


def refuse_if_flag_stands(flags: Sequence[FlagParticulars]) -> Refusal | None:
    """Article 6.5. While a flag stands, no drawdown is added and no plan is confirmed (a reading)."""
    if not flags:
        return None
    words, words_zh = words_of_flags(flags)
    return refusal(
        "flag_stands",
        "6.5",
        f"this project is flagged ({words}); while that stands nothing is drawn and no plan is confirmed; have the "
        "managing institution decide, and lift the flag with the document of its decision (registry.flag.lift)",
        f"该项目有尚未解除的风险标记（{words_zh}）；解除前不得新增放款，也不得确认方案；"
        "请由管理机构作出决定，并凭决定文件解除该标记（registry.flag.lift）",
    )


# accept: ("", "")
def words_of_flags(flags: Sequence[FlagParticulars]) -> tuple[str, str]:
    """Article 6.5. These flags in both languages, each as what has set it and its number."""
    return (
        ", ".join(f"{flag.ground.english} {flag.number}" for flag in flags),
        "、".join(f"{flag.ground.chinese} {flag.number}" for flag in flags),
    )
