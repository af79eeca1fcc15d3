"""Article 4: no super user: what one administrator registers takes effect when a second person has confirmed it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.registry.domain.article_04_waiting import WAITING_PER_INSTITUTION_MAX
from services.registry.domain.decide import Decision, decide
from services.registry.domain.pool import PreparedPool
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.ids import key_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import (
    ChangeDuties,
    EndOfficer,
    KeyRegistered,
    KeyReplacement,
    KeyRevoked,
    OfficerRegistered,
    RegisterOfficerKey,
    RegisterSystemKey,
    RevokeKey,
    RotateKey,
)
from shared.contracts.registry.pools import InstitutionRegistered, RegisterInstitution
from shared.contracts.registry.registrations import ConfirmRegistration, RegistrationConfirmed, RegistrationProposed
from shared.contracts.registry.words import Duty, Role, SystemUse
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    CO_ADMINISTRATOR,
    COOPERATING,
    FILER,
    GUARANTOR,
    LENDER,
    MANAGING,
    NOON,
    NOTHING,
    STAFFED,
    Given,
    acting,
    administrator,
    appointing,
    codes,
    document,
    filing,
    founding,
    institution,
    person,
    public_key,
    received,
    rules,
)
from tests.unit.registry.selection_examples import preparing

pytestmark = pytest.mark.clause("4.1")

LI = appointing("li", Duty.REVIEW)
WEEK = timedelta(days=7)
LOST = RevokeKey(key_id=key_id(public_key(f"?/{FILER}")), reason="遗失")
FILER_WITHOUT_KEY = STAFFED.after(LOST, COOPERATING)
REPLACING = RevokeKey(
    key_id=key_id(public_key(f"{LENDER}/{ADMINISTRATOR}")),
    reason="遗失",
    replacement=KeyReplacement(public_key=public_key("new"), request=document(DocumentKind.OTHER)),
)


def said(
    given: Given, number: int, data: Command, where: str, who: str | None = ADMINISTRATOR, at: datetime = NOON
) -> Decision:
    """What becomes of the message with this number, whose hash is its own."""
    message = replace(received(data, where, who, at), content_sha256=sha256_of(number))
    return decide(given.state, message, given.reference_data)


def sha256_of(number: int) -> str:
    return f"{number:064x}"


def waiting(data: Command, where: str = COOPERATING, given: Given = STAFFED, number: int = 1) -> Given:
    decision = said(given, number, data, where)
    assert decision.outcome is Outcome.ACCEPTED, codes(decision)
    return given.having(decision.events)


def confirm(given: Given, where: str, who: str | None = CO_ADMINISTRATOR, at: datetime = NOON, number: int = 1) -> Any:
    return given.when(ConfirmRegistration(registration_sha256=sha256_of(number)), where, who, at)


REGISTRATIONS = [
    pytest.param(STAFFED, LI, COOPERATING, "officer", [OfficerRegistered, KeyRegistered], id="an officer"),
    pytest.param(
        STAFFED,
        ChangeDuties(officer=FILER, duties=(Duty.PLAN,)),
        COOPERATING,
        "change_of_duties",
        [OfficerRegistered],
        id="duties",
    ),
    pytest.param(
        FILER_WITHOUT_KEY,
        RegisterOfficerKey(officer=FILER, public_key=public_key("new")),
        COOPERATING,
        "officer_key",
        [KeyRegistered],
        id="a key in the place of a lost one",
    ),
    pytest.param(
        STAFFED,
        RegisterSystemKey(use=SystemUse.PAYMENT_INSTRUCTIONS, public_key=public_key("new")),
        MANAGING,
        "system_key",
        [KeyRegistered],
        id="a system's key",
    ),
    pytest.param(
        STAFFED,
        RegisterInstitution(role=Role.LENDER, institution=institution("other-bank")),
        MANAGING,
        "new_institution",
        [InstitutionRegistered, OfficerRegistered, KeyRegistered],
        id="an institution",
    ),
]


@pytest.mark.parametrize(("given", "data", "where", "named", "effects"), REGISTRATIONS)
def test_what_one_administrator_registers_waits_for_a_second_person(
    given: Given, data: Command, where: str, named: str, effects: list[type]
) -> None:
    """It is published as it was said, and changes nothing; confirmed, it takes effect from then on."""
    (proposed,) = said(given, 1, data, where).events
    assert isinstance(proposed, RegistrationProposed)
    assert getattr(proposed, named) == data
    assert (proposed.registration_sha256, proposed.proposed_by) == (sha256_of(1), ADMINISTRATOR)
    assert (proposed.institution, proposed.confirm_until) == (where, NOON + WEEK)
    after = given.having((proposed,))
    assert (after.pool.institutions, after.pool.keys) == (given.pool.institutions, given.pool.keys)
    later = NOON + timedelta(days=2)
    confirmed, *events = confirm(after, where, at=later).events
    assert isinstance(confirmed, RegistrationConfirmed)
    assert (confirmed.confirmed_by_institution, confirmed.confirmed_by) == (where, CO_ADMINISTRATOR)
    assert [type(event) for event in events] == effects
    assert {event.valid_from for event in events if isinstance(event, OfficerRegistered | KeyRegistered)} == {later}
    keys = [event.registered_with for event in events if isinstance(event, KeyRegistered)]
    assert set(keys) <= {acting(where).key_id}
    done = after.having((confirmed, *events))
    assert done.pool.registrations == {}
    assert codes(confirm(done, where)) == ["no_registration_waits"]


def test_a_key_is_revoked_at_once_and_the_one_in_its_place_waits() -> None:
    """The safe direction needs one person, the other one two."""
    revoked, proposed = said(STAFFED, 1, REPLACING, MANAGING).events
    assert isinstance(revoked, KeyRevoked)
    assert isinstance(proposed, RegistrationProposed)
    assert (proposed.institution, proposed.replacement) == (LENDER, REPLACING)
    assert [type(event) for event in said(STAFFED, 1, LOST, COOPERATING).events] == [KeyRevoked]
    after = STAFFED.having((revoked, proposed))
    assert codes(confirm(after, COOPERATING)) == ["confirmed_by_somebody_else"]
    assert confirm(after, MANAGING).outcome is Outcome.ACCEPTED


def test_a_replacement_that_became_somebody_elses_key_is_named_anew() -> None:
    """While it waited, an officer was registered with it: saying it again is no repeat of what never came about."""
    after = STAFFED.having(said(STAFFED, 1, REPLACING, MANAGING).events)
    theirs = appointing("zhao", Duty.CONFIRMATION).model_copy(update={"public_key": public_key("new")})
    after = after.having(said(after, 2, theirs, MANAGING).events)
    after = after.having(confirm(after, MANAGING, number=2).events)
    assert confirm(after, MANAGING).outcome is Outcome.REFUSED
    assert codes(said(after, 3, REPLACING, MANAGING)) == ["key_in_use"]
    another = KeyReplacement(public_key=public_key("newer"), request=document(DocumentKind.OTHER))
    again = REPLACING.model_copy(update={"replacement": another})
    assert said(after, 4, again, MANAGING).outcome is Outcome.ACCEPTED


def test_what_an_officer_does_with_its_own_keys_waits_for_nobody() -> None:
    """It proves who it is by the key that it has."""
    further = RegisterOfficerKey(officer=FILER, public_key=public_key("new"))
    for data in (further, RotateKey(public_key=public_key("x"))):
        message = received(data, COOPERATING, FILER)
        signer = replace(acting(COOPERATING, FILER), key_id=key_id(public_key(f"?/{FILER}")))
        events = decide(STAFFED.state, replace(message, acting=signer), STAFFED.reference_data).events
        assert isinstance(events[0], KeyRegistered)


def test_one_administrator_alone_has_no_committee() -> None:
    """Five members with keys that one person holds: none of them may do anything, whoever tries to confirm for it."""
    given = STAFFED
    for number in range(5):
        given = waiting(appointing(f"member-{number}", Duty.VOTE), MANAGING, given, number + 1)
    assert given.pool.officers_with(MANAGING, Duty.VOTE) == ()
    for number in range(5):
        assert codes(confirm(given, MANAGING, ADMINISTRATOR, number=number + 1)) == ["approved_by_the_same_person"]
        assert not given.pool.keys_of(MANAGING, f"member-{number}")


@pytest.mark.parametrize(
    ("where", "who", "code"),
    [
        (COOPERATING, ADMINISTRATOR, "approved_by_the_same_person"),
        (LENDER, ADMINISTRATOR, "confirmed_by_somebody_else"),
        (MANAGING, "approver", "confirmed_by_somebody_else"),
        (COOPERATING, None, "confirmed_by_somebody_else"),
        (COOPERATING, CO_ADMINISTRATOR, None),
        (COOPERATING, FILER, None),
        (MANAGING, ADMINISTRATOR, None),
    ],
)
def test_who_confirms(where: str, who: str | None, code: str | None) -> None:
    """Any other officer of the institution, or an administrator of the managing one; no system, and nobody else."""
    decision = confirm(waiting(LI), where, who)
    assert codes(decision) == ([] if code is None else [code])
    assert decision.outcome is (Outcome.ACCEPTED if code is None else Outcome.REFUSED)


def test_one_person_with_two_ids_does_not_confirm_for_itself() -> None:
    """The proposer of the one institution, and whom it is about, are known by their identity documents."""
    own = person(f"{COOPERATING}/{ADMINISTRATOR}")
    twin = appointing("twin", Duty.ADMINISTRATION, person=own, public_key=public_key("twin"))
    given = waiting(LI, given=STAFFED.after(twin, MANAGING))
    assert codes(confirm(given, MANAGING, "twin")) == ["approved_by_the_same_person"]
    # The administrator of the managing institution would be an officer of the cooperating one.
    guest = appointing("guest", Duty.PLAN, person=person(f"{MANAGING}/{CO_ADMINISTRATOR}"))
    given = waiting(guest)
    assert codes(confirm(given, MANAGING)) == ["confirmed_by_whom_it_concerns"]
    assert confirm(given, MANAGING, ADMINISTRATOR).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("given", "data", "where"),
    [
        (STAFFED, ChangeDuties(officer=CO_ADMINISTRATOR, duties=(Duty.PLAN, Duty.ADMINISTRATION)), COOPERATING),
        (
            STAFFED.after(
                RevokeKey(key_id=key_id(public_key(f"{COOPERATING}/{CO_ADMINISTRATOR}")), reason="遗失"), COOPERATING
            ),
            RegisterOfficerKey(officer=CO_ADMINISTRATOR, public_key=public_key("new")),
            COOPERATING,
        ),
        (
            STAFFED,
            RegisterInstitution(
                role=Role.LENDER,
                institution=institution(
                    "other-bank",
                    administrators=(administrator("other-bank", person=person(f"{MANAGING}/{CO_ADMINISTRATOR}")),),
                ),
            ),
            MANAGING,
        ),
    ],
)
def test_nobody_confirms_what_is_about_itself(given: Given, data: Command, where: str) -> None:
    """Neither duties nor a key of its own, nor an institution that it would administer."""
    after = waiting(data, where, given)
    # As if it still signed with a key that was revoked.
    holding = after.with_pool(keys=STAFFED.pool.keys)
    assert codes(confirm(holding, where)) == ["confirmed_by_whom_it_concerns"]
    another = (MANAGING, "approver" if where == MANAGING else ADMINISTRATOR)
    assert confirm(after, *another).outcome is Outcome.ACCEPTED


def test_a_confirmation_has_its_time() -> None:
    """To the moment: at its end it is too late, and what nobody confirmed is registered again."""
    given = waiting(LI)
    assert confirm(given, COOPERATING, at=NOON + WEEK - timedelta(microseconds=1)).outcome is Outcome.ACCEPTED
    assert codes(confirm(given, COOPERATING, at=NOON + WEEK)) == ["confirmation_late"]
    (again,) = said(given, 2, LI, COOPERATING, at=NOON + WEEK).events
    renewed = given.having((again,))
    assert list(renewed.pool.registrations) == [sha256_of(2)]
    assert confirm(renewed, COOPERATING, at=NOON + WEEK, number=2).outcome is Outcome.ACCEPTED


def test_the_same_registration_again_waits_already() -> None:
    """A double click doesn't wait twice; what is said otherwise does, and whichever is confirmed first counts."""
    given = waiting(LI)
    assert said(given, 2, LI, COOPERATING, CO_ADMINISTRATOR).outcome is Outcome.DUPLICATE
    other = waiting(LI.model_copy(update={"duties": (Duty.PLAN,)}), given=given, number=2)
    confirmed = other.having(confirm(other, COOPERATING, number=2).events)
    assert confirmed.pool.duties_of(COOPERATING, "li") == (Duty.PLAN,)
    assert codes(confirm(confirmed, COOPERATING)) == ["officer_id_taken", "key_in_use"]


