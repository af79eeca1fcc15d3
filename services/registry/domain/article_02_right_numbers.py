"""Article 2: each right is known by its registration number, read by the right's kind."""

from collections.abc import Mapping, Sequence

from services.registry.domain.right_numbers import NAMING_NO_RIGHT, named_kind_of, number_of
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.projects import IpRight
from shared.contracts.registry.words import RightKind

# What to file with, for people; what names no right is told how to find what does.
_EXPECTED: Mapping[RightKind, tuple[str, str]] = {
    RightKind.PATENT: (
        "the patent's number on its certificate, such as ZL202010123456.2; a foreign patent is filed as another right",
        "专利证书上的专利号（如 ZL202010123456.2；境外专利请按其他知识产权填写）",
    ),
    RightKind.TRADEMARK: (
        "the trademark's registration number, of up to nine digits, such as 12345678; its classes may follow as 第9类",
        "商标注册证上的注册号（至多九位数字，如 12345678），其后可注明类别（如第9类）",
    ),
    RightKind.COPYRIGHT: (
        "its registration number: a program's such as 2023SR0123456, a work's such as 国作登字-2023-F-00012345",
        "登记号（软件如 2023SR0123456；作品须含登记机构，如国作登字-2023-F-00012345）",
    ),
    RightKind.OTHER: (
        "the number under which the right is registered, in Latin letters, digits and Chinese characters",
        "该权利的登记编号（汉字、拉丁字母和数字）",
    ),
}


def refuse_unless_rights_have_numbers_of_their_kind(rights: Sequence[IpRight]) -> tuple[Refusal, ...]:
    """Article 2.1. A right's number is one of its kind and nothing else, or one right would be two by what is added."""
    return tuple(
        refusal(
            "right_number_unreadable",
            "2.1",
            f"{right.registration_number} can't be read as the number of a right of its kind ({right.kind.english}); "
            f"file it with {expected}.",
            f"{right.registration_number} 不能识别为{right.kind.chinese}的编号；请填写{expected_zh}后重新备案。",
        )
        for right in rights
        for expected, expected_zh in (_EXPECTED[right.kind],)
        if number_of(right.kind, right.registration_number) is None
    )


def refuse_if_check_digits_are_wrong(rights: Sequence[IpRight]) -> tuple[Refusal, ...]:
    """Article 2.1. A patent's check digit is that of its other digits, or the number is not the patent's.

    Which digit it would be is not told: another one may be the mistyped one.
    """
    return tuple(
        refusal(
            "right_number_mistyped",
            "2.1",
            f"the number {right.registration_number} of a patent is mistyped: its check digit, the last one, does not "
            "fit the others; copy it from the patent's certificate and file again.",
            f"专利号 {right.registration_number} 有误：末位校验位与其余数字不符；请按专利证书核对后重新备案。",
        )
        for right in rights
        if (number := number_of(right.kind, right.registration_number)) and number.is_mistyped
    )


def refuse_if_numbers_name_no_right(rights: Sequence[IpRight]) -> tuple[Refusal, ...]:
    """Article 2.1. A right is known by one of its numbers: not by a publication's, a certificate's, or half of it.

    Such a number doesn't tell which right it is; taken for its own, it would let one right be pledged under each (a
    reading).
    """
    return tuple(
        refusal(
            "right_named_by_another_number",
            "2.1",
            f"{right.registration_number} is the {number.sort.english}, not the number by which the right is known; "
            f"file it with {expected}.",
            f"{right.registration_number} 是{number.sort.chinese}，并非该权利的编号；请填写{expected_zh}后重新备案。",
        )
        for right in rights
        for expected, expected_zh in (_EXPECTED[right.kind],)
        if (number := number_of(right.kind, right.registration_number)) and number.sort in NAMING_NO_RIGHT
    )


def refuse_if_other_rights_are_of_a_named_kind(rights: Sequence[IpRight]) -> tuple[Refusal, ...]:
    """Article 2.1. A patent, a trademark or a copyright is filed as what it is, or it would be pledged twice.

    Digits alone read as a patent's or a trademark's number: what other right it is is said with them (a reading).
    """
    return tuple(
        refusal(
            "other_right_of_a_named_kind",
            "2.1",
            f"{right.registration_number} is filed as another right and reads like a {kind.english}; file it as a "
            f"{kind.english}, or, if it is none, write before its number which right it is, and no more than that.",
            f"{right.registration_number} 按其他知识产权填写，但与{kind.chinese}的编号或名称相符；"
            f"请按{kind.chinese}填写；确非该类权利的，请在编号前写明权利名称，勿加其他内容。",
        )
        for right in rights
        if right.kind is RightKind.OTHER and (kind := named_kind_of(right.registration_number))
    )
