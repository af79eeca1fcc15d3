"""Article 4: who may send a command at all, the same in every service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from shared.contracts.received import Acting
from shared.contracts.registry.words import Duty, Role, SystemUse
from shared.decisions.article_04_authorisation import (
    refuse_if_maker_is_checker,
    refuse_if_said_before,
    refuse_unless_duty_is_held,
    refuse_unless_role_is_held,
    refuse_unless_system_key_is_for,
)
from shared.decisions.permission import ADMINISTRATION, ANYBODY, Permission, cooperating, either, managing

pytestmark = pytest.mark.clause("4.1")

COMMAND = "some.thing.do.v1"


@dataclass(frozen=True)
class Registered:
    """A pool in which these institutions have these roles, and these officers these duties."""

    institutions: Mapping[str, frozenset[Role]]
    officers: Mapping[tuple[str, str], Sequence[Duty]] = field(default_factory=dict)

    def name_of(self, institution: str) -> str:
        return NAMES.get(institution, institution)

    def officer_called(self, institution: str, officer: str) -> str:  # noqa: ARG002  # one name everywhere
        return f"{officer.title()} ({officer})"

    def roles_of(self, institution: str) -> frozenset[Role]:
        return self.institutions.get(institution, frozenset())

    def holders_of(self, role: Role) -> Sequence[str]:
        return [institution for institution, roles in self.institutions.items() if role in roles]

    def duties_of(self, institution: str, officer: str) -> Sequence[Duty]:
        return self.officers.get((institution, officer), ())


NAMES = {"office": "示例区市场监督管理局", "fund": "示例合作机构", "bank-a": "示例银行"}
POOL = Registered(
    {
        "office": frozenset({Role.MANAGING}),
        "fund": frozenset({Role.COOPERATING}),
        "bank-a": frozenset({Role.LENDER, Role.SUPERVISING_BANK}),
        "bank-b": frozenset({Role.LENDER}),
    },
    {("office", "an"): (Duty.VOTE, Duty.RULES), ("fund", "li"): (Duty.RULES,), ("bank-a", "bo"): (Duty.REPORTING,)},
)


def officer(institution: str, name: str = "li") -> Acting:
    return Acting(institution, name, None, "k")


def system(institution: str, use: SystemUse) -> Acting:
    return Acting(institution, None, use.value, "k")


@pytest.mark.parametrize(
    ("permission", "institutions"),
    [
        (managing(Duty.VOTE), ["office"]),
        (cooperating(Duty.FILING), ["fund"]),
        (either(Duty.RULES), ["office", "fund"]),
        ({Role.SUPERVISING_BANK: None}, ["bank-a"]),
        ({Role.LENDER: None, Role.GUARANTOR: None}, ["bank-a", "bank-b"]),
        (ADMINISTRATION, list(POOL.institutions)),
        (ANYBODY, list(POOL.institutions)),
    ],
)
def test_a_command_is_for_the_institutions_with_its_roles(permission: Permission, institutions: list[str]) -> None:
    """For nobody else, whatever else they are; a stranger has no role at all."""
    allowed = [
        name
        for name in (*POOL.institutions, "stranger")
        if refuse_unless_role_is_held(POOL, officer(name), COMMAND, permission, "6.2") is None
    ]
    assert allowed == institutions


def test_the_refusal_says_whose_command_it_is() -> None:
    """Under the clause that gives it to them: each role with the duty it takes, by name where only one can be meant."""
    permission = {Role.MANAGING: Duty.OVERSIGHT, Role.LENDER: Duty.REPORTING, Role.GUARANTOR: None}
    refused = refuse_unless_role_is_held(POOL, officer("fund"), COMMAND, permission, "22.1")
    assert refused is not None
    assert (refused.code, refused.clause) == ("role_not_held", "22.1")
    assert refused.text.startswith(
        f"{COMMAND} is for the managing institution 示例区市场监督管理局 (duty: oversight) or the lender "
        "(duty: reporting) or the guarantor, not for 示例合作机构;"
    )
    assert refused.text_zh.startswith(
        f"{COMMAND}应由管理机构示例区市场监督管理局（职责：监督管理）或贷款银行（职责：情况报告）或担保公司办理，示例合作机构无权办理；"
    )


@pytest.mark.parametrize(
    ("acting", "permission", "expected"),
    [
        (officer("office", "an"), managing(Duty.VOTE), None),
        (officer("office", "an"), managing(Duty.BALLOT), "duty_not_held"),
        (officer("office", "li"), managing(Duty.VOTE), "duty_not_held"),
        (officer("fund", "li"), either(Duty.RULES), None),
        (officer("bank-a", "bo"), {Role.LENDER: Duty.REPORTING, Role.SUPERVISING_BANK: Duty.OVERSIGHT}, None),
        (officer("bank-a", "bo"), {Role.LENDER: Duty.OVERSIGHT, Role.SUPERVISING_BANK: Duty.REPORTING}, None),
        (officer("bank-a", "bu"), {Role.LENDER: Duty.OVERSIGHT, Role.SUPERVISING_BANK: None}, None),
        (officer("bank-a", "bu"), {Role.LENDER: Duty.OVERSIGHT}, "duty_not_held"),
        (system("office", SystemUse.CALENDAR), managing(Duty.VOTE), "officer_required"),
        (system("office", SystemUse.CALENDAR), ANYBODY, None),
    ],
)
def test_an_officer_needs_the_duty(acting: Acting, permission: Permission, expected: str | None) -> None:
    """That of the role which its institution holds, any of them where it holds two; a system key has none."""
    refused = refuse_unless_duty_is_held(POOL, acting, permission)
    assert (refused and refused.code) == expected
    assert refused is None or refused.clause == "4.1"


def test_the_refusal_names_the_duty() -> None:
    """In both languages, with the institution's name and the two commands that register one."""
    refused = refuse_unless_duty_is_held(POOL, officer("office", "li"), managing(Duty.BALLOT))
    assert refused is not None
    for text, word in ((refused.text, Duty.BALLOT.english), (refused.text_zh, Duty.BALLOT.chinese)):
        assert word in text
        assert "示例区市场监督管理局" in text
        assert "Li (li)" in text, "who it is, by name and id"
        assert "registry.officer.register" in text
        assert "registry.officer.change_duties" in text


