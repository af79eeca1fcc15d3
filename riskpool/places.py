"""Where the pool is that a command works on: the options that say it, and the connections made from them."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import asyncpg
from aiokafka.errors import KafkaError
from cyclopts import Parameter

from devstack.addresses import Addresses, read_addresses
from devstack.party_client import PartyClient
from devstack.supervisor import DevstackError, UsageError

if TYPE_CHECKING:
    from shared.messaging.database import Connection

DataFolder = Annotated[
    Path | None,
    Parameter(
        env_var="RISKPOOL_LOCAL_DATA_DIR",
        help="data folder of a running `riskpool up`, which knows all addresses and keys",
    ),
]
Bootstrap = Annotated[
    str | None,
    Parameter(env_var=["RISKPOOL_KAFKA_BOOTSTRAP", "KAFKA_BOOTSTRAP_SERVERS"], help="address of a broker, host:port"),
]

CONNECT_TIMEOUT_S = 10.0
STATEMENT_TIMEOUT_S = 60.0


@Parameter(name="*")
@dataclass(frozen=True)
class BrokerPlace:
    """Where the broker is."""

    data: DataFolder = None
    bootstrap: Bootstrap = None

    def addresses(self) -> Addresses | None:
        """What the running pool of the data folder says; None without a data folder."""
        return None if self.data is None else read_addresses(self.data)

    def broker(self) -> tuple[str, bool]:
        """The broker's address, and whether producers may be idempotent on it; raises UsageError without a place."""
        if self.bootstrap is not None:
            return self.bootstrap, os.environ.get("RISKPOOL_KAFKA_IDEMPOTENT", "true").lower() != "false"
        addresses = self.addresses()
        if addresses is None:
            raise UsageError("say where the broker is: --data FOLDER of a running `riskpool up`, or --bootstrap")
        return addresses.kafka_bootstrap, addresses.kafka_idempotent


@Parameter(name="*")
@dataclass(frozen=True)
class DatabasePlace:
    """Where the database of one service is."""

    data: DataFolder = None
    database_url: Annotated[
        str | None, Parameter(env_var="RISKPOOL_DATABASE_URL", help="url of the service's database")
    ] = None

    def url(self, service: str) -> str:
        """The url of the service's database; raises UsageError without a place."""
        if self.database_url is not None:
            return self.database_url
        if self.data is None:
            raise UsageError(
                f"say where {service}'s database is: --data FOLDER of a running `riskpool up`, or --database-url"
            )
        return read_addresses(self.data).database_urls[service]


@asynccontextmanager
async def wire_of(institution: str, place: BrokerPlace) -> AsyncIterator[PartyClient]:
    """The institution's own connection to the broker: it sends, and reads its own answers.

    Raises DevstackError where no broker answers, or it refuses.
    """
    bootstrap, idempotent = place.broker()
    with_answer = f"no broker answers at {bootstrap}; is it running, and is the address right?"
    wire = PartyClient(bootstrap, idempotent=idempotent, only_outcomes_of=institution)
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            await wire.__aenter__()
    except (KafkaError, OSError, TimeoutError) as error:
        raise DevstackError(f"{with_answer} ({type(error).__name__}) `riskpool doctor` looks closer") from None
    try:
        yield wire
    except KafkaError as error:
        raise DevstackError(f"the broker at {bootstrap} refused: {type(error).__name__}: {error}") from None
    finally:
        await wire.__aexit__()


@asynccontextmanager
async def database_at(url: str) -> "AsyncIterator[Connection]":
    """A connection to a database; raises DevstackError if there is none, or if it does not answer."""
    try:
        host = urlsplit(url).netloc.rpartition("@")[2]
    except ValueError as error:
        raise UsageError(f"the database url can't be read: {error}; it begins with postgresql://") from None
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S, command_timeout=STATEMENT_TIMEOUT_S)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        why = str(error) or type(error).__name__
        raise DevstackError(f"no database at {host}: {why}; is the server running, and is the url right?") from None
    try:
        yield connection
    except asyncpg.PostgresError as error:
        raise DevstackError(f"the database at {host} refused: {error}") from None
    finally:
        await connection.close()
