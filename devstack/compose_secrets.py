"""Makes what compose.yaml keeps secret: the passwords and keys of a pool in containers, in one folder.

Compose shows a container the files that are named for it and nothing else of the folder. It shows them with the owner
and the mode that they have outside, and the images run as users of their own. So the folder is closed to everybody but
its owner, and in it the files that a container reads are open.
"""

import shlex
import sys
from pathlib import Path

from cyclopts import App

from devstack.command_line import run_command
from devstack.databases import database_name, with_database
from devstack.key_folder import POOL_FILE, KeyFolder
from devstack.postgres import ADMIN_ROLE
from devstack.secrets_file import kept_secret
from devstack.supervisor import UsageError
from shared.contracts.topics import SERVICES
from simulator.parties import CALENDAR, SIGNING_SERVICES, SUPERVISING_BANK, SYSTEM

# The name that compose.yaml gives to the database server; it is reached inside the containers' own network only.
SERVER = "postgres:5432"
ROLES_FILE = "roles.json"
KEYS_FOLDER = "keys"

FOLDER_MODE = 0o700
SHOWN_MODE = 0o644


def make_secrets(folder: Path) -> None:
    """Make what is missing; running it again changes nothing: a database keeps the passwords that it was given.

    Raises OSError if the folder, or a file in it, can't be written to.
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    folder.chmod(FOLDER_MODE)
    # Before the first secret is there: the folder keeps itself out of the repository.
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    for name, text in _passwords(folder / ROLES_FILE).items():
        (folder / name).write_text(f"{text}\n", encoding="utf-8")
        (folder / name).chmod(SHOWN_MODE)
    (folder / ROLES_FILE).chmod(SHOWN_MODE)
    keys = KeyFolder(folder / KEYS_FOLDER)
    root_keys = folder / "root_keys"
    root_keys.write_text(keys.service_env()[SERVICES[0]]["RISKPOOL_ROOT_KEYS"], encoding="utf-8")
    for outside in (SUPERVISING_BANK, CALENDAR):
        keys.cast.signer(outside, SYSTEM)
    shown_keys = [keys.file(holder, SYSTEM) for holder in (*SIGNING_SERVICES, SUPERVISING_BANK, CALENDAR)]
    for file in (root_keys, keys.folder / POOL_FILE, *shown_keys):
        file.chmod(SHOWN_MODE)


def _passwords(roles_file: Path) -> dict[str, str]:
    """Return each file's content by its name: who is shown it sees its own password only."""
    admin_password = kept_secret(roles_file, ADMIN_ROLE)
    # The containers' network is one machine's own, and the server there has no certificate.
    admin_url = f"postgresql://{ADMIN_ROLE}:{admin_password}@{SERVER}/postgres?sslmode=disable"
    files = {"postgres_password": admin_password, "databases.env": _export("DATABASE_URL", admin_url)}
    migrator_urls: list[str] = []
    for service in SERVICES:
        name = database_name(service)
        migrator = f"{name}_migrator"
        files[f"{service}_database_url"] = with_database(admin_url, name, name, kept_secret(roles_file, name))
        migrator_url = with_database(admin_url, name, migrator, kept_secret(roles_file, migrator))
        migrator_urls.append(_export(f"RISKPOOL_MIGRATE_URL_{service.upper()}", migrator_url))
    return {**files, "migrate.env": "\n".join(migrator_urls)}


def _export(variable: str, value: str) -> str:
    """Return a line for a shell: the jobs read their settings from the environment."""
    return f"export {variable}={shlex.quote(value)}"


app = App()


@app.default
def main(folder: Path = Path("secrets")) -> int:
    """Make what is missing of the passwords and keys that compose.yaml needs; running it again changes nothing.

    The exit status is 2 if the folder can't be written to.

    Args:
        folder: Where they are kept; it is closed to everybody but its owner.

    """
    try:
        make_secrets(folder)
    except OSError as error:
        raise UsageError(f"{error}; the folder must be yours, make it first: mkdir -m 700 {folder}") from None
    sys.stdout.write(f"{folder}: the passwords and keys are there\n")
    return 0


if __name__ == "__main__":
    run_command(app, "python -m devstack.compose_secrets")
