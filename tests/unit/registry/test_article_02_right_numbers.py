"""Article 2: a right is known by its registration number, which is read by the right's kind."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.registry.domain.article_02_right_numbers import (
    refuse_if_check_digits_are_wrong,
    refuse_if_numbers_name_no_right,
    refuse_if_other_rights_are_of_a_named_kind,
    refuse_unless_rights_have_numbers_of_their_kind,
)
from services.registry.domain.pledged_rights import key_of
from services.registry.domain.right_numbers import NAMING_NO_RIGHT, NumberSort, RightNumber, named_kind_of, number_of
from shared.contracts.receipts import Outcome
from shared.contracts.registry.words import RightKind
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.registry_examples import APPROVED, COOPERATING, FILER, STAFFED, codes, filing, right
from tests.unit.registry.right_number_examples import Right, new_patents, old_patents, rights, writings

pytestmark = pytest.mark.clause("2.1")

PATENT, TRADEMARK, COPYRIGHT, OTHER = RightKind


def numbered(kind: RightKind, number: str) -> str:
    """The code of what a filing of such a right is refused for; empty if it is taken."""
    decision = STAFFED.when(filing(rights=(right(kind=kind, registration_number=number),)), COOPERATING, FILER)
    assert decision.outcome is (Outcome.REFUSED if decision.refusals else Outcome.ACCEPTED)
    return ", ".join(codes(decision))


@pytest.mark.parametrize(
    "number", ["201710601862.3", "200410016940.6", "200710308494.X", "202010123456.2", "95115608.X", "97101765.4"]
)
def test_a_patents_check_digit_is_compared(number: str) -> None:
    """Of these published numbers each other last digit is refused; the right one, or none, is the patent's."""
    assert numbered(PATENT, f"ZL{number}") == numbered(PATENT, number[:-2]) == ""
    assert key_of(PATENT, number[:-2]) == key_of(PATENT, f"ZL{number}") == f"patent/{number.replace('.', '')}"
    for wrong in set("0123456789X") - {number[-1]}:
        assert numbered(PATENT, f"ZL{number[:-1]}{wrong}") == "right_number_mistyped"


def test_a_mistyped_number_is_no_draft_and_no_correction() -> None:
    """Documents don't mend it, and what is filed isn't moved to it; the digit it should be isn't told."""
    mistyped = right(registration_number="ZL202010123456.3")
    decision = STAFFED.when(filing(rights=(mistyped,), documents=()), COOPERATING, FILER)
    assert (decision.outcome, decision.events) == (Outcome.REFUSED, ())
    assert "certificate" in decision.refusals[0].text
    assert "ZL202010123456.2" not in decision.refusals[0].text
    assert codes(APPROVED.when(correction(rights=(mistyped,)), COOPERATING, FILER)) == ["right_number_mistyped"]


@given(patent=st.one_of(new_patents, old_patents), place=st.integers(0, 11), digit=st.sampled_from("0123456789"))
def test_no_mistyped_digit_is_another_patent(patent: Right, place: int, digit: str) -> None:
    """Whichever one it is: the number is mistyped, or of a year without patents."""
    digits, check = patent.plain.split(".")
    wrong = digits[: place % len(digits)] + digit + digits[place % len(digits) + 1 :]
    assume(wrong != digits)
    number = number_of(PATENT, f"ZL{wrong}.{check}")
    assert number is None or number.is_mistyped or number.sort is NumberSort.PUBLICATION


@given(data=st.data(), right=rights)
def test_all_ways_to_write_a_number_are_of_one_right(data: st.DataObject, right: Right) -> None:
    """Width, case, signs, words, a kind in brackets, either script, classes, a check digit that is left out."""
    one, other = data.draw(writings(right)), data.draw(writings(right))
    number = number_of(right.kind, one)
    assert number is not None
    assert number == number_of(right.kind, other) == number_of(right.kind, right.plain)
    assert number == number_of(right.kind, number.form), "its form is one of them"
    assert not number.is_mistyped
    assert number.sort not in NAMING_NO_RIGHT


