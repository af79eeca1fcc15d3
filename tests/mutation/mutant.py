"""Makes one rule let everything pass, in the running process, without touching a file."""

import ast
import builtins
import importlib
import inspect
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from tests.mutation.rules import Rule


class NotMutable(Exception):
    """The rule can't be made to let everything pass; says why."""


def let_everything_pass(rule: Rule, root: Path) -> None:
    """Replace the body of the rule's function by ``return`` and what accepting means.

    The function object stays the same, so that every module that has imported it gets the mutant. Meant for a forked
    process that ends afterwards: there is no way back.
    """
    module = importlib.import_module(rule.module)
    function = getattr(module, rule.name)
    # A rule that remembers its answers would give the ones from before.
    if hasattr(function, "cache_clear"):
        function.cache_clear()
    function = inspect.unwrap(function)
    if not isinstance(function, FunctionType):
        raise NotMutable(f"{rule.name} is a {type(function).__name__}, not a function")
    code = _accepting_code(rule, root, vars(module))
    if code.co_freevars != function.__code__.co_freevars:
        raise NotMutable(f"{rule.name} closes over {', '.join(function.__code__.co_freevars)}")
    function.__code__ = code


def _accepting_code(rule: Rule, root: Path, names: dict[str, Any]) -> CodeType:
    tree = ast.parse((root / rule.path).read_text(encoding="utf-8"), rule.path)
    node = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == rule.name)
    node.body = [ast.Return(ast.parse(rule.accept, mode="eval").body)]
    node.decorator_list = []
    scope = dict(names)
    exec(compile(ast.fix_missing_locations(ast.Module([node], [])), rule.path, "exec"), scope)
    mutant = scope[rule.name]
    assert isinstance(mutant, FunctionType)
    # Else the tests would fail on the accept line itself, and the rule would seem to be proven.
    if unknown := [name for name in _global_names(rule, node) if name not in names and not hasattr(builtins, name)]:
        raise NotMutable(f"the accept line of {rule.name} names {', '.join(unknown)}, which isn't there")
    return mutant.__code__


def _global_names(rule: Rule, node: ast.FunctionDef) -> list[str]:
    arguments = node.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    parameters = {argument.arg for argument in given if argument is not None}
    expression = ast.parse(rule.accept, mode="eval")
    bound = {name.id for name in ast.walk(expression) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
    used = [name.id for name in ast.walk(expression) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load)]
    return [name for name in dict.fromkeys(used) if name not in parameters | bound]
