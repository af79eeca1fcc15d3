"""Which broker this is: a service works with the one it knows, and with another one only when told the new epoch.

A broker that was lost and built anew looks like the old one to every client: a surviving consumer goes on from the new
topic's start, and stored offsets point past records that were never read. So the cluster's id is stored with its epoch,
looked at before anything is read, and looked at again every few seconds.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.messaging.database import Connection, Pool
from shared.messaging.settings import MessagingSettings
from shared.messaging.telemetry import logger

# One transaction decides what an epoch belongs to, however many replicas start at the same time.
LOCK = 7_246_002
REQUEST_TIMEOUT_MS = 5_000
START_WAIT_SECONDS = 1.0


class BrokerChanged(Exception):
    """The broker is not the one this epoch belongs to; the message says what to do."""


async def adopt_broker(pool: Pool, settings: MessagingSettings, at: datetime) -> str:
    """The broker's cluster id, after making sure that it is the one of the configured epoch.

    A database that has seen no broker yet takes the first one for its epoch; a higher epoch takes a new broker. Waits
    for the broker to answer. Raises BrokerChanged for another broker under a known epoch, a known broker under another
    epoch, and an epoch that is over.
    """
    while True:
        try:
            cluster_id = await cluster_id_of(settings.kafka_bootstrap)
            break
        except (KafkaError, TimeoutError, OSError) as error:
            logger().warning("waiting for the broker", kafka=settings.kafka_bootstrap, error=str(error))
            await asyncio.sleep(START_WAIT_SECONDS)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        await _check(connection, settings.epoch, cluster_id)
        await connection.execute(
            "INSERT INTO broker_epochs (epoch, cluster_id, adopted_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            settings.epoch,
            cluster_id,
            at,
        )
    return cluster_id


async def _check(connection: Connection, epoch: int, cluster_id: str) -> None:
    """Raise BrokerChanged unless this cluster may be, or is, the one of the epoch."""
    rows = await connection.fetch("SELECT epoch, cluster_id FROM broker_epochs ORDER BY epoch")
    known = {row["epoch"]: row["cluster_id"] for row in rows}
    if not known or known.get(epoch) == cluster_id:
        if known and epoch != max(known):
            raise BrokerChanged(f"epoch {epoch} is over; the current one is {max(known)}: set RISKPOOL_EPOCH to that")
        return
    if cluster_id in known.values():
        (its_epoch,) = [number for number, its_cluster in known.items() if its_cluster == cluster_id]
        raise BrokerChanged(f"the broker {cluster_id} belongs to epoch {its_epoch}: set RISKPOOL_EPOCH={its_epoch}")
    if epoch <= max(known):
        raise BrokerChanged(changed_text(epoch, known.get(epoch, "another one"), cluster_id, max(known) + 1))


async def watch_broker(settings: MessagingSettings, cluster_id: str) -> None:
    """Look at the broker's identity every few seconds; raises BrokerChanged as soon as it is another one.

    A broker that does not answer is none: it may come back as the same.
    """
    while True:
        async with _admin(settings.kafka_bootstrap) as admin:
            while admin is not None:
                try:
                    found = (await admin.describe_cluster())["cluster_id"]
                except (KafkaError, TimeoutError, OSError):
                    break
                if found != cluster_id:
                    raise BrokerChanged(changed_text(settings.epoch, cluster_id, found, settings.epoch + 1))
                await asyncio.sleep(settings.identity_poll_seconds)
        await asyncio.sleep(settings.identity_poll_seconds)


async def cluster_id_of(bootstrap: str) -> str:
    """The cluster's id; raises what aiokafka raises if the broker does not answer."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=REQUEST_TIMEOUT_MS)
    try:
        await admin.start()
        found: str = (await admin.describe_cluster())["cluster_id"]
        return found
    finally:
        await admin.close()


def changed_text(epoch: int, expected: str, found: str, epoch_next: int) -> str:
    """What an operator has to know and do, at three in the morning."""
    return (
        f"the broker is another one: epoch {epoch} belongs to {expected}, found {found}. Nothing more is read or "
        f"published. If the broker was lost and built anew: stop all services, create the topics, start all services "
        f"with RISKPOOL_EPOCH={epoch_next}, and publish what they have said and heard again: riskpool replay. If the "
        "address is wrong, mend RISKPOOL_KAFKA_BOOTSTRAP."
    )


@contextlib.asynccontextmanager
async def _admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient | None]:
    """An admin client, or None while the broker can't be reached."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=REQUEST_TIMEOUT_MS)
    try:
        await admin.start()
    except (KafkaError, TimeoutError, OSError):
        yield None
    else:
        yield admin
    finally:
        with contextlib.suppress(KafkaError, OSError, TimeoutError):
            await admin.close()
