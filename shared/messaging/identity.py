"""Which broker each epoch belongs to: a service works with the one it knows, and with another only when told so.

A broker that was lost and built anew looks like the old one to every client: a surviving consumer goes on from the new
topic's start, and stored offsets point past records that were never read. So the ids of the cluster and of the pool's
topics are stored with their epoch, looked at before anything is read, at every connection (``cluster.BrokerGuard``),
and every few seconds.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from aiokafka.errors import KafkaError

from shared.contracts.topics import OUTCOMES_PREFIX, TOPICS
from shared.messaging.cluster import BrokerGuard, Cluster, read_cluster
from shared.messaging.database import Connection, Pool, is_transient
from shared.messaging.settings import MessagingSettings
from shared.messaging.telemetry import logger

# One transaction decides what an epoch belongs to, however many replicas start at the same time.
LOCK = 7_246_002
RETRY_SECONDS = 1.0

_POOL_TOPICS = frozenset(topic.name for topic in TOPICS)


class BrokerChanged(Exception):
    """The broker is not the one this epoch belongs to; the message says what to do."""


async def adopt_broker(pool: Pool, settings: MessagingSettings, at: datetime) -> BrokerGuard:
    """The guard of the broker, after making sure that it is the one of the configured epoch.

    A database that has seen no broker yet takes the first one for its epoch; a higher epoch takes a new broker. Waits
    for the broker to answer. Raises BrokerChanged for another broker under a known epoch, the same broker under a
    higher epoch, and an epoch that is over.
    """
    while True:
        try:
            found = await read_cluster(settings.kafka_bootstrap)
            break
        except (KafkaError, TimeoutError, OSError) as error:
            logger().warning("waiting for the broker", kafka=settings.kafka_bootstrap, error=str(error))
            await asyncio.sleep(RETRY_SECONDS)
    await _store_identity(pool, settings.epoch, found, at)
    return BrokerGuard(found.cluster_id)


async def watch_broker(pool: Pool, settings: MessagingSettings, guard: BrokerGuard) -> None:
    """Look at the broker's identity every few seconds; raises BrokerChanged as soon as it is another one.

    At once when the guard has met another one. A broker that does not answer is none: it may come back as the same. A
    database that is away is asked again.
    """
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(settings.identity_poll_seconds):
                await guard.changed.wait()
        try:
            found = guard.found or await read_cluster(settings.kafka_bootstrap)
            await _store_identity(pool, settings.epoch, found, datetime.now(UTC))
        except Exception as error:
            if not isinstance(error, KafkaError) and not is_transient(error):
                raise
            await asyncio.sleep(RETRY_SECONDS)


async def current_epoch(connection: Connection) -> tuple[int, str] | None:
    """The epoch that the service works in, and its broker's cluster id; None if it has seen no broker yet."""
    row = await connection.fetchrow("SELECT epoch, cluster_id FROM broker_epochs ORDER BY epoch DESC LIMIT 1")
    return None if row is None else (row["epoch"], row["cluster_id"])


async def epoch_of(connection: Connection, cluster_id: str) -> int | None:
    """The last epoch that belongs to this cluster; None if the service has never worked with it."""
    epoch: int | None = await connection.fetchval(
        "SELECT max(epoch) FROM broker_epochs WHERE cluster_id = $1", cluster_id
    )
    return epoch


async def _store_identity(pool: Pool, epoch: int, found: Cluster, at: datetime) -> None:
    """Store what is seen for the first time in this epoch; raises BrokerChanged unless it fits what was seen before."""
    topics = {name: topic_id for name, topic_id in found.topics.items() if is_of_the_pool(name)}
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        rows = await connection.fetch("SELECT epoch, cluster_id FROM broker_epochs")
        clusters = {row["epoch"]: row["cluster_id"] for row in rows}
        last = max(clusters, default=epoch)
        rows = await connection.fetch("SELECT topic, topic_id FROM broker_topics WHERE epoch = $1", last)
        made_anew = topics_made_anew({row["topic"]: row["topic_id"] for row in rows}, topics)
        fault = fault_of(epoch, found.cluster_id, clusters, made_anew)
        if fault is not None:
            raise BrokerChanged(fault)
        await connection.execute(
            "INSERT INTO broker_epochs (epoch, cluster_id, adopted_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            epoch,
            found.cluster_id,
            at,
        )
        await connection.execute(
            """
            INSERT INTO broker_topics (epoch, topic, topic_id)
            SELECT $1, topic, topic_id FROM unnest($2::text[], $3::uuid[]) AS given (topic, topic_id)
            ON CONFLICT DO NOTHING
            """,
            epoch,
            list(topics),
            list(topics.values()),
        )


def is_of_the_pool(topic: str) -> bool:
    """Whether the topic is one of ours; on a shared cluster others come and go as they like."""
    return topic in _POOL_TOPICS or topic.startswith(OUTCOMES_PREFIX)


def topics_made_anew(before: Mapping[str, UUID], found: Mapping[str, UUID]) -> list[str]:
    """The topics that have another id than before: they were deleted and made again. One that is away is none."""
    return sorted(topic for topic, topic_id in found.items() if before.get(topic, topic_id) != topic_id)


def fault_of(epoch: int, cluster_id: str, clusters: Mapping[int, str], made_anew: list[str]) -> str | None:
    """What keeps this epoch from this broker, for an operator at three in the morning; None if nothing does.

    ``clusters`` are the clusters by epoch, ``made_anew`` the pool's topics that are others than in the last one.
    """
    if not clusters:
        return None
    last = max(clusters)
    if epoch < last:
        return f"epoch {epoch} is over; the current one is {last}: set RISKPOOL_EPOCH={last}"
    is_the_same = cluster_id == clusters[last]
    if epoch > last:
        if is_the_same and not made_anew:
            return f"the broker {cluster_id} is still that of epoch {last}: set RISKPOOL_EPOCH={last}"
        return None
    if is_the_same:
        return _lost(f"topics were made anew: {', '.join(made_anew)}", epoch) if made_anew else None
    former = [number for number, its_cluster in clusters.items() if its_cluster == cluster_id]
    if former:
        return (
            f"the broker {cluster_id} is the old one of epoch {former[0]}, which is over; epoch {epoch} belongs to "
            f"{clusters[epoch]}: mend RISKPOOL_KAFKA_BOOTSTRAP, so that it is the address of that one"
        )
    return _lost(f"the broker is another one: epoch {epoch} belongs to {clusters[epoch]}, found {cluster_id}", epoch)


def _lost(what: str, epoch: int) -> str:
    return (
        f"{what}. Nothing more is read or published. If the broker was lost and built anew: stop all services, create "
        f"the topics, start all services with RISKPOOL_EPOCH={epoch + 1}, and publish again what they have received "
        "and published: riskpool replay. If the address is wrong, mend RISKPOOL_KAFKA_BOOTSTRAP. docs/operations.md "
        "has it step by step."
    )
