"""A whole service on a real broker and a real database, from a record to its answer."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer

from devstack.kafka import admin_client
from devstack.stack import Stack
from shared.messaging.message import Record
from shared.messaging.service import PartEnded
from tests.integration.messaging_toy import (
    POISON,
    Toy,
    ToyTopics,
    listening,
    new_toy,
    producer,
    running,
    send,
    until,
)
from tests.unit.messaging.messaging_factories import (
    PROJECT,
    Party,
    as_bytes,
    ask_content,
    event_record,
    record,
    signed_record,
)

pytestmark = pytest.mark.asyncio

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def bank() -> Party:
    """An institution of the test's own."""
    return Party(f"bank-{secrets.token_hex(4)}")


@pytest_asyncio.fixture
async def toy(infrastructure: Stack, tmp_path: Path, bank: Party) -> AsyncIterator[Toy]:
    """A toy service with topics of its own, and the bank's."""
    topics = ToyTopics.unique()
    await topics.create(infrastructure.kafka_bootstrap, outcomes(bank))
    async with new_toy(infrastructure, tmp_path, topics) as made:
        await made.register(bank)
        yield made


@pytest_asyncio.fixture
async def outside(infrastructure: Stack) -> AsyncIterator[AIOKafkaProducer]:
    async with producer(infrastructure) as made:
        yield made


def outcomes(bank: Party) -> str:
    """Where the bank reads its answers."""
    return f"outcomes.{bank.institution}"


def ask(toy: Toy, bank: Party, message_id: str, note: str | None = None, **changes: Any) -> Record:
    """A signed question on the toy's own topic."""
    data = {"project_id": str(PROJECT), "amount_fen": 1} | ({} if note is None else {"note": note})
    content = ask_content(bank, message_id, audience=toy.topics.commands, data=data, **changes)
    return signed_record(bank, as_bytes(content), topic=toy.topics.commands)


def event(toy: Toy, seq: int, subject: str, **changes: Any) -> Record:
    """An event on the topic that the toy observes."""
    return replace(event_record(seq, subject, **changes), topic=toy.topics.observes)


async def committed(toy: Toy) -> dict[str, int]:
    """The offsets that the service has committed, by topic."""
    async with admin_client(toy.settings.kafka_bootstrap) as admin:
        offsets = await admin.list_consumer_group_offsets(f"toy-e{toy.settings.epoch}")
    topics = {toy.topics.commands, toy.topics.observes}
    return {place.topic: found.offset for place, found in offsets.items() if place.topic in topics and found.offset > 0}


async def answers(infrastructure: Stack, bank: Party, count: int) -> list[dict[str, Any]]:
    """The first answers that the bank receives."""
    async with listening(infrastructure, outcomes(bank)) as listener:
        await listener.at_least(count)
    return [json.loads(each.value)["data"] for each in listener.records]


async def test_one_poisoned_record_hurts_nobody_else(
    toy: Toy, bank: Party, outside: AIOKafkaProducer, infrastructure: Stack
) -> None:
    """Of two hundred in one batch 199 are decided; the bad one is held, its stream waits, all others go on."""
    asked = [ask(toy, bank, f"m-{number}", POISON if number == 77 else None) for number in range(200)]
    observed = [event(toy, seq, subject) for seq in range(1, 5) for subject in ("a", "b")]
    observed[4] = event(toy, 3, "a", data={"note": POISON})
    await send(outside, *asked, *observed)
    async with running(toy):
        said = await answers(infrastructure, bank, 199)
        await until(lambda: "b/4" in toy.processed, "the other stream went on")
        await until(lambda: toy.pool.fetchval("SELECT count(*) = 3 FROM held"), "three are held")
        await send(outside, ask(toy, bank, "m-200"), event(toy, 5, "a"), event(toy, 5, "b"))
        await until(lambda: {"m-200", "b/5"} <= set(toy.processed), "what comes later is processed")
        await until(lambda: toy.pool.fetchval("SELECT count(*) = 4 FROM held"), "what comes later on its stream waits")
    assert {each["message_id"] for each in said} == {f"m-{number}" for number in range(200) if number != 77}
    assert {each["outcome"] for each in said} == {"accepted"}
    held = {(row["kind"], row["stream_key"], row["seq"]) for row in await toy.rows("held")}
    assert held == {("failed", "", None), ("failed", "a", 3), ("gap", "a", 4), ("gap", "a", 5)}
    assert sorted(toy.processed) == sorted(
        [f"m-{number}" for number in range(201) if number != 77] + ["a/1", "a/2"] + [f"b/{seq}" for seq in range(1, 6)]
    )
    assert await committed(toy) == {toy.topics.commands: 201, toy.topics.observes: 10}


