"""Article 4: the roles are kept apart; an institution and its officers can do only what they are registered for."""

from collections.abc import Sequence

from services.registry.domain.pool import Pool, Register
from shared.contracts.ids import key_id
from shared.contracts.public_keys import KeyFault, fault_of_public_key
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.rules import RolePair, Rules
from shared.contracts.registry.words import Role

# No rules let one institution hold both.
_KEPT_APART = (
    frozenset({Role.MANAGING, Role.COOPERATING}),
    frozenset({Role.COOPERATING, Role.LENDER}),
)


def refuse_if_rules_join_roles_kept_apart(roles_together: Sequence[RolePair]) -> tuple[Refusal, ...]:
    """Article 4.1. Whoever runs the pool neither oversees it nor lends what it covers, whatever the rules say."""
    return tuple(
        refusal(
            "roles_kept_apart",
            "4.1",
            f"no institution can be both {one.english} and {other.english}; leave this pair out of the rules",
            f"同一机构不得兼任{one.chinese}与{other.chinese}；请从规则中删除该项",
        )
        for one, other in roles_together
        if {one, other} in _KEPT_APART
    )


def refuse_unless_roles_go_together(rules: Rules, name: str, held: Sequence[Role], role: Role) -> Refusal | None:
    """Article 4.1. An institution holds together only such roles as the rules let one institution hold.

    ``held`` are those that the institution of this ``name`` has, ``role`` the one that it would have too.
    """
    together = [set(pair) for pair in rules.roles_together]
    apart = next((each for each in held if each is not role and {each, role} not in together), None)
    if apart is None:
        return None
    is_never = {apart, role} in _KEPT_APART
    way = (
        "" if is_never else ", or propose rules that let one hold both, as the district has it (registry.rules.propose)"
    )
    way_zh = "" if is_never else "，或在本区规定范围内提议允许兼任的规则（registry.rules.propose）"
    return refusal(
        "roles_not_together",
        "4.1",
        f"{name} is {apart.english} in this pool and can't be {role.english} as well; name another institution{way}",
        f"{name}在本资金池中为{apart.chinese}，不得兼任{role.chinese}；请另选机构{way_zh}",
    )


def refuse_unless_guarantor_is_registered(pool: Pool, guarantor: str | None) -> Refusal | None:
    """Article 4.1. Where a loan is guaranteed, the guarantor is registered as such in this pool."""
    if guarantor is None or Role.GUARANTOR in pool.roles_of(guarantor):
        return None
    return refusal(
        "guarantor_not_registered",
        "4.1",
        f"{pool.name_of(guarantor)} is not registered as a guarantor in this pool; let the managing institution "
        "register it, then file again.",
        f"{pool.name_of(guarantor)}未在本资金池登记为担保公司；请由管理机构先行登记，再重新备案。",
    )


def refuse_unless_key_proves_who_signs(public_key: str) -> Refusal | None:
    """Article 4.1. What is signed under a key can't be denied: it is a point of its group, written in its one way."""
    fault = fault_of_public_key(public_key)
    if fault is None:
        return None
    code, do, do_zh = (
        "key_proves_nothing",
        "make a new key pair (riskpool keys make)",
        "请生成新的密钥对（riskpool keys make）",
    )
    if fault is KeyFault.SPELLING:
        # Such a key would pass for two, and need not be another one.
        code, do, do_zh = "key_not_canonical", "encode it again", "请重新编码"
    return refusal(
        code,
        "4.1",
        f"the public key {public_key} proves nothing: {fault.english}; {do}.",
        f"公钥 {public_key} 无法证明签名人身份：{fault.chinese}；{do_zh}。",
    )


def refuse_unless_key_is_unused(pool: Register | None, public_key: str) -> Refusal | None:
    """Article 4.1. A key has one holder in its pool: whoever signs can't be two."""
    if pool is None or key_id(public_key) not in pool.keys:
        return None
    return refusal(
        "key_in_use",
        "4.1",
        f"the key {key_id(public_key)} is registered in this pool already; make a new key pair.",
        f"密钥 {key_id(public_key)} 已在本资金池登记；请生成新的密钥对。",
    )


def refuse_unless_there_is_room(count: int, count_max: int, what: str, what_zh: str) -> Refusal | None:
    """Article 4.1. Nobody can fill the registry: each register has a limit."""
    if count < count_max:
        return None
    return refusal(
        "register_full",
        "4.1",
        f"there are {count} {what}, and no more than {count_max} are possible; ask the operator of the pool.",
        f"{what_zh}已达 {count} 个，上限为 {count_max} 个；请联系资金池运维人员。",
    )


# accept: None
def withdrawn_by_other(clause: str, what: tuple[str, str], proposer: str, otherwise: tuple[str, str]) -> Refusal:
    """Article 4.1. Only who proposed something takes it back; ``what`` and what can be done ``otherwise`` twofold.

    Both are in English and in Chinese; ``clause`` is the one under which it was proposed.
    """
    return refusal(
        "withdrawn_by_other",
        clause,
        f"{what[0]} was made by {proposer}, and only it can withdraw it; ask it to, or {otherwise[0]}.",
        f"{what[1]}由{proposer}提出，只能由其撤回；请由其撤回，或{otherwise[1]}。",
    )
