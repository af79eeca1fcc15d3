"""An operator decides about held and quarantined records: on a real database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from devstack.stack import Stack
from shared.messaging import inbox, records
from shared.messaging.message import Record
from shared.messaging.records import DecisionRefused, Kind, Waiting
from tests.integration.messaging_toy import POISON, Toy, new_toy
from tests.unit.messaging.messaging_factories import (
    BANK,
    NOON,
    OBSERVED_TOPIC,
    PROJECT,
    Party,
    as_bytes,
    ask_record,
    event_content,
    event_record,
    record,
)

pytestmark = pytest.mark.asyncio

BY = "wang"
SENT_AGAIN = f"was sent to its topic again by {BY} at 2026-11-20 12:00:00 UTC"


@pytest_asyncio.fixture(scope="module")
async def made(infrastructure: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Toy]:
    async with new_toy(infrastructure, tmp_path_factory.mktemp("toy")) as toy:
        yield toy


@pytest_asyncio.fixture
async def toy(made: Toy) -> Toy:
    await made.start_over()
    await made.as_owner("TRUNCATE record_decisions RESTART IDENTITY")
    await made.register(BANK)
    return made


def poisoned(seq: int, **changes: Any) -> Record:
    return event_record(seq, data={"note": POISON}, **changes)


async def fail(toy: Toy, failing: Record) -> None:
    """What the consumer does with a record whose handling fails for good."""
    with pytest.raises(RuntimeError):
        await toy.transaction.process([failing])
    await toy.transaction.hold_failed(failing, "RuntimeError: this one fails for good")


async def resubmit(toy: Toy, kind: Kind, record_id: int = 1) -> list[Record]:
    """Give a record back; returns what was sent to a topic."""
    sent: list[Record] = []

    async def send(record: Record) -> None:
        sent.append(record)

    async with toy.pool.acquire() as connection, connection.transaction():
        was_sent = await records.resubmit(connection, kind, record_id, BY, NOON, send, [toy.topics.commands])
    assert was_sent == bool(sent)
    return sent


async def drop(toy: Toy, kind: Kind, record_id: int = 1, reason: str = "a forgery") -> None:
    async with toy.pool.acquire() as connection, connection.transaction():
        await records.drop(connection, kind, record_id, reason, BY, NOON)


async def waiting(toy: Toy, kind: Kind) -> list[Waiting]:
    async with toy.pool.acquire() as connection:
        return await records.list_waiting(connection, kind)


async def shown(toy: Toy, kind: Kind, record_id: int = 1) -> Waiting:
    async with toy.pool.acquire() as connection:
        return await records.load_record(connection, kind, record_id)


async def decisions(toy: Toy) -> list[tuple[Any, ...]]:
    rows = await toy.pool.fetch(
        "SELECT kind, record_id, decision, reason, decided_by, decided_at FROM record_decisions"
    )
    return [tuple(row) for row in rows]


async def test_a_dropped_event_lets_those_behind_it_go_on(toy: Toy) -> None:
    """The stream's cursor moves past it, the service takes up the rest by itself, and the drop is recorded."""
    await toy.transaction.process([event_record(1)])
    await fail(toy, poisoned(2))
    await toy.transaction.process([event_record(3), event_record(4)])
    assert [(each.reason, each.needs_decision) for each in await waiting(toy, Kind.HELD)] == [
        ("failed", True),
        ("gap", False),
        ("gap", False),
    ]
    await drop(toy, Kind.HELD)
    await toy.transaction.retry_held()
    assert toy.processed == [f"{PROJECT}/1", f"{PROJECT}/3", f"{PROJECT}/4"]
    assert await waiting(toy, Kind.HELD) == []
    assert await decisions(toy) == [("held", 1, "dropped", "a forgery", BY, NOON)]


async def test_the_first_event_of_a_stream_can_be_dropped_too(toy: Toy) -> None:
    """There is no cursor yet, since nothing of the stream has been taken in."""
    await fail(toy, poisoned(1))
    await toy.transaction.process([event_record(2)])
    await drop(toy, Kind.HELD)
    await toy.transaction.retry_held()
    assert toy.processed == [f"{PROJECT}/2"]


async def test_a_dropped_first_event_alone_is_never_waited_for(toy: Toy) -> None:
    """The second one is taken in when it comes later."""
    await fail(toy, poisoned(1))
    await drop(toy, Kind.HELD)
    await toy.transaction.process([event_record(2)])
    assert toy.processed == [f"{PROJECT}/2"]


