"""Runs, for each rule, the tests marked with its clause against the rule's mutant, each in a process of its own.

pytest and the project are imported and collected once; a process forked from there starts in milliseconds.
"""

import importlib
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.mutant import NotMutable, let_everything_pass
from tests.mutation.rules import Rule

# A mutant's tests take milliseconds; one that takes so long hangs.
MUTANT_SECONDS_MAX = 60
BASELINE_SECONDS_MAX = 300

NOTICED, SURVIVED, UNPROVEN, FAULT = "noticed", "survived", "unproven", "fault"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a rule's mutant. ``detail`` is the test that noticed it, or what is wrong.

    ``survived``: its tests passed all the same. ``unproven``: there are no tests with its clause. ``fault``: it could
    not be tried.
    """

    rule: Rule
    result: str
    detail: str
    tests: int
    seconds: float


class TestsFail(Exception):
    """Some of the tests can't be collected, or fail without any mutant: they would prove nothing."""


def try_mutants(rules: Sequence[Rule], root: Path, say: Callable[[Result], None]) -> tuple[Result, ...]:
    """Try every rule's mutant, in the given order; ``say`` hears of each one in that order.

    Raises TestsFail if the tests are not fit to prove anything.
    """
    plugin = _Mutants(rules, root, say)
    # The terminal's part is left out, since it would write into the report; and with it the options that it knows.
    options = ["-s", "-p", "no:terminal", "-p", "no:cacheprovider", "-o", "addopts=", "--import-mode=importlib"]
    if not any((root / "tests" / "unit" / rule.owner).is_dir() for rule in rules):
        results = tuple(_untried(rule) for rule in rules)
        for result in results:
            say(result)
        return results
    owners = sorted({rule.owner for rule in rules})
    folders = [str(folder) for owner in owners if (folder := root / "tests" / "unit" / owner).is_dir()]
    status = pytest.main([*options, "--strict-markers", "--rootdir", str(root), *folders], [plugin])
    if plugin.broken:
        raise TestsFail("\n\n".join(plugin.broken))
    if not plugin.finished:
        raise TestsFail(f"pytest ended with {status!r} before the mutants were tried")
    return tuple(plugin.results)


