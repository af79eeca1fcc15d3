"""The one way in which every service runs: settings, telemetry, database, consumer, relay, and a clean stop."""

import asyncio
import contextlib
import gc
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import uuid5

import uvloop
from faststream.kafka import KafkaBroker
from opentelemetry.metrics import CallbackOptions, Observation
from pydantic import ValidationError

from shared.contracts.ids import NAMESPACE
from shared.messaging.cluster import BrokerGuard
from shared.messaging.consumer import METADATA_MAX_AGE_MS, Consumer, connect_long_polling
from shared.messaging.database import Pool, is_transient, open_pool
from shared.messaging.failpoints import Failpoint, enable, hit
from shared.messaging.health import LOOPBACK, Status, serve
from shared.messaging.identity import BrokerChanged, adopt_broker, watch_broker
from shared.messaging.message import Record
from shared.messaging.outbox import Draft, append, unpublished_age_seconds
from shared.messaging.records import Kind, ages_seconds
from shared.messaging.relay import Relay
from shared.messaging.service_definition import DecisionService, RecordingService, ServiceDefinition
from shared.messaging.settings import MessagingSettings
from shared.messaging.signatures import Signer, read_private_key
from shared.messaging.start_log import record_start
from shared.messaging.telemetry import Telemetry, configure, logger
from shared.messaging.telemetry_recording import record_stored
from shared.messaging.transaction import Clock, Transaction

START_WAIT_SECONDS = 0.05
BROKEN_EXIT_CODE = 70
# Starting again does not help; somebody has to decide which broker it is.
BROKER_CHANGED_EXIT_CODE = 78
ABANDONED_SECONDS = 2.0
STATUS_SECONDS = 5.0
# A batch makes some hundred thousand objects; nearly all of them go without the collector once it is committed. To look
# for cycles after every 700 of them, as Python does by itself, took a fourth of the service's time.
COLLECT_AFTER_OBJECTS = 100_000
# How old what waits may become before the log says so, again and again.
ALARM_SECONDS = {Kind.HELD: 60.0, Kind.QUARANTINE: 86_400.0}
ALARM_EVERY_SECONDS = 60.0


class PartEnded(Exception):
    """A part of the service ended by itself; what went wrong is in the log."""


def utc_now() -> datetime:
    """The clock of every service, read at intake only."""
    return datetime.now(UTC)


async def run(service: ServiceDefinition, settings: MessagingSettings, clock: Clock = utc_now) -> None:
    """Run until SIGTERM or SIGINT; then finish the batch at hand and stop.

    Raises BrokerChanged when the broker is not, or is no longer, the one of the epoch, and PartEnded when a part of the
    service ends by itself.
    """
    telemetry = configure(service.name, settings.data_dir, settings.replica)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    pool = await open_pool(settings)
    try:
        await record_start(pool, service.name, settings, clock())
        if isinstance(service, DecisionService) and service.at_start is not None:
            async with pool.acquire() as connection:
                await service.at_start(connection)
        enable(settings.failpoint_file)
        guard = await _unless(stopping, adopt_broker(pool, settings, clock()))
        if guard is not None:
            await _run_on_broker(service, settings, clock, telemetry, pool, guard, stopping)
    finally:
        await pool.close()
        telemetry.close()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _unless(stopping: asyncio.Event, work: Coroutine[Any, Any, BrokerGuard]) -> BrokerGuard | None:
    """The work's result, or None if the service is told to stop before."""
    working, stop_requested = asyncio.create_task(work), asyncio.create_task(stopping.wait())
    await asyncio.wait([working, stop_requested], return_when=asyncio.FIRST_COMPLETED)
    for task in (working, stop_requested):
        if not task.done():
            task.cancel()
    await asyncio.gather(working, stop_requested, return_exceptions=True)
    return None if working.cancelled() else working.result()


