"""The jars of Apache Kafka, fetched once by Maven into a cache folder, and the metadata that a new broker needs."""

import base64
import contextlib
import os
import re
import shutil
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

from devstack.fallback import cache_folder, run_with_progress
from devstack.file_lock import locked
from devstack.programs import output_of
from devstack.supervisor import Say

JAVA_VERSION_MIN = 17
JAVA_VERSION_TIMEOUT_S = 20.0
FETCH_TIMEOUT_S = 900.0
FORMAT_TIMEOUT_S = 60.0
DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
BOOTSTRAP_CHECKPOINT = "bootstrap.checkpoint"

# The first compiler alone: a third less CPU and latency in short runs, and the broker answers 3 s after its start.
JAVA_OPTIONS = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
POM = Path(__file__).with_name("kafka") / "pom.xml"
LOG_SETTINGS = POM.with_name("log4j2.properties")


@dataclass(frozen=True)
class KafkaJars:
    """What is needed to run a broker: Java, the jars, and a formatted metadata checkpoint to copy."""

    version: str
    java: str
    libs: Path
    bootstrap_checkpoint: Path

    def command(self, main_class: str, *arguments: str) -> tuple[str, ...]:
        """Return the command line that runs one of Kafka's main classes."""
        logs = f"-Dlog4j2.configurationFile={LOG_SETTINGS}"
        return (self.java, *JAVA_OPTIONS, logs, "-cp", f"{self.libs}/*", main_class, *arguments)


def random_kafka_id() -> str:
    """Make an id as Kafka's own tool does: a random UUID in base64url, unpadded, not beginning with a minus sign."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text


def kafka_version() -> str:
    """Read the broker's version from the pinned pom, the one place where it stands."""
    version = re.search(r"<artifactId>kafka_2\.13</artifactId>\s*<version>([^<]+)</version>", POM.read_text())
    assert version is not None, f"{POM} names no version of Kafka"
    return version[1]


async def java_found() -> str | None:
    """Return a Java that is new enough: the one in JAVA_HOME, else the one on the PATH."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home, "bin")) if home else None) or shutil.which("java")
    if java is None:
        return None
    try:
        exit_code, text = await output_of(java, "-version", timeout_s=JAVA_VERSION_TIMEOUT_S)
    except TimeoutError:
        return None
    # Java 8 calls itself 1.8, which is too old under either reading.
    version = re.search(r'version "(\d+)', text)
    is_new_enough = exit_code == 0 and version is not None and int(version[1]) >= JAVA_VERSION_MIN
    return java if is_new_enough else None


async def find_kafka_jars(say: Say) -> KafkaJars | str:
    """Return the jars, after fetching them if they aren't in the cache; or a sentence that says what is missing."""
    java = await java_found()
    if java is None:
        return f"Java {JAVA_VERSION_MIN} or newer wasn't found"
    version = kafka_version()
    folder = cache_folder() / "kafka" / version
    jars = KafkaJars(version, java, folder / "libs", folder / BOOTSTRAP_CHECKPOINT)
    if folder.exists():
        return jars
    maven = shutil.which("mvn")
    if maven is None:
        return f"Maven wasn't found, and the jars of Kafka {version} aren't in {folder}"
    lock = folder.with_name("fetch.lock")
    async with locked(lock, FETCH_TIMEOUT_S, say, "another run is fetching Apache Kafka"):
        if not folder.exists():
            await _fetch(jars, maven, folder, say)
    return jars


async def _fetch(jars: KafkaJars, maven: str, folder: Path, say: Say) -> None:
    """Fetch and format beside the final place and rename at the end, so that nobody uses half a download."""
    say(f"fetching Apache Kafka {jars.version} with Maven, once (about 45 MB)")
    unfinished = Path(tempfile.mkdtemp(prefix=f"{folder.name}.unfinished-", dir=folder.parent))
    try:
        command = [maven, "-q", "-B", "-f", str(POM), DEPENDENCY_PLUGIN]
        command += [f"-DoutputDirectory={unfinished / 'libs'}", "-DincludeScope=runtime"]
        await run_with_progress(
            command,
            timeout_s=FETCH_TIMEOUT_S,
            say=say,
            doing="fetching Apache Kafka",
            next_step="look at Maven's settings, or set RISKPOOL_BROKER=tansu to do without Java",
        )
        unfinished_jars = KafkaJars(jars.version, jars.java, unfinished / "libs", unfinished / BOOTSTRAP_CHECKPOINT)
        await _format_template(unfinished_jars, unfinished, say)
        unfinished.chmod(0o755)
        unfinished.rename(folder)
    finally:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(unfinished)


async def _format_template(jars: KafkaJars, folder: Path, say: Say) -> None:
    """Let Kafka's own tool format a folder and keep the checkpoint, which holds feature levels and no id.

    A fresh data folder then needs this file and a `meta.properties` with new ids, not another start of a JVM (1.5 s).
    """
    logs, settings = folder / "formatted", folder / "format.properties"
    settings.write_text(
        "process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@127.0.0.1:1\n"
        "listeners=PLAINTEXT://127.0.0.1:2,CONTROLLER://127.0.0.1:1\ncontroller.listener.names=CONTROLLER\n"
        f"log.dirs={logs}\n"
    )
    await run_with_progress(
        list(jars.command("kafka.tools.StorageTool", "format", "-t", random_kafka_id(), "-c", str(settings))),
        timeout_s=FORMAT_TIMEOUT_S,
        say=say,
        doing="formatting the broker's metadata",
        next_step=f"remove {folder.parent} and try again",
    )
    (logs / BOOTSTRAP_CHECKPOINT).rename(jars.bootstrap_checkpoint)
    shutil.rmtree(logs)
    settings.unlink()
