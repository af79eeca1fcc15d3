"""``python -m tests.mutation``: each rule, and each use of it, is let pass, and a test of its clause has to notice.

Exit status: 0 if every mutant was noticed or is excused, 1 if not, 2 if the tests fail without any mutant.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.mutation.rules import Rule, find_rules
from tests.mutation.run import EXCUSED, NOTICED, Result, TestsFail, trials_of, try_mutants

FINE = (NOTICED, EXCUSED)
COUNTED = ("noticed", "survived", "unproven", "fault", "excused")


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the rules under the current folder and report."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clause", action="append", help="only the rules of this clause; can be given again")
    parser.add_argument("--owner", action="append", help="only the rules of this service; can be given again")
    parser.add_argument("--excused", action="store_true", help="try the exceptions too: none of them may be noticed")
    parser.add_argument("--json", action="store_true", help="write the results as JSON, and nothing else")
    given = parser.parse_args(arguments)
    root = Path.cwd()
    rules = [
        rule
        for rule in find_rules(root)
        if (not given.clause or rule.clause in given.clause) and (not given.owner or rule.owner in given.owner)
    ]
    if not rules:
        sys.stderr.write("no rules found: run this from the repository's root, and look at --clause and --owner\n")
        return 2
    began = time.monotonic()
    lines = _Lines([trial.rule for trial in trials_of(rules, root)], silent=given.json)
    try:
        results = try_mutants(rules, root, lines.record, excused=given.excused)
    except TestsFail as error:
        sys.stderr.write(
            f"{error}\n\nMend these tests first: a test that fails anyway proves nothing about a mutant.\n"
        )
        return 2
    seconds = time.monotonic() - began
    if given.json:
        print(json.dumps(_as_json(results, seconds), indent=2, ensure_ascii=False))
    else:
        _print_table(results, seconds)
    return 0 if all(result.result in FINE for result in results) else 1


class _Lines:
    """Prints one line per clause as soon as its last mutant has been tried."""

    def __init__(self, rules: Sequence[Rule], *, silent: bool) -> None:
        self._left = Counter(rule.clause for rule in rules)
        self._results: dict[str, list[Result]] = {}
        self._silent = silent

    def record(self, result: Result) -> None:
        clause = result.trial.rule.clause
        self._results.setdefault(clause, []).append(result)
        self._left[clause] -= 1
        if self._left[clause] or self._silent:
            return
        results = self._results[clause]
        names = "".join(f"  {_named(each)}: {each.result}" for each in results if each.result not in FINE)
        rules, uses = ([each for each in results if (each.trial.use is None) is own] for own in (True, False))
        print(f"{clause or 'no clause':>9}  {_share(rules)} rules and {_share(uses)} uses noticed{names}", flush=True)


def _share(results: Sequence[Result]) -> str:
    return f"{sum(each.result == NOTICED for each in results)} of {len(results)}"


def _named(result: Result) -> str:
    """The rule, and where it was taken out."""
    rule, use = result.trial.rule, result.trial.use
    return rule.name if use is None else f"{rule.name} in {use.name}"


def _print_table(results: Sequence[Result], seconds: float) -> None:
    head = "".join(f"{word:>10}" for word in COUNTED)
    print(f"\n{'owner':<12}{'rules':>7}{'uses':>7}{head}")
    for owner in sorted({result.trial.owner for result in results}):
        _print_row(owner, [result for result in results if result.trial.owner == owner])
    _print_row("all", results)
    bad = [result for result in results if result.result not in FINE]
    if bad:
        print("\nNot noticed:")
    for result in bad:
        place = result.trial.rule if result.trial.use is None else result.trial.use
        print(f"  {result.trial.rule.clause or '?'}  {_named(result)}  {place.place}")
        print(f"      {result.result}: {result.detail}")
    print(f"\n{_count_rules(results)} rules, {len(results) - _count_rules(results)} uses in {seconds:.1f} s")


def _count_rules(results: Sequence[Result]) -> int:
    return sum(result.trial.use is None for result in results)


def _print_row(name: str, results: Sequence[Result]) -> None:
    count, rules = Counter(result.result for result in results), _count_rules(results)
    print(f"{name:<12}{rules:>7}{len(results) - rules:>7}{''.join(f'{count[word]:>10}' for word in COUNTED)}")


def _as_json(results: Sequence[Result], seconds: float) -> dict[str, object]:
    of_rules = [_one_as_json(result) for result in results if result.trial.use is None]
    of_uses = [_one_as_json(result) for result in results if result.trial.use is not None]
    return {"seconds": round(seconds, 1), "rules": of_rules, "uses": of_uses}


def _one_as_json(result: Result) -> dict[str, object]:
    rule, use = result.trial.rule, result.trial.use
    return {
        "clause": rule.clause,
        "owner": result.trial.owner,
        "function": rule.name,
        **({} if use is None else {"used_by": use.name}),
        "place": rule.place if use is None else use.place,
        "result": result.result,
        "detail": result.detail,
        "tests": result.tests,
        "seconds": round(result.seconds, 2),
    }


if __name__ == "__main__":
    sys.exit(main())
