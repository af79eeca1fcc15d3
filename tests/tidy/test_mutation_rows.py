"""The mutation run notices a row of a table of contents whose roles or duties nobody proves, and only that one."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from services.claims.domain.decide import COMMANDS as CLAIMS
from services.registry.domain.subjects import COMMANDS as REGISTRY
from shared.contracts.registry.words import Role
from tests.mutation.run import Trial
from tests.tidy.repository import ROOT

RULES = '''"""Article 4: rules for the mutation run's own tests."""

from collections.abc import Collection

from shared.contracts.refusals import Refusal, refusal


def refuse_unless_role_is_held(role: str, who: Collection[str]) -> Refusal | None:
    """Article 4.1. Only some roles say it."""
    return None if role in who else refusal("not_theirs", "4.1", "not theirs", "无权")


def refuse_unless_duty_is_held(duties: Collection[str], duty: str) -> Refusal | None:
    """Article 4.1. It needs a duty."""
    return None if duty in duties else refusal("no_duty", "4.1", "no duty", "无职责")
'''

SPEC = '''"""What is to be known of a command."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    MANAGING = "managing"
    LENDER = "lender"


@dataclass(frozen=True)
class CommandSpec:
    command: type
    permission: Mapping[Role, str | None]
'''

COMMANDS_OF_A_SUBJECT = '''"""The rows of a subject."""

from services.sample.domain.spec import CommandSpec, Role


class Approve:
    """For one role, with a duty; a story tells of both."""


class Report:
    """For every role, with a duty; no story tells of anybody without it."""


COMMANDS = (
    CommandSpec(Approve, {Role.MANAGING: "approval"}),
    CommandSpec(Report, dict.fromkeys(Role, "reporting")),
)
'''

SUBJECTS = '''"""The table of contents."""

from services.sample.domain.approvals import commands

COMMANDS = {spec.command: spec for spec in commands.COMMANDS}
'''

DECIDE = '''"""Which message is for whom."""

from collections.abc import Collection

from services.sample.domain.rules.article_04_sample import (
    refuse_unless_role_is_held,
    refuse_unless_duty_is_held,
)
from services.sample.domain.spec import Role
from services.sample.domain.subjects import COMMANDS


def decide(message: object, role: Role, duties: Collection[str]) -> bool:
    """Whether it is taken."""
    permission = COMMANDS[type(message)].permission
    if refuse_unless_role_is_held(role, permission):
        return False
    duty = permission[role]
    return duty is None or refuse_unless_duty_is_held(duties, duty) is None
'''

TESTS = '''"""Article 4."""

import pytest

from services.sample.domain.approvals.commands import Approve, Report
from services.sample.domain.decide import decide
from services.sample.domain.spec import Role

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
        "services/sample/domain/approvals/__init__.py": "",
        "services/sample/domain/approvals/commands.py": COMMANDS_OF_A_SUBJECT,
        "services/sample/domain/spec.py": SPEC,
        "services/sample/domain/subjects.py": SUBJECTS,
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
    prefix = "services.sample.domain.approvals.commands.COMMANDS."
    rows = [each for each in json.loads(done.stdout)["uses"] if each["used_by"].startswith(prefix)]
    assert {(each["function"], each["used_by"].removeprefix(prefix)): each["result"] for each in rows} == {
        ("refuse_unless_role_is_held", "Approve"): "noticed",
        ("refuse_unless_duty_is_held", "Approve"): "noticed",
        ("refuse_unless_duty_is_held", "Report"): "survived",
    }
    assert {each["place"] for each in rows} == {
        f"services/sample/domain/approvals/commands.py:{line}" for line in (15, 16)
    }


@pytest.mark.parametrize(("owner", "table"), [("registry", REGISTRY), ("claims", CLAIMS)])
def test_every_row_of_a_service_is_tried(trials: tuple[Trial, ...], owner: str, table: Mapping[type, Any]) -> None:
    """Each that is for some roles without its roles, each that needs duties without them."""
    tried = {
        (trial.rule.name, trial.use.row)
        for trial in trials
        if trial.use is not None and trial.use.owner == owner and trial.use.row
    }
    for_some = {row.command.__name__ for row in table.values() if len(row.permission) < len(Role)}
    with_duty = {row.command.__name__ for row in table.values() if any(row.permission.values())}
    assert tried == {
        *(("refuse_unless_role_is_held", name) for name in for_some),
        *(("refuse_unless_duty_is_held", name) for name in with_duty),
    }
