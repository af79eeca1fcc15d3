"""The migrations: forward only, and money in 64 bits."""

import re
from pathlib import Path

import pytest

from tests.tidy.repository import files, text_of

MIGRATIONS = [path for path in files() if path.suffix == ".sql" and path.parent.name == "migrations"]
FEN_COLUMN = re.compile(r"^\s*(?:ADD COLUMN (?:IF NOT EXISTS )?)?(\w+_fen)\s+(\w+)", re.MULTILINE | re.IGNORECASE)
# What can stand after a name that ends in _fen without being its type: it is a constraint then, not a column.
_NO_TYPE = frozenset({"is", "in", "between", "as", "and", "or", "not"})


def test_there_are_migrations() -> None:
    """The tests below look at something."""
    assert len(MIGRATIONS) >= 5


@pytest.mark.parametrize("path", MIGRATIONS, ids=str)
def test_fen_are_bigints(path: Path) -> None:
    """Every column in fen is a bigint: an integer would end at 21 million yuan, and numeric takes NaN."""
    columns = [(name, kind) for name, kind in FEN_COLUMN.findall(text_of(path)) if kind.lower() not in _NO_TYPE]
    assert [f"{name} {kind}" for name, kind in columns if kind.lower() != "bigint"] == []


@pytest.mark.parametrize("path", MIGRATIONS, ids=str)
def test_migrations_go_forward_only(path: Path) -> None:
    """Both of dbmate's marks are there, and under the second one nothing but comments."""
    up, down, after = text_of(path).partition("-- migrate:down")
    assert up.lstrip().startswith("-- migrate:up")
    assert down
    assert [line for line in after.splitlines()[1:] if line.strip() and not line.lstrip().startswith("--")] == []
