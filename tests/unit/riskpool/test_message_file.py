"""A file of messages is read in three forms, and each fault is found in its line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskpool.message_file import Entry, Fault, read_messages

ONE = '{"type": "a", "data": {"x": [1, {"y": 2}]}}'
PRETTY = """
{
  "type": "a",
  "data": {
    "amounts": [
      1,
      {"fen": 2}
    ]
  }
}
"""


def contents(entries: list[Entry]) -> list[object]:
    return [entry.content for entry in entries]


@pytest.mark.parametrize("text", [ONE, f"\n\n{ONE}\n", f"[{ONE}]", f"[\n{ONE}\n]\n"])
def test_one_message_in_any_form(text: str) -> None:
    """An object alone and an array with one are the same message, with its text as it stands there."""
    entries, faults = read_messages(text)
    assert (contents(entries), faults) == ([json.loads(ONE)], [])
    assert entries[0].text == ONE
    assert entries[0].line == text[: text.index("{")].count("\n") + 1


def test_lines_and_arrays_hold_several() -> None:
    """JSON lines, with empty lines between, and an array, each entry with its own line."""
    lines, faults = read_messages(f'{ONE}\n\n{{"type": "b"}}\r\n')
    assert ([entry.line for entry in lines], faults) == ([1, 3], [])
    array, faults = read_messages(f'[{ONE},\n\n {{"type": "b"}}\n]')
    assert ([entry.line for entry in array], faults) == ([1, 3], [])
    assert contents(lines) == contents(array) == [json.loads(ONE), {"type": "b"}]


def test_each_field_has_its_line() -> None:
    """A field's line is that of its name; what is missing is in the object that should have it."""
    ((entry,), _) = read_messages(PRETTY)
    assert entry.line == 2
    assert entry.line_of(("type",)) == 3
    assert entry.line_of(("data", "amounts")) == 5
    assert entry.line_of(("data", "amounts", 0)) == 6
    assert entry.line_of(("data", "amounts", 1, "fen")) == 7
    assert entry.line_of(("data", "missing")) == 4
    assert entry.line_of(("missing",)) == 2
    ((_, second), _) = read_messages(f"[{PRETTY},{PRETTY}]")
    assert second.line_of(("data", "amounts", 1, "fen")) == 17


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("  \n ", 1),
        ("[]", 1),
        ("{", 1),
        ('{\n"a" 1}', 2),
        ('{"a": 1,\n}', 2),
        ('[{"a": 1}\n,]', 2),
        ('[{"a": 1}] x', 1),
        ('{\n"a": 1,\n"a": 2}', 3),
        ("{'a': 1}", 1),
        ("nonsense", 1),
        ('{"a": ' + "[" * 100_000, 1),
    ],
)
def test_what_is_no_json_is_said_with_its_line(text: str, line: int) -> None:
    """The fault is where a reader has to look, and nothing ends in a traceback."""
    entries, (fault,) = read_messages(text)
    assert entries == []
    assert (fault.line, fault.field) == (line, "")


def test_a_broken_line_hides_no_other() -> None:
    """In a file of lines each one is read on its own, and every broken one is named."""
    entries, faults = read_messages(f'{{"type": \n{ONE}\n{{"x": 1,}}\n{ONE} {ONE}\n{ONE}\n')
    assert [entry.line for entry in entries] == [2, 5]
    assert [fault.line for fault in faults] == [1, 3, 4]


@pytest.mark.parametrize("text", [ONE, f"[{ONE}]", f"{ONE}\n{ONE}\n", ""])
def test_a_byte_order_mark_is_called_by_its_name(text: str) -> None:
    """Nobody sees it in an editor, so a column in which something is expected does not help."""
    entries, faults = read_messages(f"\ufeff{text}")
    assert entries == []
    assert faults == [Fault(1, "", "starts with a byte order mark; save it as UTF-8 without one")]


def test_a_fault_is_said_as_editors_read_it() -> None:
    """File and line come first, so that a click leads there."""
    assert Fault(7, "data.x", "wrong").said("f.json") == "f.json:7: data.x: wrong"
    assert Fault(7, "", "wrong").said("f.json") == "f.json:7: wrong"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(), parts, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.text(), VALUES, max_size=4), min_size=1, max_size=4), st.sampled_from([None, 2]))
def test_whatever_is_json_is_read_as_it_is(messages: list[dict[str, object]], indent: int | None) -> None:
    """The reader that keeps places reads what the standard library reads."""
    array, faults = read_messages(json.dumps(messages, indent=indent, ensure_ascii=False))
    assert (contents(array), faults) == (messages, [])
    lines, faults = read_messages("\n".join(json.dumps(each, ensure_ascii=False) for each in messages))
    assert (contents(lines), faults) == (messages, [])