async def test_an_event_given_back_is_processed_by_the_service_alone(toy: Toy) -> None:
    """Nothing is sent: only its producer may write to its topic. Its stream goes on in order."""
    await fail(toy, poisoned(1))
    await toy.transaction.process([event_record(2)])
    toy.poison.clear()
    assert await resubmit(toy, Kind.HELD) == []
    [given_back, _] = await waiting(toy, Kind.HELD)
    assert (given_back.reason, given_back.needs_decision) == (inbox.RESUBMITTED, False)
    assert await toy.transaction.retry_held() == 1
    assert toy.processed == [f"{PROJECT}/1", f"{PROJECT}/2"]
    assert await waiting(toy, Kind.HELD) == []
    assert [each[2:5] for each in await decisions(toy)] == [("resubmitted", "", BY)]


async def test_what_fails_again_waits_again(toy: Toy) -> None:
    """It can be given back or dropped as before, and both decisions are there to be read."""
    await fail(toy, poisoned(1))
    await resubmit(toy, Kind.HELD)
    await toy.transaction.retry_held()
    [again] = await waiting(toy, Kind.HELD)
    assert (again.id, again.reason, again.needs_decision) == (1, "failed", True)
    await drop(toy, Kind.HELD)
    async with toy.pool.acquire() as connection:
        found = await records.load_record(connection, Kind.HELD, 1)
    assert found.is_over
    assert [decision.decision for decision in found.decisions] == ["resubmitted", "dropped"]


async def test_an_event_that_could_not_be_read_takes_its_place_in_its_stream(toy: Toy) -> None:
    """After the mending it is read, and those that waited for it go on behind it."""
    unreadable = event_record(1, specversion="2.0")
    await toy.transaction.process([unreadable, event_record(2)])
    [quarantined] = await waiting(toy, Kind.QUARANTINE)
    assert quarantined.reason == "event_unreadable"
    # Still unreadable: it comes back as failed, in its stream, where it can be dropped.
    await resubmit(toy, Kind.QUARANTINE)
    await toy.transaction.retry_held()
    assert await waiting(toy, Kind.QUARANTINE) == []
    failed = next(each for each in await waiting(toy, Kind.HELD) if each.needs_decision)
    assert (failed.sender, failed.seq, failed.why[:16]) == ("other", 1, "event_unreadable")
    # A later version of the service can read it; here it is the row that changes.
    readable = as_bytes(event_content(1)).hex()
    await toy.as_owner(f"UPDATE held SET value = decode('{readable}', 'hex') WHERE id = {failed.id}")
    await resubmit(toy, Kind.HELD, failed.id)
    await toy.transaction.retry_held()
    assert toy.processed == [f"{PROJECT}/1", f"{PROJECT}/2"]


async def test_an_event_that_could_not_be_read_can_be_dropped_where_it_is(toy: Toy) -> None:
    """Those behind it go on, as the command says; else they would wait for what nobody can give back any more."""
    await toy.transaction.process([event_record(1), event_record(2, specversion="2.0"), event_record(3)])
    await drop(toy, Kind.QUARANTINE)
    await toy.transaction.retry_held()
    assert toy.processed == [f"{PROJECT}/1", f"{PROJECT}/3"]
    assert await waiting(toy, Kind.HELD) == await waiting(toy, Kind.QUARANTINE) == []
    assert [row[:4] for row in await decisions(toy)] == [("quarantine", 1, "dropped", "a forgery")]
    held = [row["id"] for row in await toy.rows("held") if row["seq"] == 2]
    for kind, record_id in ((Kind.QUARANTINE, 1), (Kind.HELD, held[0])):
        dropped = await shown(toy, kind, record_id)
        assert dropped.fate == f"was dropped by {BY} at 2026-11-20 12:00:00 UTC: a forgery"
        assert [each.record for each in dropped.decisions] == ["quarantine/1"]
        with pytest.raises(DecisionRefused, match=f"was dropped by {BY} at .* UTC: a forgery"):
            await drop(toy, kind, record_id)


async def test_an_unreadable_event_is_dropped_in_its_turn_only(toy: Toy) -> None:
    """Before it, those behind it would wait for it all the same; a repeat of one that was taken in is just gone."""
    await toy.transaction.process([event_record(2, specversion="2.0"), event_record(3)])
    with pytest.raises(DecisionRefused, match="event 2 of its stream, and event 1 has not been taken in yet"):
        await drop(toy, Kind.QUARANTINE)
    assert await decisions(toy) == []
    await toy.transaction.process([event_record(1)])
    await drop(toy, Kind.QUARANTINE)
    await toy.transaction.retry_held()
    assert toy.processed == [f"{PROJECT}/1", f"{PROJECT}/3"]
    await toy.transaction.process([event_record(3, specversion="2.0", offset=77)])
    await drop(toy, Kind.QUARANTINE, 2)
    await toy.transaction.process([event_record(4)])
    assert toy.processed[-1] == f"{PROJECT}/4"


