"""Every command of the command line, by its name."""

from collections.abc import Iterator

from cyclopts import App

from riskpool.__main__ import app


def commands(parent: App, above: str = "riskpool") -> Iterator[tuple[str, App]]:
    for name in parent:
        if not name.startswith("-"):
            command = parent[name]
            yield f"{above} {name}", command
            yield from commands(command, f"{above} {name}")


COMMANDS = dict(commands(app))