async def _run_on_broker(
    service: ServiceDefinition,
    settings: MessagingSettings,
    clock: Clock,
    telemetry: Telemetry,
    pool: Pool,
    guard: BrokerGuard,
    stopping: asyncio.Event,
) -> None:
    signer = Signer(read_private_key(settings.signing_key_file)) if settings.signing_key_file else None
    relay = Relay(settings, telemetry, guard)
    broker = KafkaBroker(
        settings.kafka_addresses,
        client_id=f"{service.name}-{settings.replica}",
        consumer_only=True,
        allow_auto_create_topics=False,
        metadata_max_age_ms=METADATA_MAX_AGE_MS if isinstance(service, RecordingService) else 30_000,
        graceful_timeout=settings.graceful_seconds,
        logger=None,
        # The one handler takes the records as they are; nothing is to be injected or cast.
        apply_types=False,
    )
    consumer, background = _assemble(service, settings, telemetry, clock, signer, pool, relay, broker)
    status = Status(service.name, epoch=settings.epoch)
    tasks = [
        asyncio.create_task(relay.run(), name="relay"),
        asyncio.create_task(consumer.until_broken(), name="consumer"),
        asyncio.create_task(consumer.watch(), name="watchdog"),
        asyncio.create_task(consumer.commit_offsets(), name="offsets"),
        asyncio.create_task(watch_broker(pool, settings, guard), name="broker"),
        asyncio.create_task(_keep_status(service, status, pool, consumer, relay, telemetry), name="status"),
        *background,
    ]

    def observe_lag(_: CallbackOptions) -> Iterable[Observation]:
        return [Observation(consumer.lag_records())]

    telemetry.meter.create_observable_gauge("riskpool.lag", [observe_lag], unit="1")
    health = await serve(settings.health_port, status) if settings.health_port is not None else None
    try:
        await connect_long_polling(broker, settings, guard)
        await broker.start()
        await _announce_when_ready(consumer, settings, stopping, tasks, health)
        status.ready = True
        await _wait_for_end(stopping, tasks)
    finally:
        status.ready = False
        logger().info("stopping")
        # Where another broker answers, there is nobody to take leave of.
        patience_seconds = ABANDONED_SECONDS if guard.changed.is_set() else settings.graceful_seconds
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_seconds):
                await consumer.commit_last_offsets()
                await broker.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await relay.stop()
        if health is not None:
            health.close()
        if settings.ready_file is not None:
            settings.ready_file.unlink(missing_ok=True)


def _assemble(
    service: ServiceDefinition,
    settings: MessagingSettings,
    telemetry: Telemetry,
    clock: Clock,
    signer: Signer | None,
    pool: Pool,
    relay: Relay,
    broker: KafkaBroker,
) -> tuple[Consumer, list["asyncio.Task[None]"]]:
    """The consumer of this kind of service, and what goes on beside it."""
    if isinstance(service, RecordingService):
        return _assemble_recording(service, settings, telemetry, clock, signer, pool, relay, broker)
    transaction = Transaction(service, pool, settings, telemetry, clock, signer, committed=relay.wake)

    async def retry_held() -> None:
        await transaction.retry_held()

    consumer = Consumer(
        broker,
        settings,
        telemetry,
        transaction.process,
        transaction.hold_failed,
        topics=(*service.commands, *service.observes),
    )
    return consumer, [asyncio.create_task(_every(settings.held_poll_seconds, retry_held), name="held")]


