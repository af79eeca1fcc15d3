"""Article 2: a right secures one live project at a time, however its number was written."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.registry.domain.pledged_rights import held_by
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
        "ZL200310000001.8（发明专利）",
        "(Patent) 2003-10000001.8",
        "發明專利號 200310000001",
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


def test_another_kind_with_the_same_number_is_another_right() -> None:
    """Numbers are given out by kind: a patent's of 1997 can be a trademark's too."""
    first = STAFFED.after(filing(rights=(right(registration_number="97101765.4"),)), COOPERATING, FILER)
    rights = (apart(kind=RightKind.TRADEMARK, registration_number="971017654"),)
    second = filing(loan=loan(contract_number="LOAN-2"), rights=rights)
    assert without_project(first).when(second, COOPERATING, FILER).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("written", ["12345678", "第12345678号（第9类）", "第 12345678 号，第9、35类", "12345678/9"])
def test_a_trademark_is_pledged_once_whatever_its_classes(written: str) -> None:
    """One registration has one number, in however many classes."""
    plain = right(kind=RightKind.TRADEMARK, registration_number="12345678")
    first = STAFFED.after(filing(rights=(plain,)), COOPERATING, FILER)
    again = apart(kind=RightKind.TRADEMARK, registration_number=written)
    second = filing(loan=loan(contract_number="LOAN-2"), rights=(again,))
    assert codes(without_project(first).when(second, COOPERATING, FILER)) == ["right_pledged_twice"]


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


def test_a_copyright_is_pledged_once_however_it_is_written() -> None:
    """Words around its number and zeros in it make no second right of it."""
    plain = right(kind=RightKind.COPYRIGHT, registration_number="2023SR0000123")
    worded = apart(kind=RightKind.COPYRIGHT, registration_number="软件著作权登记号：2023 SR 123")
    first = STAFFED.after(filing(rights=(plain,)), COOPERATING, FILER)
    second = filing(loan=loan(contract_number="LOAN-2"), rights=(worded,))
    assert codes(without_project(first).when(second, COOPERATING, FILER)) == ["right_pledged_twice"]
