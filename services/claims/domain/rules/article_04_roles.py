"""Article 4: the roles are kept apart, over the whole case."""

from collections.abc import Sequence

from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import Duty, Role


def refuse_unless_role_is_held(institution: str, role: Role, holder: str | None) -> Refusal | None:
    """Article 4.1. An institution does only what its role in this pool allows; ``holder`` is whose role it is."""
    if holder is not None and institution == holder:
        return None
    return refusal(
        "role_not_held",
        "4.1",
        f"{institution} is not the {role.english} of this pool, and only the {role.english} does this; have it send "
        "the command",
        f"{institution}不是本资金池的{role.chinese}，该事项只能由{role.chinese}办理；请由其发送",
    )


def refuse_unless_duty_is_held(acting: Acting, duty: Duty, duties: Sequence[Duty]) -> Refusal | None:
    """Article 4.1. An officer does only what the duties registered for it allow; a system key stands for no officer."""
    if acting.officer is None:
        return refusal(
            "officer_required",
            "4.1",
            f"this needs the signature of an officer with the duty {duty.english}, which a system key can't give; "
            "have an officer sign",
            f"该事项须由具有“{duty.chinese}”职责的人员签名，系统密钥不能代替；请由该人员签名",
        )
    if duty in duties:
        return None
    return refusal(
        "duty_not_held",
        "4.1",
        f"{acting.officer} of {acting.institution} does not have the duty {duty.english}; have an officer with it "
        "sign, or register the duty (registry.officer.register)",
        f"{acting.institution}的{acting.officer}没有“{duty.chinese}”职责；请由具有该职责的人员签名，或先登记职责"
        "（registry.officer.register）",
    )
