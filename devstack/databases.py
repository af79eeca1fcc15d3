"""Each service's own database with its own roles, and quick copies of a database for tests.

For a service `claims`: the database `riskpool_claims`; `riskpool_claims_owner`, which owns it and can't log in;
`riskpool_claims_migrator`, which logs in and acts as the owner; `riskpool_claims`, the application's role, which may
connect and gets every right on a table from a migration that says so. A copy is called `riskpool_claims__<suffix>`: the
role's name is the database's up to the first double underscore, and shared migrations rely on it.
"""

import asyncio
import contextlib
import re
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import asyncpg
from cyclopts import App, Parameter

from devstack.command_line import run_command
from devstack.secrets_file import kept_secret
from devstack.supervisor import DevstackError

CONNECT_TIMEOUT_S = 10.0
STATEMENT_TIMEOUT_S = 60.0
# Two first runs on one server take turns.
ADVISORY_LOCK = 0x7269736B_706F6F6C
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

SERVICE_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
DATABASE_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*(__[a-z0-9_]+)?")


@dataclass(frozen=True)
class ServiceDatabase:
    """A service's database; its name is also that of the application's role, which `url` logs in as."""

    service: str
    name: str
    url: str
    migrator_url: str


def database_name(service: str) -> str:
    """Return the name of a service's database, which is also its application role.

    Raises DevstackError for what can be no service's name.
    """
    if not SERVICE_NAME.fullmatch(service):
        raise DevstackError(
            f"{service!r} can't be a service's name: lower-case letters, digits and single underscores only"
        )
    return f"riskpool_{service}"


def without_password(url: str) -> str:
    """Return the url as it can be shown to whoever looks over a shoulder."""
    parts = urlsplit(url)
    user, _, server = parts.netloc.rpartition("@")
    shown = f"{user.partition(':')[0]}:***@{server}" if ":" in user else parts.netloc
    return urlunsplit(parts._replace(netloc=shown))


def with_database(url: str, database: str, user: str | None = None, password: str | None = None) -> str:
    """Return the url for another database, and another user if one is given; without TLS on the loopback interface."""
    parts = urlsplit(url)
    netloc = parts.netloc
    if user is not None:
        assert password is not None
        netloc = f"{user}:{quote(password, safe='')}@{netloc.rpartition('@')[2]}"
    query = dict(parse_qsl(parts.query))
    if parts.hostname in LOOPBACK_HOSTS:
        query.setdefault("sslmode", "disable")
    return urlunsplit(("postgresql", netloc, f"/{database}", urlencode(query, safe="/"), ""))


async def provide_databases(admin_url: str, services: Sequence[str], secrets_file: Path) -> dict[str, ServiceDatabase]:
    """Create what is missing of each service's roles and database, and set the roles' passwords to those in the file.

    `admin_url` is a superuser's, or that of a role with CREATEDB and CREATEROLE. Running it again changes nothing.
    Raises OSError, TimeoutError or asyncpg's errors if the server doesn't answer or refuses something, and ValueError
    for a URL that can't be read.
    """
    provided: dict[str, ServiceDatabase] = {}
    async with _connected(admin_url) as admin:
        await admin.execute("SELECT pg_advisory_lock($1)", ADVISORY_LOCK)
        for service in services:
            name = database_name(service)
            password = kept_secret(secrets_file, name)
            migrator_password = kept_secret(secrets_file, f"{name}_migrator")
            await _provide_roles(admin, name, password, migrator_password)
            await _provide_database(admin, name)
            await _set_schema_rights(with_database(admin_url, name), name)
            provided[service] = ServiceDatabase(
                service=service,
                name=name,
                url=with_database(admin_url, name, name, password),
                migrator_url=with_database(admin_url, name, f"{name}_migrator", migrator_password),
            )
    return provided


async def clone_database(admin_url: str, template: str, name: str) -> None:
    """Copy a database with all its tables and rights; nobody may be connected to the template meanwhile.

    Raises DevstackError for a name that is no copy's.
    """
    role = _role_of(template)
    if not name.startswith(f"{role}__") or not DATABASE_NAME.fullmatch(name):
        raise DevstackError(f"a copy of {template} must be called {role}__<letters and digits>, not {name!r}")
    async with _connected(admin_url) as admin:
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER "{role}_owner"')
        # Rights on the database itself are the one thing that a template doesn't pass on.
        await _set_database_rights(admin, name)


