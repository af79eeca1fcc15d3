"""Refusals: each names its clause, each code means one thing, and the texts are for people who act on them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.contracts.catalogue import COMMANDS, EVENTS
from shared.contracts.clauses import CLAUSES
from tests.mutation.rules import Rule
from tests.tidy.repository import ROOT, files, python_files, text_of, tree_of
from tests.unit.readable_refusals import TYPE, in_code

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# A document or a setting, as a text names it.
ELSEWHERE = re.compile(r"\bdocs/[\w/.-]*\w|\bRISKPOOL_[A-Z_]+", re.ASCII)
# A type without its service, which nobody can send.
SHORTENED = re.compile(r"(?<![\w./-])[a-z_]+\.[a-z_]+", re.ASCII)


@dataclass(frozen=True)
class Refused:
    """One call of ``refusal``: where it stands, and its code, clause and texts as far as they are literal.

    What is filled in when it is refused stands as ``{}``.
    """

    path: Path
    line: int
    function: str
    code: str
    clause: str
    text: str
    text_zh: str

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}"


def _refusals() -> Iterator[Refused]:
    for path in python_files("services/*", "shared/decisions/*"):
        for function in (node for node in tree_of(path).body if isinstance(node, ast.FunctionDef)):
            for call in ast.walk(function):
                if not isinstance(call, ast.Call) or _name(call.func) != "refusal":
                    continue
                given = dict(zip(("code", "clause", "text", "text_zh"), map(_literal, call.args), strict=False))
                given |= {keyword.arg: _literal(keyword.value) for keyword in call.keywords if keyword.arg}
                yield Refused(path, call.lineno, function.name, **given)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _literal(node: ast.expr) -> str:
    """The text of a literal, with ``{}`` for what is filled in; empty for what is no literal."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def _intake_refusals() -> Iterator[Refused]:
    """What shared/messaging quarantines a message for: ``Quarantined(record, …)``, or ``fault(…)`` for short."""
    for path in python_files("shared/messaging/*"):
        for call in ast.walk(tree_of(path)):
            name = _name(call.func) if isinstance(call, ast.Call) else ""
            if not isinstance(call, ast.Call) or name not in {"Quarantined", "fault"}:
                continue
            arguments = [*map(_literal, call.args[1:] if name == "Quarantined" else call.args), "", ""]
            if arguments[0]:
                code, text, text_zh = arguments[:3]
                yield Refused(path, call.lineno, "", code, "4.1", text, text_zh)


@pytest.fixture(scope="module")
def refusals() -> tuple[Refused, ...]:
    """What the services refuse, each on its own or together."""
    return tuple(_refusals())


@pytest.fixture(scope="module")
def intake_refusals() -> tuple[Refused, ...]:
    """What shared/messaging sets a message aside for."""
    return tuple(_intake_refusals())


def test_a_code_means_one_thing(refusals: tuple[Refused, ...]) -> None:
    """A code and a text stand in one function: where two services refuse the same fact, both ask that one."""
    codes: dict[str, set[str]] = {}
    texts: dict[str, set[str]] = {}
    for refused in refusals:
        place = f"{refused.path}:{refused.function}"
        if refused.code and "{}" not in refused.code:  # else put together from the kind of what is wrong
            codes.setdefault(refused.code, set()).add(place)
        if refused.text:
            texts.setdefault(refused.text, set()).add(place)
    assert {code: where for code, where in codes.items() if len(where) > 1} == {}
    assert {text: where for text, where in texts.items() if len(where) > 1} == {}


def test_a_code_of_intake_means_nothing_else(
    refusals: tuple[Refused, ...], intake_refusals: tuple[Refused, ...]
) -> None:
    """What shared/messaging refuses a message for is no code of a service."""
    intake = {refused.code for refused in intake_refusals}
    assert intake >= {"malformed", "schema", "sender_mismatch", "key_of_another_pool", "message_id_reused"}
    assert intake & {refused.code for refused in refusals} == set()


