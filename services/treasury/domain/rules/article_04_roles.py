"""Article 4: the roles are kept apart."""

from collections.abc import Sequence

from shared.contracts.refusals import Refusal, refusal

# The signed messages that a payment rests on, as a Chinese reader calls them; votes and recusals are numbered.
_ORIGINALS_ZH = {
    "notice": "风险补偿通知",
    "plan": "风险补偿方案",
    "confirmation": "方案审核确认",
    "release": "补偿资金放行",
    "take-up": "重新办理支付",
    "application": "补偿申请",
    "opening": "集体决策发起",
    "vote": "表决",
    "recusal": "回避",
    "closing": "集体决策结束",
}


def refuse_unless_originals_are_genuine(not_genuine: Sequence[str]) -> Refusal | None:
    """Article 4.1. Who acts is certain: every signed message bears its officer's or system's own valid signature.

    ``not_genuine`` names the messages that don't hold what they claim to be.
    """
    if not not_genuine:
        return None
    named = ", ".join(not_genuine)
    named_zh = "、".join(_in_chinese(name) for name in not_genuine)
    return refusal(
        "original_not_genuine",
        "4.1",
        f"not validly signed, or not what it should be: {named}; have the claims service send the originals again",
        f"签名无效或消息类型不符：{named_zh}；请由理赔服务重新提交原始消息",
    )


def _in_chinese(name: str) -> str:
    what, _, number = name.partition(" ")
    return f"{_ORIGINALS_ZH[what]}{number}"
