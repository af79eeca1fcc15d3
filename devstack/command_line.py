"""What every command has in common: an error that its user can mend is one line and an exit status, not a traceback."""

import logging
import sys
from typing import NoReturn

from cyclopts import App, CycloptsError

from devstack.exit_status import FAILED, INTERRUPTED, INVALID
from devstack.supervisor import DevstackError, UsageError

ROOMS = frozenset({"devstack", "riskpool", "scenarios", "services", "shared", "simulator"})


def run_command(app: App, program: str) -> NoReturn:
    """Run what was typed after ``program``, and end with its exit status."""
    # What a client library says about every failed try is said once, by us, with the next thing to do.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL + 1)
    try:
        # What is wrong with the command line is said here, in one line as every other error.
        status = app(sys.argv[1:], print_error=False, exit_on_error=False, result_action="return_value")
        sys.exit(status or 0)
    except CycloptsError as error:
        sys.stderr.write(f"error: {usage_error(error, program)}\n")
        sys.exit(INVALID)
    except UsageError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(INVALID)
    except DevstackError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(FAILED)
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] in ROOMS:
            raise
        sys.stderr.write(f"error: the Python package {error.name} is missing; install the requirements: make setup\n")
        sys.exit(FAILED)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def usage_error(error: CycloptsError, program: str) -> str:
    """What is wrong with the command line, in one line, and where to read how it is used."""
    said = " ".join(str(error).split())
    # Three points stand for further commands, one ends a sentence that goes on here.
    said = said if said.endswith("...") else said.removesuffix(".")
    # After an unknown command the chain of commands ends with the last one that there is.
    command = " ".join([program, *(error.command_chain or ())])
    return f"{said[:1].lower()}{said[1:]}; {command} --help tells how it is used"
