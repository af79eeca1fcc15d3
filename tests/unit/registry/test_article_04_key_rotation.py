"""Article 4: a holder puts a new key in the place of its own; the old one acts for nobody any more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.registry.domain.decide import Decision, decide
from services.registry.domain.keys.commands import (
    KEYS_PER_HOLDER_MAX,
    SYSTEM_KEYS_EVER_PER_INSTITUTION_MAX,
    SYSTEM_KEYS_PER_INSTITUTION_MAX,
)
from services.registry.domain.pool import Pool
from shared.contracts.ids import key_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import KeyRegistered, KeyRetired, RegisterOfficer, RegisterSystemKey, RotateKey
from shared.contracts.registry.pools import ConsentToSupervisingBank, RegisterInstitution
from shared.contracts.registry.words import Duty, Role, SystemUse
from tests.unit.public_key_examples import PROVES_NOTHING
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    COOPERATING,
    FILER,
    FOUNDED,
    GUARANTOR,
    LENDER,
    MANAGING,
    NOON,
    STAFFED,
    Given,
    acting,
    bank_proposal,
    codes,
    filing,
    institution,
    officer,
    person,
    public_key,
    received,
    rules,
)

pytestmark = pytest.mark.clause("4.1")

NEW = public_key("the lender's second key")
ROTATE = RotateKey(public_key=NEW)
OLD_ID = key_id(public_key(f"{LENDER}/{ADMINISTRATOR}"))
ROTATED = STAFFED.after(ROTATE, LENDER)


def signed_with(given: Given, data: object, key: str, where: str = LENDER, who: str | None = ADMINISTRATOR) -> Decision:
    """What becomes of a message that was signed with this key."""
    message = received(data, where, who)  # type: ignore[arg-type]  # any command will do
    return decide(
        given.state, replace(message, acting=replace(acting(where, who), key_id=key_id(key))), given.reference_data
    )


def test_a_rotation_registers_the_new_key_and_retires_the_old_one() -> None:
    """Both happen at the time of intake; the holder stays, and the new key is chained to the old one."""
    later = NOON + timedelta(seconds=1)
    registered, retired = STAFFED.when(ROTATE, LENDER, at=later).events
    assert registered == KeyRegistered(
        key_id=key_id(NEW),
        public_key=NEW,
        institution=LENDER,
        officer=ADMINISTRATOR,
        valid_from=later,
        registered_with=OLD_ID,
    )
    assert retired == KeyRetired(key_id=OLD_ID, institution=LENDER, valid_until=later)


def test_a_systems_key_is_rotated_by_itself_for_the_same_use() -> None:
    """A system has no duty and needs none for this; its new key may sign what the old one could, and nothing else."""
    system = RegisterSystemKey(use=SystemUse.LOSS_NOTICES, public_key=public_key(f"{LENDER}/None"))
    registered, _ = STAFFED.after(system, LENDER).when(ROTATE, LENDER, None).events
    assert isinstance(registered, KeyRegistered)
    assert (registered.officer, registered.use) == (None, SystemUse.LOSS_NOTICES)


def test_an_officer_rotates_without_the_administration() -> None:
    """Nobody else has to agree: whoever holds a key can leave it."""
    filer = RegisterOfficer(
        officer="filer-2",
        person=person("filer-2"),
        name="人员",
        duties=(Duty.FILING,),
        public_key=public_key(f"{COOPERATING}/filer-2"),
    )
    decision = FOUNDED.after(filer, COOPERATING).when(ROTATE, COOPERATING, "filer-2")
    assert decision.outcome is Outcome.ACCEPTED


def test_the_old_key_signs_nothing_any_more() -> None:
    """Whatever the old key signs is refused, even if it was taken in with the rotation in one batch."""
    decision = ROTATED.when(officer("somebody", Duty.ADMINISTRATION), LENDER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["key_retired"])


def test_a_retired_key_cannot_rotate() -> None:
    """Who finds an old key can't take the holder's place with it."""
    decision = ROTATED.when(RotateKey(public_key=public_key("a thief's key")), LENDER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["key_retired"])


def test_the_new_key_acts_for_its_holder_and_can_be_rotated_again() -> None:
    """Duties belong to the officer, not to the key."""
    assert signed_with(ROTATED, officer("somebody", Duty.ADMINISTRATION), NEW).outcome is Outcome.ACCEPTED
    assert signed_with(ROTATED, RotateKey(public_key=public_key("third")), NEW).outcome is Outcome.ACCEPTED


def test_the_root_key_cannot_be_rotated() -> None:
    """The beginning of the chain is a setting of every service; no message can change a setting."""
    decision = STAFFED.when(ROTATE, MANAGING)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["root_key_not_rotatable"])
    assert "RISKPOOL_ROOT_KEYS" in decision.refusals[0].text
    # The operators may have set another one since; the pool does not have it, and it is a root key all the same.
    other = signed_with(STAFFED, ROTATE, public_key("another root key"), MANAGING)
    assert codes(other) == ["root_key_not_rotatable"]


def test_the_other_founder_and_the_bank_can_rotate() -> None:
    """Only the managing institution's administrator holds the root key."""
    assert STAFFED.when(ROTATE, COOPERATING).outcome is Outcome.ACCEPTED
    appointed = STAFFED.after(bank_proposal(), MANAGING).after(
        ConsentToSupervisingBank(bank="custody-bank"), COOPERATING
    )
    assert appointed.when(ROTATE, "custody-bank").outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("holder", [f"{MANAGING}/{ADMINISTRATOR}", f"?/{FILER}", f"{LENDER}/{ADMINISTRATOR}"])
