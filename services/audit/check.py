"""``python -m services.audit.check``: the check of the audit record, which reads and changes nothing.

Four checks: the record is what the broker holds, byte for byte; the Merkle root computed again from the recorded bytes
is the stored and the signed one; no stream has a gap; whatever took effect has exactly one receipt. Exit status 0 only
if all hold, 1 if one doesn't. Run it when the record has caught up: an answer that is still on its way to the record is
a missing one.

The first check is about the broker that is asked and its epoch. The records of lost brokers can't be compared with
anything any more; the other three checks are about all epochs together, in which a replayed record is a repeat.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from services.audit.domain.proof import (
    AnswerReplay,
    CheckReport,
    CheckResult,
    Problems,
    StreamReplay,
    TreeReplay,
    compare,
    content_of,
)
from services.audit.domain.rules.article_19_record_proof import is_audited, is_complete, is_root_of
from services.audit.execute import leaf_of
from services.audit.note import (
    Checkpoint,
    NoteInvalid,
    VerifierKey,
    read_checkpoint,
    read_verifier_key,
    verified_text,
)
from services.audit.repository import (
    StoredCheckpoint,
    load_audited_ends,
    load_checkpoints,
    load_frontier,
    load_last_epoch,
    load_page,
    load_span,
)
from shared.messaging.batches import read_any_header_name
from shared.messaging.cluster import stop_consumer
from shared.messaging.database import Connection
from shared.messaging.identity import epoch_of
from shared.messaging.message import Record

PAGE_ROWS_MAX = 1_000
FETCH_RECORDS_MAX = 1_000
FETCH_WAIT_MS = 1_000
# A broker that gives nothing for so long is taken for one that won't.
SILENCE_SECONDS_MAX = 30.0
CATCH_UP_POLL_SECONDS = 0.2

# Topic and partition; aiokafka's TopicPartition is such a tuple.
Offsets: TypeAlias = Mapping[tuple[str, int], int]


@dataclass(frozen=True, slots=True)
class Broker:
    """The broker: one client reads its records, the other knows its topics."""

    consumer: AIOKafkaConsumer
    admin: AIOKafkaAdminClient


async def check(
    database_url: str,
    bootstrap: str,
    *,
    epoch: int | None = None,
    verifier_keys: Sequence[str] = (),
    patience_seconds: float = 0.0,
) -> CheckReport:
    """Run all checks on one snapshot of the record.

    ``epoch`` is that of the broker asked, by default the one in which the service works with it. ``verifier_keys`` are
    those that may have signed checkpoints; without any, each checkpoint's own is taken, which shows damage but no
    forgery. The writer is given ``patience_seconds`` to catch up with the broker. Raises what the database's and the
    broker's clients raise.
    """
    trusted = [read_verifier_key(text) for text in verifier_keys]
    read_any_header_name()
    connection = await asyncpg.connect(database_url)
    broker = Broker(
        AIOKafkaConsumer(
            bootstrap_servers=bootstrap, enable_auto_commit=False, isolation_level="read_committed", group_id=None
        ),
        AIOKafkaAdminClient(bootstrap_servers=bootstrap),
    )
    try:
        await broker.consumer.start()
        await broker.admin.start()
        if epoch is None:
            epoch = await _epoch_of(connection, broker)
        ends = await _wait_for_writer(connection, broker, epoch, patience_seconds)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            same = await _check_broker(connection, broker, epoch, ends)
            checkpoints = await load_checkpoints(connection)
            tree, streams, answers = await _replay(connection, {stored.size for stored in checkpoints})
            frontier = await load_frontier(connection)
    finally:
        await broker.admin.close()
        await stop_consumer(broker.consumer)
        await connection.close()
    if frontier.size != tree.frontier.size or not is_root_of(tree.frontier.root, frontier.root):
        tree.problems.add(f"the stored frontier of {frontier.size} leaves is not that of the recorded bytes")
    for stored in checkpoints:
        _check_checkpoint(stored, tree.roots.get(stored.size), trusted, tree.problems)
    return CheckReport(
        results=(
            same,
            tree.problems.result("tree", f"{tree.frontier.size} leaves, {len(checkpoints)} checkpoints"),
            streams.problems.result(
                "streams",
                f"{streams.events} events in {streams.streams} streams, {streams.repeats} of them repeats",
            ),
            answers.result("answers"),
        ),
        notes=tuple(_notes(epoch, tree.epochs, answers, checkpoints, trusted)),
    )


async def _epoch_of(connection: Connection, broker: Broker) -> int:
    """The epoch of the broker asked; for a record that was not made by the running service, the last one in it."""
    cluster_id = (await broker.admin.describe_cluster())["cluster_id"]
    return await epoch_of(connection, cluster_id) or await load_last_epoch(connection) or 0


async def _wait_for_writer(connection: Connection, broker: Broker, epoch: int, patience_seconds: float) -> Offsets:
    """The ends of the broker's partitions, once the record has come as far, or ``patience_seconds`` are over."""
    last = time.monotonic() + patience_seconds
    while True:
        ends = await _ends_now(broker)
        audited = await load_audited_ends(connection, epoch)
        if time.monotonic() >= last or all(audited.get(place, 0) >= end for place, end in ends.items()):
            return ends
        await asyncio.sleep(CATCH_UP_POLL_SECONDS)


