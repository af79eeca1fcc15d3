"""Article 4: who is certain to act: officers come and go, keys begin and end, and no institution is locked out."""

from collections.abc import Sequence
from datetime import datetime

from services.registry.domain.holders import Key, Officer
from services.registry.domain.pool import Institution, Register
from shared.contracts.ids import key_id
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.people import KeyRegistered, KeyRetired, KeyRevoked
from shared.contracts.registry.words import MEMBERS_PER_BALLOT_MAX, Duty


def key_is_in_force(pool: Register, acting: Acting, at: datetime) -> Refusal | None:
    """Article 4.1. A key signs for its holder until it is replaced, revoked, or its time is over, and never after.

    The order in which the registry takes messages counts, and not the clocks of the replicas that took them in.
    """
    key = pool.keys.get(acting.key_id)
    if key is None or key.is_in_force(at):
        return None
    assert key.valid_until is not None, "what has ended says when"
    code, why, why_zh = "key_expired", "was valid until", "有效期已于"
    if key.has_ended:
        code, why, why_zh = "key_retired", "was retired at", "已停用，时间为"
    if key.revocation is not None:
        code, why, why_zh = "key_revoked", "was revoked and ended at", "已吊销，终止时间为"
    return refusal(
        code,
        "4.1",
        f"the key {acting.key_id} {why} {key.valid_until.isoformat()}; sign with a key that is valid now, or let your "
        "institution's administration register one.",
        f"密钥 {acting.key_id} {why_zh} {key.valid_until.isoformat()}；请使用现行有效的密钥签名，"
        "或由贵机构管理员登记新密钥。",
    )


def voters_fit_a_ballot(institution: Institution, officer: str, duties: Sequence[Duty]) -> Refusal | None:
    """Article 4.1. As many officers have the duty to vote as a ballot takes members: with more none could be opened.

    All who may vote are members of each ballot, and a message names no more than so many.
    """
    others = sum(name != officer and Duty.VOTE in known.duties for name, known in institution.officers.items())
    if Duty.VOTE not in duties or others < MEMBERS_PER_BALLOT_MAX:
        return None
    return refusal(
        "voters_too_many",
        "4.1",
        f"{others} other officers have the duty to vote, and a ballot has {MEMBERS_PER_BALLOT_MAX} members at most, so "
        f"with {officer} none could be opened; first give another of them other duties.",
        f"已有 {others} 名人员具有表决职责，而一次集体决策至多 {MEMBERS_PER_BALLOT_MAX} 名成员，再加 {officer} 将无法"
        "发起；请先变更其他人员的职责。",
    )


def officer_is_of_institution(institution: Institution, officer: str) -> Refusal | None:
    """Article 4.1. An institution has a say over its own officers only."""
    if officer in institution.officers:
        return None
    return refusal(
        "officer_not_of_institution",
        "4.1",
        f"{officer} is no officer of {institution.name}; name one of your own officers by its registered id.",
        f"{officer} 不是{institution.name}的登记人员；请使用本机构人员的登记标识。",
    )


def officer_still_acts(officer_id: str, officer: Officer) -> Refusal | None:
    """Article 4.1. Who has left does not come back under the same id; old acts stay the acts of that time."""
    if officer.ended_at is None:
        return None
    return refusal(
        "officer_has_ended",
        "4.1",
        f"{officer_id} left at {officer.ended_at.isoformat()}; register the person again under a new id.",
        f"{officer_id} 已于 {officer.ended_at.isoformat()} 离任；如重新任职，请以新的标识登记。",
    )


def administration_remains(after: Register, institution: str) -> Refusal | None:
    """Article 4.1. Every institution keeps an administrator with a lasting key, or it could never act again.

    ``after`` is the pool as it would be; a key whose end is set already doesn't count, since no message would be
    needed for it to end.
    """
    officers = after.institutions[institution].officers
    if any(
        officer.is_administrator and any(key.is_lasting for key in after.keys_of(institution, officer_id))
        for officer_id, officer in officers.items()
    ):
        return None
    return refusal(
        "last_administrator",
        "4.1",
        f"without this, {institution} has no administrator with a key that lasts; first register another "
        "administrator, or a further key for this one (registry.officer_key.register).",
        f"此举将使 {institution} 不再有持有长期有效密钥的管理员；请先登记另一名管理员，或为其登记备用密钥"
        "（registry.officer_key.register）。",
    )


def key_end_lies_ahead(valid_until: datetime | None, at: datetime) -> Refusal | None:
    """Article 4.1. A key that is registered can sign: the end of its time has not come yet."""
    if valid_until is None or at < valid_until:
        return None
    return refusal(
        "key_end_is_past",
        "4.1",
        f"the key's end {valid_until.isoformat()} is not after now, {at.isoformat()}; give a later one, or none.",
        f"密钥有效期截止时间 {valid_until.isoformat()} 不晚于当前时间 {at.isoformat()}；请填写更晚的时间或不填。",
    )