def test_a_key_that_was_ever_used_in_the_pool_is_refused(holder: str) -> None:
    """Neither another holder's key, nor an officer's, nor the old one itself can be the new key."""
    decision = STAFFED.when(RotateKey(public_key=public_key(holder)), LENDER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["key_in_use"])


def test_a_retired_key_is_nobodys_new_key() -> None:
    """What was once retired stays so, whoever tries to register it again, and for whatever."""
    old = public_key(f"{LENDER}/{ADMINISTRATOR}")
    assert codes(ROTATED.when(RotateKey(public_key=old), COOPERATING)) == ["key_in_use"]
    bank = RegisterInstitution(role=Role.LENDER, institution=institution("other-bank", key=old))
    assert codes(ROTATED.when(bank, MANAGING)) == ["key_in_use"]
    system = RegisterSystemKey(use=SystemUse.LOSS_NOTICES, public_key=public_key(f"{LENDER}/None"))
    given = STAFFED.after(system, LENDER).after(ROTATE, LENDER, None)
    assert codes(given.when(system, LENDER)) == ["key_in_use"]


@pytest.mark.parametrize("key", PROVES_NOTHING)
def test_a_new_key_that_proves_nothing_is_refused(key: str) -> None:
    """Nobody rotates to a key whose signatures could be denied."""
    decision = STAFFED.when(RotateKey(public_key=key), LENDER)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["key_proves_nothing"])


def test_a_holder_cannot_fill_the_registry_with_keys() -> None:
    """Retired keys are kept for ever, so there is a limit to them."""
    given, key = STAFFED, public_key(f"{LENDER}/{ADMINISTRATOR}")
    for number in range(KEYS_PER_HOLDER_MAX - 1):
        new = public_key(f"key {number}")
        given = given.having(signed_with(given, RotateKey(public_key=new), key).events)
        key = new
    decision = signed_with(given, ROTATE, key)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["register_full"])
    assert given.when(ROTATE, COOPERATING).outcome is Outcome.ACCEPTED


def test_a_system_key_can_be_rotated_where_the_register_is_full() -> None:
    """The limit of an institution's system keys counts those that still sign, and a rotation makes them no more."""
    given = STAFFED
    for number in range(SYSTEM_KEYS_PER_INSTITUTION_MAX):
        given = given.after(
            RegisterSystemKey(use=SystemUse.LOSS_NOTICES, public_key=public_key(f"system {number}")), LENDER
        )
    one_more = RegisterSystemKey(use=SystemUse.LOSS_NOTICES, public_key=public_key("one more"))
    assert codes(given.when(one_more, LENDER)) == ["register_full"]
    rotation = signed_with(given, ROTATE, public_key("system 7"), LENDER, None)
    assert rotation.outcome is Outcome.ACCEPTED
    after = given.having(rotation.events)
    signing = [key for key in after.pool.keys.values() if key.use is not None and key.valid_until is None]
    assert len(signing) == SYSTEM_KEYS_PER_INSTITUTION_MAX
    assert codes(after.when(one_more, LENDER)) == ["register_full"]


def test_a_system_cannot_fill_the_registry_with_keys_that_end_by_themselves() -> None:
    """A key whose time is over makes room for another one, but it is kept for ever: those have a limit too."""
    given, at = STAFFED, NOON
    for number in range(SYSTEM_KEYS_EVER_PER_INSTITUTION_MAX):
        until = at + timedelta(seconds=1)
        key = public_key(f"system {number}")
        short = RegisterSystemKey(use=SystemUse.LOSS_NOTICES, public_key=key, valid_until=until)
        given, at = given.after(short, LENDER, at=at), until
    one_more = RegisterSystemKey(use=SystemUse.LOSS_NOTICES, public_key=public_key("one more"))
    decision = given.when(one_more, LENDER, at=at)
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["register_full"])
    assert given.when(one_more, GUARANTOR, at=at).outcome is Outcome.ACCEPTED


def test_what_was_registered_before_stays_registered() -> None:
    """A rotation changes no officer, no institution and no rule; the same registration again is a duplicate still."""
    assert ROTATED.pool.institutions == STAFFED.pool.institutions
    assert ROTATED.pool.first_rules == rules()
    lender = RegisterInstitution(role=Role.LENDER, institution=institution(LENDER))
    assert ROTATED.when(lender, MANAGING).outcome is Outcome.DUPLICATE
    assert ROTATED.when(filing(), COOPERATING, FILER).outcome is Outcome.ACCEPTED


def test_the_root_key_and_retired_keys_survive_being_written_down() -> None:
    """A pool read back from its JSON has the same root key, and its retired keys stay retired."""
    read = Pool.model_validate_json(ROTATED.pool.model_dump_json())
    assert read == ROTATED.pool
    assert read.root_key_id == key_id(public_key(f"{MANAGING}/{ADMINISTRATOR}"))
    assert read.keys[OLD_ID].valid_until == NOON
