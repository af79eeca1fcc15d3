"""The local tools say what is wrong in one line with the next thing to do, as the command line does."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from devstack.fallback import REPOSITORY

pytestmark = pytest.mark.asyncio

SECONDS_MAX = 60.0
NO_BROKER = "127.0.0.1:1"
NO_DATABASE = "postgresql://x@127.0.0.1:1/x"


# Most of a command's time is its start; the processors share them.
AT_ONCE = asyncio.Semaphore(os.cpu_count() or 1)
# What is typed, the exit status, and what the next thing to do is.
WRONG = (
    ("devstack.topics", 2, "python -m devstack.topics --help"),
    ("devstack.topics --bootstrap x --replication-factor many", 2, "python -m devstack.topics --help"),
    (f"devstack.topics --bootstrap {NO_BROKER} --institution Bank", 2, "an id is 2 to 40 small letters"),
    (f"devstack.topics --bootstrap {NO_BROKER}", 1, "is it running"),
    ("devstack.topics --bootstrap nonsense", 1, "is that its host:port"),
    ("riskpool scenario --at-once 99", 2, "riskpool scenario --help"),
    ("riskpool scenario NOWHERE", 2, "name a YAML file"),
    ("riskpool scenario", 2, "name a YAML file"),
    ("devstack.migrate", 2, "name at least one service"),
    ("devstack.migrate claims --nope", 2, "python -m devstack.migrate --help"),
    (f"devstack.databases claims --admin-url {NO_DATABASE} --secrets-file NOWHERE", 1, "is the server running"),
    ("devstack.compose_secrets /dev/null/x", 2, "mkdir -m 700 /dev/null/x"),
)


async def run(typed: str, nowhere: Path) -> tuple[int | None, str, str]:
    """Run a module as a process of its own; returns its exit status and what it wrote."""
    module, *arguments = typed.split()
    async with AT_ONCE:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module),
            *(argument.replace("NOWHERE", str(nowhere)) for argument in arguments),
            cwd=REPOSITORY,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(SECONDS_MAX):
            out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_what_is_wrong_is_one_line(tmp_path: Path) -> None:
    """No traceback and no box; a script can tell its own mistake from a server that is away."""
    ran = await asyncio.gather(*(run(typed, tmp_path / "nowhere") for typed, _, _ in WRONG))
    assert [
        f"{typed}: status {code} and not {status}, {out!r}, {err!r}, {next_step!r}"
        for (typed, status, next_step), (code, out, err) in zip(WRONG, ran, strict=True)
        if (code, out, err.count("\n")) != (status, "", 1) or next_step not in err
    ] == []
