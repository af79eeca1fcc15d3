"""``python -m tests.mutation``: each rule is made to let everything pass, and a test of its clause has to notice.

Exit status: 0 if every mutant was noticed, 1 if not, 2 if the tests fail without any mutant.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from tests.mutation.rules import Rule, find_rules
from tests.mutation.run import NOTICED, Result, TestsFail, try_mutants


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the rules under the current folder and report."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clause", action="append", help="only the rules of this clause; can be given again")
    parser.add_argument("--owner", action="append", help="only the rules of this service; can be given again")
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
    lines = _Lines(rules, silent=given.json)
    try:
        results = try_mutants(rules, root, lines.hear)
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
    return 0 if all(result.result == NOTICED for result in results) else 1


class _Lines:
    """Prints one line per clause as soon as its last mutant has been tried."""

    def __init__(self, rules: Sequence[Rule], *, silent: bool) -> None:
        self._left = Counter(rule.clause for rule in rules)
        self._heard: dict[str, list[Result]] = {}
        self._silent = silent

    def hear(self, result: Result) -> None:
        clause = result.rule.clause
        self._heard.setdefault(clause, []).append(result)
        self._left[clause] -= 1
        if self._left[clause] or self._silent:
            return
        heard = self._heard[clause]
        bad = [each for each in heard if each.result != NOTICED]
        names = "".join(f"  {each.rule.name}: {each.result}" for each in bad)
        print(f"{clause or 'no clause':>9}  {len(heard) - len(bad)} of {len(heard)} noticed{names}", flush=True)


def _print_table(results: Sequence[Result], seconds: float) -> None:
    by_owner = sorted(results, key=lambda result: result.rule.owner)
    print(f"\n{'owner':<12}{'rules':>7}{'noticed':>9}{'survived':>10}{'unproven':>10}{'fault':>7}")
    for owner, group in groupby(by_owner, key=lambda result: result.rule.owner):
        _print_row(owner, Counter(result.result for result in group))
    _print_row("all", Counter(result.result for result in results))
    bad = [result for result in results if result.result != NOTICED]
    if bad:
        print("\nNot noticed:")
    for result in bad:
        print(f"  {result.rule.clause or '?'}  {result.rule.name}  {result.rule.place}")
        print(f"      {result.result}: {result.detail}")
    print(f"\n{len(results)} rules in {seconds:.1f} s")


def _print_row(name: str, count: Counter[str]) -> None:
    figures = f"{count['noticed']:>9}{count['survived']:>10}{count['unproven']:>10}{count['fault']:>7}"
    print(f"{name:<12}{count.total():>7}{figures}")


def _as_json(results: Sequence[Result], seconds: float) -> dict[str, object]:
    return {
        "seconds": round(seconds, 1),
        "rules": [
            {
                "clause": result.rule.clause,
                "owner": result.rule.owner,
                "function": result.rule.name,
                "place": result.rule.place,
                "result": result.result,
                "detail": result.detail,
                "tests": result.tests,
                "seconds": round(result.seconds, 2),
            }
            for result in results
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
