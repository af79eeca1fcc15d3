"""The local tools say what is wrong in one line with the next thing to do, as the command line does."""

import asyncio
import sys
from pathlib import Path

import pytest

from devstack.fallback import REPOSITORY

pytestmark = pytest.mark.asyncio

SECONDS_MAX = 60.0
NO_BROKER = "127.0.0.1:1"
NO_DATABASE = "postgresql://x@127.0.0.1:1/x"


@pytest.mark.parametrize(
    ("typed", "status", "next_step"),
    [
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
    ],
)
async def test_what_is_wrong_is_one_line(tmp_path: Path, typed: str, status: int, next_step: str) -> None:
    """No traceback and no box; a script can tell its own mistake from a server that is away."""
    module, *arguments = typed.split()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module),
        *(argument.replace("NOWHERE", str(tmp_path / "nowhere")) for argument in arguments),
        cwd=REPOSITORY,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(SECONDS_MAX):
        out, err = await process.communicate()
    assert (process.returncode, out, err.count(b"\n")) == (status, b"", 1), err.decode()
    assert next_step in err.decode()
