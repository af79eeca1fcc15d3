"""Intake: a record becomes a message, or a reason why not; its sender is answered only if the signature holds."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.contracts.documents import SignedMessage
from shared.contracts.envelope import SIGNATURE_HEADER
from shared.contracts.ids import causing_id
from shared.messaging.encoding import sha256_hex
from shared.messaging.intake import (
    KeyUnknown,
    Quarantined,
    key_of_original,
    open_record,
    read_command,
    read_event,
    read_original,
)
from shared.messaging.keyring import Keys
from shared.messaging.message import Incoming, Record
from tests.unit.messaging.messaging_factories import (
    ASK_TOPIC,
    BANK,
    COMMANDS,
    EVENT_BYTES_MAX,
    EVENTS,
    NOON,
    OBSERVED_TOPIC,
    OTHER_POOL,
    POOL,
    PROJECT,
    VALUE_BYTES_MAX,
    Ask,
    Happened,
    Party,
    as_bytes,
    ask_content,
    ask_record,
    event_content,
    event_record,
    keys_of,
    record,
    signed_record,
)

KEYS = keys_of(BANK.key())
STRANGER = Party("bank-x")
VALUE = as_bytes(ask_content())
SIGNED = BANK.signer.sign(VALUE)


def _take_in(taken: Record, keys: Keys = KEYS, at: datetime = NOON) -> Incoming | Quarantined | KeyUnknown:
    return read_command(open_record(taken, VALUE_BYTES_MAX), keys, COMMANDS, at)


def _fault(taken: Record, keys: Keys = KEYS, at: datetime = NOON) -> Quarantined:
    result = _take_in(taken, keys, at)
    assert isinstance(result, Quarantined), result
    assert result.record is taken
    assert result.sha256 == sha256_hex(taken.value or b"")
    assert result.why
    assert result.why_zh
    return result


def test_a_message_that_is_in_order_is_read_whole() -> None:
    """The domain gets the verified sender, the time of intake, the hash of the bytes, and the signed original."""
    value = as_bytes(ask_content())
    taken = signed_record(BANK, value)
    incoming = _take_in(taken)
    assert isinstance(incoming, Incoming)
    received = incoming.received
    assert received.data == Ask(project_id=PROJECT, amount_fen=20_000_000)
    assert (received.sender, received.message_id, received.pool_id) == ("bank-a", "m-1", POOL)
    assert received.received_at == NOON
    assert received.content_sha256 == sha256_hex(value)
    assert received.acting is not None
    assert (received.acting.institution, received.acting.officer, received.acting.system_use) == (
        "bank-a",
        "li-na",
        None,
    )
    assert received.acting.key_id == BANK.signer.key_id
    assert received.original is not None
    assert received.original.value == value
    assert read_original(received.original, KEYS, COMMANDS, NOON) == received
    assert key_of_original(received.original) == BANK.signer.key_id
    assert incoming.cause == causing_id("bank-a", "m-1")
    assert (incoming.seq, incoming.stream_key, incoming.type) == (None, "", "toy.question.ask.v1")


def test_an_institutions_system_signs_without_an_officer() -> None:
    """A system's key speaks for nobody by name."""
    system = Party("bank-a", officer=None)
    incoming = _take_in(ask_record(system), keys_of(system.key()))
    assert isinstance(incoming, Incoming)
    assert incoming.received.acting is not None
    assert (incoming.received.acting.officer, incoming.received.acting.system_use) == (None, "loss_notices")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"source": "bank-b"}, "sender_mismatch"),
        ({"source": None}, "sender_mismatch"),
        ({"source": ["bank-a"]}, "sender_mismatch"),
        ({"officer": "wang-wu"}, "sender_mismatch"),
        ({"officer": None}, "sender_mismatch"),
        ({"audience": "loss-notices"}, "audience_mismatch"),
        ({"audience": None}, "audience_mismatch"),
        ({"audience": [ASK_TOPIC]}, "audience_mismatch"),
        ({"type": "toy.question.ask.v2"}, "type_unknown"),
        ({"type": Happened.message_type}, "type_unknown"),
        ({"type": None}, "type_unknown"),
        ({"type": {"toy.question.ask.v1": 1}}, "type_unknown"),
        ({"specversion": "0.3"}, "schema"),
        ({"specversion": None}, "schema"),
        ({"id": ""}, "schema"),
        ({"id": "m 1"}, "schema"),
        ({"id": "m-1\n"}, "schema"),
        ({"id": "m" * 65}, "schema"),
        ({"id": 7}, "schema"),
        ({"time": "2026-11-20T12:00:00"}, "schema"),
        ({"time": "1066-10-14T12:00:00Z"}, "schema"),
        ({"time": 1_795_176_000}, "schema"),
        ({"datacontenttype": "text/plain"}, "schema"),
        ({"unknown": 1}, "schema"),
        ({"seq": 1}, "schema"),
        ({"poolid": "the pool"}, "schema"),
        ({"poolid": None}, "schema"),
        ({"poolid": 7}, "schema"),
        ({"poolid": {}}, "schema"),
        ({"data": None}, "schema"),
        ({"data": []}, "schema"),
        ({"data": {"project_id": str(PROJECT)}}, "schema"),
        ({"data": {"project_id": str(PROJECT), "amount_fen": "1"}}, "schema"),
        ({"data": {"project_id": str(PROJECT), "amount_fen": True}}, "schema"),
        ({"data": {"project_id": str(PROJECT), "amount_fen": 1, "more": 1}}, "schema"),
        ({"data": {"project_id": str(PROJECT), "amount_fen": 1, "note": "e\u0301"}}, "schema"),
        ({"data": {"project_id": str(PROJECT), "amount_fen": 1, "note": "a\u202eb"}}, "schema"),
        ({"data": {"project_id": str(PROJECT), "amount_fen": 1, "note": "x" * 30_000}}, "schema"),
    ],
)
def test_a_signed_message_that_is_wrong_is_answered(changes: dict[str, Any], code: str) -> None:
    """The signature holds, so the institution that sent it is told what is wrong, under the key's institution."""
    fault = _fault(ask_record(**changes))
    assert (fault.code, fault.sender, fault.pool_id) == (code, "bank-a", POOL)


