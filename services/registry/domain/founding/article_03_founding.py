"""Article 3: how a pool is prepared and founded."""

from services.registry.domain.pool import Pool, PreparedPool
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import InstitutionData


def refuse_if_pool_is_founded(pool: Pool | None) -> Refusal | None:
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


def refuse_if_pool_is_prepared(prepared: PreparedPool | None) -> Refusal | None:
    """Article 3.1. A pool is prepared once; a second preparation that says something else changes nothing."""
    if prepared is None:
        return None
    managing = prepared.name_of(prepared.managing_institution)
    return refusal(
        "pool_already_prepared",
        "3.1",
        f"this pool was prepared by {managing} as {prepared.name!r} with other particulars; "
        "prepare another pool under an id of its own.",
        f"该资金池已由 {managing} 以“{prepared.name}”筹建，内容不同；另建请使用新的资金池标识。",
    )


def refuse_unless_founded_by_whoever_prepared(prepared: PreparedPool | None, *, is_the_same: bool) -> Refusal | None:
    """Article 3.1. A prepared pool is founded by whoever prepared it, with the same particulars."""
    if prepared is None or is_the_same:
        return None
    managing = prepared.name_of(prepared.managing_institution)
    return refusal(
        "founder_has_not_prepared",
        "3.1",
        f"this pool was prepared by {managing}; found it with that managing institution's name, "
        "code, administrator and key as they were registered.",
        f"该资金池由 {managing} 筹建；请使设立文件中的管理机构名称、代码、管理员及密钥与登记一致。",
    )


def refuse_unless_founded_in_the_prepared_district(prepared: PreparedPool | None, district: str) -> Refusal | None:
    """Article 3.1. A prepared pool is founded in its district, whose profile bounded how its committee decides."""
    if prepared is None or prepared.district == district:
        return None
    return refusal(
        "founded_in_another_district",
        "3.1",
        f"this pool was prepared for the district {prepared.district}, and the founding names {district}; found it "
        "there, or prepare another pool under an id of its own.",
        f"该资金池为区划 {prepared.district} 筹建，设立文件所载区划为 {district}；请在原区划设立，"
        "或以新的资金池标识另行筹建。",
    )


def refuse_unless_founders_are_two(managing: InstitutionData, cooperating: InstitutionData) -> Refusal | None:
    """Article 3.1. Managing and cooperating institution are two legal persons, each with an id of its own."""
    if managing.institution != cooperating.institution and managing.uscc != cooperating.uscc:
        return None
    return refusal(
        "founders_not_distinct",
        "3.1",
        f"the managing institution ({managing.name}, {managing.uscc}) and the cooperating institution "
        f"({cooperating.name}, {cooperating.uscc}) must differ in id and code; name two institutions.",
        f"管理机构（{managing.name}，{managing.uscc}）与合作机构（{cooperating.name}，"
        f"{cooperating.uscc}）的标识和统一社会信用代码不得相同；请填写两家不同的机构。",
    )
