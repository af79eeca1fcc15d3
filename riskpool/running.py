"""``up`` and ``demo``: the whole pool on this machine."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from devstack.exit_status import OK
from devstack.output_paths import can_become_file, can_become_folder


def up(
    *,
    data: Annotated[
        Path | None,
        Parameter(help="keep the data in this folder, and go on with it next time", validator=can_become_folder),
    ] = None,
) -> int:
    """Start the whole pool on this machine and keep it running until Ctrl-C.

    Kafka, PostgreSQL and the four services start, a pool is founded and funded, one project is approved, and every
    address is printed. Not for production: all keys of all parties are in one folder.
    """
    # Imported here: half of the system comes along, and `--help` must not wait for it.
    from devstack.stack import run_until_signal  # noqa: PLC0415
    from devstack.up import up as run_up  # noqa: PLC0415

    return run_until_signal(run_up(data), stopped_status=OK)


def demo(
    *,
    json: Annotated[
        Path | None, Parameter(help="also write the report to this file", validator=can_become_file)
    ] = None,
) -> int:
    """Play one case from founding to reimbursement, print its journey, and stop everything again.

    The exit status is 0 only if everything held.
    """
    from devstack.demo import demo as run_demo  # noqa: PLC0415  # as above
    from devstack.stack import run_until_signal  # noqa: PLC0415

    return run_until_signal(run_demo(json))
