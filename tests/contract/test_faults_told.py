"""What a sender is told of the faults of its message: in our own words, both languages, with the next thing to do."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from riskpool.contracts import example
from shared.contracts.catalogue import COMMAND_MESSAGES
from shared.messaging.fault_messages import ANY_FAULT, FAULTS_NAMED_MAX, FIELD_FAULTS, SEND_CORRECTED, fields_message
from shared.messaging.strict import Malformed, decode

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Two words one after the other are English; a field's name, a code, a form is none.
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
SENT = "sent by mistake"
WRONG: tuple[Any, ...] = (SENT, "", f" {SENT}", f"{SENT}\u202e", "e\u0301", "x" * 9_000)
WRONG += (-1, 10**17, True, None, [], {}, [SENT])


def _places(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a message, the first of each list standing for the others."""
    for name in value if isinstance(value, dict) else range(min(1, len(value))) if isinstance(value, list) else ():
        yield (*place, name)
        yield from _places(value[name], (*place, name))


def _faulty(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The message with one place missing, wrong, or with an unknown field beside it."""
    for place in _places(message):
        *way, last = place
        for wrong in (*WRONG, ...):
            altered = copy.deepcopy(message)
            inner: Any = altered
            for name in way:
                inner = inner[name]
            if wrong is not ...:
                inner[last] = wrong
            elif isinstance(inner, dict):
                inner[f"{last}_{SENT}"] = inner.pop(last)
            yield altered


@pytest.mark.parametrize("message_type", sorted(COMMAND_MESSAGES))
def test_every_fault_of_a_field_has_words_of_ours(message_type: str) -> None:
    """Whatever is wrong in whichever field: no library's words, no English in the Chinese, no value that was sent."""
    model = COMMAND_MESSAGES[message_type]
    message = example(message_type)
    for altered in _faulty(message):
        try:
            model.model_validate_json(json.dumps(altered))
        except ValidationError as error:
            types = {fault["type"] for fault in error.errors()}
            assert types <= FIELD_FAULTS.keys(), altered
            described = fields_message(error)
            assert described.text.endswith(f"; {SEND_CORRECTED.text}")
            assert described.text_zh.endswith(f"；{SEND_CORRECTED.text_zh}")
            fields, fields_zh = described.text.replace(f"_{SENT}", ""), described.text_zh.replace(f"_{SENT}", "")
            assert SENT not in fields + fields_zh
            assert not CHINESE.search(fields)
            assert not ENGLISH.search(fields_zh), fields_zh


def test_many_faults_are_counted_and_a_new_kind_of_fault_has_words_too() -> None:
    """Some are named, the others counted; what has no words yet points to the schema."""
    message_type = min(COMMAND_MESSAGES)
    with pytest.raises(ValidationError) as raised:
        COMMAND_MESSAGES[message_type].model_validate_json(json.dumps({f"x{number}": 1 for number in range(9)}))
    described = fields_message(raised.value)
    more = len(raised.value.errors()) - FAULTS_NAMED_MAX
    assert f"and {more} more" in described.text
    assert f"另有 {more} 处" in described.text_zh
    assert CHINESE.search(ANY_FAULT.text_zh)


NO_MESSAGE = (
    *(None, b"x" * 99, b"\xff", b"{", b"[]", b'{"a":1,"a":1}', b'{"a":1.5}', b'{"a":1e3}', b'{"a":NaN}'),
    *(b'{"a":%d}' % 10**30, b'{"a":"\\u0000"}', b'{"a":"\\ud800"}', b"[" * 30, b'{"a":' + b"[" * 20 + b"]" * 20 + b"}"),
)


@pytest.mark.parametrize("value", NO_MESSAGE)
def test_what_is_no_message_at_all_is_told_in_both_languages(value: bytes | None) -> None:
    """Why the bytes are no JSON, or not of the strict kind, without the library's words."""
    with pytest.raises(Malformed) as raised:
        decode(value, 64)
    assert not CHINESE.search(raised.value.why)
    assert CHINESE.search(raised.value.why_zh)
    assert not ENGLISH.search(raised.value.why_zh)
