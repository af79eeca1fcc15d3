"""A toy service on a real database: it accepts whatever it is asked, and says one event about each message."""

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from structlog.testing import capture_logs

from devstack.databases import clone_database, drop_database, provide_databases
from devstack.fallback import REPOSITORY
from devstack.migrate import migrate
from devstack.stack import Stack
from devstack.topics import create_topics
from shared.contracts.envelope import CommandEnvelope
from shared.contracts.receipts import Outcome
from shared.messaging.database import Connection, server_settings
from shared.messaging.keyring import store_keys
from shared.messaging.log_lines import LINES
from shared.messaging.message import Answer, Decided, Incoming, Outgoing, Record
from shared.messaging.service import run
from shared.messaging.service_definition import DecisionService
from shared.messaging.settings import MessagingSettings
from shared.messaging.telemetry import Telemetry
from shared.messaging.transaction import Transaction
from tests.unit.messaging.messaging_factories import COMMANDS, EVENTS, NOON, Answered, Ask, Party, ToyReceipt

SERVICE = "toy"
POISON = "poison"
MIGRATIONS = REPOSITORY / "shared" / "messaging" / "migrations"
TIMEOUT_S = 20.0
TABLES = ("inbox", "outbox", "held", "quarantine", "cursors", "streams")

_templates: dict[str, tuple[str, str]] = {}


@dataclass(frozen=True)
class ToyTopics:
    """Topics of one test's own."""

    commands: str = "toy.commands"
    observes: str = "other.events"
    says: str = "toy.events"

    @classmethod
    def unique(cls) -> "ToyTopics":
        suffix = secrets.token_hex(4)
        return cls(f"toy.commands.{suffix}", f"other.events.{suffix}", f"toy.events.{suffix}")

    async def create(self, bootstrap: str, *more: str, partitions: int = 1) -> None:
        """Create them, and ``more``, and wait until they can be written to."""
        await create_topics(
            bootstrap, [(name, partitions) for name in (self.commands, self.observes, self.says, *more)]
        )


