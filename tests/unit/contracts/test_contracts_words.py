"""The shapes of text: what people read must be what was written."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.contracts.catalogue import COMMANDS, EVENTS
from shared.contracts.envelope import Command, Event, message_model
from shared.contracts.money import AMOUNT_FEN_MAX, Fen, PositiveFen
from shared.contracts.words import (
    NAME_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    InstitutionId,
    KeyId,
    MessageId,
    Moment,
    Name,
    Reference,
    Sha256,
    Text,
)

NAME: TypeAdapter[str] = TypeAdapter(Name)
TEXT: TypeAdapter[str] = TypeAdapter(Text)
BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def _accepts(kind: Any, value: Any) -> bool:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "name",
    [
        "朝阳区市场监督管理局",
        "Bank of Beijing",
        "é",
        "中关村（北京）有限公司",
        "a\u3000b",
        "㊀",
        "𠮷野家",
        "阿依古丽·买买提",
        "\u3400\u9fff\U0002a6d6\U0002ceb0\U00030000",
        # Extensions I and J, in which rare names stand, are younger than Python 3.11's Unicode.
        "\U0002ebf0\U000323af\U000323b0",
        "x" * NAME_LENGTH_MAX,
    ],
)
def test_a_name_as_people_write_it_is_accepted(name: str) -> None:
    """Chinese, Latin and rare characters, at any length up to the limit."""
    assert NAME.validate_python(name) == name


@pytest.mark.parametrize(
    "character", [*BIDIRECTIONAL, "\x00", "\n", "\t", "\x1b", "\x7f", "\x85", "\ue000", "\ufffe", "\U000e0080"]
)
def test_a_name_has_no_character_that_changes_how_it_reads(character: str) -> None:
    """Bidirectional and other control characters, private ones, and code points that mean nothing yet."""
    for name in (f"a{character}b", f"{character}ab", f"ab{character}"):
        assert not _accepts(Name, name)
        assert not _accepts(Text, name)


ZERO_WIDTH = "\u00ad\u200b\u200c\u200d\u2060\u2061\u2064\u206a\ufeff\ufff9\U000e0001\U000e0041\u2028\u2029"
FILLERS = "\u034f\u115f\u1160\u17b4\u2800\u3164\uffa0"
VARIATIONS = "\u180b\ufe00\ufe0f\U000e0100\U000e01ef"


@pytest.mark.parametrize("character", [*ZERO_WIDTH, *FILLERS, *VARIATIONS])
def test_a_name_or_reference_has_no_character_that_nobody_sees(character: str) -> None:
    """Two borrowers, or two contracts, must not look like one."""
    for name in (f"京{character}东", f"{character}京东", f"京东{character}"):
        assert not _accepts(Name, name)
        assert not _accepts(Reference, name)


@pytest.mark.parametrize("character", ["\U0002fffe", "\U0003ffff", "\U000e0080", "\U00040000"])
def test_no_character_is_none_in_any_plane(character: str) -> None:
    """Only ideographs that came later are let through, and not what will never be a character."""
    assert not _accepts(Name, f"京{character}")
    assert not _accepts(Text, f"京{character}")


# The first block, and extensions A, B, C to F, G and H, as far as they hold ideographs of their own.
IDEOGRAPHS = [(0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2EBE0), (0x30000, 0x323AF)]
ideographs = st.one_of(*(st.integers(first, last) for first, last in IDEOGRAPHS)).map(chr)


@given(st.text(ideographs | st.just("·"), min_size=1, max_size=12))
def test_any_ideographs_make_a_name(name: str) -> None:
    """However rare, and with the dot that stands between the parts of many names of China's peoples."""
    assert _accepts(Name, name)
    assert _accepts(Text, name)


@given(st.text(max_size=12) | st.text(st.sampled_from(f"京东a· {ZERO_WIDTH}{FILLERS}{VARIATIONS}"), max_size=8))
def test_what_is_a_name_is_seen_whole(name: str) -> None:
    """No character of an accepted name is a format character, a filler or a selector; a name is a text as well."""
    if not _accepts(Name, name):
        return
    assert _accepts(Text, name)
    assert not set(name) & set(ZERO_WIDTH + FILLERS + VARIATIONS)
    assert all(unicodedata.category(character) not in {"Cf", "Zl", "Zp"} for character in name)


@pytest.mark.parametrize("name", ["e\u0301", "\u212b", "\u1100\u1161", "\uf900", "a\u0323\u0307", "\u03a9\u0301"])
def test_a_name_is_in_normal_form(name: str) -> None:
    """Two spellings of one name would be two names for a program and one for a reader."""
    assert not _accepts(Name, name)
    assert _accepts(Name, unicodedata.normalize("NFC", name))


@pytest.mark.parametrize("name", ["", " ", " a", "a ", "\u3000a", "a\u00a0", "x" * (NAME_LENGTH_MAX + 1), None, 7])
def test_a_name_is_not_empty_padded_or_endless(name: Any) -> None:
    """No space at either end, within the limit."""
    assert not _accepts(Name, name)


