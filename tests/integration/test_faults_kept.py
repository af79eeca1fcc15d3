"""A fault test that fails leaves its stores, its logs and what was broken in a folder that the failure names."""

import csv
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiokafka import AIOKafkaProducer

from devstack.stack import Stack
from devstack.topics import create_topics
from tests.faults.arena import Arena
from tests.faults.conftest import pytest_pyfunc_call
from tests.integration.conftest import TestDatabase

pytestmark = pytest.mark.asyncio

SEED = 11
TEST = "tests/faults/test_faults_kills.py::test_services_killed_at_random_change_nothing[11]"


def failing_test(arena: Arena) -> SimpleNamespace:
    """What pytest has of a test: its id, its parameters and its fixtures."""
    return SimpleNamespace(nodeid=TEST, callspec=SimpleNamespace(params={"seed": SEED}), funcargs={"arena": arena})


async def test_what_fails_is_kept_whole(
    infrastructure: Stack, claims_database: TestDatabase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Rows, records with their headers, logs, seed, commit and the faults are there; the failure says where."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    await claims_database.pool.execute(
        "INSERT INTO cursors (source, topic, key, seq) VALUES ('registry', 'registry.events', 'a,b', 7)"
    )
    await create_topics(infrastructure.kafka_bootstrap, [("kept-topic", 1)])
    async with AIOKafkaProducer(bootstrap_servers=infrastructure.kafka_bootstrap) as producer:
        await producer.send_and_wait("kept-topic", "退款".encode(), key=b"\xff", headers=[("jws", b"signed")])
    arena = Arena(infrastructure, None, [])  # type: ignore[arg-type]
    arena.plan("of a test before")
    running = pytest_pyfunc_call(failing_test(arena))  # type: ignore[arg-type]
    next(running)
    arena.plan("kill -9 of claims")
    arena.note("kill -9 of claims")
    failure = AssertionError("2 problems are left")
    with pytest.raises(AssertionError) as raised:
        running.throw(failure)
    assert raised.value is failure

    (note,) = failure.__notes__
    folder = Path(note.rpartition(" ")[2])
    assert folder.parent == tmp_path
    run = json.loads((folder / "run.json").read_text())
    assert run["parameters"] == {"seed": SEED}
    assert run["again"] == f".venv/bin/python -m pytest -m long '{TEST}'"
    assert len(run["commit"]) == 40
    assert run["planned"] == ["kill -9 of claims"]
    assert [each.partition(" ")[2] for each in run["happened"]] == ["kill -9 of claims"]
    assert "2 problems are left" in run["error"]
    assert (folder / "uncommitted.patch").exists()
    with (folder / "databases" / claims_database.name / "cursors.csv").open() as rows:
        assert [(row["key"], row["seq"]) for row in csv.DictReader(rows)] == [("a,b", "7")]
    records = [json.loads(line) for line in (folder / "records.jsonl").read_text().splitlines()]
    (record,) = [record for record in records if record["topic"] == "kept-topic"]
    assert (record["value"], record["key"], record["headers"]) == ("退款", {"hex": "ff"}, {"jws": "signed"})
    assert record["timestamp_ms"] > 0
    assert (folder / "data" / "logs" / "postgres.log").stat().st_size > 0
    assert list((folder / "data").glob("kafka/**/kept-topic-0/*.log"))


async def test_a_store_that_is_away_costs_only_its_own_part(
    infrastructure: Stack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the broker answers no more, the databases and logs are kept, and the failure says what is missing."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(infrastructure, "kafka_bootstrap", "127.0.0.1:1")
    running = pytest_pyfunc_call(failing_test(Arena(infrastructure, None, [])))  # type: ignore[arg-type]
    next(running)
    failure = AssertionError("nobody answers")
    with pytest.raises(AssertionError):
        running.throw(failure)
    where, lost = failure.__notes__
    assert lost.startswith("the records could not be kept whole: ")
    folder = Path(where.rpartition(" ")[2])
    assert list((folder / "databases").glob("riskpool_registry/outbox.csv"))
    assert (folder / "data" / "logs" / "kafka.log").exists()
