"""Article 4: every institution and officer can do only what it is registered for."""

import itertools

import pytest

from services.registry.domain.officers.commands import OFFICERS_PER_INSTITUTION_MAX
from shared.contracts.ids import key_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import RegisterOfficer, RegisterSystemKey
from shared.contracts.registry.pools import RegisterInstitution
from shared.contracts.registry.projects import ApproveProject
from shared.contracts.registry.words import Duty, Role, SystemUse
from shared.decisions.duties_exercised import DutyExercised, refuse_if_duties_conflict
from tests.unit.decisions.duty_factories import NAMESAKES
from tests.unit.public_key_examples import PROVES_NOTHING
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    APPROVER,
    BANK,
    BANK_APPOINTED,
    COOPERATING,
    FILED,
    FILER,
    FOUNDED,
    GUARANTOR,
    LENDER,
    MANAGING,
    NOTHING,
    PROJECT_ID,
    STAFFED,
    acting,
    codes,
    filing,
    founding,
    institution,
    loan,
    officer,
    person,
    public_key,
    rules,
)

pytestmark = pytest.mark.clause("4.1")

INSTITUTION_OF_ROLE = {
    Role.MANAGING: MANAGING,
    Role.COOPERATING: COOPERATING,
    Role.SUPERVISING_BANK: BANK,
    Role.LENDER: LENDER,
    Role.GUARANTOR: GUARANTOR,
}
DUTIES_OF_ROLE = {
    Role.MANAGING: {
        Duty.ADMINISTRATION,
        Duty.FILING_APPROVAL,
        Duty.CONFIRMATION,
        Duty.BALLOT,
        Duty.VOTE,
        Duty.SELECTION,
        Duty.RULES,
        Duty.OVERSIGHT,
    },
    Role.COOPERATING: {
        Duty.ADMINISTRATION,
        Duty.FILING,
        Duty.REVIEW,
        Duty.VERIFICATION,
        Duty.PLAN,
        Duty.RELEASE,
        Duty.APPLICATION,
        Duty.RULES,
        Duty.REPORTING,
    },
    Role.SUPERVISING_BANK: {Duty.ADMINISTRATION},
    Role.LENDER: {Duty.ADMINISTRATION, Duty.REPORTING},
    Role.GUARANTOR: {Duty.ADMINISTRATION},
}
ROLES_OF_USE = {
    SystemUse.LOSS_NOTICES: {Role.LENDER, Role.GUARANTOR},
    SystemUse.BANK_CONFIRMATIONS: {Role.SUPERVISING_BANK},
    SystemUse.PAYMENT_INSTRUCTIONS: {Role.MANAGING},
    SystemUse.CALENDAR: {Role.MANAGING},
}


@pytest.mark.parametrize(
    "managing",
    [institution(MANAGING, key=public_key("new")), institution(MANAGING, who="somebody-else")],
)
def test_a_founding_registers_the_key_and_officer_that_signed_it(managing: object) -> None:
    """The root key named in the founding is the one that signed, held by the administrator it names."""
    decision = NOTHING.when(founding(managing_institution=managing), MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["not_signed_with_root_key"])


@pytest.mark.parametrize(
    ("data", "where", "who", "code"),
    [
        (
            RegisterInstitution(role=Role.LENDER, institution=institution("other-bank")),
            MANAGING,
            APPROVER,
            "duty_not_held",
        ),
        (officer("somebody", Duty.FILING), COOPERATING, FILER, "duty_not_held"),
        (RegisterSystemKey(use=SystemUse.LOSS_NOTICES, public_key=public_key("new")), LENDER, None, "officer_required"),
        (filing(), COOPERATING, ADMINISTRATOR, "duty_not_held"),
        (filing(), COOPERATING, None, "officer_required"),
        (ApproveProject(project_id=PROJECT_ID, filing=1), MANAGING, ADMINISTRATOR, "duty_not_held"),
    ],
)
def test_an_officer_without_the_duty_is_refused(data: object, where: str, who: str | None, code: str) -> None:
    """Institution, officer and duty all have to fit; a system key has no duty."""
    decision = FILED.when(data, where, who)  # type: ignore[arg-type]  # any command will do
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, [code])