@pytest.mark.parametrize(
    ("acting", "signed_with"),
    [
        (system("bank-a", SystemUse.BANK_CONFIRMATIONS), None),
        (system("bank-a", SystemUse.LOSS_NOTICES), "示例银行 signed with a system key for loss notices;"),
        (officer("bank-a", "bo"), "示例银行 signed with the key of Bo (bo);"),
    ],
)
def test_a_system_signs_with_the_key_for_that_use(acting: Acting, signed_with: str | None) -> None:
    """Neither an officer's key nor a system's for something else stands for it; the refusal says which one signed."""
    refused = refuse_unless_system_key_is_for(POOL, acting, SystemUse.BANK_CONFIRMATIONS)
    assert (refused is None) == (signed_with is None)
    if refused is not None:
        assert (refused.code, refused.clause) == ("key_of_another_use", "4.1")
        assert signed_with is not None
        assert refused.text.startswith(signed_with)


def test_maker_and_checker_are_two_people() -> None:
    """What one person alone has made is refused."""
    assert refuse_if_maker_is_checker("teller", "supervisor") is None
    refused = refuse_if_maker_is_checker("teller", "teller")
    assert refused is not None
    assert (refused.code, refused.clause) == ("maker_is_checker", "4.1")


def test_a_repeat_hears_that_nothing_has_to_be_done() -> None:
    """Under the clause of what was said before."""
    assert refuse_if_said_before("8.1", is_repeat=False) is None
    refused = refuse_if_said_before("8.1", is_repeat=True)
    assert refused is not None
    assert (refused.code, refused.clause) == ("said_before", "8.1")
