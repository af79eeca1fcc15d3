"""The relay on a real broker: everything that was stored is published, in the order of its stream."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from aiokafka import TopicPartition
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from structlog.testing import capture_logs

from devstack.stack import Stack
from devstack.topics import create_topics
from shared.contracts.envelope import CONTENT_TYPE, SIGNATURE_HEADER
from shared.messaging.relay import Relay
from shared.messaging.signatures import verify
from tests.integration.messaging_toy import TIMEOUT_S, Toy, listening, new_toy, until
from tests.integration.relaying_toy import TRACEPARENT, nothing_is_left, relay_process, relaying, said_on, say, streams
from tests.unit.messaging.messaging_factories import BANK

pytestmark = pytest.mark.asyncio

PARTITIONS = 3


@pytest_asyncio.fixture(scope="module")
async def made(infrastructure: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Toy]:
    async with new_toy(infrastructure, tmp_path_factory.mktemp("toy")) as toy:
        yield toy


@pytest_asyncio.fixture
async def toy(made: Toy) -> Toy:
    await made.start_over()
    return made


@pytest_asyncio.fixture
async def topic(infrastructure: Stack) -> str:
    """A topic of the test's own."""
    name = f"toy.relay.{secrets.token_hex(4)}"
    await create_topics(infrastructure.kafka_bootstrap, [(name, PARTITIONS)])
    return name


async def test_a_record_is_published_as_it_was_stored(toy: Toy, topic: str, infrastructure: Stack) -> None:
    """Key, bytes, content type, signature and trace context."""
    async with toy.pool.acquire() as connection, connection.transaction():
        await say(connection, topic, "k", "测试", signed=True, time=datetime.now(UTC))
        await say(connection, topic, "k", "unsigned")
    async with relaying(toy), listening(infrastructure, topic, PARTITIONS) as listener:
        await listener.at_least(2)
        await until(lambda: nothing_is_left(toy), "all is marked")
    signed, unsigned = listener.records
    rows = await toy.rows("outbox")
    assert [signed.value, unsigned.value] == [row["value"] for row in rows]
    assert (signed.key, unsigned.key) == (b"k", b"k")
    headers = dict(signed.headers)
    assert headers["content-type"] == CONTENT_TYPE.encode()
    assert headers["traceparent"].decode() == TRACEPARENT
    verify(signed.value, headers[SIGNATURE_HEADER].decode(), BANK.signer.public_key)
    assert SIGNATURE_HEADER not in dict(unsigned.headers)


