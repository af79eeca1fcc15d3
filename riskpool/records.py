"""``records``: what was held or quarantined, in an operator's hands."""

import asyncio
import getpass
import json as json_text
import sys
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from cyclopts import App, Parameter, validators
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from devstack.console import FILE_WIDTH, plain_console
from devstack.exit_status import OK
from devstack.supervisor import DevstackError, UsageError
from riskpool.output import Json, print_json
from riskpool.places import Bootstrap, BrokerPlace
from riskpool.service_places import ServicePlaces, service_database
from shared.messaging import records
from shared.messaging.cluster import BrokerGuard, read_cluster
from shared.messaging.database import Connection
from shared.messaging.identity import current_epoch
from shared.messaging.inbox import RESUBMITTED
from shared.messaging.message import Record
from shared.messaging.records import DecisionRefused, Kind, Waiting
from shared.messaging.replay import Publisher

app = App(
    name="records",
    help=(
        "List, read, give back or drop what a service has held or quarantined.\n\n"
        "Held: a record that failed, and the events behind it. Quarantine: what did not pass intake. "
        "docs/operations.md says what to do when."
    ),
)

SEND_TIMEOUT_S = 30.0
BATCH_BYTES_MAX = 1_000_000
HEX_BYTES_PER_LINE = 32

RecordName = Annotated[str, Parameter(name="RECORD", help="as `records list` names it: held/12 or quarantine/7")]
By = Annotated[str | None, Parameter(help="who decides, for the record; without it the operating system's user")]
NOWHERE = ServicePlaces()

T = TypeVar("T")


@app.command(name="list")
def list_(
    *,
    places: ServicePlaces = NOWHERE,
    kind: Annotated[Kind | None, Parameter(help="held or quarantine; both without it")] = None,
    limit: Annotated[int, Parameter(help="so many of each", validator=validators.Number(gte=1, lte=10_000))] = 100,
    json: Json = False,
) -> int:
    """List what waits, oldest first; never what is in it, which may be people's data.

    What needs a decision is marked with `!`. The rest goes on by itself: a message that waits for its key, an event
    that waits for an earlier one of its stream.
    """
    now = datetime.now(UTC)
    found = asyncio.run(_list(places, kind, limit))
    if json:
        rows = [{"service": service, **row} for service, waiting in found for row in records.as_rows(waiting, now)]
        print_json(rows)
        return OK
    if not any(waiting for _, waiting in found):
        sys.stdout.write("nothing waits\n")
        return OK
    console = plain_console()
    # A terminal breaks what is too long for it; a table that is made to fit would leave out what names the record.
    console.width = max(console.width, FILE_WIDTH)
    console.print(as_table(found, now))
    return OK


@app.command
def show(record: RecordName, /, *, places: ServicePlaces = NOWHERE, json: Json = False) -> int:
    """Show one record: why it waits, what was decided about it, its headers and its value.

    The value is shown as text if it is JSON, in hexadecimal otherwise. It may hold people's data.
    """
    kind, number = record_named(record)

    async def load(connection: Connection) -> Waiting:
        return await records.load_record(connection, kind, number)

    service, found = asyncio.run(_with_record(places, load))
    if json:
        print_json(described(service, found))
    else:
        sys.stdout.write(as_text(service, found))
    return OK


@app.command
def resubmit(
    record: RecordName,
    /,
    *,
    places: ServicePlaces = NOWHERE,
    bootstrap: Bootstrap = None,
    by: By = None,
    json: Json = False,
) -> int:
    """Have a record taken in again, byte for byte, after what was in its way has been mended.

    What is held, or an event of another service, is given back to this service alone, which takes it up by itself. A
    message from outside that did not pass intake is sent to its topic once more, with its own signature. If it fails
    again, it waits again.
    """
    kind, number = record_named(record)
    decider = by or getpass.getuser()

    async def give_back(connection: Connection) -> bool:
        async with AsyncExitStack() as exits, connection.transaction():
            sender = _Sender(connection, BrokerPlace(places.data, bootstrap), exits)
            return await records.resubmit(connection, kind, number, decider, datetime.now(UTC), sender.send)

    service, was_sent = asyncio.run(_with_record(places, give_back))
    if json:
        return _say_decided(service, record, RESUBMITTED, decider, sent=was_sent)
    how = "was sent to its topic again" if was_sent else f"was given back; {service} takes it up by itself"
    sys.stdout.write(f"{record} of {service} {how}\n")
    return OK