@pytest.mark.parametrize(
    ("value", "message_id"),
    [
        (b'{"id":"m-1","a":1,"a":2}', None),
        (b'{"id":"m-1","a":1e3}', None),
        (b"[]", None),
        (b"\xff", None),
        (as_bytes(ask_content(message_id="long" * 30, type=7)), ("long" * 30)[:64]),
        (as_bytes({"poolid": str(POOL), "id": {"m": 1}}), None),
    ],
)
def test_a_signed_message_that_is_malformed_is_answered(value: bytes, message_id: str | None) -> None:
    """Even if nothing of it can be read, the key tells who sent it; its hash tells the sender which one it was."""
    fault = _fault(signed_record(BANK, value))
    assert (fault.sender, fault.pool_id, fault.message_id) == ("bank-a", POOL, message_id)


@pytest.mark.parametrize(
    ("taken", "code"),
    [
        (record(VALUE), "signature_missing"),
        (record(VALUE, None), "signature_missing"),
        (record(VALUE, b""), "signature_missing"),
        (record(VALUE, b"\xff\xfe"), "signature_missing"),
        (record(VALUE, "密..钥"), "signature_missing"),
        (record(VALUE, "eyJhbGciOiJub25lIn0.."), "signature_missing"),
        (record(VALUE, *[SIGNED] * 2), "signature_missing"),
        (record(VALUE, SIGNED, None), "signature_missing"),
        (record(VALUE, SIGNED.replace("..", "=..")), "signature_missing"),
        (record(VALUE, SIGNED + "=="), "signature_wrong"),
        (record(VALUE, SIGNED + "\n"), "signature_wrong"),
        (record(VALUE, BANK.signer.sign(b"other bytes")), "signature_wrong"),
        (record(VALUE, STRANGER.signer.sign(b"")), "key"),
        (record(None, BANK.signer.sign(b"{}")), "signature_wrong"),
        (record(None), "signature_missing"),
        (record(b""), "signature_missing"),
        (record(b"not JSON", STRANGER.signer.sign(b"not JSON")), "key"),
    ],
)
def test_what_nobody_vouches_for_is_answered_to_nobody(taken: Record, code: str) -> None:
    """An answer to an unverified sender would let anyone write into an institution's answers."""
    result = _take_in(taken)
    if code == "key":
        assert result == KeyUnknown(taken, STRANGER.signer.key_id)
        return
    assert isinstance(result, Quarantined)
    assert (result.code, result.sender, result.pool_id) == (code, None, None)


def test_what_is_too_long_does_not_wait_for_its_key() -> None:
    """What waits is read again and again, so a long one would cost us more than its sender."""
    value = as_bytes(ask_content())
    taken = signed_record(STRANGER, value)
    assert isinstance(read_command(open_record(taken, len(value)), KEYS, COMMANDS, NOON), KeyUnknown)
    result = read_command(open_record(taken, len(value) - 1), KEYS, COMMANDS, NOON)
    assert isinstance(result, Quarantined)
    assert (result.code, result.sender) == ("malformed", None)


