"""Messages in a file: one JSON object, an array of them, or one object on each line; and where in the file what stands.

A fault is reported with its line, so the text is read by a small reader of our own that keeps the places; each single
value is read by the standard library.
"""

import json
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_DECODER = json.JSONDecoder()
_SPACE = " \t\n\r"
BYTE_ORDER_MARK = "\ufeff"

FieldPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """What is wrong, in which line and field; the field is empty where the message as a whole is meant."""

    line: int
    field: str
    text: str

    def said(self, file_name: str) -> str:
        """The fault as editors and people read it."""
        where = f"{file_name}:{self.line}: "
        return where + (f"{self.field}: {self.text}" if self.field else self.text)


@dataclass(frozen=True)
class Entry:
    """One value of the file: its text as it stands there, its content, and the line of each of its fields."""

    line: int
    text: str
    content: Any
    lines: Mapping[FieldPath, int]

    def line_of(self, path: FieldPath) -> int:
        """The line of a field; of what is missing, the line of the object in which it is."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, self.line)


@dataclass
class _Reader:
    """Reads one JSON value and keeps where each of its fields begins."""

    text: str
    places: dict[FieldPath, int] = field(default_factory=dict)

    def value(self, at: int, path: FieldPath) -> tuple[Any, int]:
        """The value that begins at ``at`` and the place after it; raises JSONDecodeError."""
        at = self.after_space(at)
        self.places[path] = at
        opening = self.text[at : at + 1]
        if opening == "{":
            return self._object(at, path)
        if opening == "[":
            return self._array(at, path)
        return _DECODER.raw_decode(self.text, at)

    def after_space(self, at: int) -> int:
        """The next place that is no white space."""
        while at < len(self.text) and self.text[at] in _SPACE:
            at += 1
        return at

    def _object(self, at: int, path: FieldPath) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        at = self.after_space(at + 1)
        if self.text[at : at + 1] == "}":
            return found, at + 1
        while True:
            if self.text[at : at + 1] != '"':
                raise json.JSONDecodeError("expected a name in double quotes", self.text, at)
            start = at
            name, at = _DECODER.raw_decode(self.text, at)
            if name in found:
                raise json.JSONDecodeError(f"the name {name!r} stands twice in one object", self.text, start)
            at = self.expected(":", at)
            found[name], at = self.value(at, (*path, name))
            # A field's line is that of its name: that is what a reader looks for.
            self.places[(*path, name)] = start
            at = self.after_space(at)
            if self.text[at : at + 1] == "}":
                return found, at + 1
            at = self.after_space(self.expected(",", at))

    def _array(self, at: int, path: FieldPath) -> tuple[list[Any], int]:
        found: list[Any] = []
        at = self.after_space(at + 1)
        if self.text[at : at + 1] == "]":
            return found, at + 1
        while True:
            item, at = self.value(at, (*path, len(found)))
            found.append(item)
            at = self.after_space(at)
            if self.text[at : at + 1] == "]":
                return found, at + 1
            at = self.expected(",", at)

    def expected(self, character: str, at: int) -> int:
        """The place after the character that has to come next; raises JSONDecodeError if another one does."""
        at = self.after_space(at)
        if self.text[at : at + 1] != character:
            raise json.JSONDecodeError(f"expected {character!r}", self.text, at)
        return at + 1


def read_messages(text: str) -> tuple[list[Entry], list[Fault]]:
    """The messages in the text, and what can't be read of it."""
    if text.startswith(BYTE_ORDER_MARK):
        return [], [Fault(1, "", "starts with a byte order mark; save it as UTF-8 without one")]
    if not text.strip():
        return [], [Fault(1, "", "there is no message in this file")]
    if _is_lines(text):
        return _in_lines(text)
    try:
        entries = _in_array(text) if text.lstrip().startswith("[") else [_alone(text, 0)]
    except (json.JSONDecodeError, RecursionError) as error:
        return [], [_unreadable(error, 0)]
    return entries, [] if entries else [Fault(1, "", "there is no message in this array")]


def _is_lines(text: str) -> bool:
    """Whether each line is a value of its own: the first one is a whole object, and it is not the only one."""
    first, _, rest = text.lstrip().partition("\n")
    if not first.startswith("{") or not rest.strip():
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        # A broken first line with other objects below it is still a file of lines.
        return all(line.lstrip().startswith("{") for line in rest.split("\n") if line.strip())
    return True


def _in_lines(text: str) -> tuple[list[Entry], list[Fault]]:
    entries, faults = [], []
    # Not splitlines(), which also splits at characters that may stand inside a JSON text.
    for number, line in enumerate(text.split("\n")):
        if line.strip():
            try:
                entries.append(_alone(line, number))
            except (json.JSONDecodeError, RecursionError) as error:
                faults.append(_unreadable(error, number))
    return entries, faults


def _alone(text: str, lines_before: int) -> Entry:
    """The only value of the text."""
    reader = _Reader(text)
    content, end = reader.value(0, ())
    _nothing_after(reader, end)
    return _entry(reader, content, end, _line_ends(text), lines_before)


def _in_array(text: str) -> list[Entry]:
    """Each item of the array, with its own places."""
    ends = _line_ends(text)
    entries: list[Entry] = []
    array = _Reader(text)
    at = array.after_space(array.after_space(0) + 1)
    while text[at : at + 1] != "]":
        item = _Reader(text)
        content, end = item.value(at, ())
        entries.append(_entry(item, content, end, ends, 0))
        at = array.after_space(end)
        if text[at : at + 1] != "]":
            at = array.after_space(array.expected(",", at))
            if text[at : at + 1] == "]":
                raise json.JSONDecodeError("expected a value", text, at)
    _nothing_after(array, at + 1)
    return entries


def _nothing_after(reader: _Reader, at: int) -> None:
    rest = reader.after_space(at)
    if rest < len(reader.text):
        raise json.JSONDecodeError("after the value there is more", reader.text, rest)


def _line_ends(text: str) -> list[int]:
    return [at for at, character in enumerate(text) if character == "\n"]


def _entry(reader: _Reader, content: Any, end: int, line_ends: list[int], lines_before: int) -> Entry:
    start = reader.places[()]
    lines = {path: lines_before + 1 + bisect_left(line_ends, at) for path, at in reader.places.items()}
    return Entry(lines[()], reader.text[start:end], content, lines)


def _unreadable(error: json.JSONDecodeError | RecursionError, lines_before: int) -> Fault:
    if isinstance(error, RecursionError):
        return Fault(lines_before + 1, "", "not JSON that is accepted here: nested too deep")
    return Fault(lines_before + error.lineno, "", f"not JSON: {error.msg} (column {error.colno})")
