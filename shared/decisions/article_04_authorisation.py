"""Article 4: who may send a command at all. It is asked before anything else of it, the same in every service.

Whoever may not is told whose command it is, and nothing of what it is about.
"""

from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import Role, SystemUse
from shared.decisions.permission import Names, Permission, Roles, Roster


def refuse_unless_role_is_held(
    roles: Roles, acting: Acting, message_type: str, permission: Permission, clause: str
) -> Refusal | None:
    """Article 4.1. An institution does only what its role in the pool is for.

    The refusal names the ``clause`` that gives the matter to the roles of ``permission``.
    """
    if not permission.keys().isdisjoint(roles.roles_of(acting.institution)):
        return None
    signer = roles.name_of(acting.institution)
    held = [(role, _only_holder(roles, role), duty) for role, duty in permission.items()]
    named = (
        f"the {role.english}{holder and f' {holder}'}{f' (duty: {duty.english})' if duty else ''}"
        for role, holder, duty in held
    )
    named_zh = (f"{role.chinese}{holder}{f'（职责：{duty.chinese}）' if duty else ''}" for role, holder, duty in held)
    return refusal(
        "role_not_held",
        clause,
        f"{message_type} is for {' or '.join(named)}, not for {signer}; have it signed and sent there",
        f"{message_type}应由{'或'.join(named_zh)}办理，{signer}无权办理；请由上述机构签名并发送",
    )


def _only_holder(roles: Roles, role: Role) -> str:
    """The name of the institution with this role, where there is but one that can be meant."""
    holders = roles.holders_of(role)
    return roles.name_of(holders[0]) if len(holders) == 1 else ""


def refuse_unless_duty_is_held(roster: Roster, acting: Acting, permission: Permission) -> Refusal | None:
    """Article 4.1. An officer does only what the duties registered for it allow; a system key stands for no officer.

    The institution has one of the roles of ``permission``.
    """
    held = roster.roles_of(acting.institution)
    needed = [duty for role, duty in permission.items() if role in held and duty is not None]
    if len(needed) < len(held & permission.keys()):
        return None
    duty = needed[0]
    if acting.officer is None:
        return refusal(
            "officer_required",
            "4.1",
            f"this needs the signature of an officer with the duty {duty.english}, which a system key can't give; "
            "have an officer sign",
            f"该事项须由具有“{duty.chinese}”职责的人员签名，系统密钥不能代替；请由该人员签名",
        )
    if not set(needed).isdisjoint(roster.duties_of(acting.institution, acting.officer)):
        return None
    institution = roster.name_of(acting.institution)
    officer = roster.officer_called(acting.institution, acting.officer)
    return refusal(
        "duty_not_held",
        "4.1",
        f"{officer} of {institution} does not have the duty {duty.english}; have an officer with it "
        "sign, or register the duty (registry.officer.register, registry.officer.change_duties)",
        f"{institution}的{officer}不具有“{duty.chinese}”职责；请由具有该职责的人员签名，或先登记职责"
        "（registry.officer.register、registry.officer.change_duties）",
    )


def refuse_unless_system_key_is_for(names: Names, acting: Acting, use: SystemUse) -> Refusal | None:
    """Article 4.1. What a system signs is signed with a key that its institution registered for this ``use``."""
    if acting.system_use == use:
        return None
    if acting.system_use is None:
        assert acting.officer is not None, "a key is an officer's, or a system's for a use"
        officer = names.officer_called(acting.institution, acting.officer)
        key, key_zh = f"the key of {officer}", f"{officer}的密钥"
    else:
        other = SystemUse(acting.system_use)
        key, key_zh = f"a system key for {other.english}", f"用途为“{other.chinese}”的系统密钥"
    institution = names.name_of(acting.institution)
    return refusal(
        "key_of_another_use",
        "4.1",
        f"{institution} signed with {key}; sign with its system key for {use.english} (registry.system_key.register)",
        f"{institution}以{key_zh}签名；请使用其登记用途为“{use.chinese}”的系统密钥签名（registry.system_key.register）",
    )


def refuse_if_maker_is_checker(maker: str, checker: str) -> Refusal | None:
    """Article 4.1. What a system signs was made by one person and checked by another one."""
    if maker != checker:
        return None
    return refusal(
        "maker_is_checker",
        "4.1",
        f"maker and checker are both {maker}; have a second person check it and send it again under a new id",
        f"经办人与复核人同为{maker}；请由另一人复核后以新的编号重新发送",
    )


def refuse_if_said_before(clause: str, *, is_repeat: bool) -> Refusal | None:
    """Article 4.1. What counts already is not done a second time, whoever says it again; ``clause`` is its own."""
    return said_before(clause, "this", "该内容") if is_repeat else None


# accept: None
def said_before(clause: str, what: str, what_zh: str) -> Refusal:
    """Article 4.1. What is said again, word for word under another id, changes nothing; says what it is, and why."""
    return refusal(
        "said_before",
        clause,
        f"{what} was said before and counts; nothing has to be sent again. If something else was meant, say that",
        f"{what_zh}此前已提交并有效，无须重新发送；如另有所指，请提交相应内容",
    )
