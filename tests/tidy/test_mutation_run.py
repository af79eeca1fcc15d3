"""The mutation run notices a rule that no test proves, and only that one."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.mutation.exceptions import EXCEPTIONS
from tests.mutation.run import Trial
from tests.tidy.repository import ROOT

RULES = '''"""Article 10: rules for the mutation run's own tests."""

from functools import cache

from shared.contracts.refusals import Refusal, refusal


def amount_is_positive(amount_fen: int) -> Refusal | None:
    """Article 10.1. Proven: its test fails on the mutant."""
    return None if amount_fen > 0 else refusal("not_positive", "10.1", "not above zero", "须大于零")


def amounts_are_positive(amounts_fen: tuple[int, ...]) -> tuple[Refusal, ...]:
    """Article 10.2. Not proven: its test can't fail."""
    return tuple(found for amount_fen in amounts_fen if (found := amount_is_positive(amount_fen)))


@cache
def is_even(amount_fen: int) -> bool:
    """Article 10.3. Proven, although it remembers its answers."""
    return amount_fen % 2 == 0


# accept: claimed_fen
def paid_fen(claimed_fen: int, cap_fen: int) -> int:
    """Article 10.4. Proven by another file's test, with its accept line."""
    return min(claimed_fen, cap_fen)


def without_accept_line(amount_fen: int) -> int:
    """Article 10.4. Returns a figure, and nothing says what accepting means."""
    return amount_fen


# accept: amount_yuan
def with_unknown_name(amount_fen: int) -> int:
    """Article 10.4. Its accept line names what is not there, so that any test would fail."""
    return amount_fen


# accept: amount fen
def with_broken_accept_line(amount_fen: int) -> int:
    """Article 10.4. Its accept line is no expression."""
    return amount_fen


def without_clause(amount_fen: int) -> bool:
    """Whether there is anything."""
    return amount_fen > 0


def without_test(amount_fen: int) -> bool:
    """Article 10.5. No test bears its clause's mark."""
    return amount_fen > 0
'''

DECIDE = '''"""What the sample decides: every rule in its place, and one that no story asks after."""

from services.sample.domain.rules import article_10_sample as article_10
from services.sample.domain.rules.article_10_sample import amount_is_positive, amounts_are_positive, is_even


def decide(amount_fen: int) -> int | None:
    """What is paid of an amount, nothing where it is not in order."""
    if amount_is_positive(amount_fen) or not is_even(amount_fen) or amounts_are_positive((amount_fen,)):
        return None
    return article_10.paid_fen(amount_fen, cap_fen=4)


class Case:
    """A case whose figures are told."""

    @property
    def paid_fen(self) -> int:
        """What it is paid."""
        return article_10.paid_fen(8, 4)
'''

TESTS = '''"""Article 10."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sample.domain.rules.article_10_sample import amount_is_positive, amounts_are_positive, is_even

REMEMBERED = is_even(3)


@pytest.mark.clause("10.1")
@given(st.integers(max_value=0))
def test_refuses_nothing_and_less(amount_fen: int) -> None:
    assert amount_is_positive(amount_fen) is not None


@pytest.mark.clause("10.2")
def test_can_not_fail() -> None:
    assert amounts_are_positive((0,)) is not None


@pytest.mark.clause("10.3")
def test_odd_is_not_even() -> None:
    assert not is_even(3)


def test_without_a_mark_proves_nothing() -> None:
    assert len(amounts_are_positive((0,))) == 1
'''

STORIES = '''"""What is decided."""

from services.sample.domain.decide import Case, decide


def test_an_odd_amount_is_not_paid() -> None:
    assert decide(3) is None


def test_the_cap_is_paid() -> None:
    assert decide(6) == 4


def test_a_case_says_the_cap() -> None:
    assert Case().paid_fen == 4
'''

OTHER_TESTS = '''"""What a plan pays."""

import pytest

from services.sample.domain.rules import article_10_sample


@pytest.mark.clause("10.4")
def test_pays_the_cap() -> None:
    assert article_10_sample.paid_fen(3, cap_fen=2) == 2
'''

CONFIGURATION = """[tool.pytest.ini_options]
filterwarnings = ["error"]
asyncio_default_fixture_loop_scope = "session"
markers = ["clause(number): the clause that a test proves"]
"""

UNTRIED = {
    "without_accept_line": ("fault", "say in a line above it what accepting means"),
    "with_unknown_name": ("fault", "names amount_yuan, which isn't there"),
    "with_broken_accept_line": ("fault", "the accept line is no expression"),
    "without_clause": ("fault", "the docstring does not begin with its clause"),
    "without_test": ("unproven", "is marked clause('10.5')"),
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one service, its rules and their tests."""
    folder = tmp_path_factory.mktemp("sample")
    write = {
        "services/__init__.py": "",
        "services/sample/__init__.py": "",
        "services/sample/domain/__init__.py": "",
        "services/sample/domain/rules/__init__.py": "",
        "services/sample/domain/rules/article_10_sample.py": RULES,
        "services/sample/domain/decide.py": DECIDE,
        "tests/unit/sample/test_article_10_sample.py": TESTS,
        "tests/unit/sample/test_sample_stories.py": STORIES,
        "tests/unit/sample/test_sample_plan.py": OTHER_TESTS,
        "pyproject.toml": CONFIGURATION,
    }
    for name, text in write.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tests.mutation", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def report(sample: Path) -> dict[str, Any]:
    """What the run says of all rules and uses."""
    done = _run(sample, "--json")
    assert done.returncode == 1, done.stdout + done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.fixture(scope="module")
