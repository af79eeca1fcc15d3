"""``python -m tests.tidy.articles``: fills the columns of docs/articles.md that the code can tell: rule, and test.

Clause, sentence and owner are written by hand and kept. A rule is told by its docstring, a test by its mark; beside the
rules stand the messages whose row in the registry's table of contents names the clause, with the subject that has it.
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
HEAD = "| clause | in one sentence | owner | rule | test |"


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
        if len(cells) != 5:
            raise ValueError(f"a row of {TABLE} does not have five cells: {line}")
        rows.append(Row(cells[0].split()[0], cells[1], tuple(cells[2].split(", "))))
    return tuple(rows)


def filled(table: str, rules: Sequence[Rule], tests: Mapping[str, Sequence[Path]]) -> str:
    """The document's text with the columns that the code can tell."""
    before, lines, after = _split(table)
    rows = [_line(row, [rule for rule in rules if rule.clause == row.clause], tests) for row in read_rows(table)]
    return "\n".join([*before, *lines[:2], *rows, *after]) + "\n"


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
    rule_cell = "; ".join([*_rule_links(rules), *_messages(row.clause)])
    services = {rule.owner for rule in rules} | {path.parts[2] for path in files if path.parts[1] == "unit"}
    planned = [owner for owner in row.owners if owner not in services]
    if files and not rule_cell:
        rule_cell = "in the service's own rooms, no rule of its own"
    if planned:
        rule_cell = "; ".join(filter(None, [rule_cell, f"planned: {', '.join(planned)}"]))
    test_cell = ", ".join(f"[{path.stem}](../{path.as_posix()})" for path in files) or "planned"
    clause = f"{row.clause} {citation(row.clause)}"
    return f"| {clause} | {row.sentence} | {', '.join(row.owners)} | {rule_cell} | {test_cell} |"


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
    """Write the table anew."""
    path = ROOT / TABLE
    before = path.read_text(encoding="utf-8")
    after = filled(before, find_rules(ROOT), files_by_clause())
    path.write_text(after, encoding="utf-8")
    print(f"{TABLE}: {'written anew' if after != before else 'true already'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
