"""A proxy before a database, which loses a COMMIT or the answer to it, and one before a broker, which falls silent."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections import Counter
from enum import StrEnum
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

HOST = "127.0.0.1"
READ_BYTES_MAX = 1 << 16
# A simple query as the driver sends it at a transaction's end: its type, its length, its text.
COMMIT = b"Q\x00\x00\x00\x0cCOMMIT;\x00"
# The server's word that it is done: the tag COMMIT, with its type and length.
COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"


class Loss(StrEnum):
    """What is lost on the way."""

    COMMIT = "commit"  # it does not reach the server, and nothing has happened
    ANSWER = "answer"  # it has happened, and the service does not hear of it


class Listener(ABC):
    """Listens on a port of its own of loopback, and ends all its connections with itself."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connect, HOST, 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for connection in list(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @abstractmethod
    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""


class DatabaseProxy(Listener):
    """Listens on a port of its own; ``url`` is the database's through it, ``lost`` counts what it has lost."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._target = urlsplit(url)
        self._wanted: Loss | None = None
        self.lost: Counter[Loss] = Counter()

    @property
    def url(self) -> str:
        """The database's address through this proxy."""
        credentials = self._target.netloc.rpartition("@")[0]
        return urlunsplit(self._target._replace(netloc=f"{credentials}@{HOST}:{self.port}"))

    def lose(self, loss: Loss) -> None:
        """Lose the next COMMIT, or the answer to it, and cut its connection."""
        self._wanted = loss

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            server_reader, server_writer = await asyncio.open_connection(self._target.hostname, self._target.port)
        except OSError:
            writer.transport.abort()
            self._connections.discard(task)
            return
        answer_is_lost = asyncio.Event()
        ways = [
            asyncio.create_task(self._forward_questions(reader, server_writer, answer_is_lost)),
            asyncio.create_task(self._forward_answers(server_reader, writer, answer_is_lost)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            pass  # the proxy ends; asyncio's streams would report the cancellation as a fault
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            writer.transport.abort()
            server_writer.transport.abort()
            self._connections.discard(task)

    async def _forward_questions(
        self, reader: asyncio.StreamReader, server: asyncio.StreamWriter, answer_is_lost: asyncio.Event
    ) -> None:
        """From the service to the server, until one of them closes or the COMMIT is lost."""
        with contextlib.suppress(OSError):
            while data := await reader.read(READ_BYTES_MAX):
                if self._wanted is not None and data.endswith(COMMIT):
                    loss, self._wanted = self._wanted, None
                    self.lost[loss] += 1
                    if loss is Loss.COMMIT:
                        return
                    answer_is_lost.set()
                server.write(data)
                await server.drain()

    async def _forward_answers(
        self, server: asyncio.StreamReader, writer: asyncio.StreamWriter, answer_is_lost: asyncio.Event
    ) -> None:
        """From the server to the service, until one of them closes or the answer to the COMMIT is lost."""
        unsaid = b""
        with contextlib.suppress(OSError):
            while data := await server.read(READ_BYTES_MAX):
                if answer_is_lost.is_set():
                    # Only when the server has said that it is done has it certainly happened.
                    unsaid += data
                    if COMMITTED in unsaid:
                        return
                    continue
                writer.write(data)
                await writer.drain()


class SilentProxy(Listener):
    """Listens on a port of its own for the server at ``target_port``; while it is silent it takes and gives nothing.

    Connections stay open, new ones are taken, and what was on its way arrives later: as with a machine that hangs.
    """

    def __init__(self, target_port: int) -> None:
        super().__init__()
        self._target_port = target_port
        self._speaks = asyncio.Event()
        self._speaks.set()

    @property
    def address(self) -> str:
        """Where the server is reached through this proxy."""
        return f"{HOST}:{self.port}"

    def fall_silent(self) -> None:
        """Forward nothing from now on."""
        self._speaks.clear()

    def speak(self) -> None:
        """Forward again."""
        self._speaks.set()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        ends = [writer]
        try:
            await self._speaks.wait()
            server_reader, server_writer = await asyncio.open_connection(HOST, self._target_port)
            ends.append(server_writer)
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._forward(reader, server_writer))
                ways.create_task(self._forward(server_reader, writer))
        except (OSError, asyncio.CancelledError):
            pass  # the server is away, or the proxy ends; asyncio's streams would report it as a fault
        finally:
            for end in ends:
                end.transport.abort()
            self._connections.discard(task)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(READ_BYTES_MAX):
                await self._speaks.wait()
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
