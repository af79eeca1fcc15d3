"""The mutation run notices a row of a table of contents whose roles or duties nobody proves, and only that one."""

import json
import os
import subprocess
import sys
from pathlib import Path

from services.registry.domain import decide
from shared.contracts.registry.words import Role
from tests.mutation.run import Trial
from tests.tidy.repository import ROOT

RULES = '''"""Article 4: rules for the mutation run's own tests."""

from collections.abc import Collection

from shared.contracts.refusals import Refusal, refusal


def message_is_for_institution(role: str, who: Collection[str]) -> Refusal | None:
    """Article 4.1. Only some roles say it."""
    return None if role in who else refusal("not_theirs", "4.1", "not theirs", "无权")


def officer_has_duty(duties: Collection[str], duty: str) -> Refusal | None:
    """Article 4.1. It needs a duty."""
    return None if duty in duties else refusal("no_duty", "4.1", "no duty", "无职责")
'''

DECIDE = '''"""Which message is for whom."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.sample.domain.rules.article_04_sample import message_is_for_institution, officer_has_duty


class Role(StrEnum):
    MANAGING = "managing"
    LENDER = "lender"


class Approve:
    """For one role, with a duty; a story tells of both."""


class Report:
    """For every role, with a duty; no story tells of anybody without it."""


@dataclass(frozen=True)
class Row:
    command: type
    who: Mapping[Role, str | None]


ROWS = (
    Row(Approve, {Role.MANAGING: "approval"}),
    Row(Report, dict.fromkeys(Role, "reporting")),
)
ROW_OF = {row.command: row for row in ROWS}


def decide(message: object, role: Role, duties: Collection[str]) -> bool:
    """Whether it is taken."""
    who = ROW_OF[type(message)].who
    if message_is_for_institution(role, who):
        return False
    duty = who[role]
    return duty is None or officer_has_duty(duties, duty) is None
'''

TESTS = '''"""Article 4."""

import pytest

from services.sample.domain.decide import Approve, Report, Role, decide

pytestmark = pytest.mark.clause("4.1")


def test_approval_is_for_one_role_and_one_duty() -> None:
    assert decide(Approve(), Role.MANAGING, {"approval"})
    assert not decide(Approve(), Role.LENDER, {"approval"})
    assert not decide(Approve(), Role.MANAGING, {"reporting"})


def test_everybody_reports() -> None:
    assert decide(Report(), Role.LENDER, {"reporting"})
'''

CONFIGURATION = """[tool.pytest.ini_options]
asyncio_default_fixture_loop_scope = "session"
markers = ["clause(number): the clause that a test proves"]
"""


def test_a_row_that_nobody_proves_is_noticed(tmp_path: Path) -> None:
    """Its roles and its duties are each taken away, where it has any to take."""
    for name, text in {
        "services/__init__.py": "",
        "services/sample/__init__.py": "",
        "services/sample/domain/__init__.py": "",
        "services/sample/domain/rules/__init__.py": "",
        "services/sample/domain/rules/article_04_sample.py": RULES,
        "services/sample/domain/decide.py": DECIDE,
        "tests/unit/sample/test_article_04_sample.py": TESTS,
        "pyproject.toml": CONFIGURATION,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.mutation", "--json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    prefix = "services.sample.domain.decide.ROWS."
    rows = [each for each in json.loads(done.stdout)["uses"] if each["used_by"].startswith(prefix)]
    assert {(each["function"], each["used_by"].removeprefix(prefix)): each["result"] for each in rows} == {
        ("message_is_for_institution", "Approve"): "noticed",
        ("officer_has_duty", "Approve"): "noticed",
        ("officer_has_duty", "Report"): "survived",
    }
    assert {each["place"] for each in rows} == {f"services/sample/domain/decide.py:{line}" for line in (30, 31)}


def test_every_row_of_the_registry_is_tried(trials: tuple[Trial, ...]) -> None:
    """Each that is for some roles without its roles, each that needs duties without them."""
    tried = {
        (trial.rule.name, trial.use.row)
        for trial in trials
        if trial.rule.owner == "registry" and trial.use is not None and trial.use.row
    }
    for_some = {row.command.__name__ for row in decide.ROWS if len(row.who) < len(Role)}
    with_duty = {row.command.__name__ for row in decide.ROWS if any(row.who.values())}
    assert tried == {
        *(("message_is_for_institution", name) for name in for_some),
        *(("officer_has_duty", name) for name in with_duty),
    }
