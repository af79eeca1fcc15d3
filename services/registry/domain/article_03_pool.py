"""Article 3: a pool is founded by one managing and one cooperating institution; every fact belongs to one pool."""

from services.registry.domain.article_11_borrower import is_valid_uscc
from services.registry.domain.pool import Pool, PreparedPool, Register
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import InstitutionData
from shared.contracts.topics import SERVICES


def pool_is_founded(pool: Pool | None) -> Refusal | None:
    """Article 3.1. Nothing can be done in a pool that was not founded."""
    if pool is not None:
        return None
    return refusal(
        "no_such_pool",
        "3.1",
        "there is no such pool; found it first (registry.pool.found), or correct the pool's id in the message.",
        "该资金池不存在；请先设立资金池（registry.pool.found），或更正消息中的资金池标识。",
    )


def pool_is_not_yet_founded(pool: Pool | None) -> Refusal | None:
    """Article 3.1. A pool is founded once; a second founding that says something else changes nothing."""
    if pool is None:
        return None
    return refusal(
        "pool_already_founded",
        "3.1",
        f"this pool was founded on {pool.founded_on} as {pool.name!r} with other particulars; "
        "found another pool under an id of its own.",
        f"该资金池已于 {pool.founded_on} 以“{pool.name}”设立，且内容不同；如需另设，请使用新的资金池标识。",
    )


def pool_is_not_yet_prepared(prepared: PreparedPool | None) -> Refusal | None:
    """Article 3.1. A pool is prepared once; a second preparation that says something else changes nothing."""
    if prepared is None:
        return None
    return refusal(
        "pool_already_prepared",
        "3.1",
        f"this pool was prepared by {prepared.managing_institution} as {prepared.name!r} with other particulars; "
        "prepare another pool under an id of its own.",
        f"该资金池已由 {prepared.managing_institution} 以“{prepared.name}”筹建，内容不同；另建请使用新的资金池标识。",
    )


def founded_by_whoever_prepared(prepared: PreparedPool | None, *, is_the_same: bool) -> Refusal | None:
    """Article 3.1. A prepared pool is founded by whoever prepared it, with the same particulars."""
    if prepared is None or is_the_same:
        return None
    return refusal(
        "founder_has_not_prepared",
        "3.1",
        f"this pool was prepared by {prepared.managing_institution}; found it with that managing institution's name, "
        "code, administrator and key as they were registered.",
        f"该资金池由 {prepared.managing_institution} 筹建；"
        "请使设立文件中的管理机构名称、代码、管理员及密钥与登记一致。",
    )


def founders_are_two(managing: InstitutionData, cooperating: InstitutionData) -> Refusal | None:
    """Article 3.1. Managing and cooperating institution are two legal persons, each with an id of its own."""
    if managing.institution != cooperating.institution and managing.uscc != cooperating.uscc:
        return None
    return refusal(
        "founders_not_distinct",
        "3.1",
        f"the managing institution ({managing.institution}, {managing.uscc}) and the cooperating institution "
        f"({cooperating.institution}, {cooperating.uscc}) must differ in id and code; name two institutions.",
        f"管理机构（{managing.institution}，{managing.uscc}）与合作机构（{cooperating.institution}，"
        f"{cooperating.uscc}）的标识和统一社会信用代码不得相同；请填写两家不同的机构。",
    )


def institution_id_is_free(pool: Register | None, institution: str) -> Refusal | None:
    """Article 3.1. An id stands for one institution in its pool, and never for one of our own services."""
    taken = institution in SERVICES or (pool is not None and institution in pool.institutions)
    if not taken:
        return None
    return refusal(
        "institution_id_taken",
        "3.1",
        f"the institution id {institution} is taken; choose another one.",
        f"机构标识 {institution} 已被占用；请另选一个标识。",
    )


def institution_code_is_free(pool: Register, institution: InstitutionData) -> Refusal | None:
    """Article 3.1. A legal person takes part in a pool once: no second institution has its code under another id."""
    uscc = institution.uscc
    holders = [key for key, known in pool.institutions.items() if known.uscc == uscc and key != institution.institution]
    if not holders:
        return None
    holder = holders[0]
    return refusal(
        "institution_code_taken",
        "3.1",
        f"{uscc} is registered in this pool as {holder}, and one legal person has one id and one role; act as "
        f"{holder}, or correct the code.",
        f"{uscc} 已在本资金池登记为 {holder}，同一法人只能有一个标识和一种角色；请以 {holder} 办理，或更正代码。",
    )


def institution_code_is_valid(institution: InstitutionData) -> Refusal | None:
    """Article 3.1. An institution is named by a unified social credit code whose check digit is right."""
    if is_valid_uscc(institution.uscc):
        return None
    return refusal(
        "institution_code_invalid",
        "3.1",
        f"{institution.uscc} of {institution.institution} is not a unified social credit code: "
        "its check digit or form is wrong; copy it from the certificate and send again.",
        f"{institution.institution} 的统一社会信用代码 {institution.uscc} 校验不通过；请按证照核对后重新提交。",
    )
