"""Runs the tests against each rule's mutants, each in a process of its own.

One mutant is the rule itself, letting everything pass, and a test of its clause has to notice. The others are the
functions that use it, one after the other doing without it while everybody else has it, and any test of the service has
to notice: a rule that is tested only by calling it could be taken out of its place. Where a rule takes what it asks
from a service's table of contents, each row of that is one use of it.

pytest and the project are imported and collected once; a process forked from there starts in milliseconds.
"""

import gc
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.exceptions import EXCEPTIONS, NOWHERE
from tests.mutation.mutant import NotMutable, let_everything_pass, unwire
from tests.mutation.rows import loosen, rows_of
from tests.mutation.rules import Rule
from tests.mutation.uses import Use, find_uses

# A mutant's tests take milliseconds; one that takes so long hangs.
MUTANT_SECONDS_MAX = 60
BASELINE_SECONDS_MAX = 300

NOTICED, SURVIVED, UNPROVEN, FAULT, EXCUSED = "noticed", "survived", "unproven", "fault", "excused"


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant to be tried: the rule's own, or that of a function which uses it."""

    rule: Rule
    use: Use | None = None

    @property
    def owner(self) -> str:
        """The folder under tests/unit whose tests have to notice."""
        return self.rule.owner if self.use is None else self.use.owner

    @property
    def excuse(self) -> str:
        """Why nobody can notice this one; empty for most."""
        return "" if self.use is None else EXCEPTIONS.get((self.rule.name, self.use.name), "")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mutant. ``detail`` is the test that noticed it, or what is wrong.

    ``survived``: its tests passed all the same. ``unproven``: there are no tests with its clause. ``fault``: it could
    not be tried, or is an exception without need. ``excused``: it survived, and an exception says why.
    """

    trial: Trial
    result: str
    detail: str
    tests: int
    seconds: float


class TestsFail(Exception):
    """Some of the tests can't be collected, or fail without any mutant: they would prove nothing."""


def trials_of(rules: Sequence[Rule], root: Path) -> tuple[Trial, ...]:
    """All mutants of the rules; a rule that nobody uses has one that can't be tried."""
    uses = {rule: (*found, *rows_of(rule, root)) for rule, found in find_uses(rules, root).items()}
    nowhere = {rule: Use(rule.owner, rule.path, "", NOWHERE, rule.line) for rule in rules}
    return tuple(
        trial
        for rule in rules
        for trial in (Trial(rule), *(Trial(rule, use) for use in uses[rule] or (nowhere[rule],)))
    )


def try_mutants(
    rules: Sequence[Rule], root: Path, say: Callable[[Result], None], *, excused: bool = False
) -> tuple[Result, ...]:
    """Try every rule's mutants, in the given order; ``say`` hears of each one in that order.

    With ``excused`` the exceptions are tried too, which takes all tests for each of them. Raises TestsFail if the tests
    are not fit to prove anything.
    """
    trials = trials_of(rules, root)
    plugin = _Mutants(trials, root, say, excused=excused)
    # The terminal's part is left out, since it would write into the report; and with it the options that it knows.
    options = ["-s", "-p", "no:terminal", "-p", "no:cacheprovider", "-o", "addopts=", "--import-mode=importlib"]
    # That a test fails is all that is asked: to say what was compared, and where, took half of a mutant's time.
    options.append("--assert=plain")
    owners = sorted({trial.owner for trial in trials})
    folders = [str(folder) for owner in owners if (folder := root / "tests" / "unit" / owner).is_dir()]
    if not folders:
        results = tuple(_untried(trial) for trial in trials)
        for result in results:
            say(result)
        return results
    status = pytest.main([*options, "--strict-markers", "--rootdir", str(root), *folders], [plugin])
    if plugin.broken:
        raise TestsFail("\n\n".join(plugin.broken))
    if not plugin.finished:
        raise TestsFail(f"pytest ended with {status!r} before the mutants were tried")
    return tuple(plugin.results)


