"""Article 3: a pool is founded by one managing and one cooperating institution; every fact belongs to one pool."""

from services.registry.domain.article_11_borrower import refuse_unless_credit_code_is_valid
from services.registry.domain.pool import Pool, Register
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.words import InstitutionData
from shared.contracts.topics import SERVICES


def refuse_unless_pool_is_founded(pool: Pool | None) -> Refusal | None:
    """Article 3.1. Nothing can be done in a pool that was not founded."""
    if pool is not None:
        return None
    return refusal(
        "no_such_pool",
        "3.1",
        "there is no such pool; found it first (registry.pool.found), or correct the pool's id in the message.",
        "该资金池不存在；请先设立资金池（registry.pool.found），或更正消息中的资金池标识。",
    )


def refuse_if_institution_id_is_anothers(pool: Register | None, institution: InstitutionData) -> Refusal | None:
    """Article 3.1. An id stands for one institution in its pool, and never for one of our own services.

    Whoever has it keeps name and code in a further role.
    """
    taken = institution.institution
    holder = pool.institutions.get(taken) if pool else None
    is_the_same = holder is None or (holder.name, holder.uscc) == (institution.name, institution.uscc)
    if taken not in SERVICES and is_the_same:
        return None
    return refusal(
        "institution_id_taken",
        "3.1",
        f"the institution id {taken} is taken; choose another one, or, for a further role of whoever has it, give its "
        "name and code as they are registered.",
        f"机构标识 {taken} 已被占用；请另选一个标识；如为原机构增加角色，请填写其登记的名称和代码。",
    )


def refuse_unless_institution_code_is_free(pool: Register, institution: InstitutionData) -> Refusal | None:
    """Article 3.1. A legal person has one id in a pool, in whichever roles: no second one has its code."""
    uscc = institution.uscc
    holders = [
        key
        for key, registered in pool.institutions.items()
        if registered.uscc == uscc and key != institution.institution
    ]
    if not holders:
        return None
    holder = holders[0]
    name = pool.name_of(holder)
    return refusal(
        "institution_code_taken",
        "3.1",
        f"{uscc} is registered in this pool as {name} (under the id {holder}), and one legal person has one id; name "
        f"{holder}, also for a further role, or correct the code.",
        f"{uscc} 已在本资金池登记为{name}（标识 {holder}），同一法人只能有一个标识；请使用标识 {holder}"
        "（增加角色时亦同），或更正代码。",
    )


def refuse_unless_institution_code_is_valid(institution: InstitutionData) -> Refusal | None:
    """Article 3.1. An institution is named by a unified social credit code whose check digit is right."""
    return refuse_unless_credit_code_is_valid(institution.uscc, "3.1")
