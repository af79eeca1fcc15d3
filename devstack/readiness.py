"""When a child process counts as ready: four ways to ask."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from devstack.child import Child

PROBE_TIMEOUT_S = 2.0
STATUS_LINE_BYTES_MAX = 4096

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


def when_line(text: str) -> Ready:
    """Ready when this instance has written the text to its log."""

    async def ready(child: Child) -> bool:
        try:
            with child.spec.log_file.open("rb") as log:
                log.seek(child.log_offset)
                return text.encode() in log.read()
        except FileNotFoundError:
            return False

    return ready


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


def when_http(url: str) -> Ready:
    """Ready when a GET of the plain-http url is answered with a status in the two hundreds.

    Raises ValueError for any other url.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname is None:
        raise ValueError(f"a readiness probe needs a plain http url, not {url!r}")
    host, port, path = parts.hostname, parts.port or 80, parts.path or "/"

    async def ready(child: Child) -> bool:
        del child
        try:
            async with asyncio.timeout(PROBE_TIMEOUT_S):
                reader, writer = await asyncio.open_connection(host, port)
                try:
                    writer.write(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
                    status_line = await reader.read(STATUS_LINE_BYTES_MAX)
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return False
        return status_line.startswith((b"HTTP/1.0 2", b"HTTP/1.1 2"))

    return ready
