"""Record batches as clients in other languages may send them, header names of any bytes included."""

import gzip
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka.record.default_records import DefaultRecordBase
from aiokafka.record.util import calc_crc32c, encode_varint

FIRST_TIMESTAMP_MS = 1_795_176_000_000
MAGIC = 2


@dataclass(frozen=True)
class Raw:
    """A record with its header names as bytes."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[bytes, bytes | None], ...] = ()


def batch_of(records: Sequence[Raw], *, base_offset: int = 0, gzipped: bool = False) -> bytes:
    """The batch's bytes, with a checksum that is right."""
    content = b"".join(_record(record, number) for number, record in enumerate(records))
    content = gzip.compress(content) if gzipped else content
    codec = DefaultRecordBase.CODEC_GZIP if gzipped else DefaultRecordBase.CODEC_NONE
    last, now = len(records) - 1, FIRST_TIMESTAMP_MS
    length = DefaultRecordBase.HEADER_STRUCT.size - DefaultRecordBase.AFTER_LEN_OFFSET + len(content)
    head = DefaultRecordBase.HEADER_STRUCT.pack(
        base_offset, length, -1, MAGIC, 0, codec, last, now, now + last, -1, -1, -1, len(records)
    )
    batch = bytearray(head + content)
    checksum = calc_crc32c(bytes(batch[DefaultRecordBase.ATTRIBUTES_OFFSET :]))
    struct.pack_into(">I", batch, DefaultRecordBase.CRC_OFFSET, checksum)
    return bytes(batch)


def _record(record: Raw, number: int) -> bytes:
    # Attributes, then the record's time and offset after the batch's.
    content = bytearray(b"\x00")
    encode_varint(number, content.append)
    encode_varint(number, content.append)
    _field(content, record.key)
    _field(content, record.value)
    encode_varint(len(record.headers), content.append)
    for name, value in record.headers:
        _field(content, name)
        _field(content, value)
    whole = bytearray()
    encode_varint(len(content), whole.append)
    return bytes(whole + content)


def _field(content: bytearray, value: bytes | None) -> None:
    encode_varint(-1 if value is None else len(value), content.append)
    content += value or b""
