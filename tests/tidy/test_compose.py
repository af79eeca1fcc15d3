"""compose.yaml and Dockerfile say what devstack/ does: what can be checked of it on a machine without Docker."""

import inspect
import json
import re
import shlex
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from devstack import bank, calendar, compose_secrets, databases, kafka, migrate, postgres, topics
from devstack.compose_secrets import make_secrets
from devstack.kafka_jars import JAVA_OPTIONS, kafka_version
from devstack.pool import BANK
from devstack.postgres import VERSION_MIN
from devstack.stack import SERVICE_STOP_TIMEOUT_S
from services.registry.settings import Settings as RegistrySettings
from shared.contracts.topics import SERVICES
from shared.messaging.settings import SECRETS_DIR_SETTING, MessagingSettings
from shared.messaging.telemetry import ENDPOINT_SETTING
from simulator.parties import CALENDAR, INSTITUTIONS, MANAGING, SIGNING_SERVICES, SUPERVISING_BANK, SYSTEM

REPOSITORY = Path(__file__).resolve().parents[2]
COMPOSE_FILE = REPOSITORY / "compose.yaml"
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]

JOBS = ("secrets", "databases", "migrate", "topics")
INFRASTRUCTURE = ("postgres", "kafka", "otel-collector", "jaeger")
OUTSIDE = {BANK: bank, CALENDAR: calendar}
OWN = (*JOBS, *SERVICES, *OUTSIDE)

# What each container's definition may hold. A mistyped key would else be found by Docker only.
KEY = re.compile(
    "image|build|command|environment|secrets|configs|volumes|ports|depends_on|healthcheck|restart|stop_grace_period|"
    "profiles|read_only|tmpfs|cap_drop|security_opt"
)
# Where the containers' broker differs from devstack/'s: addresses of its own, and one more for the host's programs.
KAFKA_ADDRESSES = {
    "controller.quorum.voters": "1@kafka:9093",
    "listeners": "PLAINTEXT://:9092,CONTROLLER://:9093,HOST://:19092",
    "advertised.listeners": "PLAINTEXT://kafka:9092,HOST://127.0.0.1:19092",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,HOST:PLAINTEXT",
    "inter.broker.listener.name": "PLAINTEXT",
    "log.dirs": "/var/lib/kafka/data",
}


def settings_of(service: str) -> type[MessagingSettings]:
    return RegistrySettings if service == "registry" else MessagingSettings


def settings_variables(service: str) -> set[str]:
    return {f"RISKPOOL_{name.upper()}" for name in settings_of(service).model_fields}


def secret_targets(container: str) -> dict[str, str]:
    """By the name of the file in /run/secrets: the file in the repository's folder that is shown there."""
    shown = [each if isinstance(each, dict) else {"source": each} for each in CONTAINERS[container].get("secrets", [])]
    return {each.get("target") or each["source"]: COMPOSE["secrets"][each["source"]]["file"] for each in shown}


def seconds(duration: str) -> int:
    assert duration.endswith("s")
    return int(duration.removesuffix("s"))


# The file as a whole


def test_the_containers_are_the_topology_of_the_local_stack() -> None:
    """Every process of the local pool has its container, and nothing runs that is not named here."""
    assert set(CONTAINERS) == {*INFRASTRUCTURE, *OWN}
    for name, container in CONTAINERS.items():
        assert all(KEY.fullmatch(key) for key in container), name
        assert ("image" in container) != ("build" in container), name


def test_images_are_pinned() -> None:
    """Each image of others has a version as its tag; those that devstack/ runs too have devstack/'s version."""
    images = [CONTAINERS[name]["image"] for name in INFRASTRUCTURE]
    images += re.findall(r"^FROM (\S+:\S+)", (REPOSITORY / "Dockerfile").read_text(), re.MULTILINE)
    for image in images:
        assert re.fullmatch(r"[a-z/-]+:\d+(\.\d+)*(-slim)?", image), image
    assert CONTAINERS["kafka"]["image"] == f"apache/kafka:{kafka_version()}"
    assert CONTAINERS["postgres"]["image"] == f"postgres:{VERSION_MIN}"


def test_ports_are_open_to_this_machine_only() -> None:
    """Nothing listens on an address that another machine could reach."""
    for container in CONTAINERS.values():
        for port in container.get("ports", []):
            assert port.startswith("127.0.0.1:"), port


