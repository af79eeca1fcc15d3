"""The database server: roles and their rights, copies for tests, migrations, and a stale lock file."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from devstack.databases import ServiceDatabase, clone_database, drop_database, provide_databases, with_database
from devstack.migrate import migrate
from devstack.postgres import Server, start_postgres
from devstack.supervisor import DevstackError, Supervisor

pytestmark = pytest.mark.asyncio

MIGRATION = """-- migrate:up
CREATE TABLE notices (id bigint PRIMARY KEY);
GRANT SELECT, INSERT ON notices TO riskpool_claims;

-- migrate:down
"""


@pytest_asyncio.fixture(scope="module")
async def server(open_folder: Path) -> AsyncIterator[Server]:
    """A running server of this module's own."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("DATABASE_URL", raising=False)
        async with Supervisor(print) as supervisor:
            yield await start_postgres(supervisor, open_folder, print)


@pytest_asyncio.fixture(scope="module")
async def claims(server: Server, open_folder: Path) -> ServiceDatabase:
    """The claims service's database, migrated."""
    databases = await provide_databases(server.admin_url, ["claims", "audit"], open_folder / "secrets.json")
    migrations = open_folder / "migrations"
    migrations.mkdir()
    (migrations / "20260101000000_notices.sql").write_text(MIGRATION)
    await migrate("claims", databases["claims"].migrator_url, print, [migrations])
    return databases["claims"]


async def execute(url: str, statement: str) -> str:
    """Run one statement on a connection of its own."""
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.execute(statement)
    finally:
        await connection.close()