def _assemble_recording(
    service: RecordingService,
    settings: MessagingSettings,
    telemetry: Telemetry,
    clock: Clock,
    signer: Signer | None,
    pool: Pool,
    relay: Relay,
    broker: KafkaBroker,
) -> tuple[Consumer, list["asyncio.Task[None]"]]:
    if signer is None:
        raise ValueError(f"{service.name} signs what it says: set RISKPOOL_SIGNING_KEY_FILE")
    signing = signer

    async def process(records: Sequence[Record]) -> None:
        async with pool.acquire() as connection, connection.transaction():
            recorded = await service.store(connection, records, settings.epoch, clock())
            hit(Failpoint.BEFORE_COMMIT)
        hit(Failpoint.AFTER_COMMIT)
        record_stored(telemetry, recorded)

    async def tick() -> None:
        now = clock()
        async with pool.acquire() as connection, connection.transaction():
            said = await service.tick(connection, now, signing)
            drafts = [
                Draft(outgoing, uuid5(NAMESPACE, f"{service.name}/{now.isoformat()}"), index, service.name, now, None)
                for index, outgoing in enumerate(said)
            ]
            await append(connection, service.name, drafts, service.events, signing)
        if said:
            relay.wake()

    consumer = Consumer(broker, settings, telemetry, process, None, pattern=service.pattern)
    return consumer, [asyncio.create_task(_every(service.tick_seconds, tick), name="tick")]


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    """Do the work again and again; a passing fault of the database is waited out."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except Exception as error:
            if not is_transient(error):
                raise
            logger().warning("a passing fault beside the consumer", error=str(error))


async def _keep_status(
    service: ServiceDefinition, status: Status, pool: Pool, consumer: Consumer, relay: Relay, telemetry: Telemetry
) -> None:
    """Look at the figures that an operator asks for, again and again; a database that is away leaves the last ones."""
    said_at = dict.fromkeys(Kind, float("-inf"))
    while True:
        status.lag_records = consumer.lag_records()
        status.awaits_replay = relay.awaits_replay
        status.progress_seconds_ago = round(consumer.watchdog.seconds_ago, 1)
        try:
            async with pool.acquire() as connection:
                status.waiting = await ages_seconds(connection, utc_now())
                status.outbox_age_seconds = await unpublished_age_seconds(connection, utc_now())
                if isinstance(service, DecisionService) and service.gauges is not None:
                    telemetry.show(await service.gauges(connection))
        except Exception as error:
            if not is_transient(error):
                raise
        telemetry.outbox_age_seconds.set(status.outbox_age_seconds)
        for kind, (number, age_seconds) in status.waiting.items():
            telemetry.waiting.set(number, {"kind": kind})
            telemetry.waiting_age_seconds.set(age_seconds, {"kind": kind})
            now = time.monotonic()
            if age_seconds > ALARM_SECONDS[Kind(kind)] and now - said_at[Kind(kind)] >= ALARM_EVERY_SECONDS:
                said_at[Kind(kind)] = now
                logger().error(
                    "records wait for a decision; look at them: riskpool records list",
                    kind=kind,
                    number=number,
                    age_seconds=round(age_seconds),
                )
        await asyncio.sleep(STATUS_SECONDS)


async def _announce_when_ready(
    consumer: Consumer,
    settings: MessagingSettings,
    stopping: asyncio.Event,
    tasks: Sequence["asyncio.Task[None]"],
    health: asyncio.Server | None,
) -> None:
    while not consumer.is_assigned():
        if stopping.is_set() or any(task.done() for task in tasks):
            return
        await asyncio.sleep(START_WAIT_SECONDS)
    port = health.sockets[0].getsockname()[1] if health is not None else None
    if settings.ready_file is not None:
        settings.ready_file.parent.mkdir(parents=True, exist_ok=True)
        where = "ready" if port is None else f"http://{LOOPBACK}:{port}"
        settings.ready_file.write_text(f"{where}\n", encoding="utf-8")
    logger().info("ready", kafka=settings.kafka_bootstrap, epoch=settings.epoch, health_port=port)


async def _wait_for_end(stopping: asyncio.Event, tasks: Sequence["asyncio.Task[None]"]) -> None:
    """Wait until told to stop; what ends by itself before that is a broken invariant: the supervisor restarts us."""
    stop_requested = asyncio.create_task(stopping.wait(), name="stopping")
    done, _ = await asyncio.wait([stop_requested, *tasks], return_when=asyncio.FIRST_COMPLETED)
    if stop_requested in done:
        return
    stop_requested.cancel()
    for task in done:
        error = task.exception()
        if isinstance(error, BrokerChanged):
            raise error
        logger().critical(
            "a part of the service ended by itself", part=task.get_name(), error=str(error), exc_info=error
        )
    raise PartEnded(", ".join(task.get_name() for task in done))


AnySettings = TypeVar("AnySettings", bound=MessagingSettings)


def main(service: ServiceDefinition, settings: type[MessagingSettings] = MessagingSettings) -> None:
    """Run the service with the settings of the environment, as ``main_of``; ``settings`` are its own, if any."""
    main_of(service.name, settings, lambda _: service)


def main_of(name: str, settings: type[AnySettings], define: Callable[[AnySettings], ServiceDefinition]) -> None:
    """Run the service called ``name``, which is defined by what the settings of the environment say.

    Raises SystemExit with status 2 for a setting that is missing or wrong, 70 where a part of the service ended by
    itself, and 78 where the broker is another one; what to do is said on standard error.
    """
    try:
        read = settings()
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            setting = f"setting RISKPOOL_{str(fault['loc'][0]).upper()}: " if fault["loc"] else ""
            print(f"{name}: {setting}{fault['msg']}", file=sys.stderr)
        print("Set it in the environment; docs/settings.md lists all settings.", file=sys.stderr)
        raise SystemExit(2) from None
    service = define(read)
    # What was imported stays: it is not looked through again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER_OBJECTS)
    try:
        uvloop.run(run(service, read))
    except BrokerChanged as error:
        logger().critical(str(error))
        print(f"{name}: {error}", file=sys.stderr)
        raise SystemExit(BROKER_CHANGED_EXIT_CODE) from None
    except PartEnded:
        # Not as a traceback: the log has left out what must not be in it.
        raise SystemExit(BROKEN_EXIT_CODE) from None