@pytest.mark.parametrize("role", [Role.MANAGING, Role.COOPERATING, Role.SUPERVISING_BANK])
def test_founders_and_bank_are_not_simply_registered(role: Role) -> None:
    """The three roles that hold the pool can't be given by one side alone."""
    data = RegisterInstitution(role=role, institution=institution("other-bank"))
    decision = STAFFED.when(data, MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["role_not_registrable"])


@pytest.mark.parametrize("guarantor", ["stranger", LENDER])
def test_a_guarantor_is_registered_as_one(guarantor: str) -> None:
    """A guarantor named in a filing has the role of a guarantor."""
    decision = STAFFED.when(filing(loan=loan(guarantor=guarantor)), COOPERATING, FILER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["guarantor_not_registered"])


def test_a_loan_without_guarantor_needs_none() -> None:
    """Where there is no guarantor nobody has to be registered as one."""
    assert STAFFED.when(filing(loan=loan(guarantor=None)), COOPERATING, FILER).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(("role", "duty"), list(itertools.product(Role, Duty)))
def test_each_duty_is_for_officers_of_certain_institutions(role: Role, duty: Duty) -> None:
    """The whole table of roles and duties, spelt out a second time."""
    decision = BANK_APPOINTED.when(officer("somebody", duty), INSTITUTION_OF_ROLE[role])
    if duty in DUTIES_OF_ROLE[role]:
        assert decision.outcome is Outcome.ACCEPTED
    else:
        assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["duty_not_of_role"])


def test_every_wrong_duty_is_named() -> None:
    """All wrong duties are named at once, each one time."""
    decision = STAFFED.when(officer("somebody", Duty.VOTE, Duty.VOTE, Duty.BALLOT), LENDER)
    assert codes(decision) == ["duty_not_of_role", "duty_not_of_role"]


@pytest.mark.parametrize(("role", "use"), list(itertools.product(Role, SystemUse)))
def test_each_system_use_is_for_certain_roles(role: Role, use: SystemUse) -> None:
    """The whole table of roles and uses, spelt out a second time."""
    data = RegisterSystemKey(use=use, public_key=public_key("new"))
    decision = BANK_APPOINTED.when(data, INSTITUTION_OF_ROLE[role])
    if role in ROLES_OF_USE[use]:
        assert decision.outcome is Outcome.ACCEPTED
    else:
        assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["use_not_of_role"])


def test_an_officer_id_stands_for_one_person() -> None:
    """A second person can't take over an officer's id with another key."""
    other = RegisterOfficer(
        officer=FILER, person=person(FILER), name="别人", duties=(Duty.FILING,), public_key=public_key("new")
    )
    decision = STAFFED.when(other, COOPERATING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["officer_id_taken"])


def test_two_institutions_may_use_the_same_officer_id() -> None:
    """An officer id is unique within its institution, no further."""
    somebody = officer("somebody", Duty.FILING)
    again = RegisterOfficer(
        officer="somebody", person=person("somebody"), name="另一人", duties=(Duty.VOTE,), public_key=public_key("new")
    )
    assert STAFFED.after(somebody, COOPERATING).when(again, MANAGING).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("key", "code"),
    [
        *((public_key("new")[:-1] + last, "key_not_canonical") for last in "BCD_"),
        *((key, "key_proves_nothing") for key in PROVES_NOTHING),
    ],
)
def test_a_key_that_proves_nothing_is_refused(key: str, code: str) -> None:
    """What is signed under a registered key can't be denied, and one key can't be registered for four officers."""
    lender = RegisterInstitution(role=Role.LENDER, institution=institution("other-bank", key=key))
    somebody = officer("somebody", Duty.FILING).model_copy(update={"public_key": key})
    for given, data, where in (
        (STAFFED, RegisterSystemKey(use=SystemUse.LOSS_NOTICES, public_key=key), LENDER),
        (STAFFED, lender, MANAGING),
        (STAFFED, somebody, COOPERATING),
        (NOTHING, founding(cooperating_institution=institution(COOPERATING, key=key)), MANAGING),
    ):
        decision = given.when(data, where)
        assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, [code])


