"""Article 4: an institution holds several roles in a pool where the rules let one hold them, and no others."""

from typing import Any

import pytest

from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import ProposePayeeAccount, RegisterSystemKey
from shared.contracts.registry.pools import ConsentToSupervisingBank, InstitutionRegistered, RegisterInstitution
from shared.contracts.registry.rules_versions import ProposeRules
from shared.contracts.registry.words import Duty, Role, SystemUse
from tests.unit.registry.registry_examples import (
    BANK,
    BANK_APPOINTED,
    COOPERATING,
    FILER,
    FOUNDED,
    GUARANTOR,
    LENDER,
    MANAGING,
    NOTHING,
    STAFFED,
    Given,
    administrator,
    bank_proposal,
    codes,
    filing,
    founding,
    institution,
    loan,
    officer,
    public_key,
    rules,
    staffed,
)

pytestmark = pytest.mark.clause("4.1")

NEVER = [(Role.MANAGING, Role.COOPERATING), (Role.COOPERATING, Role.LENDER)]


def lending(institution_id: str, role: Role = Role.LENDER, **changed: Any) -> RegisterInstitution:
    return RegisterInstitution(role=role, institution=institution(institution_id, **changed))


BANK_LENDS = BANK_APPOINTED.after(lending(BANK), MANAGING)


def test_the_supervising_bank_becomes_a_lender_too() -> None:
    """It brings along neither officers nor keys, since it has its own."""
    _, event = BANK_APPOINTED.takes(lending(BANK), MANAGING).events
    assert isinstance(event, InstitutionRegistered)
    assert BANK_LENDS.pool.roles_of(BANK) == {Role.SUPERVISING_BANK, Role.LENDER}
    assert BANK_LENDS.pool.holders_of(Role.LENDER) == (LENDER, BANK)
    assert BANK_LENDS.pool.supervising_bank == BANK
    assert BANK_LENDS.pool.keys == BANK_APPOINTED.pool.keys
    assert BANK_LENDS.when(lending(BANK), MANAGING).outcome is Outcome.DUPLICATE


@pytest.mark.clause("6.3")
def test_a_lender_becomes_the_supervising_bank_with_both_institutions_consent() -> None:
    """By the way that every supervising bank comes."""
    proposed = STAFFED.after(bank_proposal(bank=institution(LENDER)), COOPERATING)
    (event,) = proposed.when(ConsentToSupervisingBank(bank=LENDER), MANAGING).events
    after = proposed.having([event])
    assert after.pool.roles_of(LENDER) == {Role.LENDER, Role.SUPERVISING_BANK}
    assert after.pool.supervising_bank == LENDER


@pytest.mark.clause("2.1")
def test_a_loan_of_the_supervising_bank_is_filed_once_it_is_a_lender() -> None:
    """Not before: a bank that only keeps the accounts lends nothing in the pool."""
    of_bank = filing(loan=loan(lender=BANK))
    assert codes(BANK_APPOINTED.when(of_bank, COOPERATING, FILER)) == ["lender_not_registered"]
    assert BANK_LENDS.when(of_bank, COOPERATING, FILER).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("use", [SystemUse.BANK_CONFIRMATIONS, SystemUse.LOSS_NOTICES])
def test_its_systems_have_a_key_for_each_role(use: SystemUse) -> None:
    """A key has one use; those of other roles it has none for."""
    key = public_key(f"{BANK}/{use}")
    assert BANK_LENDS.when(RegisterSystemKey(use=use, public_key=key), BANK).outcome is Outcome.ACCEPTED
    other = RegisterSystemKey(use=SystemUse.CALENDAR, public_key=key)
    refused = BANK_LENDS.when(other, BANK)
    assert codes(refused) == ["use_not_of_role"]
    assert "not for a supervising bank and lender" in refused.refusals[0].text
    assert "监管银行、贷款银行不得登记" in refused.refusals[0].text_zh


def test_its_officers_have_the_duties_of_both_roles() -> None:
    """A lender's officers report repayments, a supervising bank's alone do not."""
    reporter = officer("reporter", Duty.REPORTING)
    assert codes(BANK_APPOINTED.when(reporter, BANK)) == ["duty_not_of_role"]
    assert BANK_LENDS.when(reporter, BANK).outcome is Outcome.ACCEPTED
    assert codes(BANK_LENDS.when(officer("planner-of-bank", Duty.PLAN), BANK)) == ["duty_not_of_role"]


@pytest.mark.clause("9.4")
def test_it_is_paid_as_a_lender_and_not_for_keeping_the_accounts() -> None:
    """So it has a payee account only where it lends too."""
    account = ProposePayeeAccount(account_number="6222-1", account_name="示例银行", bank_name="示例银行营业部")
    assert codes(BANK_APPOINTED.when(account, BANK)) == ["role_is_never_paid"]
    assert BANK_LENDS.when(account, BANK).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("data", "where", "may_rules_allow_it"),
    [
        (lending(BANK, Role.GUARANTOR), MANAGING, True),
        (lending(LENDER, Role.GUARANTOR), MANAGING, True),
        (lending(GUARANTOR), MANAGING, True),
        (lending(MANAGING), MANAGING, True),
        (lending(COOPERATING), MANAGING, False),
    ],
)
def test_other_roles_do_not_go_together(data: RegisterInstitution, where: str, may_rules_allow_it: bool) -> None:
    """By the usual rules; the refusal says both roles, and that rules can allow it only where any can."""
    decision = BANK_APPOINTED.when(data, where)
    (fault,) = decision.refusals
    assert (fault.code, fault.clause) == ("roles_not_together", "4.1")
    assert data.role.english in fault.text
    assert data.role.chinese in fault.text_zh
    for text in (fault.text, fault.text_zh):
        assert ("registry.rules.propose" in text) == may_rules_allow_it


