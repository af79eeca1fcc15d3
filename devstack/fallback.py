"""Installs the wheels that stand in where a machine has no PostgreSQL or no Java and Maven."""

import asyncio
import importlib
import importlib.util
import os
import sys
import time
from pathlib import Path

from devstack.file_lock import locked
from devstack.supervisor import DevstackError, Say

REPOSITORY = Path(__file__).resolve().parent.parent
LOCK_FILE = REPOSITORY / "requirements-fallback.lock"
INSTALL_TIMEOUT_S = 600.0
PROGRESS_EVERY_S = 5.0


def cache_folder() -> Path:
    """Return the folder for what is downloaded once: RISKPOOL_CACHE, else `.cache` in the repository."""
    return Path(os.environ.get("RISKPOOL_CACHE") or REPOSITORY / ".cache").absolute()


async def package_folder(package: str, say: Say) -> Path:
    """Return the folder of an installed fallback package, after installing it into this virtualenv if it is missing.

    Raises DevstackError if it can't be installed.
    """
    if importlib.util.find_spec(package) is None:
        async with locked(
            cache_folder() / "fallback.lock", INSTALL_TIMEOUT_S, say, "another run is installing the fallback"
        ):
            importlib.invalidate_caches()
            if importlib.util.find_spec(package) is None:
                await _install(say)
                importlib.invalidate_caches()
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise DevstackError(f"{package} can't be imported although {LOCK_FILE.name} was installed into {sys.prefix}")
    return Path(found.origin).parent


async def _install(say: Say) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCK_FILE)]
    say(f"installing the stand-ins of {LOCK_FILE.name} into this virtualenv (about 30 MB)")
    await run_with_progress(
        command,
        timeout_s=INSTALL_TIMEOUT_S,
        say=say,
        doing="installing",
        next_step=f"run it by hand to see more: {' '.join(command)}",
    )


async def run_with_progress(command: list[str], *, timeout_s: float, say: Say, doing: str, next_step: str) -> None:
    """Run a command that may take long; say now and then that it still runs, and show all its output if it fails.

    Raises DevstackError, with `next_step` for its reader, if it fails or takes longer than `timeout_s` seconds.
    """
    started_at = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output = asyncio.create_task(process.communicate())
    try:
        while True:
            done, _ = await asyncio.wait({output}, timeout=PROGRESS_EVERY_S)
            elapsed_s = time.monotonic() - started_at
            if done:
                break
            if elapsed_s > timeout_s:
                raise DevstackError(f"{doing} was given up after {timeout_s:.0f} s; {next_step}")
            say(f"still {doing} after {elapsed_s:.0f} s")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        text = output.result()[0].decode(errors="replace")
        raise DevstackError(f"{doing} failed with exit code {process.returncode}; {next_step}\n{text}")