def key_ends_with_its_registrar(valid_until: datetime | None, signing: Key | None) -> Refusal | None:
    """Article 4.1. Whoever was given a key for a time can't prolong that time by a further key."""
    end = signing.valid_until if signing else None
    if end is None or (valid_until is not None and valid_until <= end):
        return None
    return refusal(
        "key_outlives_its_registrar",
        "4.1",
        f"the key that signs is valid until {end.isoformat()}, so the further one can't be valid longer; let "
        "it end at that moment or before it, or let your administration register it.",
        f"签名密钥的有效期至 {end.isoformat()}，新增密钥不得超过该时间；请填写不晚于该时间的截止时间，"
        "或由贵机构管理员登记。",
    )


def officers_key_is_lost(holder: str, keys: Sequence[Key], at: datetime) -> Refusal | None:
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


def key_is_registered(pool: Register, key: str) -> Refusal | None:
    """Article 4.1. What is revoked is a key of this pool."""
    if key in pool.keys:
        return None
    return refusal(
        "no_such_key",
        "4.1",
        f"no key {key} is registered in this pool; name the key by the thumbprint that its registration published.",
        f"本资金池未登记密钥 {key}；请使用登记时公布的密钥指纹。",
    )


def key_is_revoked_by_those_entitled(pool: Register, key: Key, acting: Acting) -> Refusal | None:
    """Article 4.1. A key is revoked by the institution whose key it is, or by the managing institution."""
    if acting.institution in {key.institution, pool.managing_institution}:
        return None
    return refusal(
        "key_of_another_institution",
        "4.1",
        f"the key belongs to {key.institution}, and {acting.institution} can't revoke it; ask {key.institution} or the "
        f"managing institution {pool.managing_institution}.",
        f"该密钥属于 {key.institution}，{acting.institution} 无权吊销；请由 {key.institution} 或管理机构 "
        f"{pool.managing_institution} 办理。",
    )


def key_is_revoked_once(key_id: str, key: Key) -> Refusal | None:
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


def exposure_has_begun(exposed_since: datetime | None, at: datetime) -> Refusal | None:
    """Article 4.1. Since when a key was exposed is a moment that has come."""
    if exposed_since is None or exposed_since <= at:
        return None
    return refusal(
        "exposure_lies_ahead",
        "4.1",
        f"the exposure is said to have begun at {exposed_since.isoformat()}, after now, {at.isoformat()}; give the "
        "moment since when the key may have been in other hands.",
        f"泄露起始时间 {exposed_since.isoformat()} 晚于当前时间 {at.isoformat()}；请填写密钥可能被他人掌握的起始时间。",
    )


def replacement_is_needed(after: Register, key: Key, acting: Acting) -> Refusal | None:
    """Article 4.1. The managing institution gives another one a key only where that one can't help itself any more.

    ``after`` is the pool once the key is revoked. Everywhere else an institution registers its own keys.
    """
    locked_out = administration_remains(after, key.institution) is not None
    officer = after.institutions[key.institution].officers.get(key.officer or "")
    if acting.institution != key.institution and locked_out and officer is not None and officer.is_administrator:
        return None
    return refusal(
        "replacement_not_needed",
        "4.1",
        f"only the last administrator's key of another institution is replaced in this way; leave the replacement out, "
        f"and let the administration of {key.institution} register the new key.",
        f"仅当其他机构最后一名管理员的密钥失效时方可如此替换；请删除替换密钥，"
        f"由 {key.institution} 的管理员登记新密钥。",
    )


# accept: ()
def faults_of_the_chain(
    root_key_ids: Sequence[str], told: Sequence[KeyRegistered | KeyRetired | KeyRevoked]
) -> tuple[str, ...]:
    """Article 4.1. Every key goes back to a root key, and none was registered with one that had ended before.

    ``told`` is what the registry said of one pool's keys, in order; nothing else is needed, so that anyone can check it
    offline. What is found is said in a sentence each.
    """
    ends: dict[str, datetime | None] = {}
    ended: set[str] = set()
    faults: list[str] = []
    for event in told:
        if not isinstance(event, KeyRegistered):
            if event.key_id not in ends:
                faults.append(f"{event.key_id} ended and was never registered")
            ended.add(event.key_id)
            continue
        registrar = event.registered_with
        end = ends.get(registrar)
        if event.key_id != key_id(event.public_key):
            faults.append(f"{event.key_id} is not the thumbprint of its public key")
        if event.key_id in ends or event.key_id in ended:
            faults.append(f"{event.key_id} was registered twice")
        if registrar not in ends and registrar not in root_key_ids:
            faults.append(f"{event.key_id} was registered with {registrar}, which does not come from a root key")
        if registrar in ended or (end is not None and end <= event.valid_from):
            faults.append(f"{event.key_id} was registered with {registrar}, which had ended")
        ends[event.key_id] = event.valid_until
    return tuple(faults)