@pytest.mark.parametrize(
    "gone",
    [
        EndOfficer(officer=ADMINISTRATOR, reason="调离"),
        ChangeDuties(officer=ADMINISTRATOR, duties=(Duty.PLAN,)),
        RevokeKey(key_id=key_id(public_key(f"{COOPERATING}/{ADMINISTRATOR}")), reason="遗失"),
    ],
)
def test_nobody_confirms_what_one_who_is_gone_has_registered(gone: Command) -> None:
    """Who has left, is no administrator any more, or whose key was revoked, may not have registered it at all."""
    given = waiting(LI)
    decision = said(given, 2, gone, COOPERATING, CO_ADMINISTRATOR)
    after = given.having(decision.events)
    if isinstance(gone, ChangeDuties):
        after = after.having(confirm(after, MANAGING, number=2).events)
    assert codes(confirm(after, MANAGING)) == ["registration_in_doubt"]


def test_what_has_become_wrong_meanwhile_is_refused_at_the_confirmation() -> None:
    """It is decided as of then: somebody else may have the key, and the officer may have left."""
    given = waiting(LI)
    somebody = appointing("somebody", Duty.PLAN, public_key=LI.public_key)
    taken = given.after(somebody, COOPERATING)
    assert codes(confirm(taken, COOPERATING)) == ["key_in_use"]
    change = waiting(ChangeDuties(officer=FILER, duties=(Duty.PLAN,)))
    ending = change.having(said(change, 2, EndOfficer(officer=FILER, reason="调离"), COOPERATING).events)
    left = ending.having(confirm(ending, COOPERATING, number=2).events)
    assert codes(confirm(left, COOPERATING)) == ["officer_has_ended"]


