"""Which services a command works on, by their databases."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from devstack.addresses import read_addresses
from devstack.supervisor import DevstackError, UsageError
from riskpool.places import DataFolder, database_at
from riskpool.running_checks import service_of
from shared.contracts.topics import SERVICES

if TYPE_CHECKING:
    from shared.messaging.database import Connection


@Parameter(name="*")
@dataclass(frozen=True)
class ServicePlaces:
    """The services, and where their databases are."""

    data: DataFolder = None
    service: Annotated[
        tuple[str, ...],
        Parameter(negative="", help=f"one of {', '.join(SERVICES)}; can be given again; all of them without it"),
    ] = ()
    database_url: Annotated[
        tuple[str, ...],
        Parameter(env_var="RISKPOOL_DATABASE_URL", negative="", help="url of a service's database; can be given again"),
    ] = ()

    def urls(self) -> list[str]:
        """The databases' urls, in the services' order; raises UsageError if nothing says where they are."""
        unknown = [service for service in self.service if service not in SERVICES]
        if unknown:
            raise UsageError(f"there is no service {unknown[0]}; they are {', '.join(SERVICES)}")
        if self.database_url:
            if self.service:
                raise UsageError("--service chooses among those of --data; a --database-url is one service's already")
            return list(self.database_url)
        if self.data is None:
            raise UsageError(
                "say which service's records: --data FOLDER of a running `riskpool up` (with --service), or "
                "--database-url"
            )
        found = read_addresses(self.data).database_urls
        return [found[service] for service in SERVICES if service in (self.service or found)]

    def url(self) -> str:
        """The one database's url; raises UsageError if there are several."""
        urls = self.urls()
        if len(urls) != 1:
            raise UsageError(f"a record belongs to one service: give --service, one of {', '.join(SERVICES)}")
        return urls[0]


@asynccontextmanager
async def service_database(url: str) -> "AsyncIterator[tuple[str, Connection]]":
    """The name of the service whose database this is, and a connection to it; raises DevstackError if it is none's."""
    async with database_at(url) as connection:
        database = str(await connection.fetchval("SELECT current_database()"))
        service = service_of(database)
        if service is None:
            raise DevstackError(
                f"the database {database} is no service's: those are called riskpool_<service>; mend --database-url"
            )
        yield service, connection
