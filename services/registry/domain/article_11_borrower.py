"""Article 11: who may borrow: a registered enterprise of good credit, with team, technology and products."""

from collections.abc import Collection, Iterator
from datetime import date
from operator import mul

from services.registry.domain.enterprise_name import is_one_legal_person
from services.registry.domain.pool import Pool
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import Borrower, Finding, Loan
from shared.contracts.registry.words import FindingKind, Role

# GB 32100-2015: the letters I, O, S, V and Z are left out; a character's value is its place.
_VALUES = {character: place for place, character in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_LENGTH = 18
_WEIGHTS = (*(pow(3, place, 31) for place in range(_LENGTH - 1)), 1)
# After registering authority and kind of institution, one character each, comes the district in digits (GB/T 2260).
_DISTRICT = slice(2, 8)
# What the first two characters say, as the standard itself gives them: who registered it, and as what.
_NO_ENTERPRISES = {
    "11": ("an organ of the state", "机关"),
    "12": ("a public institution", "事业单位"),
    "13": ("a mass organisation", "群众团体"),
    "51": ("a social organisation", "社会团体"),
    "52": ("a private non-enterprise unit", "民办非企业单位"),
    "53": ("a foundation", "基金会"),
    "92": ("a self-employed person", "个体工商户"),
}

Kinds = Collection[FindingKind]


def is_valid_uscc(code: str) -> bool:
    """Article 11.1. Whether ``code`` is a unified social credit code with the right check digit (GB 32100-2015).

    The values, weighted with the powers of 3 modulo 31, add up to a multiple of 31; 31 is prime, so that every single
    wrong character and every swap of two shows.
    """
    if len(code) != _LENGTH or not _VALUES.keys() >= set(code) or not code[_DISTRICT].isdecimal():
        return False
    weighted: int = sum(map(mul, map(_VALUES.__getitem__, code), _WEIGHTS))
    return weighted % 31 == 0


def refuse_unless_credit_code_is_valid(uscc: str, clause: str) -> Refusal | None:
    """Article 11.1. A legal person is named by a unified social credit code whose form and check digit are right.

    ``clause`` is the one that asks for the code.
    """
    if is_valid_uscc(uscc):
        return None
    return refusal(
        "credit_code_invalid",
        clause,
        f"{uscc} is not a unified social credit code: its check digit or form is wrong; copy it from the "
        "certificate and send again.",
        f"统一社会信用代码 {uscc} 校验不通过；请按证照核对后重新提交。",
    )


def refuse_unless_borrower_code_is_valid(borrower: Borrower) -> Refusal | None:
    """Article 11.1. The borrower is a registered enterprise: its unified social credit code is one."""
    return refuse_unless_credit_code_is_valid(borrower.uscc, "11.1")


def refuse_unless_borrower_is_an_enterprise(borrower: Borrower) -> Refusal | None:
    """Article 11.1. The borrower is an enterprise: neither the state nor an association, nor one person in business."""
    if (kind := _NO_ENTERPRISES.get(borrower.uscc[:2])) is None:
        return None
    is_kind, is_kind_zh = kind
    return refusal(
        "borrower_no_enterprise",
        "11.1",
        f"the borrower {borrower.name} ({borrower.uscc}) is {is_kind}, as the first two characters of its code say; "
        "the pool covers loans to enterprises only. Correct the code if it is another one's.",
        f"借款企业 {borrower.name}（{borrower.uscc}）代码前两位表明其为{is_kind_zh}，并非企业，资金池仅覆盖企业借款；"
        "如代码有误，请更正。",
    )


def refuse_if_borrower_decides_or_vouches(pool: Pool, borrower: Borrower, loan: Loan) -> Refusal | None:
    """Article 11.1. Nobody borrows from itself, guarantees its own loan, or decides on its own filing (a reading)."""
    parties = {pool.managing_institution: Role.MANAGING, loan.lender: Role.LENDER, loan.guarantor: Role.GUARANTOR}
    for party, role in parties.items():
        institution = pool.institutions.get(party or "")
        if institution is None:
            continue
        if institution.uscc == borrower.uscc or is_one_legal_person(institution.name, borrower.name):
            return refusal(
                "borrower_is_party",
                "11.1",
                f"the borrower {borrower.name} ({borrower.uscc}) is {institution.name} ({institution.uscc}), the "
                f"{role.english} of this project; an enterprise apart from it has to borrow. Correct name or code if "
                "another one is meant.",
                f"借款企业 {borrower.name}（{borrower.uscc}）即 {institution.name}（{institution.uscc}），系本项目的"
                f"{role.chinese}；借款企业应为其他企业，如名称或代码有误，请更正。",
            )
    return None


def refuse_unless_findings_are_there(borrower: Borrower, kinds: Kinds) -> tuple[Refusal, ...]:
    """Article 11.1. Each finding of ``kinds``, which the rules ask for, has been made."""
    made = {kind for kind, _ in _made(borrower, kinds)}
    return tuple(
        refusal(
            "finding_missing",
            "11.1",
            f"the finding on {kind.english} is missing; add it with its evidence, as of the loan's disbursement.",
            f"缺少“{kind.chinese}”的认定；请补充以放款日为基准的认定及证明材料。",
        )
        for kind in kinds
        if kind not in made
    )


def refuse_unless_findings_are_met(borrower: Borrower, kinds: Kinds) -> tuple[Refusal, ...]:
    """Article 11.1. Each finding that the rules ask for, as of the loan's disbursement, is that it is met."""
    return tuple(
        refusal(
            f"borrower_not_{kind}",
            "11.1",
            f"the finding of {found.found_on} says that the borrower does not have: {kind.english}; "
            "the pool can't cover it. If the finding is wrong, correct it with evidence and file again.",
            f"{found.found_on} 的认定显示借款企业不符合“{kind.chinese}”条件，资金池不予覆盖；"
            "如认定有误，请凭证明材料更正后重新备案。",
        )
        for kind, found in _made(borrower, kinds)
        if not found.met
    )


def refuse_unless_findings_were_made(borrower: Borrower, filed_on: date, kinds: Kinds) -> tuple[Refusal, ...]:
    """Article 11.1. A finding has been made, with its evidence, by the day of the filing that relies on it."""
    return tuple(
        refusal(
            "finding_in_the_future",
            "11.1",
            f"the finding on {kind.english} is dated {found.found_on}, after the filing on {filed_on}; "
            "correct its day.",
            f"“{kind.chinese}”的认定日期为 {found.found_on}，晚于备案日 {filed_on}；请更正日期。",
        )
        for kind, found in _made(borrower, kinds)
        if found.found_on > filed_on
    )


def refuse_unless_findings_are_of_the_disbursement(
    borrower: Borrower, disbursed_on: date, kinds: Kinds
) -> tuple[Refusal, ...]:
    """Article 11.1. The borrower is judged as of the loan's disbursement, not as of any later day, such as the loss's.

    A finding may have been made later; it still says how the borrower stood then.
    """
    return tuple(
        refusal(
            "finding_after_disbursement",
            "11.1",
            f"the finding on {kind.english} judges the borrower as of {as_of}, after the loan was paid out on "
            f"{disbursed_on}; add the finding as of that day.",
            f"“{kind.chinese}”的认定基准日 {as_of} 晚于放款日 {disbursed_on}；请补充以放款日为基准的认定。",
        )
        for kind, found in _made(borrower, kinds)
        if (as_of := found.as_of) is not None and as_of > disbursed_on
    )


def refuse_if_findings_are_too_old(
    borrower: Borrower, disbursed_on: date, age_days_max: int, kinds: Kinds
) -> tuple[Refusal, ...]:
    """Article 11.1. A finding says how the borrower stood at the disbursement: it is of no day long before (a reading).

    It is as old as the day that it judges, where that is before the day on which it was made.
    """
    return tuple(
        refusal(
            "finding_too_old",
            "11.1",
            f"the finding on {kind.english} is of {day}, {age_days} days before the loan was paid out on "
            f"{disbursed_on}, and may be {age_days_max} days old; look at it anew, as of the payout, and file "
            "with that finding.",
            f"“{kind.chinese}”的认定日期为 {day}，距放款日 {disbursed_on} {age_days} 天，超过 {age_days_max} 天；"
            "请以放款日为基准重新认定后备案。",
        )
        for kind, found in _made(borrower, kinds)
        for day in (min(found.found_on, found.as_of or found.found_on),)
        if (age_days := (disbursed_on - day).days) > age_days_max
    )


def _made(borrower: Borrower, kinds: Kinds) -> Iterator[tuple[FindingKind, Finding]]:
    """The findings that were made, of those that the rules ask for."""
    for kind in kinds:
        found: Finding | None = getattr(borrower, kind)
        if found is not None:
            yield kind, found
