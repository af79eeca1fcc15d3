"""Article 4: an officer's duties change, an officer leaves, and its institution can act all the same."""

from datetime import timedelta

import pytest

from shared.contracts.ids import key_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import (
    ApprovePayeeAccount,
    ChangeDuties,
    EndOfficer,
    KeyRetired,
    OfficerEnded,
    OfficerRegistered,
    ProposePayeeAccount,
    RegisterOfficer,
    RegisterOfficerKey,
    RevokeKey,
)
from shared.contracts.registry.projects import ApproveProject
from shared.contracts.registry.registrations import RegistrationProposed
from shared.contracts.registry.rules import MEMBERS_PER_BALLOT_MAX
from shared.contracts.registry.words import Duty
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    APPROVED,
    APPROVER,
    CO_ADMINISTRATOR,
    COOPERATING,
    FILED,
    FILER,
    LENDER,
    MANAGING,
    NOON,
    PROJECT_ID,
    STAFFED,
    Given,
    codes,
    filing,
    person,
    public_key,
)

SECOND = "second"
LATER = NOON + timedelta(days=1)
ACCOUNT = ProposePayeeAccount(account_number="6222-1", account_name="示例银行", bank_name="示例银行营业部")
APPROVE = ApprovePayeeAccount(account_number="6222-1")


def registered(given: Given, where: str, who: str, *duties: Duty) -> Given:
    """An officer with the key that the examples sign with for it."""
    data = RegisterOfficer(
        officer=who, person=person(who), name=f"示例人员 {who}", duties=duties, public_key=public_key(f"{where}/{who}")
    )
    return given.after(data, where)


TWO = registered(registered(STAFFED, COOPERATING, SECOND, Duty.ADMINISTRATION), LENDER, SECOND, Duty.ADMINISTRATION)


def end(who: str) -> EndOfficer:
    return EndOfficer(officer=who, reason="调离")


def change(who: str, *duties: Duty) -> ChangeDuties:
    return ChangeDuties(officer=who, duties=duties)


@pytest.mark.clause("4.1")
def test_a_change_of_duties_is_a_registration_anew() -> None:
    """The same officer with the new duties, each once, since the moment of intake; said again it is a duplicate."""
    decision = STAFFED.takes(change(FILER, Duty.REVIEW, Duty.REVIEW, Duty.PLAN), COOPERATING, at=LATER)
    assert decision.events[1:] == (
        OfficerRegistered(
            institution=COOPERATING,
            officer=FILER,
            name=f"示例人员 {FILER}",
            person=person(FILER),
            duties=(Duty.REVIEW, Duty.PLAN),
            valid_from=LATER,
        ),
    )
    after = STAFFED.having(decision.events[1:])
    assert after.when(change(FILER, Duty.REVIEW, Duty.PLAN), COOPERATING).outcome is Outcome.DUPLICATE
    assert codes(after.when(filing(), COOPERATING, FILER)) == ["duty_not_held"]


@pytest.mark.clause("4.1")
def test_new_duties_have_to_fit_the_role() -> None:
    """An officer of the cooperating institution gets no vote by a change either."""
    assert codes(STAFFED.when(change(FILER, Duty.VOTE), COOPERATING)) == ["duty_not_of_role"]


@pytest.mark.clause("4.1")
@pytest.mark.parametrize("data", [change(APPROVER, Duty.PLAN), end(APPROVER)])
def test_an_officer_of_another_institution_is_nobodys_to_change(data: ChangeDuties | EndOfficer) -> None:
    """An institution's administration has its own officers only; the managing institution has no others either."""
    assert codes(STAFFED.when(data, COOPERATING)) == ["officer_not_of_institution"]
    foreign = data.model_copy(update={"officer": FILER})
    assert codes(STAFFED.when(foreign, MANAGING)) == ["officer_not_of_institution"]


@pytest.mark.clause("4.1")
@pytest.mark.parametrize("data", [change(FILER, Duty.PLAN), end(FILER)])
def test_only_the_administration_changes_and_ends(data: ChangeDuties | EndOfficer) -> None:
    """Not even the officer itself."""
    given = registered(STAFFED, COOPERATING, "filer-2", Duty.FILING)
    assert codes(given.when(data, COOPERATING, "filer-2")) == ["duty_not_held"]


