"""Article 4: the roles are kept apart; an institution and its officers can do only what they are registered for."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.registry.domain.act import Act
from services.registry.domain.pool import Pool, Register
from shared.contracts.ids import key_id
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import Duty, InstitutionData, Role, SystemUse
from shared.decisions.acts import duty_in_the_way

# Whose institution's officers may have a duty; administration is everyone's.
_ROLES_OF_DUTY = {
    Duty.FILING: (Role.COOPERATING,),
    Duty.REVIEW: (Role.COOPERATING,),
    Duty.VERIFICATION: (Role.COOPERATING,),
    Duty.PLAN: (Role.COOPERATING,),
    Duty.RELEASE: (Role.COOPERATING,),
    Duty.APPLICATION: (Role.COOPERATING,),
    Duty.FILING_APPROVAL: (Role.MANAGING,),
    Duty.CONFIRMATION: (Role.MANAGING,),
    Duty.BALLOT: (Role.MANAGING,),
    Duty.VOTE: (Role.MANAGING,),
    Duty.SELECTION: (Role.MANAGING,),
    Duty.OVERSIGHT: (Role.MANAGING,),
    Duty.REPORTING: (Role.COOPERATING, Role.LENDER),
    Duty.RULES: (Role.MANAGING, Role.COOPERATING),
}
_ROLES_OF_USE = {
    SystemUse.LOSS_NOTICES: (Role.LENDER, Role.GUARANTOR),
    SystemUse.BANK_CONFIRMATIONS: (Role.SUPERVISING_BANK,),
    SystemUse.PAYMENT_INSTRUCTIONS: (Role.MANAGING,),
    SystemUse.CALENDAR: (Role.MANAGING,),
}
# 32 bytes in 43 characters leave two bits over. They must be zero, or one key could be written in four ways.
_LAST_CHARACTERS = frozenset("AEIMQUYcgkosw048")


def founding_is_signed_with_root_key(managing: InstitutionData, acting: Acting) -> Refusal | None:
    """Article 4.1. A founding is signed by its managing institution's administrator, with the key that it registers."""
    if key_id(managing.public_key) == acting.key_id and managing.administrator == acting.officer:
        return None
    return refusal(
        "not_signed_with_root_key",
        "4.1",
        f"the founding names {managing.administrator} and the key {key_id(managing.public_key)}, but "
        f"{acting.officer} signed with {acting.key_id}; let the administrator sign with the root key it names.",
        f"设立文件所载管理员 {managing.administrator} 及其密钥与签名人 {acting.officer} 的密钥不符；"
        "请由该管理员使用文件所载根密钥签名。",
    )


def prepared_pool_is_founded_with_its_root_key(
    prepared: Register | None, acting: Acting, at: datetime
) -> Refusal | None:
    """Article 4.1. Whoever else has a key in a prepared pool does not found it: the key that prepared it does.

    Where that key was revoked, or its holder is no administrator any more, another administrator of the managing
    institution founds the pool: the keys of those come from it, and one always remains (a reading). So no prepared pool
    is stuck, and an exposed key can be taken out of it at once.
    """
    if prepared is None:
        return None
    root = prepared.keys[prepared.root_key_id]
    administrators = prepared.officers_with(prepared.managing_institution, Duty.ADMINISTRATION)
    root_counts = root.is_in_force(at) and root.officer in administrators
    is_entitled = acting.key_id == prepared.root_key_id if root_counts else acting.officer in administrators
    if is_entitled:
        return None
    next_step = (
        (f"let {root.officer} sign with it", f"请由 {root.officer} 使用该密钥签名")
        if root_counts
        else ("let another administrator sign with a key in force", "请由另一名管理员使用有效密钥签名")
    )
    return refusal(
        "not_founded_with_the_root_key",
        "4.1",
        f"this pool was prepared with the root key {prepared.root_key_id}, which founds it while it is in force and an "
        f"administrator's, and {acting.officer} signed with {acting.key_id}; {next_step[0]}.",
        f"该资金池以根密钥 {prepared.root_key_id} 筹建，该密钥有效且持有人为管理员期间须以其设立，"
        f"而签名人为 {acting.officer}，所用密钥为 {acting.key_id}；{next_step[1]}。",
    )