def test_a_tombstone_that_is_signed_is_malformed() -> None:
    """A record without a value says nothing, signed or not."""
    for value in (None, b""):
        fault = _fault(record(value, BANK.signer.sign(b"")))
        assert (fault.code, fault.sender) == ("malformed", "bank-a")


def test_a_value_above_the_limit_is_refused() -> None:
    """One byte above the limit is quarantined; the limit itself is read."""
    value = as_bytes(ask_content())
    taken = signed_record(BANK, value)
    assert isinstance(read_command(open_record(taken, len(value)), KEYS, COMMANDS, NOON), Incoming)
    result = read_command(open_record(taken, len(value) - 1), KEYS, COMMANDS, NOON)
    assert isinstance(result, Quarantined)
    assert (result.code, result.sender) == ("malformed", "bank-a")


def test_an_honest_signature_on_anothers_message_is_the_signers_fault() -> None:
    """Whoever signs with the own key in another's name is answered itself; the other one hears nothing."""
    forger = Party("bank-b", officer="wang-wu")
    value = as_bytes(ask_content(BANK))
    fault = _fault(signed_record(forger, value), keys_of(BANK.key(), forger.key()))
    assert (fault.code, fault.sender) == ("sender_mismatch", "bank-b")


def test_a_key_counts_in_its_own_pool_only() -> None:
    """A key that is registered in one pool is unknown in another."""
    taken = ask_record(poolid=str(OTHER_POOL))
    assert _take_in(taken) == KeyUnknown(taken, BANK.signer.key_id, BANK.key())


def test_a_key_counts_while_it_is_valid() -> None:
    """From its first moment, and up to but without its last."""
    until = NOON + timedelta(hours=1)
    keys = keys_of(BANK.key(valid_from=NOON, valid_until=until))
    moment = timedelta(microseconds=1)
    assert isinstance(_take_in(ask_record(), keys, NOON), Incoming)
    assert isinstance(_take_in(ask_record(), keys, until - moment), Incoming)
    for at in (NOON - moment, until, until + timedelta(days=400)):
        fault = _fault(ask_record(), keys, at)
        assert (fault.code, fault.sender, fault.message_id) == ("key_not_valid", "bank-a", "m-1")


def test_a_replay_on_another_topic_is_refused() -> None:
    """The audience is signed, so a message can't be carried to another topic."""
    fault = _fault(replace(ask_record(), topic="treasury.commands"))
    assert (fault.code, fault.sender) == ("audience_mismatch", "bank-a")


def test_faults_name_fields_and_not_values() -> None:
    """What was sent is people's data; an answer and a log name the field only, and only some of many."""
    secret = "110105199001011234"
    data = {"project_id": secret, "amount_fen": secret, **{f"x{number}": secret for number in range(9)}}
    fault = _fault(ask_record(data=data))
    assert secret not in fault.why + fault.why_zh
    assert "data.project_id" in fault.why
    assert "and 6 more" in fault.why
    assert len(fault.why) <= 1_500


def test_an_original_is_checked_again() -> None:
    """A signed original passes only as it passed intake: its topic, its bytes, its signature, a key of that time."""
    value = as_bytes(ask_content())
    original = SignedMessage.of(ASK_TOPIC, value, BANK.signer.sign(value), NOON)
    assert read_original(original, KEYS, COMMANDS, NOON) is not None
    for altered in (
        original.model_copy(update={"topic": "treasury.commands"}),
        original.model_copy(update={"value_base64": original.value_base64[:-4]}),
        original.model_copy(update={"value_base64": f"{original.value_base64}\n"}),
        original.model_copy(update={"signature": f"{original.signature}=="}),
        original.model_copy(update={"value_base64": "not base64"}),
        original.model_copy(update={"value_base64": ""}),
        original.model_copy(update={"signature": STRANGER.signer.sign(value)}),
        original.model_copy(update={"signature": "密"}),
        original.model_copy(update={"signature": ""}),
    ):
        assert read_original(altered, KEYS, COMMANDS, NOON) is None
    assert read_original(original, {}, COMMANDS, NOON) is None
    assert read_original(original, KEYS, {}, NOON) is None
    assert read_original(original, KEYS, COMMANDS, NOON - timedelta(days=2)) is None
    assert key_of_original(original.model_copy(update={"signature": "x..y"})) is None


