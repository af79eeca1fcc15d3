"""``riskpool``, or ``python -m riskpool``: the table of contents of the command line."""

import logging
import sys

try:
    from cyclopts import App, CycloptsError
except ModuleNotFoundError:
    sys.stderr.write("error: the requirements are missing in this Python; run make setup, then .venv/bin/riskpool\n")
    sys.exit(1)

from local.supervisor import GivenWrong, LocalError
from riskpool.exit_status import FAILED, INTERRUPTED, INVALID

app = App(
    name="riskpool",
    help=(
        "A fund pool that shares the risk of bank loans secured by intellectual property.\n\n"
        "`up` and `demo` run everything on this machine. The other commands work on a running pool: "
        "`--data FOLDER` tells them where it is if `riskpool up --data FOLDER` runs it, else give each address. "
        "Every command has its own `--help`."
    ),
    result_action="return_value",
    version_flags=[],
    # What is wrong with the command line is said by main, in one line as every other error.
    print_error=False,
    exit_on_error=False,
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
app.command("local.scenario.command:app", name="scenario", sort_key=7)
app.command("riskpool.records:app", name="records", sort_key=7)
app.command("riskpool.replay:replay", name="replay", sort_key=8)
app.command("riskpool.calendar:calendar", name="calendar", sort_key=9)


def main() -> None:
    """Run the command; an error that the user can mend is one line, not a traceback."""
    # What a client library says about every failed try is said once, by us, with the next thing to do.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL + 1)
    if not sys.argv[1:] or sys.argv[1] in app.help_flags:
        # The list of commands quotes what each one says of itself.
        for name in app:
            app[name]
    try:
        sys.exit(app(sys.argv[1:]) or 0)
    except CycloptsError as error:
        sys.stderr.write(f"error: {usage_error(error)}\n")
        sys.exit(INVALID)
    except GivenWrong as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(INVALID)
    except LocalError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(FAILED)
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] in {"local", "riskpool", "services", "shared"}:
            raise
        sys.stderr.write(f"error: the Python package {error.name} is missing; install the requirements: make setup\n")
        sys.exit(FAILED)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def usage_error(error: CycloptsError) -> str:
    """What is wrong with the command line, in one line, and where to read how it is used."""
    said = " ".join(str(error).split())
    # Three points stand for further commands, one ends a sentence that goes on here.
    said = said if said.endswith("...") else said.removesuffix(".")
    # After an unknown command the chain of commands ends with the last one that there is.
    command = " ".join([app.name[0], *(error.command_chain or ())])
    return f"{said[:1].lower()}{said[1:]}; {command} --help tells how it is used"


if __name__ == "__main__":
    main()
