"""Connections to the service's own database."""

import asyncio
from typing import TYPE_CHECKING, TypeAlias

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
    asyncpg.DiskFullError,
    asyncio.TimeoutError,
    ConnectionError,
    OSError,
)


async def open_pool(settings: MessagingSettings) -> Pool:
    """A fixed pool of connections with every timeout set; raises what asyncpg raises if the database can't be reached."""
    return await asyncpg.create_pool(
        settings.database_url.get_secret_value(),
        min_size=settings.pool_connections,
        max_size=settings.pool_connections,
        command_timeout=settings.statement_timeout_ms / 1000 + 5,
        server_settings=server_settings(settings),
    )


def server_settings(settings: MessagingSettings) -> dict[str, str]:
    """What each connection asks of the server."""
    return {
        "application_name": "riskpool",
        "statement_timeout": str(settings.statement_timeout_ms),
        "lock_timeout": str(settings.lock_timeout_ms),
        "idle_in_transaction_session_timeout": str(settings.idle_transaction_timeout_ms),
        "synchronous_commit": "on",
        "timezone": "UTC",
        "jit": "off",
    }