async def test_the_application_role_can_do_what_was_granted_and_nothing_else(claims: ServiceDatabase) -> None:
    """It reads and inserts where a migration says so; it makes, alters and empties no table."""
    await execute(claims.url, "INSERT INTO notices VALUES (1)")
    for statement in (
        "CREATE TABLE own (id bigint)",
        "CREATE TEMPORARY TABLE own (id bigint)",
        "DELETE FROM notices",
        "TRUNCATE notices",
        "ALTER TABLE notices ADD COLUMN x text",
        "SELECT * FROM schema_migrations",
        "SET ROLE riskpool_claims_owner",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await execute(claims.url, statement)


async def test_nobody_reaches_another_services_database(claims: ServiceDatabase) -> None:
    """A service's roles are refused by the database of another service."""
    for url in (claims.url, claims.migrator_url):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await execute(with_database(url, "riskpool_audit"), "SELECT 1")


async def test_the_owner_cannot_log_in_and_owns_what_the_migrator_makes(
    server: Server, claims: ServiceDatabase
) -> None:
    """The owner is nobody's login, and the migrator acts as it."""
    owner_url = with_database(claims.url, claims.name, "riskpool_claims_owner", "any")
    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
        await execute(owner_url, "SELECT 1")
    connection = await asyncpg.connect(with_database(server.admin_url, claims.name))
    try:
        owners = await connection.fetch("SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public'")
    finally:
        await connection.close()
    assert {row["tableowner"] for row in owners} == {"riskpool_claims_owner"}
    assert {row["tablename"] for row in owners} == {"notices", "schema_migrations"}


async def test_providing_again_keeps_passwords_and_data(
    server: Server, claims: ServiceDatabase, open_folder: Path
) -> None:
    """A kept folder works again: same urls, and the file with the passwords is for its owner only."""
    again, _ = await asyncio.gather(
        provide_databases(server.admin_url, ["claims"], open_folder / "secrets.json"),
        provide_databases(server.admin_url, ["claims", "audit"], open_folder / "secrets.json"),
    )
    assert again["claims"] == claims
    assert stat.S_IMODE((open_folder / "secrets.json").stat().st_mode) == 0o600
    await execute(claims.url, "SELECT * FROM notices")


async def test_a_copy_has_the_tables_and_the_rights_of_its_template(server: Server, claims: ServiceDatabase) -> None:
    """The application role works in a copy as in the original, others are refused, and the copy can be dropped."""
    copy = f"{claims.name}__a1"
    await clone_database(server.admin_url, claims.name, copy)
    try:
        await execute(with_database(claims.url, copy), "INSERT INTO notices VALUES (2)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await execute(with_database(claims.url, copy), "CREATE TABLE own (id bigint)")
        audit_url = with_database(claims.url, copy, "riskpool_audit", "wrong")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await execute(audit_url, "SELECT 1")
    finally:
        await drop_database(server.admin_url, copy)
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await execute(with_database(claims.url, copy), "SELECT 1")
    for name in ("riskpool_claims", "postgres", 'x__"; DROP'):
        with pytest.raises(DevstackError):
            await drop_database(server.admin_url, name)


async def test_an_administrator_who_is_no_superuser_can_provide_and_copy(server: Server, tmp_path: Path) -> None:
    """CREATEDB and CREATEROLE are enough for a server that was given to us."""
    await execute(server.admin_url, "CREATE ROLE keeper LOGIN CREATEDB CREATEROLE PASSWORD 'given'")
    admin_url = with_database(server.admin_url, "postgres", "keeper", "given")
    databases = await provide_databases(admin_url, ["lender"], tmp_path / "secrets.json")
    await provide_databases(admin_url, ["lender"], tmp_path / "secrets.json")
    assert await execute(databases["lender"].url, "SELECT 1") == "SELECT 1"
    await execute(databases["lender"].migrator_url, "CREATE TABLE t (id int)")
    await clone_database(admin_url, "riskpool_lender", "riskpool_lender__b2")
    await drop_database(admin_url, "riskpool_lender__b2")


async def test_concurrent_first_migrations_wait_for_each_other(
    server: Server, open_folder: Path, claims: ServiceDatabase
) -> None:
    """Four first runs at the same time apply each migration once."""
    del claims
    databases = await provide_databases(server.admin_url, ["treasury"], open_folder / "secrets.json")
    first, second = open_folder / "treasury-shared", open_folder / "treasury-own"
    for number, migrations in enumerate((first, second)):
        migrations.mkdir()
        table = f"CREATE TABLE t{number} (id int); SELECT pg_sleep(0.2);"
        (migrations / f"2026010100000{number}_t.sql").write_text(f"-- migrate:up\n{table}\n-- migrate:down\n")
    said: list[str] = []
    url = databases["treasury"].migrator_url
    await asyncio.gather(*(migrate("treasury", url, said.append, [first, second]) for _ in range(4)))
    assert sorted(said) == ["treasury: 2 migrations applied"] + ["treasury: the database is up to date"] * 3


async def test_a_failed_migration_is_shown_in_full_and_leaves_nothing(
    server: Server, open_folder: Path, tmp_path: Path
) -> None:
    """The error holds the database's own message and the next command to run."""
    databases = await provide_databases(server.admin_url, ["bank"], open_folder / "secrets.json")
    (tmp_path / "20260101000000_bad.sql").write_text(
        "-- migrate:up\nCREATE TABLE t (id int);\nSELEKT 1;\n-- migrate:down\n"
    )
    with pytest.raises(DevstackError, match=r'(?s)20260101000000_bad.*near "SELEKT".*python -m devstack.migrate bank'):
        await migrate("bank", databases["bank"].migrator_url, print, [tmp_path])
    with pytest.raises(asyncpg.UndefinedTableError):
        await execute(databases["bank"].migrator_url, "SELECT * FROM t")


async def test_the_lock_file_of_a_process_that_is_no_server_does_not_prevent_a_start(open_folder: Path) -> None:
    """After a kill -9 the process id in the lock file may belong to anybody, here to this test."""
    data = open_folder / "stale"
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("DATABASE_URL", raising=False)
        for _ in range(2):
            async with Supervisor(print) as supervisor:
                server = await start_postgres(supervisor, data, print, {"fsync": "off"})
                await execute(server.admin_url, "SELECT 1")
            cluster = data / "postgres" / "cluster"
            (cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster}\n")