async def test_bad_headers_and_tombstones_lose_nothing(
    toy: Toy, bank: Party, outside: AIOKafkaProducer, infrastructure: Stack
) -> None:
    """Each is quarantined or processed as it came; FastStream's own parser would have skipped them and their batch."""
    good = [ask(toy, bank, f"m-{number}") for number in range(3)]
    commands = toy.topics.commands
    bad: list[Record] = [
        record(None, topic=commands, key=b"tombstone"),
        record(b"", topic=commands),
        record(b"no headers", topic=commands),
        record(b"one without a value", None, topic=commands),
        record(b"not UTF-8", b"\xff\xfe", topic=commands, headers=[("content-type", b"\xff"), ("\u202e", None)]),
        replace(good[1], headers=(*good[1].headers, *good[1].headers)),
        replace(event(toy, 1, "a"), value=None),
        replace(event(toy, 1, "a"), key=b"\xff"),
    ]
    odd = replace(good[2], headers=(("x", None), ("x", b"\xff"), ("content-type", b"\xff\xff"), *good[2].headers))
    await send(outside, good[0], *bad, odd, event(toy, 1, "a"))
    async with running(toy):
        await answers(infrastructure, bank, 2)
        await until(lambda: toy.pool.fetchval("SELECT count(*) = 8 FROM quarantine"), "all bad ones are quarantined")
        await until(lambda: len(toy.processed) == 3, "all good ones are processed")
    assert set(toy.processed) == {"m-0", "m-2", "a/1"}
    kept = sorted((row["value"] or b"", row["key"] or b"") for row in await toy.rows("quarantine"))
    assert kept == sorted((each.value or b"", each.key or b"") for each in bad)
    assert await committed(toy) == {commands: 8, toy.topics.observes: 3}


async def test_a_reply_to_header_publishes_nothing(
    toy: Toy, bank: Party, outside: AIOKafkaProducer, infrastructure: Stack
) -> None:
    """A sender can't have us write, with our rights, to a topic that it names."""
    victim = toy.topics.observes
    toy.now = datetime.now(UTC)
    asked = ask(toy, bank, "m-0")
    named = [("reply_to", victim.encode()), ("correlation_id", b"c-1"), ("traceparent", TRACEPARENT.encode())]
    await send(outside, replace(asked, headers=(*asked.headers, *named)))
    async with running(toy), listening(infrastructure, victim) as listener:
        await answers(infrastructure, bank, 1)
        # A second message and its answer: whatever the first one set off has had its time.
        await send(outside, ask(toy, bank, "m-1"))
        await answers(infrastructure, bank, 2)
        await listener.read(timeout_ms=300)
        assert listener.records == []
    spans = [json.loads(line) for line in (toy.settings.data_dir / "spans.jsonl").read_text().splitlines()]
    [first] = [span for span in spans if span["attributes"].get("message_id") == "m-0"]
    assert first["parent_id"] == f"0x{TRACEPARENT[36:52]}"
    async with listening(infrastructure, outcomes(bank)) as listener:
        await listener.at_least(1)
    carried = dict(listener.records[0].headers)["traceparent"].decode()
    assert carried[3:52] == f"{TRACEPARENT[3:35]}-{first['context']['span_id'][2:]}"


