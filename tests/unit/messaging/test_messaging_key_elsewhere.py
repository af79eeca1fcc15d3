"""A key that only another pool knows: its institution is answered, and nobody in whose name it did not sign."""

from dataclasses import replace
from uuid import UUID

from shared.messaging.intake import KeyUnknown, Quarantined, never_registered, open_record, read_command
from shared.messaging.keyring import Keys
from shared.messaging.message import Incoming, Record
from tests.unit.messaging.messaging_factories import (
    BANK,
    COMMANDS,
    NOON,
    OTHER_POOL,
    POOL,
    VALUE_BYTES_MAX,
    as_bytes,
    ask_content,
    ask_record,
    keys_of,
)

KEYS = keys_of(BANK.key())


def _take_in(taken: Record, keys: Keys = KEYS) -> Incoming | Quarantined | KeyUnknown:
    return read_command(open_record(taken, VALUE_BYTES_MAX), keys, COMMANDS, NOON)


def test_who_signs_for_a_pool_that_does_not_know_the_key_is_answered_if_another_knows_it() -> None:
    """The signature tells who it was; where it doesn't hold, or no pool knows the key, nobody is told."""
    taken = ask_record(poolid=str(OTHER_POOL))
    opened = open_record(taken, VALUE_BYTES_MAX)
    fault = never_registered(opened, BANK.key(), 30)
    assert (fault.code, fault.sender, fault.pool_id) == ("key_of_another_pool", "bank-a", POOL)
    assert (fault.message_id, fault.type) == ("m-1", "toy.question.ask.v1")
    assert str(OTHER_POOL) in fault.why
    assert (never_registered(opened, None, 30).code, never_registered(opened, None, 30).sender) == ("key_unknown", None)
    altered = replace(taken, value=as_bytes(ask_content(poolid=str(OTHER_POOL), type="other")))
    assert _take_in(altered) == KeyUnknown(altered, BANK.signer.key_id)
    assert _take_in(taken, {}) == KeyUnknown(taken, BANK.signer.key_id)
    long = read_command(open_record(taken, 10), KEYS, COMMANDS, NOON)
    assert isinstance(long, Quarantined)
    assert (long.code, long.sender) == ("malformed", "bank-a")


def test_of_several_institutions_with_one_key_the_named_one_is_answered() -> None:
    """One key can be registered for two institutions in two pools; the message says which of them it is."""
    other = replace(BANK, institution="bank-b", pool_id=UUID(int=7))
    for party in (BANK, other):
        unknown = _take_in(ask_record(party, poolid=str(OTHER_POOL)), keys_of(BANK.key(), other.key()))
        assert isinstance(unknown, KeyUnknown)
        assert unknown.elsewhere == party.key()
