"""How a service says how it is, and that it ends when it is stuck: on a real broker and a real database."""

import asyncio
import gc
import json
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from devstack.ports import free_port
from devstack.stack import Stack
from shared.messaging import service
from shared.messaging.consumer import LongPollConsumer
from shared.messaging.health import Status, Stuck, Watchdog, serve
from shared.messaging.records import Kind
from shared.messaging.service import PartEnded
from tests.integration.messaging_toy import POISON, Toy, ToyTopics, new_toy, producer, running, send, until
from tests.unit.messaging.messaging_factories import BANK, Party, as_bytes, ask_content, record, signed_record

pytestmark = pytest.mark.asyncio

# How long the test itself takes, at most.
AGE_SECONDS_OFF = 60.0


@pytest_asyncio.fixture
async def toy(infrastructure: Stack, tmp_path: Path) -> AsyncIterator[Toy]:
    """A toy service that says how it is, and loses its patience soon."""
    topics = ToyTopics.unique()
    await topics.create(infrastructure.kafka_bootstrap)
    settings = {
        "health_port": free_port(),
        "watchdog_seconds": 2.0,
        "graceful_seconds": 3,
        "statement_timeout_ms": 2_000,
    }
    async with new_toy(infrastructure, tmp_path, topics, **settings) as made:
        await made.register(BANK)
        yield made


def ask(toy: Toy, message_id: str, note: str, bank: Party = BANK) -> Any:
    content = ask_content(bank, message_id, audience=toy.topics.commands)
    content["data"]["note"] = note
    return signed_record(bank, as_bytes(content), topic=toy.topics.commands)