async def test_what_is_published_late_has_a_span_of_its_own(toy: Toy, topic: str, infrastructure: Stack) -> None:
    """People take days, and so may a broker: the work's trace is linked, not continued."""
    spans: InMemorySpanExporter = toy.spans
    long_ago = datetime.now(UTC) - timedelta(seconds=toy.settings.relay_fresh_seconds + 5)
    async with toy.pool.acquire() as connection, connection.transaction():
        await say(connection, topic, "k", "late", time=long_ago)
    async with relaying(toy), listening(infrastructure, topic, PARTITIONS) as listener:
        await listener.at_least(1)
    [span] = spans.get_finished_spans()
    assert span.context is not None
    carried = dict(listener.records[0].headers)["traceparent"].decode()
    assert carried.startswith(f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-")
    assert span.parent is None
    assert [f"{link.context.trace_id:032x}" for link in span.links] == [TRACEPARENT[3:35]]


async def test_streams_stay_in_order_under_concurrent_transactions(toy: Toy, topic: str, infrastructure: Stack) -> None:
    """Forty transactions at a time write to the same streams; each stream is published gapless, in order and once."""
    keys = [f"k-{number}" for number in range(6)]

    async def transact(number: int) -> None:
        async with toy.pool.acquire() as connection, connection.transaction():
            # In sorted order, as one batch would, since a later append could else wait for an earlier one's row.
            for key in sorted({keys[number % 6], keys[(number * 5 + 1) % 6], keys[(number * 7 + 2) % 6]}):
                await say(connection, topic, key, f"{number}", f"{number} again")
                await asyncio.sleep(0.001 * (number % 3))
            if number % 7 == 0:
                raise ZeroDivisionError

    async with relaying(toy) as relay, listening(infrastructure, topic, PARTITIONS) as listener:
        for _ in range(3):
            await asyncio.gather(*(transact(number) for number in range(40)), return_exceptions=True)
            relay.wake()
        rows = await toy.rows("outbox")
        await listener.at_least(len(rows))
        await until(lambda: nothing_is_left(toy), "all is marked")
        await listener.read()
    assert len(listener.records) == len(rows)
    assert len(rows) > 300
    expected = {key: list(range(1, 1 + sum(row["key"] == key for row in rows))) for key in keys}
    assert streams(listener) == expected


async def test_a_row_that_is_committed_late_is_not_lost(toy: Toy, topic: str, infrastructure: Stack) -> None:
    """A smaller id becomes visible after a larger one was published; a relay that reads on from an id misses it."""
    async with relaying(toy), listening(infrastructure, topic, PARTITIONS) as listener:
        async with toy.pool.acquire() as connection:
            late = connection.transaction()
            await late.start()
            await say(connection, topic, "late", "first in the outbox, last to be seen")
            await said_on(toy, topic, "early", "second in the outbox")
            await listener.at_least(1)
            await until(
                lambda: toy.pool.fetchval("SELECT count(published_at) = 1 FROM outbox"), "the early one is marked"
            )
            await late.commit()
        await listener.at_least(2)
    assert [record.key for record in listener.records] == [b"early", b"late"]
    assert [row["key"] for row in await toy.rows("outbox")] == ["late", "early"]


async def test_a_missing_topic_holds_up_nobody_else(toy: Toy, topic: str, infrastructure: Stack) -> None:
    """Its records wait, even if they would fill every read; when it is created, they arrive in order."""
    missing = f"outcomes.missing-{secrets.token_hex(4)}"
    await said_on(toy, missing, "k", *map(str, range(toy.settings.relay_batch_rows_max + 5)))
    await said_on(toy, topic, "k", "flows")
    async with relaying(toy):
        async with listening(infrastructure, topic, PARTITIONS) as listener:
            await listener.at_least(1)
            await said_on(toy, topic, "k", "flows on")
            await listener.at_least(2)
        assert await toy.pool.fetchval("SELECT count(*) FROM outbox WHERE topic = $1 AND published_at IS NULL", missing)
        await create_topics(infrastructure.kafka_bootstrap, [(missing, 1)])
        async with listening(infrastructure, missing) as listener:
            await listener.at_least(toy.settings.relay_batch_rows_max + 5)
        await until(lambda: nothing_is_left(toy), "all is marked")
    assert streams(listener) == {"k": list(range(1, toy.settings.relay_batch_rows_max + 6))}


async def test_one_relay_publishes_at_a_time(toy: Toy, topic: str, infrastructure: Stack) -> None:
    """The other one waits for the lock, and takes over when it is free."""
    async with listening(infrastructure, topic, PARTITIONS) as listener:
        async with relaying(toy) as first:
            await until(lambda: relay_process(toy), "the first has the lock")
            holder = await relay_process(toy)
            async with relaying(toy) as second:
                for number in range(20):
                    await said_on(toy, topic, f"k-{number % 4}", str(number))
                    second.wake()
                    first.wake()
                await listener.at_least(20)
                assert await relay_process(toy) == holder
                await until(lambda: nothing_is_left(toy), "all is marked")
                await listener.read()
                assert len(listener.records) == 20
        async with relaying(toy):
            await said_on(toy, topic, "k-0", "after the change")
            await listener.at_least(21)
            assert await relay_process(toy) != holder


async def test_a_relay_that_loses_its_lock_goes_on(toy: Toy, topic: str, infrastructure: Stack) -> None:
    """Its connection is ended again and again while it publishes: repeats may come, but nothing is lost or skipped."""

    async def write() -> None:
        for number in range(60):
            await said_on(toy, topic, f"k-{number % 3}", str(number))
            await asyncio.sleep(0.02)

    async with relaying(toy), listening(infrastructure, topic, PARTITIONS) as listener:
        writing = asyncio.create_task(write())
        ended: set[int] = set()
        admin: asyncpg.Connection[Any] = await asyncpg.connect(toy.admin_url)
        while len(ended) < 3:
            await until(lambda: relay_process(toy), "a relay has the lock")
            process = await relay_process(toy)
            if process is not None and await admin.fetchval("SELECT pg_terminate_backend($1)", process):
                ended.add(process)
            await asyncio.sleep(0.1)
        await admin.close()
        await writing
        await until(lambda: nothing_is_left(toy), "all is marked")
        async with asyncio.timeout(TIMEOUT_S):
            while sum(len(set(seqs)) for seqs in streams(listener).values()) < 60:
                await listener.read()
    for key, published_seqs in streams(listener).items():
        assert list(dict.fromkeys(published_seqs)) == list(range(1, 21)), key


async def test_a_producer_that_lost_its_sequence_is_built_anew(toy: Toy, topic: str, infrastructure: Stack) -> None:
    """The broker refuses whatever that producer sends, for ever; by a new one everything arrives once and in order.

    It counts further than the broker has heard, as after a batch that was given up on its way.
    """
    if not infrastructure.broker.idempotent:
        # The stand-in for machines without Java numbers nothing, so that there is no sequence to be lost.
        assert not toy.settings.kafka_idempotent
        return
    keys = [f"k-{number}" for number in range(6)]
    with capture_logs() as lines:
        async with relaying(toy) as relay, listening(infrastructure, topic, PARTITIONS) as listener:
            for key in keys:
                await said_on(toy, topic, key, "before")
            await listener.at_least(len(keys))
            await until(lambda: nothing_is_left(toy), "all is marked")
            lost = relay._producer
            assert lost is not None
            for partition in range(PARTITIONS):
                lost._txn_manager.increment_sequence_number(TopicPartition(topic, partition), 7)
            for number in range(5):
                for key in keys:
                    await said_on(toy, topic, key, str(number))
            await listener.at_least(6 * len(keys))
            await until(lambda: nothing_is_left(toy), "all is marked")
            await listener.read()
            assert relay._producer is not None
            assert relay._producer._txn_manager.producer_id != lost._txn_manager.producer_id
            assert lost._closed
    refused = [line for line in lines if "OutOfOrderSequenceNumber" in str(line.get("why"))]
    assert refused
    assert streams(listener) == {key: list(range(1, 7)) for key in keys}


async def test_a_relay_without_its_lock_sends_nothing_more(
    toy: Toy, topic: str, infrastructure: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection ends in the middle of a round: the next batch of the round goes out under a lock again."""
    holders: list[int | None] = []
    send = Relay._send

    async def send_and_lose(relay: Relay, *batch: Any) -> None:
        await send(relay, *batch)
        holders.append(await relay_process(toy))
        if len(holders) == 1:
            admin: asyncpg.Connection[Any] = await asyncpg.connect(toy.admin_url)
            assert await admin.fetchval("SELECT pg_terminate_backend($1)", holders[0])
            await admin.close()
            assert relay._holder is not None
            await until(relay._holder.is_closed, "the connection is gone")

    monkeypatch.setattr(Relay, "_send", send_and_lose)
    # Each batch holds three of them.
    await said_on(toy, topic, "k", *(f"{number}".ljust(300_000) for number in range(8)))
    async with relaying(toy), listening(infrastructure, topic, PARTITIONS) as listener:
        await until(lambda: nothing_is_left(toy), "all is marked")
        await listener.at_least(11)
    assert holders[0] not in holders[1:]
    assert None not in holders[1:]
    # What was sent before is the repeat.
    assert streams(listener) == {"k": [1, 2, 3, *range(1, 9)]}


async def test_a_relay_waits_for_its_broker(toy: Toy, topic: str, infrastructure: Stack) -> None:
    """A broker that is not there yet is asked again; the service stays up, and nothing is left behind of the tries."""
    port = "127.0.0.1:9"
    settings = toy.settings.model_copy(update={"kafka_bootstrap": port})
    relay = Relay(settings, toy.telemetry)
    await said_on(toy, topic, "k", "waits")
    task = asyncio.create_task(relay.run())
    await asyncio.sleep(1.5)
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await relay.stop()
    assert not await nothing_is_left(toy)
    async with relaying(toy), listening(infrastructure, topic, PARTITIONS) as listener:
        await listener.at_least(1)
