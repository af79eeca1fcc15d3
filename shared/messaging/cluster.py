"""Who the broker is: its cluster's id and its topics' ids, and a guard that lets no connection to another one be used.

A broker that was lost and built anew at the same address looks like the old one to every client: a surviving consumer
goes on as if nothing had happened. No connection outlives its broker, so each new one is asked before it is used.
"""

import asyncio
import contextlib
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, ClassVar
from uuid import UUID
from weakref import WeakSet

from aiokafka import AIOKafkaConsumer
from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import IncompatibleBrokerVersion, KafkaError
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.metadata import MetadataRequest
from aiokafka.protocol.types import Boolean, CompactArray, CompactString, Int16, Int32, Schema, TaggedFields

REQUEST_TIMEOUT_MS = 5_000
START_PATIENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """A broker's identity. ``topics`` are the topics' ids by name; empty where the broker gives them none."""

    cluster_id: str
    topics: Mapping[str, UUID]


class BrokerGuard:
    """Knows which cluster this is to be, and closes every connection that leads to another one.

    ``changed`` is set when it has met another one, which is then in ``found``.
    """

    def __init__(self, cluster_id: str) -> None:
        self.cluster_id = cluster_id
        self.changed = asyncio.Event()
        self.found: Cluster | None = None
        self._known: WeakSet[AIOKafkaConnection] = WeakSet()

    def guard(self, client: AIOKafkaClient) -> None:
        """Have each new connection of this client asked before its first request; to be called before it starts."""
        connect = client._get_conn  # noqa: SLF001  # every request but the first look at the cluster goes through it

        async def connect_to_the_same(
            node_id: Any, *, group: Any = ConnectionGroup.DEFAULT, no_hint: bool = False
        ) -> AIOKafkaConnection | None:
            connection = await connect(node_id, group=group, no_hint=no_hint)
            if connection is None or connection in self._known or await self._is_the_same(connection):
                return connection
            return None

        client._get_conn = connect_to_the_same  # noqa: SLF001  # as above

    async def _is_the_same(self, connection: AIOKafkaConnection) -> bool:
        try:
            found = (await connection.send(MetadataRequest([]))).cluster_id
        except (KafkaError, TimeoutError, OSError):
            connection.close(reason=CloseReason.CONNECTION_BROKEN)
            return False
        if found == self.cluster_id:
            self._known.add(connection)
            return True
        self.found = Cluster(found, {})
        self.changed.set()
        connection.close(reason=CloseReason.SHUTDOWN)
        return False


async def start_to_end(start: Coroutine[Any, Any, None]) -> None:
    """Run a client's start to its end, also if we are told to stop meanwhile. Raises what the start raises.

    Where it is cancelled, aiokafka forgets the connection over which it was just asking, and leaves it open.
    """
    starting = asyncio.ensure_future(start)
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        with contextlib.suppress(KafkaError, OSError, TimeoutError):
            async with asyncio.timeout(START_PATIENCE_SECONDS):
                await starting
        raise


async def stop_consumer(consumer: AIOKafkaConsumer) -> None:
    """Stop a consumer that may have a fetch in wait to try again; see ``stop_to_end``."""
    await stop_to_end(consumer.stop(), consumer._client)  # noqa: SLF001  # as below


async def stop_to_end(stop: Coroutine[Any, Any, None], client: AIOKafkaClient) -> None:
    """Run a consumer's stop to its end. Raises what the stop raises, and CancelledError only if we are cancelled.

    Where a fetch has failed or timed out and waits to be tried again, aiokafka 0.14 lets the cancellation of that wait
    out of stop(), as if whoever stops had been cancelled, and leaves the ``client``'s connections open.
    """
    try:
        await stop
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        await client.close()  # nothing public closes what stop() has left open


async def read_cluster(bootstrap: str) -> Cluster:
    """Ask the broker who it is; raises what aiokafka raises, or OSError, if it does not answer."""
    client = AIOKafkaClient(bootstrap_servers=bootstrap, request_timeout_ms=REQUEST_TIMEOUT_MS)
    try:
        await start_to_end(client.bootstrap())
        node = client.get_random_node()
        if node is None:
            # Seen on a broker that is just starting: it answers, and does not count itself in yet.
            raise KafkaError("the cluster has no broker yet")
        try:
            found = await client.send(node, _TopicIdsRequest())
        except (IncompatibleBrokerVersion, NotImplementedError):
            return Cluster((await client.send(node, MetadataRequest([]))).cluster_id, {})
        return Cluster(
            found.cluster_id,
            {name: topic_id for error, name, topic_id, *_ in found.topics if not error and topic_id.int},
        )
    finally:
        await client.close()


class _TopicId:
    """Kafka's UUID: sixteen bytes, all zero for none."""

    @classmethod
    def encode(cls, value: UUID) -> bytes:
        return value.bytes

    @classmethod
    def decode(cls, data: BytesIO) -> UUID:
        return UUID(bytes=data.read(16))

    @classmethod
    def repr(cls, value: UUID) -> str:
        return str(value)


# Version 12 of the metadata request, which aiokafka 0.14 does not speak: since then topics have ids.
class _TopicIdsResponse(Response):  # type: ignore[misc]  # aiokafka ships no types for it
    API_KEY = 3
    API_VERSION = 12
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32),
                ("host", CompactString("utf-8")),
                ("port", Int32),
                ("rack", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_id", CompactString("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("name", CompactString("utf-8")),
                ("topic_id", _TopicId),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)),
                        ("isr", CompactArray(Int32)),
                        ("offline_replicas", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("authorized_operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _TopicIdsRequestStruct(RequestStruct):  # type: ignore[misc]  # as above
    FLEXIBLE_VERSION: ClassVar[bool] = True
    API_KEY = 3
    API_VERSION = 12
    RESPONSE_TYPE = _TopicIdsResponse
    SCHEMA = Schema(
        (
            "topics",
            CompactArray(("topic_id", _TopicId), ("name", CompactString("utf-8")), ("tags", TaggedFields)),
        ),
        ("allow_auto_topic_creation", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class _TopicIdsRequest(Request[_TopicIdsRequestStruct]):  # type: ignore[misc]  # as above
    API_KEY = 3

    def build(self, request_struct_class: Any) -> Any:
        # No list of topics at all means all of them.
        return request_struct_class(None, False, False, {})  # noqa: FBT003  # the wire format's own order