async def test_an_event_given_back_before_its_turn_waits_for_it(toy: Toy) -> None:
    """Nothing of it is lost meanwhile."""
    await toy.transaction.process([event_record(2, specversion="2.0")])
    await resubmit(toy, Kind.QUARANTINE)
    await toy.as_owner(f"UPDATE held SET value = decode('{as_bytes(event_content(2)).hex()}', 'hex')")
    assert await toy.transaction.retry_held() == 0
    await toy.transaction.process([event_record(1)])
    assert await toy.transaction.retry_held() == 1
    assert toy.processed == [f"{PROJECT}/1", f"{PROJECT}/2"]
    assert await waiting(toy, Kind.HELD) == []


async def test_junk_on_an_events_topic_can_only_be_dropped(toy: Toy) -> None:
    """It belongs to no stream, so nothing waits for it."""
    await toy.transaction.process([record(b"junk", topic=OBSERVED_TOPIC, key=b"k")])
    with pytest.raises(DecisionRefused, match="drop it"):
        await resubmit(toy, Kind.QUARANTINE)
    assert await decisions(toy) == []
    await drop(toy, Kind.QUARANTINE)
    assert await waiting(toy, Kind.QUARANTINE) == []


async def test_what_our_client_cannot_write_can_only_be_dropped(toy: Toy) -> None:
    """A header's name that is not UTF-8 would be refused again as well; nothing is decided by trying."""
    odd = ask_record(BANK, "m-1")
    await toy.transaction.process([replace(odd, headers=(("\udcff", None), *odd.headers))])
    with pytest.raises(DecisionRefused, match="drop it"):
        await resubmit(toy, Kind.QUARANTINE)
    assert await decisions(toy) == []
    await drop(toy, Kind.QUARANTINE)
    assert await waiting(toy, Kind.QUARANTINE) == []


async def test_a_message_from_outside_is_sent_again_as_it_was(toy: Toy) -> None:
    """Byte for byte, with all of its headers, so that its own signature vouches for it; nobody vouches in its place."""
    stranger = Party("bank-s")
    sent = ask_record(stranger, "m-1")
    sent = replace(sent, key=b"any", headers=(("x", None), ("x", b"\xff"), *sent.headers))
    await toy.transaction.process([sent])
    toy.now += timedelta(minutes=1)
    await toy.transaction.retry_held()
    await toy.register(stranger)
    [again] = await resubmit(toy, Kind.QUARANTINE)
    assert again == sent
    assert await waiting(toy, Kind.QUARANTINE) == []
    assert (await shown(toy, Kind.QUARANTINE)).fate == f"{SENT_AGAIN}, and is not decided yet"
    await toy.transaction.process([replace(again, offset=1)])
    assert toy.processed == ["m-1"]
    assert len(await toy.receipts()) == 1
    assert (await shown(toy, Kind.QUARANTINE)).fate == f"{SENT_AGAIN}, and was decided; its sender has the receipt"


async def test_a_message_sent_again_that_is_no_better_says_where_it_waits(toy: Toy) -> None:
    """Whoever looks at the first record finds the next one, until somebody gives it up."""
    sent = ask_record(Party("bank-s"), "m-1")
    await toy.transaction.process([sent])
    toy.now += timedelta(minutes=1)
    await toy.transaction.retry_held()
    [again] = await resubmit(toy, Kind.QUARANTINE)
    await toy.transaction.process([replace(again, offset=1)])
    [held] = await waiting(toy, Kind.HELD)
    assert (await shown(toy, Kind.QUARANTINE)).fate == f"{SENT_AGAIN}, and waits as held/{held.id}"
    toy.now += timedelta(minutes=1)
    await toy.transaction.retry_held()
    assert (await shown(toy, Kind.QUARANTINE)).fate == f"{SENT_AGAIN}, and was quarantined again as quarantine/2"


@pytest.mark.parametrize("value", [b"junk", b"[1]", b'{"source": "a\\u0000", "id": 7}', b'{"source": "\\ud800"}', None])
async def test_what_tells_no_sender_is_not_decided_by_being_sent(toy: Toy, value: bytes | None) -> None:
    """Nothing that somebody has written breaks the command that shows it."""
    await toy.transaction.process([replace(record(b"x", topic=toy.topics.commands), value=value)])
    await resubmit(toy, Kind.QUARANTINE)
    assert (await shown(toy, Kind.QUARANTINE)).fate == f"{SENT_AGAIN}, and is not decided yet"


