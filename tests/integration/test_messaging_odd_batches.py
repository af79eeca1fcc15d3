"""Batches as other clients send them, through a real broker: header names of any bytes, and every compression."""

import json
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.produce import ProduceRequest

from devstack.kafka import admin_client
from devstack.stack import Stack
from devstack.topics import TOPIC_CONFIG, create_topics
from riskpool.finding import Status
from riskpool.running_checks import broker_findings
from shared.contracts.topics import outcomes_topic
from shared.messaging.message import Record
from tests.integration.messaging_toy import Toy, ToyTopics, listening, new_toy, running, send, until
from tests.unit.messaging.batch_factories import Raw, batch_of
from tests.unit.messaging.messaging_factories import Party, as_bytes, ask_content, signed_record

pytestmark = pytest.mark.asyncio

PRODUCE_TIMEOUT_MS = 10_000
ALL_REPLICAS = -1
ODD_NAME = b"\xff\xfe\x00"


@pytest.fixture
def bank() -> Party:
    """An institution of the test's own."""
    return Party(f"bank-{secrets.token_hex(4)}")


@pytest_asyncio.fixture
async def toy(infrastructure: Stack, tmp_path: Path, bank: Party) -> AsyncIterator[Toy]:
    """A toy service with topics of its own, of two partitions, and the bank's."""
    topics = ToyTopics.unique()
    await topics.create(infrastructure.kafka_bootstrap, outcomes_topic(bank.institution), partitions=2)
    async with new_toy(infrastructure, tmp_path, topics) as made:
        await made.register(bank)
        yield made


def ask(toy: Toy, bank: Party, message_id: str) -> Record:
    """A signed question on the toy's own topic."""
    content = as_bytes(ask_content(bank, message_id, audience=toy.topics.commands))
    return signed_record(bank, content, topic=toy.topics.commands)


async def send_batch(bootstrap: str, topic: str, partition: int, batch: bytes) -> None:
    """Have the broker take the batch as it is: our own client writes header names as UTF-8 only."""
    client = AIOKafkaClient(bootstrap_servers=bootstrap)
    await client.bootstrap()
    try:
        await client.add_topic(topic)
        await client.force_metadata_update()
        leader = client.cluster.leader_for_partition(TopicPartition(topic, partition))
        request = ProduceRequest(None, ALL_REPLICAS, PRODUCE_TIMEOUT_MS, [(topic, [(partition, batch)])])
        response = await client.send(leader, request)
    finally:
        await client.close()
    [(_, [(_, error_code, *_)])] = response.topics
    assert error_code == 0


def raw(record: Record, *headers: tuple[bytes, bytes | None]) -> Raw:
    """The record as raw bytes, with more headers."""
    own = tuple((name.encode(), value) for name, value in record.headers)
    return Raw(record.key, record.value, (*headers, *own))


async def answers(infrastructure: Stack, bank: Party, count: int) -> list[dict[str, Any]]:
    """The first answers that the bank receives."""
    async with listening(infrastructure, outcomes_topic(bank.institution), partitions=2) as listener:
        await listener.at_least(count)
    return [json.loads(each.value)["data"] for each in listener.records]


async def test_a_header_name_that_is_not_utf_8_stops_no_partition(toy: Toy, bank: Party, infrastructure: Stack) -> None:
    """It is quarantined with its bytes, its sender is told, and what stands around it in its batch is decided."""
    batch = [
        raw(ask(toy, bank, "m-0")),
        raw(ask(toy, bank, "m-1"), (ODD_NAME, b"1")),
        Raw(None, b"junk", ((ODD_NAME, None), (ODD_NAME, b"2"))),
        raw(ask(toy, bank, "m-2"), ("é".encode(), None)),
    ]
    async with running(toy):
        for partition in (0, 1):
            await send_batch(infrastructure.kafka_bootstrap, toy.topics.commands, partition, batch_of(batch))
        said = await answers(infrastructure, bank, 4)
        await until(lambda: toy.pool.fetchval("SELECT count(*) = 4 FROM quarantine"), "four are quarantined")
    assert sorted(toy.processed) == ["m-0", "m-2"]
    refused = {(each["message_id"], each["reasons"][0]["code"]) for each in said if each["outcome"] == "refused"}
    assert refused == {("m-1", "malformed")}
    kept = await toy.rows("quarantine")
    assert {(row["code"], row["record_offset"]) for row in kept} == {("malformed", 1), ("signature_missing", 2)}
    names = {json.loads(row["headers"])[0][0].encode("utf-8", "surrogateescape") for row in kept}
    assert names == {ODD_NAME}


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
@pytest.mark.parametrize("kept", ["uncompressed", "producer"])
async def test_what_a_sender_compresses_is_read(
    infrastructure: Stack, tmp_path: Path, bank: Party, codec: str, kept: str
) -> None:
    """The pool's topics have the broker unpack it; on a topic that keeps it as it came, our client unpacks."""
    topics = ToyTopics.unique()
    config = {**TOPIC_CONFIG, "compression.type": kept}
    await create_topics(infrastructure.kafka_bootstrap, [(topics.commands, 1)], config=config)
    await topics.create(infrastructure.kafka_bootstrap, outcomes_topic(bank.institution))
    producer = AIOKafkaProducer(bootstrap_servers=infrastructure.kafka_bootstrap, compression_type=codec, linger_ms=50)
    async with new_toy(infrastructure, tmp_path, topics) as toy:
        await toy.register(bank)
        await producer.start()
        try:
            await send(producer, *(ask(toy, bank, f"m-{number}") for number in range(20)))
        finally:
            await producer.stop()
        async with running(toy):
            await until(lambda: len(toy.processed) == 20, f"all are processed, sent with {codec}")
        assert await toy.rows("quarantine") == []


async def test_the_doctor_names_a_topic_that_is_kept_compressed(infrastructure: Stack) -> None:
    """Read from the broker itself; the pool's own topics are in order."""
    found = {finding.name: finding for finding in await broker_findings(infrastructure.kafka_bootstrap)}
    assert found["topic settings"].status is Status.OK, found["topic settings"].found
    assert found["copies of each record"].status is Status.NOTE
    topic = outcomes_topic(f"bank-{secrets.token_hex(4)}")
    config = {**TOPIC_CONFIG, "compression.type": "zstd"}
    await create_topics(infrastructure.kafka_bootstrap, [(topic, 1)], config=config)
    try:
        found = {finding.name: finding for finding in await broker_findings(infrastructure.kafka_bootstrap)}
        assert found["topic settings"].status is Status.WRONG
        assert f"{topic} has compression.type=zstd" in found["topic settings"].found
    finally:
        async with admin_client(infrastructure.kafka_bootstrap) as admin:
            await admin.delete_topics([topic])
