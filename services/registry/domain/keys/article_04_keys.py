"""Article 4: which keys sign for whom, how they end, and what the chain of them rests on."""

from collections.abc import Sequence
from datetime import datetime

from services.registry.domain.article_04_officers_and_keys import refuse_unless_administration_remains
from services.registry.domain.officers_and_keys import Key
from services.registry.domain.pool import Register
from shared.contracts.ids import key_id
from shared.contracts.public_keys import fault_of_public_key
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.people import KeyRegistered, KeyRetired, KeyRevoked
from shared.contracts.registry.words import Role, SystemUse
from shared.decisions.moments import in_beijing

_ROLES_OF_USE = {
    SystemUse.LOSS_NOTICES: (Role.LENDER, Role.GUARANTOR),
    SystemUse.BANK_CONFIRMATIONS: (Role.SUPERVISING_BANK,),
    SystemUse.PAYMENT_INSTRUCTIONS: (Role.MANAGING,),
    SystemUse.CALENDAR: (Role.MANAGING,),
}


def refuse_unless_use_fits_roles(roles: Sequence[Role], use: SystemUse) -> Refusal | None:
    """Article 4.1. A system key signs only what its institution's roles have systems sign."""
    allowed = _ROLES_OF_USE[use]
    if set(roles) & set(allowed):
        return None
    held, held_zh = " and ".join(each.english for each in roles), "、".join(each.chinese for each in roles)
    return refusal(
        "use_not_of_role",
        "4.1",
        f"a system key for {use.english} is for: {', '.join(each.english for each in allowed)}, not for a "
        f"{held}; register a key for another use, or let one of those register it.",
        f"用途为“{use.chinese}”的系统密钥仅限{'、'.join(each.chinese for each in allowed)}登记，"
        f"{held_zh}不得登记；请登记其他用途的密钥，或由上述机构登记。",
    )


def refuse_if_key_is_the_root(pool: Register, acting: Acting) -> Refusal | None:
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


def refuse_unless_key_ends_with_its_registrar(valid_until: datetime | None, signing: Key | None) -> Refusal | None:
    """Article 4.1. Whoever was given a key for a time can't prolong that time by a further key."""
    end = signing.valid_until if signing else None
    if end is None or (valid_until is not None and valid_until <= end):
        return None
    return refusal(
        "key_outlives_its_registrar",
        "4.1",
        f"the key that signs is valid until {in_beijing(end)}, so the further one can't be valid longer; let "
        "it end at that moment or before it, or let your administration register it.",
        f"签名密钥的有效期至 {in_beijing(end)}，新增密钥不得超过该时间；请填写不晚于该时间的截止时间，"
        "或由贵机构管理员登记。",
    )


def refuse_unless_officers_key_is_lost(holder: str, keys: Sequence[Key], at: datetime) -> Refusal | None:
    """Article 4.1. While an officer holds a key, nobody else gets a key in that officer's name."""
    if not any(key.is_in_force(at) for key in keys):
        return None
    return refusal(
        "officer_holds_a_key",
        "4.1",
        f"{holder} holds a valid key; let that officer register a further key, or revoke the lost one first "
        "(registry.key.revoke).",
        f"{holder} 持有有效密钥；请由其本人登记备用密钥，或先吊销遗失的密钥（registry.key.revoke）。",
    )


def refuse_unless_key_is_registered(pool: Register, key: str) -> Refusal | None:
    """Article 4.1. What is revoked is a key of this pool."""
    if key in pool.keys:
        return None
    return refusal(
        "no_such_key",
        "4.1",
        f"no key {key} is registered in this pool; name the key by the thumbprint that its registration published.",
        f"本资金池未登记密钥 {key}；请使用登记时公布的密钥指纹。",
    )