@pytest.mark.parametrize("days", [1, 30])
def test_how_long_a_registration_waits_is_a_field_of_the_rules(days: int) -> None:
    """And of the preparation before there are rules, within the district's bounds."""
    founded = NOTHING.after(founding(rules=rules(confirmation_days_max=days)), MANAGING)
    prepared = NOTHING.after(preparing(confirmation_days_max=days), MANAGING)
    for given in (founded, prepared):
        after = waiting(appointing("li", Duty.RULES), MANAGING, given)
        until = NOON + timedelta(days=days)
        assert codes(confirm(after, MANAGING, at=until)) == ["confirmation_late"]
        assert codes(confirm(after, MANAGING, at=until - timedelta(seconds=1))) == []


@pytest.mark.clause("5.2")
def test_nothing_waits_longer_than_the_district_has_it() -> None:
    """Under 4.1: neither by the rules nor by a preparation."""
    for data in (founding(rules=rules(confirmation_days_max=31)), preparing(confirmation_days_max=31)):
        (fault,) = NOTHING.when(data, MANAGING).refusals
        assert (fault.code, fault.clause) == ("rules_outside_the_districts_bounds", "4.1")
        assert "at most 30" in fault.text


def test_whoever_acts_before_the_confirmation_is_told_what_is_missing() -> None:
    """The duty waits, until when, and who can confirm it; without anything that waits it is simply not held."""
    given = waiting(ChangeDuties(officer="approver", duties=(Duty.FILING_APPROVAL, Duty.OVERSIGHT)), MANAGING)
    change = waiting(
        ChangeDuties(officer=FILER, duties=(Duty.FILING,)),
        given=STAFFED.after(ChangeDuties(officer=FILER, duties=(Duty.PLAN,)), COOPERATING),
    )
    decision = change.when(filing(), COOPERATING, FILER)
    assert [(each.code, each.clause) for each in decision.refusals] == [("registration_not_confirmed", "4.1")]
    assert "registry.registration.confirm" in decision.refusals[0].text
    assert codes(change.when(filing(), COOPERATING, FILER, NOON + WEEK)) == ["duty_not_held"]
    assert codes(given.when(filing(), COOPERATING, CO_ADMINISTRATOR)) == ["duty_not_held"]