@pytest.mark.clause("4.1")
def test_who_leaves_has_no_key_at_once_and_no_duty_once_it_is_confirmed() -> None:
    """All keys of the officer end at the intake, and nobody else's; a second person's word ends the duties."""
    given = registered(STAFFED, COOPERATING, "filer-2", Duty.FILING)
    reserve = RegisterOfficerKey(officer="filer-2", public_key=public_key("reserve"))
    given = given.after(reserve, COOPERATING, "filer-2")
    decision = given.when(end("filer-2"), COOPERATING, at=LATER)
    *retired, proposed = decision.events
    assert retired == [
        KeyRetired(key_id=key_id(key), institution=COOPERATING, valid_until=LATER)
        for key in (public_key(f"{COOPERATING}/filer-2"), public_key("reserve"))
    ]
    assert isinstance(proposed, RegistrationProposed)
    assert proposed.end_of_officer == end("filer-2")
    waiting = given.having(decision.events)
    assert waiting.pool.duties_of(COOPERATING, "filer-2") == (Duty.FILING,)
    # Even what was taken in a moment before, and comes after the end in the registry's order, has no effect.
    assert codes(waiting.when(filing(), COOPERATING, "filer-2", at=NOON)) == ["key_retired"]
    confirmed = waiting.confirmed(COOPERATING, at=LATER)
    assert confirmed.events[1:] == (
        OfficerEnded(institution=COOPERATING, officer="filer-2", ended_at=LATER, reason="调离", ended_by=ADMINISTRATOR),
    )
    after = waiting.having(confirmed.events)
    assert after.pool.duties_of(COOPERATING, "filer-2") == ()
    assert after.when(end("filer-2"), COOPERATING).outcome is Outcome.DUPLICATE
    # With a key that nobody knows of here there would still be no duty.
    assert codes(after.when(filing(), COOPERATING, FILER)) == []


@pytest.mark.clause("4.1")
def test_no_administrator_alone_takes_a_member_from_a_committee() -> None:
    """Whoever is ended is silent and still counted until it is confirmed; who leaves by its own word leaves at once."""
    voters = registered(registered(STAFFED, MANAGING, "an", Duty.VOTE), MANAGING, "bai", Duty.VOTE)
    alone = voters.having(voters.when(end("an"), MANAGING).events)
    assert set(alone.pool.officers_with(MANAGING, Duty.VOTE)) == {"an", "bai"}
    decision = voters.when(end(CO_ADMINISTRATOR), MANAGING, CO_ADMINISTRATOR)
    assert [type(event) for event in decision.events] == [OfficerEnded, KeyRetired]


@pytest.mark.clause("4.1")
def test_what_was_done_before_stays_done() -> None:
    """The filing and the approval of people who have left are a filing and an approval."""
    given = FILED.after(end(FILER), COOPERATING)
    approved = given.after(ApproveProject(project_id=PROJECT_ID, filing=1), MANAGING, APPROVER)
    assert approved.state.project == APPROVED.state.project
    assert approved.after(end(APPROVER), MANAGING).state.project == APPROVED.state.project


@pytest.mark.clause("4.1")
def test_who_has_left_does_not_come_back() -> None:
    """Neither by a change of duties, nor by a key, nor by a registration under the old id."""
    left = STAFFED.after(end(FILER), COOPERATING)
    assert codes(left.when(change(FILER, Duty.FILING), COOPERATING)) == ["officer_has_ended"]
    key = RegisterOfficerKey(officer=FILER, public_key=public_key("another"))
    assert codes(left.when(key, COOPERATING)) == ["officer_has_ended"]
    again = RegisterOfficer(
        officer=FILER, person=person(FILER), name="人员", duties=(Duty.FILING,), public_key=public_key("another")
    )
    assert codes(left.when(again, COOPERATING)) == ["officer_id_taken"]


