"""The outside parties' end of Kafka: signed messages go out, receipts and events come back."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from devstack.supervisor import DevstackError
from shared.contracts.envelope import Command
from shared.contracts.topics import OUTCOMES_PARTITIONS, outcomes_topic
from shared.messaging.cluster import stop_consumer
from shared.messaging.encoding import sha256_hex
from simulator.party_messages import (
    Message,
    ObservedRecord,
    Sender,
    headers_to_send,
    observed_record,
    receipt_of,
    write_message,
)

ANSWER_TIMEOUT_S = 30.0
TOPICS_KNOWN_MAX_AGE_MS = 1_000
LISTENS_TO = r"^(outcomes\..+|(registry|claims|treasury|audit)\.events)$"


class PartyClient:
    """One connection for all outside parties of a demonstration; each of them signs with keys of its own.

    ``observed`` are all records read so far, in order of arrival.

    With ``only_outcomes_of`` it is one institution's own: it reads that institution's answers from now on, and nothing
    else, as the broker would allow it in production.
    """

    def __init__(self, bootstrap: str, *, idempotent: bool, only_outcomes_of: str | None = None) -> None:
        self._bootstrap = bootstrap
        self._only_outcomes_of = only_outcomes_of
        self._producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap, client_id="parties", acks="all", enable_idempotence=idempotent
        )
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap,
            client_id="parties",
            group_id=None,
            auto_offset_reset="earliest",
            metadata_max_age_ms=TOPICS_KNOWN_MAX_AGE_MS,
        )
        self.observed: list[ObservedRecord] = []
        self._news = asyncio.Condition()
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._producer.start()
            if self._only_outcomes_of is None:
                self._consumer.subscribe(pattern=LISTENS_TO)
            await self._consumer.start()
            if self._only_outcomes_of is not None:
                await self._go_to_the_end_of(outcomes_topic(self._only_outcomes_of))
        except BaseException:
            await self.__aexit__()
            raise
        self._listening = asyncio.create_task(self._listen(), name="listening")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        await stop_consumer(self._consumer)
        await self._producer.stop()

    async def _go_to_the_end_of(self, topic: str) -> None:
        # All topics are asked for, never one by name: Tansu creates what is asked for.
        if topic not in await self._consumer.topics():
            raise DevstackError(
                f"there is no topic {topic} on {self._bootstrap}: either the institution is unknown there, or its "
                "answer topic was not made yet (python -m devstack.topics --institution …)"
            )
        partitions = [TopicPartition(topic, number) for number in range(OUTCOMES_PARTITIONS)]
        self._consumer.assign(partitions)
        await self._consumer.seek_to_end(*partitions)
        # What comes from now on is observed: the end has been looked up before anything is sent.
        for partition in partitions:
            await self._consumer.position(partition)

    async def send(self, sender: Sender, command: Command, *, message_id: str | None = None) -> str:
        """Sign and send a command; returns its message id."""
        message_id, value = write_message(sender, command, message_id)
        await self.send_bytes(command.topic, value, sender.signer.sign(value))
        return message_id

    async def send_bytes(
        self, topic: str, value: bytes | None, signature: str | None, *, at: datetime | None = None
    ) -> None:
        """Send exactly these bytes, with this signature or none.

        ``at`` is the business time, for services that take it from the messages.
        """
        await self._producer.send_and_wait(topic, value, headers=headers_to_send(signature, at))

    async def ask(self, sender: Sender, command: Command) -> Message:
        """Sign and send a command, and wait for its receipt."""
        message_id = await self.send(sender, command)
        return await self.receipt(sender.institution, message_id)

    async def receipt(self, institution: str, message_id: str, *, since: int = 0) -> Message:
        """The data of the receipt for a message, on the institution's own outcomes topic, after ``since`` records."""
        what = f"the receipt for {message_id} on {outcomes_topic(institution)}"
        found = await self.receive(receipt_of(institution, message_id=message_id), what, since=since)
        data: Message = found.content["data"]
        return data

    async def answer(self, institution: str, value: bytes, *, timeout_s: float = ANSWER_TIMEOUT_S) -> Message:
        """The data of the receipt for exactly these bytes; raises DevstackError if it does not come."""
        wanted = receipt_of(institution, message_sha256=sha256_hex(value))
        found = await self.receive(wanted, f"the receipt on {outcomes_topic(institution)}", timeout_s=timeout_s)
        data: Message = found.content["data"]
        return data

    async def event(self, message_type: str, **data: Any) -> Message:
        """The first event of this type whose data has these values."""

        def wanted(observed: ObservedRecord) -> bool:
            found = observed.content.get("data", {})
            return observed.content.get("type") == message_type and all(found.get(k) == v for k, v in data.items())

        return (await self.receive(wanted, f"the event {message_type}")).content

    async def receive(
        self,
        wanted: Callable[[ObservedRecord], bool],
        what: str,
        *,
        since: int = 0,
        timeout_s: float = ANSWER_TIMEOUT_S,
    ) -> ObservedRecord:
        """Wait for the first record that is wanted, after ``since`` others; raises DevstackError if none comes."""
        found = await self.find(wanted, since=since, timeout_s=timeout_s)
        if found is None:
            raise DevstackError(
                f"{what} did not come within {timeout_s:.0f} s; look into the services' logs for the reason"
            )
        return found

    async def find(
        self, wanted: Callable[[ObservedRecord], bool], *, since: int = 0, timeout_s: float
    ) -> ObservedRecord | None:
        """The first record, after ``since`` others, that is wanted; None if none comes in time."""
        try:
            async with asyncio.timeout(timeout_s), self._news:
                while True:
                    found = next(filter(wanted, self.observed[since:]), None)
                    if found is not None:
                        return found
                    since = len(self.observed)
                    await self._news.wait()
        except TimeoutError:
            return None

    async def news(self, since: int, timeout_s: float) -> bool:
        """Wait until more than ``since`` records have been observed; False if none came in time."""
        try:
            async with asyncio.timeout(timeout_s), self._news:
                await self._news.wait_for(lambda: len(self.observed) > since)
        except TimeoutError:
            return False
        return True

    async def let_pass(self, seconds: float) -> None:
        """Give others so much time for what nothing observed tells."""
        await asyncio.sleep(seconds)

    async def _listen(self) -> None:
        while True:
            batches = await self._consumer.getmany(timeout_ms=1_000)
            for records in batches.values():
                for record in records:
                    observed = observed_record(record.topic, record.value, record.headers)
                    if observed is not None:
                        self.observed.append(observed)
            if batches:
                async with self._news:
                    self._news.notify_all()
