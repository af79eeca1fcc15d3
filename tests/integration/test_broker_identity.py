"""A service works with the broker that it knows, on a real one: with another it neither reads nor publishes."""

import asyncio
import os
import secrets
import signal
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer

from devstack.ports import free_port
from devstack.stack import Stack
from shared.messaging.cluster import BrokerGuard, read_cluster
from shared.messaging.identity import BrokerChanged, adopt_broker
from shared.messaging.message import Record
from shared.messaging.relay import Relay
from shared.messaging.service import run
from tests.integration.messaging_toy import (
    Toy,
    ToyTopics,
    listening,
    logging_kept,
    new_toy,
    producer,
    running,
    send,
    until,
)
from tests.unit.messaging.messaging_factories import BANK, NOON, Party, as_bytes, ask_content, record, signed_record

pytestmark = pytest.mark.asyncio

STRANGER = Party("bank-s")
GUARDED_S = 1.0


@pytest_asyncio.fixture
async def toy(infrastructure: Stack, tmp_path: Path) -> AsyncIterator[Toy]:
    """A toy service with topics of its own."""
    topics = ToyTopics.unique()
    await topics.create(infrastructure.kafka_bootstrap)
    async with new_toy(infrastructure, tmp_path, topics, identity_poll_seconds=0.2) as made:
        await made.register(BANK)
        yield made


def asked(toy: Toy, party: Party, message_id: str = "m-1", offset: int = 0) -> Record:
    """A signed question on the toy's own topic."""
    content = ask_content(party, message_id, audience=toy.topics.commands)
    return signed_record(party, as_bytes(content), topic=toy.topics.commands, offset=offset)


async def stopped(toy: Toy) -> BaseException | None:
    """Run the service until it ends by itself; returns what it ends with."""
    with logging_kept():
        async with asyncio.timeout(20):
            try:
                await run(toy.definition, toy.settings, lambda: toy.now)
            except BrokerChanged as error:
                return error
    return None


async def test_a_cluster_and_its_topics_have_ids(infrastructure: Stack) -> None:
    """The same at each look, so that another cluster and a rebuilt topic can be told."""
    first, second = [await read_cluster(infrastructure.kafka_bootstrap) for _ in range(2)]
    assert first.cluster_id
    assert first.cluster_id == second.cluster_id
    assert first.topics["claims.events"] == second.topics["claims.events"]
    assert first.topics["claims.events"] != first.topics["registry.events"]


async def test_the_first_broker_is_taken_for_its_epoch(toy: Toy) -> None:
    """It is stored with its topics, and the next start finds it again."""
    guard = await adopt_broker(toy.pool, toy.settings, NOON)
    assert (await adopt_broker(toy.pool, toy.settings, NOON + timedelta(days=1))).cluster_id == guard.cluster_id
    [row] = await toy.pool.fetch("SELECT * FROM broker_epochs")
    assert tuple(row) == (toy.settings.epoch, guard.cluster_id, NOON)
    topics = {row["topic"] for row in await toy.pool.fetch("SELECT topic FROM broker_topics")}
    assert "claims.events" in topics
    assert not any(topic.startswith(("toy.", "__")) for topic in topics)


async def test_another_broker_ends_the_start(toy: Toy, infrastructure: Stack) -> None:
    """Nothing is read, and the message says what to do; the next epoch takes the new broker."""
    await toy.pool.execute("INSERT INTO broker_epochs VALUES ($1, 'lost', $2)", toy.settings.epoch, NOON)
    async with producer(infrastructure) as outside:
        await send(outside, asked(toy, BANK))
    error = await stopped(toy)
    assert f"RISKPOOL_EPOCH={toy.settings.epoch + 1}" in str(error)
    assert await toy.rows("inbox", "message_id") == []
    toy.settings = toy.settings.model_copy(update={"epoch": toy.settings.epoch + 1})
    async with running(toy):
        await until(lambda: toy.processed == ["m-1"], "the new broker is read from its beginning")


async def test_a_topic_made_anew_ends_the_start(toy: Toy) -> None:
    """The cluster is the same and the records are gone all the same."""
    await adopt_broker(toy.pool, toy.settings, NOON)
    await toy.as_owner(f"UPDATE broker_topics SET topic_id = '{uuid4()}' WHERE topic = 'treasury.events'")
    assert "topics were made anew: treasury.events" in str(await stopped(toy))


