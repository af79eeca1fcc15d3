"""The scenarios of the repository, each played in memory; tests/e2e plays them all through the real topics."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from scenarios.player.command import ALL_HELD, DIFFERED, UNREADABLE, scenario_command
from scenarios.player.given import Given, GivenLoan, GivenParties, GivenRules
from scenarios.player.messages import MESSAGES
from scenarios.player.model import Expectation, Scenario, Step
from scenarios.player.reading import read_scenario, scenario_of
from scenarios.player.report import lines
from scenarios.player.run import play_simulated, read_all
from scenarios.player.view import STAGES

SCENARIOS = Path(__file__).parents[3] / "scenarios"
DOCUMENT = SCENARIOS.parent / "docs" / "scenarios.md"
FILES = sorted(SCENARIOS.glob("*.yaml"))


def marked(path: Path) -> object:
    """The file as a test's parameter, marked with the clauses that its scenario shows."""
    return pytest.param(
        path, id=path.stem, marks=[pytest.mark.clause(clause) for clause in read_scenario(path).clauses]
    )


@pytest.mark.parametrize("path", [marked(path) for path in FILES])
def test_the_scenario_holds_in_memory(path: Path) -> None:
    """Every answer and every expectation of the file is as the services decide it."""
    scenarios, faults = read_all([path])
    assert faults == []
    (played,) = asyncio.run(play_simulated(scenarios, lambda _: None))
    assert played.held, "\n".join(lines(played))


def test_scenarios_can_be_played_in_memory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``--simulated`` needs no stack; what differs is told, and is the exit status and the report's."""
    right, report = SCENARIOS / "worked-case-01.yaml", tmp_path / "report.json"
    assert scenario_command(right, simulated=True) == ALL_HELD
    assert "1 of 1 scenarios held" in capsys.readouterr().out
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("title: a case\nsteps: [{says: loss notice, answer: held}]\n", encoding="utf-8")
    assert scenario_command(right, wrong, simulated=True, json=report) == DIFFERED
    assert "1 of 2 scenarios held" in capsys.readouterr().out
    assert [each["held"] for each in json.loads(report.read_text())["scenarios"]] == [True, False]


def test_the_worked_cases_that_can_be_played_are_there() -> None:
    """Cases 1, 2, 7 and 9 of the regulation's reading, and 8."""
    assert {f"worked-case-{number:02}.yaml" for number in (1, 2, 7, 8, 9)} <= {path.name for path in FILES}


def test_the_document_names_every_word() -> None:
    """docs/scenarios.md has the words of what is given, a step and an expectation; --words those of messages."""
    text = DOCUMENT.read_text(encoding="utf-8")
    printed = set(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)))
    parts = (Scenario, Given, GivenRules, GivenLoan, GivenParties, Step, Expectation)
    words = {word for part in parts for word in part.allowed_words()} | set(STAGES)
    assert sorted(words - printed) == []
    for number, example in enumerate(re.findall(r"^```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE), start=1):
        assert scenario_of(example.encode(), Path(f"example {number} of the document")).steps


def test_the_words_of_messages_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Each message with who usually says it, and what can be said in it."""
    assert scenario_command(words=True) == ALL_HELD
    printed = capsys.readouterr().out
    for word, message in MESSAGES.items():
        assert f"{word}  ({message.who})\n    {', '.join(message.allowed_words()) or 'no words'}\n" in printed


def test_files_can_be_read_without_playing_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``--check`` needs no stack; a wrong file is told by line, on standard error, with an exit status of its own."""
    assert scenario_command(SCENARIOS, check=True) == ALL_HELD
    path = tmp_path / "typing-error.yaml"
    path.write_text("title: a case\nsteps:\n  - says: los notice\n", encoding="utf-8")
    assert scenario_command(path, check=True) == UNREADABLE
    assert f"{path}, line 3: 'los notice' is no message; did you mean 'loss notice'?" in capsys.readouterr().err
    assert scenario_command(tmp_path / "nowhere.yaml", check=True) == UNREADABLE