@pytest.mark.parametrize("founder", [MANAGING, COOPERATING])
def test_no_founder_keeps_the_accounts(founder: str) -> None:
    """It could pay itself."""
    decision = STAFFED.when(bank_proposal(bank=institution(founder)), MANAGING)
    assert codes(decision) == ["roles_not_together"]


def test_every_role_that_is_held_has_to_go_with_the_new_one() -> None:
    """With one of two it isn't enough."""
    given = staffed(founding(rules=rules(roles_together=((Role.SUPERVISING_BANK, Role.GUARANTOR), *LENDS))))
    given = given.after(bank_proposal(), MANAGING).after(ConsentToSupervisingBank(bank=BANK), COOPERATING)
    given = given.after(lending(BANK), MANAGING)
    decision = given.when(lending(BANK, Role.GUARANTOR), MANAGING)
    assert codes(decision) == ["roles_not_together"]
    assert "is lender in this pool" in decision.refusals[0].text


LENDS = rules().roles_together


@pytest.mark.parametrize("roles", [(Role.LENDER, Role.GUARANTOR), (Role.GUARANTOR, Role.LENDER)])
def test_which_roles_go_together_is_a_field_of_the_rules(roles: tuple[Role, Role]) -> None:
    """In either order; what the rules leave out doesn't go together."""
    given = staffed(founding(rules=rules(roles_together=(roles,))))
    both = given.after(lending(LENDER, Role.GUARANTOR), MANAGING)
    assert both.pool.roles_of(LENDER) == {Role.LENDER, Role.GUARANTOR}
    appointed = given.after(bank_proposal(), MANAGING).after(ConsentToSupervisingBank(bank=BANK), COOPERATING)
    assert codes(appointed.when(lending(BANK), MANAGING)) == ["roles_not_together"]


@pytest.mark.parametrize("roles", NEVER)
@pytest.mark.parametrize("turned", [False, True])
def test_no_rules_join_what_is_kept_apart(roles: tuple[Role, Role], turned: bool) -> None:
    """Neither at the founding nor in a later version, in whichever order the two are named."""
    one, other = reversed(roles) if turned else roles
    together = (*LENDS, (one, other))
    elsewhere = NOTHING.with_bounds(roles_together={"only": together})
    assert codes(elsewhere.when(founding(rules=rules(roles_together=together)), MANAGING)) == ["roles_kept_apart"]
    later = ProposeRules(number="GZ-2", reasons="兼任", rules=rules(version=2, roles_together=together))
    given = FOUNDED.after(officer("overseer", Duty.RULES), MANAGING)
    decision = given.when(later, MANAGING, "overseer")
    assert "roles_kept_apart" in codes(decision)
    fault = next(each for each in decision.refusals if each.code == "roles_kept_apart")
    assert all(role.english in fault.text and role.chinese in fault.text_zh for role in roles)


@pytest.mark.parametrize(
    "administrators",
    [
        (administrator(BANK, public_key=public_key("new")),),
        (administrator(BANK, "newcomer"),),
        (administrator(BANK), administrator(BANK, "newcomer")),
        (administrator(BANK, name="别人"),),
    ],
)
@pytest.mark.parametrize("role", [Role.LENDER, Role.SUPERVISING_BANK])
def test_nobody_brings_people_or_keys_into_an_institution_that_is_there(administrators: Any, role: Role) -> None:
    """Else the managing institution alone could act as the bank that keeps the pool's money."""
    given: Given = BANK_APPOINTED if role is Role.LENDER else STAFFED.after(lending(BANK), MANAGING)
    bank = institution(BANK, administrators=administrators)
    data = RegisterInstitution(role=role, institution=bank) if role is Role.LENDER else bank_proposal(bank=bank)
    assert codes(given.when(data, MANAGING)) == ["administration_not_its_own"]


@pytest.mark.clause("3.1")
@pytest.mark.parametrize("changed", [{"name": "另一银行"}, {"uscc": "91110105MA0000006H"}])
def test_a_further_role_is_of_the_same_legal_person(changed: dict[str, str]) -> None:
    """The id stands for one institution, with one name and one code."""
    assert codes(BANK_APPOINTED.when(lending(BANK, **changed), MANAGING)) == ["institution_id_taken"]


def test_the_same_role_again_with_other_people_is_none() -> None:
    """A lender is registered once; its officers it registers itself."""
    decision = STAFFED.when(lending(LENDER, key=public_key("new")), MANAGING)
    assert codes(decision) == ["administration_not_its_own"]
