"""The transaction: a batch of records goes in, and everything that follows from it is stored at once or not at all.

Inbox, state, decision, state, outbox; then COMMIT. Offsets are committed by the consumer afterwards, never before. The
number of statements does not grow with the batch.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from opentelemetry.trace import Span

from shared.messaging import inbox, streams
from shared.messaging.answers import draft_of_fault, drafts_of
from shared.messaging.business_time import BusinessTime, named_business_time
from shared.messaging.database import Connection, Pool, failure, is_transient
from shared.messaging.failpoints import Failpoint, hit
from shared.messaging.inbox import Held
from shared.messaging.intake import (
    KeyUnknown,
    Opened,
    Quarantined,
    id_reused,
    never_registered,
    open_record,
    read_command,
    read_event,
)
from shared.messaging.keyring import Keys, load_keys, root_signing_keys
from shared.messaging.message import Incoming, Record
from shared.messaging.outbox import append, repeat_receipts
from shared.messaging.service_definition import DecisionService
from shared.messaging.settings import MessagingSettings
from shared.messaging.signatures import Signer
from shared.messaging.streams import Ordered
from shared.messaging.telemetry import Telemetry, logger, traceparent_of
from shared.messaging.telemetry_recording import BatchResult, Spans, record_outcomes

Clock = Callable[[], datetime]

# By then the relay has read what was stored and handed it to its producer.
RELAY_LEAD_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Intake:
    """A batch after intake. ``received_at`` is the clock's; each message has its own business time.

    ``epoch`` is that of the broker on which the records were: what was held outlives its broker.
    """

    commands: tuple[Incoming, ...]
    events: tuple[Incoming, ...]
    faults: tuple[Quarantined, ...]
    unknown_keys: tuple[KeyUnknown, ...]
    received_at: datetime
    epoch: int


ReadIntake = Callable[[Connection], Awaitable[Intake]]


@dataclass(eq=False)
class Transaction:
    """Processes batches for one service. ``committed`` is called after each COMMIT: there may be something to send."""

    service: DecisionService
    pool: Pool
    settings: MessagingSettings
    telemetry: Telemetry
    clock: Clock
    signer: Signer | None
    committed: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self._root_keys = root_signing_keys(self.settings.root_keys)

    async def process(self, records: Sequence[Record]) -> None:
        """Take a batch in, decide, store and commit. Raises what one of these raises; then none of it has happened."""
        began = time.monotonic()
        received_at = self.clock()
        # While BEGIN is on its way to the database, the records are opened.
        opening = asyncio.create_task(self._open(records))

        async def read_intake(connection: Connection) -> Intake:
            return await self._read_intake(connection, records, await opening, received_at, self.settings.epoch)

        await self._commit(read_intake)
        self.telemetry.batch_seconds.record(time.monotonic() - began, {"service": self.service.name})

    async def retry_held(self) -> int:
        """Try again what waits for a key, what an operator has given back, and events whose turn has come.

        Returns how many rows were looked at. What has waited too long for its key is quarantined. What fails for good
        is held as failed; it hurts nobody else. Raises what passes by itself (``database.TRANSIENT``).
        """
        waiting = await inbox.load_waiting(self.pool, self.settings.held_records_max)
        for epoch in sorted({row.epoch for row in waiting}):
            held = [row for row in waiting if row.epoch == epoch]
            try:
                await self._retry_rows(held, alone=False)
            except Exception as error:
                if is_transient(error):
                    raise
                logger().warning("held records failed; trying them one by one", error=str(error), records=len(held))
                for row in held:
                    await self._retry_alone(row)
        return len(waiting)

    async def _retry_rows(self, held: Sequence[Held], *, alone: bool) -> None:
        now = self.clock()
        # What waited for its key was taken in when it came, and is judged as of then.
        came_at = {id(row.record): row.held_at for row in held if row.kind == inbox.KEY_UNKNOWN}
        records = [row.record for row in held]
        opened = await self._open(records)
        intake = await self._read_intake(self.pool, records, opened, now, held[0].epoch, came_at)
        held, intake = await self._leave_unreadable(held, intake)
        still = {id(unknown.record): unknown for unknown in intake.unknown_keys}
        expired = [row for row in held if id(row.record) in still and self._has_expired(row, now)]
        released = [row.id for row in held if id(row.record) not in still or self._has_expired(row, now)]
        faults = (*intake.faults, *(self._expired_fault(still[id(row.record)]) for row in expired))
        intake = replace(intake, faults=faults, unknown_keys=())
        await self._commit(intake, alone=alone, released=released)

    async def _leave_unreadable(self, held: Sequence[Held], intake: Intake) -> tuple[Sequence[Held], Intake]:
        """Leave out events that an operator has given back and that still can't be read; they wait for one again."""
        given_back = {
            id(row.record): row
            for row in held
            if row.kind == inbox.RESUBMITTED and row.record.topic not in self.service.commands
        }
        unreadable = [fault for fault in intake.faults if id(fault.record) in given_back]
        for fault in unreadable:
            row = given_back.pop(id(fault.record))
            await inbox.mark_failed(self.pool, row.id, f"{fault.code}: {fault.why}")
        left_out = {id(fault.record) for fault in unreadable}
        faults = tuple(fault for fault in intake.faults if id(fault.record) not in left_out)
        return [row for row in held if id(row.record) not in left_out], replace(intake, faults=faults)

    async def _retry_alone(self, row: Held) -> None:
        try:
            await self._retry_rows([row], alone=True)
        except Exception as error:
            if is_transient(error):
                raise
            logger().error("a held record's handling failed for good", held=row.id, error=str(error), exc_info=True)
            await inbox.mark_failed(self.pool, row.id, failure(error))
            self.telemetry.quarantined.add(1, {"kind": "failed"})

    async def hold_failed(self, record: Record, why: str) -> None:
        """Hold a record whose handling fails for good: its stream waits, all others go on.

        Raises what passes by itself, and what the database raises where the record can't be held either.
        """
        now = self.clock()
        intake = await self._read_intake(self.pool, [record], await self._open([record]), now, self.settings.epoch)
        try:
            # It may have failed only because of what waited behind it, and would have been retried with it.
            await self._commit(intake, alone=True)
        except Exception as error:
            if is_transient(error):
                raise
        else:
            return
        messages = (*intake.commands, *intake.events)
        async with self.pool.acquire() as connection, connection.transaction():
            await inbox.hold(
                connection,
                "failed",
                [(record, why, messages[0] if messages else None)],
                self.settings.epoch,
                now,
            )
        self.telemetry.quarantined.add(1, {"kind": "failed"})

    async def _open(self, records: Sequence[Record]) -> dict[int, Opened]:
        """The records from outside, opened, by the record in memory."""
        return {
            id(record): open_record(record, self.settings.value_bytes_max)
            for record in records
            if record.topic in self.service.commands
        }

    async def _read_intake(
        self,
        connection: Connection | Pool,
        records: Sequence[Record],
        opened: Mapping[int, Opened],
        received_at: datetime,
        epoch: int,
        came_at: Mapping[int, datetime] = MappingProxyType({}),
    ) -> Intake:
        """The batch after intake. ``came_at`` says of records in memory that they were taken in before."""
        commands: list[Incoming] = []
        events: list[Incoming] = []
        faults: list[Quarantined] = []
        unknown: list[KeyUnknown] = []
        models = self.service.commands
        records = await inbox.leave_out_refused(connection, records)
        keys = await self._keys(connection, {found.key_id for found in opened.values() if found.key_id is not None})
        for record in records:
            result: Incoming | Quarantined | KeyUnknown
            if record.topic in models:
                at = self._business_time(record, came_at.get(id(record), received_at))
                result = read_command(opened[id(record)], keys, models[record.topic], at)
            else:
                result = self._read_event(record, received_at)
            if isinstance(result, Quarantined):
                faults.append(result)
            elif isinstance(result, KeyUnknown):
                unknown.append(result)
            elif result.seq is None:
                commands.append(result)
            else:
                events.append(result)
        again = await inbox.read_again(connection, faults, opened, keys, models)
        left = tuple(fault for fault in faults if id(fault) not in again)
        return Intake((*commands, *again.values()), tuple(events), left, tuple(unknown), received_at, epoch)

    def _business_time(self, record: Record, now: datetime) -> datetime:
        """When a record from outside counts as taken in."""
        if self.settings.business_time is BusinessTime.CLOCK:
            return now
        return named_business_time(record) or now

    def _read_event(self, record: Record, now: datetime) -> Incoming | Quarantined:
        at = now if self.settings.business_time is BusinessTime.CLOCK else None
        return read_event(record, self.service.events, at, self.settings.event_bytes_max)

    async def _keys(self, connection: Connection | Pool, key_ids: set[str]) -> Keys:
        return {**self._root_keys, **await load_keys(connection, key_ids)}

    async def _commit(self, batch: Intake | ReadIntake, *, alone: bool = False, released: Sequence[int] = ()) -> None:
        """One transaction for all that follows from the batch, which may still have its intake before it.

        ``alone``: held events that the batch gives their turn go on waiting. ``released`` are held rows that are done.
        """
        spans: Spans = {}
        try:
            async with self.pool.acquire() as connection, connection.transaction():
                intake = batch if isinstance(batch, Intake) else await batch(connection)
                spans.update(self._start_spans((*intake.commands, *intake.events)))
                result = await self._decide_and_store(connection, intake, spans, alone=alone)
                await inbox.release(connection, released, intake.received_at)
                hit(Failpoint.BEFORE_COMMIT)
            hit(Failpoint.AFTER_COMMIT)
            self.committed()
            # The relay goes first: what was decided is waited for, the metrics are not.
            await asyncio.sleep(RELAY_LEAD_SECONDS)
            record_outcomes(self.telemetry, result, spans)
        finally:
            for _, span in spans.values():
                span.end()

    async def _decide_and_store(
        self, connection: Connection, intake: Intake, spans: Spans, *, alone: bool
    ) -> BatchResult:
        """Everything that happens between BEGIN and COMMIT; spans of events that waited are added to ``spans``."""
        epoch, now = intake.epoch, intake.received_at
        arrived = await inbox.sort_commands(connection, intake.commands, epoch)
        cursors = await streams.lock_cursors(connection, intake.events)
        ordered = await self._order(connection, intake, cursors, alone=alone)
        spans.update(self._start_spans([message for message in ordered.ready if id(message) not in spans]))
        todo = [
            replace(message, traceparent=traceparent_of(spans[id(message)][1]))
            for message in (*arrived.fresh, *ordered.ready)
        ]
        decided = await self.service.execute(connection, todo) if todo else ()
        assert len(decided) == len(todo), "a message was left without a decision"
        receipt = self.service.receipt
        drafts = [draft for decision in decided for draft in drafts_of(decision, receipt, now)]
        faults = (*intake.faults, *(id_reused(message) for message in arrived.conflicts))
        new = await inbox.quarantine(connection, faults, epoch, now)
        drafts.extend(
            draft_of_fault(fault, receipt, now, epoch)
            for fault in faults
            if fault.sender is not None
            and (epoch, fault.record.topic, fault.record.partition, fault.record.offset) in new
        )
        await append(connection, self.service.name, drafts, self.service.events, self.signer)
        await repeat_receipts(connection, [message.cause for message in arrived.repeats])
        await streams.store_progress(connection, ordered, cursors, epoch, now)
        await inbox.hold_unknown_keys(connection, intake.unknown_keys, epoch, now)
        return BatchResult(decided, faults, ordered, intake.unknown_keys)

    async def _order(
        self, connection: Connection, intake: Intake, cursors: dict[streams.Stream, int], *, alone: bool
    ) -> Ordered:
        given = {(streams.stream_of(message), message.seq) for message in intake.events}
        held: list[tuple[int, Incoming]] = []
        for row in await streams.load_held(connection, list(cursors), self.settings.held_records_max):
            message = self._read_event(row.record, intake.received_at)
            assert isinstance(message, Incoming), "a held event passed intake once"
            if not alone or (streams.stream_of(message), message.seq) in given:
                held.append((row.id, message))
        return streams.order(intake.events, held, cursors)

    def _start_span(self, message: Incoming) -> Span:
        return self.telemetry.start(
            f"{self.service.name} {message.type}",
            message.record,
            {
                "message_id": message.received.message_id,
                "message_type": message.type,
                "sender": message.received.sender,
                "pool_id": str(message.received.pool_id),
            },
        )

    def _start_spans(self, messages: Sequence[Incoming]) -> Spans:
        return {id(message): (message, self._start_span(message)) for message in messages}

    def _has_expired(self, row: Held, now: datetime) -> bool:
        return (now - row.held_at).total_seconds() > self.settings.key_wait_seconds_max

    def _expired_fault(self, unknown: KeyUnknown) -> Quarantined:
        opened = open_record(unknown.record, self.settings.value_bytes_max)
        return never_registered(opened, unknown.elsewhere, self.settings.key_wait_seconds_max)