def test_a_refusal_says_what_to_do_next(refusals: tuple[Refused, ...], intake_refusals: tuple[Refused, ...]) -> None:
    """After what is wrong comes the next thing to do, also where intake refuses, which asks for it in Chinese too."""
    all_refusals = [
        refused for refused in (*refusals, *intake_refusals) if refused.text and refused.code != "event_unreadable"
    ]
    assert [
        refused.place for refused in all_refusals if "; " not in refused.text and ": next" not in refused.text
    ] == []
    assert [
        refused.place for refused in all_refusals if refused in intake_refusals and "请" not in refused.text_zh
    ] == []


def test_a_refusal_names_a_clause_of_the_regulation(rules: tuple[Rule, ...], refusals: tuple[Refused, ...]) -> None:
    """The clause is there; in a rule it is the rule's own."""
    clause_of_rule = {(rule.path, rule.name): rule.clause for rule in rules}
    wrong = []
    for refused in refusals:
        own = clause_of_rule.get((refused.path.as_posix(), refused.function))
        if refused.clause and refused.clause != "{}" and refused.clause not in CLAUSES:
            wrong.append(f"{refused.place}: there is no clause {refused.clause}")
        elif refused.clause and own is not None and refused.clause != own:
            wrong.append(f"{refused.place}: {refused.function} is a rule of {own} and refuses under {refused.clause}")
    assert wrong == []


def test_a_refusal_speaks_both_languages(refusals: tuple[Refused, ...], intake_refusals: tuple[Refused, ...]) -> None:
    """The first text is for an English reader, the second for a Chinese one, who gets Chinese and its punctuation."""
    wrong = []
    for refused in (*refusals, *intake_refusals):
        if refused.text and CHINESE.search(refused.text):
            wrong.append(f"{refused.place}: Chinese in the English text")
        if refused.text_zh.replace("{}", "") and not CHINESE.search(refused.text_zh):
            wrong.append(f"{refused.place}: no Chinese in the Chinese text")
    assert wrong == []


def test_a_refusal_speaks_no_code(refusals: tuple[Refused, ...]) -> None:
    """What is literal in a text has no field's name, no fen and no basis points; what is filled in, unit tests see."""
    wrong = [
        f"{refused.place}: {', '.join(found)}"
        for refused in refusals
        if (found := [*in_code(refused.text), *in_code(refused.text_zh)])
    ]
    assert wrong == []


def test_what_a_text_has_its_reader_send_or_read_is_there(refusals: tuple[Refused, ...]) -> None:
    """Each type that code, documents and scenarios name can be sent; the documents and settings exist."""
    types = {*COMMANDS, *EVENTS} | {name.rpartition(".v")[0] for name in (*COMMANDS, *EVENTS)}
    texts = [
        *_strings(),
        *((path, text_of(path)) for path in files() if path.suffix == ".md" or path.parts[0] == "scenarios"),
    ]
    named = [(path, name) for path, text in texts for name in TYPE.findall(text)]
    assert len(named) > 500
    assert [f"{path}: {name}" for path, name in named if name not in types] == []
    literal = [(refused.place, ELSEWHERE.sub("", TYPE.sub("", refused.text + refused.text_zh))) for refused in refusals]
    assert [(place, name) for place, text in literal for name in SHORTENED.findall(text)] == []
    settings = text_of(Path("docs/settings.md"))
    elsewhere = [(refused.place, name) for refused in refusals for name in ELSEWHERE.findall(refused.text)]
    assert [where for where in elsewhere if where[1] not in settings and not (ROOT / where[1]).is_file()] == []


def _strings() -> Iterator[tuple[Path, str]]:
    """The code's strings, f-strings as far as they are literal."""
    for path in python_files("services/*", "shared/*", "scenarios/*", "simulator/*", "devstack/*", "riskpool/*"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path, node.value