@dataclass
class Toy:
    """One toy service: its database, its transaction, its clock, and what it was given to do."""

    admin_url: str
    database: str
    settings: MessagingSettings
    topics: ToyTopics
    pool: "asyncpg.Pool[asyncpg.Record]"
    statements: list[str] = field(default_factory=list)
    processed: list[str] = field(default_factory=list)
    poison: dict[str, BaseException] = field(default_factory=dict)
    now: datetime = NOON
    stage_before: str | None = None
    about_length: int = 0
    spans: InMemorySpanExporter = field(default_factory=InMemorySpanExporter)

    def __post_init__(self) -> None:
        self.poison = _poison()
        tracers = TracerProvider()
        tracers.add_span_processor(SimpleSpanProcessor(self.spans))
        self.telemetry = Telemetry(SERVICE, tracers, MeterProvider())
        self.transaction = Transaction(
            self.definition, self.pool, self.settings, self.telemetry, lambda: self.now, None
        )

    @property
    def commands(self) -> Mapping[str, Mapping[str, type[CommandEnvelope]]]:
        return {self.topics.commands: COMMANDS}

    @property
    def definition(self) -> DecisionService:
        """The service as ``run`` takes it."""
        return DecisionService(SERVICE, self.commands, (self.topics.observes,), EVENTS, ToyReceipt, self.execute)

    async def execute(self, connection: Connection, messages: Sequence[Incoming]) -> Sequence[Decided]:
        """Accept each message with one event; fail the whole batch if one of it is poison."""
        await connection.execute("SELECT 1")
        for message in messages:
            note = getattr(message.data, "note", None)
            if note in self.poison:
                raise self.poison[note]
        self.processed.extend(_name_of(message) for message in messages)
        return [self._decide(message) for message in messages]

    def _decide(self, message: Incoming) -> Decided:
        is_command = isinstance(message.data, Ask)
        project = message.data.project_id if isinstance(message.data, Ask) else None
        event = Outgoing(
            Answered(about=_name_of(message).ljust(self.about_length)),
            message.received.pool_id,
            str(project) if is_command else message.stream_key,
            topic=self.topics.says,
        )
        return Decided(
            message,
            (event,),
            Answer(Outcome.ACCEPTED, project_id=project) if is_command else None,
            project_id=project,
            stage_before=self.stage_before,
        )

    async def start_over(self) -> None:
        """Empty the tables and forget what was done, for the next test."""
        # What was received and published is guarded against its owner too; only here there is a reason to forget it.
        guards = {"inbox": "inbox_only_added", "outbox": "outbox_only_added"}
        off = [f"ALTER TABLE {table} DISABLE TRIGGER {guard}" for table, guard in guards.items()]
        on = [f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {guard}" for table, guard in guards.items()]
        truncate = f"TRUNCATE {', '.join((*TABLES, 'signing_keys'))} RESTART IDENTITY"
        await self.as_owner("; ".join((*off, truncate, *on)))
        self.processed.clear()
        self.statements.clear()
        self.spans.clear()
        self.poison = _poison()
        self.now, self.stage_before, self.about_length = NOON, None, 0

    async def register(self, *parties: Party) -> None:
        """Store the parties' keys, as if the registry had told us of them."""
        await store_keys(self.pool, [party.key(valid_from=NOON - timedelta(days=9_000)) for party in parties])

    async def rows(self, table: str, order: str = "id") -> list[dict[str, Any]]:
        """All rows of a table."""
        assert table in TABLES
        return [dict(row) for row in await self.pool.fetch(f"SELECT * FROM {table} ORDER BY {order}")]

    async def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of all tables, to be compared."""
        return {
            table: sorted(map(tuple, await self.pool.fetch(f"SELECT * FROM {table}")), key=repr) for table in TABLES
        }

    async def receipts(self) -> list[dict[str, Any]]:
        """The rows of the outbox that answer an institution."""
        return [row for row in await self.rows("outbox") if row["topic"].startswith("outcomes.")]

    async def mark_published(self) -> None:
        """What a relay would do."""
        await self.pool.execute("UPDATE outbox SET published_at = now()")

    async def as_owner(self, statement: str) -> None:
        """Run a statement that the service's own role may not."""
        connection = await asyncpg.connect(_on(self.admin_url, self.database))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def finished_spans(self) -> tuple[ReadableSpan, ...]:
        """The spans that have ended."""
        return self.spans.get_finished_spans()


def _poison() -> dict[str, BaseException]:
    return {POISON: RuntimeError("this one fails for good")}


def _name_of(message: Incoming) -> str:
    return message.received.message_id if message.seq is None else f"{message.stream_key}/{message.seq}"


@contextlib.asynccontextmanager
async def new_toy(
    infrastructure: Stack, tmp_path: Path, topics: ToyTopics | None = None, **settings: Any
) -> AsyncIterator[Toy]:
    """A toy service with a database of its own, which holds messaging's tables only; its log is not printed."""
    admin_url = infrastructure.server.admin_url
    template, template_url = await _template(admin_url)
    name = f"{template}__{secrets.token_hex(4)}"
    await clone_database(admin_url, template, name)
    read = MessagingSettings(
        **{
            "database_url": _on(template_url, name),
            "kafka_bootstrap": infrastructure.kafka_bootstrap,
            "kafka_idempotent": infrastructure.broker.idempotent,
            "data_dir": tmp_path,
            "ready_file": tmp_path / "ready",
            # It is part of the group's name: no toy is to get what another one's session has left.
            "epoch": 1 + secrets.randbelow(1_000_000_000),
            "transient_backoff_seconds": 0.01,
            "transient_retries_max": 2,
            "held_poll_seconds": 0.05,
            "relay_poll_seconds": 0.1,
            "topic_retry_seconds": 0.2,
            **settings,
        }
    )
    statements: list[str] = []

    async def count_statements(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        connection.add_query_logger(lambda logged: statements.append(" ".join(logged.query.split())))

    try:
        async with asyncpg.create_pool(
            read.database_url.get_secret_value(),
            min_size=1,
            max_size=8,
            init=count_statements,
            server_settings=server_settings(read),
        ) as pool:
            with capture_logs():
                yield Toy(admin_url, name, read, topics or ToyTopics(), pool, statements)
    finally:
        await drop_database(admin_url, name)


async def _template(admin_url: str) -> tuple[str, str]:
    """The database that toys' databases are copies of, and its url; made at the first call."""
    if admin_url not in _templates:
        folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"riskpool-toy-{secrets.token_hex(4)}"
        folder.mkdir()
        secrets_file = folder / "secrets.json"
        database = (await provide_databases(admin_url, (SERVICE,), secrets_file))[SERVICE]
        secrets_file.unlink()
        folder.rmdir()
        await migrate(SERVICE, database.migrator_url, lambda _: None, [MIGRATIONS])
        _templates[admin_url] = (database.name, database.url)
    return _templates[admin_url]


def _on(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@contextlib.contextmanager
def logging_kept() -> Iterator[None]:
    """A service configures the whole process's logging; the tests' own comes back after it."""
    root = logging.getLogger()
    handlers, level, line_handlers = root.handlers, root.level, LINES.handlers
    yield
    root.handlers, LINES.handlers = handlers, line_handlers
    root.setLevel(level)
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


@contextlib.asynccontextmanager
async def running(toy: Toy) -> AsyncIterator["asyncio.Task[None]"]:
    """The whole service on the broker, until the end of the block; then it is told to stop, and must."""
    assert toy.settings.ready_file is not None
    with logging_kept():
        task = asyncio.create_task(run(toy.definition, toy.settings, lambda: toy.now))
        try:
            await until(lambda: task.done() or toy.settings.ready_file.exists(), "the service is ready")  # type: ignore[union-attr]
            if task.done():
                task.result()
            yield task
        finally:
            if not task.done():
                os.kill(os.getpid(), signal.SIGTERM)
            async with asyncio.timeout(TIMEOUT_S):
                await asyncio.wait([task])
    if not task.cancelled() and task.exception() is None:
        assert not toy.settings.ready_file.exists()


async def until(condition: Callable[[], Any], what: str, timeout_s: float = TIMEOUT_S) -> None:
    """Wait until the condition, which may be awaitable, holds."""
    deadline = time.monotonic() + timeout_s
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        assert time.monotonic() < deadline, f"{what}: not within {timeout_s:.0f} s"
        await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def producer(infrastructure: Stack) -> AsyncIterator[AIOKafkaProducer]:
    """An outsider's producer."""
    made = AIOKafkaProducer(bootstrap_servers=infrastructure.kafka_bootstrap, linger_ms=2)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


async def send(made: AIOKafkaProducer, *records: Record) -> None:
    """Send the records to their topic and partition, in order."""
    waiting = [
        await made.send(
            record.topic, record.value, key=record.key, partition=record.partition, headers=list(record.headers)
        )
        for record in records
    ]
    await asyncio.gather(*waiting)


@contextlib.asynccontextmanager
async def listening(infrastructure: Stack, topic: str, partitions: int = 1) -> AsyncIterator["Listener"]:
    """Everything on a topic, from its beginning."""
    consumer = AIOKafkaConsumer(bootstrap_servers=infrastructure.kafka_bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        places = [TopicPartition(topic, partition) for partition in range(partitions)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        yield Listener(consumer)
    finally:
        await consumer.stop()


class Listener:
    """What was read from a topic so far."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self.records: list[ConsumerRecord[bytes, bytes]] = []

    async def read(self, timeout_ms: int = 100) -> None:
        """Read what is there."""
        for records in (await self._consumer.getmany(timeout_ms=timeout_ms)).values():
            self.records.extend(records)

    async def at_least(self, count: int) -> None:
        """Read until there are so many."""
        async with asyncio.timeout(TIMEOUT_S):
            while len(self.records) < count:
                await self.read()
