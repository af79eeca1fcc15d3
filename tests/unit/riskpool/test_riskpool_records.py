"""How held and quarantined records are shown to an operator."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from rich.console import Console

from devstack.console import FILE_WIDTH
from devstack.supervisor import DevstackError
from riskpool.records import (
    age_text,
    as_table,
    as_text,
    described,
    readable_header,
    record_named,
)
from riskpool.service_places import ServicePlaces
from shared.messaging.message import Record
from shared.messaging.records import Decision, Kind, Waiting, as_rows

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def waiting(value: bytes | None = b'{"name": "\xe5\xbc\xa0\xe4\xb8\x89"}', *, reason: str = "failed") -> Waiting:
    """A held record with people's data in it."""
    record = Record("claims.commands", 2, 41, b"k", value, (("signature", b"abc"), ("x", None)), 0)
    decision = Decision("held/12", "resubmitted", "", "wang", NOW)
    since = NOW - timedelta(minutes=5)
    return Waiting(
        Kind.HELD, 12, reason, "KeyError: 'x'", "bank-a", since, 1, record, None, False, decisions=(decision,)
    )


def test_a_list_has_nothing_of_what_is_in_a_record() -> None:
    """Neither the table nor its JSON holds the value: it may be people's data."""
    console = Console(record=True, width=200, file=StringIO())
    console.print(as_table([("claims", [waiting()])], NOW))
    table = console.export_text()
    assert "held/12" in table
    assert "5 min" in table
    assert "!" in table
    rows = json.dumps(as_rows([waiting()], NOW), ensure_ascii=False)
    assert "张三" not in table + rows
    assert "value" not in rows


def test_a_long_reason_leaves_the_records_name_in_the_list() -> None:
    """What is wrong with a record can be told at length; without its name nobody can decide about it."""
    console = Console(record=True, width=FILE_WIDTH, file=StringIO())
    long = replace(
        waiting(reason="key_of_another_pool"),
        kind=Kind.QUARANTINE,
        id=123_456,
        sender="cooperating-institution-demo",
        why="data.project_id: is missing, " * 20,
    )
    console.print(as_table([("treasury", [long])], NOW))
    table = console.export_text()
    for part in ("!", "treasury", "quarantine/123456", "key_of_another_pool", "5 min", "claims.commands[2] 41"):
        assert part in table
    assert table.count("is missing") > 15


def test_one_record_is_shown_whole() -> None:
    """Why it waits, who has decided what about it, its headers, and its value as readable JSON."""
    text = as_text("claims", waiting())
    for part in ("needs a decision", "claims.commands[2] offset 41", "signature: abc", "x: (null)", "张三", "by wang"):
        assert part in text
    assert "by wang at 2026-11-23 03:00:00 UTC\n" in text
    assert "as held/12" not in text
    machine = described("claims", waiting())
    assert machine["value_json"] == {"name": "张三"}
    assert machine["headers"] == [["signature", "abc"], ["x", None]]


def test_what_became_of_a_record_is_said_with_by_whom_and_why() -> None:
    """Whoever asks a week later need not put it together from what else is there."""
    over = replace(waiting(), is_over=True, processed_at=NOW, decisions=())
    by = "by wang at 2026-11-23 03:00:00 UTC"
    processed = "was processed by the service at 2026-11-23 03:00:00 UTC"
    dropped = Decision("quarantine/7", "dropped", "told bank-a", "wang", NOW)
    given_back = Decision("held/12", "resubmitted", "", "wang", NOW)
    assert over.fate == processed
    assert replace(over, quarantined_as="quarantine/7").fate == f"{processed} and quarantined as quarantine/7"
    assert replace(over, decisions=(given_back,)).fate == f"was given back {by}, and {processed}"
    assert replace(over, decisions=(given_back, dropped)).fate == f"was dropped {by}: told bank-a"
    aside = replace(over, kind=Kind.QUARANTINE, processed_at=None, decisions=(given_back,))
    assert replace(aside, outcome="is not decided yet").fate == (
        f"was sent to its topic again {by}, and is not decided yet"
    )
    assert replace(aside, reason="event_unreadable").fate == f"was given back {by}"
    shown = as_text("claims", replace(over, decisions=(dropped,)))
    assert f"held/12 of claims was dropped {by}: told bank-a\n" in shown
    assert "dropped    as quarantine/7 by wang" in shown


@pytest.mark.parametrize("value", [b"\xff\x00junk", b"[" * 100_000, b"{"])
def test_what_is_no_json_is_shown_in_hexadecimal(value: bytes) -> None:
    """Nothing that somebody sent can break the command that shows it."""
    assert value[:32].hex(" ") in as_text("claims", waiting(value))
    assert described("claims", waiting(value))["value_hex"] == value.hex()


def test_a_header_name_that_is_no_text_is_shown_escaped() -> None:
    """Its bytes can be told, and the terminal gets none that it can't print."""
    found = waiting()
    odd = replace(found, record=replace(found.record, headers=(("\udcff\x1b", b"1"),)))
    assert "\\xff\\x1b: 1" in as_text("claims", odd)
    assert described("claims", odd)["headers"] == [["\\xff\\x1b", "1"]]


def test_a_tombstone_is_shown() -> None:
    """A record without a value has none."""
    assert "(null)" in as_text("claims", waiting(None))


def test_a_header_cannot_move_the_cursor() -> None:
    """Control characters come out escaped, in whatever encoding they were sent."""
    assert readable_header(b"\x1b[2J\nok") == "\\x1b[2J\\nok"
    assert readable_header(b"\xff") == "\\xff"


@pytest.mark.parametrize("name", ["12", "held", "held/x", "held/-1", "outbox/3", "held/١٢"])
def test_a_name_that_names_no_record_is_refused(name: str) -> None:
    """The error says how records are named."""
    with pytest.raises(DevstackError, match="riskpool records list"):
        record_named(name)


def test_a_record_is_named_as_the_list_names_it() -> None:
    """What is listed can be pasted."""
    assert record_named("quarantine/7") == (Kind.QUARANTINE, 7)


@pytest.mark.parametrize(
    ("seconds", "text"), [(5, "5 s"), (119, "119 s"), (120, "2 min"), (7_200, "2 h"), (200_000, "2 d")]
)
def test_ages_are_short(seconds: int, text: str) -> None:
    """In the largest unit of which there are two."""
    assert age_text(timedelta(seconds=seconds)) == text


def test_it_has_to_be_said_which_service() -> None:
    """Without a database there is nothing to look at, and a record belongs to exactly one."""
    with pytest.raises(DevstackError, match="--data FOLDER"):
        ServicePlaces().urls()
    with pytest.raises(DevstackError, match="there is no service bank"):
        ServicePlaces(service=("bank",)).urls()
    with pytest.raises(DevstackError, match="belongs to one service"):
        ServicePlaces(database_url=("postgresql://a", "postgresql://b")).url()
