"""A lock on a file, for first runs that may happen at the same time in several processes."""

import asyncio
import contextlib
import fcntl
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

from devstack.supervisor import DevstackError, Say

LOCK_POLL_S = 0.1


async def take_lock(path: Path, timeout_s: float, say: Say, waiting_for: str) -> int:
    """Take the lock and return its file descriptor, which holds it until all its copies are closed.

    Says `waiting_for` once if somebody else has it, and raises DevstackError after `timeout_s`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    started_at = time.monotonic()
    said = False
    try:
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return fd
            if not said:
                say(f"waiting: {waiting_for}")
                said = True
            if time.monotonic() - started_at > timeout_s:
                raise DevstackError(f"gave up after {timeout_s:.0f} s: {waiting_for} (the lock is {path})")
            await asyncio.sleep(LOCK_POLL_S)
    except BaseException:
        os.close(fd)
        raise


@contextlib.asynccontextmanager
async def locked(path: Path, timeout_s: float, say: Say, waiting_for: str) -> AsyncIterator[None]:
    """Hold the lock for the length of the block."""
    fd = await take_lock(path, timeout_s, say, waiting_for)
    try:
        yield
    finally:
        os.close(fd)
