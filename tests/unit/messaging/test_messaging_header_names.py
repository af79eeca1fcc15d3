"""A limit of the Kafka client below us: what it can't parse never reaches our own intake."""

import struct

import pytest
from aiokafka.record import default_records
from aiokafka.record.util import calc_crc32c

CRC_OFFSET, AFTER_CRC_OFFSET = 17, 21


def _batch_with_header_name(name: bytes) -> bytes:
    """A batch of one record as a client in another language may send it, with a checksum that is right."""
    # The library writes names as UTF-8 only, so the bytes are put into its batch afterwards.
    stand_in = "Z" * len(name)
    builder = default_records.DefaultRecordBatchBuilder(2, 0, 0, -1, -1, 0, 1_000)
    builder.append(0, timestamp=1, key=None, value=b"v", headers=[(stand_in, b"1")])
    batch = bytearray(builder.build())
    place = batch.index(stand_in.encode())
    batch[place : place + len(name)] = name
    struct.pack_into(">I", batch, CRC_OFFSET, calc_crc32c(bytes(batch[AFTER_CRC_OFFSET:])))
    return bytes(batch)


def _header_names(batch: bytes) -> list[str]:
    records = default_records.DefaultRecordBatch(batch)
    assert records.validate_crc()
    return [name for record in records for name, _ in record.headers]


def test_a_header_name_in_utf_8_is_read() -> None:
    """The batch that these tests make is one that the library reads."""
    assert _header_names(_batch_with_header_name("é".encode())) == ["é"]


def test_a_header_name_that_is_not_utf_8_stops_the_library() -> None:
    """An open fault below us: aiokafka 0.14 raises at every read of such a record, so its partition stands still.

    When this test fails, the library reads it, and intake can set it aside like any other bad record.
    """
    with pytest.raises(UnicodeDecodeError):
        _header_names(_batch_with_header_name(b"\xff\xfe"))
