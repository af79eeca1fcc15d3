"""A leaf's bytes: exactly what is documented, without loss, and never the same for two records."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audit.domain.leaf import Leaf, hash_of, headers_from_bytes, headers_to_bytes, leaf_bytes

headers = st.lists(st.tuples(st.text(max_size=5), st.none() | st.binary(max_size=5)), max_size=4).map(tuple)
# A name that is not UTF-8 is read with its bytes escaped.
any_names = st.binary(max_size=5).map(lambda name: name.decode("utf-8", "surrogateescape"))
any_headers = st.lists(st.tuples(any_names, st.none() | st.binary(max_size=5)), max_size=4).map(tuple)
leaves = st.builds(
    Leaf,
    epoch=st.integers(0, 3),
    topic=st.text(max_size=5),
    partition=st.integers(0, 3),
    offset=st.integers(0, 2**63 - 1),
    timestamp_ms=st.integers(-1, 2**62),
    key=st.none() | st.binary(max_size=6),
    value=st.none() | st.binary(max_size=6),
    headers=headers.map(headers_to_bytes),
)


def test_a_leaf_byte_for_byte() -> None:
    """An outside auditor who follows the description gets these bytes."""
    leaf = Leaf(1, "t", 2, 3, 4, None, b"v", headers_to_bytes([("h", b""), ("h", None)]))
    integer = {number: number.to_bytes(8, "big", signed=True) for number in range(-1, 5)}
    expected = (
        integer[1]
        + integer[1]
        + integer[1]
        + b"t"
        + integer[2]
        + integer[3]
        + integer[4]
        + integer[-1]
        + integer[1]
        + b"v"
        + integer[2]
        + (integer[1] + b"h" + integer[0])
        + (integer[1] + b"h" + integer[-1])
    )
    assert leaf_bytes(leaf) == expected
    assert hash_of(leaf) == sha256(b"\x00" + expected).digest()


@given(headers | any_headers)
def test_headers_are_kept_without_loss(given_headers: tuple[tuple[str, bytes | None], ...]) -> None:
    """Order, duplicates, nulls, empty values and bytes that are no text come back as they were."""
    assert headers_from_bytes(headers_to_bytes(given_headers)) == given_headers


def test_a_name_that_is_not_utf_8_stands_in_the_leaf_as_it_was_sent() -> None:
    """Nothing stops the append, and an outside auditor finds the sender's own bytes."""
    encoded = headers_to_bytes([(b"\xff\xfe".decode("utf-8", "surrogateescape"), None)])
    assert encoded[16:18] == b"\xff\xfe"


@given(st.binary(max_size=60))
def test_headers_from_any_bytes(encoded: bytes) -> None:
    """Bytes are either exactly one list of headers or refused; never another error, never a loose reading."""
    try:
        found = headers_from_bytes(encoded)
    except ValueError:
        return
    assert headers_to_bytes(found) == encoded


@given(headers.map(headers_to_bytes), st.data())
def test_cut_headers_are_refused(encoded: bytes, data: st.DataObject) -> None:
    """Headers cut short, or with something after them, are refused."""
    end = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(ValueError, match="header"):
        headers_from_bytes(encoded[:end])
    with pytest.raises(ValueError, match="header"):
        headers_from_bytes(encoded + b"\x00")


@given(leaves, leaves)
def test_two_records_never_share_bytes(one: Leaf, other: Leaf) -> None:
    """The same bytes mean the same record: no field can pass for a part of another."""
    assert (leaf_bytes(one) == leaf_bytes(other)) == (one == other)


@given(leaves)
def test_null_and_empty_differ(leaf: Leaf) -> None:
    """A tombstone is not an empty value."""
    assert hash_of(leaf._replace(value=None)) != hash_of(leaf._replace(value=b""))
    assert hash_of(leaf._replace(key=None)) != hash_of(leaf._replace(key=b""))
