"""A replay on a real broker and database: the new topics hold what the lost ones held, and nothing happens twice."""

import asyncio
import json
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from aiokafka.errors import KafkaError

import shared.messaging.replay as replaying
from devstack.kafka import admin_client
from devstack.stack import Stack
from services.audit.execute import execute
from services.audit.unanswered import unanswered_pages
from shared.contracts.ids import causing_id, event_id
from shared.contracts.topics import LOSS_NOTICES, outcomes_topic
from shared.messaging.encoding import REPLAY_HEADER
from shared.messaging.identity import BrokerChanged
from shared.messaging.message import Record
from shared.messaging.replay import Replayed, ReplayRefused, replay
from tests.integration.messaging_toy import Toy, ToyTopics, listening, new_toy, producer, running, send, until
from tests.unit.messaging.messaging_factories import (
    PROJECT,
    Party,
    as_bytes,
    ask_content,
    event_record,
    signed_record,
)

pytestmark = pytest.mark.asyncio

PARTITIONS = 2


@pytest.fixture
def bank() -> Party:
    """An institution of the test's own."""
    return Party(f"bank-{secrets.token_hex(4)}")


@pytest_asyncio.fixture
async def toy(infrastructure: Stack, tmp_path: Path, bank: Party) -> AsyncIterator[Toy]:
    """A toy service with topics of its own, and the bank's."""
    topics = ToyTopics.unique()
    await create(infrastructure, topics, bank)
    async with new_toy(infrastructure, tmp_path, topics, identity_poll_seconds=0.2) as made:
        await made.register(bank)
        yield made


async def create(infrastructure: Stack, topics: ToyTopics, bank: Party) -> None:
    await topics.create(infrastructure.kafka_bootstrap, outcomes_topic(bank.institution), partitions=PARTITIONS)


async def lose(infrastructure: Stack, toy: Toy, bank: Party) -> None:
    """Delete the toy's topics with all that is on them, and make them anew."""
    names = [toy.topics.commands, toy.topics.observes, toy.topics.says, outcomes_topic(bank.institution)]
    async with admin_client(infrastructure.kafka_bootstrap) as admin:
        await admin.delete_topics(names)
        while {topic["topic"] for topic in await admin.describe_topics()} & set(names):
            await asyncio.sleep(0.1)
    async with asyncio.timeout(20):
        while True:
            try:
                await create(infrastructure, toy.topics, bank)
            except KafkaError:
                await asyncio.sleep(0.1)
            else:
                return


def next_epoch(toy: Toy) -> None:
    toy.settings = toy.settings.model_copy(update={"epoch": toy.settings.epoch + 1})


def ask(toy: Toy, bank: Party, message_id: str, **changes: Any) -> Record:
    """A signed question, on one of the toy's partitions."""
    content = ask_content(bank, message_id, audience=toy.topics.commands, **changes)
    asked = signed_record(bank, as_bytes(content), topic=toy.topics.commands)
    return replace(asked, partition=len(message_id) % PARTITIONS)


def event(toy: Toy, seq: int) -> Record:
    return replace(event_record(seq), topic=toy.topics.observes)


async def do_replay(toy: Toy, **settings: Any) -> Replayed:
    url, bootstrap = toy.settings.database_url.get_secret_value(), toy.settings.kafka_bootstrap
    options = {"idempotent": toy.settings.kafka_idempotent, "command_topics": [toy.topics.commands], **settings}
    progress = options.pop("progress", lambda _done, _total: None)
    return await replay(url, bootstrap, progress, **options)


async def nothing_is_left(toy: Toy) -> bool:
    return bool(await toy.pool.fetchval("SELECT count(*) = 0 FROM outbox WHERE published_at IS NULL"))


async def on(infrastructure: Stack, topic: str, count: int) -> list[Any]:
    """The records on a topic, when there are so many."""
    async with listening(infrastructure, topic, PARTITIONS) as listener:
        await listener.at_least(count)
        await listener.read(timeout_ms=300)
    return listener.records


def numbers(records: list[Any]) -> dict[bytes, list[int]]:
    """The sequence numbers of each stream, in the order in which they stand on the topic."""
    found: dict[bytes, list[int]] = defaultdict(list)
    for each in records:
        found[each.key].append(json.loads(each.value)["seq"])
    return found


