"""Article 2: loans from a bank, with intellectual property of the borrower as the main collateral."""

from collections import Counter
from collections.abc import Sequence

from services.registry.domain.pledged_rights import key_of, words_of
from services.registry.domain.pool import Pool
from shared.contracts.money import BASIS_POINTS
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import FilingData, IpRight
from shared.contracts.registry.rules import Rules
from shared.contracts.registry.words import Role
from shared.decisions.amounts import percent, percent_zh, yuan, yuan_zh


def refuse_unless_lender_is_registered(pool: Pool, lender: str) -> Refusal | None:
    """Article 2.1. Only a loan from a bank that is registered as a lender in this pool is covered."""
    if Role.LENDER in pool.roles_of(lender):
        return None
    return refusal(
        "lender_not_registered",
        "2.1",
        f"{pool.name_of(lender)} is not a lender of this pool; let the managing institution register it, then file "
        "again.",
        f"{pool.name_of(lender)}未在本资金池登记为贷款银行；请由管理机构先行登记，再重新备案。",
    )


def refuse_unless_borrower_owns_a_right(rights: Sequence[IpRight], borrower_uscc: str) -> Refusal | None:
    """Article 2.1. At least one of the pledged rights must be the borrower's own."""
    if any(right.owner_uscc == borrower_uscc for right in rights):
        return None
    return refusal(
        "no_right_of_the_borrower",
        "2.1",
        f"none of the {len(rights)} pledged rights is owned by the borrower {borrower_uscc}; "
        "file a patent, trademark, copyright or other right that the borrower lawfully owns.",
        f"所列 {len(rights)} 项质押权利均不属于借款企业 {borrower_uscc}；"
        "请备案借款企业合法拥有的专利权、商标权、著作权等知识产权。",
    )


def refuse_if_rights_are_listed_twice(rights: Sequence[IpRight]) -> tuple[Refusal, ...]:
    """Article 2.1. A right has one registration number and is listed once, or its value would count twice."""
    listed = Counter(key_of(right.kind, right.registration_number) for right in rights)
    return tuple(
        refusal(
            "right_listed_twice",
            "2.1",
            f"the {called} is listed {times} times; list each right once and file again.",
            f"{called_zh} 被列出 {times} 次；请每项权利只列一次后重新备案。",
        )
        for key, times in listed.items()
        for called, called_zh in (words_of(key),)
        if times > 1
    )


def refuse_unless_other_collateral_is_allowed(rules: Rules, other_collateral_fen: int) -> Refusal | None:
    """Article 2.1. Other collateral stands beside the borrower's rights only where the pool's rules allow it."""
    if rules.mixed_collateral_allowed or other_collateral_fen == 0:
        return None
    return refusal(
        "other_collateral_not_allowed",
        "2.1",
        f"the loan has other collateral of {yuan(other_collateral_fen)}, which version {rules.version} of this pool's "
        "rules doesn't allow; file a loan that rests on intellectual property alone.",
        f"该贷款另有担保物 {yuan_zh(other_collateral_fen)}，本资金池第 {rules.version} 版规则不允许组合担保；"
        "请备案仅以知识产权质押的贷款。",
    )


def refuse_unless_largest_support_is_part_of_the_other_collateral(command: FilingData) -> Refusal | None:
    """Article 2.1. The largest single support is one of the other collateral: it is worth no more than all of it."""
    largest_fen = command.largest_other_collateral_fen
    if largest_fen is None or largest_fen <= command.other_collateral_fen:
        return None
    return refusal(
        "largest_support_above_other_collateral",
        "2.1",
        f"the largest single support among the other collateral is said to be {yuan(largest_fen)}, and all of it is "
        f"{yuan(command.other_collateral_fen)}; correct the two, or say nothing of a largest "
        "one where there is no other collateral.",
        f"其他担保物中最大单项为 {yuan_zh(largest_fen)}，高于其他担保物合计 {yuan_zh(command.other_collateral_fen)}；"
        "请更正两项金额，无其他担保物的请勿填写最大单项金额。",
    )


# accept: 0
def largest_support_fen(command: FilingData) -> int:
    """Article 2.1. What the borrower's rights are compared with: the largest single support beside them.

    A filing that does not say which of its other collateral that is counts all of it as one support (a reading):
    the stricter way, so that nobody gains by saying less.
    """
    largest_fen = command.largest_other_collateral_fen
    return command.other_collateral_fen if largest_fen is None else largest_fen


def refuse_unless_intellectual_property_is_main_collateral(
    rights: Sequence[IpRight], borrower_uscc: str, largest_other_fen: int, least_bp: int
) -> Refusal | None:
    """Article 2.1. The borrower's own pledged rights are worth no less than any other single support (a reading).

    ``least_bp`` is what the rules have for that: their least value as a part of the largest other support, in 1/10000.
    A right that somebody else pledges for the loan is such a support: it is not the borrower's. That the borrower has
    none at all is another fault.
    """
    own_fen = sum(right.valuation_fen for right in rights if right.owner_uscc == borrower_uscc)
    of_others = (right.valuation_fen for right in rights if own_fen and right.owner_uscc != borrower_uscc)
    largest_other_fen = max((largest_other_fen, *of_others))
    # Multiplied out, so that nothing is rounded.
    if own_fen * BASIS_POINTS >= largest_other_fen * least_bp:
        return None
    least, least_zh = percent(least_bp), percent_zh(least_bp)
    return refusal(
        "intellectual_property_not_main",
        "2.1",
        f"the borrower's pledged rights are valued at {yuan(own_fen)}, below {least} of the largest "
        f"other support of {yuan(largest_other_fen)} (a right of somebody else is one too); the pool covers loans "
        "whose main collateral is intellectual property of the borrower: pledge more of it, or, if that is the sum of "
        "several supports, say what the largest of them is worth.",
        f"借款企业自有质押知识产权估值 {yuan_zh(own_fen)}，低于其他担保中最大单项 "
        f"{yuan_zh(largest_other_fen)} 的 {least_zh}"
        "（他人的权利亦为其他担保）；资金池仅覆盖以借款企业自有知识产权为主要质押物的贷款，请增加其知识产权质押；"
        "如该金额为多项担保物合计，请填写其中最大单项的金额。",
    )
