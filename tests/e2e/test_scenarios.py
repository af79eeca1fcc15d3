"""The scenarios of the repository, played through the real topics on one running stack."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

import asyncpg
import pytest
import pytest_asyncio

from devstack.stack import SERVICES
from scenarios.player.play import PROBE, PROBES_MAX, Played
from scenarios.player.reading import read_scenario
from scenarios.player.report import as_json, lines
from scenarios.player.run import play_all, read_all, running_stack, simulate
from shared.contracts.topics import COMMAND_TOPICS
from shared.messaging.message import Record
from simulator.party_messages import Message

SCENARIOS = Path(__file__).parents[2] / "scenarios"
DOCUMENT = SCENARIOS.parent / "docs" / "scenarios.md"
FILES = sorted(SCENARIOS.glob("*.yaml"))
# Twenty are to be played in two minutes on two cores; all there are take less than that.
SECONDS_MAX = 120.0

# Of what intake refuses, those that a scenario brings about.
INTAKE_CODES = {"key_not_valid"}

WRONG = """
title: A scenario that expects what does not happen
steps:
  - {at: 2026-06-01 09:00, who: lender, says: loss notice, with: {total: "1000.00"}}
  - at: 2026-06-01 10:00
    who: cooperating institution/planner
    says: compensation plan
    answer: {outcome: refused, clause: "10.3"}
    expect: {stage: planned, balances: {social capital: "1.00"}}
"""


@dataclass(frozen=True)
class Evening:
    """All scenarios, played once; the wrong one is the last."""

    played: dict[str, Played]
    wrong: Played
    seconds: float
    starts: list[tuple[str, str, str]]
    # What the services have said, by pool; and what was said of the same scenario, by file, in memory.
    said: dict[str, list[Message]]
    simulated: dict[str, list[Record]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def evening(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Evening]:
    wrong = tmp_path_factory.mktemp("scenarios") / "wrong.yaml"
    wrong.write_text(WRONG, encoding="utf-8")
    scenarios, faults = read_all([SCENARIOS, wrong])
    assert faults == []
    async with running_stack(scenarios, lambda _: None) as pool:
        started = time.monotonic()
        played = await play_all(scenarios, pool, lambda _: None)
        seconds = time.monotonic() - started
        starts = []
        said: dict[str, list[Message]] = {}
        for service in SERVICES:
            connection = await asyncpg.connect(pool.stack.database_urls[service])
            try:
                rows = await connection.fetch("SELECT service, environment, business_time FROM service_starts")
                for row in await connection.fetch("SELECT value FROM outbox WHERE topic <> 'audit.events'"):
                    content = json.loads(row["value"])
                    said.setdefault(content["poolid"], []).append(content)
            finally:
                await connection.close()
            starts.extend(tuple(row) for row in rows)
        simulated = {each.path.name: (await simulate(each, pool.keys))[1].records for each in scenarios}
    yield Evening({Path(each.file).name: each for each in played}, played[-1], seconds, starts, said, simulated)


def marked(path: Path) -> object:
    """The file as a test's parameter, marked with the clauses that its scenario shows."""
    return pytest.param(
        path.name, id=path.stem, marks=[pytest.mark.clause(clause) for clause in read_scenario(path).clauses]
    )


@pytest.mark.asyncio
@pytest.mark.parametrize("name", [marked(path) for path in FILES])
async def test_the_scenario_holds(evening: Evening, name: str) -> None:
    """Every answer and every expectation of the file is as the services say it on their topics."""
    played = evening.played[name]
    assert played.held, "\n".join(lines(played))


@pytest.mark.asyncio
@pytest.mark.parametrize("name", [path.name for path in FILES])
async def test_the_simulator_says_what_the_services_say(evening: Evening, name: str) -> None:
    """Every event and receipt is the same, but for what only several processes at once bring about.

    These are: numbers in streams and balances, where messages were sent at the same time; answers to those who ask
    whether claims has observed an approval; and, of an answer to what intake refused, its id, which tells the record's
    place, and its time, which is the clock's.
    """
    pool_id = evening.played[name].pool_id
    simulated = [json.loads(each.value or b"") for each in evening.simulated[name] if is_from_service(each)]
    assert comparable(simulated, pool_id) == comparable(evening.said[str(pool_id)], pool_id)


def is_from_service(record: Record) -> bool:
    return record.topic not in COMMAND_TOPICS


def comparable(contents: list[Message], pool_id: UUID) -> set[str]:
    probes = {str(uuid5(pool_id, f"{PROBE}/{number}")) for number in range(1, PROBES_MAX + 1)}
    kept: set[str] = set()
    for content in contents:
        if content["causationid"] in probes:
            continue
        data = {name: value for name, value in content["data"].items() if name != "balances"}
        left_out = {"seq", "data"} | ({"id", "time"} if is_of_intake(content) else set())
        envelope = {name: value for name, value in content.items() if name not in left_out}
        kept.add(json.dumps([envelope, data], ensure_ascii=False, sort_keys=True))
    return kept


def is_of_intake(content: Message) -> bool:
    is_receipt = content["type"].endswith(".receipt.issued.v1")
    return is_receipt and any(reason["code"] in INTAKE_CODES for reason in content["data"]["reasons"])


@pytest.mark.asyncio
async def test_what_differs_is_told_line_by_line(evening: Evening) -> None:
    """A scenario that expects something else fails, and says of each thing what was expected and what came."""
    assert not evening.wrong.held
    faults_printed = [line.strip() for line in lines(evening.wrong)]
    assert (
        "✗ 2026-06-01 10:00  cooperating institution/planner: compensation plan → refused (6.6 review_missing)"
        in faults_printed
    )
    assert "expected: refused 10.3" in faults_printed
    assert faults_printed[-6:] == [
        "stage",
        "expected: planned",
        "got:      notified",
        "balances, social capital",
        "expected: 1.00",
        "got:      5,000,000.00",
    ]
    machine = as_json([evening.wrong], 1.0)
    assert machine["held"] is False
    assert machine["scenarios"][0]["steps"][-1]["differences"][0] == {
        "what": "stage",
        "expected": "planned",
        "got": "notified",
    }


@pytest.mark.asyncio
async def test_scenarios_are_quick_enough_to_be_played_often(evening: Evening) -> None:
    """There are at least twenty, and all of them on one running stack take under two minutes."""
    assert len(FILES) >= 20
    assert evening.seconds < SECONDS_MAX


@pytest.mark.asyncio
async def test_each_start_says_where_business_time_came_from(evening: Evening) -> None:
    """Whoever reads these databases later can see that nothing in them happened when it says."""
    assert set(evening.starts) == {(service, "development", "messages") for service in SERVICES}
