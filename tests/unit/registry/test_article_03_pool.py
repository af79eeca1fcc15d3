"""Article 3: a pool is founded once, by two institutions, and everything belongs to one pool."""

import pytest

from shared.contracts.receipts import Outcome
from shared.contracts.registry.pools import ConsentToSupervisingBank, RegisterInstitution
from shared.contracts.registry.projects import ApproveProject
from shared.contracts.registry.words import Duty, Role
from shared.contracts.topics import SERVICES
from tests.unit.registry.registry_examples import (
    BANK,
    COOPERATING,
    FOUNDED,
    LENDER,
    MANAGING,
    NOTHING,
    PROJECT_ID,
    STAFFED,
    USCC,
    bank_proposal,
    codes,
    filing,
    founding,
    institution,
    officer,
    public_key,
)

pytestmark = pytest.mark.clause("3.1")


@pytest.mark.parametrize(
    "data",
    [
        filing(),
        ApproveProject(project_id=PROJECT_ID, filing=1),
        bank_proposal(),
        officer("somebody", Duty.ADMINISTRATION),
    ],
)
def test_nothing_can_be_done_in_a_pool_that_was_not_founded(data: object) -> None:
    """Every command but the founding needs a founded pool, and the refusal says to found it first."""
    decision = NOTHING.when(data, MANAGING)  # type: ignore[arg-type]  # any command will do
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["no_such_pool"])
    assert "found it first" in decision.refusals[0].text


def test_the_same_founding_again_is_a_duplicate() -> None:
    """Saying the same again changes nothing, also after the pool has gone on."""
    assert STAFFED.when(founding(), MANAGING).outcome is Outcome.DUPLICATE


@pytest.mark.parametrize("changed", [{"name": "另一资金池"}, {"size_fen": 2}, {"founded_on": "2026-03-03"}])
def test_another_founding_of_the_same_pool_is_refused(changed: dict[str, object]) -> None:
    """A second founding with other particulars is refused, and nothing else is said about it."""
    other = founding().model_copy(update=changed)
    decision = FOUNDED.when(other, MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["pool_already_founded"])


def test_the_two_founders_are_two_legal_persons() -> None:
    """One code under two ids is one legal person, which can't be both sides."""
    decision = NOTHING.when(founding(cooperating_institution=institution(COOPERATING, uscc=USCC[MANAGING])), MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["founders_not_distinct"])


def test_the_two_founders_have_two_ids() -> None:
    """One id for both institutions would make their roles one."""
    own = institution(COOPERATING).administrators
    cooperating = institution(MANAGING, uscc=USCC[COOPERATING], administrators=own)
    decision = NOTHING.when(founding(cooperating_institution=cooperating), MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["founders_not_distinct"])


@pytest.mark.parametrize("name", SERVICES)
def test_no_institution_is_called_like_a_service(name: str) -> None:
    """An institution's id can't be mistaken for one of our services, at the founding and later."""
    named = institution(COOPERATING, institution=name)
    at_founding = NOTHING.when(founding(cooperating_institution=named), MANAGING)
    assert codes(at_founding) == ["institution_id_taken"]
    later = FOUNDED.when(RegisterInstitution(role=Role.LENDER, institution=institution(name)), MANAGING)
    assert codes(later) == ["institution_id_taken"]


def test_an_institution_id_is_taken_once() -> None:
    """A second institution can't take the id of the first."""
    second = institution(LENDER, name="另一银行", key=public_key("new"))
    decision = STAFFED.when(RegisterInstitution(role=Role.LENDER, institution=second), MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["institution_id_taken"])


def test_an_institution_with_a_wrong_check_digit_is_refused() -> None:
    """The code of every institution is checked: founders, lenders, guarantors and the supervising bank."""
    wrong = "91110105MA00000039"
    at_founding = founding(cooperating_institution=institution(COOPERATING, uscc=wrong))
    assert codes(NOTHING.when(at_founding, MANAGING)) == ["credit_code_invalid"]
    lender = RegisterInstitution(role=Role.LENDER, institution=institution(LENDER, uscc=wrong))
    assert codes(FOUNDED.when(lender, MANAGING)) == ["credit_code_invalid"]
    bank = bank_proposal(bank=institution("custody-bank", uscc=wrong))
    assert codes(FOUNDED.when(bank, MANAGING)) == ["credit_code_invalid"]


def test_a_legal_person_takes_part_in_a_pool_once() -> None:
    """Under another id its code is refused, as lender, guarantor or bank, and the refusal says whose it is."""
    for role in (Role.LENDER, Role.GUARANTOR):
        twin = RegisterInstitution(role=role, institution=institution("twin", uscc=USCC[LENDER]))
        decision = STAFFED.when(twin, MANAGING)
        assert [(found.code, found.clause) for found in decision.refusals] == [("institution_code_taken", "3.1")]
        assert f"as 示例机构 {LENDER} (under the id {LENDER})" in decision.refusals[0].text
    founder = RegisterInstitution(role=Role.LENDER, institution=institution("twin", uscc=USCC[COOPERATING]))
    assert codes(FOUNDED.when(founder, MANAGING)) == ["institution_code_taken"]
    bank = bank_proposal(bank=institution("twin", uscc=USCC[LENDER]))
    assert codes(STAFFED.when(bank, MANAGING)) == ["institution_code_taken"]


def test_a_proposed_bank_is_not_appointed_once_another_institution_has_its_code() -> None:
    """It was free at the proposal, and is taken at the consent."""
    proposed = FOUNDED.after(bank_proposal(), MANAGING)
    lender = RegisterInstitution(role=Role.LENDER, institution=institution("twin", uscc=USCC[BANK]))
    taken = proposed.after(lender, MANAGING)
    assert codes(taken.when(ConsentToSupervisingBank(bank=BANK), COOPERATING)) == ["institution_code_taken"]
    assert proposed.when(ConsentToSupervisingBank(bank=BANK), COOPERATING).outcome is Outcome.ACCEPTED