async def get(port: int, path: str) -> tuple[int, dict[str, Any]]:
    """Ask as any HTTP client would."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), json.loads(body)


async def test_a_service_says_how_it_is(toy: Toy, infrastructure: Stack) -> None:
    """Live, ready, and the figures that an operator asks for first; a failed record among them."""
    port = toy.settings.health_port
    assert port is not None
    async with producer(infrastructure) as outside, running(toy):
        await send(outside, ask(toy, "m-1", "fine"), ask(toy, "m-2", POISON))
        await until(lambda: toy.pool.fetchval("SELECT count(*) = 1 FROM held"), "the bad one is held")
        assert await get(port, "/live") == (200, {"live": True})
        assert await get(port, "/ready") == (200, {"ready": True})
        assert (await get(port, "/nothing"))[0] == 404
        assert toy.settings.ready_file is not None
        assert toy.settings.ready_file.read_text() == f"http://127.0.0.1:{port}\n"

        async def shows_it() -> bool:
            code, status = await get(port, "/status")
            assert code == 200
            return bool(status["waiting"].get("held", [0])[0] == 1)

        await until(shows_it, "the status shows what is held")
        _, status = await get(port, "/status")
    assert status["service"] == "toy"
    assert status["ready"] is True
    assert status["epoch"] == toy.settings.epoch
    assert status["lag_records"] == 0
    assert status["awaits_replay"] is False
    assert status["waiting"]["quarantine"][0] == 0
    with pytest.raises(ConnectionRefusedError):
        await get(port, "/live")


async def test_what_waits_is_measured_with_its_age(toy: Toy) -> None:
    """Number and greatest age by kind, as the database has them; what was decided or taken up is not among them."""
    place = "1, 'toy.commands', 0, {offset}, NULL, 'junk', '[]', 0, now() - interval '{age}'"
    for number, (kind, age) in enumerate((("failed", "1 hour"), ("gap", "2 hours"), ("failed", "9 hours"))):
        await toy.as_owner(
            "INSERT INTO held (kind, why, source, stream_key, epoch, topic, partition, record_offset, key, value, "
            f"headers, timestamp_ms, held_at) VALUES ('{kind}', 'x', '', '', {place.format(offset=number, age=age)})"
        )
        await toy.as_owner(
            "INSERT INTO quarantine (code, why, sha256, epoch, topic, partition, record_offset, key, value, headers, "
            f"timestamp_ms, quarantined_at) VALUES ('malformed', 'x', 'x', {place.format(offset=9 + number, age=age)})"
        )
    await toy.as_owner("UPDATE held SET released_at = now() WHERE id = 3")
    await toy.as_owner(
        "INSERT INTO record_decisions (kind, record_id, decision, reason, decided_by, decided_at) "
        "SELECT 'quarantine', id, 'dropped', 'x', 'wang', now() FROM quarantine WHERE id > 1"
    )
    port = toy.settings.health_port
    assert port is not None
    async with running(toy):
        await until(lambda: _waiting_at(port), "the service has looked at what waits")
    measured = _points(toy.settings.data_dir / "metrics.jsonl")
    assert {kind: measured["riskpool.waiting", kind] for kind in Kind} == {Kind.HELD: 2, Kind.QUARANTINE: 1}
    ages = {kind: measured["riskpool.waiting.age", kind] for kind in Kind}
    assert ages[Kind.HELD] == pytest.approx(2 * 3_600, abs=AGE_SECONDS_OFF)
    assert ages[Kind.QUARANTINE] == pytest.approx(3_600, abs=AGE_SECONDS_OFF)


async def _waiting_at(port: int) -> bool:
    _, status = await get(port, "/status")
    return bool(status["waiting"])


def _points(file: Path) -> dict[tuple[str, str], float]:
    """The last value of each gauge by its name and kind; a service writes them when it ends, at the latest."""
    return {
        (metric["name"], point["attributes"]["kind"]): point["value"]
        for line in file.read_text(encoding="utf-8").splitlines()
        for resource in json.loads(line)["resource_metrics"]
        for scope in resource["scope_metrics"]
        for metric in scope["metrics"]
        for point in metric["data"]["data_points"]
        if "kind" in point["attributes"] and "value" in point
    }


async def test_what_is_behind_is_told(toy: Toy, infrastructure: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records not read yet while one is processed, and what is decided and can't be published."""
    monkeypatch.setattr(service, "STATUS_SECONDS", 0.1)
    port = toy.settings.health_port
    assert port is not None
    execute, go_on = toy.execute, asyncio.Event()

    async def slowly(connection: Any, messages: Any) -> Any:
        await go_on.wait()
        return await execute(connection, messages)

    toy.execute = slowly  # type: ignore[method-assign]
    # Nobody has made the topic of this bank's answers.
    bank = Party(f"bank-{secrets.token_hex(4)}")
    await toy.register(bank)
    async with producer(infrastructure) as outside, running(toy):
        await send(outside, ask(toy, "m-1", "fine", bank))

        async def is_behind(figure: str) -> bool:
            _, status = await get(port, "/status")
            return bool(status[figure] > 0)

        await until(lambda: get(port, "/status"), "it answers")
        await asyncio.sleep(0.5)
        await send(outside, ask(toy, "m-2", "fine", bank))
        await until(lambda: is_behind("lag_records"), "the lag is told")
        go_on.set()
        await until(lambda: is_behind("outbox_age_seconds"), "the age of what waits for its topic is told")
        # Also while the topic is left out, between one try and the next.
        for _ in range(10):
            await asyncio.sleep(0.1)
            assert await is_behind("outbox_age_seconds")
        await until(lambda: toy.processed == ["m-1", "m-2"], "it has caught up")

        async def has_caught_up() -> bool:
            return not await is_behind("lag_records")

        await until(has_caught_up, "nothing is left to be read")