def test_own_containers_have_few_rights() -> None:
    """What is built here writes to a temporary folder only, and can gain no rights."""
    for name in OWN:
        container = CONTAINERS[name]
        assert container["read_only"] is True, name
        assert container["cap_drop"] == ["ALL"], name
        assert container["security_opt"] == ["no-new-privileges:true"], name


def test_what_runs_on_is_watched_and_started_again() -> None:
    """Whatever is meant to run for ever has a health check; the collector's image has nothing to make one with."""
    for name in {*INFRASTRUCTURE, *SERVICES, *OUTSIDE}:
        assert CONTAINERS[name]["restart"] == "unless-stopped", name
        assert ("healthcheck" in CONTAINERS[name]) == (name != "otel-collector"), name
    for name in JOBS:
        assert CONTAINERS[name]["restart"] == "no", name
        assert "healthcheck" not in CONTAINERS[name], name


def test_everything_starts_in_order() -> None:
    """Each waits for what it needs: a server until it is well, a job until it has succeeded."""
    for name, container in CONTAINERS.items():
        for needed, how in container.get("depends_on", {}).items():
            wanted = "service_healthy" if "healthcheck" in CONTAINERS[needed] else "service_started"
            wanted = "service_completed_successfully" if needed in JOBS else wanted
            wanted = "service_started" if needed == "jaeger" else wanted
            assert how == {"condition": wanted}, (name, needed)
    needs = {name: set(container.get("depends_on", {})) for name, container in CONTAINERS.items()}
    for service in SERVICES:
        assert needs[service] == {"postgres", "kafka", "migrate", "topics", "otel-collector"}
    for outside in OUTSIDE:
        assert needs[outside] == {"kafka", "topics"}
    assert (needs["databases"], needs["migrate"], needs["topics"]) == ({"postgres"}, {"databases"}, {"kafka"})


# The same settings as devstack/


def test_the_broker_is_set_up_as_the_local_one() -> None:
    """Every property of the local broker has the same value in the container, but for its addresses."""
    environment: dict[str, str] = dict(CONTAINERS["kafka"]["environment"])
    options = [environment.pop("KAFKA_HEAP_OPTS"), *environment.pop("KAFKA_JVM_PERFORMANCE_OPTS").split()]
    assert options == list(JAVA_OPTIONS)
    properties = {**kafka.PROPERTIES, **KAFKA_ADDRESSES}
    # The image takes a property from the variable that is called so.
    assert environment == {f"KAFKA_{name.upper().replace('.', '_')}": value for name, value in properties.items()}
    assert seconds(CONTAINERS["kafka"]["stop_grace_period"]) == kafka.KAFKA_STOP_TIMEOUT_S


def test_a_fresh_broker_gets_an_identity_of_its_own(tmp_path: Path) -> None:
    """A broker on an empty volume gets a new cluster id, and keeps it: by it a lost and rebuilt broker is told."""
    shell, option, script = CONTAINERS["kafka"]["command"]
    script = script.replace("$$", "$").replace("/var/lib/kafka/data", str(tmp_path))
    script = script.replace("/etc/kafka/docker/run", "echo").replace("/opt/kafka/bin/kafka-storage.sh", "echo a-new-id")

    def given() -> str:
        return subprocess.run([shell, option, script], capture_output=True, text=True, check=True).stdout

    assert given() == "CLUSTER_ID=a-new-id random-uuid\n"
    (tmp_path / "meta.properties").write_text("#\nversion=1\ncluster.id=the-kept-id\nnode.id=1\n")
    assert given() == "CLUSTER_ID=the-kept-id\n"


def test_the_database_server_is_set_up_as_the_local_one() -> None:
    """Every setting of the local server has the same value in the container, but it listens to the other containers."""
    program, *options = CONTAINERS["postgres"]["command"]
    assert program == "postgres"
    given = dict(option.removeprefix("--").split("=", 1) for option in options)
    assert given == {**postgres.SETTINGS, "listen_addresses": "*"}
    assert seconds(CONTAINERS["postgres"]["stop_grace_period"]) == postgres.STOP_TIMEOUT_S
    initdb = CONTAINERS["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    assert initdb == ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256"]
    assert all(text in inspect.getsource(postgres) for text in ("--auth=scram-sha-256", '"C.UTF-8"', '"UTF8"'))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_settings_that_it_has(service: str) -> None:
    """Each variable is one that the service reads, and what it can't start without is in the environment or a file."""
    container = CONTAINERS[service]
    given = set(container["environment"])
    assert given - {SECRETS_DIR_SETTING, ENDPOINT_SETTING} <= settings_variables(service)
    shown = {name.upper() for name in secret_targets(service) if name.startswith("riskpool_")}
    assert shown <= settings_variables(service)
    assert not given & shown
    required = {name for name, field in settings_of(service).model_fields.items() if field.is_required()}
    assert {f"RISKPOOL_{name.upper()}" for name in required} <= given | shown
    assert ("RISKPOOL_SIGNING_KEY_FILE" in given) == (service in SIGNING_SERVICES)
    assert container["healthcheck"]["test"] == ["CMD", "test", "-f", container["environment"]["RISKPOOL_READY_FILE"]]
    assert seconds(container["stop_grace_period"]) == SERVICE_STOP_TIMEOUT_S


