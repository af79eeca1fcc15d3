"""Finds the rows of the services' tables of contents, and has one let everybody send its command.

A row says who may send a command: whose officers, and with which duty. Two rules ask what it says, so each row is a use
of them: without its roles any institution may send the command, without its duties any officer of the right one.
"""

import ast
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.mutation.rules import Rule
from tests.mutation.uses import Use

ROLES, DUTIES = "refuse_unless_role_is_held", "refuse_unless_duty_is_held"
# Where a service has its table: the registry's is collected from its subjects, claims decides by its own.
TABLES = ("subjects", "decide")


def rows_of(rule: Rule, root: Path) -> Iterator[Use]:
    """The rows from which the rule takes what it asks, in every service where they ask anything."""
    if rule.name not in (ROLES, DUTIES):
        return
    for domain in sorted(root.glob("services/*/domain")):
        owner, table = domain.parent.name, _table_of(domain.parent.name, root)
        rows = {row.command.__name__: row for row in table.values()}
        for path in sorted(domain.glob("**/*.py")) if rows else ():
            relative = path.relative_to(root)
            for command, line in _lines(path):
                if command in rows and _loosened(rows[command], rule) != rows[command]:
                    module = ".".join(relative.with_suffix("").parts)
                    yield Use(owner, relative.as_posix(), module, f"COMMANDS.{command}", line, row=command)


def loosen(rule: Rule, use: Use, root: Path) -> None:
    """Have the row ask nothing more of what the rule would refuse. There is no way back."""
    table = _table_of(use.owner, root)
    row = next(row for row in table.values() if row.command.__name__ == use.row)
    table[row.command] = _loosened(row, rule)


def _table_of(owner: str, root: Path) -> dict[type, Any]:
    """The table that the service decides by, itself and no copy; an empty one where it has none."""
    for name in TABLES:
        if (root / "services" / owner / "domain" / f"{name}.py").is_file():
            table = getattr(importlib.import_module(f"services.{owner}.domain.{name}"), "COMMANDS", {})
            assert isinstance(table, dict), "a row is loosened in its place"
            return table
    return {}


def _loosened(row: Any, rule: Rule) -> Any:
    """The row with every role, or with its roles and no duties."""
    permission: Mapping[Any, Any] = row.permission
    if rule.name == DUTIES:
        return replace(row, permission=dict.fromkeys(permission))
    some_role, some_duty = next(iter(permission.items()))
    return replace(row, permission={role: permission.get(role, some_duty) for role in type(some_role)})


def _lines(path: Path) -> Iterator[tuple[str, int]]:
    """The commands that the rows of a file begin with, and where each stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) == "CommandSpec":
            yield ast.unparse(node.args[0]), node.lineno