def results(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What became of each rule."""
    return {each["function"]: each for each in report["rules"]}


def test_a_test_that_can_not_fail_is_noticed(results: dict[str, dict[str, Any]]) -> None:
    """The one rule whose test passes on the mutant too survives, and is named with its clause, file and line."""
    survived = [result for result in results.values() if result["result"] == "survived"]
    assert [result["function"] for result in survived] == ["amounts_are_positive"]
    assert survived[0]["clause"] == "10.2"
    assert survived[0]["place"] == "services/sample/domain/rules/article_10_sample.py:13"


def test_proven_rules_are_told_apart(results: dict[str, dict[str, Any]]) -> None:
    """A bool, a refusal, a figure with its accept line and a rule with a memory are each noticed by their test."""
    noticed = {name for name, result in results.items() if result["result"] == "noticed"}
    assert noticed == {"amount_is_positive", "is_even", "paid_fen"}
    assert results["paid_fen"]["detail"].endswith("test_pays_the_cap")


def test_a_rule_that_could_be_taken_out_of_its_place_is_noticed(report: dict[str, Any]) -> None:
    """Although its own test calls it: the function that asks it is told apart from those whose stories ask after it."""
    uses = {
        (each["function"], each["used_by"].removeprefix("services.sample.domain.")): each for each in report["uses"]
    }
    decided = {rule: use["result"] for (rule, by), use in uses.items() if by == "decide.decide"}
    assert decided == {
        "amount_is_positive": "survived",
        "amounts_are_positive": "survived",
        "is_even": "noticed",
        "paid_fen": "noticed",
    }
    assert uses["paid_fen", "decide.Case.paid_fen"]["result"] == "noticed"
    assert uses["amount_is_positive", "rules.article_10_sample.amounts_are_positive"]["result"] == "noticed"


def test_a_rule_that_nobody_asks_is_named(report: dict[str, Any]) -> None:
    """It refuses nothing, whatever its own test says."""
    nowhere = {each["function"]: each["result"] for each in report["uses"] if each["used_by"] == "nowhere"}
    assert nowhere["without_test"] == "fault"
    assert set(nowhere) == set(UNTRIED)


def test_exceptions_are_of_uses_that_there_are(trials: tuple[Trial, ...]) -> None:
    """Each names a rule and a function that uses it, or nowhere where nobody does, and says why."""
    there_are = {(trial.rule.name, trial.use.name) for trial in trials if trial.use is not None}
    assert sorted(set(EXCEPTIONS) - there_are) == []
    assert all(len(reason.split()) > 5 for reason in EXCEPTIONS.values())


@pytest.mark.parametrize("name", UNTRIED)
def test_a_rule_that_can_not_be_tried_is_named(results: dict[str, dict[str, Any]], name: str) -> None:
    """No accept line, a wrong one, no clause, or no test: none is passed over."""
    result, says = UNTRIED[name]
    assert results[name]["result"] == result
    assert says in results[name]["detail"]


def test_a_person_reads_a_line_per_clause_and_success(sample: Path) -> None:
    """Rules that are all proven end the run well, with a line for each clause."""
    done = _run(sample, "--clause", "10.3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10.3  1 of 1 rules and 1 of 1 uses noticed\n" in done.stdout


def test_a_test_that_fails_anyway_stops_the_run(sample: Path) -> None:
    """A test that fails without a mutant proves nothing, so that the run says so and tries nothing."""
    broken = sample / "tests" / "unit" / "sample" / "test_sample_broken.py"
    broken.write_text(OTHER_TESTS.replace("== 2", "== 1"), encoding="utf-8")
    try:
        done = _run(sample)
    finally:
        broken.unlink()
    assert done.returncode == 2
    assert "test_pays_the_cap fails without any mutant" in done.stderr
