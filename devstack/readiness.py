"""When a child process counts as ready: two ways to ask."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from devstack.child import Child

PROBE_TIMEOUT_S = 2.0

Ready = Callable[[Child], Awaitable[bool]]


def when_file(path: Path) -> Ready:
    """Ready when the file exists; `forget_file` must remove it before each start."""

    async def ready(child: Child) -> bool:
        del child
        return path.exists()

    return ready


def forget_file(path: Path) -> Callable[[], Awaitable[None]]:
    """Remove a ready file that an earlier instance wrote."""

    async def before_start() -> None:
        path.unlink(missing_ok=True)

    return before_start


def when_port(host: str, port: int) -> Ready:
    """Ready when the port takes a connection."""

    async def ready(child: Child) -> bool:
        del child
        try:
            async with asyncio.timeout(PROBE_TIMEOUT_S):
                _, writer = await asyncio.open_connection(host, port)
        except (OSError, TimeoutError):
            return False
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True

    return ready
