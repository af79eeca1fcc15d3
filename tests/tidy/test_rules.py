"""Rules and refusals: each names its clause, each code means one thing, each rule is in docs/articles.md."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.contracts.clauses import CLAUSES
from tests.mutation.rules import Rule, clause_of, public_functions, rule_files
from tests.tidy.articles import TABLE, files_by_clause, filled, marked_clauses, read_rows
from tests.tidy.repository import ROOT, python_files, text_of, tree_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")


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
    for path in python_files("services/*"):
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


@pytest.fixture(scope="module")
def refusals() -> tuple[Refused, ...]:
    """What the services refuse."""
    return tuple(_refusals())


@pytest.fixture(scope="module")
def intake_refusals() -> tuple[Refused, ...]:
    """What shared/messaging sets a message aside for."""
    return tuple(_intake_refusals())


def test_a_rule_carries_its_clause_and_is_proven(rules: tuple[Rule, ...]) -> None:
    """A rule's docstring begins with a clause of the regulation, and tests of its service bear that clause's mark."""
    marked = {
        owner: {clause for path in python_files(f"tests/unit/{owner}/*") for clause in marked_clauses(tree_of(path))}
        for owner in {rule.owner for rule in rules}
    }
    wrong = []
    for rule in rules:
        if rule.fault:
            wrong.append(f"{rule.place}: {rule.fault}")
        elif rule.clause not in CLAUSES:
            wrong.append(f"{rule.place}: there is no clause {rule.clause}")
        elif rule.clause not in marked[rule.owner]:
            wrong.append(f"{rule.place}: no test in tests/unit/{rule.owner} is marked clause({rule.clause!r})")
    assert len(rules) > 300
    assert wrong == []


def test_a_rule_stands_in_its_articles_file() -> None:
    """``article_10_….py`` holds rules of Article 10 and no others."""
    paths = [path.relative_to(ROOT) for path in rule_files(ROOT)]
    number_of = {path: re.match(r"article_([0-9]{2})_", path.name) for path in paths}
    assert [path for path, number in number_of.items() if number is None and "decisions" not in path.parts] == []
    strangers = [
        f"{path}: {node.name} ({clause_of(node)})"
        for path, number in number_of.items()
        if number is not None
        for node in public_functions(tree_of(path))
        if clause_of(node).partition(".")[0] != str(int(number[1]))
    ]
    assert strangers == []


def test_a_code_means_one_thing(refusals: tuple[Refused, ...]) -> None:
    """A refusal's code stands in one function of a service, and under the same clause in all of them."""
    places: dict[tuple[str, str], set[str]] = {}
    clauses: dict[str, set[str]] = {}
    for refused in refusals:
        if not refused.code or "{}" in refused.code:
            continue  # put together when it is refused, from the kind of what is wrong
        places.setdefault((refused.path.parts[1], refused.code), set()).add(f"{refused.path}:{refused.function}")
        clauses.setdefault(refused.code, set()).add(refused.clause)
    assert {code: where for code, where in places.items() if len(where) > 1} == {}
    assert {code: named for code, named in clauses.items() if len(named) > 1} == {}


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


def test_a_code_of_intake_means_nothing_else(
    refusals: tuple[Refused, ...], intake_refusals: tuple[Refused, ...]
) -> None:
    """What shared/messaging refuses a message for is no code of a service."""
    intake = {refused.code for refused in intake_refusals}
    assert intake >= {"malformed", "schema", "sender_mismatch", "key_of_another_pool", "message_id_reused"}
    assert intake & {refused.code for refused in refusals} == set()


def test_a_refusal_says_what_to_do_next(refusals: tuple[Refused, ...], intake_refusals: tuple[Refused, ...]) -> None:
    """After what is wrong comes the next thing to do, also where intake refuses, which asks for it in Chinese too."""
    told = [refused for refused in (*refusals, *intake_refusals) if refused.text and refused.code != "event_unreadable"]
    assert [refused.place for refused in told if "; " not in refused.text and ": next" not in refused.text] == []
    assert [refused.place for refused in told if refused in intake_refusals and "请" not in refused.text_zh] == []


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


def test_the_articles_table_is_complete() -> None:
    """docs/articles.md has one row for every clause, in order, each with a sentence and an owner."""
    rows = read_rows(text_of(TABLE))
    assert tuple(row.clause for row in rows) == CLAUSES
    assert [row.clause for row in rows if not row.sentence or not set(row.owners) <= set(_owners())] == []


def test_the_articles_table_is_true(rules: tuple[Rule, ...]) -> None:
    """Its columns of rules and tests say what is in the code; `make articles` writes them."""
    assert text_of(TABLE) == filled(text_of(TABLE), rules, files_by_clause()), "run make articles"


def test_marks_name_clauses_of_the_regulation() -> None:
    """A test is marked with a clause that there is."""
    assert set(files_by_clause()) <= set(CLAUSES)


def _owners() -> list[str]:
    return [path.name for path in (ROOT / "services").iterdir() if path.is_dir()]


def test_what_is_left_open_of_a_clause_is_told_twice() -> None:
    """What a clause's sentence says is not there yet stands in an owner's README under "Not yet" too, by its number."""
    left_open = [row for row in read_rows(text_of(TABLE)) if "*Not yet:*" in row.sentence]
    told = {
        owner: {
            number
            for section in text_of(Path(f"services/{owner}/README.md")).split("\n\n")
            if section.startswith("**Not yet**")
            for number in re.findall(r"\b[0-9]{1,2}\.[0-9]{1,2}\b", section)
        }
        for owner in _owners()
    }
    assert [row.clause for row in left_open if not any(row.clause in told[owner] for owner in row.owners)] == []
