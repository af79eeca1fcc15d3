"""Finds where the rules are used: the functions of the services, and of ``shared/decisions``, that name one."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.rules import Rule

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Use:
    """A function that uses a rule; ``function`` is its qualified name in ``module``.

    Or a ``row`` of a service's table of contents, named by its message, from which the rule takes what it asks.
    """

    owner: str
    path: str
    module: str
    function: str
    line: int
    row: str = ""

    @property
    def place(self) -> str:
        """File and line, as an editor opens them."""
        return f"{self.path}:{self.line}"

    @property
    def name(self) -> str:
        """The function with its service, as the exceptions name it."""
        return f"{self.module}.{self.function}".strip(".")


@dataclass(frozen=True, slots=True)
class Names:
    """What a module calls the rules: by names of their own, and as attributes of modules that it has a name for."""

    rules: Mapping[str, Rule]
    modules: Mapping[str, Mapping[str, Rule]]

    def rule_of(self, node: ast.AST) -> Rule | None:
        """The rule that an expression names, if it names one."""
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            return self.rules.get(node.id)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return self.modules.get(node.value.id, {}).get(node.attr)
        return None

    def without(self, local: set[str]) -> "Names":
        """The same where these names are local, and mean something else."""
        return Names(
            {name: rule for name, rule in self.rules.items() if name not in local},
            {name: rules for name, rules in self.modules.items() if name not in local},
        )


def find_uses(rules: Sequence[Rule], root: Path) -> dict[Rule, tuple[Use, ...]]:
    """All uses of each rule, in the order of their places."""
    found: dict[Rule, list[Use]] = {rule: [] for rule in rules}
    by_module: dict[str, dict[str, Rule]] = {}
    for each in rules:
        by_module.setdefault(each.module, {})[each.name] = each
    for path in sorted([*root.glob("services/**/*.py"), *root.glob("shared/decisions/*.py")]):
        parts = path.relative_to(root).with_suffix("").parts
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        module = ".".join(parts)
        names = names_in(tree, module, by_module)
        for function, node in functions(tree):
            here = names.without(local_names(node))
            named = {rule for part in inner(node) if (rule := here.rule_of(part)) is not None}
            for rule in named:
                if (rule.module, rule.name) != (module, function):
                    use = Use(parts[1], path.relative_to(root).as_posix(), module, function, node.lineno)
                    found[rule].append(use)
    return {rule: tuple(sorted(uses, key=lambda use: (use.path, use.line))) for rule, uses in found.items()}


def names_in(tree: ast.Module, module: str, by_module: Mapping[str, Mapping[str, Rule]]) -> Names:
    """What a module calls the rules, from what it imports; in their own module they bear their own names."""
    rules = dict(by_module.get(module, {}))
    modules: dict[str, Mapping[str, Rule]] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or node.module is None:
            continue
        for alias in node.names:
            name = alias.asname or alias.name
            if rule := by_module.get(node.module, {}).get(alias.name):
                rules[name] = rule
            elif of_module := by_module.get(f"{node.module}.{alias.name}"):
                modules[name] = of_module
    return Names(rules, modules)


def functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """The functions at the top of a module and the methods of its classes, with their qualified names."""
    for node in tree.body:
        if isinstance(node, Function):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, Function):
                    yield f"{node.name}.{member.name}", member


def local_names(node: Function) -> set[str]:
    """The names that are given a value somewhere in a function, where they hide the module's."""
    stored = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    return stored | {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}


def inner(node: Function) -> Iterator[ast.AST]:
    """All parts of a function's body; its decorators, defaults and annotations are the module's."""
    for statement in node.body:
        yield from ast.walk(statement)
