"""Finds the rows of a service's table of contents, and has one let everybody send its command.

A row says who may send a command: whose officers, and with which duty. Two rules ask what it says, so each row is a use
of them: without its roles any institution may send the command, without its duties any officer of the right one.
"""

import ast
import importlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.mutation.rules import Rule
from tests.mutation.uses import Use

ROLES, DUTIES = "refuse_unless_message_is_for_institution", "refuse_unless_officer_has_duty"
# Each subject has the rows of its own commands; here they are together.
TABLE = "services/{owner}/domain/subjects.py"
ROWS = "services/{owner}/domain/*/commands.py"


def rows_of(rule: Rule, root: Path) -> Iterator[Use]:
    """The rows from which the rule takes what it asks, where they ask anything."""
    if rule.name not in (ROLES, DUTIES) or not (root / TABLE.format(owner=rule.owner)).is_file():
        return
    for path in sorted(root.glob(ROWS.format(owner=rule.owner))):
        relative = path.relative_to(root)
        module = ".".join(relative.with_suffix("").parts)
        lines = dict(_lines(path))
        for row in importlib.import_module(module).COMMANDS:
            if _loosened(row, rule) != row:
                command = row.command.__name__
                place = relative.as_posix()
                yield Use(rule.owner, place, module, f"COMMANDS.{command}", lines[command], row=command)


def loosen(rule: Rule, use: Use) -> None:
    """Have the row ask nothing more of what the rule would refuse. There is no way back."""
    table = importlib.import_module(".".join(Path(TABLE.format(owner=use.owner)).with_suffix("").parts))
    row = next(row for row in table.COMMANDS.values() if row.command.__name__ == use.row)
    table.COMMANDS[row.command] = _loosened(row, rule)


def _loosened(row: Any, rule: Rule) -> Any:
    """The row with every role, or with its roles and no duties."""
    if rule.name == DUTIES:
        return replace(row, permission=dict.fromkeys(row.permission))
    some_role, some_duty = next(iter(row.permission.items()))
    return replace(row, permission={role: row.permission.get(role, some_duty) for role in type(some_role)})


def _lines(path: Path) -> Iterator[tuple[str, int]]:
    """The commands that the rows begin with, and where each stands."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    tables = [
        node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "COMMANDS"
    ]
    for row in (node for table in tables for node in ast.walk(table) if isinstance(node, ast.Call)):
        if row.args:
            yield ast.unparse(row.args[0]), row.lineno
