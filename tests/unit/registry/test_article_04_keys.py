"""Article 4: keys have their time, are kept in reserve, get lost and are revoked, in a chain from the root key."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.registry.domain.decide import Decision, decide
from services.registry.domain.keys.article_04_keys import faults_of_the_chain
from services.registry.domain.keys.commands import KEYS_IN_FORCE_PER_OFFICER_MAX
from shared.contracts.documents import Document
from shared.contracts.ids import key_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import (
    KeyRegistered,
    KeyReplacement,
    KeyRetired,
    KeyRevoked,
    RegisterOfficer,
    RegisterOfficerKey,
    RegisterSystemKey,
    RevokeKey,
    RotateKey,
)
from shared.contracts.registry.registrations import RegistrationProposed
from shared.contracts.registry.words import Duty, SystemUse
from shared.decisions.moments import in_beijing
from tests.unit.public_key_examples import PROVES_NOTHING
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    COOPERATING,
    FILER,
    LENDER,
    MANAGING,
    NOON,
    STAFFED,
    Given,
    acting,
    codes,
    document,
    person,
    public_key,
    received,
)

pytestmark = pytest.mark.clause("4.1")

LATER = NOON + timedelta(days=1)
FILERS_KEY = public_key(f"?/{FILER}")
RESERVE = public_key("reserve")


def revoke(key: str, **changed: object) -> RevokeKey:
    return RevokeKey.model_validate({"key_id": key_id(key), "reason": "密钥介质遗失", **changed})


def key_of(where: str, who: str = ADMINISTRATOR) -> str:
    return public_key(f"{where}/{who}")


def further(who: str, key: str = RESERVE, valid_until: datetime | None = None) -> RegisterOfficerKey:
    return RegisterOfficerKey(officer=who, public_key=key, valid_until=valid_until)


def signed_with(given: Given, data: object, key: str, where: str, who: str, at: datetime = NOON) -> Decision:
    """What becomes of a message that was signed with this key."""
    message = received(data, where, who, at)  # type: ignore[arg-type]  # any command will do
    return decide(
        given.state, replace(message, acting=replace(acting(where, who), key_id=key_id(key))), given.reference_data
    )


def request() -> Document:
    return document()


WITH_RESERVE = STAFFED.after(further(ADMINISTRATOR), COOPERATING)


def test_a_key_signs_until_its_time_is_over() -> None:
    """To the moment: before the end it signs, at the end it does not; judged by the time of intake."""
    data = RegisterOfficer(
        officer="guest",
        person=person("guest"),
        name="借调人员",
        duties=(Duty.ADMINISTRATION,),
        public_key=key_of(COOPERATING, "guest"),
        valid_until=LATER,
    )
    given = STAFFED.after(data, COOPERATING)
    somebody = RegisterOfficer(
        officer="x1", person=person("x1"), name="人员", duties=(Duty.FILING,), public_key=public_key("x1")
    )
    before = given.when(somebody, COOPERATING, "guest", at=LATER - timedelta(microseconds=1))
    assert before.outcome is Outcome.ACCEPTED
    decision = given.when(somebody, COOPERATING, "guest", at=LATER)
    assert codes(decision) == ["key_expired"]
    assert in_beijing(LATER) in decision.refusals[0].text


@pytest.mark.parametrize("until", [NOON, NOON - timedelta(days=1)])
def test_a_key_is_not_registered_for_a_time_that_is_over(until: datetime) -> None:
    """For officers, systems and further keys alike."""
    for data, where in (
        (
            RegisterOfficer(
                officer="xx",
                person=person("xx"),
                name="人员",
                duties=(Duty.FILING,),
                public_key=public_key("new"),
                valid_until=until,
            ),
            1,
        ),
        (RegisterSystemKey(use=SystemUse.LOSS_NOTICES, public_key=public_key("new"), valid_until=until), 0),
        (further(ADMINISTRATOR, valid_until=until), 1),
    ):
        assert codes(STAFFED.when(data, (LENDER, COOPERATING)[where])) == ["key_end_is_past"]


def test_an_officer_keeps_a_further_key_in_reserve() -> None:
    """Signed with its first key, to which it is chained; either key signs from then on."""
    (event,) = STAFFED.when(further(ADMINISTRATOR), COOPERATING).events
    assert isinstance(event, KeyRegistered)
    assert (event.officer, event.registered_with) == (ADMINISTRATOR, key_id(key_of(COOPERATING)))
    another = further(ADMINISTRATOR, public_key("third"))
    assert signed_with(WITH_RESERVE, another, RESERVE, COOPERATING, ADMINISTRATOR).outcome is Outcome.ACCEPTED
    assert WITH_RESERVE.when(further(ADMINISTRATOR), COOPERATING).outcome is Outcome.DUPLICATE


def test_nobody_else_gets_a_key_in_an_officers_name() -> None:
    """While the officer has a valid key; the administration waits until it has none, and nobody else ever can."""
    assert codes(STAFFED.when(further(FILER), COOPERATING)) == ["officer_holds_a_key"]
    lost = STAFFED.after(revoke(FILERS_KEY), COOPERATING)
    assert lost.when(further(FILER), COOPERATING).outcome is Outcome.ACCEPTED
    assert codes(lost.when(further(FILER), MANAGING)) == ["officer_not_of_institution"]
    given = lost.after(
        RegisterOfficer(
            officer="x1", person=person("x1"), name="人员", duties=(Duty.FILING,), public_key=key_of(COOPERATING, "x1")
        ),
        COOPERATING,
    )
    assert codes(given.when(further(FILER), COOPERATING, "x1")) == ["duty_not_held"]


def test_a_key_given_for_a_time_is_not_prolonged_by_its_holder() -> None:
    """Neither by a further key nor by a rotation; a shorter time is possible."""
    data = RegisterOfficer(
        officer="guest",
        person=person("guest"),
        name="借调人员",
        duties=(Duty.FILING,),
        public_key=key_of(COOPERATING, "guest"),
        valid_until=LATER,
    )
    given = STAFFED.after(data, COOPERATING)
    for until in (None, LATER + timedelta(seconds=1)):
        decision = given.when(further("guest", valid_until=until), COOPERATING, "guest")
        assert codes(decision) == ["key_outlives_its_registrar"]
    assert given.when(further("guest", valid_until=LATER), COOPERATING, "guest").outcome is Outcome.ACCEPTED
    rotated, _ = given.when(RotateKey(public_key=RESERVE), COOPERATING, "guest").events
    assert isinstance(rotated, KeyRegistered)
    assert rotated.valid_until == LATER


def test_an_officer_holds_few_valid_keys() -> None:
    """One in use, one in reserve, one that is being changed over to; and one key is one officer's."""
    given = WITH_RESERVE
    for number in range(2, KEYS_IN_FORCE_PER_OFFICER_MAX):
        given = given.after(further(ADMINISTRATOR, public_key(f"key {number}")), COOPERATING)
    assert codes(given.when(further(ADMINISTRATOR, public_key("more")), COOPERATING)) == ["register_full"]
    assert codes(STAFFED.when(further(ADMINISTRATOR, FILERS_KEY), LENDER)) == ["key_in_use"]
    assert codes(STAFFED.when(further(ADMINISTRATOR, PROVES_NOTHING[0]), LENDER)) == ["key_proves_nothing"]