@given(data=st.data(), one=rights, other=rights)
def test_two_rights_are_never_one(data: st.DataObject, one: Right, other: Right) -> None:
    """However they are written."""
    assume(one != other)
    keys = [key_of(each.kind, data.draw(writings(each))) for each in (one, other)]
    assert keys[0] != keys[1]


@given(data=st.data(), right=rights)
def test_a_right_of_a_named_kind_is_no_other_right(data: st.DataObject, right: Right) -> None:
    """Filed as another one it is told which kind it is of, however it is written; another right is told nothing."""
    written = data.draw(writings(right))
    named = named_kind_of(written)
    # Eight or nine digits can be a patent's or a trademark's, and either has to be asked about.
    assert (named is None) == (right.kind is OTHER)


@pytest.mark.parametrize(
    ("kind", "number", "sort"),
    [
        (PATENT, "CN112345678B", NumberSort.PUBLICATION),
        (PATENT, "CN 112345678 A", NumberSort.PUBLICATION),
        (PATENT, "授权公告号：CN 212345678 U", NumberSort.PUBLICATION),
        (PATENT, "CN312345678S", NumberSort.PUBLICATION),
        (PATENT, "112345678", NumberSort.PUBLICATION),
        (PATENT, "CN1234567C", NumberSort.PUBLICATION),
        (COPYRIGHT, "软著登字第0123456号", NumberSort.CERTIFICATE),
        (COPYRIGHT, "軟著登字第0123456號", NumberSort.CERTIFICATE),
        (COPYRIGHT, "2023-F-00012345", NumberSort.WORK_SOMEWHERE),
    ],
)
def test_a_number_that_names_no_right_is_refused_as_what_it_is(kind: RightKind, number: str, sort: NumberSort) -> None:
    """A publication's, a certificate's, one of no office: said so, with the number that is needed."""
    named = right(kind=kind, registration_number=number)
    decision = STAFFED.when(filing(rights=(named,)), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["right_named_by_another_number"])
    (refusal,) = decision.refusals
    assert f"is the {sort.english}" in refusal.text
    assert f"是{sort.chinese}" in refusal.text_zh
    assert ("ZL202010123456.2" if kind is PATENT else "2023SR0123456") in refusal.text


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (PATENT, "（商标）ZL202010123456.2"),
        (PATENT, "ZL202010123456.2 一种装置"),
        (PATENT, "ZL202010123456.2, ZL201710601862.3"),
        (PATENT, "US 10,123,456 B2"),
        (PATENT, "1234567"),
        (PATENT, "200010123456.2"),
        (PATENT, "ZL2O2010123456.2"),
        (PATENT, "12345678"),
        (PATENT, "2023SR0123456"),
        (TRADEMARK, "ZL202010123456.2"),
        (TRADEMARK, "12345678 第46类"),
        (TRADEMARK, "12345678-00"),
        (TRADEMARK, "12345678912"),
        (TRADEMARK, "商标"),
        (COPYRIGHT, "0123456"),
        (COPYRIGHT, "软著登字第0123456号（2023SR0123456）"),
        (COPYRIGHT, "ZL202010123456.2"),
        (OTHER, "第（-）号"),
        (OTHER, "ֆ-2020-12"),
    ],
)
def test_what_is_no_number_of_its_kind_is_refused(kind: RightKind, number: str) -> None:
    """Another kind's number, one that nobody gives out, or one with more in it that would make it another right."""
    assert numbered(kind, number) == "right_number_unreadable"


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("ZL202010123456.2", PATENT),
        ("ZL202010123456.3", PATENT),
        ("202010123456.2", PATENT),
        ("（其他）专利202010123456.2", PATENT),
        ("装置 202010123456.2", PATENT),
        ("2020 1 0123456.2（专有权）", PATENT),
        ("质押物 ZL 2020 1 0123456.2", PATENT),
        ("CN112345678B 授权", PATENT),
        ("實用新型 202020123456", PATENT),
        ("12345678", TRADEMARK),
        ("第12345678号（第9类）", TRADEMARK),
        ("图形商標 12345678", TRADEMARK),
        ("G1234567", TRADEMARK),
        ("2023SR0123456", COPYRIGHT),
        ("证书：2023SR0123456 等", COPYRIGHT),
        ("软著登字第0123456号", COPYRIGHT),
        ("国作登字-2023-F-00012345", COPYRIGHT),
        ("2023-F-00012345", COPYRIGHT),
    ],
)
def test_no_right_of_a_named_kind_is_filed_as_another_one(number: str, kind: RightKind) -> None:
    """It is asked what it is: by its number, or by what is written with it."""
    filed = filing(rights=(right(kind=OTHER, registration_number=number),))
    decision = STAFFED.when(filed, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["other_right_of_a_named_kind"])
    assert f"file it as a {kind.english}" in decision.refusals[0].text
    assert f"请按{kind.chinese}填写" in decision.refusals[0].text_zh


