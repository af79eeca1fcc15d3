"""A signature is judged by the time at which its message was taken in, whenever it is looked at again."""

from datetime import datetime, timedelta

import pytest

from shared.contracts.documents import SignedMessage
from shared.messaging.intake import open_record, read_command, read_original
from shared.messaging.message import Incoming
from tests.unit.messaging.messaging_factories import BANK, COMMANDS, NOON, ask_record, keys_of

pytestmark = pytest.mark.clause("4.1")

RETIRED_AT = NOON + timedelta(hours=1)
KEYS = keys_of(BANK.key(valid_until=RETIRED_AT))
LATER = RETIRED_AT + timedelta(days=1)


def original_taken_in_at(moment: datetime) -> SignedMessage:
    record = ask_record()
    incoming = read_command(open_record(record, 10_000), KEYS, COMMANDS, moment)
    assert isinstance(incoming, Incoming)
    assert incoming.received.original is not None
    return incoming.received.original


def test_intake_records_when_an_original_was_taken_in() -> None:
    """The original carries the time of its intake, also when it is written down and read again."""
    original = original_taken_in_at(NOON)
    assert original.received_at == NOON
    assert SignedMessage.model_validate_json(original.model_dump_json()) == original


def test_an_original_stays_genuine_after_its_key_was_rotated() -> None:
    """What was signed in the key's time can be checked for ever."""
    original = original_taken_in_at(NOON)
    read = read_original(original, KEYS, COMMANDS, LATER)
    assert read is not None
    assert read.received_at == NOON


@pytest.mark.parametrize("moment", [RETIRED_AT, LATER, LATER + timedelta(days=1)])
def test_an_original_without_a_time_in_the_keys_time_is_not_genuine(moment: datetime) -> None:
    """From its retirement on a key signs nothing more, and nothing counts as taken in later than it was read."""
    original = original_taken_in_at(NOON).model_copy(update={"received_at": moment})
    assert read_original(original, KEYS, COMMANDS, LATER) is None


def test_nothing_is_taken_in_after_it_was_read() -> None:
    """A time of intake that has not come yet gives no key a longer life and no key an earlier beginning."""
    original = original_taken_in_at(NOON).model_copy(update={"received_at": LATER})
    keys = keys_of(BANK.key(valid_from=RETIRED_AT))
    assert read_original(original, keys, COMMANDS, NOON) is None
    assert read_original(original, keys, COMMANDS, LATER) is not None
