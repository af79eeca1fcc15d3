"""Real PostgreSQL and real Kafka for the tests, started once per run; each test gets a copy of a migrated database."""

import contextlib
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio

from devstack.databases import ServiceDatabase, clone_database, drop_database, provide_databases
from devstack.migrate import migrate
from devstack.stack import SERVICES, Stack


@dataclass(frozen=True)
class TestDatabase:
    """A copy of one service's database: as its application sees it, and as its owner does."""

    __test__ = False

    name: str
    app_url: str
    owner_url: str
    pool: "asyncpg.Pool[asyncpg.Record]"


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder that the database server may enter; pytest closes its own ones to others whenever it is run anew."""
    folder = Path(tempfile.mkdtemp(prefix="riskpool-open-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture(scope="session")
async def infrastructure() -> AsyncIterator[Stack]:
    """PostgreSQL and the broker, with the pool's topics and without its services.

    What the machine loses when it loses power is nothing to a test, and hundreds of copies need not reach the disk.
    """
    settings = {"fsync": "off", "full_page_writes": "off"}
    async with Stack(
        None, say=lambda _: None, services=(), institutions=("bank-a", "bank-b"), postgres_settings=settings
    ) as stack:
        yield stack


@pytest_asyncio.fixture(scope="session")
async def templates(infrastructure: Stack, tmp_path_factory: pytest.TempPathFactory) -> dict[str, ServiceDatabase]:
    """The four services' databases, migrated once; tests work on copies."""
    secrets_file: Path = tmp_path_factory.mktemp("secrets") / "secrets.json"
    databases = await provide_databases(infrastructure.server.admin_url, SERVICES, secrets_file)
    for service, database in databases.items():
        await migrate(service, database.migrator_url, lambda _: None)
    return databases


NewDatabase = Callable[[str], Coroutine[Any, Any, TestDatabase]]


@contextlib.asynccontextmanager
async def undone(connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]") -> AsyncIterator[None]:
    """A transaction that is rolled back, whatever happens in it."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


@contextlib.asynccontextmanager
async def _copies(admin_url: str, templates: Mapping[str, ServiceDatabase]) -> AsyncIterator[NewDatabase]:
    """Makes copies of services' databases; all are dropped at the end."""
    made: list[TestDatabase] = []

    async def make(service: str) -> TestDatabase:
        template = templates[service]
        name = f"riskpool_{service}__{secrets.token_hex(4)}"
        await clone_database(admin_url, f"riskpool_{service}", name)
        app_url = _on(template.url, name)
        pool = await asyncpg.create_pool(app_url, min_size=1, max_size=4)
        database = TestDatabase(name, app_url, _on(template.migrator_url, name), pool)
        made.append(database)
        return database

    yield make
    for database in made:
        await database.pool.close()
        await drop_database(admin_url, database.name)


@pytest_asyncio.fixture
async def new_database(infrastructure: Stack, templates: dict[str, ServiceDatabase]) -> AsyncIterator[NewDatabase]:
    """Makes a copy of a service's database; it is dropped after the test."""
    async with _copies(infrastructure.server.admin_url, templates) as make:
        yield make


@pytest_asyncio.fixture(scope="module")
async def shared_database(infrastructure: Stack, templates: dict[str, ServiceDatabase]) -> AsyncIterator[NewDatabase]:
    """One copy of a service's database for all tests of a module that leave it as it was: for what is refused."""
    databases: dict[str, TestDatabase] = {}
    async with _copies(infrastructure.server.admin_url, templates) as make:

        async def share(service: str) -> TestDatabase:
            if service not in databases:
                databases[service] = await make(service)
            return databases[service]

        yield share


@pytest_asyncio.fixture
async def registry_database(new_database: NewDatabase) -> TestDatabase:
    """A copy of the registry's database."""
    return await new_database("registry")


@pytest_asyncio.fixture
async def claims_database(new_database: NewDatabase) -> TestDatabase:
    """A copy of the claims service's database."""
    return await new_database("claims")


@pytest_asyncio.fixture
async def treasury_database(new_database: NewDatabase) -> TestDatabase:
    """A copy of the treasury's database."""
    return await new_database("treasury")


@pytest_asyncio.fixture
async def audit_database(new_database: NewDatabase) -> TestDatabase:
    """A copy of audit's database."""
    return await new_database("audit")


def _on(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
