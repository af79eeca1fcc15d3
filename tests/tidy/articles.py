"""``python -m tests.tidy.articles``: writes docs/articles-in-code.md, and in docs/articles.md what is planned only.

Clause, sentence and owners are written by hand in docs/articles.md and kept. The other page links each clause's rules
and tests: a rule is told by its docstring, a test by its mark; beside the rules stand the messages whose row in the
registry's table of contents names the clause, with the subject that has it.
"""

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.registry.domain.subjects import COMMANDS
from shared.contracts.clauses import citation
from tests.mutation.rules import Rule, find_rules
from tests.tidy.repository import ROOT, python_files, tree_of

TABLE = Path("docs/articles.md")
IN_CODE = Path("docs/articles-in-code.md")
HEAD = "| clause | what it asks | where it stands |"
TITLE = """# The articles in the code

Each clause's rules and tests, written by `make articles` and kept true by a test. What the clauses ask stands in
[articles.md](articles.md), where also the words of this page are explained.
"""
PLANNED = "; planned: "


@dataclass(frozen=True, slots=True)
class Row:
    """What is written by hand of a clause."""

    clause: str
    sentence: str
    owners: tuple[str, ...]


def read_rows(table: str) -> tuple[Row, ...]:
    """The rows of the table in the document's text; raises ValueError for one that can't be read."""
    _, lines, _ = _split(table)
    rows = []
    for line in lines[2:]:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != 3:
            raise ValueError(f"a row of {TABLE} does not have three cells: {line}")
        clause = cells[0].split("]")[0].removeprefix("[")
        rows.append(Row(clause, cells[1], tuple(cells[2].split(PLANNED)[0].split(", "))))
    return tuple(rows)


def filled(table: str, rules: Sequence[Rule], tests: Mapping[str, Sequence[Path]]) -> str:
    """The text of the table's document, with what is planned only."""
    before, lines, after = _split(table)
    rows = [_line(row, rules, tests) for row in read_rows(table)]
    return "\n".join([*before, *lines[:2], *rows, *after]) + "\n"


def in_code(table: str, rules: Sequence[Rule], tests: Mapping[str, Sequence[Path]]) -> str:
    """The text of the page that links each clause's rules and tests."""
    return "\n".join([TITLE, *(_section(row, rules, tests) for row in read_rows(table))])


def files_by_clause() -> dict[str, list[Path]]:
    """The test files by the clauses that their tests are marked with."""
    found: dict[str, list[Path]] = {}
    for path in python_files("tests/*/test_*"):
        for clause in sorted(set(marked_clauses(tree_of(path)))):
            found.setdefault(clause, []).append(path)
    return found


def marked_clauses(tree: ast.Module) -> Iterator[str]:
    """The clauses in ``pytest.mark.clause("N.M")``, wherever in a module that stands."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "clause"
            and ast.unparse(node.func) == "pytest.mark.clause"
        ):
            for argument in node.args:
                if isinstance(argument, ast.Constant):
                    yield str(argument.value)


def _split(table: str) -> tuple[list[str], list[str], list[str]]:
    lines = table.splitlines()
    begin = lines.index(HEAD)
    end = next((number for number in range(begin, len(lines)) if not lines[number].startswith("|")), len(lines))
    return lines[:begin], lines[begin:end], lines[end:]


def _line(row: Row, rules: Sequence[Rule], tests: Mapping[str, Sequence[Path]]) -> str:
    files = tests.get(row.clause, [])
    services = {rule.owner for rule in rules if rule.clause == row.clause}
    services |= {path.parts[2] for path in files if path.parts[1] == "unit"}
    planned = [owner for owner in row.owners if owner not in services]
    stands = ", ".join(row.owners) + (f"{PLANNED}{', '.join(planned)}" if planned else "")
    link = f"[{row.clause}]({IN_CODE.name}#{row.clause.replace('.', '')})"
    return f"| {link} {citation(row.clause)} | {row.sentence} | {stands} |"


def _section(row: Row, rules: Sequence[Rule], tests: Mapping[str, Sequence[Path]]) -> str:
    """One clause, as a chapter of the page."""
    rule_links = [*_rule_links([rule for rule in rules if rule.clause == row.clause]), *_messages(row.clause)]
    files = tests.get(row.clause, [])
    without = "in the service's own rooms, no rule of its own" if files else "planned"
    test_links = ", ".join(f"[{path.stem}](../{path.as_posix()})" for path in files) or "planned"
    heading = f"## {row.clause}\n\n{citation(row.clause)}"
    return f"{heading}\n\n- rules: {'; '.join(rule_links) or without}\n- tests: {test_links}\n"


def _rule_links(rules: Sequence[Rule]) -> Iterator[str]:
    """One link per file, followed by the names of its rules."""
    for path in dict.fromkeys(rule.path for rule in rules):
        of_file = [rule for rule in rules if rule.path == path]
        names = ", ".join(f"`{rule.name}`" for rule in of_file)
        yield f"[{of_file[0].owner}: {Path(path).stem}](../{path}) {names}"


def _messages(clause: str) -> Iterator[str]:
    """A link to each subject's rows, followed by its messages of this clause that are for some only."""
    of_clause = [spec for spec in COMMANDS.values() if spec.clause == clause and any(spec.permission.values())]
    for module in dict.fromkeys(spec.decider.__module__ for spec in of_clause):
        path = Path(*module.split(".")).with_suffix(".py")
        names = ", ".join(f"`{spec.command.__name__}`" for spec in of_clause if spec.decider.__module__ == module)
        yield f"[registry: {path.parent.name}](../{path.as_posix()}) {names}"


def main() -> int:
    """Write the table and the page anew."""
    rules, tests = find_rules(ROOT), files_by_clause()
    table = filled((ROOT / TABLE).read_text(encoding="utf-8"), rules, tests)
    for path, text in ((TABLE, table), (IN_CODE, in_code(table, rules, tests))):
        before = (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).exists() else ""
        (ROOT / path).write_text(text, encoding="utf-8")
        print(f"{path}: {'written anew' if text != before else 'true already'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
