"""The contracts' words: what is a day, a moment or an identity in a message is of the strict kind."""

import ast
from collections.abc import Iterator

from tests.tidy.repository import python_files, tree_of

# Read by pydantic in more forms than one: as numbers of seconds, with a space for the T, as URNs.
LOOSE = frozenset(
    {"date", "datetime", "AwareDatetime", "NaiveDatetime", "PastDate", "FutureDate", "UUID", "UUID4", "UUID5"}
)
WORDS = "shared/contracts/words.py"


def _annotations(tree: ast.Module) -> Iterator[ast.expr]:
    """The annotations of fields, and the aliases that stand for one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign):
            yield node.annotation
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript | ast.BinOp | ast.Name):
            yield node.value


def test_no_field_of_a_message_reads_times_and_ids_loosely() -> None:
    """Day, Moment and Identity of shared/contracts/words.py stand wherever a message has one."""
    loose = [
        f"{path}:{node.lineno} {name}"
        for path in python_files("shared/contracts/*")
        if path.as_posix() != WORDS
        for annotation in _annotations(tree_of(path))
        for node in ast.walk(annotation)
        if isinstance(node, ast.Name | ast.Attribute)
        and (name := node.id if isinstance(node, ast.Name) else node.attr) in LOOSE
    ]
    assert loose == []
