"""Reading a scenario's file: YAML in which every scalar is text, and faults with their line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from scenarios.player.messages import MESSAGES
from scenarios.player.model import Scenario
from scenarios.player.parties import faults_of_parties
from scenarios.player.times import faults_of_times
from scenarios.player.words import FULL_WIDTH_COLON, WORDS_END, Words, word_of

FILE_BYTES_MAX = 256 * 1024
DEPTH_MAX = 12

Place = tuple[str | int, ...]
Lines = Mapping[Place, int]
Model = TypeVar("Model", bound=Words)


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file, and where."""

    line: int
    text: str


class Unreadable(Exception):
    """The file is no scenario; ``faults`` say why, line by line."""

    def __init__(self, path: Path, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{path}, line {fault.line}: {fault.text}" for fault in faults))


@dataclass
class _Plain:
    """The file's content as text, lists and mappings, and the line of each of its places."""

    content: Any = None
    lines: dict[Place, int] = field(default_factory=dict)


def read_scenario(path: Path) -> Scenario:
    """The scenario in a file; raises Unreadable with every fault that was found, OSError if there is no such file."""
    return scenario_of(path.read_bytes(), path)


def scenario_of(value: bytes, path: Path) -> Scenario:
    """The scenario that a file at ``path`` with these bytes holds; raises Unreadable with every fault in them."""
    try:
        if len(value) > FILE_BYTES_MAX:
            raise _FaultFound(Fault(1, f"the file has {len(value)} bytes; at most {FILE_BYTES_MAX} are read"))
        plain = _read_yaml(value.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Unreadable(path, [Fault(value.count(b"\n", 0, error.start) + 1, "the file is not UTF-8")]) from None
    except _FaultFound as found:
        raise Unreadable(path, [found.fault]) from None
    faults: list[Fault] = []
    scenario = _validated(Scenario, plain.content, (), plain.lines, faults)
    if scenario is not None:
        faults.extend(_faults_of_messages(scenario, plain))
        at_places = (*faults_of_parties(scenario), *faults_of_times(scenario))
        faults.extend(Fault(_line(plain.lines, place), text) for place, text in at_places)
    if scenario is None or faults:
        raise Unreadable(path, sorted(faults, key=lambda fault: fault.line))
    return scenario


def _faults_of_messages(scenario: Scenario, plain: _Plain) -> list[Fault]:
    """What is wrong in what each step's message says; the words depend on the message."""
    faults: list[Fault] = []
    for number, step in enumerate(scenario.steps):
        if step.says is None:
            continue
        place = ("steps", number, "with")
        _validated(MESSAGES[step.says], dict(step.words), place, plain.lines, faults)
    return faults


def _validated(model: type[Model], content: Any, place: Place, lines: Lines, faults: list[Fault]) -> Model | None:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_input=False):
            where = (*place, *found["loc"])
            word = found.get("ctx", {}).get("word")
            if word is not None:
                where = (*where, word)
            text = found["msg"]
            if found["type"] == "missing":
                text = f"'{found['loc'][-1]}' is missing"
            elif found["type"] == "literal_error":
                text = f"'{word_of(str(found['loc'][-1]))}' is one of {found['ctx']['expected']}"
            faults.append(Fault(_line(lines, where), text.removeprefix("Value error, ")))
        return None


def _line(lines: Lines, place: Place) -> int:
    """The line of a place, or of the nearest one around it."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


class _FaultFound(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.text)


class _Loader(yaml.SafeLoader):
    """The safe loader without what makes a short file long to read: aliases, and nodes within nodes without end."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """The next node; raises _FaultFound where one is given a name, referred to by it, or too deep."""
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs say nothing of its type
        line = event.start_mark.line + 1 if event.start_mark else 1
        # Nine lines of aliases of aliases are a thousand million nodes to whoever goes through them.
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            raise _FaultFound(Fault(line, f"'{event.anchor}' names another place (&, *); write out what stands there"))
        if self._depth > DEPTH_MAX:
            raise _FaultFound(Fault(line, f"nothing in a scenario is more than {DEPTH_MAX} levels deep"))
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def _read_yaml(text: str) -> _Plain:
    """YAML by the safe loader's parser, without giving any scalar a type of its own."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _FaultFound(Fault(line, f"no text has the character U+{error.character:04X}")) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _FaultFound(Fault(line, f"this is no YAML: {error.problem}{_colon_meant(text, line)}")) from None
    if node is None:
        raise _FaultFound(Fault(1, "the file is empty"))
    plain = _Plain()
    plain.content = _plain(node, (), plain.lines)
    return plain


def _colon_meant(text: str, line: int) -> str:
    """What to say of a full-width colon, which a Chinese keyboard writes and YAML reads as a letter of the word.

    The line where the reader stumbles is then that of the colon, or the one below it.
    """
    lines = text.split("\n")
    near = (number for number in (line - 1, line) if 1 <= number <= len(lines))
    found = next((number for number in near if FULL_WIDTH_COLON in lines[number - 1]), None)
    return "" if found is None else f"; line {found} has a {FULL_WIDTH_COLON}, {WORDS_END}"


def _plain(node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(place, line)
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*place, number), lines) for number, item in enumerate(node.value)]
    assert isinstance(node, yaml.MappingNode)
    content: dict[str, Any] = {}
    for key, value in node.value:
        key_line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _FaultFound(Fault(key_line, "a word can only be text"))
        word = str(key.value)
        if word in content:
            raise _FaultFound(Fault(key_line, f"'{word}' stands here twice"))
        lines[(*place, word)] = key_line
        content[word] = _plain(value, (*place, word), lines)
    return content
