"""Batches are read whatever their header names are: one record must not bring its partition to a standstill."""

import struct
from collections.abc import Iterator
from functools import partial

import pytest
from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBase, DefaultRecordBatch, _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given
from hypothesis import strategies as st

from shared.messaging import batches
from shared.messaging.batches import Batches, is_text, read_any_header_name, records_with_any_names
from shared.messaging.encoding import headers_from_text, headers_to_text
from shared.messaging.intake import Quarantined, open_record, read_command
from tests.unit.messaging.batch_factories import FIRST_TIMESTAMP_MS, Raw, batch_of
from tests.unit.messaging.messaging_factories import BANK, COMMANDS, NOON, as_bytes, ask_content, keys_of, signed_record

fields = st.none() | st.binary(max_size=6)
text_names = st.text(max_size=4).map(lambda name: name.encode())
any_names = text_names | st.binary(max_size=4)


def raw_records(names: st.SearchStrategy[bytes]) -> st.SearchStrategy[list[Raw]]:
    headers = st.lists(st.tuples(names, fields), max_size=3).map(tuple)
    return st.lists(st.builds(Raw, fields, fields, headers), min_size=1, max_size=5)


def read(fetched: bytes) -> list[tuple[int, int, Raw]]:
    """Offset, time and content of all records, as a consumer reads them."""
    found = []
    fetch = Batches(fetched)
    while fetch.has_next():
        batch = fetch.next_batch()
        assert batch.validate_crc()
        for record in batch:
            headers = tuple((name.encode("utf-8", "surrogateescape"), value) for name, value in record.headers)
            found.append((record.offset, record.timestamp, Raw(record.key, record.value, headers)))
    assert fetch.next_batch() is None
    return found


@given(st.lists(st.tuples(raw_records(any_names), st.booleans()), min_size=1, max_size=3))
def test_every_record_is_read_to_the_byte(given_batches: list[tuple[list[Raw], bool]]) -> None:
    """In order, with its own offset, those before and after the odd one too, compressed or not."""
    fetched, expected = b"", []
    for records, gzipped in given_batches:
        base = len(expected)
        fetched += batch_of(records, base_offset=base, gzipped=gzipped)
        expected += [(base + at, FIRST_TIMESTAMP_MS + at, record) for at, record in enumerate(records)]
    assert read(fetched) == expected


@given(raw_records(text_names), st.booleans())
def test_names_that_are_text_are_read_by_the_library_and_alike(records: list[Raw], gzipped: bool) -> None:
    """Our own reading of a batch is the library's, wherever the library can read it."""
    batch = batch_of(records, base_offset=7, gzipped=gzipped)
    theirs = [(each.offset, each.timestamp, each.key, each.value, each.headers) for each in DefaultRecordBatch(batch)]
    ours = [(each.offset, each.timestamp, each.key, each.value, each.headers) for each in records_with_any_names(batch)]
    assert ours == theirs


def test_the_library_alone_stands_still() -> None:
    """When this fails, the library reads such names, and ``shared.messaging.batches`` has had its time."""
    batch = batch_of([Raw(None, b"v", ((b"\xff\xfe", b"1"),))])
    with pytest.raises(UnicodeDecodeError):
        list(DefaultRecordBatch(batch))


def test_a_batch_that_is_cut_off_is_left_for_the_next_fetch() -> None:
    """A fetch ends where its limit is, in the middle of a batch."""
    whole = batch_of([Raw(b"k", b"v", ((b"\xff", None),))])
    fetch = Batches(whole + whole[:-1])
    assert fetch.size_in_bytes() == 2 * len(whole) - 1
    assert [record.value for record in fetch.next_batch()] == [b"v"]
    assert not fetch.has_next()


@given(raw_records(any_names), st.data())
def test_what_is_corrupt_is_said_to_be(records: list[Raw], data: st.DataObject) -> None:
    """Bytes that follow no format end as the library's own error, and never as records that nobody sent in silence."""
    batch = bytearray(batch_of([*records, Raw(None, None, ((b"\xff", None),))]))
    end = data.draw(st.integers(DefaultRecordBase.HEADER_STRUCT.size, len(batch) - 1))
    del batch[end:]
    struct.pack_into(">i", batch, 8, len(batch) - DefaultRecordBase.AFTER_LEN_OFFSET)
    with pytest.raises(CorruptRecordException):
        records_with_any_names(bytes(batch))


def test_nothing_is_read_behind_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch that is cut off is corrupt, though what was cut from it still stands in memory behind its end."""
    whole = batch_of([Raw(b"k", b"v", ((b"\xff", None),)), Raw(None, None)])

    def opened_and_cut(batch: bytes, end: int) -> _DefaultRecordBatchPy:
        opened = _DefaultRecordBatchPy(batch)
        del opened._buffer[end:]
        return opened

    for end in range(DefaultRecordBase.HEADER_STRUCT.size, len(whole)):
        monkeypatch.setattr(batches, "_DefaultRecordBatchPy", partial(opened_and_cut, end=end))
        with pytest.raises(CorruptRecordException):
            records_with_any_names(whole)


@pytest.mark.parametrize(("name", "expected"), [("", True), ("é", True), ("密", True), ("\udcff", False)])
def test_a_name_is_text_or_not(name: str, expected: bool) -> None:
    """What was not UTF-8 is told by its escaped bytes."""
    assert is_text(name) is expected


def test_a_message_with_such_a_name_is_refused_with_an_answer() -> None:
    """The message itself may be in order; the sender is told what to leave out."""
    taken = signed_record(BANK, as_bytes(ask_content()), headers=[("\udcff\udcfe", b"1")])
    fault = read_command(open_record(taken, len(taken.value or b"")), keys_of(BANK.key()), COMMANDS, NOON)
    assert isinstance(fault, Quarantined)
    assert (fault.code, fault.sender) == ("malformed", "bank-a")
    assert "header" in fault.why


@given(st.lists(st.tuples(any_names, fields), max_size=3))
def test_such_a_name_is_stored_without_loss(headers: list[tuple[bytes, bytes | None]]) -> None:
    """The database's text keeps the escaped bytes."""
    read_names = tuple((name.decode("utf-8", "surrogateescape"), value) for name, value in headers)
    text = headers_to_text(read_names)
    assert text.isascii()
    assert headers_from_text(text) == read_names


@pytest.fixture
def as_before() -> Iterator[None]:
    """Consumers read as they did before the test."""
    before = fetcher.MemoryRecords
    yield
    fetcher.MemoryRecords = before


@pytest.mark.usefixtures("as_before")
def test_it_is_the_reader_of_every_consumer() -> None:
    """The library's fetcher makes its reader under this name; called twice it is not put on top of itself."""
    fetcher.MemoryRecords = MemoryRecords
    read_any_header_name()
    read_any_header_name()
    assert fetcher.MemoryRecords is Batches
    assert isinstance(fetcher.MemoryRecords(b"")._records, MemoryRecords)