async def drop_database(admin_url: str, name: str) -> None:
    """Drop a copy made by `clone_database`, connections to it included; raises DevstackError for any other database."""
    if "__" not in name or not DATABASE_NAME.fullmatch(name):
        raise DevstackError(f"{name!r} isn't a copy made for a test, so it isn't dropped")
    async with _connected(admin_url) as admin:
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _role_of(database: str) -> str:
    """Return the application role's name: the database's up to the first double underscore."""
    return database.partition("__")[0]


@contextlib.asynccontextmanager
async def _connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S, command_timeout=STATEMENT_TIMEOUT_S)
    try:
        yield connection
    finally:
        await connection.close()


async def _provide_roles(
    admin: "asyncpg.Connection[asyncpg.Record]", name: str, password: str, migrator_password: str
) -> None:
    """Create the three roles. Passwords are base64url and names are checked, so neither ends the quotes around it."""
    existing = {
        row["rolname"] for row in await admin.fetch("SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1)", name)
    }
    statements = [
        f'CREATE ROLE "{role}"' for role in (name, f"{name}_owner", f"{name}_migrator") if role not in existing
    ]
    statements += [
        f"ALTER ROLE \"{name}\" LOGIN PASSWORD '{password}'",
        f'ALTER ROLE "{name}_owner" NOLOGIN',
        f"ALTER ROLE \"{name}_migrator\" LOGIN PASSWORD '{migrator_password}'",
        f'GRANT "{name}_owner" TO "{name}_migrator"',
        # Whatever the migrator creates then belongs to the owner.
        f"ALTER ROLE \"{name}_migrator\" SET role = '{name}_owner'",
    ]
    is_superuser = await admin.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if not is_superuser:
        # Without being a member, a role that isn't a superuser can't make a database for the owner or act as the owner.
        statements.append(f'GRANT "{name}_owner" TO CURRENT_USER')
    async with admin.transaction():
        for statement in statements:
            await admin.execute(statement)


async def _provide_database(admin: "asyncpg.Connection[asyncpg.Record]", name: str) -> None:
    if not await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
        # template0, since a server that was given to us may have anything in template1.
        await admin.execute(f'CREATE DATABASE "{name}" OWNER "{name}_owner" TEMPLATE template0 ENCODING \'UTF8\'')
    await _set_database_rights(admin, name)


async def _set_database_rights(admin: "asyncpg.Connection[asyncpg.Record]", database: str) -> None:
    """Nobody connects but the service itself and its migrator; as the owner, whom the administrator may act as."""
    role = _role_of(database)
    async with admin.transaction():
        await admin.execute(f'SET LOCAL ROLE "{role}_owner"')
        await admin.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
        await admin.execute(f'GRANT CONNECT ON DATABASE "{database}" TO "{role}", "{role}_migrator"')


async def _set_schema_rights(url: str, name: str) -> None:
    """The application may name what is in the schema; its rights on a table come from the migration that makes it."""
    async with _connected(url) as admin, admin.transaction():
        await admin.execute(f'SET LOCAL ROLE "{name}_owner"')
        await admin.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        await admin.execute(f'GRANT USAGE ON SCHEMA public TO "{name}"')


app = App()


@app.default
def main(
    *services: str,
    admin_url: Annotated[str, Parameter(env_var="DATABASE_URL")],
    secrets_file: Annotated[Path, Parameter(env_var="RISKPOOL_SECRETS_FILE")],
) -> int:
    """Create the databases and roles of the named services; running it again changes nothing.

    The exit status is 1 if the server doesn't answer or refuses something; what has been made until then stays.

    Args:
        services: Names of services, such as claims.
        admin_url: URL of a superuser, or of a role with CREATEDB and CREATEROLE.
        secrets_file: JSON file with the roles' passwords by role name; missing ones are made up and written to it.

    """
    try:
        for database in asyncio.run(provide_databases(admin_url, services, secrets_file)).values():
            sys.stdout.write(f"{database.name}: database and roles are there\n")
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DevstackError(
            f"the databases could not be made ({str(error) or type(error).__name__}); is the server running, and is "
            "--admin-url right?"
        ) from None
    return 0


if __name__ == "__main__":
    run_command(app, "python -m devstack.databases")