async def test_what_waits_too_long_is_an_alarm(
    toy: Toy, infrastructure: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the log, at the level of errors, by kind, with number and age, and the command that shows it."""
    monkeypatch.setattr(service, "STATUS_SECONDS", 0.1)
    # The toy's clock stands still in the past, so that whatever waits has waited for days.
    said: list[dict[str, Any]] = []

    def alarms() -> dict[str, dict[str, Any]]:
        lines = capsys.readouterr().out.splitlines()
        said.extend(json.loads(line) for line in lines if line.startswith("{"))
        return {line["kind"]: line for line in said if line["event"].startswith("records wait for a decision")}

    async with producer(infrastructure) as outside, running(toy):
        await send(outside, ask(toy, "m-1", POISON), record(b"junk", topic=toy.topics.commands))
        await until(lambda: alarms().keys() == {"held", "quarantine"}, "both alarms are given")
    for alarm in alarms().values():
        assert (alarm["level"], alarm["number"]) == ("error", 1)
        assert alarm["age_seconds"] > service.ALARM_SECONDS[Kind(alarm["kind"])]
        assert "riskpool records list" in alarm["event"]


async def test_a_service_that_is_not_ready_says_so() -> None:
    """Whoever sends it work can tell a start from a standstill."""
    server = await serve(0, Status("toy"))
    port = server.sockets[0].getsockname()[1]
    try:
        assert await get(port, "/ready") == (503, {"ready": False})
        assert (await get(port, "/live"))[0] == 200
    finally:
        server.close()


@pytest.mark.parametrize("said", [b"", b"\r\n", b"x" * 10_000, b"\xff\xfe\r\n", b"GET\r\n"])
async def test_nonsense_on_the_health_port_hurts_nobody(said: bytes) -> None:
    """A scanner's bytes end their own connection, and the next question is answered."""
    server = await serve(0, Status("toy", ready=True))
    port = server.sockets[0].getsockname()[1]
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        writer.close()
        assert (await get(port, "/ready"))[0] == 200
    finally:
        server.close()


async def test_a_consumer_that_gets_nothing_ends_the_service(toy: Toy, infrastructure: Stack) -> None:
    """The broker holds records for it, none of them comes, and patience is over: the supervisor is to start it anew."""
    stuck = asyncio.Event()
    getmany = LongPollConsumer.getmany

    async def get_none(self: LongPollConsumer, *places: Any, **options: Any) -> Any:
        if stuck.is_set():
            await asyncio.sleep(0.1)
            return {}
        return await getmany(self, *places, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LongPollConsumer, "getmany", get_none)
        async with producer(infrastructure) as outside, running(toy) as task:
            await send(outside, ask(toy, "m-1", "fine"))
            await until(lambda: toy.processed == ["m-1"], "it works")
            stuck.set()
            await asyncio.sleep(1.5 * toy.settings.watchdog_seconds)
            assert not task.done(), "nothing is there to be done, so nothing is stuck"
            await send(outside, ask(toy, "m-2", "fine"))
            await until(task.done, "the service has ended by itself")
            with pytest.raises(PartEnded, match="watchdog"):
                task.result()
    async with running(toy):
        await until(lambda: toy.processed == ["m-1", "m-2"], "a new start mends it")


async def test_work_that_never_ends_ends_the_service(toy: Toy, infrastructure: Stack) -> None:
    """A batch in hand for longer than patience lasts is stuck too, though the broker has nothing more to give."""
    execute, hung, at_last = toy.execute, asyncio.Event(), asyncio.Event()

    async def never_done(connection: Any, messages: Any) -> Any:
        if not hung.is_set():
            hung.set()
            await at_last.wait()
            raise ConnectionError
        return await execute(connection, messages)

    toy.execute = never_done  # type: ignore[method-assign]
    async with producer(infrastructure) as outside, running(toy) as task:
        await send(outside, ask(toy, "m-1", "fine"))
        await until(task.done, "the service has ended by itself")
        with pytest.raises(PartEnded, match="watchdog"):
            task.result()
    # The process would end here, and what hangs in it with it.
    at_last.set()
    consumers = [each for each in gc.get_objects() if issubclass(type(each), LongPollConsumer)]
    assert consumers
    for left in consumers:
        # Its stop was given up halfway, and would not be begun again.
        left._closed = False
        left._coordinator._coordination_task.cancel()
        await asyncio.gather(left._coordinator._coordination_task, return_exceptions=True)
        await left.stop()
    async with running(toy):
        await until(lambda: toy.processed == ["m-1"], "a new start mends it")


async def test_the_watchdog_is_patient_with_work_that_is_done() -> None:
    """As long as something comes now and then, however much is left, nothing is stuck."""
    watchdog = Watchdog(0.2)

    async def behind() -> int:
        return 10

    watching = asyncio.create_task(watchdog.watch(behind))
    for _ in range(10):
        await asyncio.sleep(0.05)
        watchdog.progress()
    assert not watching.done()
    with pytest.raises(Stuck, match="none has come for"):
        await asyncio.wait_for(watching, 2)


async def test_a_stop_finishes_the_batch_at_hand(toy: Toy, infrastructure: Stack) -> None:
    """SIGTERM in the middle of a transaction: it is committed, its offsets too, and nothing is processed twice."""
    execute, began = toy.execute, asyncio.Event()

    async def slowly(connection: Any, messages: Any) -> Any:
        began.set()
        await asyncio.sleep(0.5)
        return await execute(connection, messages)

    toy.execute = slowly  # type: ignore[method-assign]
    async with producer(infrastructure) as outside:
        async with running(toy):
            await send(outside, ask(toy, "m-1", "fine"))
            await began.wait()
        assert toy.processed == ["m-1"]
        async with running(toy):
            await send(outside, ask(toy, "m-2", "fine"))
            await until(lambda: toy.processed == ["m-1", "m-2"], "only what is new is processed")