def message_is_for_institution(
    pool: Register, acting: Acting, message_type: str, who: Mapping[Role, Duty | None], clause: str
) -> Refusal | None:
    """Article 4.1. An institution says only what its role in the pool is for: ``who`` has the duty by each such role.

    The refusal names the ``clause`` that gives the matter to those roles.
    """
    if pool.role_of(acting.institution) in who:
        return None
    held = [(role, _only_holder(pool, role), duty) for role, duty in who.items()]
    named = (f"the {role.english}{holder}{f' (duty: {duty.english})' if duty else ''}" for role, holder, duty in held)
    named_zh = (f"{role.chinese}{holder}{f'（职责：{duty.chinese}）' if duty else ''}" for role, holder, duty in held)
    return refusal(
        "not_for_this_institution",
        clause,
        f"{message_type} is for {' or '.join(named)}, not for {acting.institution}; let an officer of "
        "whom it is for sign, who has the duty.",
        f"{message_type} 应由{'或'.join(named_zh)}办理，{acting.institution} 无权办理；"
        "请由上述机构具有相应职责的人员签名。",
    )


def _only_holder(pool: Register, role: Role) -> str:
    """The institution with this role, where there is but one that can be meant."""
    holders = [name for name, institution in pool.institutions.items() if institution.role is role]
    return f" {holders[0]}" if len(holders) == 1 else ""


def officer_has_duty(pool: Register, acting: Acting, duty: Duty) -> Refusal | None:
    """Article 4.1. An officer acts only within the duties its institution registered; a system key has none."""
    institution = pool.institutions.get(acting.institution)
    officer = institution.officers.get(acting.officer or "") if institution else None
    if officer is not None and duty in officer.duties:
        return None
    return refusal(
        "officer_without_duty",
        "4.1",
        f"{acting.officer or 'a system key'} of {acting.institution} does not have the duty {duty.english}; "
        "let an officer sign who has it, or register one.",
        f"{acting.institution} 的 {acting.officer or '系统密钥'} 不具有“{duty.chinese}”职责；"
        "请由具有该职责的人员签名，或先行登记。",
    )


def role_is_for_registration(role: Role) -> Refusal | None:
    """Article 4.1. Only lenders and guarantors are simply registered; the founders and the bank come another way."""
    if role in {Role.LENDER, Role.GUARANTOR}:
        return None
    return refusal(
        "role_not_registrable",
        "4.1",
        f"the role {role.english} is not given by registration; the two founders come with the founding: propose a "
        "supervising bank (registry.supervising_bank.propose), to which the other institution consents.",
        f"{role.chinese}不能通过登记取得，管理机构与合作机构随资金池设立确定；监管银行请另行提议"
        "（registry.supervising_bank.propose），并由另一方机构同意。",
    )


def guarantor_is_registered(pool: Pool, guarantor: str | None) -> Refusal | None:
    """Article 4.1. Where a loan is guaranteed, the guarantor is registered as such in this pool."""
    if guarantor is None or pool.role_of(guarantor) is Role.GUARANTOR:
        return None
    return refusal(
        "guarantor_not_registered",
        "4.1",
        f"{guarantor} is not registered as a guarantor in this pool; let the managing institution register it, "
        "then file again.",
        f"{guarantor} 未在本资金池登记为担保公司；请由管理机构先行登记，再重新备案。",
    )


def duties_fit_role(role: Role, duties: Sequence[Duty]) -> tuple[Refusal, ...]:
    """Article 4.1. A duty belongs to one of the two institutions, few to both; no other one's officers can have it."""
    return tuple(
        refusal(
            "duty_not_of_role",
            "4.1",
            f"the duty {duty.english} is for officers of: {', '.join(each.english for each in _ROLES_OF_DUTY[duty])}, "
            f"not of a {role.english}; leave it out.",
            f"“{duty.chinese}”职责只能授予{'、'.join(each.chinese for each in _ROLES_OF_DUTY[duty])}的人员，"
            f"不能授予{role.chinese}的人员；请删除该职责。",
        )
        for duty in dict.fromkeys(duties)
        if duty is not Duty.ADMINISTRATION and role not in _ROLES_OF_DUTY[duty]
    )


def use_fits_role(role: Role, use: SystemUse) -> Refusal | None:
    """Article 4.1. A system key signs only what its institution's role has systems sign."""
    allowed = _ROLES_OF_USE[use]
    if role in allowed:
        return None
    return refusal(
        "use_not_of_role",
        "4.1",
        f"a system key for {use.english} is for: {', '.join(each.english for each in allowed)}, not for a "
        f"{role.english}; register a key for another use, or let one of those register it.",
        f"用途为“{use.chinese}”的系统密钥仅限{'、'.join(each.chinese for each in allowed)}登记，"
        f"{role.chinese}不得登记；请登记其他用途的密钥，或由上述机构登记。",
    )


