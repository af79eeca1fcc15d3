"""Article 4: who signs the founding of a pool."""

from datetime import datetime

from services.registry.domain.pool import Register
from shared.contracts.ids import key_id
from shared.contracts.received import Acting
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import Duty, InstitutionData


def refuse_unless_founding_is_signed_with_root_key(managing: InstitutionData, acting: Acting) -> Refusal | None:
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


def refuse_unless_founders_keys_are_two(managing: InstitutionData, cooperating: InstitutionData) -> Refusal | None:
    """Article 4.1. The two administrators hold a key each."""
    if managing.public_key != cooperating.public_key:
        return None
    return refusal(
        "founders_share_a_key",
        "4.1",
        "both administrators have the same key; let the cooperating institution make its own.",
        "两家机构的管理员使用同一密钥；请由合作机构另行生成。",
    )