async def _ends_now(broker: Broker) -> Offsets:
    """The ends of all partitions of all topics that are to be recorded."""
    # The consumer itself knows the partitions only of what it reads.
    places = sorted(
        TopicPartition(topic["topic"], partition["partition"])
        for topic in await broker.admin.describe_topics()
        if is_audited(topic["topic"])
        for partition in topic["partitions"]
    )
    found: Offsets = await broker.consumer.end_offsets(places) if places else {}
    return found


async def _check_broker(connection: Connection, broker: Broker, epoch: int, ends: Offsets) -> CheckResult:
    """Compare the record with the broker, partition by partition, from the first offset that the broker still has."""
    problems = Problems()
    places = [TopicPartition(*place) for place in ends]
    begins: Offsets = await broker.consumer.beginning_offsets(places) if places else {}
    audited = await load_audited_ends(connection, epoch)
    # Asked after the snapshot was taken: nothing in the snapshot can honestly lie beyond it.
    later = await _ends_now(broker)
    for place in places:
        # A partition that is empty, or of which the broker has dropped everything, ends where it begins.
        audited_end = audited.get(place, begins[place])
        name = f"{place.topic}[{place.partition}]"
        if audited_end > later.get(place, 0):
            problems.add(f"{name}: recorded up to offset {audited_end}, the broker ends at {later.get(place, 0)}")
        elif not is_complete(min(audited_end, ends[place]), ends[place]):
            problems.add(f"{name}: recorded up to offset {audited_end}, the broker ends at {ends[place]}")
    for topic, partition in sorted(audited.keys() - later.keys() - ends.keys()):
        problems.add(f"{topic}[{partition}]: recorded, and not on the broker at all")
    spans = {place: (begins[place], ends[place]) for place in places if begins[place] < ends[place]}
    compared = await _compare_records(connection, broker.consumer, epoch, spans, problems)
    return problems.result("broker", f"{compared} records in {len(places)} partitions compared, epoch {epoch}")


async def _compare_records(
    connection: Connection,
    consumer: AIOKafkaConsumer,
    epoch: int,
    spans: Mapping[TopicPartition, tuple[int, int]],
    problems: Problems,
) -> int:
    """Read these spans back and compare them with what is recorded; returns how many records were read."""
    unread = {place: begin for place, (begin, _) in spans.items()}
    consumer.assign(list(unread))
    for place, begin in unread.items():
        consumer.seek(place, begin)
    compared = 0
    last_answer_at = time.monotonic()
    while unread and time.monotonic() - last_answer_at < SILENCE_SECONDS_MAX:
        batches = await consumer.getmany(timeout_ms=FETCH_WAIT_MS, max_records=FETCH_RECORDS_MAX)
        for place, batch in batches.items():
            last_answer_at = time.monotonic()
            found = [leaf_of(_record(each), epoch) for each in batch if each.offset < spans[place][1]]
            if place not in unread or not found:
                continue
            # The span begins where the last one ended, so that what is only recorded is seen as well.
            first, last = unread[place], found[-1].offset
            span = await load_span(connection, epoch, *place, offset_first=first, offset_last=last)
            compare(found, span, problems)
            compared += len(found)
            unread[place] = last + 1
            if unread[place] >= spans[place][1]:
                del unread[place]
    for (topic, partition), offset in unread.items():
        problems.add(f"{topic}[{partition}]: the broker gave nothing from offset {offset} on")
    return compared


