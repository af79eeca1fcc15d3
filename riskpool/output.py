"""How a command prints what it found: as a table for people, or as JSON for machines."""

import json
import sys
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from devstack.console import FILE_WIDTH

Json = Annotated[bool, Parameter(negative="", help="print JSON")]


def print_json(content: object) -> None:
    """Print the content, indented, with all characters as they are."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def table_console() -> Console:
    """A console as wide as the terminal; into a file or a pipe tables are printed as wide as they are."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=FILE_WIDTH)
