"""The broker is lost under the running services, all its records with it, and built anew at the same address."""

import asyncio
import contextlib
import json
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from devstack.addresses import write_addresses
from devstack.case import Play
from devstack.databases import with_database
from devstack.fallback import REPOSITORY
from devstack.kafka import start_broker
from devstack.party_client import PartyClient
from devstack.pool import BANK, RunningPool, running_pool
from devstack.stack import SERVICES, Stack
from devstack.topics import create_topics, pool_topics
from devstack.up import addresses_of
from services.audit.check import as_text, check
from shared.contracts.examples import PRINCIPAL_FEN
from shared.contracts.topics import COMMAND_TOPICS
from shared.messaging.relay import BATCH_BYTES_MAX
from shared.messaging.service import BROKER_CHANGED_EXIT_CODE
from simulator.parties import INSTITUTIONS, LENDER
from tests.faults.checker import problems_of
from tests.faults.stores import ServiceStore, Stores, read_records, read_stores

pytestmark = pytest.mark.asyncio

NOTICED_TIMEOUT_S = 30.0
QUIET_TIMEOUT_S = 60.0
QUIET_POLL_S = 0.3
SETTLE_S = 1.0
AUDIT_PATIENCE_S = 30.0
# Somebody else's records on the new broker, so many more than there were before.
PAST_THE_OLD_END = 7
JUNK = b"neither signed nor JSON"
SOMEBODY = "drill"


@pytest_asyncio.fixture
async def pool() -> AsyncIterator[RunningPool]:
    """A running pool, whose broker is to be lost."""
    async with running_pool(None, print) as pool:
        yield pool


async def test_a_lost_broker_loses_nothing_and_doubles_nothing(pool: RunningPool) -> None:
    """Each service notices it by itself and says what to do; after the replay the case ends as if nothing had happened.

    Claims never gets what the registry says last before the loss, and audit records nothing of the payout: both have it
    from the replay alone. The new topics are filled past the old offsets, so that a service that trusted its offsets
    would skip what is new.
    """
    stack = pool.stack
    paid, approved = await _half_a_case(pool)
    ends = await _ends(stack)
    await _lose_broker(pool, ends)
    await _see_all_stop(stack)
    await _see_nothing_was_done(stack)

    await asyncio.gather(*(stack.start_service(service, env={"RISKPOOL_EPOCH": "2"}) for service in SERVICES))
    await stack.supervisor.start(stack.supervisor.children[BANK].spec)
    await _see_nothing_is_published_yet(pool)
    await _replay(pool)

    async with _wire(stack) as wire:
        await Play(wire, pool.cast, stack.say, paid).reimburse()
        # Its approval was on its way when the broker was lost.
        second = Play(wire, pool.cast, stack.say, approved)
        await second.pay()
        await second.reimburse()
        await _see_all_is_right(stack, [Play(wire, pool.cast, print, paid).project_id, second.project_id])


async def _half_a_case(pool: RunningPool) -> tuple[str, str]:
    """One case up to its payout, and another up to its approval; returns the loans' contract numbers."""
    stack = pool.stack
    paid, approved = "LOST-1", "LOST-2"
    async with _wire(stack) as wire:
        play = Play(wire, pool.cast, stack.say, paid)
        await play.found_and_fund()
        await play.file_and_approve()
        await asyncio.sleep(SETTLE_S)
        assert await stack.supervisor.signal(stack.supervisor.children["audit"], signal.SIGSTOP)
        await play.pay()
        await asyncio.sleep(SETTLE_S)
        assert await stack.supervisor.signal(stack.supervisor.children["claims"], signal.SIGSTOP)
        await Play(wire, pool.cast, stack.say, approved).file_and_approve()
    return paid, approved


async def _lose_broker(pool: RunningPool, ends: Mapping[TopicPartition, int]) -> None:
    """Kill the broker, wipe its data, start a new one at the same address, and fill its topics past the old ends."""
    stack = pool.stack
    # The bank's own consumer is its own business; here it begins anew with the new broker.
    await stack.supervisor.stop_child(BANK)
    stack.say("the broker is lost")
    await stack.supervisor.kill_child("kafka")
    for service in ("claims", "audit"):
        assert await stack.supervisor.signal(stack.supervisor.children[service], signal.SIGCONT)
    await asyncio.to_thread(shutil.rmtree, stack.data_dir / "kafka" / "log")
    broker = await start_broker(stack.supervisor, stack.data_dir, stack.say)
    assert broker.bootstrap == stack.kafka_bootstrap
    await create_topics(broker.bootstrap, pool_topics(INSTITUTIONS))
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap, max_batch_size=BATCH_BYTES_MAX) as producer:
        await _fill(producer, ends)
    stack.say("a new broker is there, its topics filled past the old ends")


async def _fill(producer: AIOKafkaProducer, ends: Mapping[TopicPartition, int]) -> None:
    for place, end in ends.items():
        batch = producer.create_batch()
        key = f"{SOMEBODY}-{place.partition}"
        for seq in range(1, end + PAST_THE_OLD_END + 1):
            value = JUNK if place.topic in COMMAND_TOPICS else _event_of_somebody(key, seq)
            assert batch.append(key=key.encode(), value=value, timestamp=None) is not None
        await (await producer.send_batch(batch, place.topic, partition=place.partition))


def _event_of_somebody(key: str, seq: int) -> bytes:
    """An event in order, of a type that nobody knows."""
    event = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": SOMEBODY,
        "type": "drill.filler.v1",
        "subject": key,
        "time": datetime.now(UTC).isoformat(),
        "seq": seq,
        "causationid": SOMEBODY,
        "data": {},
    }
    return json.dumps(event).encode()


