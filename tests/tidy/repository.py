"""What belongs to the repository: its files, without what tools and runs leave beside them."""

import ast
import fnmatch
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Folders whose names begin with a dot hold tools' own things, but for these.
_DOTTED = frozenset({".ci", ".github"})
_LEFT_BY_TOOLS = frozenset({"__pycache__", "node_modules", "data"})


@cache
def files() -> tuple[Path, ...]:
    """All files of the repository, relative to its root, in order."""
    return tuple(sorted(path.relative_to(ROOT) for path in _walk(ROOT)))


def python_files(*patterns: str) -> list[Path]:
    """The Python files that match one of the patterns, in which ``*`` crosses folders."""
    return [
        path
        for path in files()
        if path.suffix == ".py" and any(fnmatch.fnmatch(path.as_posix(), pattern) for pattern in patterns)
    ]


@cache
def text_of(path: Path) -> str:
    """A file's text; empty if it is none."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def tree_of(path: Path) -> ast.Module:
    """A Python file's tree, parsed once for all who look at it; nobody may change it."""
    return ast.parse(text_of(path), str(path))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_symlink():
            continue
        if path.is_dir():
            if path.name not in _LEFT_BY_TOOLS and (not path.name.startswith(".") or path.name in _DOTTED):
                yield from _walk(path)
        elif path.suffix != ".pyc" and path.name != ".git":  # a file in a linked work tree, which says where it is
            yield path
