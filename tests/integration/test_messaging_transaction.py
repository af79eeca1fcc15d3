"""The transaction on a real database: every message has its effect once, and nothing that came in is lost."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from opentelemetry.trace import SpanKind

from devstack.stack import Stack
from shared.contracts.ids import causing_id, event_id
from shared.messaging.database import is_transient
from shared.messaging.encoding import headers_from_text
from shared.messaging.message import Record
from shared.messaging.outbox import RECEIPT_INDEX
from tests.integration.messaging_toy import POISON, TABLES, Toy, new_toy
from tests.unit.messaging.messaging_factories import (
    BANK,
    NOON,
    POOL,
    PROJECT,
    Party,
    as_bytes,
    ask_content,
    ask_record,
    event_record,
    record,
    signed_record,
)

pytestmark = pytest.mark.asyncio

NEWCOMER = Party("bank-n")
TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"
BEFORE = "00-11111111111111111111111111111111-2222222222222222-01"


@pytest_asyncio.fixture(scope="module")
async def made(infrastructure: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Toy]:
    async with new_toy(infrastructure, tmp_path_factory.mktemp("toy")) as toy:
        yield toy


@pytest_asyncio.fixture
async def toy(made: Toy) -> Toy:
    await made.start_over()
    await made.register(BANK)
    return made


def at(offset: int, taken: Record) -> Record:
    """The same record elsewhere in its topic."""
    return replace(taken, offset=offset)


def ask(message_id: str, note: str | None = None, party: Party = BANK) -> Record:
    """A question, with a note that the toy may take for poison."""
    data = {"project_id": str(PROJECT), "amount_fen": 1} | ({} if note is None else {"note": note})
    return ask_record(party, message_id, data=data)


def content_of(row: dict[str, Any]) -> dict[str, Any]:
    """What a row of the outbox says."""
    content: dict[str, Any] = json.loads(row["value"])
    return content


async def test_a_message_is_kept_decided_and_answered(toy: Toy) -> None:
    """Inbox, event and receipt are there after one commit; the inbox has the record whole."""
    sent = at(7, ask_record(message_id="m-1"))
    sent = replace(sent, key=b"any key", headers=(("x", None), ("x", b"\xff"), *sent.headers))
    await toy.transaction.process([sent])
    [kept] = await toy.rows("inbox", "message_id")
    assert (kept["value"], kept["key"], headers_from_text(kept["headers"])) == (sent.value, sent.key, sent.headers)
    assert (kept["sender"], kept["topic"], kept["partition"], kept["record_offset"]) == ("bank-a", sent.topic, 0, 7)
    receipt, event = await toy.rows("outbox")
    assert (receipt["topic"], receipt["key"], receipt["seq"]) == ("outcomes.bank-a", str(PROJECT), 1)
    assert receipt["event_id"] == event_id(causing_id("bank-a", "m-1"), RECEIPT_INDEX)
    assert content_of(receipt)["data"]["outcome"] == "accepted"
    assert content_of(receipt)["data"]["message_sha256"] == kept["sha256"]
    assert (event["topic"], event["key"], event["seq"]) == (toy.topics.says, str(PROJECT), 1)
    assert content_of(event)["causationid"] == "m-1"


async def test_a_repeat_is_answered_with_the_same_bytes(toy: Toy) -> None:
    """The sender asks twice and receives the one answer again; nothing is decided twice."""
    await toy.transaction.process([at(0, ask_record())])
    await toy.mark_published()
    before = await toy.rows("outbox")
    await toy.transaction.process([at(1, ask_record())])
    after = await toy.rows("outbox")
    assert [row["value"] for row in after] == [row["value"] for row in before]
    assert [row["published_at"] is None for row in after] == [True, False]
    assert after[0]["topic"] == "outcomes.bank-a"
    assert toy.processed == ["m-1"]
    assert await toy.rows("quarantine") == []


async def test_a_repeat_in_the_same_batch_has_no_effect(toy: Toy) -> None:
    """A double click is one message."""
    await toy.transaction.process([at(0, ask_record()), at(1, ask_record()), at(2, ask_record())])
    assert toy.processed == ["m-1"]
    assert len(await toy.rows("outbox")) == 2
    assert [row["record_offset"] for row in await toy.rows("inbox", "message_id")] == [0]


async def test_a_redelivery_has_no_effect_at_all(toy: Toy) -> None:
    """Kafka gives us the very same records again: nobody asked twice, so nobody is answered twice."""
    batch = [
        at(0, ask_record()),
        at(1, record(b"not JSON")),
        at(2, signed_record(BANK, b"not JSON")),
        at(3, ask_record(NEWCOMER)),
        at(4, signed_record(BANK, as_bytes(ask_content(amount=1)))),
        at(5, signed_record(BANK, as_bytes(ask_content()) + b" ")),
        event_record(1),
        event_record(3),
    ]
    await toy.transaction.process(batch)
    await toy.mark_published()
    before = await toy.everything()
    await toy.transaction.process(batch)
    for one in batch:
        await toy.transaction.process([one])
    assert await toy.everything() == before
    assert {table: len(rows) for table, rows in before.items()} == {
        "inbox": 1,
        "outbox": 6,
        "held": 2,
        "quarantine": 4,
        "cursors": 1,
        "streams": 3,
    }


async def test_an_id_used_again_for_other_bytes_changes_nothing(toy: Toy) -> None:
    """The first stands, the other is kept with an alarm, and the sender is told once what to do."""
    await toy.transaction.process([at(0, ask_record())])
    kept = await toy.rows("inbox", "message_id")
    other = at(1, signed_record(BANK, as_bytes(ask_content(data={"project_id": str(PROJECT), "amount_fen": 9}))))
    await toy.transaction.process([other])
    await toy.transaction.process([other])
    [fault] = await toy.rows("quarantine")
    assert (fault["code"], fault["sender"], fault["value"]) == ("message_id_reused", "bank-a", other.value)
    assert await toy.rows("inbox", "message_id") == kept
    first, second = await toy.receipts()
    assert content_of(first)["data"]["outcome"] == "accepted"
    said = content_of(second)["data"]
    assert (said["outcome"], said["message_id"], said["message_sha256"]) == ("refused", "m-1", fault["sha256"])
    assert [(reason["code"], reason["clause"]) for reason in said["reasons"]] == [("message_id_reused", "4.1")]
    assert toy.processed == ["m-1"]


async def test_both_in_one_batch(toy: Toy) -> None:
    """The one that came first is the one that counts, in one batch as in two."""
    other = signed_record(BANK, as_bytes(ask_content()) + b" ")
    await toy.transaction.process([at(0, ask_record()), at(1, other), at(2, ask_record())])
    assert [row["record_offset"] for row in await toy.rows("inbox", "message_id")] == [0]
    assert [row["record_offset"] for row in await toy.rows("quarantine")] == [1]


async def test_another_sender_may_use_the_same_id(toy: Toy) -> None:
    """Ids are each sender's own; a forger cannot use up an honest one's."""
    await toy.register(NEWCOMER)
    forged = record(as_bytes(ask_content()) + b" ", NEWCOMER.signer.sign(as_bytes(ask_content()) + b" "))
    await toy.transaction.process([at(0, forged), at(1, ask_record(NEWCOMER)), at(2, ask_record())])
    assert [(row["sender"], row["message_id"]) for row in await toy.rows("inbox", "sender")] == [
        ("bank-a", "m-1"),
        ("bank-n", "m-1"),
    ]
    [fault] = await toy.rows("quarantine")
    assert (fault["code"], fault["sender"]) == ("sender_mismatch", "bank-n")


async def test_a_message_waits_for_its_key(toy: Toy) -> None:
    """The copy of the keys lags; when the key comes, the message is taken up by itself and answered exactly once."""
    sent = at(5, ask_record(NEWCOMER))
    await toy.transaction.process([sent])
    assert [(row["kind"], row["value"], row["released_at"]) for row in await toy.rows("held")] == [
        ("key_unknown", sent.value, None)
    ]
    assert await toy.transaction.retry_held() == 1
    assert await toy.rows("outbox") == []
    toy.now += timedelta(seconds=20)
    await toy.register(NEWCOMER)
    assert await toy.transaction.retry_held() == 1
    assert await toy.transaction.retry_held() == 0
    await toy.transaction.process([sent])
    assert toy.processed == ["m-1"]
    [receipt] = await toy.receipts()
    assert (receipt["topic"], content_of(receipt)["data"]["outcome"]) == ("outcomes.bank-n", "accepted")
    assert [row["record_offset"] for row in await toy.rows("inbox", "message_id")] == [5]
    assert [row["released_at"] for row in await toy.rows("held")] == [toy.now]
    assert await toy.rows("quarantine") == []


async def test_two_replicas_take_up_what_waits_at_the_same_time(toy: Toy) -> None:
    """It is still decided once, since the inbox recognises it."""
    sent = [at(offset, ask_record(NEWCOMER, f"m-{offset}")) for offset in range(20)]
    await toy.transaction.process([*sent, event_record(2)])
    await toy.register(NEWCOMER)
    held = await toy.rows("held")
    for _ in range(2):
        await toy.transaction.retry_held()
        await toy.pool.execute("UPDATE held SET released_at = NULL")
    await toy.transaction.retry_held()
    assert len(toy.processed) == 20
    assert len(await toy.receipts()) == 20
    assert len(held) == 21
    assert [row["seq"] for row in await toy.rows("held") if row["released_at"] is None] == [2]


async def test_a_message_whose_key_never_comes_is_quarantined(toy: Toy) -> None:
    """After the limit, and not before; nobody vouches for it, so nobody is answered."""
    await toy.transaction.process([ask_record(NEWCOMER)])
    limit = timedelta(seconds=toy.settings.key_wait_seconds_max)
    toy.now = NOON + limit
    await toy.transaction.retry_held()
    assert await toy.rows("quarantine") == []
    toy.now = NOON + limit + timedelta(seconds=1)
    await toy.transaction.retry_held()
    [fault] = await toy.rows("quarantine")
    assert (fault["code"], fault["sender"], fault["value"]) == ("key_unknown", None, ask_record(NEWCOMER).value)
    assert await toy.transaction.retry_held() == 0
    assert await toy.rows("outbox") == []
    assert await toy.rows("inbox", "message_id") == []


async def test_poison_that_waited_for_its_key_hurts_nobody_else(toy: Toy) -> None:
    """What fails when it is taken up stays held for an operator; it must not end the service again and again."""
    waiting = [
        at(0, ask("m-0", None, NEWCOMER)),
        at(1, ask("m-1", POISON, NEWCOMER)),
        at(2, ask("m-2", None, NEWCOMER)),
    ]
    await toy.transaction.process(waiting)
    await toy.register(NEWCOMER)
    await toy.transaction.retry_held()
    assert toy.processed == ["m-0", "m-2"]
    held = {row["record_offset"]: row for row in await toy.rows("held")}
    assert (held[1]["kind"], held[1]["released_at"]) == ("failed", None)
    assert held[1]["why"] == "RuntimeError: this one fails for good"
    assert held[1]["value"] == waiting[1].value
    assert [held[offset]["released_at"] for offset in (0, 2)] == [NOON, NOON]
    assert await toy.transaction.retry_held() == 0


async def test_a_passing_fault_while_taking_up_blames_nobody(toy: Toy) -> None:
    """The database goes away: everything waits on as it did."""
    await toy.transaction.process([ask("m-0", POISON, NEWCOMER)])
    await toy.register(NEWCOMER)
    toy.poison[POISON] = asyncpg.DeadlockDetectedError("deadlock detected")
    with pytest.raises(asyncpg.DeadlockDetectedError):
        await toy.transaction.retry_held()
    assert [(row["kind"], row["released_at"]) for row in await toy.rows("held")] == [("key_unknown", None)]


async def test_events_wait_for_the_missing_one(toy: Toy) -> None:
    """A gap stops its stream only; when it is filled, all that waited is taken up in order and at once."""
    await toy.transaction.process([event_record(1, "a"), event_record(4, "a"), event_record(3, "a")])
    await toy.transaction.process([event_record(1, "b"), event_record(5, "a"), event_record(2, "b")])
    assert toy.processed == ["a/1", "b/1", "b/2"]
    assert sorted((row["kind"], row["seq"]) for row in await toy.rows("held")) == [("gap", 3), ("gap", 4), ("gap", 5)]
    toy.processed.clear()
    await toy.transaction.process([event_record(2, "a")])
    assert toy.processed == ["a/2", "a/3", "a/4", "a/5"]
    assert all(row["released_at"] == NOON for row in await toy.rows("held"))
    assert [(row["key"], row["seq"]) for row in await toy.rows("cursors", "key")] == [("a", 5), ("b", 2)]


async def test_an_event_with_a_lower_number_is_a_repeat(toy: Toy) -> None:
    """A relay that lost its connection publishes again; whatever the bytes are, it has no effect."""
    await toy.transaction.process([event_record(1), event_record(2)])
    before = await toy.everything()
    await toy.transaction.process([event_record(1, offset=8), event_record(2, offset=9, data={"note": "other"})])
    assert await toy.everything() == before


async def test_the_right_event_is_held_when_a_waiting_one_is_poison(toy: Toy) -> None:
    """The missing event is good and what waited behind it is not: the good one has its effect, its successor waits."""
    poisoned = event_record(2, data={"note": POISON})
    await toy.transaction.process([event_record(3), poisoned])
    with pytest.raises(RuntimeError):
        await toy.transaction.process([event_record(1)])
    await toy.transaction.hold_failed(event_record(1), "RuntimeError: in the same transaction")
    assert toy.processed == [f"{PROJECT}/1"]
    await toy.transaction.retry_held()
    assert await toy.transaction.retry_held() == 0
    assert [
        (row["kind"], row["seq"], row["released_at"])
        for row in sorted(await toy.rows("held"), key=lambda row: row["seq"])
    ] == [("failed", 2, None), ("gap", 3, None)]
    # An operator has mended the service and sends the same bytes again: the stream goes on by itself.
    toy.poison.clear()
    await toy.transaction.process([at(90, poisoned)])
    assert toy.processed == [f"{PROJECT}/{seq}" for seq in (1, 2, 3)]


async def test_an_event_whose_turn_has_come_is_taken_up_without_another(toy: Toy) -> None:
    """Nothing more may ever come on that stream; what waits must not wait for it."""
    await toy.transaction.process([event_record(2), event_record(3)])
    with pytest.raises(RuntimeError):
        await toy.transaction.process([event_record(1, data={"note": POISON})])
    toy.poison.clear()
    await toy.transaction.hold_failed(event_record(1), "RuntimeError: it has passed meanwhile")
    assert await toy.transaction.retry_held() == 1
    assert toy.processed == [f"{PROJECT}/{seq}" for seq in (1, 2, 3)]
    assert all(row["released_at"] is not None for row in await toy.rows("held"))


async def test_a_failed_record_is_held_once(toy: Toy) -> None:
    """It comes again and again after restarts; one row tells of it."""
    poisoned = at(3, ask("m-3", POISON))
    for _ in range(2):
        await toy.transaction.hold_failed(poisoned, "RuntimeError: poison")
    [held] = await toy.rows("held")
    assert (held["kind"], held["value"], held["record_offset"]) == ("failed", poisoned.value, 3)
    assert await toy.rows("inbox", "message_id") == []


async def test_every_message_has_its_effect_once_while_connections_are_ended(toy: Toy) -> None:
    """Also in the middle of a COMMIT, whose outcome nobody knows: the same batch is tried again until it is through.

    Whatever the driver raises then is a passing fault; for any other the record would be held.
    """
    admin: asyncpg.Connection[Any] = await asyncpg.connect(toy.admin_url)
    ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 ORDER BY random() LIMIT 2"
    faults = 0
    for number in range(40):
        batch = [at(number * 3 + place, ask_record(message_id=f"m-{number}-{place}")) for place in range(2)]
        batch += [event_record(number + 1), at(number * 3 + 2, record(b"x"))]
        ending = None if number % 2 else asyncio.create_task(_after(0.0005 * number, admin.execute(ends, toy.database)))
        while (fault := await _raised_by(toy.transaction.process(batch))) is not None:
            assert is_transient(fault), repr(fault)
            faults += 1
        if ending is not None:
            await ending
    await admin.close()
    assert faults > 0
    tables = {table: await toy.pool.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}
    assert tables == {"inbox": 80, "outbox": 200, "held": 0, "quarantine": 40, "cursors": 1, "streams": 2}
    assert await toy.pool.fetchval("SELECT seq FROM cursors") == 40
    for stream in ("outcomes.bank-a", toy.topics.says):
        seqs = [row["seq"] for row in await toy.rows("outbox") if row["topic"] == stream]
        assert seqs == list(range(1, len(seqs) + 1))


async def _raised_by(work: Awaitable[None]) -> Exception | None:
    try:
        await work
    except Exception as error:  # noqa: BLE001  # which one it is is what is asked
        return error
    return None


async def _after(seconds: float, work: Awaitable[Any]) -> None:
    await asyncio.sleep(seconds)
    await work


async def test_whatever_is_raised_nothing_has_happened(toy: Toy) -> None:
    """A batch with one that fails leaves no trace of the others."""
    before = await toy.everything()
    with pytest.raises(RuntimeError):
        await toy.transaction.process([at(0, ask("m-0")), at(1, ask("m-1", POISON)), event_record(1), record(b"x")])
    assert await toy.everything() == before


@pytest.mark.parametrize(
    "taken",
    [
        record(None),
        record(b""),
        record(None, key=b"\xff\x00", headers=[("a\x00b", b"\x00\xff"), ("a\x00b", None), ("\ud800", b"")]),
        record(b"\x00" * 100, b"\x00"),
        record(b'{"\\u0000":1}', "x..y"),
        record(b"{}", BANK.signer.sign(b"{}"), None),
        signed_record(BANK, b'{"type":"' + b"x" * 70_000 + b'"}'),
        signed_record(BANK, as_bytes(ask_content(id="\x00", source="😀", type="\u202e"))),
        signed_record(BANK, as_bytes(ask_content() | {"\u202e" * 300: 1})),
        replace(event_record(1), value=None),
        replace(event_record(1), key=b"\x00"),
        replace(event_record(1), key=None),
        event_record(1, "k\x00"),
    ],
)
async def test_bad_input_is_kept_byte_for_byte(toy: Toy, taken: Record) -> None:
    """Whatever comes, it is in quarantine as it came, and the next record is processed."""
    await toy.transaction.process([at(0, taken), at(1, ask_record())])
    [fault] = await toy.rows("quarantine")
    assert (fault["value"], fault["key"], headers_from_text(fault["headers"])) == (
        taken.value,
        taken.key,
        taken.headers,
    )
    assert toy.processed == ["m-1"]


async def test_key_ids_are_looked_up_only_if_they_can_be_some(toy: Toy) -> None:
    """A key id with NUL or half a surrogate pair would fail in the database, and with it every other record."""
    for offset, kid in enumerate(("\x00" * 43, "\ud800" * 43, "'; --")):
        header = json.dumps({"alg": "Ed25519", "kid": kid}).encode()
        forged = record(as_bytes(ask_content()), f"{_encoded(header)}..{_encoded(bytes(64))}")
        await toy.transaction.process([at(offset, forged)])
    assert [row["code"] for row in await toy.rows("quarantine")] == ["signature_missing"] * 3


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def test_a_trace_goes_through(toy: Toy) -> None:
    """The span's parent is in the incoming record, what goes out carries the span, the stage before is a link."""
    toy.stage_before = BEFORE
    sent = ask_record()
    sent = replace(sent, headers=(*sent.headers, ("traceparent", TRACEPARENT.encode())))
    await toy.transaction.process([sent])
    [span] = toy.finished_spans()
    assert span.kind is SpanKind.CONSUMER
    assert span.parent is not None
    assert f"{span.parent.trace_id:032x}-{span.parent.span_id:016x}" == TRACEPARENT[3:-3]
    assert span.context is not None
    own = f"00-{TRACE}-{span.context.span_id:016x}-01"
    assert [row["traceparent"] for row in await toy.rows("outbox")] == [own, own]
    [link] = span.links
    assert f"00-{link.context.trace_id:032x}-{link.context.span_id:016x}-01" == BEFORE
    assert span.attributes is not None
    assert span.attributes["project_id"] == span.attributes["claim_id"] == str(PROJECT)
    assert span.attributes["pool_id"] == str(POOL)
    assert span.attributes["outcome"] == "accepted"


async def test_an_event_that_waited_has_its_trace_too(toy: Toy) -> None:
    """What it brings about is the child of who published it, not of nobody."""
    late = replace(event_record(2), headers=(("traceparent", TRACEPARENT.encode()),))
    await toy.transaction.process([late])
    await toy.transaction.process([event_record(1)])
    rows = {content_of(row)["data"]["about"]: row["traceparent"] for row in await toy.rows("outbox")}
    assert rows[f"{PROJECT}/2"][3:35] == TRACE
    assert rows[f"{PROJECT}/1"][3:35] != TRACE
    outcomes = [span.attributes["outcome"] for span in toy.finished_spans() if span.attributes is not None]
    assert sorted(map(str, outcomes)) == ["done", "done", "held"]


async def test_an_event_too_large_for_the_broker_is_not_stored(toy: Toy) -> None:
    """In the outbox it would be in the relay's way for ever; so its cause fails, and is held."""
    toy.about_length = 1_000_000
    before = await toy.everything()
    with pytest.raises(ValueError, match="above"):
        await toy.transaction.process([ask_record()])
    assert await toy.everything() == before
