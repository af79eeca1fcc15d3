"""``riskpool``, or ``python -m riskpool``: the table of contents of the command line."""

import sys
import tomllib

try:
    from cyclopts import App
except ModuleNotFoundError:
    sys.stderr.write("error: the requirements are missing in this Python; run make setup, then .venv/bin/riskpool\n")
    sys.exit(1)

from devstack.command_line import run_command
from devstack.fallback import REPOSITORY


def version() -> str:
    """The program's version, as the package says it; the repository is run as it is, without being installed."""
    package = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"{package['name']} {package['version']}"


app = App(
    name="riskpool",
    help=(
        "A fund pool that shares the risk of bank loans secured by intellectual property.\n\n"
        "`up` and `demo` run everything on this machine. The other commands work on a running pool: "
        "`--data FOLDER` tells them where it is if `riskpool up --data FOLDER` runs it, else give each address. "
        "Every command has its own `--help`."
    ),
    version=version,
)

# One line for each command or group of commands, in the order in which a newcomer needs them: "module:function" or
# "module:app". A module is imported when its command is used.
app.command("riskpool.running:up", name="up", sort_key=1)
app.command("riskpool.running:demo", name="demo", sort_key=2)
app.command("riskpool.doctor:doctor", name="doctor", sort_key=3)
app.command("riskpool.publish:publish", name="publish", sort_key=4)
app.command("riskpool.journey:journey", name="journey", sort_key=5)
app.command("riskpool.project:project", name="project", sort_key=5)
app.command("riskpool.keys:app", name="keys", sort_key=6)
app.command("riskpool.person:person", name="person", sort_key=6)
app.command("scenarios.player.command:app", name="scenario", sort_key=7)
app.command("riskpool.records:app", name="records", sort_key=7)
app.command("riskpool.replay:replay", name="replay", sort_key=8)
app.command("riskpool.calendar:calendar", name="calendar", sort_key=9)


def main() -> None:
    """Run the command; an error that the user can mend is one line, not a traceback."""
    if not sys.argv[1:] or sys.argv[1] in app.help_flags:
        # The list of commands quotes what each one says of itself.
        for name in app:
            app[name]
    run_command(app, "riskpool")


if __name__ == "__main__":
    main()