@pytest.mark.parametrize("change", ["another cluster", "another topic", "a higher epoch elsewhere"])
async def test_a_change_under_a_running_service_ends_it(toy: Toy, change: str) -> None:
    """It looks every few seconds, at the broker and at what its other replicas have been told."""
    epoch = toy.settings.epoch
    statement = {
        "another cluster": "UPDATE broker_epochs SET cluster_id = 'lost'",
        "another topic": f"UPDATE broker_topics SET topic_id = '{uuid4()}' WHERE topic = 'claims.events'",
        "a higher epoch elsewhere": f"INSERT INTO broker_epochs VALUES ({epoch + 1}, 'new', now())",
    }[change]
    said = {
        "another cluster": f"epoch {epoch} belongs to lost",
        "another topic": "topics were made anew: claims.events",
        "a higher epoch elsewhere": f"epoch {epoch} is over",
    }[change]
    async with running(toy) as task:
        await toy.as_owner(statement)
        await until(task.done, "the service has ended by itself")
        with pytest.raises(BrokerChanged, match=said):
            task.result()


async def test_a_relay_publishes_on_no_other_broker(toy: Toy, infrastructure: Stack) -> None:
    """Each of its connections is asked before it is used; what was to be said waits."""
    await toy.transaction.process([asked(toy, BANK)])
    guard = BrokerGuard("lost")
    relay = Relay(toy.settings, toy.telemetry, guard)
    task = asyncio.create_task(relay.run())
    try:
        async with asyncio.timeout(20):
            await guard.changed.wait()
        await asyncio.sleep(GUARDED_S)
        assert guard.found is not None
        assert guard.found.cluster_id == (await read_cluster(infrastructure.kafka_bootstrap)).cluster_id
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await relay.stop()
    assert await toy.pool.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NOT NULL") == 0
    async with listening(infrastructure, toy.topics.says) as listener:
        await listener.read(timeout_ms=500)
    assert listener.records == []


async def test_the_right_broker_is_not_in_the_way(infrastructure: Stack) -> None:
    """A guarded client works as any other."""
    topic = f"toy.guarded.{secrets.token_hex(4)}"
    await ToyTopics(topic, f"{topic}.a", f"{topic}.b").create(infrastructure.kafka_bootstrap)
    guard = BrokerGuard((await read_cluster(infrastructure.kafka_bootstrap)).cluster_id)
    client = AIOKafkaProducer(
        bootstrap_servers=infrastructure.kafka_bootstrap, enable_idempotence=infrastructure.broker.idempotent
    )
    guard.guard(client.client)
    await client.start()
    try:
        assert (await client.send_and_wait(topic, b"x")).offset == 0
    finally:
        await client.stop()
    assert not guard.changed.is_set()


async def test_a_service_that_waits_for_its_broker_can_be_stopped(toy: Toy) -> None:
    """SIGTERM ends the waiting at once; no broker had to answer for that."""
    toy.settings = toy.settings.model_copy(update={"kafka_bootstrap": f"127.0.0.1:{free_port()}"})
    with logging_kept():
        task = asyncio.create_task(run(toy.definition, toy.settings, lambda: toy.now))
        await until(lambda: toy.pool.fetchval("SELECT count(*) > 0 FROM service_starts"), "it has started")
        await asyncio.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(5):
            await task


async def test_what_was_held_keeps_its_place_on_the_lost_broker(toy: Toy) -> None:
    """Two records with one offset on two brokers are two: neither is dropped for the other, each is answered."""
    epoch = toy.settings.epoch
    await toy.transaction.process([asked(toy, STRANGER, offset=5)])
    toy.transaction.settings = toy.settings.model_copy(update={"epoch": epoch + 1})
    # The same place on the new broker holds something else, and that is quarantined first.
    await toy.transaction.process([record(b"junk", topic=toy.topics.commands, offset=5)])
    toy.now += timedelta(seconds=toy.settings.key_wait_seconds_max + 1)
    await toy.transaction.retry_held()
    aside = {(row["epoch"], row["code"]) for row in await toy.rows("quarantine")}
    assert aside == {(epoch, "key_unknown"), (epoch + 1, "signature_missing")}
    # What is taken up from the lost broker is known to be from there, and so it is replayed.
    toy.transaction.settings = toy.settings
    await toy.transaction.process([asked(toy, STRANGER, "m-2", offset=6)])
    toy.transaction.settings = toy.settings.model_copy(update={"epoch": epoch + 1})
    await toy.register(STRANGER)
    await toy.transaction.retry_held()
    [taken_in] = await toy.rows("inbox", "message_id")
    assert (taken_in["message_id"], taken_in["epoch"], taken_in["record_offset"]) == ("m-2", epoch, 6)