def test_a_key_has_one_holder() -> None:
    """No key of the pool can be registered for anybody else, whatever it is to be used for."""
    taken = public_key(f"{MANAGING}/{ADMINISTRATOR}")
    somebody = RegisterOfficer(
        officer="somebody", person=person("somebody"), name="人员", duties=(Duty.FILING,), public_key=taken
    )
    assert codes(STAFFED.when(somebody, COOPERATING)) == ["key_in_use"]
    system = RegisterSystemKey(use=SystemUse.LOSS_NOTICES, public_key=taken)
    assert codes(STAFFED.when(system, LENDER)) == ["key_in_use"]
    bank = RegisterInstitution(role=Role.LENDER, institution=institution("other-bank", key=taken))
    assert codes(STAFFED.when(bank, MANAGING)) == ["key_in_use"]


def test_the_founders_do_not_share_a_key() -> None:
    """The cooperating institution has a key of its own, or the managing one could speak for it."""
    shared = institution(COOPERATING, key=public_key(f"{MANAGING}/{ADMINISTRATOR}"))
    decision = NOTHING.when(founding(cooperating_institution=shared), MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["founders_share_an_administrator"])


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(Duty, 2)))
def test_one_officer_exercises_one_exclusive_duty_in_a_case(first: Duty, second: Duty) -> None:
    """Whoever has exercised an exclusive duty can't exercise another one; the others don't exclude anything."""
    exclusive = rules().exclusive_duties
    before = [DutyExercised(duty=first, role=Role.COOPERATING, officer=FILER)]
    again = DutyExercised(duty=second, role=Role.COOPERATING, officer=FILER)
    refused = refuse_if_duties_conflict(exclusive, before, again, NAMESAKES)
    kept_apart = {duty for pair in exclusive for duty in pair}
    assert len(kept_apart) == 8
    assert (refused is not None) == ({first, second} <= kept_apart)
    for other in ({"officer": "somebody-else"}, {"role": Role.MANAGING}, {"duty": first}):
        assert refuse_if_duties_conflict(exclusive, before, again.model_copy(update=other), NAMESAKES) is None


def test_a_register_has_a_limit() -> None:
    """One institution can't fill the registry with officers."""
    given = FOUNDED
    for number in range(OFFICERS_PER_INSTITUTION_MAX - len(institution(COOPERATING).administrators)):
        given = given.after(officer(f"officer-{number}", Duty.FILING), COOPERATING)
    decision = given.when(officer("one-too-many", Duty.FILING), COOPERATING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["register_full"])


def test_the_same_registration_again_is_a_duplicate() -> None:
    """A double click registers nothing twice and hurts nobody."""
    lender = RegisterInstitution(role=Role.LENDER, institution=institution(LENDER))
    assert STAFFED.when(lender, MANAGING).outcome is Outcome.DUPLICATE
    assert STAFFED.when(officer(FILER, Duty.FILING), COOPERATING).outcome is Outcome.DUPLICATE
    system = RegisterSystemKey(use=SystemUse.LOSS_NOTICES, public_key=public_key("new"))
    assert STAFFED.after(system, LENDER).when(system, LENDER).outcome is Outcome.DUPLICATE


def test_a_registered_key_is_chained_to_the_one_that_registered_it() -> None:
    """Every key can be followed back to the root key."""
    decision = STAFFED.takes(RegisterSystemKey(use=SystemUse.LOSS_NOTICES, public_key=public_key("new")), LENDER)
    (_, event) = decision.events
    assert event.key_id == key_id(public_key("new"))  # type: ignore[union-attr]
    assert event.registered_with == acting(LENDER).key_id  # type: ignore[union-attr]
