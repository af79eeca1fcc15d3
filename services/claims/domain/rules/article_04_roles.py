"""Article 4: the roles are kept apart, over the whole case."""

from collections.abc import Collection, Sequence

from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import Duty, Role, SystemUse
from shared.decisions.acts import Act, duty_in_the_way


def role_not_held(institution: str, role: Role, holder: str | None) -> Refusal | None:
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


def duty_not_held(acting: Acting, duty: Duty, duties: Sequence[Duty]) -> Refusal | None:
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


def duties_in_conflict(
    duty: Duty, role: Role, officer: str, done: Collection[Act], exclusive: Sequence[Duty]
) -> Refusal | None:
    """Article 4.1. One officer holds at most one of the ``exclusive`` duties in one case.

    ``done`` is who did what in the case so far, in whichever service.
    """
    before = duty_in_the_way(exclusive, ((act.duty, act.role, act.officer) for act in done), duty, role, officer)
    if before is None:
        return None
    return refusal(
        "duties_in_conflict",
        "4.1",
        f"{officer} has acted in this case with the duty {before.english} and can't act in it with the duty "
        f"{duty.english}; have another officer do it",
        f"{officer}在本案中已履行“{before.chinese}”职责，不得再履行“{duty.chinese}”职责；请由其他人员办理",
    )


def maker_is_checker(maker: str, checker: str) -> Refusal | None:
    """Article 4.1. A notice is made by one person and checked by another one."""
    if maker != checker:
        return None
    return refusal(
        "maker_is_checker",
        "4.1",
        f"maker and checker are both {maker}; have a second person check the notice and send it again under a new id",
        f"经办人与复核人同为{maker}；请由另一人复核后以新的编号重新发送",
    )


def system_key_is_for_something_else(system_use: str | None) -> Refusal | None:
    """Article 4.1. A system key signs only what it was registered for; None stands for an officer's own key."""
    if system_use is None or system_use == SystemUse.LOSS_NOTICES:
        return None
    return refusal(
        "system_key_use",
        "4.1",
        f"this system key is registered for {SystemUse(system_use).english}, not for {SystemUse.LOSS_NOTICES.english}; "
        "sign with a key registered for it (registry.system_key.register)",
        f"该系统密钥登记用途为“{SystemUse(system_use).chinese}”，不得用于“{SystemUse.LOSS_NOTICES.chinese}”；"
        "请使用登记为该用途的密钥签名（registry.system_key.register）",
    )
