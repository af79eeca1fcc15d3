"""``calendar``: tells the registry which day it is."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter

from devstack.calendar import Calendar, run, sender_of
from devstack.exit_status import NO_ANSWER, OK
from devstack.supervisor import UsageError
from riskpool.parties import folder_of_keys, pool_of_keys, read_signer
from riskpool.places import BrokerPlace
from shared.decisions.days import BEIJING
from shared.messaging.telemetry import configure_logging
from simulator.parties import CALENDAR, MANAGING, SYSTEM


def calendar(
    *,
    key: Annotated[
        Path | None, Parameter(help="file with the calendar's private key; without it that of the data folder")
    ] = None,
    pool: Annotated[
        tuple[UUID, ...], Parameter(help="a pool in which the key is registered, more than once for several pools")
    ] = (),
    institution: Annotated[str, Parameter(help="the managing institution whose calendar this is")] = MANAGING,
    keys: Annotated[Path | None, Parameter(help="folder with keys as `riskpool up` makes them")] = None,
    place: BrokerPlace = BrokerPlace(),  # noqa: B008  # frozen, and the command line's way to say "none was given"
    once: Annotated[bool, Parameter(negative="", help="say today and end, instead of going on day after day")] = False,
) -> int:
    """Tell the registry which day it is: now, and at each midnight in Beijing until Ctrl-C.

    What falls due and what is overdue is announced with it, on `registry.events`. The key is a system key of the
    managing institution for the use `calendar`. A day that is said again changes nothing, so this can be started at any
    time, more than once, and on several machines. With `--once` the exit status is 0 if today has begun in every pool,
    and 4 if it has not. It is 2 if a key can't be read, or is given without --pool.
    """
    if key is not None:
        if not pool:
            raise UsageError("--key needs --pool: the id of the pool in which the key is registered")
        pools, file = pool, key
    else:
        folder = folder_of_keys(keys, place)
        pools, file = pool or (pool_of_keys(folder),), folder / f"{CALENDAR}.{SYSTEM}.pem"
    signer = read_signer(file)
    bootstrap, idempotent = place.broker()
    configure_logging("calendar")
    clock = Calendar(bootstrap, [sender_of(pool_id, institution, signer) for pool_id in pools], idempotent=idempotent)
    if once:
        return OK if asyncio.run(clock.begin(datetime.now(UTC).astimezone(BEIJING).date())) else NO_ANSWER
    asyncio.run(run(clock))
    return OK