class _Mutants:
    """The part of pytest that would run the collected tests; this one runs them once for each mutant."""

    def __init__(self, trials: Sequence[Trial], root: Path, say: Callable[[Result], None], *, excused: bool) -> None:
        self.results: list[Result] = []
        self.broken: list[str] = []
        self.finished = False
        self._trials = trials
        self._excused = excused
        self._root = root
        self._say = say

    def pytest_configure(self, config: pytest.Config) -> None:
        # The terminal's option, which is not there without it.
        config.option.tbstyle = "native"
        hypothesis.settings.register_profile(
            "mutants",
            # The smallest example and the next run's memory are of no use here either.
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
            # What is here stays: a collection in a forked process would look at all of it, and have each page copied.
            gc.collect()
            gc.freeze()
            every = list(dict.fromkeys(item for of_proof in items.values() for item in of_proof))
            seconds = self._time_all(every, Path(folder))
            if not self.broken:
                self._try_all(items, seconds, Path(folder))
                self.finished = True
        return True

    def _time_all(self, every: Sequence[pytest.Item], folder: Path) -> dict[str, float]:
        """How long each test takes without any mutant, each processor running some of their files."""
        processors = os.cpu_count() or 1
        files = list(dict.fromkeys(item.path for item in every))
        shares = [frozenset(files[number::processors]) for number in range(processors)]
        answers = [folder / f"baseline-{number}.json" for number in range(processors)]
        forked = [
            _fork(_timing([item for item in every if item.path in share]), answer, BASELINE_SECONDS_MAX)
            for share, answer in zip(shares, answers, strict=True)
        ]
        for pid in forked:
            os.waitpid(pid, 0)
        seconds: dict[str, float] = {}
        for file in answers:
            answer: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
            if "seconds" not in answer:
                self.broken.append(f"the tests could not be run without any mutant: {answer.get('detail', 'killed')}")
            else:
                self.broken.extend(f"{name} fails without any mutant" for name in answer["failed"])
                seconds.update(answer["seconds"])
        return seconds

    def _items_by_proof(self, session: pytest.Session) -> dict[tuple[str, str], list[pytest.Item]]:
        """The tests by owner (the folder under tests/unit) and clause; under the clause "" all of the owner's."""
        found: dict[tuple[str, str], list[pytest.Item]] = {}
        unit = self._root / "tests" / "unit"
        for item in session.items:
            owner = item.path.relative_to(unit).parts[0]
            for clause in ("", *sorted({str(clause) for mark in item.iter_markers("clause") for clause in mark.args})):
                found.setdefault((owner, clause), []).append(item)
        return found

    def _try_all(
        self, items: dict[tuple[str, str], list[pytest.Item]], seconds: dict[str, float], folder: Path
    ) -> None:
        """Keep as many processes going as there are processors; report in the rules' order."""
        results: dict[int, Result] = {}
        running: dict[int, tuple[int, float]] = {}
        tried: dict[int, int] = {}
        waiting = list(enumerate(self._trials))
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                number, trial = waiting.pop(0)
                of_clause = items.get((trial.owner, trial.rule.clause), [])
                tests = of_clause if trial.use is None else items.get((trial.owner, ""), [])
                if _is_untriable(trial) or not tests or (trial.excuse and not self._excused):
                    results[number] = _untried(trial)
                    continue
                # The likeliest first: tests of its clause, those in the file called after the rule's, the quick ones.
                likely = (frozenset(of_clause), f"test_{Path(trial.rule.path).stem}")
                tests = sorted(tests, key=lambda item: _place_in_line(item, *likely, seconds[item.nodeid]))
                answer = folder / f"{number}.json"
                pid = _fork(_trying(trial, self._root, tests), answer, MUTANT_SECONDS_MAX)
                running[pid] = number, time.monotonic()
                tried[number] = len(tests)
            if running:
                pid, status = os.wait()
                number, began = running.pop(pid)
                trial = self._trials[number]
                result, detail = _excused(trial, *_answer(folder / f"{number}.json", status))
                results[number] = Result(trial, result, detail, tried[number], time.monotonic() - began)
            while len(self.results) in results:
                self.results.append(results[len(self.results)])
                self._say(self.results[-1])


def _place_in_line(
    item: pytest.Item, of_clause: Collection[pytest.Item], file_name: str, seconds: float
) -> tuple[bool, bool, float]:
    return item not in of_clause, item.path.stem != file_name, seconds


def _is_untriable(trial: Trial) -> bool:
    return bool(trial.rule.fault) or (trial.use is not None and trial.use.function == NOWHERE)


def _untried(trial: Trial) -> Result:
    rule = trial.rule
    if trial.use is not None and trial.excuse:
        return Result(trial, EXCUSED, trial.excuse, 0, 0.0)
    if rule.fault:
        return Result(trial, FAULT, rule.fault, 0, 0.0)
    if _is_untriable(trial):
        return Result(trial, FAULT, "no function of a service uses it: it refuses nothing", 0, 0.0)
    if trial.use is not None:
        return Result(trial, UNPROVEN, f"there are no tests in tests/unit/{trial.owner}", 0, 0.0)
    return Result(trial, UNPROVEN, f"no test in tests/unit/{trial.owner} is marked clause({rule.clause!r})", 0, 0.0)


def _excused(trial: Trial, result: str, detail: str) -> tuple[str, str]:
    if not trial.excuse or result == FAULT:
        return result, detail
    if result == NOTICED:
        return FAULT, f"it is noticed by {detail}: take it out of tests/mutation/exceptions.py"
    return EXCUSED, trial.excuse


def _trying(trial: Trial, root: Path, tests: Sequence[pytest.Item]) -> Callable[[], dict[str, Any]]:
    def trying() -> dict[str, Any]:
        try:
            if trial.use is None:
                let_everything_pass(trial.rule, root)
            elif trial.use.row:
                loosen(trial.rule, trial.use, root)
            else:
                unwire(trial.rule, trial.use, root)
        except NotMutable as error:
            return {"result": FAULT, "detail": str(error)}
        for test, after in _with_next(tests):
            if _fails(test, after):
                return {"result": NOTICED, "detail": test.nodeid}
        return {"result": SURVIVED, "detail": f"{len(tests)} tests pass all the same"}

    return trying


def _timing(tests: Sequence[pytest.Item]) -> Callable[[], dict[str, Any]]:
    return lambda: _time_tests(tests)


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
