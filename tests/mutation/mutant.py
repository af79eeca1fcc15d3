"""Makes one rule let everything pass, or one function do without it, in the running process; no file is touched."""

import ast
import builtins
import importlib
import inspect
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from tests.mutation.rules import Rule
from tests.mutation.uses import Function, Names, Use, functions, inner, local_names, names_in

# What a function that does without a rule calls in its place; no name of the code begins so.
UNWIRED = "_unwired_"


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


def unwire(rule: Rule, use: Use, root: Path) -> None:
    """Have one function that uses the rule get what accepting means instead; everybody else gets the rule itself.

    A test that only calls the rule notices nothing of it. There is no way back.
    """
    rules = importlib.import_module(rule.module)
    original = inspect.unwrap(getattr(rules, rule.name))
    accepting = FunctionType(_accepting_code(rule, root, vars(rules)), vars(rules), rule.name)
    accepting.__defaults__, accepting.__kwdefaults__ = original.__defaults__, original.__kwdefaults__
    module = importlib.import_module(use.module)
    function = _function_of(module, use.function)
    code = _code_without(rule, use, root)
    if code.co_freevars != function.__code__.co_freevars:
        raise NotMutable(f"{use.name} closes over {', '.join(function.__code__.co_freevars)}")
    setattr(module, f"{UNWIRED}{rule.name}", accepting)
    function.__code__ = code


def _function_of(module: Any, qualified: str) -> FunctionType:
    found: Any = module
    for name in qualified.split("."):
        found = inspect.getattr_static(found, name)
    if hasattr(found, "cache_clear"):
        found.cache_clear()
    # Properties and class methods are wrapped in what is no function.
    found = inspect.unwrap(getattr(found, "fget", None) or getattr(found, "__func__", found))
    if not isinstance(found, FunctionType):
        raise NotMutable(f"{qualified} is a {type(found).__name__}, not a function")
    return found


def _code_without(rule: Rule, use: Use, root: Path) -> CodeType:
    """The using function's code, in which the rule has another name."""
    tree = ast.parse((root / use.path).read_text(encoding="utf-8"), use.path)
    node = dict(functions(tree))[use.function]
    names = names_in(tree, use.module, {rule.module: {rule.name: rule}}).without(local_names(node))
    _rename(node, names, rule)
    pending = [compile(ast.fix_missing_locations(tree), use.path, "exec", dont_inherit=True)]
    while pending:
        code = pending.pop()
        if code.co_qualname == use.function:
            return code
        pending.extend(const for const in code.co_consts if isinstance(const, CodeType))
    raise NotMutable(f"{use.name} has no code")


def _rename(node: Function, names: Names, rule: Rule) -> None:
    """Replace the rule's names, and those of it as an attribute, in a function's body."""
    for part in list(inner(node)):
        for field, value in ast.iter_fields(part):
            if isinstance(value, list):
                setattr(part, field, [_renamed(each, names, rule) for each in value])
            else:
                setattr(part, field, _renamed(value, names, rule))


def _renamed(value: Any, names: Names, rule: Rule) -> Any:
    if isinstance(value, ast.AST) and names.rule_of(value) == rule:
        return ast.copy_location(ast.Name(f"{UNWIRED}{rule.name}", ast.Load()), value)
    return value


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