async def test_a_failed_message_from_outside_is_given_back_to_the_service(toy: Toy) -> None:
    """It was rolled back with everything it did, so it is new. It waits until it is taken in, not only given back."""
    data = {"project_id": str(PROJECT), "amount_fen": 1, "note": POISON}
    await fail(toy, ask_record(BANK, "m-1", data=data))
    assert await resubmit(toy, Kind.HELD) == []
    [given_back] = await waiting(toy, Kind.HELD)
    assert (given_back.reason, given_back.needs_decision) == (inbox.RESUBMITTED, False)
    await toy.transaction.retry_held()
    [failed_again] = await waiting(toy, Kind.HELD)
    assert (failed_again.reason, failed_again.id) == ("failed", given_back.id)
    toy.poison.clear()
    await resubmit(toy, Kind.HELD)
    await toy.transaction.retry_held()
    assert toy.processed == ["m-1"]
    assert len(await toy.receipts()) == 1
    assert await waiting(toy, Kind.HELD) == []
    assert (await shown(toy, Kind.HELD)).fate == (
        f"was given back by {BY} at 2026-11-20 12:00:00 UTC, "
        "and was processed by the service at 2026-11-20 12:00:00 UTC"
    )


async def test_a_message_given_back_that_no_longer_passes_intake_is_quarantined(toy: Toy) -> None:
    """As any message that does not: it is quarantined, and its record says where it went."""
    data = {"project_id": str(PROJECT), "amount_fen": 1, "note": POISON}
    await fail(toy, ask_record(BANK, "m-1", data=data))
    await resubmit(toy, Kind.HELD)
    await toy.as_owner("UPDATE held SET value = convert_to('{}', 'UTF8')")
    await toy.transaction.retry_held()
    assert await waiting(toy, Kind.HELD) == []
    [aside] = await waiting(toy, Kind.QUARANTINE)
    assert aside.needs_decision
    assert (await shown(toy, Kind.HELD)).quarantined_as == f"quarantine/{aside.id}"


async def test_if_the_broker_does_not_take_it_nothing_is_decided(toy: Toy) -> None:
    """The record waits as before."""
    await toy.transaction.process([record(b"junk", topic=toy.topics.commands)])

    async def fails(_: Record) -> None:
        raise ConnectionError

    async with toy.pool.acquire() as connection:
        with pytest.raises(ConnectionError):
            async with connection.transaction():
                await records.resubmit(connection, Kind.QUARANTINE, 1, BY, NOON, fails, [toy.topics.commands])
    assert len(await waiting(toy, Kind.QUARANTINE)) == 1
    assert await decisions(toy) == []


async def test_nothing_is_decided_about_what_goes_on_by_itself(toy: Toy) -> None:
    """Neither an event after a gap nor a message that waits for its key; the error says what it waits for."""
    await toy.transaction.process([event_record(2), ask_record(Party("bank-s"), "m-1")])
    for record_id, said in ((1, "waits for an earlier event"), (2, "waits for its key")):
        with pytest.raises(DecisionRefused, match=said):
            await drop(toy, Kind.HELD, record_id)
        with pytest.raises(DecisionRefused, match=said):
            await resubmit(toy, Kind.HELD, record_id)
    assert await decisions(toy) == []


async def test_a_decision_is_taken_once(toy: Toy) -> None:
    """Of two operators the second one is told who was first; a drop without a reason is none."""
    await toy.transaction.process([record(b"junk", topic=toy.topics.commands)])
    with pytest.raises(DecisionRefused, match="needs a reason"):
        await drop(toy, Kind.QUARANTINE, reason=" ")
    done = await asyncio.gather(*(drop(toy, Kind.QUARANTINE) for _ in range(4)), return_exceptions=True)
    assert [type(each) for each in done if each is not None] == [DecisionRefused] * 3
    assert "dropped by wang" in str(next(each for each in done if each is not None))
    with pytest.raises(DecisionRefused, match="there is no record 99"):
        await drop(toy, Kind.QUARANTINE, 99)
    assert len(await decisions(toy)) == 1


async def test_what_was_decided_is_looked_up_by_an_index(toy: Toy) -> None:
    """However many decisions there are of other records."""
    async with toy.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        plan = await connection.fetch(f"EXPLAIN {records.SELECT_DECISIONS}", "held", 1, None)
    assert "record_decisions_record" in "\n".join(row[0] for row in plan)


async def test_ages_are_of_what_waits(toy: Toy) -> None:
    """What was decided or taken up has no age; what waits longest gives its kind's."""
    await toy.transaction.process([record(b"junk", topic=toy.topics.commands), event_record(2)])
    async with toy.pool.acquire() as connection:
        ages = await records.ages_seconds(connection, NOON + timedelta(hours=1))
        assert ages == {"held": (1, 3600.0), "quarantine": (1, 3600.0)}
    await drop(toy, Kind.QUARANTINE)
    await toy.transaction.process([event_record(1)])
    async with toy.pool.acquire() as connection:
        assert await records.ages_seconds(connection, NOON) == {"held": (0, 0.0), "quarantine": (0, 0.0)}
