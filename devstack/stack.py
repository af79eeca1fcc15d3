"""The whole pool on one machine: PostgreSQL and the broker, the databases and topics, and the four services on them."""

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from devstack.child import LAYER_SERVICES, LOG_FOLDER, Child, ChildSpec
from devstack.databases import ServiceDatabase, provide_databases
from devstack.fallback import REPOSITORY
from devstack.file_lock import take_lock
from devstack.kafka import Broker, start_broker
from devstack.migrate import migrate
from devstack.postgres import Server, start_postgres
from devstack.readiness import forget_file, when_file
from devstack.secrets_file import SECRETS_FILE
from devstack.supervisor import DevstackError, Say, Supervisor
from devstack.topics import create_topics, pool_topics, warm_group_coordinator

SERVICES = ("registry", "claims", "treasury", "audit")
SERVICE_READY_TIMEOUT_S = 60.0
SERVICE_STOP_TIMEOUT_S = 20.0
DATA_FOLDER_TIMEOUT_S = 30.0
# A service gets its own database's url; the administrator's is none of its business.
NOT_FOR_SERVICES = frozenset({"DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "PGPASSWORD", "PGPASSFILE", "PGUSER"})


ServiceEnv = Mapping[str, Mapping[str, str]]


class Stack:
    """The running pool. `async with Stack(None, say=print) as stack:` starts it and leaves nothing behind.

    A given data folder is kept and can be started again; without one a temporary folder is used and removed at the end.
    `service_env` are settings by service, or what makes them once the data folder is known.
    `topics` are (name, partitions), by default all of the pool's with an answer topic for each of `institutions`.
    If this process is killed, a keeper process stops everything all the same.
    """

    kafka_bootstrap: str
    broker: Broker
    server: Server
    supervisor: Supervisor

    def __init__(
        self,
        data_dir: Path | None = None,
        *,
        say: Say,
        services: Sequence[str] = SERVICES,
        service_env: ServiceEnv | Callable[[Path], ServiceEnv] | None = None,
        topics: Iterable[tuple[str, int]] | None = None,
        institutions: Sequence[str] = (),
        restart_services: bool = True,
        postgres_settings: Mapping[str, str] | None = None,
    ) -> None:
        self.databases: dict[str, ServiceDatabase] = {}
        self.database_urls: dict[str, str] = {}
        self.log_files: dict[str, Path] = {}
        self.services = tuple(services)
        self._given_data_dir = data_dir
        self._say = say
        self._given_service_env = service_env
        self._service_env: ServiceEnv = {}
        self._topics = None if topics is None else list(topics)
        self._institutions = tuple(institutions)
        self._restart_services = restart_services
        self._postgres_settings = postgres_settings
        self._started_at = time.monotonic()
        self._exits = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._started_at = time.monotonic()
        try:
            await self._start()
        except BaseException:
            # Ctrl-C while starting comes here too: what has been started is stopped before the error goes on.
            await self._exits.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.say("stopping")
        await self._exits.aclose()
        self.say("stopped")

    def say(self, text: str) -> None:
        """Say a step with the seconds since the start."""
        self._say(f"[{time.monotonic() - self._started_at:5.1f} s] {text}")

    def health_url(self, name: str) -> str | None:
        """Where a service says how it is, while it is ready; started again, it is at another port."""
        try:
            return self._ready_file(name).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None

    def _ready_file(self, name: str) -> Path:
        return self.data_dir / "services" / name / "ready"

    def memory_pss_bytes(self) -> int:
        """Sum the memory of everything that runs for the pool, this process included, shared pages counted once."""
        return self.supervisor.memory_pss_bytes()

    async def start_service(self, service: str, *, replica: int = 1, env: Mapping[str, str] | None = None) -> Child:
        """Start a service's process and wait until it says that it is ready; a second replica is called `claims-2`.

        The child's name is the key in `supervisor.children` and `log_files`, for stopping, restarting and reading it.
        """
        name = service if replica == 1 else f"{service}-{replica}"
        folder = self.data_dir / "services" / name
        folder.mkdir(parents=True, exist_ok=True)
        ready_file = self._ready_file(name)
        log_file = self.log_files[name] = self.data_dir / LOG_FOLDER / f"{name}.log"
        settings = {
            "RISKPOOL_DATABASE_URL": self.database_urls[service],
            "RISKPOOL_KAFKA_BOOTSTRAP": self.kafka_bootstrap,
            "RISKPOOL_KAFKA_IDEMPOTENT": "true" if self.broker.idempotent else "false",
            "RISKPOOL_ENVIRONMENT": "development",
            "RISKPOOL_DATA_DIR": str(folder),
            "RISKPOOL_REPLICA": str(replica),
            "RISKPOOL_HEALTH_PORT": "0",
            "RISKPOOL_READY_FILE": str(ready_file),
            # The registry reads it; the others leave it.
            "RISKPOOL_DISTRICTS_DIR": str(REPOSITORY / "districts"),
            # A log line that waits in a buffer is missing when it is needed.
            "PYTHONUNBUFFERED": "1",
        }
        inherited = {key: value for key, value in os.environ.items() if key not in NOT_FOR_SERVICES}
        child = await self.supervisor.start(
            ChildSpec(
                name=name,
                argv=(sys.executable, "-m", f"services.{service}"),
                env={**inherited, **settings, **self._service_env.get(service, {}), **(env or {})},
                cwd=REPOSITORY,
                log_file=log_file,
                ready=when_file(ready_file),
                ready_timeout_s=SERVICE_READY_TIMEOUT_S,
                before_start=forget_file(ready_file),
                stop_timeout_s=SERVICE_STOP_TIMEOUT_S,
                layer=LAYER_SERVICES,
                restart=self._restart_services,
            )
        )
        self.say(f"{name} is ready (process {child.pid})")
        return child

    async def _start(self) -> None:
        given = self._given_data_dir
        self.data_dir = Path(tempfile.mkdtemp(prefix="riskpool-")) if given is None else given.absolute()
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DevstackError(f"{self.data_dir} can't be the data folder: {error.strerror}") from None
        given_env = self._given_service_env
        self._service_env = given_env(self.data_dir) if callable(given_env) else given_env or {}
        lock = await take_lock(
            self.data_dir / "lock", DATA_FOLDER_TIMEOUT_S, self.say, f"another run uses the data folder {self.data_dir}"
        )
        # The keeper holds the lock too, until the last child of a killed run is gone.
        self._exits.callback(os.close, lock)
        self.supervisor = await self._exits.enter_async_context(Supervisor(self.say, pass_fds=(lock,)))
        if given is None:
            await self.supervisor.remove_at_end(self.data_dir)
        await _all_or_none(self._start_databases(), self._start_messaging())
        await _all_or_none(*(self.start_service(service) for service in self.services))
        self.say(f"everything runs; data and logs are in {self.data_dir}")

    async def _start_databases(self) -> None:
        self.log_files["postgres"] = self.data_dir / LOG_FOLDER / "postgres.log"
        self.server = await start_postgres(
            self.supervisor,
            self.data_dir,
            self.say,
            self._postgres_settings,
            thrown_away=self._given_data_dir is None,
        )
        self.say(f"{self.server.product} answers")
        self.databases = await provide_databases(self.server.admin_url, self.services, self.data_dir / SECRETS_FILE)
        self.database_urls = {service: database.url for service, database in self.databases.items()}
        await _all_or_none(
            *(migrate(service, database.migrator_url, self.say) for service, database in self.databases.items())
        )

    async def _start_messaging(self) -> None:
        self.log_files["kafka"] = self.data_dir / LOG_FOLDER / "kafka.log"
        self.broker = await start_broker(self.supervisor, self.data_dir, self.say)
        self.kafka_bootstrap = self.broker.bootstrap
        self.say(f"{self.broker.product} answers at {self.kafka_bootstrap}")
        topics = pool_topics(self._institutions) if self._topics is None else self._topics
        created, _ = await asyncio.gather(
            create_topics(self.kafka_bootstrap, topics), warm_group_coordinator(self.kafka_bootstrap, self.say)
        )
        self.say(f"{len(created)} topics created, {len(topics) - len(created)} were there")


async def _all_or_none(*work: Coroutine[Any, Any, object]) -> None:
    """Run everything at the same time; if one fails, cancel the others and raise that one's own error."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def run_until_signal(work: Coroutine[Any, Any, int], *, stopped_status: int | None = None) -> int:
    """Run to the end, or until SIGINT, SIGTERM or SIGHUP cancels it, and return an exit code for the shell.

    The work's `async with` blocks end in either case. A second signal doesn't wait for them: the keeper does.
    `stopped_status` is the exit code of what is meant to run until SIGINT or SIGTERM; without it, 128 and the signal.
    """
    received: list[signal.Signals] = []

    async def supervised() -> int:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None

        def on_signal(number: signal.Signals) -> None:
            received.append(number)
            task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, on_signal, number)
        return await work

    try:
        return asyncio.run(supervised())
    except asyncio.CancelledError:
        if not received:
            raise
        if stopped_status is not None and received[0] in {signal.SIGINT, signal.SIGTERM}:
            return stopped_status
        return 128 + received[0]
    except DevstackError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
