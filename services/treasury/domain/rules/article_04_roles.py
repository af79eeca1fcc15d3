"""Article 4: the roles are kept apart."""

from collections.abc import Sequence

from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import Duty, SystemUse
from shared.decisions.acts import Act, duty_in_the_way

# The signed messages that a payment rests on, as a Chinese reader calls them; votes and recusals are numbered.
_ORIGINALS_ZH = {
    "notice": "风险补偿通知",
    "plan": "风险补偿方案",
    "confirmation": "方案审核确认",
    "release": "补偿资金发放指令",
    "application": "补偿申请",
    "opening": "集体决策发起",
    "vote": "表决",
    "recusal": "回避",
    "closing": "集体决策结束",
}


def originals_are_genuine(not_genuine: Sequence[str]) -> Refusal | None:
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


def maker_is_not_checker(maker: str, checker: str) -> Refusal | None:
    """Article 4.1. A bank's confirmation was made by one officer of the bank and checked by another one."""
    if maker != checker:
        return None
    return refusal(
        "maker_is_checker",
        "4.1",
        f"maker and checker are both {maker}; have a second officer check it and send it under a new id",
        f"经办人与复核人均为{maker}；请由另一名人员复核后以新编号发送",
    )


def signed_by_confirmation_system(acting: Acting) -> Refusal | None:
    """Article 4.1. Confirmations are signed with the bank's system key for them, and with no other key."""
    if acting.system_use == SystemUse.BANK_CONFIRMATIONS:
        return None
    use = SystemUse.BANK_CONFIRMATIONS
    return refusal(
        "not_the_confirmation_system",
        "4.1",
        f"signed by {acting.officer or 'another system'} of {acting.institution}; sign it with the system key "
        f"registered for {use.english}",
        f"该消息由{acting.institution}的{acting.officer or '其他系统'}签署；请使用登记用途为“{use.chinese}”"
        "的系统密钥签署",
    )


def duties_exclude_each_other(exclusive_duties: Sequence[Duty], acts: Sequence[Act]) -> Refusal | None:
    """Article 4.1. Over a whole case one officer holds at most one of the duties that exclude each other."""
    done: list[tuple[Duty, str, str]] = []
    for act in acts:
        before = duty_in_the_way(exclusive_duties, done, act.duty, act.role, act.officer)
        if before is not None:
            return refusal(
                "duties_not_separate",
                "4.1",
                f"{act.officer} of the {act.role.english} acted in this case in the duties {before.english} and "
                f"{act.duty.english}, which exclude each other; have another officer do the {act.duty.english}",
                f"{act.role.chinese}的{act.officer}在本案中先后承担了互斥的职责“{before.chinese}”与“{act.duty.chinese}”；"
                f"请由其他人员履行“{act.duty.chinese}”",
            )
        done.append((act.duty, act.role, act.officer))
    return None
