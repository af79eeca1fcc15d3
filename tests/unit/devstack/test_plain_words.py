"""What is printed is what there is: no name is taken for markup, and no password is shown."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from devstack.console import plain_console
from devstack.databases import without_password
from riskpool.records import as_table
from shared.messaging.message import Record
from shared.messaging.records import Kind, Waiting

ODD = "a [bold]pool[/bold] [/] :smile: \\[x]"
NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def test_a_name_with_brackets_is_printed_as_it_is() -> None:
    """A data folder may be called anything, and whoever copies what is printed must find it."""
    file = StringIO()
    plain_console(file).print(ODD, style="bold")
    assert file.getvalue() == f"{ODD}\n"


def test_a_sender_writes_no_markup_into_a_table() -> None:
    """What is wrong with a record can quote it."""
    record = Record("claims.commands", 2, 41, None, b"{}", (), 0)
    found = Waiting(Kind.QUARANTINE, 7, "malformed", ODD, "", NOON, 1, record, None, is_over=False)
    console = Console(width=200, file=StringIO())
    console.print(as_table([("claims", [found])], NOON))
    assert ODD in console.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://claims:s%40cret@127.0.0.1:5432/db?sslmode=disable", "postgresql://claims:***@127.0.0.1:5432/db?sslmode=disable"),
        ("postgresql://claims@db/x", "postgresql://claims@db/x"),
        ("postgresql://db/x", "postgresql://db/x"),
    ],
)  # fmt: skip
def test_a_url_is_shown_without_its_password(url: str, shown: str) -> None:
    """Everything else of it stays, so that it can be told which database it is."""
    assert without_password(url) == shown
