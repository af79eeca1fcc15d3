"""Article 4: who signs the founding of a pool."""

from datetime import datetime

from services.registry.domain.pool import Register
from shared.contracts.ids import key_id
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import Duty, InstitutionData
from shared.decisions.persons import called


def refuse_unless_founding_is_signed_with_root_key(managing: InstitutionData, acting: Acting) -> Refusal | None:
    """Article 4.1. A founding is signed by its managing institution's first administrator, with the key named in it."""
    first = managing.administrators[0]
    if key_id(first.public_key) == acting.key_id and first.officer == acting.officer:
        return None
    named = called(first.name, first.officer)
    named_so = {each.officer: each.name for each in managing.administrators}
    signer = called(named_so.get(acting.officer or ""), acting.officer or "")
    return refusal(
        "not_signed_with_root_key",
        "4.1",
        f"the founding names {named} and the key {key_id(first.public_key)} first, but "
        f"{signer} signed with {acting.key_id}; let the first administrator sign with the root key it names.",
        f"设立文件所载首名管理员 {named} 及其密钥与签名人 {signer} 的密钥不符；请由该管理员使用文件所载根密钥签名。",
    )


def refuse_unless_prepared_pool_is_founded_with_its_root_key(
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
    holder, signer = (
        prepared.officer_called(prepared.managing_institution, officer or "")
        for officer in (root.officer, acting.officer)
    )
    next_step = (
        (f"let {holder} sign with it", f"请由 {holder} 使用该密钥签名")
        if root_counts
        else ("let another administrator sign with a key in force", "请由另一名管理员使用有效密钥签名")
    )
    return refusal(
        "not_founded_with_the_root_key",
        "4.1",
        f"this pool was prepared with the root key {prepared.root_key_id}, which founds it while it is in force and an "
        f"administrator's, and {signer} signed with {acting.key_id}; {next_step[0]}.",
        f"该资金池以根密钥 {prepared.root_key_id} 筹建，该密钥有效且持有人为管理员期间须以其设立，"
        f"而签名人为 {signer}，所用密钥为 {acting.key_id}；{next_step[1]}。",
    )


def refuse_if_founders_share_an_administrator(
    managing: InstitutionData, cooperating: InstitutionData
) -> Refusal | None:
    """Article 4.1. Nobody begins as the administrator of both institutions, nor do two begin with one key."""
    for part in ("person", "public_key"):
        shared = {getattr(each, part) for each in managing.administrators}
        if not shared.isdisjoint(getattr(each, part) for each in cooperating.administrators):
            break
    else:
        return None
    return refusal(
        "founders_share_an_administrator",
        "4.1",
        f"{managing.name} and {cooperating.name} begin with one person, or one key, as their administrator; let each "
        "institution name people of its own, who make their own keys.",
        f"{managing.name}与{cooperating.name}的管理员为同一人或使用同一密钥；请由两家机构各自指定人员，并自行生成密钥。",
    )


def refuse_unless_founder_has_two_administrators(founder: InstitutionData) -> Refusal | None:
    """Article 4.1. No super user from the first day on: what one administrator registers another one can confirm."""
    if len(founder.administrators) > 1:
        return None
    return refusal(
        "founder_has_one_administrator",
        "4.1",
        f"{founder.name} begins with one administrator, and whoever that one registers needs a second person's "
        "confirmation; name two people at least, each with a key of its own.",
        f"{founder.name}仅有一名管理员，而其登记的人员须由第二人确认；请至少填写两名管理员，各用其自己的密钥。",
    )