def key_files(*holders: str) -> set[str]:
    return {"pool", *(f"{holder}.{SYSTEM}.pem" for holder in holders)}


@pytest.mark.parametrize(
    ("name", "keys"), [(BANK, key_files(SUPERVISING_BANK, "treasury")), (CALENDAR, key_files(CALENDAR))]
)
def test_who_is_outside_is_told_what_it_reads(name: str, keys: set[str]) -> None:
    """The bank's stand-in and the calendar get each setting that they read, and the keys that they take."""
    container, module = CONTAINERS[name], OUTSIDE[name]
    # In Docker the bank always answers by itself; only a scenario has a person answer instead.
    read = set(re.findall(r"RISKPOOL_[A-Z_]+", inspect.getsource(module))) - {bank.BY_HAND_SETTING}
    assert set(container["environment"]) == read
    assert container["command"] == ["python", "-m", module.__name__]
    assert {target: Path(source).name for target, source in secret_targets(name).items()} == {key: key for key in keys}


# The jobs' commands


def job_tokens(job: str) -> tuple[str, list[str]]:
    """The module that a job runs, and its arguments; a job that reads variables from a file does so in a shell."""
    command = CONTAINERS[job]["command"]
    if command[:2] == ["sh", "-c"]:
        read, _, run = command[2].partition(" && exec ")
        assert read.removeprefix(". /run/secrets/") in secret_targets(job)
        command = shlex.split(run)
    python, option, module, *tokens = command
    assert (python, option) == ("python", "-m")
    return module, tokens


def test_the_jobs_do_what_the_local_stack_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Databases and migrations for the same services, answer topics for the same institutions."""
    monkeypatch.setenv("DATABASE_URL", "from databases.env")
    monkeypatch.setenv("RISKPOOL_SECRETS_FILE", CONTAINERS["databases"]["environment"]["RISKPOOL_SECRETS_FILE"])
    monkeypatch.setenv("RISKPOOL_KAFKA_BOOTSTRAP", CONTAINERS["topics"]["environment"]["RISKPOOL_KAFKA_BOOTSTRAP"])
    modules = {"databases": databases, "migrate": migrate, "topics": topics, "secrets": compose_secrets}
    for job, module in modules.items():
        name, tokens = job_tokens(job)
        assert name == module.__name__
        function, bound, _ = module.app.parse_args(tokens, exit_on_error=False, print_error=False)
        assert function is module.main
        if job in ("databases", "migrate"):
            assert bound.args == SERVICES
        if job == "databases":
            assert bound.arguments["secrets_file"] == Path("/run/secrets/roles.json")
        if job == "topics":
            assert bound.arguments == {"bootstrap": "kafka:9092", "institution": INSTITUTIONS}
        if job == "secrets":
            assert bound.arguments["folder"] == Path(CONTAINERS["secrets"]["volumes"][0]["target"])


# Secrets


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("compose") / "secrets"
    make_secrets(made)
    return made


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_secrets_are_made_once(folder: Path) -> None:
    """A second run changes nothing: a database keeps the passwords that it was given."""
    before = contents(folder)
    make_secrets(folder)
    assert contents(folder) == before


def test_two_folders_share_no_secret(folder: Path, tmp_path: Path) -> None:
    """Nothing secret has a default: another folder has other passwords and other keys throughout."""
    make_secrets(tmp_path)
    here, there = contents(folder), contents(tmp_path)
    assert set(here) == set(there)
    assert [name for name in here if here[name] == there[name]] == [".gitignore"]


def test_only_the_owner_enters_and_containers_read_their_files(folder: Path) -> None:
    """The folder is closed to all others, and what a container is shown can be read by any user in it."""
    for closed in (folder, folder / "keys"):
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    shown = {folder.parent / secret["file"] for secret in COMPOSE["secrets"].values()}
    for file in folder.rglob("*"):
        if file.is_file() and file.name != ".gitignore":
            assert stat.S_IMODE(file.stat().st_mode) == (0o644 if file in shown else 0o600), file
    assert all(file.is_file() for file in shown)


def test_secrets_stay_out_of_the_repository_and_the_images(folder: Path) -> None:
    """The folder hides itself from git, and the images are built from named folders only."""
    assert (folder / ".gitignore").read_text() == "*\n"
    ignored = [line for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert ignored[0] == "*"
    allowed = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert allowed == {"requirements.lock", "shared", "services", "simulator", "devstack"}
    assert "**/__pycache__" in ignored


def test_each_container_is_shown_its_own_secrets_only(folder: Path) -> None:
    """No service can log in as another, and only the jobs that need it see the administrator's password."""
    passwords: dict[str, str] = json.loads((folder / "roles.json").read_text())
    migrators = {f"riskpool_{service}_migrator" for service in SERVICES}
    may_see = {service: {f"riskpool_{service}"} for service in SERVICES}
    may_see |= {"postgres": {"postgres"}, "databases": set(passwords), "migrate": migrators}
    assert set(passwords) == {"postgres", *migrators, *(f"riskpool_{service}" for service in SERVICES)}
    for name in CONTAINERS:
        text = "".join((folder.parent / file).read_text() for file in secret_targets(name).values())
        seen = {role for role, password in passwords.items() if password in text}
        assert seen == may_see.get(name, set()), name
        for service in SIGNING_SERVICES:
            has_key = f"./secrets/keys/{service}.{SYSTEM}.pem" in secret_targets(name).values()
            # The stand-in derives the treasury's public key from it, as it does on one machine.
            assert has_key == (name == service or (name, service) == (BANK, "treasury"))


