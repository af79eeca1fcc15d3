"""The outbox: an event is written down once, and its bytes stay."""

import json
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.ids import causing_id, event_id
from shared.contracts.receipts import Outcome
from shared.contracts.refusals import refusal
from shared.messaging.encoding import headers_from_text, headers_to_text, sha256_hex
from shared.messaging.message import Outgoing
from shared.messaging.outbox import RECEIPT_INDEX, Draft, encode_event
from tests.unit.messaging.messaging_factories import EVENTS, POOL, PROJECT, Answered, ToyReceipt

TIME = datetime(2026, 11, 20, 12, 0, 0, 123_456, tzinfo=UTC)
CAUSE = causing_id("bank-a", "m-1")


def test_an_event_byte_for_byte() -> None:
    """These bytes are published, signed and hashed; a library that writes them otherwise breaks every replay."""
    draft = Draft(Outgoing(Answered(about="测试"), POOL, str(PROJECT)), CAUSE, 1, "m-1", TIME, None)
    assert draft.stream == ("toy.events", str(PROJECT))
    assert (
        encode_event("toy", draft, draft.event_id, 7, EVENTS)
        == (
            '{"specversion":"1.0","id":"a72e86aa-22ff-5c7d-a967-dff948998a76","source":"toy",'
            '"type":"toy.question.answered.v1","subject":"0f6f6a3e-8a52-5d1f-9c55-2f4b3e9d1a01",'
            '"time":"2026-11-20T12:00:00.123456Z","datacontenttype":"application/json",'
            '"poolid":"5b1c1f9e-3f65-4a53-9d0a-0d1a4b2f7e11","seq":7,"causationid":"m-1","data":{"about":"测试"}}'
        ).encode()
    )


def test_a_receipt_byte_for_byte() -> None:
    """What is absent is left out, and a refusal says its clause as a Chinese reader cites it."""
    receipt = ToyReceipt(
        message_id="m-1",
        message_type_received="toy.question.ask.v1",
        message_sha256=sha256_hex(b"{}"),
        outcome=Outcome.REFUSED,
        reasons=(refusal("share_above_max", "10.3", "above the share", "超出份额"),),
    )
    outgoing = Outgoing(receipt, POOL, str(POOL), topic="outcomes.bank-a")
    draft = Draft(outgoing, CAUSE, RECEIPT_INDEX, "m-1", TIME, None)
    assert draft.stream == ("outcomes.bank-a", str(POOL))
    content = json.loads(encode_event("toy", draft, draft.event_id, 1, EVENTS))
    assert content["id"] == str(event_id(CAUSE, 0)) == "afb63f44-5624-566e-9566-5a2d74dfd9db"
    assert content["data"] == {
        "message_id": "m-1",
        "message_type_received": "toy.question.ask.v1",
        "message_sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        "outcome": "refused",
        "reasons": [
            {
                "code": "share_above_max",
                "clause": "10.3",
                "citation": "第十条第二款",
                "text": "above the share",
                "text_zh": "超出份额",
            }
        ],
    }


def test_an_event_of_no_single_pool_has_no_pool() -> None:
    """An absent pool is left out, not written as null."""
    draft = Draft(Outgoing(Answered(about="x"), None, "log"), UUID(int=1), 1, "tick", TIME, None)
    assert "poolid" not in json.loads(encode_event("toy", draft, draft.event_id, 1, EVENTS))


@given(st.lists(st.tuples(st.text(max_size=8), st.none() | st.binary(max_size=12)), max_size=6).map(tuple))
def test_headers_are_kept_without_any_loss(headers: tuple[tuple[str, bytes | None], ...]) -> None:
    """Order, duplicates, absent values and bytes that are no text come back as they were."""
    text = headers_to_text(headers)
    assert headers_from_text(text) == headers
    assert text.isascii()
    assert "\x00" not in text
