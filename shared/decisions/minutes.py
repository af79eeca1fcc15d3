"""The minutes that a recorded decision comes with, whoever decides, and under whichever ``clause``."""

from shared.contracts.documents import Document, DocumentKind
from shared.contracts.refusals import Refusal, refusal


def refuse_unless_decision_has_minutes(decision: Document | None, clause: str) -> Refusal | None:
    """Article 15.2. What is decided is recorded: it comes with its minutes, and no other paper stands for them.

    A reading: the text says that it is decided collectively, and not how that is recorded. The same is asked of every
    decision that the managing institution keeps a record of.
    """
    if decision is not None and decision.kind is DocumentKind.MINUTES:
        return None
    said = f"{decision.title} is of the kind {decision.kind.english}" if decision else "there is none"
    said_zh = f"{decision.title} 的类型为“{decision.kind.chinese}”" if decision else "未附任何文件"
    return refusal(
        "decision_minutes_missing",
        clause,
        f"a document of the kind {DocumentKind.MINUTES.english} is needed, and {said}; send the minutes of the "
        "decision.",
        f"缺少{DocumentKind.MINUTES.chinese}，{said_zh}；请提交决定的会议纪要。",
    )
