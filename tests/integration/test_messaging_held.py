"""What is held: when it counts as taken in, who is told of what is wrong with it, and how much is taken up at once."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from devstack.stack import Stack
from shared.messaging.keyring import store_keys
from shared.messaging.message import Record
from tests.integration.messaging_toy import Toy, new_toy
from tests.unit.messaging.messaging_factories import (
    BANK,
    NOON,
    OTHER_POOL,
    Party,
    ask_record,
    event_record,
    signed_record,
)

pytestmark = pytest.mark.asyncio

NEWCOMER = Party("bank-n")
HELD_RECORDS_MAX = 3


@pytest_asyncio.fixture
async def toy(infrastructure: Stack, tmp_path: Path) -> AsyncIterator[Toy]:
    """A toy service that takes up little at once."""
    async with new_toy(infrastructure, tmp_path, held_records_max=HELD_RECORDS_MAX) as made:
        yield made


def at(offset: int, taken: Record) -> Record:
    return replace(taken, offset=offset)


async def outcomes(toy: Toy) -> list[tuple[Any, ...]]:
    """What was answered: outcome, reason, and which message."""
    said = [json.loads(row["value"])["data"] for row in await toy.receipts()]
    return [(each["outcome"], *(reason["code"] for reason in each["reasons"]), each.get("message_id")) for each in said]


async def test_what_waited_for_its_key_was_taken_in_when_it_came(toy: Toy) -> None:
    """Days are counted from then, and not from when our copy of the key came."""
    await toy.transaction.process([ask_record(NEWCOMER)])
    toy.now = NOON + timedelta(seconds=20)
    await toy.register(NEWCOMER)
    await toy.transaction.retry_held()
    assert [row["received_at"] for row in await toy.rows("inbox", "message_id")] == [NOON]
    assert await outcomes(toy) == [("accepted", "m-1")]


async def test_what_came_before_its_key_was_valid_is_told_so(toy: Toy) -> None:
    """A key signs from its registration on; that it was there when the message was looked at makes no difference."""
    await toy.transaction.process([at(0, ask_record(NEWCOMER, "early"))])
    toy.now = NOON + timedelta(seconds=10)
    await toy.transaction.process([at(1, ask_record(NEWCOMER, "in-time"))])
    toy.now = NOON + timedelta(seconds=20)
    await store_keys(toy.pool, [NEWCOMER.key(valid_from=NOON + timedelta(seconds=5))])
    await toy.transaction.retry_held()
    assert sorted(await outcomes(toy)) == [("accepted", "in-time"), ("refused", "key_not_valid", "early")]


async def test_a_malformed_message_waits_for_its_key_and_is_answered(toy: Toy) -> None:
    """Only the key tells whom to tell; without it, quarantine says what was wrong and not only that a key lacked."""
    malformed = b'{"id":"m-1","amount":1.5}'
    await toy.transaction.process([at(0, signed_record(NEWCOMER, malformed))])
    assert [(row["kind"], row["value"]) for row in await toy.rows("held")] == [("key_unknown", malformed)]
    assert await toy.rows("quarantine") == []
    await toy.register(NEWCOMER)
    await toy.transaction.retry_held()
    assert [(row["code"], row["sender"]) for row in await toy.rows("quarantine")] == [("malformed", "bank-n")]
    assert [each[:2] for each in await outcomes(toy)] == [("refused", "malformed")]
    await toy.transaction.process([at(1, signed_record(Party("bank-x"), malformed))])
    toy.now += timedelta(seconds=toy.settings.key_wait_seconds_max + 1)
    await toy.transaction.retry_held()
    assert [row["code"] for row in await toy.rows("quarantine")] == ["malformed", "malformed"]
    assert len(await outcomes(toy)) == 1


async def test_a_key_of_another_pool_is_told_so_once_it_has_waited(toy: Toy) -> None:
    """Its registration for this pool may be on its way; if it never comes, its institution is told, and nobody else."""
    await toy.register(NEWCOMER)
    sent = ask_record(NEWCOMER, poolid=str(OTHER_POOL))
    forged = replace(ask_record(BANK, "m-2", poolid=str(OTHER_POOL)), headers=sent.headers)
    await toy.transaction.process([at(0, sent), at(1, forged)])
    assert [row["kind"] for row in await toy.rows("held")] == ["key_unknown", "key_unknown"]
    await toy.transaction.retry_held()
    assert await outcomes(toy) == []
    toy.now += timedelta(seconds=toy.settings.key_wait_seconds_max + 1)
    await toy.transaction.retry_held()
    assert await outcomes(toy) == [("refused", "key_of_another_pool", "m-1")]
    assert [row["code"] for row in await toy.rows("quarantine")] == ["key_of_another_pool", "key_unknown"]
    [receipt] = await toy.receipts()
    assert receipt["topic"] == "outcomes.bank-n"
    assert str(OTHER_POOL) in receipt["value"].decode()


async def test_more_events_wait_than_are_taken_up_at_once(toy: Toy) -> None:
    """Those behind the limit have their turn in the next rounds, in order, once each."""
    waiting = [(seq, subject) for seq in range(9, 1, -1) for subject in ("a", "b")]
    await toy.transaction.process([event_record(*each, offset=place) for place, each in enumerate(waiting)])
    assert toy.processed == []
    await toy.transaction.process([event_record(1, "a", offset=50), event_record(1, "b", offset=51)])
    assert len(toy.processed) == 2 + HELD_RECORDS_MAX
    for _ in range(10):
        await toy.transaction.retry_held()
    for subject in ("a", "b"):
        done = [name for name in toy.processed if name.startswith(subject)]
        assert done == [f"{subject}/{seq}" for seq in range(1, 10)]
    assert all(row["released_at"] is not None for row in await toy.rows("held"))
    assert [(row["key"], row["seq"]) for row in await toy.rows("cursors", "key")] == [("a", 9), ("b", 9)]


async def test_an_event_that_comes_again_while_it_waits_behind_the_limit_is_worked_on_once(toy: Toy) -> None:
    """Kafka gives the last record again, and the held one of the same number is not in sight."""
    await toy.transaction.process([event_record(seq, "a") for seq in range(2, 8)])
    await toy.transaction.process([event_record(1, "a"), event_record(6, "a"), event_record(7, "a")])
    assert toy.processed == ["a/1", "a/2", "a/3", "a/4"]
    await toy.transaction.process([event_record(5, "a"), event_record(6, "a")])
    for _ in range(10):
        await toy.transaction.retry_held()
    assert toy.processed == [f"a/{seq}" for seq in range(1, 8)]
    assert await toy.transaction.retry_held() == 0


async def test_a_flood_of_unknown_keys_keeps_no_event_waiting(toy: Toy) -> None:
    """Anybody who may write to a topic can have us hold something; the events have their own share of a round."""
    await toy.transaction.process([at(number, ask_record(Party(f"bank-{number}"))) for number in range(10)])
    await toy.transaction.process([event_record(seq, "a") for seq in range(2, 8)])
    await toy.transaction.process([event_record(1, "a")])
    for _ in range(3):
        await toy.transaction.retry_held()
    assert toy.processed == [f"a/{seq}" for seq in range(1, 8)]
