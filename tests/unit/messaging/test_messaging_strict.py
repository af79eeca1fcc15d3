"""Strict reading: what two readers could understand differently is not accepted at all."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.messaging.strict import DEPTH_MAX, INTEGER_DIGITS_MAX, Malformed, decode
from tests.unit.messaging.messaging_factories import VALUE_BYTES_MAX

INTEGER_MAX = 10**INTEGER_DIGITS_MAX - 1
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def _nested(depth: int) -> bytes:
    """An object whose deepest list is at ``depth``."""
    return b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "no value"),
        (b"", "no value"),
        (b" ", "not JSON"),
        (b'{"a":1', "not JSON"),
        (b"{'a':1}", "not JSON"),
        (b'{"a":1,}', "not JSON"),
        (b'{"a":1}{"a":1}', "not JSON"),
        (b'{"a":1} x', "not JSON"),
        (b'{"a":01}', "not JSON"),
        (b'{"a":+1}', "not JSON"),
        (b'{"a":0x10}', "not JSON"),
        (b'{"a":"\x01"}', "not JSON"),
        (b'{"a":"\\u12"}', "not JSON"),
        (b'{"a":1,"a":1}', "stands twice"),
        (b'{"a":1,"\\u0061":2}', "stands twice"),
        (b'{"data":{"a":[{"x":1,"x":2}]}}', "stands twice"),
        (b'{"a":1.0}', "not a whole number"),
        (b'{"a":0.1}', "not a whole number"),
        (b'{"a":-0.0}', "not a whole number"),
        (b'{"a":1e3}', "not a whole number"),
        (b'{"a":1E3}', "not a whole number"),
        (b'{"a":NaN}', "not a number"),
        (b'{"a":Infinity}', "not a number"),
        (b'{"a":-Infinity}', "not a number"),
        (b'{"a":1000000000000000000}', "more than 18 digits"),
        (b'{"a":-1000000000000000000}', "more than 18 digits"),
        (b'{"a":' + b"9" * 5_000 + b"}", "more than 18 digits"),
        ('{"a":١٢}'.encode(), "not JSON"),
        ('{"a":1٢}'.encode(), "not JSON"),
        ('{"a":１２}'.encode(), "not JSON"),
        (b'{"a":"\\u0000"}', "NUL"),
        (b'{"\\u0000":1}', "NUL"),
        (b'{"a":["\\ud800"]}', "surrogate"),
        (b'{"\\udfff":1}', "surrogate"),
        (b'{"a":"\\udc00\\ud800"}', "surrogate"),
        (b'{"a":"\xed\xa0\x80"}', "not UTF-8"),
        (b'\xef\xbb\xbf{"a":1}', "not JSON"),
        (b'{"a":"\xff"}', "not UTF-8"),
        (b'{"a":"\xc0\x80"}', "not UTF-8"),
        ('{"a":1}'.encode("utf-16"), "not UTF-8"),
        ('{"a":1}'.encode("utf-16-be"), "not JSON"),
        ('{"a":"朝阳"}'.encode("gbk"), "not UTF-8"),
        (b"[]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"17", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"true", "not a JSON object"),
        (_nested(DEPTH_MAX + 1), "nested deeper"),
        (_nested(900), "nested deeper"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "nested deeper"),
        (b'{"a":' + b"[" * 30_000, "nested deeper"),
        (b'{"a":"' + b"x" * VALUE_BYTES_MAX + b'"}', "more than 65536"),
    ],
)
def test_what_is_malformed_is_refused_and_says_why(value: bytes | None, why: str) -> None:
    """Each malformed shape is refused with words that tell its sender what to mend."""
    with pytest.raises(Malformed, match=why):
        decode(value, VALUE_BYTES_MAX)


def test_the_limits_themselves_are_accepted() -> None:
    """A value at the limit of size, depth or digits is still read."""
    whole = b'{"a":"' + b"x" * (VALUE_BYTES_MAX - 8) + b'"}'
    assert len(whole) == VALUE_BYTES_MAX
    assert decode(whole, VALUE_BYTES_MAX)
    assert decode(_nested(DEPTH_MAX), VALUE_BYTES_MAX)
    assert decode(b'{"a":999999999999999999}', VALUE_BYTES_MAX) == {"a": INTEGER_MAX}
    assert decode(b'{"a":"\\ud83d\\ude00"}', VALUE_BYTES_MAX) == {"a": "😀"}


@settings(max_examples=50)
@given(st.dictionaries(texts, values, max_size=5), st.booleans())
@example({"": {}}, True)
def test_ordinary_values_come_back_as_they_were(content: dict[str, Any], ascii_only: bool) -> None:
    """Whatever an ordinary writer writes without fractions is read as the same values."""
    value = json.dumps(content, ensure_ascii=ascii_only).encode("utf-8")
    assert decode(value, VALUE_BYTES_MAX) == content


json_like = st.lists(
    st.sampled_from([b"{", b"}", b"[", b"]", b":", b",", b'"', b"a", b"1", b"-", b".", b"e", b"\\u", b"d800", b"\xff"]),
    max_size=40,
).map(b"".join)


@given(st.binary(max_size=200) | json_like | json_like.map(lambda inner: b'{"a":' + inner + b"}"))
def test_whatever_comes_in_is_read_or_refused(value: bytes) -> None:
    """No bytes raise anything but Malformed, and what is read can be written again."""
    try:
        content = decode(value, VALUE_BYTES_MAX)
    except Malformed:
        return
    json.dumps(content).encode("utf-8")
    assert "\x00" not in str(content)
