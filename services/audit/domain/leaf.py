"""A leaf of the audit's tree: one Kafka record, and the exact bytes that are hashed for it.

The bytes of a leaf, version 1. An *integer* is 8 bytes, big-endian, two's complement. A *string* is its length in bytes
as an integer, then the bytes; an absent string (a null key, value or header value) is the integer −1 and nothing more::

    integer  1              the version of this format
    integer  epoch          how often the broker was built anew
    string   topic          UTF-8
    integer  partition
    integer  offset
    integer  timestamp      Kafka's, in milliseconds since 1970
    string   key            or absent
    string   value          or absent
    headers: integer count, then for each header, in order, duplicates kept:
        string  name        UTF-8, or whatever other bytes its sender has put there
        string  value       or absent

The leaf's hash is SHA-256(0x00 ‖ these bytes). Nothing is left out and nothing can be read in two ways.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct
from typing import NamedTuple

from services.audit.domain import merkle

VERSION = 1
Headers = tuple[tuple[str, bytes | None], ...]
# Epoch, topic, partition, offset: what identifies a record.
Position = tuple[int, str, int, int]

_INTEGER = Struct(">q")
_pack = _INTEGER.pack
_ABSENT = _pack(-1)
_NO_HEADERS = _pack(0)
_pack_three = Struct(">qqq").pack


# Tuples, since thousands are made a second and a frozen dataclass costs four times as much.
class Leaf(NamedTuple):
    """One Kafka record as it is recorded. ``headers`` are the bytes that ``headers_to_bytes`` makes."""

    epoch: int
    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: bytes

    @property
    def position(self) -> Position:
        """The epoch, topic, partition and offset that identify the record."""
        return (self.epoch, self.topic, self.partition, self.offset)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded leaf with its place in the tree and the hash that was stored for it."""

    leaf_index: int
    leaf: Leaf
    leaf_hash: bytes


def leaf_bytes(leaf: Leaf) -> bytes:
    """The bytes of the leaf, version 1; the module says how they are made."""
    topic = leaf.topic.encode("utf-8")
    return b"".join(
        (
            _pack_three(VERSION, leaf.epoch, len(topic)),
            topic,
            _pack_three(leaf.partition, leaf.offset, leaf.timestamp_ms),
            _string(leaf.key),
            _string(leaf.value),
            leaf.headers,
        )
    )


def hash_of(leaf: Leaf) -> bytes:
    """The leaf's hash in the tree."""
    return merkle.leaf_hash(leaf_bytes(leaf))


def headers_to_bytes(headers: Sequence[tuple[str, bytes | None]]) -> bytes:
    """The headers as they stand at the end of a leaf: in order, with duplicates and nulls, without any loss.

    A name that was not UTF-8 comes with its bytes escaped, as ``shared.messaging.batches`` reads it, and is unescaped.
    """
    if not headers:
        return _NO_HEADERS
    parts = [_pack(len(headers))]
    for name, value in headers:
        parts += (_string(name.encode("utf-8", "surrogateescape")), _string(value))
    return b"".join(parts)


def headers_from_bytes(encoded: bytes) -> Headers:
    """The headers that ``headers_to_bytes`` made these bytes of; raises ValueError if it can't have made them."""
    count, place = _integer(encoded, 0)
    headers: list[tuple[str, bytes | None]] = []
    for _ in range(count):
        name, place = _read_string(encoded, place)
        value, place = _read_string(encoded, place)
        if name is None:
            raise ValueError("a header without a name")
        headers.append((name.decode("utf-8", "surrogateescape"), value))
    if count < 0 or place != len(encoded):
        raise ValueError("the headers do not end where they should")
    return tuple(headers)


def _string(value: bytes | None) -> bytes:
    return _ABSENT if value is None else _pack(len(value)) + value


def _integer(encoded: bytes, place: int) -> tuple[int, int]:
    end = place + _INTEGER.size
    if end > len(encoded):
        raise ValueError("the headers end too early")
    return _INTEGER.unpack_from(encoded, place)[0], end


def _read_string(encoded: bytes, place: int) -> tuple[bytes | None, int]:
    length, place = _integer(encoded, place)
    if length == -1:
        return None, place
    if length < 0 or place + length > len(encoded):
        raise ValueError("the headers end too early")
    return encoded[place : place + length], place + length
