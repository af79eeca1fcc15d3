"""Connections to the service's own database, and sets of rows as its statements take them."""

import asyncio
from collections.abc import Iterable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from shared.messaging.settings import MessagingSettings

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
    Row: TypeAlias = asyncpg.Record
else:
    Connection = asyncpg.Connection
    Pool = asyncpg.Pool
    Row = asyncpg.Record

FAILURE_LENGTH_MAX = 2_000

# What may be gone a moment later: the same work is tried again. The inbox tells whether a commit with an unknown
# outcome had happened.
TRANSIENT = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.TooManyConnectionsError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    # After a failover the address may be a standby's for a moment.
    asyncpg.ReadOnlySQLTransactionError,
    # A migration has changed a table under a prepared statement.
    asyncpg.InvalidCachedStatementError,
    # The driver has lost its place: so it ends when the server ends a connection just as a statement begins.
    asyncpg.InternalClientError,
    asyncpg.DiskFullError,
    asyncio.TimeoutError,
    ConnectionError,
    OSError,
)


def is_transient(error: BaseException) -> bool:
    """Whether the same work may succeed a moment later.

    asyncpg calls a value that it can't encode an InterfaceError too, like a closed connection; it stays wrong.
    """
    return isinstance(error, TRANSIENT) and not isinstance(error, ValueError)


def arrays_of(columns: str, rows: Iterable[object]) -> list[list[Any]]:
    """What the rows say in these columns, two or more of them: an array for each, as ``unnest`` takes it.

    ``columns`` are attributes' names as they stand in a statement, ``"pool_id, key_id"``; attributes of attributes too.
    """
    names = columns.split(", ")
    return [list(array) for array in zip(*map(attrgetter(*names), rows), strict=True)] or [[] for _ in names]


def failure(error: Exception) -> str:
    """The error as an operator reads it beside a record whose handling has failed for good."""
    return f"{type(error).__name__}: {error}"[:FAILURE_LENGTH_MAX]


async def open_pool(settings: MessagingSettings) -> Pool:
    """A fixed pool of connections with every timeout set.

    Raises what asyncpg raises if the database can't be reached.
    """
    return await asyncpg.create_pool(
        settings.database_url.get_secret_value(),
        min_size=settings.pool_connections,
        max_size=settings.pool_connections,
        command_timeout=settings.statement_timeout_ms / 1000 + 5,
        server_settings=server_settings(settings),
        reset=_nothing,
    )


async def _nothing(_connection: Connection) -> None:
    """Give a connection back as it is: nothing of ours outlives its transaction, and asking costs a round trip."""


def server_settings(settings: MessagingSettings) -> dict[str, str]:
    """The server settings of each connection."""
    return {
        "application_name": "riskpool",
        "statement_timeout": str(settings.statement_timeout_ms),
        "lock_timeout": str(settings.lock_timeout_ms),
        "idle_in_transaction_session_timeout": str(settings.idle_transaction_timeout_ms),
        "synchronous_commit": "on",
        "timezone": "UTC",
        "jit": "off",
        # A statement finds its rows by their keys, some hundred at most. Left to itself the server joins them with the
        # whole of a table as long as that is small, and keeps to this plan while the table grows: after 10,000 filings
        # the relay had each batch of events looked for among all that were ever published.
        "enable_seqscan": "off",
        "enable_hashjoin": "off",
        "enable_mergejoin": "off",
    }