async def _ends(stack: Stack) -> dict[TopicPartition, int]:
    consumer = AIOKafkaConsumer(bootstrap_servers=stack.kafka_bootstrap, group_id=None)
    await consumer.start()
    try:
        places = [
            TopicPartition(name, number)
            for name, partitions in pool_topics(INSTITUTIONS)
            for number in range(partitions)
        ]
        found: dict[TopicPartition, int] = await consumer.end_offsets(places)
        return found
    finally:
        await consumer.stop()


async def _see_all_stop(stack: Stack) -> None:
    """Each service ends by itself, is not started again, and has said what to do."""
    async with asyncio.timeout(NOTICED_TIMEOUT_S):
        for service in SERVICES:
            child = stack.supervisor.children[service]
            await child.ended.wait()
            assert child.exit_code == BROKER_CHANGED_EXIT_CODE, child.log_tail()
            for part in ("the broker is another one", "RISKPOOL_EPOCH=2", "riskpool replay"):
                assert part in child.log_tail()
            stack.say(f"{service} has stopped by itself")
    assert "what is to be decided" in stack.supervisor.failure


async def _see_nothing_was_done(stack: Stack) -> None:
    """Between the new broker's start and the stop nobody published on it, and nobody read from it."""
    assert all(_is_somebodys(record.value) for record in await read_records(stack.kafka_bootstrap))
    for service, store in (await _stores(stack)).services.items():
        assert SOMEBODY not in {source for source, _, _ in store.cursors}, service
        assert store.waiting == (), service


async def _see_nothing_is_published_yet(pool: RunningPool) -> None:
    """Before the replay the services take in what is new, and publish nothing: their past comes first."""
    stack = pool.stack
    async with _wire(stack) as wire:
        notice = Play(wire, pool.cast, print, "LOST-2").loss_notice(interest_fen=2, total_fen=PRINCIPAL_FEN + 2)
        await wire.send(pool.cast.system(LENDER), notice, message_id="before-the-replay")
        async with asyncio.timeout(QUIET_TIMEOUT_S):
            while (LENDER, "before-the-replay") not in (await _stores(stack)).services["claims"].inbox:
                await asyncio.sleep(QUIET_POLL_S)
        await asyncio.sleep(SETTLE_S)
    topics = {record.topic for record in await read_records(stack.kafka_bootstrap) if not _is_somebodys(record.value)}
    assert topics == {"loss-notices"}


async def _replay(pool: RunningPool) -> None:
    """As an operator would do it."""
    write_addresses(pool.stack.data_dir, addresses_of(pool))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "riskpool", "replay", "--data", str(pool.stack.data_dir), "--json",
        cwd=REPOSITORY, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, wrong = await process.communicate()
    assert process.returncode == 0, wrong.decode()
    done = {each["service"]: each for each in json.loads(said)}
    assert list(done) == list(SERVICES)
    assert all(each["epoch"] == 2 and each["records"] > 0 for each in done.values()), done
    pool.stack.say(f"replayed: { {service: each['records'] for service, each in done.items()} }")


async def _see_all_is_right(stack: Stack, cases: list[UUID]) -> None:
    """Every store agrees with every other one, and all of it is on the new broker, in order."""
    deadline = asyncio.get_running_loop().time() + QUIET_TIMEOUT_S
    while problems := problems_of(_without_somebody(await _stores(stack)), cases):
        assert asyncio.get_running_loop().time() < deadline, "\n".join(problems[:20])
        await asyncio.sleep(QUIET_POLL_S)
    report = await check(stack.database_urls["audit"], stack.kafka_bootstrap, patience_seconds=AUDIT_PATIENCE_S)
    assert report.holds, as_text(report)
    assert "epoch 2" in report.results[0].detail
    assert any("records of epoch 1 were compared with no broker" in note for note in report.notes)
    # A service that starts with the old epoch is told so, whatever is in its settings.
    for service in SERVICES:
        connection = await asyncpg.connect(stack.database_urls[service])
        rows = await connection.fetch("SELECT epoch, cluster_id FROM broker_epochs ORDER BY epoch")
        await connection.close()
        assert [row["epoch"] for row in rows] == [1, 2]
        assert len({row["cluster_id"] for row in rows}) == 2


async def _stores(stack: Stack) -> Stores:
    admin = stack.server.admin_url
    urls = {service: with_database(admin, stack.databases[service].name) for service in SERVICES}
    return await read_stores(urls, stack.kafka_bootstrap)


def _is_somebodys(value: bytes) -> bool:
    return value == JUNK or f'"source": "{SOMEBODY}"'.encode() in value


def _without_somebody(stores: Stores) -> Stores:
    """The stores without what the filling has left in them, which must be just that."""

    def cleaned(store: ServiceStore) -> ServiceStore:
        waiting = tuple(each for each in store.waiting if not each.startswith("quarantine, signature_missing"))
        cursors = {stream: seq for stream, seq in store.cursors.items() if stream[0] != SOMEBODY}
        return replace(store, cursors=cursors, waiting=waiting)

    return replace(
        stores,
        services={service: cleaned(store) for service, store in stores.services.items()},
        records=tuple(record for record in stores.records if not _is_somebodys(record.value)),
    )


@contextlib.asynccontextmanager
async def _wire(stack: Stack) -> AsyncIterator[PartyClient]:
    async with PartyClient(stack.kafka_bootstrap, idempotent=stack.broker.idempotent) as wire:
        yield wire
