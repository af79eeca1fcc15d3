"""Rules: each names its clause and is proven, and docs/articles.md lists them all."""

import ast
import re
from pathlib import Path

from shared.contracts.clauses import CLAUSES
from tests.mutation.rules import Rule, clause_of, public_functions, rule_files
from tests.tidy.articles import IN_CODE, TABLE, files_by_clause, filled, in_code, marked_clauses, read_rows
from tests.tidy.repository import ROOT, python_files, text_of, tree_of


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


def test_a_check_is_named_by_when_it_refuses() -> None:
    """What returns a refusal, or none, is called refuse_unless_… what is required, or refuse_if_… what is a fault."""
    paths = [path.relative_to(ROOT) for path in rule_files(ROOT)]
    checks = [
        (f"{path}:{node.lineno}", node.name)
        for path in paths
        for node in public_functions(tree_of(path))
        if node.returns and re.fullmatch(r"Refusal \| None|tuple\[Refusal, \.\.\.\]", ast.unparse(node.returns))
    ]
    assert len(checks) > 250
    assert [check for check in checks if not check[1].startswith(("refuse_unless_", "refuse_if_"))] == []


def test_the_articles_table_is_complete() -> None:
    """docs/articles.md has one row for every clause, in order, each with a sentence and an owner."""
    rows = read_rows(text_of(TABLE))
    assert tuple(row.clause for row in rows) == CLAUSES
    assert [row.clause for row in rows if not row.sentence or not set(row.owners) <= set(_owners())] == []


def test_the_articles_table_is_true(rules: tuple[Rule, ...]) -> None:
    """It and the page of rules and tests say what is in the code; `make articles` writes them."""
    table, tests = text_of(TABLE), files_by_clause()
    assert table == filled(table, rules, tests), "run make articles"
    assert text_of(IN_CODE) == in_code(table, rules, tests), "run make articles"


def test_marks_name_clauses_of_the_regulation() -> None:
    """A test is marked with a clause that there is."""
    assert set(files_by_clause()) <= set(CLAUSES)


def _owners() -> list[str]:
    return [path.name for path in (ROOT / "services").iterdir() if path.is_dir() and path.name != "__pycache__"]


def test_what_is_left_open_of_a_clause_is_told_twice() -> None:
    """What a clause's sentence says is not there yet stands in an owner's README under "Not yet" too, by its number."""
    left_open = [row for row in read_rows(text_of(TABLE)) if "*Not yet:*" in row.sentence]
    stated = {
        owner: {
            number
            for section in text_of(Path(f"services/{owner}/README.md")).split("\n\n")
            if section.startswith("**Not yet**")
            for number in re.findall(r"\b[0-9]{1,2}\.[0-9]{1,2}\b", section)
        }
        for owner in _owners()
    }
    assert [row.clause for row in left_open if not any(row.clause in stated[owner] for owner in row.owners)] == []