@app.command
def drop(
    record: RecordName,
    /,
    *,
    reason: Annotated[str, Parameter(help="why; it is recorded with your name")],
    places: ServicePlaces = NOWHERE,
    by: By = None,
    json: Json = False,
) -> int:
    """Give a record up for good. The events behind it go on without it, and nobody is told.

    An institution whose message is dropped gets no receipt for it: tell it. What is dropped stays readable with `show`.
    """
    kind, number = record_named(record)
    decider = by or getpass.getuser()

    async def give_up(connection: Connection) -> None:
        async with connection.transaction():
            await records.drop(connection, kind, number, reason, decider, datetime.now(UTC))

    service, _ = asyncio.run(_with_record(places, give_up))
    if json:
        return _say_decided(service, record, records.DROPPED, decider)
    sys.stdout.write(f"{record} of {service} was dropped by {decider}\n")
    return OK


def _say_decided(service: str, record: str, decision: str, by: str, **more: bool) -> int:
    said = {"service": service, "record": record, "decision": decision, "by": by, **more}
    sys.stdout.write(json_text.dumps(said, ensure_ascii=False) + "\n")
    return OK


def record_named(name: str) -> tuple[Kind, int]:
    """The kind and id in a record's name; raises UsageError if it is none."""
    kind, _, number = name.partition("/")
    if kind not in list(Kind) or not (number.isascii() and number.isdigit()):
        raise UsageError(f"{name} names no record; `riskpool records list` names them: held/12, quarantine/7")
    return Kind(kind), int(number)


async def _list(places: ServicePlaces, kind: Kind | None, limit: int) -> list[tuple[str, list[Waiting]]]:
    found: list[tuple[str, list[Waiting]]] = []
    for url in places.urls():
        async with service_database(url) as (service, connection):
            kinds = list(Kind) if kind is None else [kind]
            found.extend([(service, await records.list_waiting(connection, each, limit)) for each in kinds])
    return found


async def _with_record(places: ServicePlaces, work: Callable[[Connection], Coroutine[Any, Any, T]]) -> tuple[str, T]:
    """The service's name and what the work on its database came to."""
    async with service_database(places.url()) as (service, connection):
        try:
            return service, await work(connection)
        except DecisionRefused as error:
            raise DevstackError(str(error)) from None


class _Sender:
    """Sends records to the broker with which the service works, and to no other; it connects when it has to."""

    def __init__(self, connection: Connection, place: BrokerPlace, exits: AsyncExitStack) -> None:
        self._connection = connection
        self._place = place
        self._exits = exits

    async def send(self, record: Record) -> None:
        """Send a record as it was, to the partition on which it was."""
        bootstrap, idempotent = self._place.broker()
        current = await current_epoch(self._connection)
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                found = await read_cluster(bootstrap)
                if current is None or found.cluster_id != current[1]:
                    raise DevstackError(
                        f"the broker at {bootstrap} is not the one with which the service works; mend it"
                    )
                producer = AIOKafkaProducer(
                    bootstrap_servers=bootstrap,
                    acks="all",
                    enable_idempotence=idempotent,
                    max_batch_size=BATCH_BYTES_MAX,
                )
                BrokerGuard(found.cluster_id).guard(producer.client)
                self._exits.push_async_callback(producer.stop)
                await producer.start()
                published = (record.topic, record.partition, record.key, record.value, list(record.headers))
                await Publisher(producer).publish(published)
        except (KafkaError, OSError, TimeoutError) as error:
            raise DevstackError(
                f"the broker at {bootstrap} did not take the record ({type(error).__name__}); nothing was decided, try "
                "again"
            ) from None