@pytest.mark.parametrize(
    "number",
    [
        "BS.205001234",
        "植物新品种权 CNA20161234.5",
        "浙数知登2023第12号",
        "US 10,123,456 B2",
        "数据产权 12345678",
        "数据产权 202010123456.3",
    ],
)
def test_another_right_is_taken_as_it_is(number: str) -> None:
    """A layout's, a plant variety's, one of data, a foreign one's; digits alone once it is said what they are of."""
    assert numbered(OTHER, number) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BS.205001234", "集成电路布图设计专有权 BS 205001234"),
        ("CNA20161234.5", "植物新品种权（CNA 2016 1234.5）"),
        ("AGI00123", "农产品地理标志 AGI-00123 号"),
    ],
)
def test_another_right_with_a_code_is_known_by_it(one: str, other: str) -> None:
    """Whatever its kind is called."""
    assert key_of(OTHER, one) == key_of(OTHER, other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (COPYRIGHT, "粤作登字-2023-F-00000123", "京作登字-2023-F-00000123"),
        (COPYRIGHT, "2023SR0123456", "2022SR0123456"),
        (TRADEMARK, "12345678", "G12345678"),
        (TRADEMARK, "12345678", "12345678A"),
        (TRADEMARK, "12345678-9", "123456789"),
        (OTHER, "BS.205001234", "ABS205001234"),
        (OTHER, "12号", "13号"),
    ],
)
def test_what_tells_two_rights_apart_stays(kind: RightKind, one: str, other: str) -> None:
    """A province's sign, a year, the letters of the Madrid system and of a division."""
    assert key_of(kind, one) != key_of(kind, other)


def test_numbers_say_which_they_are() -> None:
    """A patent's number and its publication's are two, and a number without a check digit gets its own."""
    assert number_of(PATENT, "202010123456") == RightNumber(NumberSort.PATENT, "2020101234562")
    assert number_of(PATENT, "CN112345678B") == RightNumber(NumberSort.PUBLICATION, "112345678")
    assert number_of(TRADEMARK, "12,345,678（第9类）") == RightNumber(NumberSort.TRADEMARK, "12345678")
    assert number_of(TRADEMARK, "国际注册第1234567号") == RightNumber(NumberSort.TRADEMARK, "G1234567")


def test_every_right_of_a_filing_is_read() -> None:
    """Each fault is told of the right that has it."""
    listed = (
        right(registration_number="ZL202010123456.2"),
        right(registration_number="ZL202010123456.3"),
        right(registration_number="CN112345678B"),
        right(registration_number="一种装置"),
        right(kind=OTHER, registration_number="12345678"),
    )
    found = [
        refuse_if_check_digits_are_wrong(listed),
        refuse_if_numbers_name_no_right(listed),
        refuse_unless_rights_have_numbers_of_their_kind(listed),
        refuse_if_other_rights_are_of_a_named_kind(listed),
    ]
    assert [len(refusals) for refusals in found] == [1, 1, 1, 1]
    assert all(each.registration_number in told.text for (told,), each in zip(found, listed[1:], strict=True))