async def test_after_a_replay_the_new_topics_hold_everything_in_order(
    toy: Toy, bank: Party, infrastructure: Stack
) -> None:
    """What was received and published, byte for byte and in order; what comes after the loss follows it on the topic.

    Nothing is decided twice, nobody is answered twice, and what was refused stays refused.
    """
    asked = [ask(toy, bank, f"m-{'x' * number}") for number in range(6)]
    refused = ask(toy, bank, "refused", data={"project_id": str(PROJECT)})
    async with producer(infrastructure) as outside:
        async with running(toy):
            await send(outside, *asked, refused, *(replace(event(toy, seq), partition=0) for seq in range(1, 4)))
            await until(lambda: len(toy.processed) == 9, "everything is processed")
            await until(lambda: nothing_is_left(toy), "everything is published")
        # Asked again in the last moment, so that one receipt is not published when the broker is lost.
        await toy.pool.execute("UPDATE outbox SET published_at = NULL WHERE id = 1")
        before = await toy.rows("outbox")
        await lose(infrastructure, toy, bank)
        with pytest.raises(BrokerChanged, match="topics were made anew: outcomes"):
            async with running(toy):
                pass
        next_epoch(toy)
        async with running(toy):
            await send(outside, ask(toy, bank, "after"), replace(event(toy, 4), partition=0))
            await until(lambda: "after" in toy.processed, "the new broker is read from its beginning")
            assert not await nothing_is_left(toy)
            assert (await do_replay(toy)).was_done is False
            await until(lambda: nothing_is_left(toy), "the relay goes on after the replay")
            await until(lambda: len(toy.processed) == 11, "what came last is processed")
            said = await on(infrastructure, toy.topics.says, 11)
            receipts = await on(infrastructure, outcomes_topic(bank.institution), 8)
            commands = await on(infrastructure, toy.topics.commands, 8)
    assert len(toy.processed) == len(set(toy.processed))
    after = await toy.rows("outbox")
    assert [row["value"] for row in after[: len(before)]] == [row["value"] for row in before]
    for records in (said, receipts):
        for stream in numbers(records).values():
            assert list(dict.fromkeys(stream)) == list(range(1, max(stream) + 1))
    assert {each.value for each in (*said, *receipts)} == {row["value"] for row in after}
    signatures = {each.value: dict(each.headers)["signature"] for each in commands}
    assert all(signatures[each.value] == dict(each.headers)["signature"] for each in (*asked, refused))
    assert [row["code"] for row in await toy.rows("quarantine")] == ["schema"]


