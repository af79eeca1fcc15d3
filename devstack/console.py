"""A console that prints what it is given: a folder's name may have what rich takes for markup, `[a]` or `:smile:`."""

from typing import TextIO

from rich.console import Console

# Into a file or a pipe tables are printed as wide as they are.
FILE_WIDTH = 170


def plain_console(file: TextIO | None = None) -> Console:
    """A console without markup, and without the breaks of a narrow terminal where a file is written."""
    console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False, file=file)
    if not console.is_terminal:
        console.width = FILE_WIDTH
    return console
