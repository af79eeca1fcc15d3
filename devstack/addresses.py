"""Where a running pool answers: a small file in its data folder, from which commands in another terminal take it."""

import json
import os
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from devstack.processes import start_of
from devstack.supervisor import DevstackError, UsageError

ADDRESSES_FILE = "addresses.json"


@dataclass(frozen=True)
class Addresses:
    """What the process ``pid`` runs. ``database_urls`` are by service and hold passwords.

    ``start`` is the time of the process's start as `devstack.processes` tells it, since its id can be another one's
    after a kill; None where the system doesn't tell it.
    """

    pid: int
    start: float | None
    kafka_bootstrap: str
    kafka_idempotent: bool
    database_urls: Mapping[str, str]
    keys: str
    pool_id: str


def write_addresses(folder: Path, addresses: Addresses) -> None:
    """Keep the addresses in the data folder, readable by its owner only."""
    path = folder / ADDRESSES_FILE
    unfinished = path.with_suffix(".unfinished")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(asdict(addresses), indent=2) + "\n", encoding="utf-8")
    unfinished.rename(path)


def forget_addresses(folder: Path) -> None:
    """Nothing answers there any more."""
    (folder / ADDRESSES_FILE).unlink(missing_ok=True)


def read_addresses(folder: Path) -> Addresses:
    """The addresses of the pool that runs on the data folder; raises DevstackError if none does."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is no folder; name the data folder of a running `riskpool up`")
    path = folder / ADDRESSES_FILE
    start = f"start one: riskpool up --data {shlex.quote(str(folder))}"
    try:
        addresses = Addresses(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise DevstackError(f"no pool runs on the data folder {folder}; {start}") from None
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{path} can't be read ({error}); stop what runs on that folder, and {start}") from None
    if not _is_running(addresses):
        # It was killed: a clean stop removes the file.
        raise DevstackError(f"the pool on the data folder {folder} was killed (process {addresses.pid}); {start}")
    return addresses


def _is_running(addresses: Addresses) -> bool:
    if addresses.start is not None:
        return start_of(addresses.pid) == addresses.start
    try:
        os.kill(addresses.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