def test_not_more_than_so_many_wait() -> None:
    """Nobody can fill the registry; what can't be confirmed any more doesn't count."""
    given = STAFFED
    for number in range(WAITING_PER_INSTITUTION_MAX):
        given = waiting(appointing(f"li-{number}", Duty.REVIEW), given=given, number=number)
    assert codes(said(given, 999, LI, COOPERATING)) == ["register_full"]
    assert said(given, 999, LI, COOPERATING, at=NOON + WEEK).outcome is Outcome.ACCEPTED
    assert said(given, 999, appointing("member", Duty.VOTE), MANAGING).outcome is Outcome.ACCEPTED


@pytest.mark.clause("3.1")
def test_a_prepared_pools_officers_wait_too_and_go_on_waiting() -> None:
    """Its second administrator confirms; the founding takes over what nobody has confirmed yet."""
    prepared = NOTHING.after(preparing(), MANAGING)
    given = waiting(appointing("member", Duty.VOTE), MANAGING, prepared)
    assert isinstance(given.state.prepared, PreparedPool)
    assert codes(confirm(given, MANAGING, ADMINISTRATOR)) == ["approved_by_the_same_person"]
    founded = given.after(founding(), MANAGING)
    assert confirm(founded, MANAGING).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("founder", ["managing_institution", "cooperating_institution"])
def test_each_founder_begins_with_two_administrators(founder: str) -> None:
    """Else its first officers could be nobody's but one person's."""
    where = MANAGING if founder == "managing_institution" else COOPERATING
    alone = institution(where, administrators=(administrator(where),))
    decision = NOTHING.when(founding(**{founder: alone}), MANAGING)
    assert codes(decision) == ["founder_has_one_administrator"]
    if where == MANAGING:
        assert codes(NOTHING.when(preparing(managing_institution=alone), MANAGING)) == codes(decision)
    guarantor = RegisterInstitution(role=Role.GUARANTOR, institution=institution("x-guarantor"))
    assert STAFFED.when(guarantor, MANAGING).outcome is Outcome.ACCEPTED
    assert GUARANTOR in STAFFED.pool.institutions