def _record(found: ConsumerRecord) -> Record:
    return Record(
        found.topic, found.partition, found.offset, found.key, found.value, tuple(found.headers), found.timestamp
    )


async def _replay(connection: Connection, sizes: Collection[int]) -> tuple[TreeReplay, StreamReplay, AnswerReplay]:
    """Go through the whole record once, in the order of the tree."""
    tree, streams, answers = TreeReplay(sizes), StreamReplay(), AnswerReplay()
    index = 0
    while page := await load_page(connection, index, PAGE_ROWS_MAX):
        for recorded in page:
            tree.take(recorded)
            content = content_of(recorded)
            streams.take(recorded.leaf, content)
            answers.take(recorded.leaf, content)
        index = page[-1].leaf_index + 1
    return tree, streams, answers


def _check_checkpoint(
    stored: StoredCheckpoint, root: bytes | None, trusted: Sequence[VerifierKey], problems: Problems
) -> None:
    """Whether a checkpoint is signed, and says what the recorded bytes say."""
    name = f"the checkpoint at {stored.size} leaves"
    if root is None:
        problems.add(f"{name} speaks of more than is recorded")
    elif not is_root_of(root, stored.root):
        problems.add(f"{name} has not the root of the recorded bytes")
    faults: list[str] = []
    for key in trusted or (stored.verifier_key,):
        try:
            verifier = read_verifier_key(key) if isinstance(key, str) else key
            said = read_checkpoint(verified_text(stored.note, verifier))
        except NoteInvalid as error:
            faults.append(str(error))
            continue
        if said != Checkpoint(stored.origin, stored.size, stored.root):
            problems.add(f"{name} was signed saying something else")
        return
    problems.add(f"{name}: {'; '.join(faults)}")


def _notes(
    epoch: int,
    epochs: Mapping[int, int],
    answers: AnswerReplay,
    checkpoints: Sequence[StoredCheckpoint],
    trusted: Sequence[VerifierKey],
) -> Iterator[str]:
    for other, records in sorted(epochs.items()):
        if other != epoch:
            yield f"{records} records of epoch {other} were compared with no broker: this one is that of epoch {epoch}"
    if answers.unanswered:
        yield (
            f"{answers.unanswered} messages have no receipt: no registered key vouches for them, or they are still "
            "being processed"
        )
    if checkpoints and not trusted:
        yield "the checkpoints were verified with the keys stored beside them; bring your own with --verifier-key"
    if not checkpoints:
        yield "there is no checkpoint yet"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m services.audit.check", description="Check the audit record.")
    parser.add_argument("--database-url", default=os.environ.get("RISKPOOL_DATABASE_URL"), help="audit's database")
    parser.add_argument("--bootstrap", default=os.environ.get("RISKPOOL_KAFKA_BOOTSTRAP"), help="the broker's address")
    parser.add_argument("--epoch", type=int, help="the broker's epoch, if it isn't the last one recorded")
    parser.add_argument(
        "--verifier-key", action="append", default=[], help="a key that may sign checkpoints: name+hash+base64"
    )
    parser.add_argument("--patience", type=float, default=0.0, help="seconds that the writer may take to catch up")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    given = parser.parse_args(arguments)
    if not given.database_url or not given.bootstrap:
        parser.error("give --database-url and --bootstrap, or set RISKPOOL_DATABASE_URL and RISKPOOL_KAFKA_BOOTSTRAP")
    report = asyncio.run(
        check(
            given.database_url,
            given.bootstrap,
            epoch=given.epoch,
            verifier_keys=given.verifier_key,
            patience_seconds=given.patience,
        )
    )
    sys.stdout.write(report.model_dump_json(indent=2) + "\n" if given.json else as_text(report))
    return 0 if report.holds else 1


def as_text(report: CheckReport) -> str:
    """The report as people read it."""
    lines: list[str] = []
    for result in report.results:
        lines.append(f"{'holds ' if result.holds else 'BROKEN'}  {result.name}: {result.detail}")
        lines.extend(f"        {problem}" for problem in result.problems)
        if result.problems_found > len(result.problems):
            lines.append(f"        and {result.problems_found - len(result.problems)} more")
    lines.extend(f"note    {note}" for note in report.notes)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