@pytest.mark.parametrize("where", [COOPERATING, MANAGING])
def test_a_revoked_key_signs_nothing_any_more(where: str) -> None:
    """Revoked by its own institution or by the managing one; reason and exposure are published for the auditors."""
    since = NOON - timedelta(days=3)
    decision = STAFFED.when(revoke(FILERS_KEY, exposed_since=since), where, at=LATER)
    assert decision.events == (
        KeyRevoked(
            key_id=key_id(FILERS_KEY),
            institution=COOPERATING,
            valid_until=LATER,
            reason="密钥介质遗失",
            exposed_since=since,
            revoked_by_institution=where,
            revoked_by=ADMINISTRATOR,
        ),
    )
    after = STAFFED.having(decision.events)
    # In the registry's order the revocation came first, whatever the clock says that stamped the other message.
    for data in (further(FILER), RotateKey(public_key=RESERVE)):
        assert codes(signed_with(after, data, FILERS_KEY, COOPERATING, FILER, NOON)) == ["key_revoked"]
    assert after.when(revoke(FILERS_KEY, exposed_since=since), where).outcome is Outcome.DUPLICATE
    assert codes(after.when(revoke(FILERS_KEY), where)) == ["key_revoked_before"]


def test_only_its_institution_and_the_managing_one_revoke_a_key() -> None:
    """And only by their administration; a key that is not there can't be revoked."""
    assert codes(STAFFED.when(revoke(FILERS_KEY), LENDER)) == ["key_of_another_institution"]
    given = STAFFED.after(
        RegisterOfficer(
            officer="x1", person=person("x1"), name="人员", duties=(Duty.FILING,), public_key=key_of(COOPERATING, "x1")
        ),
        COOPERATING,
    )
    assert codes(given.when(revoke(FILERS_KEY), COOPERATING, "x1")) == ["duty_not_held"]
    assert codes(STAFFED.when(revoke("A" * 43), COOPERATING)) == ["no_such_key"]