def refuse_unless_key_is_revoked_by_those_entitled(pool: Register, key: Key, acting: Acting) -> Refusal | None:
    """Article 4.1. A key is revoked by the institution whose key it is, or by the managing institution."""
    if acting.institution in {key.institution, pool.managing_institution}:
        return None
    owner, whose, managing = map(pool.name_of, (key.institution, acting.institution, pool.managing_institution))
    return refusal(
        "key_of_another_institution",
        "4.1",
        f"the key belongs to {owner}, and {whose} can't revoke it; ask {owner} or the managing institution {managing}.",
        f"该密钥属于 {owner}，{whose} 无权吊销；请由 {owner} 或管理机构 {managing} 办理。",
    )


def refuse_if_key_was_revoked(key_id: str, key: Key) -> Refusal | None:
    """Article 4.1. Why and since when a key was exposed is recorded once; auditors rely on it."""
    if key.revocation is None:
        return None
    return refusal(
        "key_revoked_before",
        "4.1",
        f"the key {key_id} was revoked before, for the reason {key.revocation.reason!r}; leave it so, or revoke "
        "another one.",
        f"密钥 {key_id} 此前已吊销，原因为“{key.revocation.reason}”；请勿重复办理，如有误请改为吊销其他密钥。",
    )


def refuse_unless_exposure_has_begun(exposed_since: datetime | None, at: datetime) -> Refusal | None:
    """Article 4.1. Since when a key was exposed is a moment that has come."""
    if exposed_since is None or exposed_since <= at:
        return None
    return refusal(
        "exposure_lies_ahead",
        "4.1",
        f"the exposure is said to have begun at {in_beijing(exposed_since)}, after now, {in_beijing(at)}; give the "
        "moment since when the key may have been in other hands.",
        f"泄露起始时间 {in_beijing(exposed_since)} 晚于当前时间 {in_beijing(at)}；请填写密钥可能被他人掌握的起始时间。",
    )


def refuse_unless_replacement_is_needed(after: Register, key: Key, acting: Acting) -> Refusal | None:
    """Article 4.1. The managing institution gives another one a key only where that one can't help itself any more.

    ``after`` is the pool once the key is revoked. Everywhere else an institution registers its own keys.
    """
    locked_out = refuse_unless_administration_remains(after, key.institution) is not None
    officer = after.institutions[key.institution].officers.get(key.officer or "")
    if acting.institution != key.institution and locked_out and officer is not None and officer.is_administrator:
        return None
    return refusal(
        "replacement_not_needed",
        "4.1",
        f"only the last administrator's key of another institution is replaced in this way; leave the replacement out, "
        f"and let the administration of {after.name_of(key.institution)} register the new key.",
        f"仅当其他机构最后一名管理员的密钥失效时方可如此替换；请删除替换密钥，"
        f"由{after.name_of(key.institution)}的管理员登记新密钥。",
    )


# accept: ()
def faults_of_the_chain(
    root_key_ids: Sequence[str], events: Sequence[KeyRegistered | KeyRetired | KeyRevoked]
) -> tuple[str, ...]:
    """Article 4.1. Every key goes back to a root key, and none was registered with one that had ended before.

    ``events`` are what the registry said of one pool's keys, in order; nothing else is needed, so anyone can check it
    offline. What is found is said in a sentence each.
    """
    ends: dict[str, datetime | None] = {}
    ended: set[str] = set()
    faults: list[str] = []
    for event in events:
        if not isinstance(event, KeyRegistered):
            if event.key_id not in ends:
                faults.append(f"{event.key_id} ended and was never registered")
            ended.add(event.key_id)
            continue
        registrar = event.registered_with
        end = ends.get(registrar)
        if event.key_id != key_id(event.public_key):
            faults.append(f"{event.key_id} is not the thumbprint of its public key")
        if weakness := fault_of_public_key(event.public_key):
            faults.append(f"{event.key_id} proves nothing: {weakness.english}")
        if event.key_id in ends or event.key_id in ended:
            faults.append(f"{event.key_id} was registered twice")
        if registrar not in ends and registrar not in root_key_ids:
            faults.append(f"{event.key_id} was registered with {registrar}, which does not come from a root key")
        if registrar in ended or (end is not None and end <= event.valid_from):
            faults.append(f"{event.key_id} was registered with {registrar}, which had ended")
        ends[event.key_id] = event.valid_until
    return tuple(faults)
