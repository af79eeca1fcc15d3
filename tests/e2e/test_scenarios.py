"""The scenarios of the repository, played through the real topics on one running stack."""

import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from devstack.stack import SERVICES
from scenarios.player.command import ALL_HELD, UNREADABLE, scenario_command
from scenarios.player.messages import MESSAGES
from scenarios.player.model import Expectation, Scenario, Step
from scenarios.player.play import Played
from scenarios.player.prelude import Prelude, PreludeLoan, PreludeParties, PreludeRules
from scenarios.player.reading import read_scenario, scenario_of
from scenarios.player.report import as_json, lines
from scenarios.player.run import play_all, read_all, running_stack
from scenarios.player.view import STAGES

SCENARIOS = Path(__file__).parents[2] / "scenarios"
DOCUMENT = SCENARIOS.parent / "docs" / "scenarios.md"
FILES = sorted(SCENARIOS.glob("*.yaml"))
# Twenty are to be played in two minutes on two cores; all there are take less than that.
SECONDS_MAX = 120.0

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
        for service in SERVICES:
            connection = await asyncpg.connect(pool.stack.database_urls[service])
            try:
                rows = await connection.fetch("SELECT service, environment, business_time FROM service_starts")
            finally:
                await connection.close()
            starts.extend(tuple(row) for row in rows)
    yield Evening({Path(each.file).name: each for each in played}, played[-1], seconds, starts)


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
async def test_what_differs_is_told_line_by_line(evening: Evening) -> None:
    """A scenario that expects something else fails, and says of each thing what was expected and what came."""
    assert not evening.wrong.held
    told = [line.strip() for line in lines(evening.wrong)]
    assert (
        "✗ 2026-06-01 10:00  cooperating institution/planner: compensation plan → refused (6.6 review_missing)" in told
    )
    assert "expected: refused 10.3" in told
    assert told[-6:] == [
        "stage",
        "expected: planned",
        "got:      notified",
        "balances, social capital",
        "expected: 1.00",
        "got:      5000000.00",
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


def test_the_worked_cases_that_can_be_played_are_there() -> None:
    """Cases 1, 2, 7 and 9 of the regulation's reading, and 8."""
    assert {f"worked-case-{number:02}.yaml" for number in (1, 2, 7, 8, 9)} <= {path.name for path in FILES}


def test_the_document_names_every_word() -> None:
    """docs/scenarios.md tells all messages with their words, the prelude's, a step's and an expectation's."""
    text = DOCUMENT.read_text(encoding="utf-8")
    told = set(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)))
    parts = (Scenario, Prelude, PreludeRules, PreludeLoan, PreludeParties, Step, Expectation, *MESSAGES.values())
    words = {word for part in parts for word in part.allowed_words()} | set(MESSAGES) | set(STAGES)
    assert sorted(words - told) == []
    for number, example in enumerate(re.findall(r"^```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE), start=1):
        assert scenario_of(example.encode(), Path(f"example {number} of the document")).steps


def test_files_can_be_read_without_playing_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``--check`` needs no stack; a wrong file is told by line, on standard error, with an exit status of its own."""
    assert scenario_command(SCENARIOS, check=True) == ALL_HELD
    path = tmp_path / "typing-error.yaml"
    path.write_text("title: a case\nsteps:\n  - says: los notice\n", encoding="utf-8")
    assert scenario_command(path, check=True) == UNREADABLE
    assert f"{path}, line 3: 'los notice' is no message; did you mean 'loss notice'?" in capsys.readouterr().err
    assert scenario_command(tmp_path / "nowhere.yaml", check=True) == UNREADABLE
