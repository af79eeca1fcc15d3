"""Record batches as the broker keeps them, with header names that are no text.

Kafka keeps a header's name as bytes. aiokafka decodes it as UTF-8, and where it can't, it raises at every read of the
batch: the partition would stand still for ever, for every reader, because of one record that anybody with the right to
write could send. Here such a name is read with its bytes escaped (``surrogateescape``), so that intake quarantines the
record as it is and audit records it to the byte. Everything else is the library's own reading.
"""

import struct
from collections.abc import Iterator, Sequence
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import _DefaultRecordBatchPy, _DefaultRecordPy
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import decode_varint_py

_LENGTH = struct.Struct(">i")
_LENGTH_AT = 8
_OVERHEAD = _LENGTH_AT + _LENGTH.size
_MAGIC_AT = 16
# Before it there were no headers.
_MAGIC_WITH_HEADERS = 2


def read_any_header_name() -> None:
    """Have every consumer of this process read its batches here; again and again is once."""
    fetcher.MemoryRecords = Batches


def is_text(name: str) -> bool:
    """Whether the name's bytes were UTF-8; one that was not can't be written by aiokafka either."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


class Batches:
    """The batches of one partition in a fetch: aiokafka's own reader, beside the bytes that it reads."""

    def __init__(self, fetched: bytes) -> None:
        self._fetched = fetched
        self._records = MemoryRecords(fetched)
        self._begin = 0

    def size_in_bytes(self) -> int:
        """The length of the bytes, a batch that is cut off at their end included."""
        return int(self._records.size_in_bytes())

    def has_next(self) -> bool:
        """Whether there is another whole batch."""
        return bool(self._records.has_next())

    def next_batch(self) -> Any:
        """The next batch; None if there is none."""
        batch = self._records.next_batch()
        if batch is None:
            return None
        begin = self._begin
        self._begin = begin + _OVERHEAD + _LENGTH.unpack_from(self._fetched, begin + _LENGTH_AT)[0]
        if self._fetched[begin + _MAGIC_AT] < _MAGIC_WITH_HEADERS or batch.is_control_batch:
            return batch
        return _Batch(batch, self._fetched, begin, self._begin)


class _Batch:
    """One batch, which can be read whatever its records' header names are."""

    def __init__(self, batch: Any, fetched: bytes, begin: int, end: int) -> None:
        self._batch = batch
        self._fetched, self._begin, self._end = fetched, begin, end

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        read = 0
        try:
            for record in self._batch:
                read += 1
                yield record
        except (UnicodeDecodeError, CorruptRecordException) as error:
            # The library's compiled reader raises the first, its reader in Python the second because of the first.
            if not isinstance(error, UnicodeDecodeError) and not isinstance(error.__cause__, UnicodeDecodeError):
                raise
        else:
            return
        yield from records_with_any_names(self._fetched[self._begin : self._end])[read:]


def records_with_any_names(batch: bytes) -> Sequence[_DefaultRecordPy]:
    """All records of one batch of the present format, names that are not UTF-8 with their bytes escaped.

    Raises CorruptRecordException if there is anything else wrong with the batch.
    """
    opened = _DefaultRecordBatchPy(batch)
    opened._maybe_uncompress()  # noqa: SLF001  # as in the class's own reading
    try:
        place, records = opened._pos, []  # noqa: SLF001  # as above
        for _ in range(opened._num_records):  # noqa: SLF001  # as above
            record, place = _read_record(opened, opened._buffer, place)  # noqa: SLF001  # as above
            records.append(record)
    except (ValueError, IndexError) as error:
        raise CorruptRecordException(f"invalid record structure: {error!r}") from error
    return records


def _read_record(opened: _DefaultRecordBatchPy, buffer: bytearray, place: int) -> tuple[_DefaultRecordPy, int]:
    """The record at this place, and the place behind it.

    Its numbers are read in Python: the library's compiled reader goes on behind the buffer's end, in whatever stands
    there.
    """
    length, place = decode_varint_py(buffer, place)
    end = place + length
    _, place = decode_varint_py(buffer, place)  # attributes, of which none is in use
    after_first_ms, place = decode_varint_py(buffer, place)
    is_broker_time = opened.timestamp_type == opened.LOG_APPEND_TIME
    timestamp_ms = opened.max_timestamp if is_broker_time else opened.first_timestamp + after_first_ms
    after_base, place = decode_varint_py(buffer, place)
    key, place = _read_bytes(buffer, place)
    value, place = _read_bytes(buffer, place)
    count, place = decode_varint_py(buffer, place)
    headers: list[tuple[str, bytes | None]] = []
    for _ in range(count):
        name, place = _read_bytes(buffer, place)
        if name is None:
            raise ValueError("a header without a name")
        header_value, place = _read_bytes(buffer, place)
        headers.append((name.decode("utf-8", "surrogateescape"), header_value))
    if count < 0 or place != end:
        raise ValueError(f"the record ends at {place} and not at {end}")
    offset = opened.base_offset + after_base
    return _DefaultRecordPy(offset, timestamp_ms, opened.timestamp_type, key, value, headers), place


def _read_bytes(buffer: bytearray, place: int) -> tuple[bytes | None, int]:
    """A field with its length before it; None for a negative length."""
    length, place = decode_varint_py(buffer, place)
    if length < 0:
        return None, place
    if place + length > len(buffer):
        raise ValueError("a field is longer than what is left")
    return bytes(buffer[place : place + length]), place + length
