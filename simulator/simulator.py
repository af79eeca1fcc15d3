"""The whole pool in memory: registry, claims and treasury with their real intake, decisions and bytes, and a bank.

Nothing waits and nothing is stored: what a message brings about has happened when it has been sent. Time comes with the
messages, ids and keys from whoever sends them, so that the same messages always bring about the same bytes.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from services.claims.app import SERVICE as CLAIMS
from services.registry.app import service as registry
from services.registry.reference import reference_data
from services.treasury.app import SERVICE as TREASURY
from shared.contracts.envelope import Command
from shared.contracts.topics import OUTCOMES_PREFIX, TREASURY_COMMANDS, outcomes_topic
from shared.messaging.keyring import root_signing_keys
from shared.messaging.message import Record
from simulator import bank
from simulator.cores import ClaimsCore, RegistryCore, TreasuryCore
from simulator.parties import SUPERVISING_BANK, SYSTEM, Cast
from simulator.party_messages import (
    Message,
    ObservedRecord,
    Sender,
    headers_to_send,
    observed_record,
    receipt_of,
    write_message,
)
from simulator.service import Publication, SimulatedService

# The districts that the repository has profiles of.
DISTRICTS = Path(__file__).parents[1] / "districts"
REGISTRY = registry(reference_data(DISTRICTS))
EVENT_TOPICS = frozenset(topic for service in (REGISTRY, CLAIMS, TREASURY) for topic in service.observes)


class Simulator:
    """The topics, who reads them, and all that has been said on them, in order.

    ``cast`` are the parties, whose root key counts in their pool and in ``more_pools``; ``observed`` are the
    records that came back to them, in order. In the pools ``by_hand`` the supervising bank answers nothing by itself.
    """

    def __init__(self, cast: Cast, more_pools: Iterable[UUID] = (), by_hand: Collection[UUID] = ()) -> None:
        root_keys = root_signing_keys(cast.root_keys(more_pools))
        treasury_signer = cast.signer("treasury", SYSTEM)
        self.registry = RegistryCore(reference_data(DISTRICTS))
        self.claims, self.treasury = ClaimsCore(), TreasuryCore()
        self.records: list[Record] = []
        self._services = (
            SimulatedService(REGISTRY, self.registry, root_keys, None),
            SimulatedService(CLAIMS, self.claims, root_keys, None),
            SimulatedService(TREASURY, self.treasury, root_keys, treasury_signer),
        )
        self._treasury_key = treasury_signer.public_key
        self._bank_signer = cast.signer(SUPERVISING_BANK, SYSTEM)
        self._by_hand = by_hand
        self._offsets: dict[str, int] = {}
        self._to_read: deque[Record] = deque()
        self.observed: list[ObservedRecord] = []
        self._now: datetime | None = None
        self._clock_seconds = 0.0

    # For whoever plays without waiting

    def say(self, sender: Sender, command: Command, at: datetime, message_id: str | None = None) -> Message | None:
        """Sign and send a command at a business time; returns its receipt, or None if it is not answered."""
        message_id, value = write_message(sender, command, message_id, at)
        before = len(self.observed)
        self.send(command.topic, value, sender.signer.sign(value), at)
        found = self._first(receipt_of(sender.institution, message_id=message_id), before)
        return None if found is None else found.content["data"]

    def send(self, topic: str, value: bytes | None, signature: str | None, at: datetime | None = None) -> None:
        """Send exactly these bytes, and have all that follows happen.

        ``at`` is when they are taken in, by business time; without it that is when the message before was.
        """
        self._now = at or self._now
        assert self._now is not None, "the first message says what time it is"
        self._append(topic, None, value, tuple(headers_to_send(signature, at)))
        self._run()

    # What the scenario player asks of Kafka's client, too

    async def send_bytes(
        self, topic: str, value: bytes | None, signature: str | None, *, at: datetime | None = None
    ) -> None:
        """Send exactly these bytes, with this signature or none."""
        self.send(topic, value, signature, at)

    async def find(
        self, wanted: Callable[[ObservedRecord], bool], *, since: int = 0, timeout_s: float
    ) -> ObservedRecord | None:
        """The first record, after ``since`` others, that is wanted; None if none comes in time."""
        found = self._first(wanted, since)
        if found is None:
            await self.let_pass(timeout_s)
            found = self._first(wanted, since)
        return found

    def _first(self, wanted: Callable[[ObservedRecord], bool], since: int) -> ObservedRecord | None:
        return next((record for record in self.observed[since:] if wanted(record)), None)

    async def news(self, since: int, timeout_s: float) -> bool:
        """Whether more than ``since`` records have been observed, at the latest after ``timeout_s``."""
        if len(self.observed) <= since:
            await self.let_pass(timeout_s)
        return len(self.observed) > since

    async def let_pass(self, seconds: float) -> None:
        """Let the clock go on, which costs no time: by it a message waits for its key, and by nothing else."""
        self._clock_seconds += seconds
        for service in self._services:
            self._publish(service.expire(self._clock_seconds))
        self._run()

    # Topics

    def _run(self) -> None:
        """Let everybody read until nobody has anything left to say."""
        while self._to_read:
            record = self._to_read.popleft()
            assert self._now is not None
            for service in self._services:
                if service.observes(record.topic):
                    self._publish(service.take(record, self._now, self._clock_seconds))
            if record.topic == outcomes_topic(SUPERVISING_BANK):
                self._let_bank_answer(record)

    def _let_bank_answer(self, record: Record) -> None:
        said = bank.answer(record, self._treasury_key, self._bank_signer, self._by_hand)
        if said is not None:
            headers = headers_to_send(self._bank_signer.sign(said.value), said.at)
            self._append(TREASURY_COMMANDS, None, said.value, tuple(headers))

    def _publish(self, publications: Iterable[Publication]) -> None:
        for each in publications:
            self._append(each.topic, each.key, each.value, each.headers)

    def _append(
        self, topic: str, key: bytes | None, value: bytes | None, headers: tuple[tuple[str, bytes], ...]
    ) -> None:
        offset = self._offsets[topic] = self._offsets.get(topic, -1) + 1
        at = self._now
        assert at is not None
        record = Record(topic, 0, offset, key, value, headers, int(at.timestamp() * 1_000))
        self.records.append(record)
        self._to_read.append(record)
        if topic in EVENT_TOPICS or topic.startswith(OUTCOMES_PREFIX):
            observed = observed_record(topic, value, headers)
            assert observed is not None, "what a service writes can be read"
            self.observed.append(observed)