async def test_a_message_whose_key_comes_later_is_answered_once(
    toy: Toy, bank: Party, outside: AIOKafkaProducer, infrastructure: Stack
) -> None:
    """It is taken up by itself, without anything else arriving."""
    newcomer = Party(bank.institution, officer="wang-wu")
    async with running(toy):
        await send(outside, ask(toy, newcomer, "m-0"))
        await until(lambda: toy.pool.fetchval("SELECT count(*) = 1 FROM held"), "it is held")
        await until(lambda: committed(toy), "its offset is committed")
        assert await toy.rows("outbox") == []
        await toy.register(newcomer)
        [said] = await answers(infrastructure, bank, 1)
        await asyncio.sleep(3 * toy.settings.held_poll_seconds)
    assert (said["message_id"], said["outcome"]) == ("m-0", "accepted")
    assert len(await toy.receipts()) == 1
    assert toy.processed == ["m-0"]


async def test_nothing_is_committed_before_the_database_has_it(
    toy: Toy, bank: Party, outside: AIOKafkaProducer, infrastructure: Stack
) -> None:
    """While the database fails, the batch is read again and again, and nothing is committed; then all is done once."""
    toy.poison["later"] = asyncpg.AdminShutdownError("terminating connection due to administrator command")
    await send(outside, *(ask(toy, bank, f"m-{number}", "later" if number == 2 else None) for number in range(4)))
    async with running(toy):
        await asyncio.sleep(1.0)
        assert await committed(toy) == {}
        assert await toy.rows("inbox", "message_id") == []
        assert await toy.rows("held") == []
        del toy.poison["later"]
        await answers(infrastructure, bank, 4)
        await until(lambda: committed(toy), "the offsets are committed")
    assert toy.processed == [f"m-{number}" for number in range(4)]
    assert await committed(toy) == {toy.topics.commands: 4}


async def test_a_service_whose_store_is_broken_ends(toy: Toy, bank: Party, outside: AIOKafkaProducer) -> None:
    """It can keep neither the effects nor the record: it commits nothing, and ends for an operator to see."""
    await toy.as_owner("REVOKE INSERT ON held FROM riskpool_toy")
    await send(outside, ask(toy, bank, "m-0", POISON))

    async def run_until_it_ends() -> None:
        async with running(toy) as task:
            await until(task.done, "the service has ended")
            task.result()

    # It may end before it was seen to be ready.
    with pytest.raises(PartEnded, match="consumer"):
        await run_until_it_ends()
    assert await committed(toy) == {}
    await toy.as_owner("GRANT INSERT ON held TO riskpool_toy")
    async with running(toy):
        await until(lambda: toy.pool.fetchval("SELECT count(*) = 1 FROM held"), "after the mending it is held")


async def test_a_restarted_service_goes_on_where_it_was(
    toy: Toy, bank: Party, outside: AIOKafkaProducer, infrastructure: Stack
) -> None:
    """What was committed is not read again; what came meanwhile is."""
    await send(outside, ask(toy, bank, "m-0"))
    async with running(toy):
        await answers(infrastructure, bank, 1)
        await until(lambda: committed(toy), "its offset is committed")
        # A relay stopped between the broker's word and the mark would say it again, as it may.
        await until(lambda: toy.pool.fetchval("SELECT bool_and(published_at IS NOT NULL) FROM outbox"), "all is marked")
    await send(outside, ask(toy, bank, "m-1"), ask(toy, bank, "m-0"))
    async with running(toy):
        said = await answers(infrastructure, bank, 3)
    assert sorted(each["message_id"] for each in said) == ["m-0", "m-0", "m-1"]
    assert toy.processed == ["m-0", "m-1"]