@given(st.text(max_size=40) | st.text(st.sampled_from("aé\u0301\u202e 中\x00\u3000"), max_size=8))
def test_a_text_that_is_accepted_is_clean(text: str) -> None:
    """Whatever passes is in normal form, has no control or bidirectional character, and comes back unchanged."""
    try:
        found = TEXT.validate_python(text)
    except ValidationError:
        return
    assert found == text == text.strip() == unicodedata.normalize("NFC", text)
    assert not set(text) & set(BIDIRECTIONAL)
    assert all(unicodedata.category(character) != "Cc" for character in text)
    assert 1 <= len(text) <= TEXT_LENGTH_MAX


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (InstitutionId, ["bank-a", "b2"], ["b", "Bank", "2b", "bank a", "bank-a\n", "b" * 41, "банк", "bank.a", ""]),
        (MessageId, ["m-1", "A.b_c:9", "m" * 64], ["", "m" * 65, "m 1", "m-1\n", "m/1", "密", "m\x00"]),
        (Sha256, ["0af" + "0" * 61], ["0AF" + "0" * 61, "0" * 63, "0" * 65, "g" * 64, "0" * 64 + "\n"]),
        (KeyId, ["a" * 43, "-_" + "A" * 41], ["a" * 42, "a" * 44, "+" + "a" * 42, "a" * 43 + "\n"]),
    ],
)
def test_an_id_is_of_its_shape_from_end_to_end(kind: Any, right: list[str], wrong: list[str]) -> None:
    """A line break after a right id is no right id."""
    assert all(_accepts(kind, value) for value in right)
    assert [value for value in wrong if _accepts(kind, value)] == []


def test_a_moment_has_an_offset_and_a_year_of_our_time() -> None:
    """A time without offset could be any of many."""
    assert _accepts(Moment, datetime(2026, 11, 20, tzinfo=UTC))
    assert not _accepts(Moment, datetime(2026, 11, 20))  # noqa: DTZ001  # this is what must be refused
    assert not _accepts(Moment, datetime(1999, 12, 31, tzinfo=UTC))
    assert not _accepts(Moment, datetime(2201, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("amount", [-1, 1.0, 1.5, "1", True, None, float("nan"), float("inf"), AMOUNT_FEN_MAX + 1])
def test_money_is_whole_fen_within_its_limit(amount: Any) -> None:
    """No fraction, no text, no truth value, nothing below zero or above the limit."""
    assert not _accepts(Fen, amount)
    assert not _accepts(PositiveFen, amount)


def test_moneys_limits() -> None:
    """Zero is an amount, but not one above zero."""
    assert _accepts(Fen, 0)
    assert _accepts(Fen, AMOUNT_FEN_MAX)
    assert _accepts(PositiveFen, 1)
    assert not _accepts(PositiveFen, 0)


class Say(Command, name="toy.say.v1"):
    """A command for this test."""

    text: Text


class Said(Event, name="toy.said.v1"):
    """An event for this test."""

    text: str


def test_commands_forbid_what_events_ignore() -> None:
    """An outsider's unknown field is refused, since it may have meant something; a reader of events goes on."""
    common = {
        "specversion": "1.0",
        "time": "2026-11-20T12:00:00+08:00",
        "poolid": "5b1c1f9e-3f65-4a53-9d0a-0d1a4b2f7e11",
        "data": {"text": "x"},
    }
    command = {**common, "id": "m-1", "source": "bank-a", "type": "toy.say.v1", "audience": "toy.commands"}
    event = {
        **common,
        "id": "5b1c1f9e-3f65-4a53-9d0a-0d1a4b2f7e12",
        "source": "toy",
        "type": "toy.said.v1",
        "subject": "s",
        "seq": 1,
        "causationid": "m-1",
    }

    def reads(data: type[Command | Event], content: dict[str, Any]) -> bool:
        try:
            message_model(data).model_validate_json(TypeAdapter(dict[str, Any]).dump_json(content))
        except ValidationError:
            return False
        return True

    assert reads(Say, command)
    assert reads(Said, event)
    assert not reads(Say, {**command, "more": 1})
    assert not reads(Say, {**command, "data": {"text": "x", "more": 1}})
    assert reads(Said, {**event, "more": 1, "data": {"text": "x", "more": 1}})
    assert not reads(Say, {**command, "type": "toy.said.v1"})


def test_particulars_leave_commands_and_events_as_strict_as_they_are() -> None:
    """Of several bases pydantic takes the configuration of the last one that has any, so particulars have none."""
    types = {**COMMANDS, **EVENTS}
    config = {
        name: Command.model_config if issubclass(data, Command) else Event.model_config for name, data in types.items()
    }
    assert {name for name, data in types.items() if data.model_config != config[name]} == set()