def test_a_key_was_exposed_in_the_past() -> None:
    """Nobody knows of an exposure to come."""
    ahead = revoke(FILERS_KEY, exposed_since=NOON + timedelta(seconds=1))
    assert codes(STAFFED.when(ahead, COOPERATING)) == ["exposure_lies_ahead"]


def test_a_revoked_key_is_nobodys_again() -> None:
    """Not as an officer's further key, not as a system's, not for another institution."""
    given = STAFFED.after(revoke(FILERS_KEY), COOPERATING)
    assert codes(given.when(further(FILER, FILERS_KEY), COOPERATING)) == ["key_in_use"]
    system = RegisterSystemKey(use=SystemUse.LOSS_NOTICES, public_key=FILERS_KEY)
    assert codes(given.when(system, LENDER)) == ["key_in_use"]


def test_what_was_retired_can_be_revoked_and_keeps_its_end() -> None:
    """That a key was exposed while it was in use is told even if it has been replaced since."""
    given = STAFFED.after(RotateKey(public_key=RESERVE), LENDER)
    (event,) = signed_with(
        given, revoke(key_of(LENDER), exposed_since=NOON), RESERVE, LENDER, ADMINISTRATOR, LATER
    ).events
    assert isinstance(event, KeyRevoked)
    assert event.valid_until == NOON
    assert given.having((event,)).pool.keys[event.key_id].valid_until == NOON


def test_an_institutions_last_administrators_key_is_not_simply_revoked() -> None:
    """Neither by itself nor by the managing institution; with a key in reserve, or another administrator, it can be."""
    for where in (LENDER, MANAGING):
        assert codes(STAFFED.when(revoke(key_of(LENDER)), where)) == ["last_administrator"]
    with_reserve = STAFFED.after(further(ADMINISTRATOR), LENDER)
    after = with_reserve.after(revoke(key_of(LENDER)), MANAGING)
    assert signed_with(after, further("xx"), RESERVE, LENDER, ADMINISTRATOR).refusals[0].code == (
        "officer_not_of_institution"
    )
    last = signed_with(after, revoke(RESERVE), RESERVE, LENDER, ADMINISTRATOR)
    assert codes(last) == ["last_administrator"]
    assert STAFFED.when(revoke(key_of(COOPERATING)), MANAGING).outcome is Outcome.ACCEPTED


REPLACED = revoke(key_of(LENDER), replacement=KeyReplacement(public_key=RESERVE, request=request()))


def test_a_lost_last_key_is_replaced_on_the_institutions_request() -> None:
    """The lost one ends at once; the new one waits for a second person, and is chained to who vouched for it."""
    revoked, proposed = STAFFED.when(REPLACED, MANAGING, at=LATER).events
    assert isinstance(revoked, KeyRevoked)
    assert revoked.request == request()
    assert isinstance(proposed, RegistrationProposed)
    assert (proposed.institution, proposed.proposed_by_institution) == (LENDER, MANAGING)
    waiting = STAFFED.having((revoked, proposed))
    assert waiting.pool.keys[key_id(key_of(LENDER))].has_ended
    confirmed, registered = waiting.confirmed(MANAGING, at=LATER).events
    assert registered == KeyRegistered(
        key_id=key_id(RESERVE),
        public_key=RESERVE,
        institution=LENDER,
        officer=ADMINISTRATOR,
        valid_from=LATER,
        registered_with=key_id(key_of(MANAGING)),
    )
    after = waiting.having((confirmed, registered))
    again = signed_with(after, further("xx"), RESERVE, LENDER, ADMINISTRATOR)
    assert codes(again) == ["officer_not_of_institution"]
    assert after.when(REPLACED, MANAGING, at=LATER).outcome is Outcome.DUPLICATE