def officer_id_is_free(pool: Register, institution: str, officer: str) -> Refusal | None:
    """Article 4.1. An officer id stands for one person of its institution, for ever."""
    if officer not in pool.institutions[institution].officers:
        return None
    return refusal(
        "officer_id_taken",
        "4.1",
        f"{institution} has an officer {officer} already, with other particulars; choose another id.",
        f"{institution} 已有人员标识 {officer}，且登记内容不同；请另选一个标识。",
    )


def key_is_canonical(public_key: str) -> Refusal | None:
    """Article 4.1. A key is written in its one canonical form, so that one key can't pass for two."""
    if public_key[-1] in _LAST_CHARACTERS:
        return None
    return refusal(
        "key_not_canonical",
        "4.1",
        f"the public key {public_key} is not canonical base64url of 32 bytes; encode it again without padding.",
        f"公钥 {public_key} 不是 32 字节的规范 base64url 编码；请重新编码（不带填充）。",
    )


def key_is_unused(pool: Register | None, public_key: str) -> Refusal | None:
    """Article 4.1. A key has one holder in its pool: whoever signs can't be two."""
    if pool is None or key_id(public_key) not in pool.keys:
        return None
    return refusal(
        "key_in_use",
        "4.1",
        f"the key {key_id(public_key)} is registered in this pool already; make a new key pair.",
        f"密钥 {key_id(public_key)} 已在本资金池登记；请生成新的密钥对。",
    )


def key_is_not_the_root(pool: Register, acting: Acting) -> Refusal | None:
    """Article 4.1. Nobody can change by a message of its own what the whole chain of keys rests on."""
    # A key that the pool does not have comes from the settings: it can only be a root key.
    if acting.key_id in pool.keys and acting.key_id != pool.root_key_id:
        return None
    return refusal(
        "root_key_not_rotatable",
        "4.1",
        f"the key {acting.key_id} is the pool's root key, which is a setting of every service (RISKPOOL_ROOT_KEYS) and "
        "no message can change it; ask the operators of the pool.",
        f"密钥 {acting.key_id} 是资金池的根密钥，由各服务的配置（RISKPOOL_ROOT_KEYS）确定，不能通过消息更换；"
        "请联系资金池运维人员。",
    )


def founders_keys_are_two(managing: InstitutionData, cooperating: InstitutionData) -> Refusal | None:
    """Article 4.1. The two administrators hold a key each."""
    if managing.public_key != cooperating.public_key:
        return None
    return refusal(
        "founders_share_a_key",
        "4.1",
        "both administrators have the same key; let the cooperating institution make its own.",
        "两家机构的管理员使用同一密钥；请由合作机构另行生成。",
    )


def duties_are_kept_apart(exclusive: Sequence[Duty], acts: Sequence[Act], acting: Acting, duty: Duty) -> Refusal | None:
    """Article 4.1. One officer exercises at most one of the ``exclusive`` duties in one case, over its whole life.

    ``acts`` is who did what in the case so far, in whichever service.
    """
    done = ((act.duty, act.institution, act.officer) for act in acts)
    before = duty_in_the_way(exclusive, done, duty, acting.institution, acting.officer or "")
    if before is None:
        return None
    return refusal(
        "duties_not_kept_apart",
        "4.1",
        f"{acting.officer} of {acting.institution} has exercised the duty {before.english} in this case and "
        f"can't exercise the duty {duty.english} as well; let another officer sign.",
        f"{acting.institution} 的 {acting.officer} 已在本案履行“{before.chinese}”职责，"
        f"不得再履行“{duty.chinese}”职责；请由其他人员签名。",
    )


def has_room(count: int, count_max: int, what: str, what_zh: str) -> Refusal | None:
    """Article 4.1. Nobody can fill the registry: each register has a limit."""
    if count < count_max:
        return None
    return refusal(
        "register_full",
        "4.1",
        f"there are {count} {what}, and no more than {count_max} are possible; ask the operator of the pool.",
        f"{what_zh}已达 {count} 个，上限为 {count_max} 个；请联系资金池运维人员。",
    )
