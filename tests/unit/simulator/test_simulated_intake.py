"""What the services do with records is done in memory by the same functions: inbox, held keys, order, signatures."""

import asyncio
import random

import pytest

from services.claims.app import SERVICE as CLAIMS
from shared.contracts.registry.people import ChangeDuties, RegisterOfficer, RotateKey
from shared.contracts.registry.words import Duty
from shared.contracts.topics import REGISTRY_EVENTS
from shared.messaging.keyring import root_signing_keys
from shared.messaging.message import Record
from simulator.cores import ClaimsCore
from simulator.message_context import person_of
from simulator.parties import COOPERATING, LENDER, Cast, SeededKeys
from simulator.party_messages import Message, ObservedRecord, Sender, write_message
from simulator.registrations import confirmation
from simulator.service import KEY_WAIT_SECONDS_MAX, SimulatedService
from simulator.simulator import Simulator
from tests.unit.simulator.simulator_examples import NOON, OTHER_POOL, POOL, Stage, stage

DUTIES = ChangeDuties(officer="reviewer", duties=(Duty.VERIFICATION,))


@pytest.fixture
def founded() -> Stage:
    return stage()


def outcomes(founded: Stage, since: int, institution: str = COOPERATING) -> list[ObservedRecord]:
    return [observed for observed in founded.simulator.observed[since:] if observed.topic == f"outcomes.{institution}"]


def codes(receipt: Message) -> list[str]:
    return [reason["code"] for reason in receipt["reasons"]]


def test_the_same_bytes_again_get_the_same_receipt_again(founded: Stage) -> None:
    """A repeat has no effect, and is told what it was told before, byte for byte."""
    sender = founded.cast.administrator(COOPERATING)
    _, value = write_message(sender, DUTIES, "duties-1", NOON)
    before = len(founded.simulator.observed)
    founded.simulator.send(DUTIES.topic, value, sender.signer.sign(value), NOON)
    events = len(founded.simulator.observed[before:])
    founded.simulator.send(DUTIES.topic, value, sender.signer.sign(value), NOON)
    first, second = outcomes(founded, before)
    assert first.value == second.value
    assert len(founded.simulator.observed[before:]) == events + 1


def test_other_bytes_under_an_id_are_refused(founded: Stage) -> None:
    """The first message stands; whoever sent the second is told to use a new id."""
    sender, other = founded.cast.administrator(COOPERATING), DUTIES.model_copy(update={"officer": "planner"})
    assert founded.simulator.say(sender, DUTIES, NOON, "duties-1") is not None
    receipt = founded.simulator.say(sender, other, NOON, "duties-1")
    assert receipt is not None
    assert (receipt["outcome"], codes(receipt)) == ("refused", ["message_id_reused"])


def test_what_was_signed_with_another_key_than_it_names_is_nobodys(founded: Stage) -> None:
    """It is quarantined, and nobody is told: the signature does not say who sent it."""
    sender = founded.cast.administrator(COOPERATING)
    _, value = write_message(sender, DUTIES, "duties-1", NOON)
    before = len(founded.simulator.observed)
    founded.simulator.send(DUTIES.topic, value, sender.signer.sign(value + b" "), NOON)
    founded.simulator.send(DUTIES.topic, value, None, NOON)
    founded.simulator.send(DUTIES.topic, None, None, NOON)
    assert founded.simulator.observed[before:] == []


def test_a_message_waits_for_its_key(founded: Stage) -> None:
    """Who signs before the key is registered is answered when it is; the message counts from when it came."""
    signer = founded.cast.new_signer()
    newcomer = Sender(POOL, COOPERATING, "newcomer", signer)
    assert founded.simulator.say(newcomer, DUTIES, NOON, "early") is None
    before = len(founded.simulator.observed)
    key = RegisterOfficer(
        officer="newcomer",
        person=person_of(COOPERATING, "newcomer"),
        name="新人",
        duties=(Duty.REPORTING,),
        public_key=signer.public_key,
    )
    administrator = founded.cast.administrator(COOPERATING)
    accepted = founded.simulator.say(administrator, key, NOON)
    assert accepted is not None
    assert accepted["outcome"] == "accepted"
    assert [observed for observed in outcomes(founded, before) if observed.content["causationid"] == "early"] == []
    # A second person is needed before the key is one.
    founded.simulator.say(*confirmation(founded.cast, administrator, accepted["message_sha256"]), NOON)
    early = [
        observed.content["data"] for observed in outcomes(founded, before) if observed.content["causationid"] == "early"
    ]
    # Its key's time begins with the registration, which is not after the message came.
    assert [(receipt["outcome"], codes(receipt)) for receipt in early] == [("refused", ["duty_not_held"])]


def test_a_key_is_not_waited_for_for_ever(founded: Stage) -> None:
    """After the wait a stranger is told nothing, and who is known in another pool is told which pool that is."""
    simulator = Simulator(founded.cast, more_pools=[OTHER_POOL])
    elsewhere = founded.cast.in_pool(OTHER_POOL, {}).administrator(COOPERATING)
    stranger = Sender(POOL, "stranger", None, Cast(POOL, SeededKeys("strangers")).new_signer())
    for record in founded.simulator.records:
        if record.topic == "registry.commands":
            simulator.send(record.topic, record.value, signature_of(record), NOON)
    before = len(simulator.observed)
    assert simulator.say(stranger, DUTIES, NOON) is None
    assert simulator.say(elsewhere, DUTIES, NOON) is None
    asyncio.run(simulator.let_pass(KEY_WAIT_SECONDS_MAX))
    assert simulator.observed[before:] == []
    asyncio.run(simulator.let_pass(1))
    (answer,) = simulator.observed[before:]
    assert codes(answer.content["data"]) == ["key_of_another_pool"]


def signature_of(record: Record) -> str:
    (signature,) = record.header_values("signature")
    assert signature is not None
    return signature.decode()


def test_what_a_rotated_key_has_signed_before_stays_good(founded: Stage) -> None:
    """The rotation itself, sent again, gets its receipt again; anything new that the old key signs is refused."""
    sender = founded.cast.system(LENDER)
    rotation = RotateKey(public_key=founded.cast.new_signer().public_key)
    first = founded.simulator.say(sender, rotation, NOON, "rotation")
    assert first is not None
    assert first["outcome"] == "accepted"
    assert founded.simulator.say(sender, rotation, NOON, "rotation") == first
    late = founded.simulator.say(sender, rotation, NOON, "another")
    assert late is not None
    assert codes(late) == ["key_not_valid"]


@pytest.mark.parametrize("seed", range(5))
def test_events_are_taken_in_the_order_of_their_streams(founded: Stage, seed: int) -> None:
    """In whatever order they come, and however often, what is known of the pool in the end is the same."""
    records = [record for record in founded.simulator.records if record.topic == REGISTRY_EVENTS]
    shuffled = [*records, *records]
    random.Random(seed).shuffle(shuffled)
    core = ClaimsCore()
    claims = SimulatedService(CLAIMS, core, root_signing_keys(founded.cast.root_keys()), None)
    for record in shuffled:
        claims.take(record, NOON, 0.0)
    assert core.batch.pools == founded.simulator.claims.batch.pools
