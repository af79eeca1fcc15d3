"""Article 4: who is certain to act: officers come and go, keys begin and end, and no institution is locked out."""

from datetime import datetime

from services.registry.domain.officers_and_keys import Officer
from services.registry.domain.pool import Institution, Register
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.decisions.moments import in_beijing


def refuse_unless_key_is_in_force(pool: Register, acting: Acting, at: datetime) -> Refusal | None:
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
        f"the key {acting.key_id} {why} {in_beijing(key.valid_until)}; sign with a key that is valid now, or let your "
        "institution's administration register one.",
        f"密钥 {acting.key_id} {why_zh} {in_beijing(key.valid_until)}；请使用现行有效的密钥签名，"
        "或由贵机构管理员登记新密钥。",
    )


def refuse_unless_officer_is_of_institution(institution: Institution, officer: str) -> Refusal | None:
    """Article 4.1. An institution has a say over its own officers only."""
    if officer in institution.officers:
        return None
    return refusal(
        "officer_not_of_institution",
        "4.1",
        f"{officer} is no officer of {institution.name}; name one of your own officers by its registered id.",
        f"{officer} 不是{institution.name}的登记人员；请使用本机构人员的登记标识。",
    )


def refuse_unless_officer_still_acts(officer_id: str, officer: Officer) -> Refusal | None:
    """Article 4.1. Who has left does not come back under the same id; old acts stay the acts of that time."""
    if officer.ended_at is None:
        return None
    return refusal(
        "officer_has_ended",
        "4.1",
        f"{officer_id} left at {in_beijing(officer.ended_at)}; register the person again under a new id.",
        f"{officer_id} 已于 {in_beijing(officer.ended_at)} 离任；如重新任职，请以新的标识登记。",
    )


def refuse_unless_administration_remains(after: Register, institution: str) -> Refusal | None:
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
        f"without this, {after.name_of(institution)} has no administrator with a key that lasts; first register "
        "another administrator, or a further key for this one (registry.officer_key.register).",
        f"此举将使{after.name_of(institution)}不再有持有长期有效密钥的管理员；请先登记另一名管理员，或为其登记备用密钥"
        "（registry.officer_key.register）。",
    )


def refuse_unless_key_end_lies_ahead(valid_until: datetime | None, at: datetime) -> Refusal | None:
    """Article 4.1. A key that is registered can sign: the end of its time has not come yet."""
    if valid_until is None or at < valid_until:
        return None
    return refusal(
        "key_end_is_past",
        "4.1",
        f"the key's end {in_beijing(valid_until)} is not after now, {in_beijing(at)}; give a later one, or none.",
        f"密钥有效期截止时间 {in_beijing(valid_until)} 不晚于当前时间 {in_beijing(at)}；请填写更晚的时间或不填。",
    )