def as_table(found: list[tuple[str, list[Waiting]]], now: datetime) -> Table:
    """What waits, for people."""
    table = Table(box=SIMPLE_HEAD)
    for column in ("", "service", "record", "reason", "age", "from", "where"):
        table.add_column(column, no_wrap=True)
    # As long as its sender likes to make it: only this column gives way, so that the others keep their width.
    table.add_column("why", overflow="fold")
    for service, waiting in found:
        for each in waiting:
            record = each.record
            table.add_row(
                "!" if each.needs_decision else "",
                service,
                f"{each.kind.value}/{each.id}",
                each.reason,
                age_text(now - each.since),
                Text(each.sender or "unknown"),
                # As a text it is not taken for markup.
                Text(f"{record.topic}[{record.partition}] {record.offset}"),
                Text(each.why),
            )
    return table


def age_text(age: timedelta) -> str:
    """An age as people read it: its largest unit."""
    seconds = int(age.total_seconds())
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def described(service: str, found: Waiting) -> dict[str, Any]:
    """One record for machines, with its value and headers."""
    (row,) = records.as_rows([found], datetime.now(UTC))
    text = readable(found.record.value)
    return {
        "service": service,
        **row,
        "is_over": found.is_over,
        "fate": found.fate,
        "decisions": [{**asdict(decision), "at": decision.at.isoformat()} for decision in found.decisions],
        "key": None if found.record.key is None else found.record.key.decode("utf-8", "backslashreplace"),
        "headers": [
            [readable_name(name), None if value is None else readable_header(value)]
            for name, value in found.record.headers
        ],
        "value_json" if text is not None else "value_hex": (
            json_text.loads(text) if text is not None else (found.record.value or b"").hex()
        ),
    }


def as_text(service: str, found: Waiting) -> str:
    """One record for people."""
    record = found.record
    name = f"{found.kind.value}/{found.id}"
    lines = [
        f"{name} of {service} {found.fate}",
        f"  reason     {found.reason}: {found.why}",
        f"  from       {found.sender or 'unknown: nothing vouches for a sender'}",
        f"  since      {found.since:%F %T} UTC",
        f"  where      {record.topic}[{record.partition}] offset {record.offset}, epoch {found.epoch}",
        f"  sha256     {found.sha256}",
    ]
    lines += [
        f"  {decision.decision:<10} {'' if decision.record == name else f'as {decision.record} '}"
        f"by {decision.by} at {decision.at:%F %T} UTC {decision.reason}".rstrip()
        for decision in found.decisions
    ]
    if record.key is not None:
        lines.append(f"  key        {record.key.decode('utf-8', 'backslashreplace')}")
    lines += [
        f"  header     {readable_name(name)}: {'(null)' if value is None else readable_header(value)}"
        for name, value in record.headers
    ]
    text = readable(record.value)
    if record.value is None:
        lines.append("  value      (null)")
    elif text is not None:
        lines += [f"  value      {len(record.value)} bytes, JSON:", text]
    else:
        lines.append(f"  value      {len(record.value)} bytes, hexadecimal:")
        raw = record.value
        lines += [f"    {raw[at : at + HEX_BYTES_PER_LINE].hex(' ')}" for at in range(0, len(raw), HEX_BYTES_PER_LINE)]
    return "\n".join(lines) + "\n"


def readable(value: bytes | None) -> str | None:
    """The value as indented JSON; None if it is none."""
    if value is None:
        return None
    try:
        return json_text.dumps(json_text.loads(value), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return None


def readable_name(name: str) -> str:
    """A header's name as text, with whatever its sender has put there escaped in the same way as in a value."""
    return readable_header(name.encode("utf-8", "surrogateescape"))


def readable_header(value: bytes) -> str:
    """A header's value as text; whatever is no text, or would move the cursor, is escaped."""
    text = value.decode("utf-8", "backslashreplace")
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