@pytest.fixture
def in_the_treasury(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the treasury's container, with /run/secrets in a temporary folder."""
    for target, file in secret_targets("treasury").items():
        (tmp_path / target).write_bytes((folder.parent / file).read_bytes())
    for name, value in CONTAINERS["treasury"]["environment"].items():
        monkeypatch.setenv(name, value.replace("/run/secrets", str(tmp_path)))


@pytest.mark.usefixtures("in_the_treasury")
def test_a_service_reads_its_secrets_from_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's URL and the root key come from files, and the environment goes before them."""
    settings = MessagingSettings()
    password = json.loads((folder / "roles.json").read_text())["riskpool_treasury"]
    url = f"postgresql://riskpool_treasury:{password}@postgres:5432/riskpool_treasury?sslmode=disable"
    assert settings.database_url.get_secret_value() == url
    assert password not in repr(settings)
    (root,) = settings.root_keys
    assert (root.institution, str(root.pool_id)) == (MANAGING, (folder / "keys" / "pool").read_text().strip())
    assert settings.signing_key_file is not None
    assert settings.signing_key_file.read_bytes() == (folder / "keys" / "treasury.system.pem").read_bytes()
    monkeypatch.setenv("RISKPOOL_DATABASE_URL", "postgresql://elsewhere/given")
    assert MessagingSettings().database_url.get_secret_value() == "postgresql://elsewhere/given"


# Telemetry


def test_the_collector_passes_on_all_that_it_is_sent() -> None:
    """Its receiver is where the services send to, its exporters are where the file says, and every part is used."""
    (config,) = COMPOSE["configs"].values()
    collector = yaml.safe_load((REPOSITORY / config["file"]).read_text(encoding="utf-8"))
    endpoint = collector["receivers"]["otlp"]["protocols"]["http"]["endpoint"]
    for service in SERVICES:
        assert CONTAINERS[service]["environment"][ENDPOINT_SETTING] == f"http://otel-collector:{endpoint.split(':')[1]}"
    pipelines = collector["service"]["pipelines"]
    assert set(pipelines) == {"traces", "metrics"}
    for part in ("receivers", "processors", "exporters"):
        assert {name for pipeline in pipelines.values() for name in pipeline[part]} == set(collector[part])
    assert collector["exporters"]["otlp_grpc"]["endpoint"].split(":")[0] in CONTAINERS
    port = collector["exporters"]["prometheus"]["endpoint"].split(":")[1]
    assert CONTAINERS["otel-collector"]["ports"] == [f"127.0.0.1:{port}:{port}"]
