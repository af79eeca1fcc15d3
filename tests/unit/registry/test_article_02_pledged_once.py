"""Article 2: a right secures one live project at a time, however its number was written."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.pledged_rights import held_by, key_of
from shared.contracts.ids import project_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.projects import IpRight, RejectProject
from shared.contracts.registry.words import RightKind
from simulator.invented_numbers import patent_number
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.registry_examples import (
    APPROVED,
    APPROVER,
    COOPERATING,
    FILED,
    FILER,
    LENDER,
    MANAGING,
    POOL_ID,
    PROJECT_ID,
    STAFFED,
    Given,
    codes,
    filing,
    loan,
    right,
)

pytestmark = pytest.mark.clause("2.1")

SECOND_ID = project_id(POOL_ID, LENDER, "LOAN-2")


def without_project(given_project: Given) -> Given:
    """The pool as another project's message finds it, with what the first one has pledged."""
    return replace(given_project, state=replace(given_project.state, project=None))


def apart(**changed: object) -> IpRight:
    """A right whose pledge is registered under a number of its own, whatever right it is."""
    return right(pledge_registration_number="Y2026000000002", **changed)


def holders_of_rights(given_project: Given) -> dict[str, UUID]:
    """Without the registrations of their pledges."""
    holders = given_project.state.holders.items()
    return {key: project for key, project in holders if not key.startswith("pledge/")}


@pytest.mark.parametrize(
    "written",
    [
        "ZL200310000001.8",
        "zl200310000001.8",
        "2003 1000 0001.8",
        "ＺＬ２００３１００００００１．８",
        "CNZL200310000001.8",
        "ZL CN 200310000001.8",
        "专利号：ZL200310000001.8",
        "发明专利第200310000001.8号",
        "No. ZL200310000001.8",
        "№ 200310000001.8",
    ],
)
@pytest.mark.parametrize("first", [FILED, APPROVED])
def test_a_right_is_pledged_once(first: Given, written: str) -> None:
    """Filed or approved, and whatever the number looks like: a second loan on it is refused."""
    second = filing(loan=loan(contract_number="LOAN-2"), rights=(apart(registration_number=written),))
    decision = without_project(first).when(second, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["right_pledged_twice"])


@pytest.mark.parametrize("first", [FILED, APPROVED])
def test_no_correction_takes_a_right_from_another_loan(first: Given) -> None:
    """Filed on a right of its own, the second loan can't be moved to the first one's; to a free right it can."""
    loan_2, own, free = loan(contract_number="LOAN-2"), patent_number(2), patent_number(3)
    second = filing(loan=loan_2, rights=(right(registration_number=own),))
    filed = without_project(first).after(second, COOPERATING, FILER)
    taken = correction(project_id=SECOND_ID, loan=loan_2, rights=(apart(),))
    decision = filed.when(taken, COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["right_pledged_twice"])
    moved = correction(project_id=SECOND_ID, loan=loan_2, rights=(right(registration_number=free),))
    assert filed.when(moved, COOPERATING, FILER).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("number", ["201710601862.3", "200410016940.6", "200710308494.X"])
def test_a_patent_is_the_same_right_without_its_check_digit(number: str) -> None:
    """The digit after the point follows from the others, and is often left out."""
    first = STAFFED.after(filing(rights=(right(registration_number=f"ZL{number}"),)), COOPERATING, FILER)
    for written in (f"ZL{number[:-2]}", f"专利号 {number[:-2]}"):
        second = filing(loan=loan(contract_number="LOAN-2"), rights=(right(registration_number=written),))
        assert codes(without_project(first).when(second, COOPERATING, FILER)) == ["right_pledged_twice"]
    assert key_of(RightKind.TRADEMARK, number) != key_of(RightKind.TRADEMARK, number[:-2])
    assert key_of(RightKind.PATENT, "20231000000X") == "patent/20231000000X"


def test_another_kind_with_the_same_number_is_another_right() -> None:
    """Numbers are given out by kind."""
    second = filing(loan=loan(contract_number="LOAN-2"), rights=(apart(kind=RightKind.TRADEMARK),))
    assert without_project(FILED).when(second, COOPERATING, FILER).outcome is Outcome.ACCEPTED


