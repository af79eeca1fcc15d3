"""The check of the record against a real broker and a real PostgreSQL: a sound record holds, and damage is named."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from services.audit.check import as_text, check
from services.audit.domain.proof import CheckReport
from services.audit.domain.rules.article_19_record_proof import is_audited
from services.audit.execute import checkpoint, execute
from services.audit.note import verifier_key_of
from shared.messaging.message import Record
from shared.messaging.signatures import Signer, new_private_key

pytestmark = pytest.mark.asyncio

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ORIGIN = "pool.example/audit"
SIGNER = Signer(new_private_key())
VERIFIER = str(verifier_key_of(ORIGIN, SIGNER.private))


async def _on_the_broker(bootstrap: str) -> list[Record]:
    """All records that are on the broker, whichever test wrote them."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    places = [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in await admin.describe_topics()
        if is_audited(topic["topic"])
        for partition in topic["partitions"]
    ]
    await admin.close()
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        records: list[Record] = []
        while sum(ends.values()) > len(records):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                records += [
                    Record(r.topic, r.partition, r.offset, r.key, r.value, tuple(r.headers), r.timestamp) for r in batch
                ]
        return records
    finally:
        await consumer.stop()


@pytest_asyncio.fixture
async def recorded(infrastructure: Any, audit_database: Any) -> AsyncIterator[list[Record]]:
    """Some records on the broker, all of them recorded, and a checkpoint."""
    producer = AIOKafkaProducer(bootstrap_servers=infrastructure.kafka_bootstrap)
    await producer.start()
    for number in range(20):
        value = json.dumps({"id": f"check-{number}", "source": "bank-a"}).encode()
        headers = [("signature", b"s"), ("signature", b"\xff"), ("empty", b"")]
        await producer.send_and_wait("loss-notices", value, key=b"k%d" % number, headers=headers)
    await producer.stop()
    records = await _on_the_broker(infrastructure.kafka_bootstrap)
    async with audit_database.pool.acquire() as connection:
        for first in range(0, len(records), 100):
            async with connection.transaction():
                await execute(connection, records[first : first + 100], 1, AT)
        async with connection.transaction():
            await checkpoint(connection, AT, SIGNER, ORIGIN)
    yield records


def _broken(report: CheckReport) -> set[str]:
    # Other tests' records on the shared broker may be half a story, so only these two are looked at here.
    return {result.name for result in report.results if not result.holds} & {"broker", "tree"}


async def test_a_sound_record_holds(infrastructure: Any, audit_database: Any, recorded: list[Record]) -> None:
    """Record, tree, checkpoint and signature agree with the broker."""
    bootstrap = infrastructure.kafka_bootstrap
    report = await check(audit_database.app_url, bootstrap, verifier_keys=[VERIFIER])
    assert _broken(report) == set(), as_text(report)
    assert f"{len(recorded)} records in" in report.results[0].detail


async def test_a_forged_checkpoint_is_named(infrastructure: Any, audit_database: Any, recorded: list[Record]) -> None:
    """A checkpoint that another key signed doesn't hold for an auditor who brings the right one."""
    other = str(verifier_key_of(ORIGIN, new_private_key()))
    bootstrap = infrastructure.kafka_bootstrap
    assert _broken(await check(audit_database.app_url, bootstrap, verifier_keys=[other])) == {"tree"}
    assert _broken(await check(audit_database.app_url, bootstrap)) == set()


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE records SET value = 'x' WHERE leaf_index = 3", {"broker", "tree"}),
        ("UPDATE records SET headers = '\\x0000000000000000' WHERE topic = 'loss-notices'", {"broker", "tree"}),
        ("DELETE FROM records WHERE leaf_index = 3", {"broker", "tree"}),
        ("DELETE FROM records WHERE leaf_index = (SELECT max(leaf_index) FROM records)", {"broker", "tree"}),
        (
            """
            INSERT INTO records SELECT size, 1, 'loss-notices', 0, 1000000, 0, NULL, 'x', '', sha256(''), now()
            FROM frontier
            """,
            {"broker", "tree"},
        ),
        ("UPDATE frontier SET nodes = array_fill(sha256('x'), ARRAY[cardinality(nodes)])", {"tree"}),
        ("UPDATE checkpoints SET note = replace(note, 'pool.example', 'pool.exampel')", {"tree"}),
        ("UPDATE checkpoints SET root = sha256('x')", {"tree"}),
    ],
)
async def test_damage_is_named(
    infrastructure: Any, audit_database: Any, recorded: list[Record], statement: str, broken: set[str]
) -> None:
    """Whoever gets past every lock of the database and changes the record is found out by the check."""
    owner = await asyncpg.connect(audit_database.owner_url)
    for table in ("records", "checkpoints", "frontier"):
        await owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    await owner.execute(statement)
    await owner.close()
    report = await check(audit_database.app_url, infrastructure.kafka_bootstrap, verifier_keys=[VERIFIER])
    assert _broken(report) == broken, as_text(report)
    assert not report.holds


async def test_a_record_that_is_behind_is_named(
    infrastructure: Any, audit_database: Any, recorded: list[Record]
) -> None:
    """What is on the broker and not recorded is seen, after the writer had its time to catch up."""
    bootstrap = infrastructure.kafka_bootstrap
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    await producer.send_and_wait("outcomes.bank-a", b"not recorded", key=b"k")
    await producer.stop()
    report = await check(audit_database.app_url, bootstrap, verifier_keys=[VERIFIER], patience_seconds=0.5)
    assert _broken(report) == {"broker"}, as_text(report)
