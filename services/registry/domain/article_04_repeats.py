"""Article 4: whoever says again, under another id, what was said before hears that nothing has to be done."""

from shared.contracts.refusals import Refusal, refusal


def refuse_if_said_before(clause: str, *, is_repeat: bool) -> Refusal | None:
    """Article 4.1. What counts already is not done a second time, whoever says it again; ``clause`` is its own."""
    if not is_repeat:
        return None
    return refusal(
        "said_before",
        clause,
        "this was said before and counts; nothing has to be sent again. If something else was meant, say that.",
        "该内容此前已提交并有效，无须重新发送；如另有所指，请提交相应内容。",
    )
