"""Health over HTTP on loopback, and a watchdog that ends the service when work is there and nothing gets done.

``/live`` answers while the process runs, ``/ready`` while it can work, ``/status`` says the figures as JSON.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field

REQUEST_BYTES_MAX = 4_096
REQUEST_TIMEOUT_SECONDS = 5.0
LOOKS_PER_PATIENCE = 4

LOOPBACK = "127.0.0.1"


class Stuck(Exception):
    """Work is there and none of it was done for too long; the supervisor is to start the service anew."""


@dataclass(slots=True)
class Status:
    """The figures that an operator asks for first.

    ``waiting`` is number and greatest age in seconds of held and quarantined records. ``awaits_replay``: nothing is
    published on a new broker until the lost one's records are there.
    """

    service: str
    ready: bool = False
    epoch: int = 1
    lag_records: int = 0
    outbox_age_seconds: float = 0.0
    awaits_replay: bool = False
    waiting: dict[str, tuple[int, float]] = field(default_factory=dict)
    progress_seconds_ago: float = 0.0


class Watchdog:
    """Knows when the consumer last had anything in its hands, and ends the service when it should have had."""

    def __init__(self, patience_seconds: float) -> None:
        self._patience_seconds = patience_seconds
        self._last = time.monotonic()

    def progress(self) -> None:
        """Say that records have come, whatever becomes of them."""
        self._last = time.monotonic()

    @property
    def seconds_ago(self) -> float:
        """Seconds since then."""
        return time.monotonic() - self._last

    async def watch(self, ask_lag: Callable[[], Awaitable[int]]) -> None:
        """Raise Stuck once records have been there for longer than patience lasts and none has come.

        ``ask_lag`` asks the broker by another connection than the consumer's, which may be what is stuck.
        """
        while True:
            await asyncio.sleep(self._patience_seconds / LOOKS_PER_PATIENCE)
            if await ask_lag() == 0:
                self.progress()
            elif self.seconds_ago > self._patience_seconds:
                raise Stuck(f"records are there and none has come for {self.seconds_ago:.0f} s")


async def serve(port: int, status: Status) -> asyncio.Server:
    """Answer on loopback until the server is closed; port 0 takes a free one."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(TimeoutError, OSError, ValueError, IndexError, EOFError, asyncio.LimitOverrunError):
            async with asyncio.timeout(REQUEST_TIMEOUT_SECONDS):
                head = await reader.readuntil(b"\r\n")
                writer.write(_response(head.split(b" ")[1].decode("ascii", "replace"), status))
                await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, LOOPBACK, port, limit=REQUEST_BYTES_MAX)


def _response(path: str, status: Status) -> bytes:
    if path == "/live":
        code, content = "200 OK", json.dumps({"live": True})
    elif path == "/ready":
        code, content = ("200 OK" if status.ready else "503 Service Unavailable"), json.dumps({"ready": status.ready})
    elif path == "/status":
        code, content = "200 OK", json.dumps(asdict(status))
    else:
        code, content = "404 Not Found", json.dumps({"error": "ask /live, /ready or /status"})
    body = content.encode()
    head = (f"HTTP/1.1 {code}", "content-type: application/json", f"content-length: {len(body)}", "connection: close")
    return "\r\n".join((*head, "", "")).encode() + body
