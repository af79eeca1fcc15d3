"""``python -m local``: the whole pool on this machine."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from local.demo import demo
from local.stack import run_until_signal
from local.supervisor import LocalError
from local.up import up

app = App(
    name="local",
    help="Runs the whole pool on this machine: Kafka, PostgreSQL and the four services. Not for production.",
)


@app.command(name="demo")
def demo_command(*, json: Annotated[Path | None, Parameter(help="also write the report to this file")] = None) -> int:
    """Play one case from founding to reimbursement, print its journey, and stop everything again.

    The exit status is 0 only if everything held.
    """
    return run_until_signal(demo(json))


@app.command(name="up")
def up_command(
    *, data: Annotated[Path | None, Parameter(help="keep the data in this folder, and go on with it next time")] = None
) -> int:
    """Start everything, found and fund a pool, print every address, and keep it running until Ctrl-C."""
    return run_until_signal(up(data))


def main() -> None:
    """Run the command; an error that the user can mend is one line, not a traceback."""
    try:
        sys.exit(app(result_action="return_value") or 0)
    except LocalError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