@pytest.mark.clause("4.1")
@pytest.mark.parametrize("data", [change(ADMINISTRATOR, Duty.FILING), end(ADMINISTRATOR)])
def test_an_institution_keeps_an_administrator(data: ChangeDuties | EndOfficer) -> None:
    """The last one can neither leave nor do something else; with a second one there, the first can."""
    assert codes(STAFFED.when(data, LENDER)) == ["duty_not_of_role"] * isinstance(data, ChangeDuties) + [
        "last_administrator"
    ]
    assert STAFFED.when(data, COOPERATING).outcome is Outcome.ACCEPTED
    alone = STAFFED.after(end(CO_ADMINISTRATOR), COOPERATING)
    assert codes(alone.when(data, COOPERATING)) == ["last_administrator"]


@pytest.mark.clause("4.1")
def test_an_administrator_whose_key_will_end_by_itself_does_not_count() -> None:
    """No message would be needed for that end, and then the institution could never act again."""
    data = RegisterOfficer(
        officer=SECOND,
        person=person(SECOND),
        name="人员",
        duties=(Duty.ADMINISTRATION,),
        public_key=public_key(f"{LENDER}/{SECOND}"),
        valid_until=LATER,
    )
    assert codes(STAFFED.after(data, LENDER).when(end(ADMINISTRATOR), LENDER)) == ["last_administrator"]


@pytest.mark.clause("9.4")
@pytest.mark.parametrize(
    "doubt",
    [
        end(SECOND),
        change(SECOND, Duty.FILING),
        RevokeKey(key_id=key_id(public_key(f"{COOPERATING}/{SECOND}")), reason="遗失"),
    ],
)
def test_two_officers_stand_by_a_payee_account(doubt: EndOfficer | ChangeDuties | RevokeKey) -> None:
    """What an officer proposed who has left or lost a key is approved by nobody, until somebody proposes it again."""
    given = registered(TWO, COOPERATING, "third", Duty.ADMINISTRATION).after(ACCOUNT, COOPERATING, SECOND)
    assert given.when(APPROVE, COOPERATING).outcome is Outcome.ACCEPTED
    doubted = given.after(doubt, COOPERATING)
    assert codes(doubted.when(APPROVE, COOPERATING)) == ["account_proposal_in_doubt"]
    again = doubted.after(ACCOUNT, COOPERATING, "third")
    assert codes(again.when(APPROVE, COOPERATING, "third")) == ["approved_by_the_same_person"]
    account = again.after(APPROVE, COOPERATING).pool.institutions[COOPERATING].payee_account
    assert account is not None
    assert (account.proposed_by, account.in_doubt) == ("third", False)


@pytest.mark.clause("9.4")
def test_a_change_of_the_account_needs_two_officers_too() -> None:
    """A further account takes the first one's place only when a second officer has approved it."""
    other = ACCOUNT.model_copy(update={"account_number": "6222-2"})
    given = TWO.after(ACCOUNT, LENDER).after(APPROVE, LENDER, SECOND).after(other, LENDER)
    account = given.pool.institutions[LENDER].payee_account
    assert account is not None
    assert account.account_number == "6222-1"
    approve = ApprovePayeeAccount(account_number="6222-2")
    assert codes(given.when(approve, LENDER)) == ["approved_by_the_same_person"]
    changed = given.after(approve, LENDER, SECOND).pool.institutions[LENDER].payee_account
    assert changed is not None
    assert changed.account_number == "6222-2"


@pytest.mark.clause("4.1")
def test_no_more_officers_can_vote_than_a_ballot_takes() -> None:
    """The fifty-first is refused, by its registration as by a change of duties; whoever has the duty keeps it."""
    given = STAFFED
    for number in range(MEMBERS_PER_BALLOT_MAX):
        given = registered(given, MANAGING, f"voter-{number}", Duty.VOTE)
    one_more = RegisterOfficer(
        officer="more", person=person("more"), name="多一人", duties=(Duty.VOTE,), public_key=public_key("more")
    )
    assert codes(given.when(one_more, MANAGING)) == ["voters_too_many"]
    assert codes(given.when(change(APPROVER, Duty.VOTE), MANAGING)) == ["voters_too_many"]
    assert given.when(change("voter-1", Duty.VOTE, Duty.BALLOT), MANAGING).outcome is Outcome.ACCEPTED
    fewer = given.after(change("voter-1", Duty.BALLOT), MANAGING)
    assert fewer.when(one_more, MANAGING).outcome is Outcome.ACCEPTED
