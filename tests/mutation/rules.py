"""Finds the rules: the public functions of ``services/*/domain/**/article_*.py`` and of ``shared/decisions``.

A rule's docstring begins with its clause, ``Article 10.3. …``. What it would say if it let everything pass follows from
what it returns; where that is not a refusal, refusals or a bool, the line above the function says it:
``# accept: claimed_fen``.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CLAUSE = re.compile(r"Article ([0-9]{1,2}\.[0-9]{1,2})\. \S")
ACCEPT = re.compile(r"^# accept: (?P<expression>\S.*)$")

# What of shared/decisions decides nothing: it says what rules ask, joins their answers, or writes what texts show.
_NO_RULES = frozenset(
    {
        "__init__.py",
        "amounts.py",
        "ballot.py",
        "ballot_commands.py",
        "checks.py",
        "decision.py",
        "moments.py",
        "permission.py",
        "persons.py",
    }
)

_ACCEPTING = {
    "Refusal | None": "None",
    "bool": "True",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, where it stands, and what it would return if it let everything pass.

    ``owner`` is the service, or ``decisions`` for what services share. ``fault`` says why it can't be mutated; then
    ``clause`` or ``accept`` may be empty.
    """

    owner: str
    path: str
    module: str
    name: str
    line: int
    clause: str
    accept: str
    fault: str

    @property
    def place(self) -> str:
        """File and line, as an editor opens them."""
        return f"{self.path}:{self.line}"


def find_rules(root: Path) -> tuple[Rule, ...]:
    """All rules under ``root``, in the order of their clauses."""
    found = [rule for path in rule_files(root) for rule in _rules_of(root, path)]
    return tuple(sorted(found, key=lambda rule: (clause_order(rule.clause), rule.path, rule.line)))


def rule_files(root: Path) -> tuple[Path, ...]:
    """The files that hold rules."""
    articles = root.glob("services/*/domain/**/article_*.py")
    shared = (path for path in root.glob("shared/decisions/*.py") if path.name not in _NO_RULES)
    return tuple(sorted([*articles, *shared]))


def clause_order(clause: str) -> tuple[int, int]:
    """Sorts 9.4 before 10.1; what has no clause comes first, since it has to be mended first."""
    article, _, part = clause.partition(".")
    return (int(article), int(part)) if part else (0, 0)


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions at the top of a module whose names don't begin with an underscore."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node


def clause_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """The clause that a function's docstring begins with; empty if it does not begin with one."""
    found = CLAUSE.match(ast.get_docstring(node) or "")
    return found[1] if found else ""


def _rules_of(root: Path, path: Path) -> Iterator[Rule]:
    source = path.read_text(encoding="utf-8")
    relative = path.relative_to(root)
    parts = relative.with_suffix("").parts
    for node in public_functions(ast.parse(source, str(relative))):
        clause = clause_of(node)
        accept, fault = _accepting(node, source.splitlines())
        if not clause:
            fault = "the docstring does not begin with its clause: Article N.M. …"
        yield Rule(
            owner=parts[1],
            path=relative.as_posix(),
            module=".".join(parts),
            name=node.name,
            line=node.lineno,
            clause=clause,
            accept=accept,
            fault=fault,
        )


def _accepting(node: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> tuple[str, str]:
    """What the function returns if it lets everything pass, and what is wrong if that can't be told."""
    if isinstance(node, ast.AsyncFunctionDef):
        return "", "a rule is a plain function: async means that it waits for something"
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    above = ACCEPT.match(lines[first - 2].strip()) if first > 1 else None
    if above is not None:
        expression = above["expression"]
        try:
            ast.parse(expression, mode="eval")
        except SyntaxError as error:
            return "", f"the accept line is no expression: {error.msg}"
        return expression, ""
    returns = ast.unparse(node.returns) if node.returns is not None else ""
    if returns in _ACCEPTING:
        return _ACCEPTING[returns], ""
    if returns.startswith("tuple[Refusal"):
        return "()", ""
    return "", f"returns {returns or 'an unstated type'}: say in a line above it what accepting means, # accept: …"