class _Mutants:
    """The part of pytest that would run the collected tests; this one runs them once for each mutant."""

    def __init__(self, rules: Sequence[Rule], root: Path, say: Callable[[Result], None]) -> None:
        self.results: list[Result] = []
        self.broken: list[str] = []
        self.finished = False
        self._rules = rules
        self._root = root
        self._say = say

    def pytest_configure(self) -> None:
        # Imported here, since pytest rewrites the assertions of a plugin that was not imported before it.
        hypothesis = importlib.import_module("hypothesis")
        hypothesis.settings.register_profile(
            "mutants",
            # That a test fails is all that is asked; the smallest example and the next run's memory are of no use here.
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
            database=None,
            derandomize=True,
            deadline=None,
            suppress_health_check=[hypothesis.HealthCheck.too_slow],
        )
        hypothesis.settings.load_profile("mutants")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append(f"{report.nodeid} can't be collected:\n{report.longreprtext}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if self.broken:
            return True
        items = self._items_by_proof(session)
        with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
            baseline = Path(folder) / "baseline.json"
            every = list(dict.fromkeys(item for of_proof in items.values() for item in of_proof))
            _wait(_fork(lambda: _time_tests(every), baseline, BASELINE_SECONDS_MAX))
            answer: dict[str, Any] = json.loads(baseline.read_text()) if baseline.exists() else {}
            if "seconds" not in answer:
                self.broken.append(f"the tests could not be run without any mutant: {answer.get('detail', 'killed')}")
                return True
            if answer["failed"]:
                self.broken.extend(f"{name} fails without any mutant" for name in answer["failed"])
                return True
            self._try_all(items, answer["seconds"], Path(folder))
        self.finished = True
        return True

    def _items_by_proof(self, session: pytest.Session) -> dict[tuple[str, str], list[pytest.Item]]:
        """The tests by owner (the folder under tests/unit) and clause."""
        found: dict[tuple[str, str], list[pytest.Item]] = {}
        unit = self._root / "tests" / "unit"
        for item in session.items:
            owner = item.path.relative_to(unit).parts[0]
            for clause in sorted({str(clause) for mark in item.iter_markers("clause") for clause in mark.args}):
                found.setdefault((owner, clause), []).append(item)
        return found

    def _try_all(
        self, items: dict[tuple[str, str], list[pytest.Item]], seconds: dict[str, float], folder: Path
    ) -> None:
        """Keep as many processes going as there are processors; report in the rules' order."""
        results: dict[int, Result] = {}
        running: dict[int, tuple[int, float]] = {}
        waiting = list(enumerate(self._rules))
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                number, rule = waiting.pop(0)
                tests = items.get((rule.owner, rule.clause), [])
                if rule.fault or not tests:
                    results[number] = _untried(rule)
                    continue
                # The likeliest first: the test file called after the rule's file, then the quick ones.
                name = f"test_{Path(rule.path).stem}"
                tests = sorted(tests, key=lambda item: (item.path.stem != name, seconds[item.nodeid]))
                answer = folder / f"{number}.json"
                running[_fork(_trial(rule, self._root, tests), answer, MUTANT_SECONDS_MAX)] = number, time.monotonic()
            if running:
                pid, status = os.wait()
                number, began = running.pop(pid)
                rule = self._rules[number]
                tests_count = len(items[rule.owner, rule.clause])
                result, detail = _answer(folder / f"{number}.json", status)
                results[number] = Result(rule, result, detail, tests_count, time.monotonic() - began)
            while len(self.results) in results:
                self.results.append(results[len(self.results)])
                self._say(self.results[-1])


def _untried(rule: Rule) -> Result:
    if rule.fault:
        return Result(rule, FAULT, rule.fault, 0, 0.0)
    return Result(rule, UNPROVEN, f"no test in tests/unit/{rule.owner} is marked clause({rule.clause!r})", 0, 0.0)


def _trial(rule: Rule, root: Path, tests: Sequence[pytest.Item]) -> Callable[[], dict[str, Any]]:
    def trial() -> dict[str, Any]:
        try:
            let_everything_pass(rule, root)
        except NotMutable as error:
            return {"result": FAULT, "detail": str(error)}
        for test, after in _with_next(tests):
            if _fails(test, after):
                return {"result": NOTICED, "detail": test.nodeid}
        return {"result": SURVIVED, "detail": f"{len(tests)} tests of its clause pass all the same"}

    return trial


def _time_tests(tests: Sequence[pytest.Item]) -> dict[str, Any]:
    seconds: dict[str, float] = {}
    failed: list[str] = []
    for test, after in _with_next(tests):
        began = time.monotonic()
        if _fails(test, after):
            failed.append(test.nodeid)
        seconds[test.nodeid] = time.monotonic() - began
    return {"failed": failed, "seconds": seconds}


def _with_next(tests: Sequence[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    """Each test with the one after it, for which pytest keeps what both need."""
    return zip(tests, [*tests, None][1:], strict=True)


def _fails(test: pytest.Item, after: pytest.Item | None) -> bool:
    return any(report.failed for report in runtestprotocol(test, log=False, nextitem=after))


def _answer(file: Path, status: int) -> tuple[str, str]:
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        return FAULT, f"its tests took more than {MUTANT_SECONDS_MAX} s"
    if not file.exists():
        return FAULT, f"its process died with status {status}"
    answer = json.loads(file.read_text())
    return answer["result"], answer["detail"]


def _fork(work: Callable[[], dict[str, Any]], answer: Path, seconds_max: int) -> int:
    """Do the work in a process of its own, which writes its answer into a file and says nothing else."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        # Its default is to end the process, whatever that is doing.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds_max)
        silence = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(silence, descriptor)
        try:
            said = work()
        except Exception:  # noqa: BLE001  # whatever it is, the parent has to hear of it
            said = {"result": FAULT, "detail": traceback.format_exc()}
        unfinished = answer.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(said))
        unfinished.rename(answer)
        status = 0
    finally:
        # Nothing of the parent's may be ended or flushed here.
        os._exit(status)


def _wait(pid: int) -> None:
    os.waitpid(pid, 0)