async def test_an_interrupted_replay_goes_on_where_it_stood(
    toy: Toy, bank: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was published and noted is not published again; a replay that is through is not repeated unless asked."""
    monkeypatch.setattr(replaying, "PAGE_ROWS", 10)
    await toy.transaction.process([ask(toy, bank, f"m-{number}") for number in range(40)])
    await toy.pool.execute("INSERT INTO broker_epochs VALUES ($1, 'lost', now())", toy.settings.epoch)
    next_epoch(toy)
    seen: list[tuple[int, int]] = []

    class Interrupted(Exception):
        pass

    def interrupt(done: int, total: int) -> None:
        seen.append((done, total))
        if done >= 70:
            raise Interrupted

    async with running(toy):
        with pytest.raises(Interrupted):
            await do_replay(toy, progress=interrupt)
        assert seen[-1] == (70, 120)
        assert await toy.pool.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NOT NULL") == 0
        seen.clear()
        done = await do_replay(toy, progress=lambda *found: seen.append(found))
        assert (seen[0], seen[-1]) == ((70, 120), (120, 120))
        assert done == Replayed(toy.settings.epoch, 120, was_done=False)
        assert await do_replay(toy) == replace(done, was_done=True)
        await until(lambda: nothing_is_left(toy), "the relay goes on")
        assert await do_replay(toy, again=True) == done
    assert len(toy.processed) == 40


async def test_a_replay_without_a_loss_is_refused(toy: Toy) -> None:
    """There is no broker yet; there is only one; another one answers; another replay is at work."""
    epoch = toy.settings.epoch
    with pytest.raises(ReplayRefused, match="worked with no broker yet"):
        await do_replay(toy)
    async with running(toy):
        with pytest.raises(ReplayRefused, match="no broker was lost"):
            await do_replay(toy)
    await toy.as_owner("UPDATE broker_epochs SET cluster_id = 'lost'")
    with pytest.raises(ReplayRefused, match=f"RISKPOOL_EPOCH={epoch + 1} first"):
        await do_replay(toy)
    next_epoch(toy)
    async with running(toy), toy.pool.acquire() as other:
        await other.execute("SELECT pg_advisory_lock($1)", replaying.LOCK)
        with pytest.raises(ReplayRefused, match="running already"):
            await do_replay(toy)
        await other.execute("SELECT pg_advisory_unlock($1)", replaying.LOCK)
        assert (await do_replay(toy)).records == 0


async def test_what_waits_for_its_key_is_replayed_too(toy: Toy, bank: Party, infrastructure: Stack) -> None:
    """It was on the lost broker; its sender has no answer yet, and gets exactly one when the key comes."""
    stranger = Party(bank.institution)
    await toy.transaction.process([ask(toy, stranger, "m-1")])
    await toy.pool.execute("INSERT INTO broker_epochs VALUES ($1, 'lost', now())", toy.settings.epoch)
    next_epoch(toy)
    async with running(toy):
        assert (await do_replay(toy)).records == 1
        await toy.register(stranger)
        await until(lambda: toy.processed == ["m-1"], "it is processed when its key is there")
        await until(lambda: nothing_is_left(toy), "it is answered")
        await on(infrastructure, toy.topics.commands, 1)
        await until(
            lambda: toy.pool.fetchval("SELECT count(*) = 0 FROM held WHERE released_at IS NULL"), "nothing waits"
        )
    assert toy.processed == ["m-1"]
    assert len(await toy.receipts()) == 1


async def test_a_refusal_stands_though_a_replay_brings_the_message_again(toy: Toy, bank: Party) -> None:
    """What was refused for its key does not take effect because the key has come since; sent anew, it does."""
    stranger = Party(bank.institution)
    sent = ask(toy, stranger, "m-1")
    await toy.transaction.process([sent])
    toy.now = toy.now.replace(hour=13)
    await toy.transaction.retry_held()
    await toy.register(stranger)
    await toy.transaction.process([replace(sent, offset=1, headers=(*sent.headers, (REPLAY_HEADER, b"2")))])
    assert toy.processed == []
    assert len(await toy.rows("quarantine")) == 1
    await toy.transaction.process([replace(sent, offset=2)])
    assert toy.processed == ["m-1"]


async def test_audit_brings_what_no_service_has_answered(audit_database: Any, bank: Party) -> None:
    """A message that was recorded and not answered before the loss is published again, byte for byte; no other is."""
    notices = [
        replace(
            signed_record(bank, as_bytes(ask_content(bank, message_id, audience=LOSS_NOTICES)), topic=LOSS_NOTICES),
            offset=offset,
            headers=(("x", None), ("signature", b"s")),
        )
        for offset, message_id in enumerate(("answered", "unanswered"))
    ]
    junk = replace(notices[0], offset=2, value=b"junk")
    receipt = {"id": str(event_id(causing_id(bank.institution, "answered"), 0)), "source": "claims", "seq": 1}
    answer = Record(outcomes_topic(bank.institution), 0, 0, b"k", json.dumps(receipt).encode(), (), 0)
    new = replace(notices[1], offset=0, value=(notices[1].value or b"") + b" ")
    connection: asyncpg.Connection[asyncpg.Record]
    async with audit_database.pool.acquire() as connection:
        async with connection.transaction():
            await execute(connection, [*notices, junk, answer], 1, datetime.now(UTC))
            await execute(connection, [new], 2, datetime.now(UTC))
        pages = [page async for page in unanswered_pages(connection, 2)]
    [[(topic, partition, _, value, headers)]] = [list(page.records) for page in pages]
    assert (topic, partition, value) == (LOSS_NOTICES, 0, notices[1].value)
    assert headers == [("x", None), ("signature", b"s"), (REPLAY_HEADER, b"2")]