def test_a_replacement_that_nobody_confirmed_is_named_again() -> None:
    """The institution would be locked out for ever: the managing institution names a key for the revoked one again."""
    waiting = STAFFED.having(STAFFED.when(REPLACED, MANAGING).events)
    assert waiting.when(REPLACED, MANAGING).outcome is Outcome.DUPLICATE
    much_later = NOON + timedelta(days=8)
    assert codes(waiting.confirmed(MANAGING, at=much_later)) == ["confirmation_late"]
    (again,) = waiting.when(REPLACED, MANAGING, at=much_later).events
    assert isinstance(again, RegistrationProposed)
    assert waiting.having((again,)).confirmed(MANAGING, at=much_later).outcome is Outcome.ACCEPTED
    plain = REPLACED.model_copy(update={"replacement": None})
    assert waiting.when(plain, MANAGING, at=much_later).outcome is Outcome.DUPLICATE


def test_nobody_is_given_a_key_who_can_help_itself() -> None:
    """The managing institution can't speak for another one as long as that one has an administrator's key."""
    new = KeyReplacement(public_key=public_key("new"), request=request())
    for given, key, where in (
        (STAFFED.after(further(ADMINISTRATOR), LENDER), key_of(LENDER), MANAGING),  # there is a key in reserve
        (STAFFED, FILERS_KEY, MANAGING),  # no administrator's key
        (STAFFED, key_of(COOPERATING), MANAGING),  # there is another administrator
        (STAFFED, key_of(LENDER), LENDER),  # its own
        (STAFFED, key_of(MANAGING), MANAGING),
    ):
        assert codes(given.when(revoke(key, replacement=new), where)) == ["replacement_not_needed"]
    taken = KeyReplacement(public_key=FILERS_KEY, request=request())
    assert codes(STAFFED.when(revoke(key_of(LENDER), replacement=taken), MANAGING)) == ["key_in_use"]
    weak = KeyReplacement(public_key=PROVES_NOTHING[0], request=request())
    decision = STAFFED.when(revoke(key_of(LENDER), replacement=weak), MANAGING)
    assert codes(decision) == ["key_proves_nothing"]


ROOT = "root"


def registered_by(key: str, registrar: str, days: int = 0, until: int | None = None) -> KeyRegistered:
    return KeyRegistered(
        key_id=key_id(public_key(key)),
        public_key=public_key(key),
        institution=MANAGING,
        officer=ADMINISTRATOR,
        valid_from=NOON + timedelta(days=days),
        registered_with=key_id(public_key(registrar)),
        valid_until=None if until is None else NOON + timedelta(days=until),
    )


def ended(key: str, days: int) -> KeyRetired:
    return KeyRetired(key_id=key_id(public_key(key)), institution=MANAGING, valid_until=NOON + timedelta(days=days))


def test_the_chain_of_keys_is_checked_offline() -> None:
    """From what the registry said in order and the root keys alone: every way in which a key can be a stranger's."""
    roots = [key_id(public_key(ROOT))]
    good = [
        registered_by(ROOT, ROOT),
        registered_by("a", ROOT),
        registered_by("b", "a", 1),
        ended("a", 2),
        registered_by("c", "b", 2),
    ]
    assert faults_of_the_chain(roots, good) == ()
    key = PROVES_NOTHING[0]
    weak = registered_by("a", ROOT).model_copy(update={"public_key": key, "key_id": key_id(key)})
    for bad, words in (
        ([registered_by("a", "stranger")], "does not come from a root key"),
        ([registered_by("a", "a")], "does not come from a root key"),
        ([*good, registered_by("d", "a", 3)], "had ended"),
        ([registered_by("a", ROOT, until=1), registered_by("b", "a", 1)], "had ended"),
        ([*good, registered_by("a", ROOT, 3)], "registered twice"),
        ([ended("a", 1)], "never registered"),
        ([registered_by("a", ROOT).model_copy(update={"public_key": public_key("b")})], "not the thumbprint"),
        ([weak], "proves nothing"),
    ):
        (fault, *_) = faults_of_the_chain(roots, bad)
        assert words in fault