def _read_event(taken: Record) -> Incoming | Quarantined:
    return read_event(taken, EVENTS, NOON, EVENT_BYTES_MAX)


def test_an_event_is_read_with_its_place_in_its_stream() -> None:
    """The stream is named by source, topic and key; unknown fields of a later version are ignored everywhere."""
    content = event_content(3, data={"note": "number 3", "later": 1}, alsolater=2)
    taken = replace(event_record(3), value=as_bytes(content))
    incoming = _read_event(taken)
    assert isinstance(incoming, Incoming)
    assert incoming.data == Happened(note="number 3")
    assert (incoming.seq, incoming.stream_key, incoming.received.sender) == (3, str(PROJECT), "other")
    assert incoming.received.acting is None
    assert incoming.received.original is None


def test_an_event_of_a_later_version_keeps_its_place() -> None:
    """A type that is not known is no gap: it has its turn, with no data."""
    incoming = _read_event(event_record(3, type="other.thing.happened.v2", data={"anything": 1}))
    assert isinstance(incoming, Incoming)
    assert (incoming.type, incoming.seq, incoming.data) == ("other.thing.happened.v2", 3, None)


def test_an_event_of_no_single_pool_is_read() -> None:
    """What concerns no pool has none."""
    incoming = _read_event(event_record(3, poolid=None))
    assert isinstance(incoming, Incoming)
    assert incoming.received.pool_id == UUID(int=0)


@pytest.mark.parametrize(
    "taken",
    [
        record(None, topic=OBSERVED_TOPIC, key=b"k"),
        record(b"[]", topic=OBSERVED_TOPIC, key=b"k"),
        record(b'{"a":1,"a":2}', topic=OBSERVED_TOPIC, key=b"k"),
        event_record(1, seq=0),
        event_record(1, seq="1"),
        event_record(1, seq=None),
        event_record(1, type=None),
        replace(event_record(1), key=None),
        replace(event_record(1), key=b"another"),
        replace(event_record(1), key=b"\x00"),
        replace(event_record(1), key=b"\xff"),
        event_record(1, data={"note": 7}),
        event_record(1, data={"note": "x" * EVENT_BYTES_MAX}),
        event_record(1, id="no uuid"),
        event_record(1, source=None),
    ],
)
def test_an_event_that_cannot_be_read_is_quarantined(taken: Record) -> None:
    """It is a fault of a service, and answered to nobody; a key that is not its subject would be another stream."""
    result = _read_event(taken)
    assert isinstance(result, Quarantined)
    assert (result.code, result.sender) == ("event_unreadable", None)


header_names = st.sampled_from([SIGNATURE_HEADER, "traceparent", "content-type", "reply_to", ""]) | st.text(max_size=5)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
contents = st.dictionaries(st.sampled_from(sorted(ask_content() | event_content(1))), json_values, max_size=4).map(
    lambda changes: as_bytes_or_empty({**ask_content(), **changes})
)


def as_bytes_or_empty(content: Any) -> bytes:
    """The content as JSON, or nothing where it can't be written."""
    try:
        return as_bytes(content)
    except ValueError:
        return b""


@settings(max_examples=150)
@given(
    value=st.none() | st.binary(max_size=100) | contents,
    key=st.none() | st.binary(max_size=5),
    headers=st.lists(st.tuples(header_names, st.none() | st.binary(max_size=60)), max_size=4),
    signer=st.sampled_from([None, BANK, STRANGER]),
)
@example(value=b"{}", key=None, headers=[(SIGNATURE_HEADER, BANK.signer.sign(b"{}").encode())], signer=None)
def test_nothing_that_comes_in_raises(
    value: bytes | None, key: bytes | None, headers: list[tuple[str, bytes | None]], signer: Party | None
) -> None:
    """Random bytes, headers and fields end as a message, a fault, or a wait for a key; only the signer is answered."""
    signature = [] if signer is None else [signer.signer.sign(value or b"")]
    taken = record(value, *signature, key=key, headers=headers)
    result = _take_in(taken)
    assert isinstance(result, Incoming | Quarantined | KeyUnknown)
    if isinstance(result, Quarantined) and result.sender is not None:
        assert result.sender == "bank-a"
        assert [found for name, found in taken.headers if name == SIGNATURE_HEADER] == [
            BANK.signer.sign(value or b"").encode()
        ]
    assert isinstance(_read_event(replace(taken, topic=OBSERVED_TOPIC)), Incoming | Quarantined)