def test_a_rejected_project_holds_nothing() -> None:
    """Its rights can secure another loan."""
    rejected = FILED.after(RejectProject(project_id=PROJECT_ID, reasons="不符合条件", filing=1), MANAGING, APPROVER)
    assert held_by(rejected.state.project) == ()
    second = filing(loan=loan(contract_number="LOAN-2"))
    assert without_project(rejected).when(second, COOPERATING, FILER).outcome is Outcome.ACCEPTED


def test_a_draft_holds_nothing() -> None:
    """A filing that was never complete keeps no right from anybody."""
    decision = STAFFED.when(filing(documents=()), COOPERATING, FILER)
    assert STAFFED.having(decision.events).state.holders == {}


def test_who_holds_what_is_known() -> None:
    """The filed project is named as the holder of its right."""
    assert holders_of_rights(FILED) == {"patent/2003100000018": PROJECT_ID}
    assert isinstance(SECOND_ID, UUID)


@given(
    number=st.text(st.sampled_from("0123456789ABX"), min_size=1, max_size=20),
    noise=st.lists(st.sampled_from(" .-·/　"), max_size=5),
)
def test_no_way_of_writing_makes_two_of_one_right(number: str, noise: list[str]) -> None:
    """Case, full width and whatever stands between the characters tell no two rights apart."""
    written = "".join(noise) + "".join(chr(ord(c) + 0xFEE0) for c in number.lower()) + "".join(noise)
    assert key_of(RightKind.TRADEMARK, written) == key_of(RightKind.TRADEMARK, number)


SAYING = ["第", "软著登字第", "软著登记号", "商标注册证第", "注册号：", "登记号", "编号 ", "No.", "№", "著作权登记号"]


@given(
    kind=st.sampled_from(RightKind),
    number=st.from_regex(r"[0-9][0-9A-Z]{3,20}", fullmatch=True),
    before=st.lists(st.sampled_from(SAYING), max_size=4),
    closing=st.sampled_from(["", "号", " 号"]),
)
def test_no_words_about_a_number_make_two_of_one_right(
    kind: RightKind, number: str, before: list[str], closing: str
) -> None:
    """As many as there are, in whatever order."""
    assert key_of(kind, "".join(before) + number + closing) == key_of(kind, number)


@given(
    number=st.from_regex(r"[0-9]{8,13}", fullmatch=True),
    before=st.lists(st.sampled_from(["CN", "ZL", "cn", "专利号", "ZL.", "发明专利"]), max_size=5),
)
def test_a_patent_is_the_same_with_and_without_its_letters(number: str, before: list[str]) -> None:
    """They are no part of its number; of a trademark's they may be."""
    assert key_of(RightKind.PATENT, "".join(before) + number) == key_of(RightKind.PATENT, number)
    assert key_of(RightKind.TRADEMARK, f"CN{number}") != key_of(RightKind.TRADEMARK, number)


@given(st.sampled_from(RightKind), st.text(st.sampled_from("0123456789AZLCNO第号 .-软著登字"), min_size=1, max_size=12))
def test_a_key_is_as_short_as_it_gets(kind: RightKind, written: str) -> None:
    """Stripped once more it stays what it is, and something is always left of it."""
    key = key_of(kind, written)
    number = key.removeprefix(f"{kind}/")
    assert number
    assert key_of(kind, number) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [("粤作登字-2023-F-00000123", "京作登字-2023-F-00000123"), ("2023SR0000123", "软著登字第0000123号"), ("12", "13")],
)
def test_what_tells_two_rights_apart_stays(one: str, other: str) -> None:
    """A province's sign is part of a number, and a certificate's number is not a registration's."""
    assert key_of(RightKind.COPYRIGHT, one) != key_of(RightKind.COPYRIGHT, other)


def test_a_copyright_is_pledged_once_however_it_is_written() -> None:
    """The certificate's words around its number make no second right of it."""
    plain = right(kind=RightKind.COPYRIGHT, registration_number="0000123")
    worded = right(kind=RightKind.COPYRIGHT, registration_number="软著登字第0000123号")
    first = STAFFED.after(filing(rights=(plain,)), COOPERATING, FILER)
    second = filing(loan=loan(contract_number="LOAN-2"), rights=(worded,))
    assert codes(without_project(first).when(second, COOPERATING, FILER)) == ["right_pledged_twice"]
